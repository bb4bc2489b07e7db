//! What a message may be, and when it is acted on.

use super::{Colour, Node, Pattern, Result, X, context, say, sent};
use anteroom_exchange::{Call, Priority, Request, Schedule, Worker, drain, frames, handoff, queue};

pub const PATTERNS: &[Pattern] = &[
    ("parameters only", parameters_only),
    ("a command code with data", command_code),
    ("one code, a meaning for each state", one_code),
    ("moved in, moved out", moved),
    ("a function pointer", function_pointer),
    ("a closure that owns what it captures", closure),
    ("polymorphic commands", polymorphic),
    ("constructed, and interpreted, in the queue", in_place),
    ("messages of variable length", variable_length),
    ("timestamped messages for future execution", timestamped),
    ("prioritised work", prioritised),
];

fn parameters_only() -> Result {
    let (mut tx, mut rx) = queue(4);
    for position in [[0.0, 0.5], [0.1, 0.6]] {
        sent(tx.push(position))?;
    }
    context("B", move || {
        // A queue for one purpose, so that nothing has to say what its messages are.
        for [x, y] in drain(&mut rx, 4) {
            say(format_args!("the mouse is at {x}, {y}"));
        }
    })
}

#[derive(Clone, Copy, Debug)]
enum Command {
    SetGain(f32),
    NoteOn { key: u8 },
}

fn command_code() -> Result {
    let (mut tx, mut rx) = queue(4);
    sent(tx.push(Command::SetGain(0.5)))?;
    sent(tx.push(Command::NoteOn { key: 60 }))?;
    context("B", move || {
        for command in drain(&mut rx, 4) {
            match command {
                Command::SetGain(gain) => say(format_args!("gain {gain}")),
                Command::NoteOn { key } => say(format_args!("plays key {key}")),
            }
        }
    })
}

fn one_code() -> Result {
    let (mut tx, mut rx) = queue(4);
    for _ in 0..2 {
        sent(tx.push("the button was pressed"))?;
    }
    context("B", move || {
        let mut playing = false;
        for message in drain(&mut rx, 4) {
            // What it means is for the receiver's state to say.
            playing = !playing;
            let meaning = if playing { "play" } else { "stop" };
            say(format_args!("{message}: {meaning}"));
        }
    })
}

fn moved() -> Result {
    let (mut tx, mut rx) = queue(1);
    let text = String::from("copied nowhere");
    let at = text.as_ptr() as usize;
    sent(tx.push(text))?;
    context("B", move || {
        if let Ok(text) = rx.pop() {
            let same = text.as_ptr() as usize == at;
            say(format_args!("{text}: at the same address: {same}"));
        }
    })
}

fn function_pointer() -> Result {
    let (mut tx, mut rx) = queue(4);
    let redden = Call::new(|x: &mut Node, _| x.colour = Colour::Red);
    sent(tx.push(redden))?;
    context("B", move || {
        let mut x = X;
        while let Ok(call) = rx.pop() {
            call.run(&mut x);
        }
        say(format_args!("ran it, and {} is {:?}", x.name, x.colour));
    })
}

fn closure() -> Result {
    let (mut source, mut target) = handoff::<dyn FnMut(&mut Node) + Send>(1);
    let name = String::from("y");
    let boxed = Box::new(move |x: &mut Node| say(format_args!("{} is not {name}", x.name)));
    sent(source.link(boxed))?;
    let _target = context("B", move || {
        if let Some(mut closure) = target.accept() {
            (*closure)(&mut X.clone());
            target.unlink(closure);
        }
        target
    })?;
    say("the closure and its String are freed here");
    drop(source.reclaim());
    Ok(())
}

trait Execute: Send {
    fn execute(&mut self, x: &mut Node);
}

struct Paint(Colour);

impl Execute for Paint {
    fn execute(&mut self, x: &mut Node) {
        x.colour = self.0;
    }
}

fn polymorphic() -> Result {
    let (mut source, mut target) = handoff::<dyn Execute>(1);
    sent(source.link(Box::new(Paint(Colour::Red))))?;
    let _target = context("B", move || {
        let mut x = X;
        if let Some(mut command) = target.accept() {
            command.execute(&mut x);
            target.unlink(command);
        }
        say(format_args!("executed, and {} is {:?}", x.name, x.colour));
        target
    })?;
    say("the command is freed here, whatever it was");
    drop(source.reclaim());
    Ok(())
}

fn in_place() -> Result {
    let (mut tx, mut rx) = queue::<u64>(4);
    let mut slots = tx.write_chunk(1)?;
    slots.as_mut_slices().0.fill(42);
    slots.commit_all();
    context("B", move || {
        say(format_args!("{:?} is read where it lies", rx.peek()));
        let _ = rx.pop();
    })
}

fn variable_length() -> Result {
    let (mut tx, mut rx) = frames(64);
    for frame in ["x", "red", ""] {
        tx.write(frame.as_bytes())?;
    }
    context("B", move || {
        let len = |a: &[u8], b: &[u8]| a.len() + b.len();
        while let Some(len) = rx.read(len) {
            say(format_args!("a frame of {len} bytes"));
        }
    })
}

fn timestamped() -> Result {
    let (mut tx, mut rx) = queue(4);
    sent(tx.push((100_u64, "second")))?;
    sent(tx.push((10, "first")))?;
    context("B", move || {
        let mut schedule = Schedule::new(4);
        for (at, message) in drain(&mut rx, 4) {
            let _ = schedule.push(at, message);
        }
        for block in [0, 64] {
            while let Some((at, message)) = schedule.pop_before(&(block + 64)) {
                say(format_args!("block from {block}: {message} at {at}"));
            }
        }
    })
}

struct Read;

impl anteroom_exchange::Job for Read {
    type Command = &'static str;
    type Output = ();

    fn run(&mut self, what: &mut &'static str, _cancelled: &dyn Fn() -> bool) {
        say(format_args!("reads {what}"));
    }
}

fn prioritised() -> Result {
    let (worker, mut disk) = Worker::with_runner(Read);
    let mut client = worker.client(4);
    sent(client.request(Request::new("a preview")))?;
    sent(client.request(Request::new("what is heard next").at(Priority::URGENT)))?;
    context("disk", move || while disk.step() {})
}

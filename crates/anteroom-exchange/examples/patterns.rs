//! The patterns of *Programming with lightweight asynchronous messages: some basic patterns*, in the
//! order of the text, each with the text's own example.
//!
//! ```text
//! cargo run --package anteroom-exchange --example patterns
//! ```
//!
//! Context A is the thread `main`; context B is a thread of its own for each pattern, which stands for
//! the audio callback. Every line that is printed says in which thread it happened. (A real callback
//! prints nothing; here it is the point.)

use anteroom_exchange::{
    AtomicF32, Call, Dirty, Flag, Mirror, MsQueue, Part, Pool, Priority, Request, RtBox, Schedule,
    Shared, State, Worker, WorkerThread, drain, frames, handoff, observe, queue, transact,
};
use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::thread;

type Result = std::result::Result<(), Box<dyn Error>>;
type Pattern = (&'static str, fn() -> Result);

#[derive(Clone, Copy, Debug, PartialEq)]
enum Colour {
    Green,
    Red,
}

/// The node x of the text.
#[derive(Clone, Debug)]
struct Node {
    name: &'static str,
    colour: Colour,
}

const X: Node = Node {
    name: "x",
    colour: Colour::Green,
};

fn main() -> Result {
    let patterns: &[Pattern] = &[
        ("passing messages via queues, and back", queues),
        ("a context with a mailbox and an event loop", event_loop),
        ("an object with its own queue migrates", own_queue),
        ("a queue for the reply is sent in a message", reply_queue),
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
        ("several clients, a lock at one end", several_clients),
        ("several workers, a lock at one end", several_workers),
        ("several of both, and no lock", michael_and_scott),
        ("1.1 mutate target state: x.setColour(red)", mutate),
        ("1.2 get x.colour", get),
        ("1.2 observe changes of x", observer),
        ("1.2 levels for a meter", meter),
        ("1.3 synchronised state", synchronised),
        ("2.1 link x, 2.2 unlink x", link_and_unlink),
        ("2.3 swap a graph for another", swap),
        ("transfer of write access", write_access),
        ("publication of an immutable object", publication),
        ("a monitor", monitor),
        ("the receiver is destroyed before the queue", receiver_first),
        ("3.1 allocate in source, 3.2 destroy in source", in_source),
        ("3.2 a pool in the source", source_pool),
        ("3.2 a count on behalf of the destination", counted),
        ("4.1 a pool local to the target", local_pool),
        ("4.2 closed-loop reuse", closed_loop),
        ("sub-object reference counting", parts),
        ("a transaction", transaction),
        ("a limit in flight", limit),
    ];
    for (name, pattern) in patterns {
        println!("{name}");
        pattern()?;
    }
    Ok(())
}

/// What a full wire gives back is of no use here; a real sender keeps it and tries again.
fn sent<T, Back>(result: std::result::Result<T, Back>) -> Result {
    result.map(drop).map_err(|_| "refused".into())
}

/// Prints what happened, and in which thread.
fn say(what: impl std::fmt::Display) {
    println!("    {:>4}: {what}", thread::current().name().unwrap_or("?"));
}

/// Runs a context to its end.
fn context<R: Send + 'static>(
    name: &str,
    run: impl FnOnce() -> R + Send + 'static,
) -> std::result::Result<R, Box<dyn Error>> {
    let thread = thread::Builder::new().name(name.into()).spawn(run)?;
    thread.join().map_err(|_| "the context panicked".into())
}

fn queues() -> Result {
    let (mut to_b, mut from_a) = queue(4);
    let (mut to_a, mut from_b) = queue(4);
    sent(to_b.push("hello"))?;
    context("B", move || {
        // If the queue is empty this does not wait.
        while let Ok(message) = from_a.pop() {
            say(format_args!("read {message:?}"));
            let _ = to_a.push("hello yourself");
        }
    })?;
    say(format_args!("read {:?}", from_b.pop()?));
    Ok(())
}

fn event_loop() -> Result {
    let (mut mailbox, mut messages) = queue(4);
    let (mut done, finished) = queue(1);
    let context = WorkerThread::spawn("B", move || match messages.pop() {
        Ok(message) => {
            say(format_args!("event {message}"));
            message == 2 && done.push(()).is_ok()
        }
        Err(_) => false,
    })?;
    for message in 1..=2 {
        sent(mailbox.push(message))?;
        // Only a context that may make a system call does this.
        context.wake();
    }
    while finished.is_empty() {
        context.wake();
        thread::yield_now();
    }
    Ok(())
}

fn own_queue() -> Result {
    let (mut to_voice, mut mailbox) = queue(4);
    let (mut source, mut target) = handoff(1);
    sent(to_voice.push("note on"))?;
    say(format_args!("the voice hears {:?}", mailbox.pop()?));
    sent(source.link(Box::new(mailbox)))?;
    sent(to_voice.push("note off"))?;
    let _target = context("B", move || {
        if let Some(mut mailbox) = target.accept() {
            say(format_args!("the same voice hears {:?}", mailbox.pop()));
            target.unlink(mailbox);
        }
        target
    })?;
    say("and it is back here");
    drop(source.reclaim());
    Ok(())
}

fn reply_queue() -> Result {
    let (mut requests, mut inbox) = queue(1);
    let (reply, mut replies) = queue(1);
    sent(requests.push((6, reply)))?;
    context("B", move || {
        while let Ok((number, mut reply)) = inbox.pop() {
            say(format_args!(
                "squares {number}, and answers where it was told"
            ));
            let _ = reply.push(number * number);
        }
    })?;
    say(format_args!("got {}", replies.pop()?));
    Ok(())
}

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

fn several_clients() -> Result {
    let (tx, mut rx) = queue(4);
    let editor = Shared::new(tx);
    let host = editor.clone();
    context("host", move || {
        let sent = host.with(|tx| tx.push("from the host")).is_ok();
        say(format_args!("sent: {sent}"));
    })?;
    editor.with(|tx| tx.push("from the editor"))?;
    context("B", move || {
        // This end has never heard of the lock.
        drain(&mut rx, 4).for_each(say);
    })
}

fn several_workers() -> Result {
    let (mut tx, rx) = queue(4);
    let jobs = Shared::new(rx);
    for job in ["read a file", "draw a picture"] {
        // The sender may be a callback: the lock is at the other end.
        sent(tx.push(job))?;
    }
    for worker in ["one", "two"] {
        let jobs = jobs.clone();
        context(worker, move || {
            if let Ok(job) = jobs.with(|rx| rx.pop()) {
                say(job);
            }
        })?;
    }
    Ok(())
}

fn michael_and_scott() -> Result {
    let words = Arc::new(MsQueue::new(4));
    for (sender, word) in [("one", 1), ("two", 2)] {
        let words = words.clone();
        context(sender, move || say(format_args!("{:?}", words.push(word))))?;
    }
    for receiver in ["B", "C"] {
        let words = words.clone();
        context(receiver, move || say(format_args!("got {:?}", words.pop())))?;
    }
    Ok(())
}

fn mutate() -> Result {
    let (mut tx, mut rx) = queue(4);
    sent(tx.push(("x", Colour::Red)))?;
    say("posted: x.setColour(red)");
    context("B", move || {
        // Local to this context, so there is no lock.
        let mut x = X;
        for (name, colour) in drain(&mut rx, 4) {
            if name == x.name {
                x.colour = colour;
            }
        }
        say(format_args!("{} is {:?}", x.name, x.colour));
    })
}

fn get() -> Result {
    let (mut ask, mut asked) = queue(1);
    let (mut answer, mut answers) = queue(1);
    sent(ask.push("x"))?;
    context("B", move || {
        while let Ok(name) = asked.pop() {
            say(format_args!("{name} is {:?} now", X.colour));
            let _ = answer.push((name, X.colour));
        }
    })?;
    say(format_args!("{:?}", answers.pop()?));
    Ok(())
}

fn observer() -> Result {
    let dirty = Arc::new(Dirty::new());
    let (mut tx, mut rx) = queue(4);
    // Subscribe, then two changes.
    sent(tx.push(None))?;
    sent(tx.push(Some(Colour::Red)))?;
    sent(tx.push(Some(Colour::Green)))?;
    let changes = dirty.clone();
    context("B", move || {
        let mut subscribed = false;
        for message in drain(&mut rx, 4) {
            subscribed |= message.is_none();
            if message.is_some() && subscribed {
                say("x changed");
                changes.mark(0);
            }
        }
    })?;
    say(format_args!(
        "{} notification for both",
        dirty.take().count()
    ));
    Ok(())
}

fn meter() -> Result {
    let (mut levels, mut meter) = observe(0.0_f32);
    context("B", move || {
        for level in [0.1, 0.9, 0.4] {
            levels.write(level);
        }
        say("published three levels");
    })?;
    say(format_args!("sees the newest: {}", meter.read()));
    Ok(())
}

#[derive(Clone, Debug)]
struct Scene([Colour; 2]);

impl State for Scene {
    type Op = (usize, Colour);

    fn apply(&mut self, &(node, colour): &(usize, Colour)) {
        if let Some(node) = self.0.get_mut(node) {
            *node = colour;
        }
    }
}

fn synchronised() -> Result {
    let mut master = Mirror::new(Scene([Colour::Green; 2]));
    let mut slave = master.attach(8);
    master.write((1, Colour::Red))?;
    say(format_args!("knows without asking: {:?}", master.0));
    context("B", move || {
        slave.update(8);
        say(format_args!("has the same: {:?}", slave.0));
    })
}

fn link_and_unlink() -> Result {
    let (mut source, mut target) = handoff(1);
    let (mut tx, mut rx) = queue(1);
    sent(source.link(Box::new(X)))?;
    sent(tx.push("x"))?;
    let _target = context("B", move || {
        let mut installed: Pool<RtBox<Node>> = Pool::new(1);
        if let Some(node) = target.accept() {
            say(format_args!("links {}", node.name));
            let _ = installed.insert(node);
        }
        while let Ok(name) = rx.pop() {
            let mut nodes = installed.iter_mut();
            let found = nodes.find_map(|(key, node)| (node.name == name).then_some(key));
            drop(nodes);
            if let Some(node) = found.and_then(|key| installed.remove(key)) {
                say(format_args!("unlinks {}", node.name));
                target.unlink(node);
            }
        }
        target
    })?;
    say(format_args!("has it again: {:?}", source.reclaim()));
    Ok(())
}

fn swap() -> Result {
    let (mut source, mut target) = handoff(2);
    let graph = |version| Box::new(vec![version; 100_000]);
    sent(source.link(graph(1)))?;
    let (mut target, mut slot) = context("B", move || {
        let mut slot = None;
        target.swap(&mut slot);
        (target, slot)
    })?;
    sent(source.link(graph(2)))?;
    let (_target, _) = context("B", move || {
        target.swap(&mut slot);
        say(format_args!(
            "plays version {:?}",
            slot.as_ref().map(|g| g[0])
        ));
        if let Some(graph) = slot.take() {
            target.unlink(graph);
        }
        (target, slot)
    })?;
    while let Some(old) = source.reclaim() {
        say(format_args!("version {} is freed here", old[0]));
    }
    Ok(())
}

fn write_access() -> Result {
    let (writer, mut reader) = observe(0);
    let (mut tx, mut rx) = queue(1);
    sent(tx.push(writer))?;
    context("B", move || {
        if let Ok(mut writer) = rx.pop() {
            say("is the one that writes now");
            writer.write(7);
        }
    })?;
    say(format_args!("still reads: {}", reader.read()));
    Ok(())
}

fn publication() -> Result {
    let impulse = Arc::new(vec![1.0, 0.5, 0.25]);
    let (mut source, mut target) = handoff(1);
    sent(source.link(Box::new(impulse.clone())))?;
    say(format_args!("draws {impulse:?}"));
    let _target = context("B", move || {
        if let Some(impulse) = target.accept() {
            say(format_args!("plays {:?}", **impulse));
            target.unlink(impulse);
        }
        target
    })?;
    drop(source.reclaim());
    Ok(())
}

fn monitor() -> Result {
    let gain = Arc::new(AtomicF32::new(1.0));
    let theirs = gain.clone();
    context("B", move || theirs.store(0.5, Relaxed))?;
    say(format_args!("B made it {}", gain.load(Relaxed)));
    Ok(())
}

fn receiver_first() -> Result {
    let (mut source, target) = handoff(2);
    sent(source.link(Box::new("never linked")))?;
    // The callback sends its end away; whoever gets it may close it.
    context("host", move || target.close())?;
    say(format_args!("closed: {}", source.is_closed()));
    say(format_args!("came home: {:?}", source.reclaim()));
    Ok(())
}

/// Says where it dies.
struct Mortal(&'static str);

impl Drop for Mortal {
    fn drop(&mut self) {
        say(format_args!("{} is destroyed", self.0));
    }
}

fn in_source() -> Result {
    let (mut source, mut target) = handoff(1);
    sent(source.link(Box::new(Mortal("x"))))?;
    say("x is allocated and sent");
    let _target = context("B", move || {
        if let Some(x) = target.accept() {
            say(format_args!("{} is used and unlinked", x.0));
            target.unlink(x);
        }
        target
    })?;
    drop(source.reclaim());
    Ok(())
}

fn source_pool() -> Result {
    let (mut source, mut target) = handoff(1);
    let mut pool = vec![Box::new([0; 4])];
    for round in 1..=2 {
        let mut buffer = pool.pop().ok_or("the pool is empty")?;
        buffer.fill(round);
        sent(source.link(buffer))?;
        target = context("B", move || {
            if let Some(buffer) = target.accept() {
                target.unlink(buffer);
            }
            target
        })?;
        // Back into the pool, so that the system's allocator is not asked again.
        pool.extend(source.reclaim());
        say(format_args!("has {} in its pool", pool.len()));
    }
    Ok(())
}

fn counted() -> Result {
    let file = Arc::new(Mortal("the file"));
    let (mut source, mut target) = handoff(1);
    let on_behalf = Box::new(file.clone());
    sent(source.link(on_behalf))?;
    drop(file);
    let _target = context("B", move || {
        if let Some(file) = target.accept() {
            say(format_args!(
                "holds the only count: {}",
                Arc::strong_count(&file)
            ));
            target.unlink(file);
        }
        target
    })?;
    drop(source.reclaim());
    Ok(())
}

fn local_pool() -> Result {
    context("B", || {
        let mut grains = Pool::new(2);
        let first = grains.insert("a grain");
        say(format_args!(
            "{:?} of {} in use",
            grains.len(),
            grains.capacity()
        ));
        let gone = first.ok().and_then(|key| grains.remove(key));
        say(format_args!("{gone:?} is over"));
    })
}

fn closed_loop() -> Result {
    let (mut source, mut target) = handoff(1);
    let mut buffer = Box::new([0; 4]);
    for round in 1..=2 {
        buffer.fill(round);
        sent(source.link(buffer))?;
        target = context("B", move || {
            if let Some(filled) = target.accept() {
                say(format_args!("plays {:?}", *filled));
                target.unlink(filled);
            }
            target
        })?;
        buffer = source.reclaim().ok_or("it did not come back")?;
        say("has the same buffer again");
    }
    Ok(())
}

fn parts() -> Result {
    let file = Arc::new(vec![Mortal("left"), Mortal("right")]);
    let (mut source, mut target) = handoff(1);
    let right = Part::of(&file, 1..2).ok_or("no such part")?;
    sent(source.link(Box::new(right)))?;
    drop(file);
    let _target = context("B", move || {
        if let Some(part) = target.accept() {
            say(format_args!("has {} of it, and all of it lives", part[0].0));
            target.unlink(part);
        }
        target
    })?;
    drop(source.reclaim());
    Ok(())
}

fn transaction() -> Result {
    let (mut tx, mut rx) = queue(3);
    transact(&mut tx, ["mix", "width"].into_iter())?;
    if let Err(full) = transact(&mut tx, ["low cut", "high cut"].into_iter()) {
        say(full);
    }
    context("B", move || {
        let seen: Vec<_> = drain(&mut rx, 3).collect();
        say(format_args!("sees {seen:?}"));
    })
}

fn limit() -> Result {
    let (mut source, target) = handoff(1);
    let told = Arc::new(Flag::new());
    sent(source.link(Box::new(1)))?;
    if let Err(back) = source.link(Box::new(2)) {
        told.raise();
        say(format_args!(
            "{back} must wait: {} in flight",
            source.in_flight()
        ));
    }
    drop(target);
    drop(source.reclaim());
    say(format_args!(
        "told: {}, in flight: {}",
        told.take(),
        source.in_flight()
    ));
    Ok(())
}

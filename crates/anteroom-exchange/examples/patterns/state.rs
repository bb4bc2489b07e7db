//! 1: the state of another context, to be changed, asked for, observed and mirrored.

use super::{Colour, Pattern, Result, X, context, say, sent};
use anteroom_exchange::{Dirty, Mirror, State, drain, observe, queue};
use std::sync::Arc;

pub const PATTERNS: &[Pattern] = &[
    ("1.1 mutate target state: x.setColour(red)", mutate),
    ("1.2 get x.colour", get),
    ("1.2 observe changes of x", observer),
    ("1.2 levels for a meter", meter),
    ("1.3 synchronised state", synchronised),
];

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

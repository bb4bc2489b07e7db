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

mod bounds;
mod links;
mod many_ends;
mod memory;
mod messages;
mod passing;
mod state;

use std::error::Error;
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
    let sections: [&[Pattern]; 7] = [
        passing::PATTERNS,
        messages::PATTERNS,
        many_ends::PATTERNS,
        state::PATTERNS,
        links::PATTERNS,
        memory::PATTERNS,
        bounds::PATTERNS,
    ];
    for (name, pattern) in sections.into_iter().flatten() {
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

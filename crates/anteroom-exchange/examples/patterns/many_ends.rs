//! More than one sender, or more than one receiver.

use super::{Pattern, Result, context, say, sent};
use anteroom_exchange::{MsQueue, Shared, drain, queue};
use std::sync::Arc;

pub const PATTERNS: &[Pattern] = &[
    ("several clients, a lock at one end", several_clients),
    ("several workers, a lock at one end", several_workers),
    ("several of both, and no lock", michael_and_scott),
];

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

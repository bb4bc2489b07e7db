//! Messages through queues, and who reads them.

use super::{Pattern, Result, context, say, sent};
use anteroom_exchange::{WorkerThread, handoff, queue};
use std::thread;

pub const PATTERNS: &[Pattern] = &[
    ("passing messages via queues, and back", queues),
    ("a context with a mailbox and an event loop", event_loop),
    ("an object with its own queue migrates", own_queue),
    ("a queue for the reply is sent in a message", reply_queue),
];

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

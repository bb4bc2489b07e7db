//! 3 and 4: where objects are allocated and destroyed, and used again.

use super::{Pattern, Result, context, say, sent};
use anteroom_exchange::{Part, Pool, handoff};
use std::sync::Arc;

pub const PATTERNS: &[Pattern] = &[
    ("3.1 allocate in source, 3.2 destroy in source", in_source),
    ("3.2 a pool in the source", source_pool),
    ("3.2 a count on behalf of the destination", counted),
    ("4.1 a pool local to the target", local_pool),
    ("4.2 closed-loop reuse", closed_loop),
    ("sub-object reference counting", parts),
];

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

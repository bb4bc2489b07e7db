//! Many messages as one, and no more of them than agreed.

use super::{Pattern, Result, context, say, sent};
use anteroom_exchange::{Flag, drain, handoff, queue, transact};
use std::sync::Arc;

pub const PATTERNS: &[Pattern] = &[("a transaction", transaction), ("a limit in flight", limit)];

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

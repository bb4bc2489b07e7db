//! 2: objects that are linked into another context, and whose they are meanwhile.

use super::{Node, Pattern, Result, X, context, say, sent};
use anteroom_exchange::{AtomicF32, Pool, RtBox, handoff, observe, queue};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

pub const PATTERNS: &[Pattern] = &[
    ("2.1 link x, 2.2 unlink x", link_and_unlink),
    ("2.3 swap a graph for another", swap),
    ("transfer of write access", write_access),
    ("publication of an immutable object", publication),
    ("a monitor", monitor),
    ("the receiver is destroyed before the queue", receiver_first),
];

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

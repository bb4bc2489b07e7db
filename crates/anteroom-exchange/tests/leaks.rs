//! What happens to a linked object that is dropped where it should have been unlinked: it is leaked, and counted.
//!
//! One test in a process of its own, since the count is the process's.
#![cfg(not(loom))]

use anteroom_exchange::{RtBox, Target, handoff};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

fn linked(object: &Arc<()>, limit: usize) -> (Target<Arc<()>>, RtBox<Arc<()>>) {
    let (mut source, mut target) = handoff(limit);
    source.link(Box::new(object.clone())).unwrap();
    let linked = target.accept().unwrap();
    (target, linked)
}

#[test]
#[cfg_attr(miri, ignore = "leaks on purpose")]
fn what_is_dropped_is_leaked_and_counted_and_what_is_unlinked_is_neither() {
    let object = Arc::new(());
    let alive = || Arc::strong_count(&object) - 1;
    assert_eq!(RtBox::leaked(), 0);

    // It goes home, and is freed with the ring, as the source has gone.
    let (mut target, there) = linked(&object, 1);
    target.unlink(there);
    drop(target);
    assert_eq!((alive(), RtBox::leaked()), (0, 0));

    let (_target, there) = linked(&object, 1);
    drop(there);
    assert_eq!((alive(), RtBox::leaked()), (1, 1));

    // In a panic, too.
    let (_target, there) = linked(&object, 1);
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let _held = there;
        panic!("on purpose");
    }));
    assert!(panicked.is_err());
    assert_eq!((alive(), RtBox::leaked()), (2, 2));
}

//! The hand-off in one thread: the newest arrival wins, what is away is bounded, and all of it comes home once.

use super::*;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

#[test]
fn the_newest_arrival_wins_and_all_others_come_home_in_order() {
    let (mut source, mut target) = handoff(4);
    let mut slot = None;
    assert!(!target.swap(&mut slot));
    for i in 0..3 {
        source.link(Box::new(i)).unwrap();
    }
    assert!(target.swap(&mut slot));
    assert_eq!(slot.as_deref(), Some(&2));
    assert_eq!(source.in_flight(), 3);
    assert_eq!(source.reclaim().as_deref(), Some(&0));
    assert_eq!(source.reclaim().as_deref(), Some(&1));
    assert_eq!(source.reclaim(), None);
    assert_eq!(source.in_flight(), 1);
    target.unlink(slot.take().unwrap());
}

#[test]
fn credits_bound_what_is_away_even_if_the_source_never_collects() {
    let (mut source, mut target) = handoff(3);
    let mut slot = None;
    let mut refused = 0;
    for i in 0..1000 {
        refused += usize::from(source.link(Box::new(i)).is_err());
        target.swap(&mut slot);
        assert!(source.in_flight() <= 3);
    }
    assert_eq!(refused, 997);
    while source.reclaim().is_some() {}
    assert_eq!(source.in_flight(), 1);
    target.unlink(slot.take().unwrap());
}

#[test]
fn everything_is_freed_once_in_whatever_order_the_ends_go() {
    for source_first in [true, false] {
        let object = Arc::new(());
        let (mut source, mut target) = handoff(4);
        for _ in 0..4 {
            source.link(Box::new(object.clone())).unwrap();
        }
        let linked = target.accept().unwrap();
        target.unlink(linked);
        if source_first {
            drop(source);
            assert_eq!(Arc::strong_count(&object), 4);
            target.close();
        } else {
            target.close();
            assert_eq!(Arc::strong_count(&object), 5);
            assert!(source.is_closed());
            drop(source);
        }
        assert_eq!(Arc::strong_count(&object), 1);
    }
}

#[test]
#[cfg_attr(miri, ignore = "leaks on purpose")]
fn what_finds_no_room_on_the_way_home_is_not_freed_here() {
    let object = Arc::new(());
    let lend = || {
        let (mut source, mut target) = handoff(1);
        source.link(Box::new(object.clone())).unwrap();
        let linked = target.accept().unwrap();
        (source, target, linked)
    };
    let (mut source, mut target, mine) = lend();
    let (_theirs, _other, foreign) = lend();
    target.send_home(mine);
    let leaked = RtBox::leaked();
    target.send_home(foreign);
    assert_eq!(Arc::strong_count(&object), 3, "freed in the callback");
    assert!(RtBox::leaked() > leaked);
    assert!(source.reclaim().is_some() && source.reclaim().is_none());
}

/// Debug builds say so; others send it to the wrong source, and free nothing.
#[test]
#[cfg_attr(miri, ignore = "leaks on purpose")]
fn to_unlink_an_object_of_another_pair_is_noticed() {
    let object = Arc::new(());
    let (mut source, mut target) = handoff(1);
    let (_wrong, mut other) = handoff(1);
    source.link(Box::new(object.clone())).unwrap();
    let linked = target.accept().unwrap();
    let unlink = AssertUnwindSafe(|| other.unlink(linked));
    assert_eq!(catch_unwind(unlink).is_err(), cfg!(debug_assertions));
    assert_eq!(Arc::strong_count(&object), 2, "freed in the callback");
}

#[test]
fn a_closed_target_takes_nothing_more() {
    let (mut source, target) = handoff(2);
    target.close();
    assert_eq!(
        source.link(Box::new(7)),
        Err(SendError::Closed(Box::new(7)))
    );
}

#[test]
fn a_closure_crosses_and_comes_home() {
    let (mut source, mut target) = handoff::<dyn FnMut() -> usize + Send>(1);
    let owned = String::from("abc");
    assert!(source.link(Box::new(move || owned.len())).is_ok());
    let mut call = target.accept().unwrap();
    assert_eq!((*call)(), 3);
    target.unlink(call);
    assert!(source.reclaim().is_some());
}

#[test]
fn ends_and_objects_name_themselves_when_printed() {
    let (mut source, mut target) = handoff(3);
    source.link(Box::new(7)).unwrap();
    assert!(format!("{source:?}").starts_with("Source"), "{source:?}");
    assert!(format!("{target:?}").starts_with("Target"), "{target:?}");
    let object = target.accept().unwrap();
    assert_eq!(format!("{object:?}"), "RtBox(7)");
    target.unlink(object);
    let reader = crate::SeqLockWriter::new().reader(7);
    assert_eq!(format!("{reader:?}"), "SeqLockReader(7)");
}

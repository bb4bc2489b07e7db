//! Projects that are recalled while it plays: each is seen as a whole, and the last one counts.

use std::time::Duration;

use anteroom::impulse::{Origin, Shape};
use anteroom::loader::{ConfigureError, Recalled};

use super::rig::{FORMAT, Folder, Rig, close_to, cut, plain, samples};

/// Recalls a project and does not wait; the number of the request.
fn recall(rig: &Rig, origin: Origin, shape: Shape) -> u64 {
    let recalled = Recalled {
        embed: Some(false),
        ..Recalled::of(FORMAT, origin, shape)
    };
    match rig.remote.recall(recalled, || (), Duration::ZERO) {
        Err(ConfigureError::Late { generation, .. }) => generation,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_shape_that_was_wished_for_without_knowing_of_a_recall_is_not_given_to_its_impulse() {
    let folder = Folder::new();
    let mut rig = Rig::new();
    rig.configure(folder.origin("one.wav", 1));
    let before = rig.handle.asked();
    let asked = recall(&rig, folder.origin("two.wav", 2), plain());
    assert_eq!(rig.handle.asked().recalled, asked);
    let brought = rig.handle.brought(asked).map(|brought| brought.shape);
    assert_eq!(brought, Some(plain()));
    assert_eq!(rig.handle.brought(before.recalled), None);
    // The audio thread had read its shape before, and wishes after.
    let wish = rig.handle.request_shape_as_of(cut(50.0), before.recalled);
    rig.settle();
    assert!(rig.swap());
    assert!(close_to(&rig.answer(200), &samples(2)));
    assert_eq!(rig.handle.settled(), wish);
    // Whoever knows of the recall is heard.
    rig.handle.request_shape_as_of(cut(50.0), asked);
    rig.settle();
    assert!(rig.swap());
    assert!(!close_to(&rig.answer(200), &samples(2)));
    rig.close();
}

#[test]
fn a_shape_for_an_impulse_that_is_still_to_come_is_not_given_to_the_one_before() {
    let folder = Folder::new();
    let mut rig = Rig::new();
    rig.configure(folder.origin("one.wav", 1));
    let coming = rig.handle.asked().recalled + 2;
    rig.handle.request_shape_as_of(cut(50.0), coming);
    rig.settle();
    assert!(!rig.swap());
    assert_eq!(recall(&rig, folder.origin("two.wav", 2), plain()), coming);
    rig.settle();
    assert!(rig.swap());
    assert_eq!(rig.handle.settled(), coming);
    rig.close();
}

#[test]
fn however_many_projects_are_recalled_the_last_counts_and_all_are_settled() {
    let folder = Folder::new();
    let origins: Vec<Origin> = (1..=5)
        .map(|number| folder.origin(&format!("{number}.wav"), number))
        .collect();
    let mut rig = Rig::new();
    rig.configure(origins[0].clone());
    for round in 0..3 {
        let mut asked = 0;
        for turn in 0..200 {
            asked = recall(&rig, origins[(turn + round) % 5].clone(), plain());
        }
        assert_eq!(rig.remote.asked(), asked);
        // What does not fit any more is refused, not put in front.
        assert_eq!(rig.remote.choose(origins[0].clone()), None);
        rig.settle();
        assert!(rig.swap());
        let last = (199 + round) % 5;
        assert!(close_to(&rig.answer(200), &samples(last as u32 + 1)));
        assert_eq!(rig.handle.settled(), asked);
        assert_eq!(rig.remote.asked(), asked);
    }
    // It goes on from there.
    assert!(rig.remote.choose(origins[0].clone()).is_some());
    rig.settle();
    assert!(rig.swap());
    rig.close();
}

#[test]
fn a_choice_takes_the_place_of_a_recall_that_nobody_waits_for() {
    let folder = Folder::new();
    let mut rig = Rig::new();
    rig.configure(folder.origin("one.wav", 1));
    // Nobody waits: the project's file is slow, and the host was told so.
    recall(&rig, folder.origin("two.wav", 2), plain());
    let made = rig.cache.held().made;
    let chosen = rig.remote.choose(folder.origin("three.wav", 3));
    rig.settle();
    assert!(rig.swap());
    assert!(close_to(&rig.answer(200), &samples(3)));
    assert_eq!(Some(rig.handle.settled()), chosen);
    assert_eq!(
        rig.cache.held().made,
        made + 2,
        "the choice was decoded and prepared, and nothing else"
    );
    rig.close();
}

#[test]
fn what_comes_after_such_a_choice_is_read_as_well() {
    let folder = Folder::new();
    let mut rig = Rig::new();
    rig.configure(folder.origin("one.wav", 1));
    recall(&rig, folder.origin("two.wav", 2), plain());
    rig.remote.choose(folder.origin("three.wav", 3));
    assert!(rig.remote.embed(true));
    rig.settle();
    assert!(rig.swap());
    assert!(close_to(&rig.answer(200), &samples(3)));
    rig.close();
}

#[test]
fn a_choice_that_fails_gives_its_place_back_to_the_recall() {
    let folder = Folder::new();
    let mut rig = Rig::new();
    rig.configure(folder.origin("one.wav", 1));
    recall(&rig, folder.origin("two.wav", 2), plain());
    let nothing = folder.origin("three.wav", 3);
    std::fs::remove_file(folder.path("three.wav")).expect("it was there");
    rig.remote.choose(nothing);
    rig.settle();
    while rig.swap() {}
    assert!(close_to(&rig.answer(200), &samples(2)));
    rig.close();
}

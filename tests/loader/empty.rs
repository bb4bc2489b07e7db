//! A slot without an impulse: it is empty at first, filled and emptied again, and keeps nothing then.

use anteroom::convolution::Convolver;
use anteroom::impulse::Origin;
use anteroom::loader::Phase;

use super::rig::{Folder, Rig, close_to, cut, samples};

#[test]
fn a_slot_is_filled_and_emptied() {
    let folder = Folder::new();
    let mut rig = Rig::empty();
    assert_eq!(*rig.remote.origin(), Origin::Nothing);
    assert_eq!(rig.configure(Origin::Nothing).error, None);
    assert!(rig.status().loaded.is_none());
    assert_eq!(rig.held.as_ref().expect("silence").value.engine.tail(), 0);
    // There is nothing to shape, but the shape counts for what comes.
    let wish = rig.handle.request_shape(cut(50.0));
    rig.settle();
    assert!(!rig.swap());
    assert_eq!(rig.handle.settled(), wish);

    let asked = rig.remote.choose(folder.origin("one.wav", 1)).unwrap();
    rig.settle();
    assert!(rig.swap());
    assert_eq!((rig.generation(), rig.handle.settled()), (asked, asked));
    assert_eq!(rig.status().picture.frames, 100);
    let profile = rig.held.as_ref().and_then(|it| it.value.profile.as_ref());
    assert!(profile.is_some_and(|profile| profile.energy() > 0.0));
    let wish = rig.handle.request_shape(super::rig::plain());
    rig.settle();
    assert!(rig.swap());
    assert_eq!(rig.generation(), wish);
    assert!(close_to(&rig.answer(200), &samples(1)));

    rig.remote.choose(Origin::Nothing).unwrap();
    rig.settle();
    assert!(rig.swap());
    rig.settle();
    assert_eq!(rig.held.as_ref().expect("silence").value.engine.tail(), 0);
    let status = rig.status();
    assert_eq!(status.phase, Phase::Ready);
    assert!(status.loaded.is_none() && *status.origin == Origin::Nothing);
    let held = rig.cache.held();
    assert_eq!((held.decoded, held.kernels), (0, 0), "nothing is kept");
    rig.close();
}

#[test]
fn a_bad_choice_for_an_empty_slot_leaves_it_empty() {
    let folder = Folder::new();
    let mut rig = Rig::empty();
    rig.configure(Origin::Nothing);
    rig.remote.choose(folder.junk("bad.wav")).unwrap();
    rig.settle();
    assert!(!rig.swap());
    assert!(matches!(rig.status().phase, Phase::Failed { .. }));
    assert_eq!(*rig.remote.origin(), Origin::Nothing);
    // In a project of another rate it is empty still.
    let format = anteroom::loader::Format {
        rate: 96_000,
        ..super::rig::FORMAT
    };
    let answer = rig.configure_as(format, Origin::Nothing, super::rig::plain());
    assert_eq!((answer.error, rig.status().phase), (None, Phase::Ready));
    rig.close();
}

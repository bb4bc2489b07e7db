//! Choices of another impulse: the newest counts, a bad one changes nothing, and what comes beside it is not lost.

use anteroom::impulse::{Origin, Shape};
use anteroom::loader::{Format, Phase, file_at};

use super::rig::{FORMAT, Folder, Rig, close_to, cut, plain, samples, write_wav};

#[test]
fn of_many_choices_only_the_newest_is_read() {
    let folder = Folder::new();
    let mut rig = Rig::new();
    rig.configure(folder.origin("one.wav", 1));
    for number in 2..20 {
        let origin = folder.origin(&format!("{number}.wav"), number);
        rig.remote.choose(origin).unwrap();
    }
    rig.settle();
    assert!(rig.swap());
    assert!(close_to(&rig.answer(200), &samples(19)));
    // Two files in all were decoded.
    assert_eq!(rig.cache.held().decoded, 1);
    assert_eq!(rig.cache.held().made, 4);
    rig.close();
}

#[test]
fn a_bad_choice_changes_nothing_but_the_status() {
    let folder = Folder::new();
    let mut rig = Rig::new();
    rig.configure(folder.origin("one.wav", 1));
    let (good, number) = (rig.remote.origin(), rig.remote.asked());
    for bad in [folder.junk("bad.wav"), file_at(&folder.path("none.wav"))] {
        let name = bad.name().to_owned();
        let asked = rig.remote.choose(bad).unwrap();
        rig.settle();
        assert_eq!(rig.handle.settled(), asked);
        assert!(!rig.swap());
        assert!(close_to(&rig.answer(200), &samples(1)));
        let status = rig.status();
        let Phase::Failed { message } = &status.phase else {
            panic!("{:?}", status.phase);
        };
        assert!(
            message.contains(&name) && !message.contains('\n'),
            "{message}"
        );
        assert_eq!(status.loaded.unwrap().name, "one.wav");
        assert_eq!(
            (rig.remote.origin(), rig.remote.asked()),
            (good.clone(), number)
        );
    }
    // It goes on from there.
    let wish = rig.handle.request_shape(cut(50.0));
    rig.settle();
    assert!(rig.swap());
    assert_eq!(rig.generation(), wish);
    assert_eq!(rig.status().phase, Phase::Ready);
    rig.close();
}

#[test]
fn a_shape_that_comes_together_with_a_bad_choice_is_not_lost() {
    let folder = Folder::new();
    let mut rig = Rig::new();
    rig.configure(folder.origin("one.wav", 1));
    let wish = rig.handle.request_shape(cut(50.0));
    let asked = rig.remote.choose(folder.junk("bad.wav")).unwrap();
    rig.settle();
    assert!(rig.swap());
    assert_eq!(rig.generation(), asked.max(wish));
    assert_eq!(rig.handle.settled(), asked.max(wish));
    let answer = rig.answer(200);
    let half = samples(1).len() / 2;
    assert!(answer[..half / 2].iter().any(|sample| *sample != 0.0));
    assert!(answer[half + 8..].iter().all(|sample| sample.abs() < 1e-6));
    // And what was wrong with the choice is still told.
    let status = rig.status();
    assert!(
        matches!(&status.phase, Phase::Failed { message } if message.contains("bad.wav")),
        "{:?}",
        status.phase
    );
    // Until the next one.
    rig.remote.choose(folder.origin("two.wav", 2)).unwrap();
    rig.settle();
    assert_eq!(rig.status().phase, Phase::Ready);
    rig.close();
}

/// A choice that is proven stays, whatever becomes of a shape of it.
#[test]
fn a_shape_that_can_not_be_made_takes_no_choice_back() {
    let folder = Folder::new();
    let path = folder.path("long.wav");
    // At 192 kHz and twice its size it is longer than an engine takes.
    write_long(&path);
    let mut rig = Rig::new();
    let format = Format {
        rate: 192_000,
        ..FORMAT
    };
    rig.configure_as(format, folder.origin("one.wav", 1), plain());
    rig.remote.choose(file_at(&path)).unwrap();
    rig.settle();
    assert_eq!(rig.status().phase, Phase::Ready);
    let wish = rig.handle.request_shape(Shape {
        size_percent: 200.0,
        ..plain()
    });
    rig.settle();
    assert_eq!(rig.handle.settled(), wish);
    assert!(matches!(rig.status().phase, Phase::Failed { .. }));
    assert_eq!(rig.remote.origin().name(), "long.wav");
    rig.close();
}

/// Forty-four seconds of next to nothing, at a low rate.
fn write_long(path: &std::path::Path) {
    let mut samples = vec![0.0; 44 * 8_000];
    for place in [0, 44 * 8_000 - 1] {
        samples[place] = 0.5;
    }
    write_wav(path, 8_000, &samples);
}

#[test]
fn embedding_while_a_choice_waits_loses_neither() {
    let folder = Folder::new();
    let mut rig = Rig::new();
    rig.configure(folder.origin("one.wav", 1));
    rig.remote.choose(folder.origin("two.wav", 2)).unwrap();
    rig.remote.embed(true);
    rig.settle();
    assert_eq!(rig.remote.origin().name(), "two.wav");
    assert!(rig.swap());
    assert!(close_to(&rig.answer(200), &samples(2)));
    // And back to the first one, with its copy, when the next choice is no good.
    rig.remote.choose(folder.origin("one.wav", 1)).unwrap();
    rig.settle();
    rig.remote.embed(false);
    rig.settle();
    rig.remote.choose(folder.junk("bad.wav")).unwrap();
    rig.remote.embed(true);
    rig.settle();
    let Origin::File(file) = &*rig.remote.origin() else {
        panic!("a file was chosen");
    };
    assert_eq!(file.name, "one.wav");
    assert!(file.embedded.is_some());
    rig.close();
}

#[test]
fn the_audio_thread_steps_through_a_list_without_an_editor() {
    let mut rig = Rig::new();
    let rooms: Vec<&str> = Origin::room_names().collect();
    rig.configure(Origin::room(rooms[0]).expect("a room"));
    // Both before the worker looks: they add up, and only the last one is prepared.
    rig.handle.step(1);
    rig.handle.step(1);
    rig.settle();
    assert_eq!(rig.status().origin.name(), rooms[2]);
    assert_eq!(rig.remote.origin().name(), rooms[2]);
    assert!(rig.swap());
    // A list of the editor's takes the place of the rooms, and goes round.
    let list = [rooms[2], rooms[5]].map(|name| Origin::room(name).expect("a room"));
    rig.remote.set_list(list.to_vec());
    for name in [rooms[5], rooms[2]] {
        rig.handle.step(-1);
        rig.settle();
        assert_eq!(rig.status().origin.name(), name);
        assert!(rig.swap());
    }
    let (away, freed) = rig.remote.engines();
    assert!(away <= 3 && freed >= 2, "{away} {freed}");
}

#[test]
fn a_step_goes_on_from_what_was_chosen_before_it() {
    let mut rig = Rig::new();
    let rooms: Vec<&str> = Origin::room_names().collect();
    rig.configure(Origin::room(rooms[0]).expect("a room"));
    rig.remote
        .choose(Origin::room(rooms[3]).expect("a room"))
        .unwrap();
    rig.handle.step(1);
    rig.settle();
    assert_eq!(rig.status().origin.name(), rooms[4]);
    assert_eq!(rig.remote.origin().name(), rooms[4]);
    rig.close();
}

#[test]
fn steps_that_are_forgotten_lead_nowhere() {
    let mut rig = Rig::new();
    let rooms: Vec<&str> = Origin::room_names().collect();
    rig.configure(Origin::room(rooms[0]).expect("a room"));
    rig.handle.step(1);
    rig.remote.reset_steps();
    rig.settle();
    assert_eq!(rig.remote.origin().name(), rooms[0]);
    rig.close();
}

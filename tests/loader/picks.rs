//! The project's own choices: prepared when there is nothing else to do, sent to wait ready, and taken into use by a pick
//! without another engine.

use anteroom::convolution::{Convolver, PrimedEngine};
use anteroom::exchange::{RtBox, Versioned};
use anteroom::impulse::Origin;
use anteroom::loader::{Asked, Phase, Picked, ShapeRequest, file_at};

use super::rig::{Folder, Rig, close_to, cut, plain, samples};

/// The engines that have come to wait ready, each with its place.
struct Ready(Vec<RtBox<Versioned<PrimedEngine>>>);

impl Ready {
    fn new() -> Self {
        Self(Vec::new())
    }

    /// Takes what has come; one for a place that is taken goes home, and so do those beyond `count`.
    fn take(&mut self, rig: &mut Rig, count: usize) -> Vec<usize> {
        let mut came = Vec::new();
        while let Some(engine) = rig.ready.accept() {
            let place = engine.value.place.expect("it has a place");
            came.push(place);
            let old = self
                .0
                .iter()
                .position(|held| held.value.place == Some(place));
            if let Some(old) = old {
                rig.ready.unlink(self.0.remove(old));
            }
            self.0.push(engine);
        }
        while let Some(over) = (self.0.iter()).position(|held| held.value.place >= Some(count)) {
            rig.ready.unlink(self.0.remove(over));
        }
        came
    }

    fn of(&mut self, place: usize) -> &mut RtBox<Versioned<PrimedEngine>> {
        let found = self
            .0
            .iter_mut()
            .find(|held| held.value.place == Some(place));
        found.expect("it is ready")
    }

    /// What the engine of a place answers to a click on the left.
    fn answer(&mut self, place: usize, count: usize) -> Vec<f32> {
        let engine = &mut self.of(place).value.engine;
        let mut click = vec![0.0; count];
        click[0] = 1.0;
        let silence = vec![0.0; count];
        let (mut left, mut right) = (vec![0.0; count], vec![0.0; count]);
        engine.reset();
        engine.process(&[&click, &silence], &mut [&mut left, &mut right]);
        engine.reset();
        left
    }

    fn part(self, rig: &mut Rig) {
        for engine in self.0 {
            rig.ready.unlink(engine);
        }
    }
}

/// Asks for a choice as the audio thread does, with the engine of this generation or without one.
fn pick(rig: &mut Rig, place: usize, taken: u64) -> u64 {
    let generation = rig.handle.next();
    rig.handle.request(ShapeRequest {
        shape: plain(),
        generation,
        recalled: rig.handle.asked().recalled,
        shaped: 0,
        picked: Picked {
            place,
            number: generation,
            taken,
        },
    });
    generation
}

fn list(folder: &Folder, numbers: std::ops::Range<u32>) -> Vec<Origin> {
    let origin = |number| folder.origin(&format!("{number}.wav"), number);
    numbers.map(origin).collect()
}

#[test]
fn each_choice_is_prepared_and_waits_ready_with_its_memory_told() {
    let folder = Folder::new();
    let mut rig = Rig::new();
    let mut ready = Ready::new();
    assert!(rig.remote.set_choices(list(&folder, 2..5)));
    rig.settle();
    assert!(ready.take(&mut rig, 3).is_empty(), "nobody plays yet");
    rig.configure(folder.origin("1.wav", 1));
    rig.settle();
    assert_eq!(ready.take(&mut rig, 3), [0, 1, 2]);
    for place in 0..3 {
        assert!(close_to(
            &ready.answer(place, 200),
            &samples(2 + place as u32)
        ));
    }
    let Asked { list: known, .. } = rig.handle.asked();
    assert_eq!(known.count, 3);
    let status = rig.status();
    assert_eq!(status.choices.len(), 3);
    assert_eq!(status.loaded.expect("it is in use").name, "1.wav");
    for choice in &*status.choices {
        assert_eq!(choice.phase, Phase::Ready);
        // The samples at least, and what the engine has of its own.
        assert!(choice.bytes > 800 + 1_000, "{}", choice.bytes);
    }
    // Nothing is made twice for the list's sake, and what it no longer has is freed.
    let made = rig.cache.held().made;
    let mut shorter = list(&folder, 2..5);
    shorter.remove(1);
    rig.remote.set_choices(shorter);
    rig.settle();
    assert_eq!(rig.cache.held().made, made, "no stage is repeated");
    assert_eq!(ready.take(&mut rig, 2), [0, 1]);
    rig.settle();
    assert!(close_to(&ready.answer(1, 200), &samples(4)));
    assert_eq!(rig.cache.held().decoded, 3);
    rig.remote.set_choices(Vec::new());
    rig.settle();
    ready.take(&mut rig, 0);
    rig.settle();
    assert_eq!(
        (rig.cache.held().decoded, rig.status().choices.len()),
        (1, 0)
    );
    ready.part(&mut rig);
    rig.close();
}

#[test]
fn another_shape_and_another_format_make_them_anew() {
    let folder = Folder::new();
    let mut rig = Rig::new();
    let mut ready = Ready::new();
    rig.remote.set_choices(list(&folder, 2..4));
    rig.configure(folder.origin("1.wav", 1));
    rig.settle();
    ready.take(&mut rig, 2);
    let before = ready.of(1).generation;
    let wish = rig.handle.request_shape(cut(50.0));
    rig.settle();
    assert_eq!(ready.take(&mut rig, 2), [0, 1]);
    assert!(before < wish && ready.of(1).generation >= wish);
    let full = samples(3);
    let answer = ready.answer(1, 200);
    assert!(close_to(&answer[..50], &full[..50]));
    assert!(answer[120..].iter().all(|sample| sample.abs() < 1e-6));
    // The same list recalled: engines of before count no longer, but no stage is repeated.
    rig.configure_as(super::rig::FORMAT, folder.origin("1.wav", 1), cut(50.0));
    let made = rig.cache.held().made;
    rig.settle();
    assert_eq!(ready.take(&mut rig, 2), [0, 1]);
    assert_eq!(rig.cache.held().made, made);
    ready.part(&mut rig);
    rig.close();
}

#[test]
fn an_engine_that_was_taken_is_in_use_and_no_other_is_sent() {
    let folder = Folder::new();
    let mut rig = Rig::new();
    let mut ready = Ready::new();
    rig.remote.set_choices(list(&folder, 2..5));
    rig.configure(folder.origin("1.wav", 1));
    rig.settle();
    ready.take(&mut rig, 3);
    let revision = rig.status().revision;
    let taken = ready.of(1).generation;
    let number = pick(&mut rig, 1, taken);
    rig.settle();
    assert!(rig.handle.settled() >= number);
    assert!(!rig.swap(), "the one that was taken sounds");
    let status = rig.status();
    assert_eq!(status.phase, Phase::Ready);
    assert_eq!(status.loaded.expect("it is in use").name, "3.wav");
    assert_eq!(rig.remote.origin().name(), "3.wav");
    // It is no change by the user: a parameter says it.
    assert_eq!(status.revision, revision);
    // Another shape is of that one, and it takes over with its tail.
    rig.handle.request_shape(cut(60.0));
    rig.settle();
    assert!(rig.swap());
    let held = rig.held.as_ref().expect("an engine");
    assert!(held.value.primed_to.is_some() && held.value.place.is_none());
    assert!(close_to(&rig.answer(200)[..60], &samples(3)[..60]));
    ready.part(&mut rig);
    rig.close();
}

#[test]
fn one_that_was_not_ready_is_sent_and_what_is_chosen_later_counts() {
    let folder = Folder::new();
    let mut rig = Rig::new();
    let mut ready = Ready::new();
    rig.remote.set_choices(list(&folder, 2..5));
    rig.configure(folder.origin("1.wav", 1));
    // At once, before any is prepared; beyond the end it is the last.
    let number = pick(&mut rig, 9, 0);
    rig.settle();
    assert!(rig.handle.settled() >= number && rig.swap());
    assert!(rig.generation() >= number);
    assert!(close_to(&rig.answer(200), &samples(4)));
    // An engine of before another list may be of something else.
    ready.take(&mut rig, 3);
    let outdated = ready.of(0).generation;
    rig.remote.set_choices(list(&folder, 3..5));
    rig.settle();
    pick(&mut rig, 0, outdated);
    rig.settle();
    assert!(rig.swap());
    assert!(close_to(&rig.answer(200), &samples(3)));
    // A choice of the user's, and then a pick from before it.
    let number = rig.handle.next();
    rig.remote.choose(folder.origin("7.wav", 7)).expect("room");
    rig.handle.request(ShapeRequest {
        shape: plain(),
        generation: number,
        recalled: rig.handle.asked().recalled,
        shaped: 0,
        picked: Picked {
            place: 1,
            number,
            taken: 0,
        },
    });
    rig.settle();
    assert!(rig.swap());
    assert!(close_to(&rig.answer(200), &samples(7)));
    assert_eq!(rig.remote.origin().name(), "7.wav");
    ready.take(&mut rig, 2);
    ready.part(&mut rig);
    rig.close();
}

#[test]
fn the_newest_engine_that_comes_back_is_made_again() {
    let folder = Folder::new();
    let mut rig = Rig::new();
    let mut ready = Ready::new();
    rig.remote.set_choices(list(&folder, 2..5));
    rig.configure(folder.origin("1.wav", 1));
    rig.settle();
    // The audio thread knows of a shorter list only.
    ready.take(&mut rig, 2);
    rig.settle();
    assert_eq!(ready.take(&mut rig, 3), [2]);
    rig.settle();
    assert!(ready.take(&mut rig, 3).is_empty());
    ready.part(&mut rig);
    rig.close();
}

#[test]
fn a_pick_from_before_a_recall_is_over() {
    let folder = Folder::new();
    let mut rig = Rig::new();
    rig.remote.set_choices(list(&folder, 2..5));
    rig.configure(folder.origin("1.wav", 1));
    let before = rig.handle.asked().recalled;
    rig.configure(folder.origin("6.wav", 6));
    let generation = rig.handle.next();
    rig.handle.request(ShapeRequest {
        shape: plain(),
        generation,
        recalled: before,
        shaped: 0,
        picked: Picked {
            place: 0,
            number: generation,
            taken: 0,
        },
    });
    rig.settle();
    assert!(rig.handle.settled() >= generation);
    assert_eq!(rig.remote.origin().name(), "6.wav");
    let mut ready = Ready::new();
    ready.take(&mut rig, 3);
    ready.part(&mut rig);
    rig.close();
}

#[test]
fn a_file_that_is_missing_in_the_list_is_named_and_looked_for_again() {
    let folder = Folder::new();
    let mut rig = Rig::new();
    let mut ready = Ready::new();
    // As a project knows it, after it was used.
    rig.configure(folder.origin("gone.wav", 9));
    rig.settle();
    let known = (*rig.remote.origin()).clone();
    rig.configure(folder.origin("1.wav", 1));
    std::fs::remove_file(folder.path("gone.wav")).expect("just written");
    let bad = folder.junk("bad.wav");
    let mut choices = list(&folder, 2..3);
    choices.extend([known, bad, file_at(&folder.path("never.wav"))]);
    rig.remote.set_choices(choices);
    rig.settle();
    assert_eq!(ready.take(&mut rig, 4), [0]);
    let phases = |rig: &mut Rig| -> Vec<Phase> {
        let status = rig.status();
        status.choices.iter().map(|it| it.phase.clone()).collect()
    };
    let said = phases(&mut rig);
    assert_eq!(said[0], Phase::Ready);
    let Phase::Missing { file, message } = &said[1] else {
        panic!("{:?}", said[1]);
    };
    assert!(
        file.name == "gone.wav" && message.contains("gone.wav"),
        "{message}"
    );
    assert!(matches!(&said[2], Phase::Failed { message } if message.contains("bad.wav")));
    assert!(matches!(&said[3], Phase::Failed { message } if message.contains("never.wav")));
    // What sounds goes on, and so does the list.
    assert_eq!(rig.status().phase, Phase::Ready);
    let number = pick(&mut rig, 1, 0);
    rig.settle();
    assert!(rig.handle.settled() >= number && !rig.swap());
    assert!(matches!(rig.status().phase, Phase::Missing { .. }));
    assert_eq!(rig.remote.origin().name(), "1.wav", "it stays in use");
    // It comes back by itself when somebody looks again.
    folder.impulse("gone.wav", 9);
    rig.remote.retry();
    rig.settle();
    assert_eq!(ready.take(&mut rig, 4), [1]);
    assert!(close_to(&ready.answer(1, 200), &samples(9)));
    ready.part(&mut rig);
    rig.close();
}

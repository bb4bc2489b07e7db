//! The loader's promises, one step at a time and with no thread but the test's own: the newest wish
//! wins, errors are values, nothing is read twice, nothing is lost, everything dies on the worker.

#[path = "loader/choices.rs"]
mod choices;
#[path = "loader/distance.rs"]
mod distance;
#[path = "loader/empty.rs"]
mod empty;
#[path = "loader/picks.rs"]
mod picks;
#[path = "loader/recalls.rs"]
mod recalls;
#[path = "loader/rig.rs"]
mod rig;
#[path = "loader/stages.rs"]
mod stages;

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use anteroom::convolution::{Convolver, Layout};
use anteroom::exchange::RtBox;
use anteroom::impulse::{Origin, Shape};
use anteroom::loader::{Cache, Format, Phase, Picture, file_at};
use anteroom::state::Preset;

use rig::{FORMAT, Folder, RATE, Rig, close_to, cut, plain, samples, write_wav};

#[test]
fn a_configuration_is_answered_when_its_engine_is_linked() {
    let folder = Folder::new();
    let mut rig = Rig::new();
    let settled = rig.configure(folder.origin("one.wav", 1));
    assert_eq!(settled.error, None);
    assert_eq!(rig.generation(), settled.generation);
    assert_eq!(rig.handle.settled(), settled.generation);
    assert!(close_to(&rig.answer(200), &samples(1)));
    let status = rig.status();
    assert_eq!(status.phase, Phase::Ready);
    let loaded = status.loaded.unwrap();
    assert_eq!(
        (loaded.name.as_str(), loaded.channels, loaded.frames),
        ("one.wav", 2, 200)
    );
    assert_ne!(*status.picture, Picture::default());
    rig.close();
}

#[test]
fn a_room_sounds_at_once_with_no_file() {
    let mut rig = Rig::new();
    let settled = rig.configure(Origin::default());
    assert_eq!(settled.error, None);
    assert!(rig.answer(4800).iter().any(|sample| *sample != 0.0));
    let loaded = rig.status().loaded.unwrap();
    assert_eq!((loaded.channels, loaded.format.as_str()), (4, "room"));
    rig.close();
}

#[test]
fn of_many_wishes_only_the_newest_is_prepared() {
    let folder = Folder::new();
    let mut rig = Rig::new();
    rig.configure(folder.origin("one.wav", 1));
    let before = rig.cache.held().made;
    let mut last = 0;
    for percent in 10..60 {
        last = rig.handle.request_shape(cut(percent as f32));
    }
    rig.settle();
    assert_eq!(rig.cache.held().made, before + 1);
    assert_eq!(rig.handle.settled(), last);
    assert!(rig.swap());
    assert_eq!(rig.generation(), last);
    assert_eq!(rig.engines.waiting(), 0);
    assert_eq!(rig.held.as_ref().unwrap().value.engine.tail(), 118);
    rig.close();
}

#[test]
fn a_shape_that_nobody_can_take_waits_and_comes_up_to_date() {
    let folder = Folder::new();
    let mut rig = Rig::new();
    rig.configure(folder.origin("one.wav", 1));
    let sound = vec![0.25; 3000];
    let play = |rig: &mut Rig| rig.history.write(&[&sound, &sound]);
    play(&mut rig);
    rig.handle.set_accepting_swaps(false);
    let first = rig.handle.request_shape(cut(50.0));
    rig.settle();
    assert!(!rig.swap() && rig.handle.is_swap_pending());
    assert!(rig.handle.settled() < first);
    play(&mut rig);
    let second = rig.handle.request_shape(cut(40.0));
    rig.settle();
    assert!(!rig.swap(), "it still waits");
    play(&mut rig);
    rig.handle.set_accepting_swaps(true);
    rig.settle();
    assert!(rig.swap());
    assert_eq!(rig.generation(), second, "the newest has come");
    assert_eq!(rig.handle.settled(), second);
    assert!(!rig.handle.is_swap_pending());
    let held = rig.held.as_ref().unwrap();
    assert_eq!(held.value.primed_to, Some(rig.history.head()));
    assert_eq!(rig.engines.waiting(), 0);
    // Another impulse begins in silence: there is nothing that it could wait for.
    rig.handle.set_accepting_swaps(false);
    rig.remote.choose(folder.origin("two.wav", 2)).unwrap();
    rig.settle();
    assert!(rig.swap());
    assert_eq!(rig.held.as_ref().unwrap().value.primed_to, None);
    rig.close();
}

#[test]
fn a_shape_that_is_in_use_makes_no_new_engine_and_settles_all_the_same() {
    let folder = Folder::new();
    let mut rig = Rig::new();
    rig.configure(folder.origin("one.wav", 1));
    let wish = rig.handle.request_shape(plain());
    rig.settle();
    assert_eq!(rig.handle.settled(), wish);
    assert!(!rig.swap());
    rig.close();
}

#[test]
fn work_that_was_overtaken_is_given_up() {
    let folder = Folder::new();
    let cache = Arc::new(Cache::default());
    let armed = Arc::new(AtomicBool::new(false));
    // When the loader says that it loads, it is already too late for that one.
    let (late, remote) = (
        folder.origin("late.wav", 3),
        Arc::new(std::sync::OnceLock::new()),
    );
    let notify = {
        let (armed, remote) = (armed.clone(), remote.clone());
        move || {
            if armed.swap(false, Ordering::Relaxed) {
                let remote: &anteroom::loader::Remote = remote.get().unwrap();
                remote.choose(late.clone()).unwrap();
            }
        }
    };
    let mut rig = Rig::sharing(cache, notify);
    remote.set(rig.remote.clone()).ok().unwrap();
    rig.configure(folder.origin("one.wav", 1));
    let before = rig.cache.held().made;
    armed.store(true, Ordering::Relaxed);
    rig.remote.choose(folder.origin("two.wav", 2)).unwrap();
    rig.settle();
    // The file that was overtaken was not even read; the other one became a kernel.
    assert_eq!(rig.cache.held().made, before + 2);
    assert!(rig.swap());
    assert_eq!(rig.engines.waiting(), 0);
    assert!(close_to(&rig.answer(200), &samples(3)));
    rig.close();
}

#[test]
fn silence_at_the_beginning_is_told_and_a_project_whose_start_cuts_it_away_recalls_that() {
    let folder = Folder::new();
    let path = folder.path("late.wav");
    // 20 ms.
    let late = [vec![0.0; 960], samples(1)].concat();
    write_wav(&path, RATE, &late);
    let mut rig = Rig::new();
    let settled = rig.configure(file_at(&path));
    assert_eq!(settled.error, None);
    let notes = rig.status().loaded.unwrap().notes.clone();
    assert_eq!(notes, ["begins with 20.0 ms of silence"]);
    assert!(close_to(&rig.answer(late.len()), &late));

    // The project is saved with the start behind the silence, and opened by another instance.
    let mut preset = Preset::default();
    preset.set("start", 20.0);
    preset.project.origin = (*rig.remote.origin()).clone();
    let recalled = Preset::from_clapstate(&preset.to_clapstate()).unwrap();
    let shape = Shape {
        start_ms: recalled.value("start").unwrap(),
        ..plain()
    };
    rig.close();
    let mut rig = Rig::new();
    let settled = rig.configure_as(FORMAT, recalled.project.origin, shape);
    assert_eq!(settled.error, None);
    assert!(close_to(&rig.answer(200), &samples(1)));
    // What the file has is still told.
    assert_eq!(rig.status().loaded.unwrap().notes, notes);
    rig.close();
}

#[test]
fn what_was_shaped_when_it_fell_silent_keeps_its_picture() {
    let folder = Folder::new();
    let mut rig = Rig::new();
    rig.configure(folder.origin("one.wav", 1));
    rig.remote.set_active(false);
    rig.handle.request_shape(cut(50.0));
    rig.settle();
    assert!(!rig.status().picture.channels.is_empty());
    rig.close();
}

#[test]
fn a_shape_is_changed_without_reading_the_file_again() {
    let folder = Folder::new();
    let mut rig = Rig::new();
    let origin = folder.origin("one.wav", 1);
    rig.configure(origin);
    fs::remove_file(folder.path("one.wav")).unwrap();
    rig.handle.request_shape(cut(50.0));
    rig.settle();
    assert!(rig.swap());
    // Nor is it for another rate or layout.
    let mono = Format {
        rate: 44_100,
        layout: Layout::Mono,
    };
    let settled = rig.configure_as(mono, (*rig.remote.origin()).clone(), plain());
    assert_eq!(settled.error, None);
    let engine = &rig.held.as_ref().unwrap().value.engine;
    assert_eq!((engine.inputs(), engine.outputs()), (1, 1));
    rig.close();
}

#[test]
fn every_configuration_links_an_engine_of_its_generation() {
    let folder = Folder::new();
    let mut rig = Rig::new();
    for round in 1..20 {
        let settled = rig.configure(folder.origin("one.wav", 1));
        assert_eq!(settled.generation, round);
        assert_eq!(rig.generation(), round);
    }
    // One kernel was made, and nineteen engines of it.
    assert_eq!(rig.cache.held().made, 2);
    rig.close();
}

#[test]
fn while_nobody_takes_engines_none_are_made() {
    let folder = Folder::new();
    let mut rig = Rig::new();
    rig.configure(folder.origin("one.wav", 1));
    rig.remote.set_active(false);
    for number in 2..40 {
        rig.remote.choose(folder.origin("two.wav", number)).unwrap();
        rig.settle();
    }
    assert_eq!(rig.engines.waiting(), 0);
    assert_eq!(rig.status().loaded.unwrap().name, "two.wav");
    let origin = (*rig.remote.origin()).clone();
    rig.configure(origin);
    assert!(close_to(&rig.answer(200), &samples(39)));
    rig.close();
}

#[test]
fn with_all_credits_out_the_newest_engine_waits_and_a_configuration_is_still_answered() {
    let folder = Folder::new();
    let mut rig = Rig::new();
    rig.configure(folder.origin("one.wav", 1));
    // The audio thread stands still.
    let mut last = 0;
    for percent in 10..60 {
        last = rig.handle.request_shape(cut(percent as f32));
        rig.settle();
    }
    assert!(rig.handle.settled() < last, "not linked, so not settled");
    let settled = rig.configure(folder.origin("two.wav", 2));
    assert_eq!(rig.generation(), settled.generation);
    assert!(close_to(&rig.answer(200), &samples(2)));
    rig.settle();
    assert_eq!(rig.handle.settled(), settled.generation);
    assert!(!rig.swap(), "what waited was overtaken");
    rig.close();
}

#[test]
fn an_engine_that_waited_for_a_credit_is_linked_when_there_is_one() {
    let folder = Folder::new();
    let mut rig = Rig::new();
    rig.configure(folder.origin("one.wav", 1));
    let mut last = 0;
    for percent in 10..60 {
        last = rig.handle.request_shape(cut(percent as f32));
        rig.settle();
    }
    while rig.swap() {
        rig.settle();
    }
    assert_eq!(rig.generation(), last);
    assert_eq!(rig.handle.settled(), last);
    rig.close();
}

#[test]
fn everything_is_freed_when_an_instance_goes_with_work_still_to_do() {
    let folder = Folder::new();
    let leaked = RtBox::leaked();
    for steps in 0..6 {
        let mut rig = Rig::new();
        rig.configure(folder.origin("one.wav", 1));
        rig.remote.choose(folder.origin("two.wav", 2)).unwrap();
        rig.handle.request_shape(cut(50.0));
        rig.remote.embed(true);
        for _ in 0..steps {
            rig.loader.step();
        }
        let cache = rig.close();
        let held = cache.held();
        assert_eq!(
            (held.decoded, held.resampled, held.kernels),
            (0, 0, 0),
            "{steps}"
        );
    }
    assert_eq!(RtBox::leaked(), leaked);
}

#[test]
fn instances_share_what_they_have_in_common() {
    let folder = Folder::new();
    let cache = Arc::new(Cache::default());
    let mut first = Rig::sharing(cache.clone(), || {});
    first.configure(folder.origin("one.wav", 1));
    let origin = (*first.remote.origin()).clone();
    let mut rigs: Vec<Rig> = (0..31)
        .map(|_| Rig::sharing(cache.clone(), || {}))
        .collect();
    for rig in &mut rigs {
        assert_eq!(rig.configure(origin.clone()).error, None);
    }
    // A file and a kernel, once each.
    assert_eq!(cache.held().made, 2);
    rigs.push(first);
    for rig in rigs {
        assert_eq!(cache.held().kernels, 1);
        rig.close();
    }
    assert_eq!(cache.held().decoded + cache.held().kernels, 0);
}

#[test]
fn the_editor_is_notified_of_every_change_it_can_see() {
    let folder = Folder::new();
    let count = Arc::new(AtomicUsize::new(0));
    let counter = count.clone();
    let mut rig = Rig::sharing(Arc::default(), move || {
        counter.fetch_add(1, Ordering::Relaxed);
    });
    rig.settle();
    assert_eq!(count.load(Ordering::Relaxed), 0);
    rig.configure(folder.origin("one.wav", 1));
    // Loading, and ready.
    assert_eq!(count.load(Ordering::Relaxed), 2);
    rig.settle();
    assert_eq!(count.load(Ordering::Relaxed), 2);
    rig.close();
}

#[test]
fn an_impulse_is_resampled_once_for_all_shapes() {
    let folder = Folder::new();
    let mut rig = Rig::new();
    let format = Format {
        rate: 96_000,
        ..FORMAT
    };
    rig.configure_as(format, folder.origin("one.wav", 1), plain());
    assert_eq!(rig.cache.held().made, 3, "decoded, resampled, transformed");
    rig.handle.request_shape(cut(50.0));
    rig.settle();
    assert_eq!(rig.cache.held().made, 4);
    rig.close();
}

#[test]
fn an_impulse_that_nobody_plays_has_no_picture_of_another() {
    let folder = Folder::new();
    let mut rig = Rig::new();
    rig.configure(folder.origin("one.wav", 1));
    assert!(!rig.status().picture.channels.is_empty());
    rig.remote.set_active(false);
    rig.remote.choose(folder.origin("two.wav", 2)).unwrap();
    rig.settle();
    let status = rig.status();
    assert_eq!(status.loaded.unwrap().name, "two.wav");
    assert!(status.picture.channels.is_empty());
    rig.close();
}

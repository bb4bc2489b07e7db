//! The loader with its threads: an audio thread that may neither allocate nor free, a host, an
//! editor, and files that are good, bad and gone. Nothing here depends on how fast the machine is.

#[path = "loader/rig.rs"]
mod rig;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use anteroom::convolution::{Convolver, Layout};
use anteroom::exchange::{RtBox, WorkerThread};
use anteroom::impulse::Origin;
use anteroom::loader::{Cache, Format, LoaderHandle, Parts, Phase, Remote, file_at, loader, start};
use assert_no_alloc::{AllocDisabler, assert_no_alloc};

use rig::{FORMAT, Folder, close_to, cut, plain, samples};

/// Aborts the process when the audio thread allocates or frees.
#[global_allocator]
static ALLOCATOR: AllocDisabler = AllocDisabler;

const MINUTE: Duration = Duration::from_secs(60);

/// A small generator, so that a failure can be repeated.
struct Rng(u64);

impl Rng {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) % most
    }
}

/// Waits for something that is sure to come.
fn until(what: &str, mut done: impl FnMut() -> bool) {
    let begin = std::time::Instant::now();
    while !done() {
        assert!(begin.elapsed() < MINUTE, "never: {what}");
        thread::sleep(Duration::from_micros(200));
    }
}

#[test]
fn the_net_catches_an_audio_thread_that_frees() {
    const INSIDE: &str = "ANTEROOM_TEST_FREES";
    if std::env::var_os(INSIDE).is_some() {
        let engine = Box::new([0_u8; 100]);
        assert_no_alloc(|| drop(engine));
        return;
    }
    let status = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "the_net_catches_an_audio_thread_that_frees"])
        .env(INSIDE, "1")
        .output()
        .unwrap()
        .status;
    assert!(!status.success());
}

#[test]
fn a_storm_from_all_sides_ends_with_what_was_wanted_last() {
    let folder = Folder::new();
    let origins: Vec<Origin> = (0..4)
        .map(|number| folder.origin(&format!("{number}.wav"), number))
        .chain([folder.junk("junk.wav"), file_at(&folder.path("none.wav"))])
        .chain([Origin::room("Small Room").unwrap()])
        .collect();
    let leaked = RtBox::leaked();
    let notified = Arc::new(AtomicUsize::new(0));
    let count = notified.clone();
    let (remote, audio, mut status) = start(move || {
        count.fetch_add(1, Ordering::Relaxed);
    })
    .unwrap();
    let (mut handle, mut engines, _history) = audio.split();
    let settled = remote
        .configure(FORMAT, origins[0].clone(), plain(), MINUTE)
        .unwrap();
    assert_eq!(settled.error, None);

    let stop = AtomicBool::new(false);
    let (mut slot, mut rng) = (None, Rng(1));
    let last = thread::scope(|scope| {
        let audio = scope.spawn(|| {
            let mut last = 0;
            let mut newest = 0;
            while !stop.load(Ordering::Relaxed) {
                // One callback.
                assert_no_alloc(|| {
                    if rng.below(3) == 0 {
                        last = handle.request_shape(cut(10.0 + rng.below(90) as f32));
                    }
                    if engines.swap(&mut slot) {
                        handle.notify();
                    }
                    let in_use = slot.as_ref().map_or(0, |engine| engine.generation);
                    assert!(in_use >= newest, "an older engine came after a newer one");
                    newest = in_use;
                });
                thread::sleep(Duration::from_micros(rng.below(300)));
            }
            last = assert_no_alloc(|| handle.request_shape(cut(75.0)));
            last
        });
        let editor = scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                let status = status.read();
                if status.phase == Phase::Ready {
                    assert!(status.loaded.is_some());
                }
                let _ = remote.origin();
                thread::sleep(Duration::from_micros(500));
            }
        });
        let mut rng = Rng(2);
        for round in 0..if cfg!(debug_assertions) { 150 } else { 1000 } {
            let origin = &origins[rng.below(origins.len() as u64) as usize];
            if remote.choose(origin.clone()).is_none() {
                thread::yield_now();
            }
            if round % 16 == 0 {
                remote.embed(rng.below(2) == 0);
                remote.measure();
            }
            thread::sleep(Duration::from_micros(rng.below(3000)));
        }
        remote.embed(false);
        until("room for a last choice", || {
            remote.choose(origins[2].clone()).is_some()
        });
        stop.store(true, Ordering::Relaxed);
        editor.join().unwrap();
        audio.join().unwrap()
    });

    // From here on the audio thread only takes what comes.
    until("the last wish", || {
        engines.swap(&mut slot);
        handle.notify();
        handle.settled() >= last
    });
    until("the last choice", || {
        engines.swap(&mut slot);
        handle.notify();
        let status = status.read();
        let name = status.loaded.as_ref().map(|loaded| loaded.name.clone());
        status.phase == Phase::Ready && name.as_deref() == Some("2.wav")
    });
    until("the last engine", || {
        engines.swap(&mut slot);
        slot.as_ref()
            .is_some_and(|engine| engine.generation >= last && engine.value.engine.tail() == 150)
    });
    assert!(notified.load(Ordering::Relaxed) > 0);

    // The worker goes first, the audio end last, and nothing is left.
    drop(remote);
    engines.unlink(slot.take().unwrap());
    engines.close();
    assert_eq!(RtBox::leaked(), leaked);
}

#[test]
fn activating_again_and_again_with_wishes_in_flight_never_lets_an_old_engine_in() {
    let folder = Folder::new();
    let (remote, audio, _status) = start(|| {}).unwrap();
    let (mut handle, mut engines, _history) = audio.split();
    let mut slot = None;
    let mut rng = Rng(3);
    for _ in 0..60 {
        let format = Format {
            rate: [44_100, 48_000, 96_000][rng.below(3) as usize],
            layout: [Layout::Mono, Layout::MonoToStereo, Layout::Stereo][rng.below(3) as usize],
        };
        let origin = folder.origin("one.wav", 1);
        let settled = remote.configure(format, origin, plain(), MINUTE).unwrap();
        // What `prepare` does: only engines of the answer's generation are good.
        engines.swap(&mut slot);
        let engine = slot.as_ref().unwrap();
        assert!(engine.generation >= settled.generation);
        assert_eq!(engine.value.engine.inputs(), format.layout.inputs());
        assert_eq!(engine.value.engine.outputs(), format.layout.outputs());
        for _ in 0..rng.below(5) {
            handle.request_shape(cut(10.0 + rng.below(90) as f32));
            engines.swap(&mut slot);
        }
        remote.set_active(false);
    }
    drop(remote);
    engines.unlink(slot.take().unwrap());
}

#[test]
fn an_offline_render_gets_each_shape_it_waits_for() {
    let folder = Folder::new();
    let (remote, audio, _status) = start(|| {}).unwrap();
    let (mut handle, mut engines, _history) = audio.split();
    remote
        .configure(FORMAT, folder.origin("one.wav", 1), plain(), MINUTE)
        .unwrap();
    let mut slot = None;
    for percent in (10..100).rev() {
        let wish = handle.request_shape(cut(percent as f32));
        assert!(handle.wait_settled(wish, MINUTE));
        assert!(engines.swap(&mut slot));
        let engine = slot.as_ref().unwrap();
        assert_eq!(engine.generation, wish);
        assert_eq!(engine.value.engine.tail(), percent * 2);
    }
    assert!(!handle.wait_settled(u64::MAX, Duration::from_millis(1)));
    engines.unlink(slot.take().unwrap());
}

#[test]
fn closing_while_the_loader_is_at_work_frees_everything_once() {
    let folder = Folder::new();
    let leaked = RtBox::leaked();
    for round in 0..40_u64 {
        let cache = Arc::new(Cache::default());
        let stepping = Arc::new(AtomicU64::new(0));
        let Parts {
            mut loader,
            remote,
            audio,
            status,
        } = loader(cache.clone(), || {});
        let steps = stepping.clone();
        let thread = WorkerThread::spawn("loader under test", move || {
            steps.fetch_add(1, Ordering::Release);
            loader.step()
        })
        .unwrap();
        let (mut handle, mut engines, _history) = audio.split();
        let asker = remote.clone();
        let origin = folder.origin("one.wav", 1);
        thread::scope(|scope| {
            let asked = scope.spawn(|| asker.configure(FORMAT, origin, plain(), MINUTE));
            until("an answer", || {
                thread.wake();
                asked.is_finished()
            });
        });
        remote.choose(Origin::room("Hall").unwrap()).unwrap();
        handle.request_shape(cut(50.0));
        thread.wake();
        // It is somewhere in the middle of that when it ends.
        until("a few steps", || {
            stepping.load(Ordering::Acquire) > round % 4
        });
        match round % 3 {
            0 => {
                drop(thread);
                drop((remote, asker, status, handle));
                engines.close();
            }
            1 => {
                let mut slot = None;
                engines.swap(&mut slot);
                drop((remote, asker, status, handle));
                if let Some(engine) = slot {
                    engines.unlink(engine);
                }
                engines.close();
                drop(thread);
            }
            _ => {
                engines.close();
                drop(thread);
                drop((remote, asker, status, handle));
            }
        }
        let held = cache.held();
        assert_eq!(
            (held.decoded, held.resampled, held.kernels),
            (0, 0, 0),
            "{round}"
        );
    }
    assert_eq!(RtBox::leaked(), leaked);
}

#[test]
fn many_instances_in_many_threads_load_one_file_once() {
    let folder = Folder::new();
    let path = folder.impulse("shared.wav", 7);
    // A project's origin knows the content.
    let known = {
        let (remote, audio, _status) = start(|| {}).unwrap();
        remote
            .configure(FORMAT, file_at(&path), plain(), MINUTE)
            .unwrap();
        drop(audio);
        (*remote.origin()).clone()
    };
    let cache = Arc::new(Cache::default());
    let instances: Vec<(Remote, LoaderHandle, _, WorkerThread)> = (0..32)
        .map(|_| {
            let Parts {
                mut loader,
                remote,
                audio,
                ..
            } = loader(cache.clone(), || {});
            let thread = WorkerThread::spawn("one of many", move || loader.step()).unwrap();
            let (handle, engines, _history) = audio.split();
            (remote, handle, engines, thread)
        })
        .collect();
    thread::scope(|scope| {
        for (remote, _, _, thread) in &instances {
            let known = known.clone();
            scope.spawn(move || {
                let asker = remote.clone();
                let done = AtomicBool::new(false);
                thread::scope(|inner| {
                    inner.spawn(|| {
                        let settled = asker.configure(FORMAT, known, plain(), MINUTE).unwrap();
                        assert_eq!(settled.error, None);
                        done.store(true, Ordering::Release);
                    });
                    until("an answer", || {
                        thread.wake();
                        done.load(Ordering::Acquire)
                    });
                });
            });
        }
    });
    assert_eq!(cache.held().made, 2, "one file, one kernel");
    for (_, _, mut engines, _looper) in instances {
        let mut slot = None;
        assert!(engines.swap(&mut slot));
        let engine = &mut slot.as_mut().unwrap().value.engine;
        let mut click = vec![0.0; 200];
        click[0] = 1.0;
        let (mut left, mut right) = (vec![0.0; 200], vec![0.0; 200]);
        engine.process(&[&click[..], &[0.0; 200]], &mut [&mut left, &mut right]);
        assert!(close_to(&left, &samples(7)));
        engines.unlink(slot.take().unwrap());
    }
    assert_eq!(cache.held().kernels, 0);
}

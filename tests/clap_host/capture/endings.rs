//! Every way in which a recording ends before its time, at every state of it: without a click, and leaving nothing.

use super::super::rng::Rng;
use super::studio::{MOST, RATE, Studio, short};
use anteroom::instance::{CapturePhase, CaptureSettings, CaptureState, CaptureWays, Command};
use assert_no_alloc::assert_no_alloc;
use std::time::{Duration, Instant};

/// Nothing is picked up.
const NOTHING: super::studio::Room<'static> = &|_, _, _| 0.0;

/// A tone that comes in: the plug-in's own sound while nothing is recorded.
const TONE: super::studio::Room<'static> = &|_, frame, _| (frame as f32 * 0.01).sin() * 0.25;

fn settings() -> CaptureSettings {
    CaptureSettings {
        // Low for long, so that a click would be seen.
        high_hz: Some(2_000.0),
        delay_s: 0.1,
        ..short(CaptureWays::TrueStereo)
    }
}

/// The largest step from one sample to the next from a frame on.
fn largest_step(studio: &Studio, from: usize) -> f32 {
    let steps = |row: &Vec<f32>| -> f32 {
        row[from..]
            .windows(2)
            .map(|pair| (pair[1] - pair[0]).abs())
            .fold(0.0, f32::max)
    };
    studio.output.iter().map(steps).fold(0.0, f32::max)
}

/// Plays until the recording is at a place.
fn begun(position: u64, state: CaptureState) -> Studio {
    let mut studio = Studio::new();
    studio.block(64, NOTHING);
    studio.start(settings());
    let mut sizes = || 64;
    studio.play_until(&mut sizes, NOTHING, |studio, phase| {
        assert!(phase.is_busy(), "{phase:?}");
        let report = studio.snapshot().capture;
        report.state == state && report.position >= position
    });
    studio
}

/// All blocks are home soon, while the host goes on.
fn all_home(studio: &mut Studio) {
    let begin = Instant::now();
    while studio.ui.capture.blocks_away() > 0 {
        studio.block(64, NOTHING);
        std::thread::sleep(Duration::from_millis(1));
        assert!(begin.elapsed() < Duration::from_secs(30), "blocks are home");
    }
}

#[test]
fn a_stop_in_every_state_fades_out_and_leaves_nothing() {
    let frames = |seconds: f64| (seconds * RATE as f64) as u64;
    for (position, state) in [
        (0, CaptureState::Waiting),
        // Silence, the mark, the first sweep, the pause after it, the second.
        (frames(0.1), CaptureState::Playing),
        (frames(0.55), CaptureState::Playing),
        (frames(4.0), CaptureState::Playing),
        (frames(8.0), CaptureState::Playing),
        (frames(13.0), CaptureState::Playing),
    ] {
        let mut studio = begun(position, state);
        let from = studio.output[0].len() - 64;
        studio.stop();
        assert_eq!(studio.poll(), CapturePhase::Idle);
        for _ in 0..40 {
            studio.block(64, NOTHING);
        }
        assert_eq!(studio.state(), CaptureState::Idle, "{position}");
        // Within 20 ms it is silent; a sine of -12 dB at 2 kHz moves by 0.066, a mark of 8 kHz by 0.25.
        let fade = from + 64 + RATE / 50 + 64;
        let is_silent = studio
            .output
            .iter()
            .all(|row| row[fade..].iter().all(|x| *x == 0.0));
        assert!(is_silent, "{position}");
        let step = largest_step(&studio, from);
        println!("{state:?} at {position}: {step}");
        assert!(step < 0.27, "{position}: {step}");
        all_home(&mut studio);
        let files = std::fs::read_dir(studio.folder.path()).expect("a folder");
        assert_eq!(files.count(), 0, "nothing is saved");
        studio.deactivate();
    }
}

#[test]
fn its_own_sound_makes_room_and_comes_back_without_a_click() {
    let mut studio = Studio::new();
    studio.rig.pump();
    for _ in 0..200 {
        studio.block(64, TONE);
    }
    studio.start(CaptureSettings {
        level_db: -60.0,
        ..settings()
    });
    let mut sizes = || 100;
    let begin = studio.output[0].len();
    studio.play_until(&mut sizes, TONE, |studio, _| {
        studio.snapshot().capture.position > 20_000
    });
    let end = studio.output[0].len();
    studio.stop();
    for _ in 0..400 {
        studio.block(64, TONE);
    }
    // The reverb is an impulse of sharp reflections, so it is the dry sound and a slow tail that are looked at.
    let step = largest_step(&studio, begin);
    assert!(step < 0.02, "{step}");
    let quiet = &studio.output[0][end - 8_000..end];
    assert!(quiet.iter().all(|sample| sample.abs() < 0.002));
    let after = &studio.output[0][studio.output[0].len() - 2_000..];
    assert!(after.iter().any(|sample| sample.abs() > 0.05));
    studio.deactivate();
}

/// How a recording ends by something that a host does.
fn message(studio: &mut Studio) -> String {
    let mut sizes = || 256;
    match studio.play_until(&mut sizes, NOTHING, |_, phase| !phase.is_busy()) {
        CapturePhase::Failed(reason) => reason,
        other => panic!("{other:?}"),
    }
}

#[test]
fn bypass_a_bounce_and_a_new_start_end_it_with_a_message() {
    let at = 20_000;
    let mut studio = begun(at, CaptureState::Playing);
    let bypass = studio.rig.id("bypass");
    studio.block.automate(bypass, 10, 1.0);
    let reason = message(&mut studio);
    assert!(reason.contains("bypassed"), "{reason}");
    all_home(&mut studio);
    // While it is bypassed none begins.
    studio.start(settings());
    let reason = message(&mut studio);
    assert!(reason.contains("bypassed"), "{reason}");
    studio.deactivate();

    let mut studio = begun(at, CaptureState::Playing);
    studio.deactivate();
    studio.rig.offline(true);
    studio.activate();
    let reason = message(&mut studio);
    assert!(reason.contains("offline"), "{reason}");
    // Nor does one begin in a bounce, and nothing of it sounds.
    let from = studio.output[0].len();
    studio.start(settings());
    let reason = message(&mut studio);
    assert!(reason.contains("offline"), "{reason}");
    for _ in 0..200 {
        studio.block(512, NOTHING);
    }
    let bounce = studio.output[0][from..].iter();
    assert!(
        bounce.clone().all(|sample| *sample == 0.0),
        "a bounce is as without"
    );
    studio.deactivate();

    let mut studio = begun(at, CaptureState::Playing);
    studio.plugin.as_mut().expect("it is active").reset();
    let reason = message(&mut studio);
    assert!(reason.contains("began anew"), "{reason}");
    all_home(&mut studio);
    studio.deactivate();
}

#[test]
fn an_instance_that_goes_away_in_the_middle_frees_everything() {
    let leaked = anteroom::exchange::RtBox::leaked();
    let mut studio = begun(20_000, CaptureState::Playing);
    studio.deactivate();
    drop(studio);
    let studio = begun(20_000, CaptureState::Playing);
    let Studio { ui, .. } = studio;
    // The editor's ends first.
    drop(ui);
    assert_eq!(anteroom::exchange::RtBox::leaked(), leaked);
}

#[test]
fn a_sweep_makes_no_system_call() {
    use super::super::syscalls;
    let mut studio = begun(20_000, CaptureState::Playing);
    let from = studio.snapshot().capture.position;
    let plugin = studio.plugin.as_mut().expect("it is active");
    let block = &mut studio.block;
    // Twelve blocks of the worker's go home and come back meanwhile; it has made more than that.
    let mut play = || (0..200).for_each(|_| block.process(plugin, 256));
    match syscalls::count(&mut play) {
        Some(counts) => {
            let told = syscalls::show(&counts);
            syscalls::report(&format!(
                "CLAP, system calls in 200 blocks of a sweep: {told}"
            ));
            assert!(counts.is_empty(), "{told}");
        }
        None => play(),
    }
    let report = studio.snapshot().capture;
    assert_eq!(report.position, from + 200 * 256);
    assert_eq!(report.state, CaptureState::Playing);
    studio.stop();
    studio.deactivate();
}

#[test]
fn a_minute_of_starts_and_stops_at_random_allocates_nothing() {
    let mut studio = Studio::new();
    let mut rng = Rng(11);
    let (mut started, mut stopped, mut played) = (0, 0, 0);
    let mut states = [false; 4];
    while studio.output[0].len() < 60 * RATE {
        match rng.roll(200) {
            0 => {
                let ways = [
                    CaptureWays::Mono,
                    CaptureWays::Stereo,
                    CaptureWays::TrueStereo,
                ];
                studio.start(CaptureSettings {
                    seconds: 1.0,
                    low_hz: 50.0,
                    delay_s: rng.share() * 0.2,
                    ways: ways[rng.roll(3)],
                    ..CaptureSettings::default()
                });
                started += 1;
            }
            1 => {
                studio.stop();
                stopped += 1;
            }
            2 => {
                // Commands as no editor sends them.
                let number = rng.roll(40) as u32;
                let at = rng.roll(2 * studio.output[0].len() + 1) as u64;
                let _ = studio.ui.commands.push(Command::StopCapture { number, at });
                let start = anteroom::instance::StartCapture {
                    number,
                    rate: RATE as u32,
                    frames: rng.roll(100_000) as u32,
                    at,
                    ways: CaptureWays::Stereo,
                };
                let _ = studio.ui.commands.push(Command::StartCapture(start));
            }
            3 => {
                let bypass = studio.rig.id("bypass");
                studio
                    .block
                    .automate(bypass, 0, f64::from(rng.roll(2) as u32));
            }
            4 if rng.roll(3) == 0 => {
                let plugin = studio.plugin.as_mut().expect("it is active");
                assert_no_alloc(|| plugin.reset());
            }
            _ => {}
        }
        studio.poll();
        let most = if rng.roll(10) == 0 { MOST } else { 512 };
        let samples = 1 + rng.roll(most);
        studio.block(samples, TONE);
        let state = studio.state();
        states[state as usize] = true;
        played += u64::from(state == CaptureState::Playing);
        if rng.roll(4) == 0 {
            std::thread::sleep(Duration::from_millis(1));
        }
        for row in &studio.output {
            assert!(
                row[row.len() - samples..]
                    .iter()
                    .all(|sample| sample.is_finite())
            );
        }
    }
    println!("{started} starts, {stopped} stops, {played} blocks of sweeps");
    assert!(started > 5 && stopped > 5 && played > 20);
    assert_eq!(states, [true; 4], "every state was met");
    studio.stop();
    all_home(&mut studio);
    assert_eq!(anteroom::exchange::RtBox::leaked(), 0);
    studio.deactivate();
}

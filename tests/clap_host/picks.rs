//! The project's own choices in a host: `pick` lands on its event, a minute of it in real time loses nothing, and the list
//! is saved with the project.

use std::path::Path;
use std::time::{Duration, Instant};

use super::rig::{Block, Rig, tail};
use super::rng::Rng;
use anteroom::exchange::RtBox;
use anteroom::impulse::{FileRef, MOST_CHOICES, Origin};
use anteroom::instance::{Phase, UiHandle};
use anteroom::state::Preset;
use assert_no_alloc::assert_no_alloc;

const RATE: usize = 48_000;
const SIZE: usize = 512;

/// Few echoes that die away, as a file that a project knows.
fn file(folder: &Path, number: usize) -> Origin {
    let path = folder.join(format!("{number}.wav"));
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: RATE as u32,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let mut writer = hound::WavWriter::create(&path, spec).expect("a file");
    for place in 0..9_000 + 500 * number {
        let is_echo = place.is_multiple_of(1_000 + 37 * number);
        let sign = if number.is_multiple_of(2) { 1.0 } else { -1.0 };
        let sample = if is_echo {
            sign * 0.5_f32.powi((place / 1_000) as i32 + 1)
        } else {
            0.0
        };
        writer.write_sample(sample).expect("room on the disk");
    }
    writer.finalize().expect("room on the disk");
    let (file, _) = FileRef::open(&path).expect("a good file");
    Origin::File(file)
}

/// A project with so many choices, of which the first is in use.
fn project(folder: &Path, count: usize) -> Preset {
    let mut preset = Preset::default();
    preset.project.choices = (0..count).map(|number| file(folder, number)).collect();
    preset.project.origin = preset.project.choices[0].clone();
    preset.set("mix", 100.0);
    preset.set("normalize", 0.0);
    preset
}

/// Waits until all choices are ready while silence is played, and `pause` does what the host does meanwhile.
fn until_ready(ui_handle: &mut UiHandle, mut play: impl FnMut()) {
    let begin = Instant::now();
    loop {
        let choices = ui_handle.status.read().choices.clone();
        if !choices.is_empty() && choices.iter().all(|choice| choice.phase == Phase::Ready) {
            return;
        }
        assert!(
            begin.elapsed() < Duration::from_secs(60),
            "never ready: {choices:?}"
        );
        play();
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn a_pick_lands_on_its_event_whatever_the_hosts_blocks() {
    const EVENTS: [(usize, f64); 6] = [
        (777, 1.0),
        (13_001, 2.0),
        (13_333, 3.0),
        (30_000, 0.0),
        (30_001, 15.0),
        (40_007, 1.0),
    ];
    let folder = tempfile::tempdir().expect("a folder");
    let state = project(folder.path(), 5).to_clapstate();
    let bounce = |size: usize, late: usize| {
        let mut rig = Rig::new();
        assert!(rig.load(&state));
        rig.offline(true);
        let stopped = rig.activate(RATE as f64, size);
        let mut plugin = stopped.start_processing().expect("it starts");
        let mut block = Block::new(2, 2, size);
        let mut sound: Vec<f32> = Vec::new();
        while sound.len() < 48_000 {
            let start = sound.len();
            let count = size.min(48_000 - start);
            block.feed(count, |channel, index| {
                ((start + index) * 31 % (97 + channel)) as f32 / 97.0 - 0.5
            });
            for (at, to) in EVENTS {
                let at = at + late;
                if (start..start + count).contains(&at) {
                    block.automate(rig.id("pick"), at - start, to);
                }
            }
            block.process(&mut plugin, count);
            sound.extend(&block.output[0][..count]);
        }
        rig.plugin.deactivate(plugin.stop_processing());
        sound
    };
    let reference = bounce(480, 0);
    assert!(reference == bounce(480, 0), "played again");
    for size in [1, 17, 64, 192, 512, 2_048] {
        assert!(bounce(size, 0) == reference, "blocks of {size}");
    }
    // A sample later it is another sound from the event on, and not before.
    let later = bounce(480, 1);
    let differs = later.iter().zip(&reference).position(|(a, b)| a != b);
    assert_eq!(differs, Some(EVENTS[0].0));
}

/// The largest step of a slow sine while `pick` stays where it is, or moves at random, and how often impulses were swapped.
fn listen(folder: &Path, minutes: f64, stays_at: Option<usize>) -> (f32, u64) {
    let (mut rig, ui_handle) = anteroom::plugin::without_editor(Rig::new);
    let mut ui_handle = ui_handle.expect("the editor's ends");
    assert!(rig.load(&project(folder, MOST_CHOICES).to_clapstate()));
    let stopped = rig.activate(RATE as f64, SIZE);
    let mut plugin = stopped.start_processing().expect("it starts");
    let mut block = Block::new(2, 2, SIZE);
    until_ready(&mut ui_handle, || block.process(&mut plugin, SIZE));
    let mut rng = Rng(7);
    let (mut largest, mut before, mut at) = (0.0_f32, 0.0, 0);
    let mut quietest = f32::MAX;
    let blocks = (minutes * 60.0 * RATE as f64) as usize / SIZE;
    for turn in 0..blocks {
        block.feed(SIZE, |_, index| {
            let seconds = (at + index) as f64 / RATE as f64;
            0.25 * (std::f64::consts::TAU * (110.0 * seconds).fract()).sin() as f32
        });
        // Now and then several in a block, now and then none for long.
        let events = match stays_at {
            None if turn % 40 < 30 => rng.roll(3),
            _ => 0,
        };
        if let (0, Some(place)) = (turn, stays_at) {
            block.automate(rig.id("pick"), 0, place as f64);
        }
        let mut time = 0;
        for _ in 0..events {
            time = (time + rng.roll(SIZE)).min(SIZE - 1);
            block.automate(rig.id("pick"), time, rng.roll(MOST_CHOICES) as f64);
        }
        block.process_in(&mut plugin, SIZE, |process| assert_no_alloc(process));
        let mut loudest = 0.0_f32;
        for sample in &block.output[0] {
            // Where it stays the way there does not count.
            if stays_at.is_none() || turn > 60 {
                largest = largest.max((sample - before).abs());
            }
            before = *sample;
            loudest = loudest.max(sample.abs());
        }
        // While it plays there is no hole.
        if turn > 100 {
            quietest = quietest.min(loudest);
        }
        at += SIZE;
        // The loader has its say, faster than in any host.
        if turn.is_multiple_of(8) {
            std::thread::sleep(Duration::from_micros(300));
        }
    }
    assert!(quietest > 0.0, "a hole in the sound");
    // What rings goes on after the input, and ends.
    block.feed(SIZE, |_, _| 0.0);
    let mut rings = 0.0_f32;
    for turn in 0..400 {
        block.process_in(&mut plugin, SIZE, |process| assert_no_alloc(process));
        let loudest = block.output[0]
            .iter()
            .fold(0.0_f32, |most, x| most.max(x.abs()));
        match turn {
            1..6 => rings = rings.max(loudest),
            380.. => assert_eq!(loudest, 0.0, "it rings for ever"),
            _ => {}
        }
    }
    assert!(rings > 1e-3, "the tail is cut");
    assert!(tail(&mut plugin) >= 8_000);
    let swaps = ui_handle.snapshots.read().swaps;
    assert_eq!(ui_handle.snapshots.read().engines, 1);
    rig.plugin.deactivate(plugin.stop_processing());
    (largest, swaps)
}

#[test]
fn a_minute_of_random_picks_makes_no_step_and_no_hole_and_loses_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let leaked = RtBox::leaked();
    let still = (0..MOST_CHOICES).map(|place| listen(folder.path(), 0.03, Some(place)).0);
    let still = still.fold(0.0, f32::max);
    let (moved, swaps) = listen(folder.path(), 1.0, None);
    println!("{swaps} swaps, largest step {moved}, without moves {still}");
    assert!(swaps > 200, "{swaps}");
    // Within 3 dB.
    assert!(moved < 1.41 * still, "{moved} of {still}");
    assert_eq!(RtBox::leaked(), leaked);
}

#[test]
fn the_list_and_what_is_picked_are_saved_and_opened_with_the_project() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut preset = project(folder.path(), 4);
    preset.project.origin = preset.project.choices[2].clone();
    preset.set("pick", 2.0);
    let played = |state: &[u8], pick: Option<f64>| {
        let mut rig = Rig::new();
        assert!(rig.load(state));
        rig.offline(true);
        let stopped = rig.activate(RATE as f64, SIZE);
        let mut plugin = stopped.start_processing().expect("it starts");
        let mut block = Block::new(2, 2, SIZE);
        let mut sound: Vec<f32> = Vec::new();
        for turn in 0..20 {
            block.feed(SIZE, |_, index| f32::from(u8::from(turn + index == 0)));
            if let (0, Some(pick)) = (turn, pick) {
                block.automate(rig.id("pick"), 0, pick);
            }
            block.process(&mut plugin, SIZE);
            sound.extend(&block.output[0]);
        }
        let saved = rig.save();
        rig.plugin.deactivate(plugin.stop_processing());
        (
            sound,
            Preset::from_clapstate(&saved).expect("a state of our own"),
        )
    };
    let (third, saved) = played(&preset.to_clapstate(), None);
    assert_eq!(saved.project.choices, preset.project.choices);
    assert_eq!(
        (saved.value("pick"), saved.project.origin.name()),
        (Some(2.0), "2.wav")
    );
    // An event at the first sample is heard from there on, and what it picked is saved.
    let (first, saved) = played(&preset.to_clapstate(), Some(0.0));
    assert!(first != third);
    assert_eq!(
        (saved.value("pick"), saved.project.origin.name()),
        (Some(0.0), "0.wav")
    );
    assert!(played(&saved.to_clapstate(), None).0 == first);
    assert!(played(&saved.to_clapstate(), Some(2.0)).0 == third);
    // A project of before there was a list has none, and then the parameter does nothing.
    let mut older = preset.clone();
    older.project.choices.clear();
    let (sound, saved) = played(&older.to_clapstate(), Some(0.0));
    assert!(sound == third && saved.project.choices.is_empty());
}

#[test]
fn a_file_that_is_missing_in_the_list_is_named_and_the_sound_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut preset = project(folder.path(), 3);
    // One that no other test has: what an instance of the process holds is not missing.
    preset.project.choices[1] = file(folder.path(), 77);
    std::fs::remove_file(folder.path().join("77.wav")).expect("just written");
    let (mut rig, ui_handle) = anteroom::plugin::without_editor(Rig::new);
    let mut ui_handle = ui_handle.expect("the editor's ends");
    assert!(rig.load(&preset.to_clapstate()));
    rig.offline(true);
    let stopped = rig.activate(RATE as f64, SIZE);
    let mut plugin = stopped.start_processing().expect("it starts");
    let mut block = Block::new(2, 2, SIZE);
    let mut plays = |to: f64| {
        block.feed(SIZE, |_, _| 0.1);
        block.automate(rig.id("pick"), 100, to);
        block.process(&mut plugin, SIZE);
        for _ in 0..100 {
            block.process(&mut plugin, SIZE);
        }
        block.output[0][SIZE - 1]
    };
    let first = plays(0.0);
    assert!(first.abs() > 0.01);
    let still = (plays(1.0) - first).abs();
    assert!(still < 1e-6, "the one before it stays");
    let status = ui_handle.status.read().clone();
    let Phase::Missing { message, .. } = &status.phase else {
        panic!("{:?}", status.phase);
    };
    assert!(message.contains("77.wav"), "{message}");
    assert!((plays(2.0) - first).abs() > 2e-5);
    let begin = Instant::now();
    loop {
        let choices = ui_handle.status.read().choices.clone();
        if let [_, missing, _] = &*choices
            && let Phase::Missing { message, .. } = &missing.phase
        {
            assert!(message.contains("77.wav"), "{message}");
            break;
        }
        assert!(begin.elapsed() < Duration::from_secs(60), "{choices:?}");
        plays(2.0);
    }
    // The project keeps it.
    let saved = Preset::from_clapstate(&rig.save()).expect("a state of our own");
    assert_eq!(saved.project.choices, preset.project.choices);
    rig.plugin.deactivate(plugin.stop_processing());
}

//! Known rooms recovered: filters behind any latency in blocks of any size, and the room of a second instance.

use super::super::rig::{Block, Rig};
use super::super::rng::Rng;
use super::super::warm;
use super::studio::{MOST, PRE, RATE, Room, Studio, error_db, read, short};
use anteroom::impulse::Origin;
use anteroom::instance::{CapturePhase, CaptureWays};
use anteroom::loader::file_at;
use anteroom::state::Preset;
use std::path::Path;

/// A short filter: one sample, and noise that falls.
fn filter(seed: u64, length: usize) -> Vec<f32> {
    let mut rng = Rng(seed);
    let mut taps: Vec<f32> = (0..length)
        .map(|tap| (rng.share() as f32 - 0.5) * 0.5 * 0.9_f32.powi(tap as i32))
        .collect();
    taps[0] = 1.0;
    taps
}

/// What a filter makes of one channel, so many samples later.
fn heard(filter: &[f32], delay: usize, frame: usize, played: &[f32]) -> f32 {
    let taps = filter.iter().enumerate();
    let sum: f64 = taps
        .filter_map(|(tap, &gain)| {
            let at = frame.checked_sub(delay + tap)?;
            Some(f64::from(gain) * f64::from(*played.get(at)?))
        })
        .sum();
    sum as f32
}

/// Records the same filter behind a delay, in blocks that are no longer than it.
fn recovered(delay: usize, samples: &mut dyn FnMut() -> usize) {
    let wanted = filter(delay as u64, 40);
    let other = filter(99, 24);
    // What the right microphone hears comes 7 samples later.
    let room: Room<'_> = &|channel, frame, output| match channel {
        0 => heard(&wanted, delay, frame, &output[0]),
        _ => heard(&other, delay + 7, frame, &output[0]),
    };
    let mut studio = Studio::new();
    let taken = studio.record(short(CaptureWays::Stereo), samples, room);
    assert_eq!(taken.quality.latency_samples, Some(delay as i64));
    assert_eq!(taken.notes, Vec::<String>::new());
    let channels = read(&taken);
    assert_eq!(channels.len(), 2);
    let errors = [
        error_db(&channels[0], PRE, &wanted),
        error_db(&channels[1], PRE + 7, &other),
    ];
    println!(
        "delay {delay}: {errors:.1?} dB, {} frames",
        channels[0].len()
    );
    assert!(errors.iter().all(|error| *error < -90.0), "{errors:?}");
    // The right loudspeaker was silent, and nothing of the plug-in's own sound was heard.
    let begun = studio.output[1].iter().position(|sample| *sample != 0.0);
    assert_eq!(begun, None);
    assert_eq!(studio.ui.capture.blocks_away(), 0);
    studio.deactivate();
}

#[test]
fn a_filter_one_sample_away_is_recovered_in_blocks_of_one() {
    recovered(1, &mut || 1);
}

#[test]
fn a_filter_is_recovered_in_blocks_that_change() {
    let mut rng = Rng(5);
    recovered(777, &mut || 1 + rng.roll(777));
}

#[test]
fn a_filter_20000_samples_away_is_recovered_in_blocks_of_8192_and_less() {
    let mut rng = Rng(6);
    recovered(20_000, &mut || match rng.roll(2) {
        0 => MOST,
        _ => 1 + rng.roll(MOST),
    });
}

/// An impulse of four channels in a file: left to left, left to right, right to left, right to right.
fn save(path: &Path, channels: &[Vec<f32>]) {
    let spec = hound::WavSpec {
        channels: channels.len() as u16,
        sample_rate: RATE as u32,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let mut writer = hound::WavWriter::create(path, spec).expect("a file");
    for frame in 0..channels[0].len() {
        for channel in channels {
            writer
                .write_sample(channel[frame])
                .expect("room on the disk");
        }
    }
    writer.finalize().expect("room on the disk");
}

/// Another instance, which is the room: it plays this file and nothing else.
struct Venue {
    rig: Rig,
    block: Block,
}

impl Venue {
    fn new(file: &Path) -> Self {
        let mut preset = Preset::default();
        preset.project.origin = file_at(file);
        preset.set("mix", 100.0);
        preset.set("normalize", 0.0);
        warm::warm(&preset.project.origin, RATE as u32);
        let mut rig = Rig::new();
        assert!(rig.load(&preset.to_clapstate()));
        let block = Block::new(2, 2, MOST);
        Self { rig, block }
    }
}

#[test]
fn the_room_of_a_second_instance_is_recorded_in_two_passes_and_sounds_the_same() {
    const SIZE: usize = 512;
    let folder = tempfile::tempdir().expect("a folder");
    let ways: Vec<Vec<f32>> = (0..4).map(|way| filter(way + 1, 200)).collect();
    let file = folder.path().join("venue.wav");
    save(&file, &ways);
    let mut venue = Venue::new(&file);
    let stopped = venue.rig.activate(RATE as f64, MOST);
    let mut room = stopped.start_processing().expect("it starts");
    let mut studio = Studio::new();
    let mut wire = [vec![0.0_f32; SIZE], vec![0.0_f32; SIZE]];
    let mut frames = 0;
    let mut started = false;
    let taken = loop {
        let phase = studio.poll();
        match phase {
            CapturePhase::Done(taken) => break taken,
            CapturePhase::Failed(reason) => panic!("{reason}"),
            CapturePhase::Idle if frames > 0 && !started => {
                studio.start(short(CaptureWays::TrueStereo));
                started = true;
            }
            _ => {}
        }
        while studio.overtakes(SIZE) || matches!(studio.poll(), CapturePhase::Working(_)) {
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        // What the loudspeakers played in the last block is in the room, and then at the microphones.
        venue
            .block
            .feed(SIZE, |channel, index| wire[channel][index]);
        venue.block.process(&mut room, SIZE);
        let heard = venue.block.output.clone();
        studio.block(SIZE, &|channel, frame, _| heard[channel][frame - frames]);
        for (wire, output) in wire.iter_mut().zip(&studio.output) {
            wire.copy_from_slice(&output[frames..]);
        }
        frames += SIZE;
    };
    assert_eq!(taken.channels, 4);
    assert_eq!(taken.quality.sweep.map(|sweep| sweep.passes), Some(2));
    let channels = read(&taken);
    let errors: Vec<f64> = channels
        .iter()
        .zip(&ways)
        .map(|(found, way)| error_db(found, PRE, way))
        .collect();
    println!("{errors:.1?} dB");
    assert!(errors.iter().all(|error| *error < -90.0), "{errors:?}");
    studio.deactivate();
    venue.rig.plugin.deactivate(room.stop_processing());
    // Played through, it is the venue, 2 ms later.
    let [one, other] = [&file, &taken.path].map(|file| through(file));
    let gap = one
        .iter()
        .zip(&other[PRE..])
        .map(|(a, b)| (a - b).abs())
        .fold(0.0_f32, f32::max);
    assert!(gap < 1e-3, "{gap}");
}

/// What a room makes of a low tone in the middle of the sweep's range, on the left, offline.
fn through(file: &Path) -> Vec<f32> {
    let mut venue = Venue::new(file);
    venue.rig.offline(true);
    let stopped = venue.rig.activate(RATE as f64, MOST);
    let mut plugin = stopped.start_processing().expect("it starts");
    venue.block.feed(4_096, |_, index| {
        let window = (index as f32 / 4_096.0 * std::f32::consts::PI).sin();
        (index as f32 * 0.1).sin() * 0.25 * window * window
    });
    venue.block.process(&mut plugin, 4_096);
    let sound = venue.block.output[0][..4_096].to_vec();
    venue.rig.plugin.deactivate(plugin.stop_processing());
    sound
}

#[test]
fn the_origin_of_a_file_is_what_the_editor_chooses() {
    // What is recorded is loaded as any other file: by its path, and found again by its content.
    let Origin::File(file) = file_at(Path::new("/a/Room 2026-11-30, 1.8 s.wav")) else {
        panic!("it is a file");
    };
    assert_eq!(file.name, "Room 2026-11-30, 1.8 s.wav");
}

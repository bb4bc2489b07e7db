//! Captures with the audio thread played by the test: a host that does not come, settings that make no sense, the file.

use super::*;
use crate::convolution::Layout;
use crate::impulse::Shape;
use crate::instance::{AudioSide, Remote, UiHandle, instance};
use crate::loader::Format;
use crate::processor::Settings;
use std::thread;

const RATE: u32 = 48_000;

struct Bench {
    audio: AudioSide,
    ui: UiHandle,
    folder: tempfile::TempDir,
    // Ends the loaders.
    _remote: Remote,
    /// What was put out in the block before: the loudspeaker and the microphones are one wire.
    wire: Vec<[f32; 2]>,
}

impl Bench {
    fn new() -> Self {
        let (mut audio, ui, remote) = instance(|| {}).expect("threads");
        let format = Format {
            rate: RATE,
            layout: Layout::Stereo,
        };
        audio.prepare(format, Shape::default(), 0, false);
        Self {
            audio,
            ui,
            folder: tempfile::tempdir().expect("a folder"),
            _remote: remote,
            wire: vec![[0.0; 2]; 256],
        }
    }

    fn start(&mut self, settings: CaptureSettings) {
        let folder = self.folder.path().to_owned();
        self.ui
            .capture
            .start(settings, folder, &mut self.ui.commands);
    }

    fn poll(&mut self) -> CapturePhase {
        let snapshot = *self.ui.snapshots.read();
        self.ui.capture.poll(&mut self.ui.commands, &snapshot);
        self.ui.capture.phase()
    }

    fn is_without_host(&mut self) -> bool {
        let snapshot = *self.ui.snapshots.read();
        self.ui.capture.is_without_host(&snapshot)
    }

    fn block(&mut self) {
        let mut left: Vec<f32> = self.wire.iter().map(|frame| frame[0]).collect();
        let mut right: Vec<f32> = self.wire.iter().map(|frame| frame[1]).collect();
        let settings = Settings::default();
        self.audio
            .process(&mut [&mut left, &mut right], &settings, &Shape::default());
        for (wire, (left, right)) in self.wire.iter_mut().zip(left.into_iter().zip(right)) {
            *wire = [left, right];
        }
    }

    /// Plays until it is over, and says how it ended.
    fn finish(&mut self) -> CapturePhase {
        loop {
            let phase = self.poll();
            match phase {
                CapturePhase::Playing { frames, .. } => {
                    let position = self.ui.snapshots.read().capture.position;
                    let sent = self.ui.capture.frames_sent();
                    if sent < frames && sent < position + 4 * 256 {
                        thread::sleep(Duration::from_millis(1));
                        continue;
                    }
                }
                CapturePhase::Idle | CapturePhase::Done(_) | CapturePhase::Failed(_) => {
                    return phase;
                }
                CapturePhase::Working(_) => thread::sleep(Duration::from_millis(2)),
                _ => thread::sleep(Duration::from_micros(200)),
            }
            self.block();
        }
    }
}

fn short() -> CaptureSettings {
    CaptureSettings {
        seconds: 1.0,
        low_hz: 50.0,
        delay_s: 0.0,
        ways: CaptureWays::Mono,
        ..CaptureSettings::default()
    }
}

#[test]
fn a_wire_is_one_sample_and_takes_are_averaged() {
    let mut bench = Bench::new();
    bench.block();
    bench.start(CaptureSettings {
        takes: 2,
        ..short()
    });
    let CapturePhase::Done(taken) = bench.finish() else {
        panic!("{:?}", bench.poll());
    };
    assert_eq!(taken.channels, 1);
    assert_eq!(taken.quality.latency_samples, Some(256));
    assert!(
        taken
            .quality
            .drift_ppm
            .is_some_and(|drift| drift.abs() < 1e-3)
    );
    let read = crate::impulse::decode::open(&taken.path).expect("a sound file");
    let peak = read.impulse.channels[0]
        .iter()
        .fold(0.0_f32, |most, x| most.max(x.abs()));
    assert!((peak - 0.95).abs() < 0.06, "{peak}");
    let note = std::fs::read_to_string(&taken.note).expect("a note");
    assert!(note.contains("played 2 times"), "{note}");
    // Nothing else is left in the folder, and nothing is away.
    let files = std::fs::read_dir(bench.folder.path()).expect("a folder");
    assert_eq!(files.count(), 2);
    assert_eq!(bench.ui.capture.blocks_away(), 0);
    bench.ui.capture.forget();
    assert_eq!(bench.poll(), CapturePhase::Idle);
}

#[test]
fn a_host_that_processes_nothing_is_noticed_and_what_waits_for_it_can_be_stopped() {
    let mut bench = Bench::new();
    bench.start(short());
    assert!(!bench.is_without_host(), "not yet");
    thread::sleep(NO_BLOCK + Duration::from_millis(50));
    bench.poll();
    assert!(bench.is_without_host(), "no block tells the sample rate");
    bench.block();
    while bench.poll() == CapturePhase::Preparing {
        thread::sleep(Duration::from_millis(1));
    }
    // The rate is known now, and again no block comes.
    bench.poll();
    thread::sleep(NO_BLOCK + Duration::from_millis(50));
    assert_eq!(bench.poll(), CapturePhase::Asked);
    assert!(bench.is_without_host(), "no block takes the command");
    let UiHandle {
        capture, commands, ..
    } = &mut bench.ui;
    capture.stop(commands);
    assert_eq!(bench.poll(), CapturePhase::Idle);
    assert!(!bench.is_without_host());
    // The host comes back: not a sample of a sweep that was stopped is heard, and the blocks go home.
    for _ in 0..400 {
        bench.block();
        let state = bench.ui.snapshots.read().capture.state;
        assert_eq!(state, CaptureState::Idle);
    }
    // The next one finds all as it was.
    bench.start(short());
    assert!(matches!(bench.finish(), CapturePhase::Done(_)));
}

#[test]
fn a_host_that_goes_away_in_the_middle_ends_it_with_a_message() {
    let mut bench = Bench::new();
    bench.block();
    bench.start(short());
    while bench.ui.snapshots.read().capture.position < 1_000 {
        bench.poll();
        bench.block();
        thread::sleep(Duration::from_micros(200));
    }
    let begin = Instant::now();
    let phase = loop {
        match bench.poll() {
            phase if phase.is_busy() => thread::sleep(Duration::from_millis(10)),
            other => break other,
        }
        assert!(begin.elapsed() < Duration::from_secs(20));
    };
    let CapturePhase::Failed(reason) = phase else {
        panic!("{phase:?}");
    };
    assert!(reason.contains("stopped processing"), "{reason}");
}

#[test]
fn settings_that_make_no_sense_are_refused_in_words() {
    for (settings, word) in [
        (
            CaptureSettings {
                seconds: 1000.0,
                ..short()
            },
            "1 to 100 s",
        ),
        (
            CaptureSettings {
                takes: 9,
                ..short()
            },
            "takes",
        ),
        (
            CaptureSettings {
                delay_s: -1.0,
                ..short()
            },
            "delay",
        ),
        (
            CaptureSettings {
                seconds: 100.0,
                takes: 8,
                ..short()
            },
            "15 minutes",
        ),
        (
            CaptureSettings {
                high_hz: Some(60.0),
                ..short()
            },
            "octave",
        ),
    ] {
        assert_eq!(settings.total_seconds(RATE), None);
        let mut bench = Bench::new();
        bench.block();
        bench.start(settings);
        let CapturePhase::Failed(reason) = bench.finish() else {
            panic!("{settings:?}");
        };
        assert!(reason.contains(word), "{reason}");
    }
}

#[test]
fn a_folder_that_can_not_be_written_is_named() {
    let mut bench = Bench::new();
    bench.block();
    let file = bench.folder.path().join("file");
    std::fs::write(&file, "no folder").expect("room on the disk");
    let UiHandle {
        capture, commands, ..
    } = &mut bench.ui;
    capture.start(short(), file.join("inside"), commands);
    let CapturePhase::Failed(reason) = bench.finish() else {
        panic!("{:?}", bench.poll());
    };
    assert!(reason.contains("can not be saved in"), "{reason}");
    // Before anything was played.
    assert_eq!(bench.ui.snapshots.read().capture.number, 0);
}

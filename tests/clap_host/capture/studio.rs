//! A host with one instance whose output is wired to its input, through something.

use super::super::rig::{Block, Host, Rig};
use anteroom::instance::{
    CapturePhase, CaptureSettings, CaptureState, CaptureWays, Snapshot, Taken, UiHandle,
};
use assert_no_alloc::assert_no_alloc;
use clack_host::process::StartedPluginAudioProcessor;
use rustfft::FftPlanner;
use rustfft::num_complex::Complex;
use std::sync::Arc;
use std::time::Duration;

pub const RATE: usize = 48_000;
/// The largest block.
pub const MOST: usize = 8_192;
/// Frames that are kept before the direct sound.
pub const PRE: usize = 96;

/// A sample of the input at a frame, of what has been put out until then: channel, frame, output.
pub type Room<'a> = &'a dyn Fn(usize, usize, &[Vec<f32>; 2]) -> f32;

/// The instance, the editor's ends, and what it has put out.
pub struct Studio {
    pub rig: Rig,
    pub ui: UiHandle,
    pub plugin: Option<StartedPluginAudioProcessor<Host>>,
    pub block: Block,
    pub output: [Vec<f32>; 2],
    pub folder: tempfile::TempDir,
}

impl Studio {
    pub fn new() -> Self {
        let (rig, ui) = anteroom::plugin::without_editor(Rig::new);
        let mut studio = Self {
            rig,
            ui: ui.expect("the editor's ends"),
            plugin: None,
            block: Block::new(2, 2, MOST),
            output: [Vec::new(), Vec::new()],
            folder: tempfile::tempdir().expect("a folder"),
        };
        studio.activate();
        studio
    }

    pub fn activate(&mut self) {
        let stopped = self.rig.activate(RATE as f64, MOST);
        self.plugin = Some(stopped.start_processing().expect("it starts"));
    }

    pub fn deactivate(&mut self) {
        if let Some(plugin) = self.plugin.take() {
            self.rig.plugin.deactivate(plugin.stop_processing());
        }
    }

    /// Processes one block, under the net.
    pub fn block(&mut self, samples: usize, room: Room<'_>) {
        let begin = self.output[0].len();
        let output = &self.output;
        self.block.feed(samples, |channel, index| {
            room(channel, begin + index, output)
        });
        let plugin = self.plugin.as_mut().expect("it is active");
        self.block
            .process_in(plugin, samples, |process| assert_no_alloc(process));
        for (all, new) in self.output.iter_mut().zip(&self.block.output) {
            all.extend_from_slice(&new[..samples]);
        }
    }

    pub fn snapshot(&mut self) -> Snapshot {
        *self.ui.snapshots.read()
    }

    pub fn state(&mut self) -> CaptureState {
        self.snapshot().capture.state
    }

    pub fn start(&mut self, settings: CaptureSettings) {
        let folder = self.folder.path().to_owned();
        let UiHandle {
            capture, commands, ..
        } = &mut self.ui;
        capture.start(settings, folder, commands);
    }

    pub fn stop(&mut self) {
        let UiHandle {
            capture, commands, ..
        } = &mut self.ui;
        capture.stop(commands);
    }

    pub fn poll(&mut self) -> CapturePhase {
        let snapshot = self.snapshot();
        let UiHandle {
            capture, commands, ..
        } = &mut self.ui;
        capture.poll(commands, &snapshot);
        capture.phase()
    }

    /// Whether the worker has not made yet what comes next: this host is much faster than any other.
    pub fn overtakes(&mut self, samples: usize) -> bool {
        let CapturePhase::Playing { frames, .. } = self.ui.capture.phase() else {
            return false;
        };
        let position = self.snapshot().capture.position;
        let sent = self.ui.capture.frames_sent();
        sent < frames && sent < position + samples as u64
    }

    /// Plays on until a condition holds.
    pub fn play_until(
        &mut self,
        samples: &mut dyn FnMut() -> usize,
        room: Room<'_>,
        mut is_it: impl FnMut(&mut Self, &CapturePhase) -> bool,
    ) -> CapturePhase {
        loop {
            let phase = self.poll();
            if is_it(self, &phase) {
                return phase;
            }
            let samples = samples();
            while self.overtakes(samples) {
                std::thread::sleep(Duration::from_millis(1));
            }
            if !matches!(phase, CapturePhase::Playing { .. }) {
                std::thread::sleep(Duration::from_millis(1));
            }
            self.block(samples, room);
        }
    }

    /// Records until there is a file.
    pub fn record(
        &mut self,
        settings: CaptureSettings,
        samples: &mut dyn FnMut() -> usize,
        room: Room<'_>,
    ) -> Arc<Taken> {
        // The first block tells the sample rate.
        self.block(samples(), room);
        self.start(settings);
        match self.play_until(samples, room, |_, phase| !phase.is_busy()) {
            CapturePhase::Done(taken) => taken,
            other => panic!("{other:?}"),
        }
    }
}

/// A sweep that is short, and reaches from below 30 Hz to above 18 kHz.
pub fn short(ways: CaptureWays) -> CaptureSettings {
    CaptureSettings {
        seconds: 4.0,
        low_hz: 10.0,
        delay_s: 0.0,
        ways,
        ..CaptureSettings::default()
    }
}

/// The channels of a file.
pub fn read(taken: &Taken) -> Vec<Vec<f32>> {
    let decoded = anteroom::impulse::decode::open(&taken.path).expect("a sound file");
    assert_eq!(decoded.impulse.rate as usize, RATE);
    decoded.impulse.channels
}

/// The error of an impulse that begins after so many frames, in dB of what it should be, from 30 Hz to 18 kHz.
pub fn error_db(found: &[f32], begins: usize, wanted: &[f32]) -> f64 {
    let size = (begins + wanted.len()).max(found.len()).next_power_of_two();
    let forward = FftPlanner::<f64>::new().plan_fft_forward(size);
    let spectrum = |samples: &[f32], begins: usize| {
        let mut bins = vec![Complex::default(); size];
        for (bin, &sample) in bins[begins..].iter_mut().zip(samples) {
            bin.re = f64::from(sample);
        }
        forward.process(&mut bins);
        bins
    };
    let (found, wanted) = (spectrum(found, 0), spectrum(wanted, begins));
    let bin = |hz: usize| hz * size / RATE;
    let used = bin(30)..=bin(18_000);
    let (mut error, mut power) = (0.0, 0.0);
    for bin in used {
        error += (found[bin] - wanted[bin]).norm_sqr();
        power += wanted[bin].norm_sqr();
    }
    10.0 * (error / power).log10()
}

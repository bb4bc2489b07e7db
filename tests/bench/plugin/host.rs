//! The plug-in in a CLAP host, played block by block.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use anteroom::{exchange::Observer, instance::Snapshot, state::Preset};
use clack_host::process::StartedPluginAudioProcessor;

use super::{
    Row,
    rig::{Block, Host, Rig},
    scenario::{CENTRAL, PERIOD, RATE, stereo_noise},
};

/// Blocks between two looks of the editor: sixty a second.
const BLOCKS_A_LOOK: usize = RATE / 60 / 64;

/// The plug-in while it plays.
pub struct Playing {
    plugin: StartedPluginAudioProcessor<Host>,
    block: Block,
    snapshots: Observer<Snapshot>,
}

impl Playing {
    /// One period of input; `each` gets the index and the time of each block.
    pub fn run_period(&mut self, input: &[Vec<f32>; 2], mut each: impl FnMut(usize, Duration)) {
        let frames = CENTRAL.block;
        for index in 0..input[0].len() / frames {
            let from = index * frames;
            let sample = |channel: usize, index: usize| input[channel][from + index];
            self.block.feed(frames, sample);
            let mut time = Duration::ZERO;
            self.block.process_in(&mut self.plugin, frames, |process| {
                let start = Instant::now();
                process();
                time = start.elapsed();
            });
            each(index, time);
            if index.is_multiple_of(BLOCKS_A_LOOK) {
                let level = self.snapshots.read().output[0];
                assert!(level.peak.is_finite());
            }
        }
    }
}

/// Plays the plug-in with an impulse, at its defaults but for what `row` says.
pub fn with_plugin(impulse: &[Vec<f32>], row: &Row, play: impl FnOnce(&mut Playing)) {
    let folder = tempfile::tempdir().expect("a folder for the impulse");
    let file = folder.path().join("impulse.wav");
    write(&file, impulse).expect("the impulse can be written");
    let mut preset = Preset::default();
    preset.project.origin = anteroom::loader::file_at(&file);
    if row.two_impulses {
        preset.project.second = Some(anteroom::loader::file_at(&file));
    }
    for &(id, value) in row.set {
        preset.set(id, value);
    }
    let (mut rig, ui_handle) = anteroom::plugin::without_editor(Rig::new);
    assert!(rig.load(&preset.to_clapstate()));
    // To activate is to wait for the impulse.
    let stopped = rig.activate(RATE as f64, CENTRAL.block);
    let mut playing = Playing {
        plugin: stopped.start_processing().expect("it starts"),
        block: Block::new(2, 2, CENTRAL.block),
        snapshots: ui_handle.expect("the editor's ends").snapshots,
    };
    if let Some(id) = row.later {
        // It needs a sound that it can act on.
        let noise = stereo_noise(PERIOD);
        playing.run_period(&noise, |_, _| ());
        playing.block.automate(rig.id(id), 0, 1.0);
    }
    play(&mut playing);
    let snapshot = playing.snapshots.read();
    assert_eq!(snapshot.engines, 1 + u32::from(row.two_impulses));
    assert!(
        snapshot.tail as usize >= CENTRAL.taps() - 1,
        "the impulse is in use: a tail of {}",
        snapshot.tail
    );
    rig.plugin.deactivate(playing.plugin.stop_processing());
}

fn write(file: &Path, impulse: &[Vec<f32>]) -> Result<(), hound::Error> {
    let format = hound::WavSpec {
        channels: impulse.len() as u16,
        sample_rate: RATE as u32,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let mut writer = hound::WavWriter::create(file, format)?;
    for frame in 0..impulse[0].len() {
        for channel in impulse {
            writer.write_sample(channel[frame])?;
        }
    }
    writer.finalize()
}

//! The plug-in in a CLAP host, played block by block.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use anteroom::{exchange::Observer, instance::Snapshot, state::Preset};
use clack_host::process::StartedPluginAudioProcessor;

use super::{
    rig::{Block, Host, Rig},
    scenario::{CENTRAL, RATE},
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

/// Plays the plug-in at its defaults with an impulse.
pub fn with_plugin(impulse: &[Vec<f32>], play: impl FnOnce(&mut Playing)) {
    let folder = tempfile::tempdir().expect("a folder for the impulse");
    let file = folder.path().join("impulse.wav");
    write(&file, impulse).expect("the impulse can be written");
    let mut preset = Preset::default();
    preset.project.origin = anteroom::loader::file_at(&file);
    let (mut rig, ui_handle) = anteroom::plugin::without_editor(Rig::new);
    assert!(rig.load(&preset.to_clapstate()));
    // To activate is to wait for the impulse.
    let stopped = rig.activate(RATE as f64, CENTRAL.block);
    let mut playing = Playing {
        plugin: stopped.start_processing().expect("it starts"),
        block: Block::new(2, 2, CENTRAL.block),
        snapshots: ui_handle.expect("the editor's ends").snapshots,
    };
    play(&mut playing);
    let snapshot = playing.snapshots.read();
    assert_eq!(snapshot.engines, 1);
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

//! The smallest host: loads the bundle from its file as a workstation does, restores a preset and plays a sound.
//!
//! The main thread makes and activates the plug-in; a second thread is the audio thread.

use super::Sound;
use anyhow::{Context, Result, anyhow, bail};
use clack_extensions::{
    latency::PluginLatency,
    state::PluginState,
    tail::{PluginTail, TailLength},
};
use clack_host::prelude::*;
use std::path::Path;
use std::time::{Duration, Instant};

/// The largest block, in frames.
pub const MOST: usize = 509;

/// What came back from the plug-in.
#[derive(Debug)]
pub struct Played {
    /// The dry sound's length and the tail.
    pub sound: Sound,
    /// The plug-in's own name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// What it reports, in samples.
    pub latency: u32,
    /// What it reports, in samples.
    pub tail: usize,
    /// How long `process()` took in all.
    pub took: Duration,
}

struct Host;

impl HostHandlers for Host {
    type Shared<'a> = ();
    type MainThread<'a> = ();
    type AudioProcessor<'a> = ();
}

/// Plays `dry` through the plug-in at `file` with the bytes of `state`, to the end of the tail.
///
/// Another `step` gives another order of block sizes.
pub fn play(file: &Path, state: &[u8], dry: &Sound, rate: u32, step: usize) -> Result<Played> {
    // SAFETY: the file is the bundle that was built a moment ago from this source.
    let entry = unsafe { PluginEntry::load(file) }.context("could not load the bundle")?;
    let factory = entry
        .get_plugin_factory()
        .context("the bundle has no plug-in factory")?;
    let descriptor = factory
        .plugin_descriptors()
        .next()
        .context("the bundle is empty")?;
    let text =
        |text: Option<&std::ffi::CStr>| text.unwrap_or_default().to_string_lossy().into_owned();
    let (name, version) = (text(descriptor.name()), text(descriptor.version()));
    let id = descriptor.id().context("the plug-in has no id")?;
    let info = HostInfo::new("Anteroom demo", "Anteroom", "", env!("CARGO_PKG_VERSION"))?;
    let mut plugin = PluginInstance::<Host>::new(|()| (), |()| (), &entry, id, &info)?;

    let handle = plugin.plugin_handle();
    let states = handle
        .get_extension::<PluginState>()
        .context("no state extension")?;
    let mut bytes = state;
    states.load(&handle, &mut bytes)?;

    // Activation waits for the room, so the first sample has it already.
    let configuration = PluginAudioConfiguration {
        sample_rate: f64::from(rate),
        min_frames_count: 1,
        max_frames_count: MOST as u32,
    };
    let stopped = plugin.activate(|(), ()| (), configuration)?;
    let handle = plugin.plugin_handle();
    let latency = handle
        .get_extension::<PluginLatency>()
        .map_or(0, |latency| latency.get(&handle));

    let audio = std::thread::scope(|scope| {
        let thread = scope.spawn(move || -> Result<_> {
            let mut started = stopped
                .start_processing()
                .map_err(|_| anyhow!("the plug-in would not start"))?;
            let handle = started.plugin_handle();
            let tail = match handle
                .get_extension::<PluginTail>()
                .map(|tail| tail.get(&handle))
            {
                Some(TailLength::Finite(frames)) => frames as usize,
                _ => bail!("the plug-in does not say how long it rings"),
            };
            let (sound, took) = run(&mut started, dry, tail, step)?;
            Ok((started.stop_processing(), sound, tail, took))
        });
        thread
            .join()
            .map_err(|_| anyhow!("the audio thread panicked"))?
    });
    let (stopped, sound, tail, took) = audio?;
    plugin.deactivate(stopped);
    Ok(Played {
        sound,
        name,
        version,
        latency,
        tail,
        took,
    })
}

/// Plays block by block, each of another size, as hosts with loops and automation do.
fn run(
    plugin: &mut StartedPluginAudioProcessor<Host>,
    dry: &Sound,
    tail: usize,
    step: usize,
) -> Result<(Sound, Duration)> {
    let frames = dry[0].len() + tail;
    let mut input = dry.clone();
    input
        .iter_mut()
        .for_each(|channel| channel.resize(frames, 0.0));
    let mut output: Sound = [vec![0.0; frames], vec![0.0; frames]];
    let (mut ins, mut outs) = (
        AudioPorts::with_capacity(2, 1),
        AudioPorts::with_capacity(2, 1),
    );
    let bar = indicatif::ProgressBar::new(frames as u64);
    let mut took = Duration::ZERO;
    let (mut at, mut size) = (0, 1);
    while at < frames {
        let here = at..(at + size).min(frames);
        let inputs = ins.with_input_buffers([AudioPortBuffer {
            latency: 0,
            channels: AudioPortBufferType::f32_input_only(
                input
                    .iter_mut()
                    .map(|channel| InputChannel::variable(&mut channel[here.clone()])),
            ),
        }]);
        let mut outputs = outs.with_output_buffers([AudioPortBuffer {
            latency: 0,
            channels: AudioPortBufferType::f32_output_only(
                output.iter_mut().map(|channel| &mut channel[here.clone()]),
            ),
        }]);
        let start = Instant::now();
        plugin.process(
            &inputs,
            &mut outputs,
            &InputEvents::empty(),
            &mut OutputEvents::void(),
            Some(at as u64),
            None,
        )?;
        took += start.elapsed();
        at = here.end;
        bar.set_position(at as u64);
        // Modulo a prime, so that the sizes wander through most of 1 to 509.
        size = (size * step) % 509 + 1;
    }
    bar.finish_and_clear();
    Ok((output, took))
}

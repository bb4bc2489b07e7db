//! The smallest host: loads the bundle from its file as a workstation does, restores a preset and plays a sound.
//!
//! The main thread makes and activates the plug-in; a second thread is the audio thread.

use super::Sound;
use anyhow::{Context, Result, anyhow, bail};
use clack_extensions::{
    latency::PluginLatency,
    render::{PluginRender, RenderMode},
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

    // It renders a file, and says so: activation waits for the room, so the first sample has it already.
    let render = handle
        .get_extension::<PluginRender>()
        .context("no render extension")?;
    render
        .set(&handle, RenderMode::Offline)
        .map_err(|_| anyhow!("the plug-in does not render offline"))?;
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
            let (sound, tail, took) = run(&mut started, dry, step)?;
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

/// How long the plug-in says that it rings after what it has played, in samples.
fn tail(plugin: &mut StartedPluginAudioProcessor<Host>) -> Result<usize> {
    let handle = plugin.plugin_handle();
    match handle
        .get_extension::<PluginTail>()
        .map(|tail| tail.get(&handle))
    {
        Some(TailLength::Finite(frames)) => Ok(frames as usize),
        _ => bail!("the plug-in does not say how long it rings"),
    }
}

/// Plays the dry sound, and then silence for as long as the plug-in says that it rings.
fn run(
    plugin: &mut StartedPluginAudioProcessor<Host>,
    dry: &Sound,
    step: usize,
) -> Result<(Sound, usize, Duration)> {
    let mut deck = Deck {
        input: dry.clone(),
        output: [Vec::new(), Vec::new()],
        at: 0,
        size: 1,
        step,
        took: Duration::ZERO,
        bar: indicatif::ProgressBar::new(dry[0].len() as u64),
    };
    deck.play(plugin)?;
    let rings = tail(plugin)?;
    let frames = dry[0].len() + rings;
    deck.input
        .iter_mut()
        .for_each(|channel| channel.resize(frames, 0.0));
    deck.bar.set_length(frames as u64);
    deck.play(plugin)?;
    deck.bar.finish_and_clear();
    Ok((deck.output, rings, deck.took))
}

/// Plays block by block, each of another size, as hosts with loops and automation do.
struct Deck {
    input: Sound,
    output: Sound,
    at: usize,
    size: usize,
    step: usize,
    took: Duration,
    bar: indicatif::ProgressBar,
}

impl Deck {
    /// Plays what is left of the input.
    fn play(&mut self, plugin: &mut StartedPluginAudioProcessor<Host>) -> Result<()> {
        let (mut ins, mut outs) = (
            AudioPorts::with_capacity(2, 1),
            AudioPorts::with_capacity(2, 1),
        );
        let frames = self.input[0].len();
        self.output
            .iter_mut()
            .for_each(|channel| channel.resize(frames, 0.0));
        while self.at < frames {
            let here = self.at..(self.at + self.size).min(frames);
            let input = self.input.iter_mut();
            let inputs = ins.with_input_buffers([AudioPortBuffer {
                latency: 0,
                channels: AudioPortBufferType::f32_input_only(
                    input.map(|channel| InputChannel::variable(&mut channel[here.clone()])),
                ),
            }]);
            let output = self.output.iter_mut();
            let mut outputs = outs.with_output_buffers([AudioPortBuffer {
                latency: 0,
                channels: AudioPortBufferType::f32_output_only(
                    output.map(|channel| &mut channel[here.clone()]),
                ),
            }]);
            let (events, time) = (InputEvents::empty(), Some(self.at as u64));
            let mut told = OutputEvents::void();
            let start = Instant::now();
            plugin.process(&inputs, &mut outputs, &events, &mut told, time, None)?;
            self.took += start.elapsed();
            self.at = here.end;
            self.bar.set_position(self.at as u64);
            // Modulo a prime, so that the sizes wander through most of 1 to 509.
            self.size = (self.size * self.step) % MOST + 1;
        }
        Ok(())
    }
}

//! One block of a CLAP host, made good for the framework: events clamped, buffers ours, in pieces of what
//! was announced. Audio thread.
//!
//! Works around nice-plug 0.4.2, as `events` and `host_buffers`, and goes with them.

#![allow(unsafe_code)]
#![deny(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    clippy::disallowed_macros
)]

use super::events::{Events, tempo_of};
use super::ports;
use crate::plugin::workarounds::handshake::InstanceInfo;
use crate::plugin::workarounds::host_buffers::{Channel, MOST_CHANNELS, Stage, Written};
use clap_sys::audio_buffer::clap_audio_buffer;
use clap_sys::events::{
    CLAP_TRANSPORT_HAS_TEMPO, clap_event_header, clap_event_transport, clap_output_events,
};
use clap_sys::plugin::clap_plugin;
use clap_sys::process::{
    CLAP_PROCESS_CONTINUE, CLAP_PROCESS_CONTINUE_IF_NOT_QUIET, CLAP_PROCESS_ERROR,
    CLAP_PROCESS_SLEEP, clap_process, clap_process_status,
};
use std::sync::atomic::Ordering;

/// The framework's `process`.
pub type Process =
    unsafe extern "C" fn(*const clap_plugin, *const clap_process) -> clap_process_status;

/// Blocks that are processed after something has arrived before the host may sleep: a preset is heard one
/// block later than it comes, and impulses are taken on a grid of 512 samples.
const NEWS_BLOCKS: u32 = 4;
/// The same in samples.
const NEWS_FRAMES: u32 = 1024;

/// What the audio thread owns of a shell.
#[derive(Debug)]
pub struct Audio {
    pub events: Events,
    pub stage: Stage,
    /// Whether the host has the sidechain's port active.
    pub has_sidechain: bool,
    /// How much is still to be processed before the host may sleep: blocks and samples.
    awake: (u32, u32),
}

/// What is the same for all pieces of a block.
struct Block<'a> {
    plugin: *const clap_plugin,
    inner: Process,
    host: &'a clap_process,
    told: &'a InstanceInfo,
    inputs: [Channel; MOST_CHANNELS],
    sidechain: [Channel; MOST_CHANNELS],
    outputs: [Channel; MOST_CHANNELS],
}

impl Audio {
    pub fn new(events: Events) -> Self {
        Self {
            events,
            stage: Stage::new(),
            has_sidechain: true,
            awake: (NEWS_BLOCKS, NEWS_FRAMES),
        }
    }

    /// Processes a block of at least one sample. Real-time.
    ///
    /// # Safety
    /// `plugin` is ours, `inner` the framework's, `host` what a host gives, and the stage is prepared.
    pub unsafe fn block(
        &mut self,
        plugin: *const clap_plugin,
        inner: Process,
        host: &clap_process,
        told: &InstanceInfo,
    ) -> clap_process_status {
        let wake = &*told.wake;
        if wake.begin() {
            self.awake = (NEWS_BLOCKS, NEWS_FRAMES);
        }
        let frames = host.frames_count;
        // SAFETY: `host` is what a host gives.
        let block = unsafe {
            self.events.read(host.in_events, frames);
            if tempo(host.transport).is_some() {
                self.events.forget_tempo();
            }
            Block {
                plugin,
                inner,
                host,
                told,
                inputs: ports::input(host, 0),
                sidechain: match self.has_sidechain {
                    true => ports::input(host, 1),
                    false => [Channel::None; MOST_CHANNELS],
                },
                outputs: ports::outputs(host),
            }
        };
        let mut written = Written::default();
        let (_, ours) = self.stage.layout();
        let status = if block.outputs[..ours].iter().all(|to| *to == Channel::None) {
            // Nobody would hear it: a host that only wants its events to be read.
            self.events.apply(frames);
            CLAP_PROCESS_CONTINUE
        } else {
            // SAFETY: as above.
            unsafe { self.pieces(&block, frames, &mut written) }
        };
        // ORDERING: Relaxed, this thread has written it.
        if told.sounding.load(Ordering::Relaxed) {
            written.forget();
        }
        // SAFETY: as above; what is beyond our own channels is silent.
        unsafe { ports::finish(host, ours, &written) };
        let (blocks, samples) = self.awake;
        self.awake = (blocks.saturating_sub(1), samples.saturating_sub(frames));
        match status {
            // What the plug-in says of a block after which silence follows.
            CLAP_PROCESS_CONTINUE_IF_NOT_QUIET if self.awake == (0, 0) && wake.sleep() => {
                CLAP_PROCESS_SLEEP
            }
            CLAP_PROCESS_ERROR => CLAP_PROCESS_ERROR,
            // Never "if it is not quiet": a pre-delay is quiet, and what comes after it is not.
            _ => CLAP_PROCESS_CONTINUE,
        }
    }

    /// # Safety
    /// As [`block`](Self::block).
    unsafe fn pieces(
        &mut self,
        block: &Block<'_>,
        frames: u32,
        written: &mut Written,
    ) -> clap_process_status {
        let most = self.stage.frames() as u32;
        let (mut start, mut worst) = (0, CLAP_PROCESS_CONTINUE);
        while start < frames {
            let next = self.events.apply(start).unwrap_or(frames);
            let end = next.min(start.saturating_add(most)).min(frames);
            // SAFETY: the piece lies within the block, and is not longer than the stage.
            let status = unsafe { self.piece(block, start, end - start, written) };
            worst = if worst == CLAP_PROCESS_ERROR {
                worst
            } else {
                status
            };
            start = end;
        }
        worst
    }

    /// # Safety
    /// As [`block`](Self::block), and the piece lies within it and is not longer than the stage.
    unsafe fn piece(
        &mut self,
        block: &Block<'_>,
        start: u32,
        frames: u32,
        written: &mut Written,
    ) -> clap_process_status {
        let (from, count) = (start as usize, frames as usize);
        // SAFETY: the piece lies within the host's block.
        unsafe {
            self.stage.load(&block.inputs, from, count);
            self.stage.load_sidechain(&block.sidechain, from, count);
        }
        let mut channels = self.stage.pointers();
        let (inputs, outputs) = self.stage.layout();
        let mut port = |channels_used: usize| clap_audio_buffer {
            data32: channels.as_mut_ptr(),
            data64: std::ptr::null_mut(),
            channel_count: channels_used as u32,
            latency: 0,
            constant_mask: 0,
        };
        let (input, mut output) = (port(inputs), port(outputs));
        let transport = transport(block.host.transport, self.events.tempo());
        let piece = clap_process {
            steady_time: block.host.steady_time,
            frames_count: frames,
            transport: transport
                .as_ref()
                .map_or(std::ptr::null(), std::ptr::from_ref),
            audio_inputs: &raw const input,
            audio_outputs: &raw mut output,
            audio_inputs_count: 1,
            audio_outputs_count: 1,
            in_events: std::ptr::null(),
            // SAFETY: a host's list, or null.
            out_events: unsafe { out_events(block.host.out_events) },
        };
        // SAFETY: the framework's own function, with a block as it expects it.
        let call = || unsafe { (block.inner)(block.plugin, &raw const piece) };
        block.told.piece.begins_at(start);
        let status = block.told.sidechain.lend(self.stage.sidechain(), call);
        if status == CLAP_PROCESS_ERROR {
            self.stage.silence(count);
        }
        // SAFETY: as above.
        unsafe { self.stage.store(&block.outputs, from, count, written) };
        status
    }
}

/// What the host says of its transport with a block, if it is whole.
fn told(transport: *const clap_event_transport) -> Option<clap_event_transport> {
    // SAFETY: what is not null has a header, and is as long as that says.
    unsafe {
        let whole = !transport.is_null()
            && (*transport).header.size as usize >= size_of::<clap_event_transport>();
        whole.then(|| transport.read_unaligned())
    }
}

/// The tempo that the host tells with a block, if it does.
fn tempo(transport: *const clap_event_transport) -> Option<f64> {
    told(transport).as_ref().and_then(tempo_of)
}

/// The transport of a piece: that of the block, with the tempo that an event has brought since it began.
fn transport(
    host: *const clap_event_transport,
    tempo: Option<f64>,
) -> Option<clap_event_transport> {
    let told = told(host);
    let Some(tempo) = tempo else {
        return told;
    };
    // SAFETY: plain data, for which zeroes are a value.
    let mut transport = told.unwrap_or_else(|| unsafe { std::mem::zeroed() });
    transport.header.size = size_of::<clap_event_transport>() as u32;
    transport.tempo = tempo;
    transport.flags |= CLAP_TRANSPORT_HAS_TEMPO;
    Some(transport)
}

unsafe extern "C" fn take_all(_: *const clap_output_events, _: *const clap_event_header) -> bool {
    true
}

/// Where events go that no host wants. They have to go somewhere: the framework keeps them otherwise, and
/// sets a parameter that was moved in the editor when it hands out the event.
static NOWHERE: clap_output_events = clap_output_events {
    ctx: std::ptr::null_mut(),
    try_push: Some(take_all),
};

/// A place for the framework's events: the host's, if it has one.
///
/// # Safety
/// `list` is null or valid.
pub unsafe fn out_events(list: *const clap_output_events) -> *const clap_output_events {
    // SAFETY: not null, so valid by the caller's promise.
    let takes = !list.is_null() && unsafe { (*list).try_push.is_some() };
    if takes { list } else { &raw const NOWHERE }
}

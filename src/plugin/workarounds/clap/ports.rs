//! The audio ports of one CLAP block, as the host gives them. Audio thread.
//!
//! A part of what works around nice-plug 0.4.2 in `process`, and goes with it.

#![allow(unsafe_code)]
#![deny(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    clippy::disallowed_macros
)]

use crate::plugin::workarounds::host_buffers::{Channel, MOST_CHANNELS, Port, Written};
use clap_sys::audio_buffer::clap_audio_buffer;
use clap_sys::process::clap_process;

/// Ports in one direction that are looked at.
const MOST_PORTS: usize = 16;

/// The channels of a host's port: those of 32 bits, unless there are only some of 64.
fn port(buffer: &clap_audio_buffer) -> Port {
    let channels = buffer.channel_count as usize;
    if buffer.data32.is_null() {
        Port::Double(buffer.data64, channels)
    } else {
        Port::Single(buffer.data32, channels)
    }
}

/// What an input port has: 0 is the main port, 1 the sidechain.
///
/// # Safety
/// `process` is a host's.
pub unsafe fn input(process: &clap_process, index: u32) -> [Channel; MOST_CHANNELS] {
    if process.audio_inputs.is_null() || process.audio_inputs_count <= index {
        return [Channel::None; MOST_CHANNELS];
    }
    // SAFETY: there is such a port, whose pointers are null or valid.
    unsafe { port(&*process.audio_inputs.add(index as usize)).first() }
}

/// The host's output ports.
struct Outputs(*mut clap_audio_buffer, usize);

impl Outputs {
    fn of(process: &clap_process) -> Self {
        match process.audio_outputs.is_null() {
            true => Self(std::ptr::null_mut(), 0),
            false => Self(
                process.audio_outputs,
                (process.audio_outputs_count as usize).min(MOST_PORTS),
            ),
        }
    }
}

/// What the first output port has.
///
/// # Safety
/// `process` is a host's.
pub unsafe fn outputs(process: &clap_process) -> [Channel; MOST_CHANNELS] {
    match Outputs::of(process) {
        Outputs(_, 0) => [Channel::None; MOST_CHANNELS],
        // SAFETY: there is a port, whose pointers are null or valid.
        Outputs(first, _) => unsafe { port(&*first).first() },
    }
}

/// Says of each output channel whether its samples are all the same, and writes silence to those that are
/// not among the first `ours` of the first port.
///
/// # Safety
/// `process` is a host's.
pub unsafe fn finish(process: &clap_process, ours: usize, written: &Written) {
    let Outputs(first, count) = Outputs::of(process);
    let frames = process.frames_count as usize;
    // SAFETY: so many ports there are, whose pointers are null or valid.
    unsafe {
        let main = outputs(process);
        for index in 0..count {
            let buffer = &mut *first.add(index);
            let port = port(buffer);
            let here = if index == 0 { ours } else { 0 };
            port.silence_from(here, frames, &main[..ours.min(MOST_CHANNELS)]);
            let others = port.mask() & !((1 << here) - 1);
            buffer.constant_mask = match index {
                0 => others | written.constant(),
                _ => others,
            };
        }
    }
}

/// Writes silence to all output channels.
///
/// # Safety
/// `process` is a host's.
pub unsafe fn silence(process: &clap_process) {
    // SAFETY: the caller's promise.
    unsafe { finish(process, 0, &Written::default()) };
}

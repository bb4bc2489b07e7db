//! The buses of one VST3 block, as the host gives them. Audio thread.
//!
//! A part of what works around nice-plug 0.4.2 in `host_buffers`, and goes with it.

#![allow(unsafe_code)]
#![deny(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    clippy::disallowed_macros
)]

use crate::plugin::workarounds::host_buffers::{Channel, MOST_CHANNELS, Port, Written};
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::{
    AudioBusBuffers, AudioBusBuffers__type0, ProcessData, SymbolicSampleSizes_,
};
use nice_plug::wrapper::vst3::vst3::Steinberg::int32;

/// Buses in one direction that are looked at.
const MOST_BUSES: usize = 16;

/// How many samples a block has.
pub fn frames(data: &ProcessData) -> u32 {
    u32::try_from(data.numSamples).unwrap_or(0)
}

/// The channels of a bus, in the size of samples that the block says.
fn port(data: &ProcessData, bus: &AudioBusBuffers) -> Port {
    let channels = usize::try_from(bus.numChannels).unwrap_or(0);
    // SAFETY: both are pointers, so either may be read whatever the host wrote.
    unsafe {
        if data.symbolicSampleSize == SymbolicSampleSizes_::kSample64 as int32 {
            Port::Double(bus.__field0.channelBuffers64, channels)
        } else {
            Port::Single(bus.__field0.channelBuffers32, channels)
        }
    }
}

/// How many buses there are.
fn count(buses: *mut AudioBusBuffers, count: int32) -> usize {
    match buses.is_null() {
        true => 0,
        false => usize::try_from(count).unwrap_or(0).min(MOST_BUSES),
    }
}

/// What an input bus has: 0 is the main bus, 1 the sidechain. A channel that the host says is silent is taken at its word.
///
/// # Safety
/// `data` is a host's.
pub unsafe fn input(data: &ProcessData, index: usize) -> [Channel; MOST_CHANNELS] {
    if count(data.inputs, data.numInputs) <= index {
        return [Channel::None; MOST_CHANNELS];
    }
    // SAFETY: there is such a bus, whose pointers are null or valid.
    unsafe {
        let bus = &*data.inputs.add(index);
        let mut channels = port(data, bus).first();
        for (index, channel) in channels.iter_mut().enumerate() {
            if bus.silenceFlags & (1 << index) != 0 {
                *channel = Channel::None;
            }
        }
        channels
    }
}

/// What the first output bus has.
///
/// # Safety
/// `data` is a host's.
pub unsafe fn outputs(data: &ProcessData) -> [Channel; MOST_CHANNELS] {
    if count(data.outputs, data.numOutputs) == 0 {
        return [Channel::None; MOST_CHANNELS];
    }
    // SAFETY: there is a bus, whose pointers are null or valid.
    unsafe { port(data, &*data.outputs).first() }
}

/// Says of each output channel whether it is silent, and makes silent those that are not among the first
/// `ours` of the first bus.
///
/// # Safety
/// `data` is a host's.
pub unsafe fn finish(data: &ProcessData, ours: usize, written: &Written) {
    let frames = frames(data) as usize;
    // SAFETY: so many buses there are, whose pointers are null or valid.
    unsafe {
        let main = outputs(data);
        for index in 0..count(data.outputs, data.numOutputs) {
            let bus = &mut *data.outputs.add(index);
            let port = port(data, bus);
            let here = if index == 0 { ours } else { 0 };
            port.silence_from(here, frames, &main[..ours.min(MOST_CHANNELS)]);
            let others = port.mask() & !((1 << here) - 1);
            bus.silenceFlags = match index {
                0 => others | written.silent(),
                _ => others,
            };
        }
    }
}

/// A bus of ours for the framework.
pub fn bus(channels: &mut [*mut f32; MOST_CHANNELS], used: usize) -> AudioBusBuffers {
    AudioBusBuffers {
        numChannels: used as int32,
        silenceFlags: 0,
        __field0: AudioBusBuffers__type0 {
            channelBuffers32: channels.as_mut_ptr(),
        },
    }
}

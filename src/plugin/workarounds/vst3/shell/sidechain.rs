//! The sidechain of a VST3 instance: a bus beside the main input, inactive until the host activates it. Main thread, but for
//! [`SidechainBus::is_active`].
//!
//! A part of what works around the framework in [`sidechain`](crate::plugin::workarounds::sidechain), and goes with it.
//!
//! A host may arrange it as stereo, mono, or nothing at all, and may leave it out when it arranges the others.

#![allow(unsafe_code)]

use crate::plugin::workarounds::sidechain::{CHANNELS, NAME};
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::*;
use nice_plug::wrapper::vst3::vst3::Steinberg::*;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// Its place among the inputs.
const INDEX: int32 = 1;

/// Whether these buses are those that it is beside.
pub fn is_beside(media: MediaType, dir: BusDirection) -> bool {
    media == MediaTypes_::kAudio as MediaType && dir == BusDirections_::kInput as BusDirection
}

/// Whether it is the audio bus that is meant.
pub fn is_meant(dir: BusDirection, index: int32) -> bool {
    is_beside(MediaTypes_::kAudio as MediaType, dir) && index == INDEX
}

/// The bus as the host has set it.
#[derive(Debug)]
pub struct SidechainBus {
    channels: AtomicU32,
    active: AtomicBool,
}

impl Default for SidechainBus {
    fn default() -> Self {
        Self {
            channels: AtomicU32::new(CHANNELS),
            active: AtomicBool::new(false),
        }
    }
}

impl SidechainBus {
    /// How many channels the host asks it to have: none to two. `None` if it asks for what there is not. A host that says
    /// nothing of it leaves it as it is.
    ///
    /// # Safety
    /// `inputs` is null or leads to so many arrangements.
    pub unsafe fn asked(&self, inputs: *const SpeakerArrangement, count: int32) -> Option<u32> {
        match count {
            ..=INDEX => Some(self.channels.load(Ordering::Relaxed)),
            2 if !inputs.is_null() => {
                // SAFETY: there are two, by the caller's promise.
                let asked = unsafe { inputs.add(INDEX as usize).read_unaligned() };
                Some(asked.count_ones()).filter(|channels| *channels <= CHANNELS)
            }
            _ => None,
        }
    }

    /// Takes a number of channels that was [asked](Self::asked) for.
    pub fn arrange(&self, channels: u32) {
        self.channels.store(channels, Ordering::Relaxed);
    }

    /// Its arrangement.
    pub fn arrangement(&self) -> SpeakerArrangement {
        match self.channels.load(Ordering::Relaxed) {
            0 => SpeakerArr::kEmpty,
            1 => SpeakerArr::kMono,
            _ => SpeakerArr::kStereo,
        }
    }

    /// What it says of itself.
    pub fn info(&self) -> BusInfo {
        // SAFETY: plain data, for which zeroes are a value.
        let mut info: BusInfo = unsafe { std::mem::zeroed() };
        info.mediaType = MediaTypes_::kAudio as MediaType;
        info.direction = BusDirections_::kInput as BusDirection;
        info.channelCount = self.channels.load(Ordering::Relaxed) as int32;
        info.busType = BusTypes_::kAux as BusType;
        // Not active by default, which a flag would say.
        info.flags = 0;
        for (to, from) in info.name.iter_mut().zip(NAME.encode_utf16()) {
            *to = from;
        }
        info
    }

    /// Switches it.
    pub fn activate(&self, active: bool) {
        // ORDERING: Relaxed, a switch that nothing else depends on.
        self.active.store(active, Ordering::Relaxed);
    }

    /// Whether the host has activated it. Any thread, wait-free.
    pub fn is_active(&self) -> bool {
        // ORDERING: Relaxed, as above.
        self.active.load(Ordering::Relaxed)
    }
}

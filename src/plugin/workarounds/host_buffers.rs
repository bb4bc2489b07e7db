//! Between a host's buffers and the framework's `process`, for both formats: memory of ours, which is as the
//! framework expects it whatever the host gives. Audio thread, but for [`Stage::prepare`].
//!
//! Works around nice-plug 0.4.2: its `process` takes the host's word for channels, pointers and lengths, and writes where they
//! lead. Reproduced by `tests/clap_host/misuse/buffers.rs` and `tests/vst3_host/misuse.rs`. May go when the framework checks them.
//!
//! | what a host may give | what becomes of it |
//! |---|---|
//! | no buffer for a channel, or no channel | silence comes in, nothing goes out |
//! | more channels than the port has | silence goes out on those |
//! | inputs and outputs that are the same memory | read before it is written |
//! | samples of 64 bits | converted |
//! | more samples than it announced | several pieces |
//! | no sidechain, or one that is null | nothing comes in there |
//!
//! Input and output are copied, twice two channels a block: a few hundredths of what the reverb costs.

#![allow(unsafe_code)]
#![deny(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    clippy::disallowed_macros
)]

use crate::processor::{Sidechain, silence};

/// Channels that a port of ours can have.
pub const MOST_CHANNELS: usize = 2;

/// The longest piece that is processed at once, samples, whatever the host announces.
pub const MOST_FRAMES: u32 = 8192;

/// Channels of one port that are looked at.
const MOST_HOST_CHANNELS: usize = 64;

/// Sample rates that are taken, Hz: from the lowest to the highest that validators ask for.
const RATES_HZ: std::ops::RangeInclusive<f64> = 1_000.0..=1_600_000.0;

/// Whether a host means this sample rate, in Hz. NaN is none.
#[must_use]
pub fn is_rate(hz: f64) -> bool {
    RATES_HZ.contains(&hz)
}

/// One channel of a host's buffer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Channel {
    /// There is none.
    #[default]
    None,
    /// Samples of 32 bits.
    Single(*mut f32),
    /// Samples of 64 bits.
    Double(*mut f64),
}

/// The channels of a host's port. What is not null is promised to be as the host says.
#[derive(Clone, Copy, Debug)]
pub enum Port {
    /// Pointers to channels of 32 bits, and how many.
    Single(*mut *mut f32, usize),
    /// The same of 64 bits.
    Double(*mut *mut f64, usize),
}

impl Port {
    /// How many channels there are.
    #[must_use]
    pub fn channels(&self) -> usize {
        match self {
            Self::Single(pointers, _) if pointers.is_null() => 0,
            Self::Double(pointers, _) if pointers.is_null() => 0,
            Self::Single(_, count) | Self::Double(_, count) => (*count).min(MOST_HOST_CHANNELS),
        }
    }

    /// One of its channels. Real-time.
    ///
    /// # Safety
    /// The pointers are null or valid.
    #[must_use]
    pub unsafe fn channel(&self, index: usize) -> Channel {
        if index >= self.channels() {
            return Channel::None;
        }
        // SAFETY: there are more pointers than that, by the caller's promise.
        let channel = unsafe {
            match self {
                Self::Single(pointers, _) => Channel::Single(pointers.add(index).read_unaligned()),
                Self::Double(pointers, _) => Channel::Double(pointers.add(index).read_unaligned()),
            }
        };
        match channel {
            Channel::Single(samples) if samples.is_null() => Channel::None,
            Channel::Double(samples) if samples.is_null() => Channel::None,
            there => there,
        }
    }

    /// The channels that one of our ports takes. Real-time.
    ///
    /// # Safety
    /// As [`channel`](Self::channel).
    #[must_use]
    pub unsafe fn first(&self) -> [Channel; MOST_CHANNELS] {
        // SAFETY: the caller's promise.
        [0, 1].map(|index| unsafe { self.channel(index) })
    }

    /// Writes silence to all channels from `first` on, but for those whose memory is among `spared`.
    /// Real-time.
    ///
    /// # Safety
    /// As [`channel`](Self::channel), and the channels have `frames` samples.
    pub unsafe fn silence_from(&self, first: usize, frames: usize, spared: &[Channel]) {
        for index in first..self.channels() {
            // SAFETY: the caller's promises.
            let channel = unsafe { self.channel(index) };
            if !spared.contains(&channel) {
                // SAFETY: as above.
                unsafe { channel.silence(frames) };
            }
        }
    }

    /// One bit for each of its channels. More than there are bits have none.
    #[must_use]
    pub fn mask(&self) -> u64 {
        match self.channels() {
            0 => 0,
            channels => u64::MAX >> (u64::BITS as usize - channels.min(u64::BITS as usize)),
        }
    }
}

impl Channel {
    /// Writes zeros. Real-time.
    ///
    /// # Safety
    /// The channel has `frames` samples.
    unsafe fn silence(self, frames: usize) {
        // SAFETY: the caller's promise. By bytes, since nobody has promised how it is aligned.
        unsafe {
            match self {
                Self::None => {}
                Self::Single(to) => to.cast::<u8>().write_bytes(0, size_of::<f32>() * frames),
                Self::Double(to) => to.cast::<u8>().write_bytes(0, size_of::<f64>() * frames),
            }
        }
    }

    /// Reads `into.len()` samples from `start` on. Real-time.
    ///
    /// # Safety
    /// The channel has as many samples, and they are not those of `into`.
    unsafe fn read(self, start: usize, into: &mut [f32]) {
        // SAFETY: the caller's promises. By bytes or unaligned, since nobody has promised an alignment.
        unsafe {
            match self {
                Self::None => into.fill(0.0),
                Self::Single(from) => {
                    let from = from.cast::<u8>().add(size_of::<f32>() * start);
                    let bytes = size_of_val(into);
                    std::ptr::copy_nonoverlapping(from, into.as_mut_ptr().cast(), bytes);
                }
                Self::Double(from) => {
                    let from = from.cast::<u8>().add(size_of::<f64>() * start);
                    for (index, sample) in into.iter_mut().enumerate() {
                        *sample = from.cast::<f64>().add(index).read_unaligned() as f32;
                    }
                }
            }
        }
    }

    /// Writes samples from `start` on. Real-time.
    ///
    /// # Safety
    /// As [`read`](Self::read).
    unsafe fn write(self, start: usize, samples: &[f32]) {
        // SAFETY: as in `read`.
        unsafe {
            match self {
                Self::None => {}
                Self::Single(to) => {
                    let to = to.cast::<u8>().add(size_of::<f32>() * start);
                    let bytes = size_of_val(samples);
                    std::ptr::copy_nonoverlapping(samples.as_ptr().cast(), to, bytes);
                }
                Self::Double(to) => {
                    let to = to.cast::<u8>().add(size_of::<f64>() * start);
                    for (index, sample) in samples.iter().enumerate() {
                        to.cast::<f64>()
                            .add(index)
                            .write_unaligned(f64::from(*sample));
                    }
                }
            }
        }
    }
}

/// What the outputs of a block were, over all of its pieces.
#[derive(Clone, Copy, Debug, Default)]
pub struct Written {
    /// The one value of all samples of a channel, if there is one.
    constant: [Option<f32>; MOST_CHANNELS],
    /// Samples so far.
    frames: usize,
}

impl Written {
    fn enter(&mut self, index: usize, samples: &[f32]) {
        let Some(first) = samples.first() else {
            return;
        };
        let before = if self.frames == 0 {
            Some(*first)
        } else {
            self.constant[index]
        };
        self.constant[index] = before.filter(|value| samples.iter().all(|sample| sample == value));
    }

    /// Nothing is said of the channels, whatever they were. Real-time.
    pub fn forget(&mut self) {
        self.constant = [None; MOST_CHANNELS];
    }

    /// A bit for each channel whose samples were all the same.
    #[must_use]
    pub fn constant(&self) -> u64 {
        self.mask(|_| true)
    }

    /// A bit for each channel that was silent.
    #[must_use]
    pub fn silent(&self) -> u64 {
        self.mask(|value| value == 0.0)
    }

    fn mask(&self, is: impl Fn(f32) -> bool) -> u64 {
        let bit =
            |(index, value): (usize, &Option<f32>)| u64::from(value.is_some_and(&is)) << index;
        self.constant.iter().enumerate().map(bit).sum()
    }
}

/// The framework's buffers: in and out at once, as it wants them.
#[derive(Debug)]
pub struct Stage {
    channels: [Vec<f32>; MOST_CHANNELS],
    /// A piece of the host's sidechain, and how much of each channel is there.
    sidechain: [Vec<f32>; MOST_CHANNELS],
    sidechain_frames: [usize; MOST_CHANNELS],
    inputs: usize,
    outputs: usize,
}

impl Stage {
    /// One for no channels, which takes no samples.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            channels: [Vec::new(), Vec::new()],
            sidechain: [Vec::new(), Vec::new()],
            sidechain_frames: [0; MOST_CHANNELS],
            inputs: 0,
            outputs: 0,
        }
    }

    /// Prepares for so many channels, and pieces of so many samples. Not real-time: allocates, at most
    /// [`MOST_FRAMES`] samples a channel.
    pub fn prepare(&mut self, inputs: usize, outputs: usize, frames: u32) {
        self.inputs = inputs.min(MOST_CHANNELS);
        self.outputs = outputs.min(MOST_CHANNELS);
        let frames = frames.clamp(1, MOST_FRAMES) as usize;
        self.channels = [silence(frames), silence(frames)];
        self.sidechain = [silence(frames), silence(frames)];
        self.sidechain_frames = [0; MOST_CHANNELS];
    }

    /// The channels in and out.
    #[must_use]
    pub const fn layout(&self) -> (usize, usize) {
        (self.inputs, self.outputs)
    }

    /// How many samples it takes at once; 0 before it is prepared. Real-time.
    #[must_use]
    pub fn frames(&self) -> usize {
        self.channels[0].len()
    }

    /// The channels, for the framework to work on. Real-time.
    #[must_use]
    pub fn pointers(&mut self) -> [*mut f32; MOST_CHANNELS] {
        let [left, right] = &mut self.channels;
        [left.as_mut_ptr(), right.as_mut_ptr()]
    }

    /// Takes a piece of the host's input; the channels that are outputs only are silent. Real-time.
    ///
    /// # Safety
    /// The channels have `start + frames` samples, and `frames` are not more than it takes.
    pub unsafe fn load(&mut self, from: &[Channel; MOST_CHANNELS], start: usize, frames: usize) {
        let inputs = self.inputs;
        for (index, (to, from)) in self.channels.iter_mut().zip(from).enumerate() {
            let channel = if index < inputs { *from } else { Channel::None };
            // SAFETY: the caller's promise; the memory is ours, so it is not the host's.
            unsafe { channel.read(start, &mut to[..frames]) };
        }
    }

    /// Takes a piece of the host's sidechain. Real-time.
    ///
    /// # Safety
    /// As [`load`](Self::load).
    pub unsafe fn load_sidechain(
        &mut self,
        from: &[Channel; MOST_CHANNELS],
        start: usize,
        frames: usize,
    ) {
        for (index, (to, from)) in self.sidechain.iter_mut().zip(from).enumerate() {
            let there = if *from == Channel::None { 0 } else { frames };
            // SAFETY: the caller's promise; the memory is ours, so it is not the host's.
            unsafe { from.read(start, &mut to[..there]) };
            self.sidechain_frames[index] = there;
        }
    }

    /// The piece of the sidechain; a channel that is not there is empty. Real-time.
    #[must_use]
    pub fn sidechain(&self) -> Sidechain<'_> {
        let channel = |index: usize| &self.sidechain[index][..self.sidechain_frames[index]];
        [channel(0), channel(1)]
    }

    /// Forgets what is in it. Real-time.
    pub fn silence(&mut self, frames: usize) {
        for channel in &mut self.channels {
            channel[..frames].fill(0.0);
        }
    }

    /// Gives the piece to the host. Real-time.
    ///
    /// # Safety
    /// As [`load`](Self::load).
    pub unsafe fn store(
        &self,
        to: &[Channel; MOST_CHANNELS],
        start: usize,
        frames: usize,
        written: &mut Written,
    ) {
        let channels = self.channels.iter().zip(to).take(self.outputs).enumerate();
        for (index, (from, to)) in channels {
            let samples = &from[..frames];
            // SAFETY: the caller's promise; the memory is ours, so it is not the host's.
            unsafe { to.write(start, samples) };
            if *to != Channel::None {
                written.enter(index, samples);
            }
        }
        written.frames += frames;
    }
}

//! The audio processor of a VST3 instance: what is agreed before a block, and the block, piece by piece.
//!
//! A part of the [shell](super), and goes with it.

#![allow(unsafe_code)]

use super::super::automation::Automation;
use super::super::buses;
use super::{Shell, sidechain};
use crate::plugin::workarounds::host_buffers::{
    Channel, MOST_CHANNELS, MOST_FRAMES, Stage, Written, is_rate,
};
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::*;
use nice_plug::wrapper::vst3::vst3::Steinberg::*;
use std::sync::atomic::Ordering;

impl IAudioProcessorTrait for Shell {
    pass_on! { IAudioProcessorTrait:
        canProcessSampleSize(size: int32) -> tresult;
        getLatencySamples() -> uint32;
    }

    unsafe fn setBusArrangements(
        &self,
        inputs: *mut SpeakerArrangement,
        num_inputs: int32,
        outputs: *mut SpeakerArrangement,
        num_outputs: int32,
    ) -> tresult {
        if self.active.load(Ordering::Acquire) {
            return kResultFalse;
        }
        // SAFETY: the caller's promise.
        let sidechain = unsafe { self.sidechain.asked(inputs, num_inputs) };
        let Some(sidechain) = sidechain else {
            return kResultFalse;
        };
        // SAFETY: the caller's promises are those of the same method, which hears of one input.
        let taken = unsafe {
            self.inner
                .setBusArrangements(inputs, num_inputs.min(1), outputs, num_outputs)
        };
        if taken == kResultOk {
            self.sidechain.arrange(sidechain);
        }
        taken
    }

    unsafe fn getBusArrangement(
        &self,
        dir: BusDirection,
        index: int32,
        arrangement: *mut SpeakerArrangement,
    ) -> tresult {
        if index < 0 || arrangement.is_null() {
            return kInvalidArgument;
        }
        if sidechain::is_meant(dir, index) {
            // SAFETY: not null, so there is a place.
            unsafe { arrangement.write_unaligned(self.sidechain.arrangement()) };
            return kResultOk;
        }
        // SAFETY: the caller's promises are those of the same method.
        unsafe { self.inner.getBusArrangement(dir, index, arrangement) }
    }

    unsafe fn setProcessing(&self, state: TBool) -> tresult {
        let goes_on = state != 0;
        if self.processing.swap(goes_on, Ordering::Relaxed) == goes_on && goes_on {
            return kResultOk;
        }
        // SAFETY: the caller's promises are those of the same method. To stop and to go on is how VST3 hosts
        // have a plug-in forget all sound, for which they have nothing else.
        unsafe { self.inner.setProcessing(state) }
    }

    unsafe fn setupProcessing(&self, setup: *mut ProcessSetup) -> tresult {
        if setup.is_null() {
            return kInvalidArgument;
        }
        // SAFETY: not null, so there is one.
        let mut setup = unsafe { setup.read_unaligned() };
        if !is_rate(setup.sampleRate) {
            return kInvalidArgument;
        }
        let most = u32::try_from(setup.maxSamplesPerBlock).unwrap_or(1);
        let most = most.clamp(1, MOST_FRAMES);
        setup.maxSamplesPerBlock = most as int32;
        // SAFETY: a setup of ours, of which the framework only stores the values.
        let result = unsafe {
            self.inner.setupProcessing(&mut setup);
            self.inner.setupProcessing(&mut setup)
        };
        if result == kResultOk {
            self.most.store(most, Ordering::Relaxed);
        }
        result
    }

    unsafe fn process(&self, data: *mut ProcessData) -> tresult {
        if data.is_null() {
            return kInvalidArgument;
        }
        // Two threads in `process` at once are a fault of the host's; the second is sent away.
        if self.busy.swap(true, Ordering::Acquire) {
            return kResultFalse;
        }
        // SAFETY: this thread has set `busy`, so nobody else uses the automation and the stage until it is
        // cleared; `data` is the host's, valid for this call.
        let result = unsafe {
            self.process_in_pieces(&*data, &mut *self.automation.get(), &mut *self.stage.get())
        };
        self.busy.store(false, Ordering::Release);
        result
    }

    unsafe fn getTailSamples(&self) -> uint32 {
        self.told.tail.load(Ordering::Relaxed)
    }
}

/// What is the same for all pieces of a block.
struct Block<'a> {
    host: &'a ProcessData,
    inputs: [Channel; MOST_CHANNELS],
    sidechain: [Channel; MOST_CHANNELS],
    outputs: [Channel; MOST_CHANNELS],
}

impl Shell {
    /// Processes a block, cut where a parameter moves and where it is longer than announced. Real-time.
    ///
    /// # Safety
    /// `data` is what a host gives to `process`.
    unsafe fn process_in_pieces(
        &self,
        data: &ProcessData,
        automation: &mut Automation,
        stage: &mut Stage,
    ) -> tresult {
        let frames = buses::frames(data);
        // SAFETY: the host's object and buffers are valid while its block is processed.
        let block = unsafe {
            let starts = self.told.starts.load(Ordering::Relaxed);
            automation.collect(data.inputParameterChanges, frames, starts);
            Block {
                host: data,
                inputs: buses::input(data, 0),
                sidechain: match self.sidechain.is_active() {
                    true => buses::input(data, 1),
                    false => [Channel::None; MOST_CHANNELS],
                },
                outputs: buses::outputs(data),
            }
        };
        let is_active = self.active.load(Ordering::Acquire);
        let (_, ours) = stage.layout();
        let heard = block.outputs[..ours].iter().any(|to| *to != Channel::None);
        let mut written = Written::default();
        let mut result = kResultOk;
        if frames > 0 && !is_active {
            result = kNotInitialized;
        } else if frames > 0 && heard {
            let mut start = 0;
            while start < frames {
                let next = automation.apply(start).unwrap_or(frames);
                let most = stage.frames() as u32;
                let end = next.min(start.saturating_add(most)).min(frames);
                // SAFETY: the piece lies within the host's buffers, and is not longer than the stage.
                let piece =
                    unsafe { self.process_piece(&block, stage, start, end - start, &mut written) };
                result = if piece == kResultOk { result } else { piece };
                start = end;
            }
        }
        // Changes of a block that nobody hears, or that was refused, still count for the next.
        automation.apply(frames);
        if frames > 0 {
            let ours = if is_active { ours } else { 0 };
            // ORDERING: Relaxed, this thread has written it.
            if self.told.sounding.load(Ordering::Relaxed) {
                written.forget();
            }
            // SAFETY: as above; what is beyond our own channels is silent.
            unsafe { buses::finish(data, ours, &written) };
        }
        result
    }

    /// Processes `frames` samples of a block from `start` on, without parameter changes. Real-time.
    ///
    /// # Safety
    /// The piece lies within the block, and is not longer than the stage.
    unsafe fn process_piece(
        &self,
        block: &Block<'_>,
        stage: &mut Stage,
        start: u32,
        frames: u32,
        written: &mut Written,
    ) -> tresult {
        let (from, count) = (start as usize, frames as usize);
        // SAFETY: the piece lies within the host's buffers.
        unsafe {
            stage.load(&block.inputs, from, count);
            stage.load_sidechain(&block.sidechain, from, count);
        }
        let (inputs, outputs) = stage.layout();
        let mut channels = stage.pointers();
        let mut input = buses::bus(&mut channels, inputs);
        let mut output = buses::bus(&mut channels, outputs);
        let mut piece = *block.host;
        piece.symbolicSampleSize = SymbolicSampleSizes_::kSample32 as int32;
        piece.numSamples = frames as int32;
        (piece.numInputs, piece.inputs) = (1, &raw mut input);
        (piece.numOutputs, piece.outputs) = (1, &raw mut output);
        // The parameters are set already, and notes mean nothing to a reverb.
        piece.inputParameterChanges = std::ptr::null_mut();
        piece.inputEvents = std::ptr::null_mut();
        // SAFETY: a block as the framework expects it.
        let call = || unsafe { self.inner.process(&mut piece) };
        self.told.piece.begins_at(start);
        let result = self.told.sidechain.lend(stage.sidechain(), call);
        if result != kResultOk {
            stage.silence(count);
        }
        // SAFETY: as above.
        unsafe { stage.store(&block.outputs, from, count, written) };
        result
    }
}

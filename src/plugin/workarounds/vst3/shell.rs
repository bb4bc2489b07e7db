//! The VST3 object that a host meets: the framework's, with the faults of its edges kept outside.
//!
//! Works around nice-plug 0.4.2. Each line was reproduced by a test of `tests/vst3_host/misuse.rs` or `validation.rs`, and may
//! go when the framework answers that call as the shell does.
//!
//! | method | what the framework does | what the shell does |
//! |---|---|---|
//! | `setupProcessing` | takes the process mode of the call before | calls it twice, so the second call knows |
//! | `process` | a message from the audio thread for each parameter that moves, and every point is a step | sets the parameters itself, between the pieces of the block, along lines |
//! | `process` | panics if nothing was set up, writes where channels tell it to | [gives it what it expects](super::buses), or silence |
//! | `getState` | reads the parameters one by one, whoever changes them meanwhile | reads all of one state |
//! | `setupProcessing` | takes any rate and any block | refuses rates that are none, promises blocks it can keep |
//! | `setBusArrangements` | changes the layout under the audio thread | refuses while active |
//! | `setProcessing` | forgets all sound each time it is told to go on | forgets it when it was told to stop before |
//! | `getParameterInfo` | panics at an index one too high; units begin with a space | refuses; takes the space |
//! | `createView` | a view with faults of its own | a [view] around it |
//! | `getTailSamples` | has no tail before the first block | asks the instance |
//!
//! All the rest is passed on. The interfaces for MIDI are left out: a reverb has no use for them.

#![allow(unsafe_code)]

use super::automation::Automation;
use super::{buses, stream, view};
use crate::plugin::workarounds::handshake;
use crate::plugin::workarounds::host_buffers::{
    Channel, MOST_CHANNELS, MOST_FRAMES, Stage, Written, is_rate,
};
use crate::plugin::{Anteroom, state};
use nice_plug::params::Params;
use nice_plug::wrapper::vst3::Wrapper;
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::ChannelContext::{
    IInfoListener, IInfoListenerTrait,
};
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::*;
use nice_plug::wrapper::vst3::vst3::Steinberg::*;
use nice_plug::wrapper::vst3::vst3::{Class, Steinberg};
use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// How long the main thread waits for a block to end.
const BLOCK_PATIENCE: Duration = Duration::from_secs(1);

/// One VST3 instance.
pub struct Shell {
    /// The framework's instance.
    inner: Wrapper<Anteroom>,
    /// What the instance tells about itself. Keeps the parameters alive.
    told: handshake::InstanceInfo,
    /// The changes of the block that is being processed.
    automation: UnsafeCell<Automation>,
    /// The framework's buffers.
    stage: UnsafeCell<Stage>,
    /// Whether a thread is in `process`, and so owns the automation and the stage.
    busy: AtomicBool,
    /// Whether the host has activated it.
    active: AtomicBool,
    /// Whether the host has said that it processes.
    processing: AtomicBool,
    /// The longest block that the host has announced, samples, as far as it is believed.
    most: AtomicU32,
}

// SAFETY: everything but the cells is used by several threads already within the framework; the cells
// are touched only by the thread that has changed `busy` from false to true.
unsafe impl Send for Shell {}
// SAFETY: as above.
unsafe impl Sync for Shell {}

impl std::fmt::Debug for Shell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shell").finish_non_exhaustive()
    }
}

impl Class for Shell {
    type Interfaces = (
        IComponent,
        IEditController,
        IAudioProcessor,
        IProcessContextRequirements,
        IUnitInfo,
        IInfoListener,
    );
}

impl Shell {
    /// A new instance. Main thread.
    pub fn new() -> Self {
        let (inner, told) = handshake::attend(Wrapper::<Anteroom>::new);
        // The framework lists the parameters in the order of the map.
        let table = (0..)
            .zip(told.params.param_map())
            .map(|(index, (_, param, _))| {
                // SAFETY: the structure is plain data, for which zeroes are a value, and the index
                // is within the list.
                let id = unsafe {
                    let mut info: ParameterInfo = std::mem::zeroed();
                    inner.getParameterInfo(index, &mut info);
                    info.id
                };
                (id, param)
            })
            .collect();
        Self {
            inner,
            told,
            automation: UnsafeCell::new(Automation::new(table)),
            stage: UnsafeCell::new(Stage::new()),
            busy: AtomicBool::new(false),
            active: AtomicBool::new(false),
            processing: AtomicBool::new(false),
            most: AtomicU32::new(MOST_FRAMES),
        }
    }
}

/// Passes methods of an interface on to the framework's instance.
macro_rules! pass_on {
    ($interface:ident: $($method:ident($($arg:ident: $type:ty),*) -> $answer:ty;)*) => {$(
        unsafe fn $method(&self, $($arg: $type),*) -> $answer {
            // SAFETY: the caller's promises are those of the same method.
            unsafe { $interface::$method(&self.inner, $($arg),*) }
        }
    )*};
}

impl IPluginBaseTrait for Shell {
    pass_on! { IPluginBaseTrait:
        initialize(context: *mut FUnknown) -> tresult;
        terminate() -> tresult;
    }
}

impl IComponentTrait for Shell {
    pass_on! { IComponentTrait:
        getControllerClassId(class: *mut TUID) -> tresult;
        setIoMode(mode: IoMode) -> tresult;
        getBusCount(media: MediaType, dir: BusDirection) -> int32;
        getRoutingInfo(input: *mut RoutingInfo, output: *mut RoutingInfo) -> tresult;
        setState(state: *mut IBStream) -> tresult;
    }

    unsafe fn getState(&self, state: *mut IBStream) -> tresult {
        let Some(saved) = state::saved(&self.told.params) else {
            return kResultFalse;
        };
        // SAFETY: the caller's promise.
        unsafe { stream::write(state, &saved) }
    }

    unsafe fn getBusInfo(
        &self,
        media: MediaType,
        dir: BusDirection,
        index: int32,
        bus: *mut BusInfo,
    ) -> tresult {
        if index < 0 || bus.is_null() {
            return kInvalidArgument;
        }
        // SAFETY: the caller's promises are those of the same method.
        unsafe { self.inner.getBusInfo(media, dir, index, bus) }
    }

    unsafe fn activateBus(
        &self,
        media: MediaType,
        dir: BusDirection,
        index: int32,
        state: TBool,
    ) -> tresult {
        if index < 0 {
            return kInvalidArgument;
        }
        // SAFETY: the caller's promises are those of the same method.
        unsafe { self.inner.activateBus(media, dir, index, state) }
    }

    unsafe fn setActive(&self, state: TBool) -> tresult {
        if state == 0 {
            self.active.store(false, Ordering::Release);
            self.processing.store(false, Ordering::Relaxed);
            // SAFETY: the caller's promises are those of the same method.
            let end = || unsafe { self.inner.setActive(state) };
            // A block that does not end is the host's fault; the framework has a lock of its own.
            return self.between_blocks(|_| end()).unwrap_or_else(end);
        }
        let (inputs, outputs) = (
            self.channels(BusDirections_::kInput),
            self.channels(BusDirections_::kOutput),
        );
        let activated = self.between_blocks(|stage| {
            // SAFETY: the caller's promises are those of the same method.
            let result = unsafe { self.inner.setActive(state) };
            if result == kResultOk {
                stage.prepare(inputs, outputs, self.most.load(Ordering::Relaxed));
            }
            self.active.store(result == kResultOk, Ordering::Release);
            result
        });
        activated.unwrap_or(kResultFalse)
    }
}

impl IEditControllerTrait for Shell {
    pass_on! { IEditControllerTrait:
        setComponentState(state: *mut IBStream) -> tresult;
        setState(state: *mut IBStream) -> tresult;
        getState(state: *mut IBStream) -> tresult;
        getParameterCount() -> int32;
        getParamStringByValue(id: ParamID, value: ParamValue, text: *mut String128) -> tresult;
        getParamValueByString(id: ParamID, text: *mut TChar, value: *mut ParamValue) -> tresult;
        normalizedParamToPlain(id: ParamID, value: ParamValue) -> ParamValue;
        plainParamToNormalized(id: ParamID, value: ParamValue) -> ParamValue;
        getParamNormalized(id: ParamID) -> ParamValue;
        setParamNormalized(id: ParamID, value: ParamValue) -> tresult;
        setComponentHandler(handler: *mut IComponentHandler) -> tresult;
    }

    unsafe fn getParameterInfo(&self, index: int32, info: *mut ParameterInfo) -> tresult {
        // SAFETY: the caller's promises are those of the same methods.
        unsafe {
            if index >= self.inner.getParameterCount() {
                return kInvalidArgument;
            }
            let result = self.inner.getParameterInfo(index, info);
            if result == kResultOk
                && let Some(info) = info.as_mut()
            {
                without_space(&mut info.units);
            }
            result
        }
    }

    unsafe fn createView(&self, name: FIDString) -> *mut IPlugView {
        // SAFETY: the caller's promises are those of the same method, whose reference goes on.
        unsafe { view::around(self.inner.createView(name)) }
    }
}

/// Takes the space from the front of a unit: with it, the framework writes a value and its unit in one text, but VST3
/// hosts put one there themselves.
fn without_space(unit: &mut String128) {
    if unit[0] == u16::from(b' ') {
        unit.copy_within(1.., 0);
        unit[unit.len() - 1] = 0;
    }
}

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
        // SAFETY: the caller's promises are those of the same method.
        unsafe {
            self.inner
                .setBusArrangements(inputs, num_inputs, outputs, num_outputs)
        }
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
    outputs: [Channel; MOST_CHANNELS],
}

impl Shell {
    /// Uses the stage while no block is processed; `None` if one does not end. Main thread.
    fn between_blocks<R>(&self, use_it: impl FnOnce(&mut Stage) -> R) -> Option<R> {
        let begin = Instant::now();
        while self.busy.swap(true, Ordering::Acquire) {
            if begin.elapsed() > BLOCK_PATIENCE {
                return None;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        // SAFETY: this thread has set `busy`, so nobody else uses the stage until it is cleared.
        let result = use_it(unsafe { &mut *self.stage.get() });
        self.busy.store(false, Ordering::Release);
        Some(result)
    }

    /// The channels of the main bus in one direction.
    fn channels(&self, direction: BusDirections) -> usize {
        let mut arrangement = 0;
        // SAFETY: a place of ours.
        unsafe {
            self.inner
                .getBusArrangement(direction as BusDirection, 0, &mut arrangement);
        }
        arrangement.count_ones() as usize
    }

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
                inputs: buses::inputs(data),
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
        unsafe { stage.load(&block.inputs, from, count) };
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
        let result = unsafe { self.inner.process(&mut piece) };
        if result != kResultOk {
            stage.silence(count);
        }
        // SAFETY: as above.
        unsafe { stage.store(&block.outputs, from, count, written) };
        result
    }
}

impl IProcessContextRequirementsTrait for Shell {
    pass_on! { IProcessContextRequirementsTrait:
        getProcessContextRequirements() -> uint32;
    }
}

impl IUnitInfoTrait for Shell {
    pass_on! { IUnitInfoTrait:
        getUnitCount() -> int32;
        getUnitInfo(index: int32, info: *mut UnitInfo) -> tresult;
        getProgramListCount() -> int32;
        getProgramListInfo(index: int32, info: *mut ProgramListInfo) -> tresult;
        getProgramName(list: ProgramListID, index: int32, name: *mut String128) -> tresult;
        getProgramInfo(
            list: ProgramListID,
            index: int32,
            attribute: Steinberg::Vst::CString,
            value: *mut String128
        ) -> tresult;
        hasProgramPitchNames(list: ProgramListID, index: int32) -> tresult;
        getProgramPitchName(list: ProgramListID, index: int32, pitch: int16, name: *mut String128)
            -> tresult;
        getSelectedUnit() -> UnitID;
        selectUnit(unit: UnitID) -> tresult;
        getUnitByBus(
            media: MediaType,
            dir: BusDirection,
            bus: int32,
            channel: int32,
            unit: *mut UnitID
        ) -> tresult;
        setUnitProgramData(list: int32, index: int32, data: *mut IBStream) -> tresult;
    }
}

impl IInfoListenerTrait for Shell {
    pass_on! { IInfoListenerTrait:
        setChannelContextInfos(list: *mut IAttributeList) -> tresult;
    }
}

#[cfg(test)]
mod tests;

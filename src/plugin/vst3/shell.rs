//! The VST3 object that a host meets: the framework's, with the faults of its edges kept outside.
//!
//! | method | what the framework does | what the shell does |
//! |---|---|---|
//! | `setupProcessing` | takes the process mode of the call before | calls it twice, so the second call knows |
//! | `process` | a message from the audio thread for each parameter that moves | sets the parameters itself, between the pieces of the block |
//! | `process` | panics if nothing was set up | refuses |
//! | `getParameterInfo` | panics at an index one too high | refuses |
//! | `getTailSamples` | has no tail before the first block | asks the instance |
//!
//! All the rest is passed on. The interfaces for MIDI are left out: a reverb has no use for them.

#![allow(unsafe_code)]

use super::automation::Automation;
use crate::plugin::{Anteroom, birth};
use nice_plug::params::Params;
use nice_plug::wrapper::vst3::Wrapper;
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::ChannelContext::{
    IInfoListener, IInfoListenerTrait,
};
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::*;
use nice_plug::wrapper::vst3::vst3::Steinberg::*;
use nice_plug::wrapper::vst3::vst3::{Class, Steinberg};
use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicBool, Ordering};

/// Channels that a bus of ours can have.
const MOST_CHANNELS: usize = 2;

/// One VST3 instance.
pub struct Shell {
    /// The framework's instance.
    inner: Wrapper<Anteroom>,
    /// What the instance tells about itself. Keeps the parameters alive.
    told: birth::Told,
    /// The changes of the block that is being processed.
    automation: UnsafeCell<Automation>,
    /// Whether a thread is in `process`, and so owns the automation.
    busy: AtomicBool,
    /// Whether a sample rate was ever set.
    set_up: AtomicBool,
}

// SAFETY: everything but the cell is used by several threads already within the framework; the cell
// is touched only by the thread that has changed `busy` from false to true.
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
        let (inner, told) = birth::attend(Wrapper::<Anteroom>::new);
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
            busy: AtomicBool::new(false),
            set_up: AtomicBool::new(false),
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
        getBusInfo(media: MediaType, dir: BusDirection, index: int32, bus: *mut BusInfo) -> tresult;
        getRoutingInfo(input: *mut RoutingInfo, output: *mut RoutingInfo) -> tresult;
        activateBus(media: MediaType, dir: BusDirection, index: int32, state: TBool) -> tresult;
        setActive(state: TBool) -> tresult;
        setState(state: *mut IBStream) -> tresult;
        getState(state: *mut IBStream) -> tresult;
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
        createView(name: FIDString) -> *mut IPlugView;
    }

    unsafe fn getParameterInfo(&self, index: int32, info: *mut ParameterInfo) -> tresult {
        // SAFETY: the caller's promises are those of the same methods.
        unsafe {
            if index >= self.inner.getParameterCount() {
                return kInvalidArgument;
            }
            self.inner.getParameterInfo(index, info)
        }
    }
}

impl IAudioProcessorTrait for Shell {
    pass_on! { IAudioProcessorTrait:
        setBusArrangements(
            inputs: *mut SpeakerArrangement,
            num_inputs: int32,
            outputs: *mut SpeakerArrangement,
            num_outputs: int32
        ) -> tresult;
        getBusArrangement(dir: BusDirection, index: int32, arrangement: *mut SpeakerArrangement)
            -> tresult;
        canProcessSampleSize(size: int32) -> tresult;
        getLatencySamples() -> uint32;
        setProcessing(state: TBool) -> tresult;
    }

    unsafe fn setupProcessing(&self, setup: *mut ProcessSetup) -> tresult {
        // SAFETY: the caller's promises are those of the same method, which only stores values.
        let result = unsafe {
            self.inner.setupProcessing(setup);
            self.inner.setupProcessing(setup)
        };
        if result == kResultOk {
            self.set_up.store(true, Ordering::Release);
        }
        result
    }

    unsafe fn process(&self, data: *mut ProcessData) -> tresult {
        if data.is_null() || !self.set_up.load(Ordering::Acquire) {
            return kInvalidArgument;
        }
        // Two threads in `process` at once are a fault of the host's; the second is sent away.
        if self.busy.swap(true, Ordering::Acquire) {
            return kResultFalse;
        }
        // SAFETY: this thread has set `busy`, so nobody else uses the automation until it is
        // cleared; `data` is the host's, valid for this call.
        let result = unsafe { self.process_in_pieces(&*data, &mut *self.automation.get()) };
        self.busy.store(false, Ordering::Release);
        result
    }

    unsafe fn getTailSamples(&self) -> uint32 {
        self.told.tail.load(Ordering::Relaxed)
    }
}

impl Shell {
    /// Processes a block, cut where a parameter moves. Real-time.
    ///
    /// # Safety
    /// `data` is what a host gives to `process`.
    unsafe fn process_in_pieces(&self, data: &ProcessData, automation: &mut Automation) -> tresult {
        let frames = u32::try_from(data.numSamples).unwrap_or(0);
        // SAFETY: the host's object is valid while its block is processed.
        unsafe { automation.collect(data.inputParameterChanges, frames) };
        let mut start = 0;
        loop {
            let end = automation.apply(start).unwrap_or(frames);
            // SAFETY: the piece lies within the host's buffers.
            let result = unsafe { self.process_piece(data, start, end - start) };
            if result != kResultOk || end >= frames {
                // Changes that come after a refused piece still count for the next block.
                automation.apply(frames);
                return result;
            }
            start = end;
        }
    }

    /// Processes `frames` samples of a block from `start` on, without parameter changes. Real-time.
    ///
    /// # Safety
    /// `data` is what a host gives to `process`, and the piece lies within its buffers.
    unsafe fn process_piece(&self, data: &ProcessData, start: u32, frames: u32) -> tresult {
        let mut piece = *data;
        piece.numSamples = frames as int32;
        piece.inputParameterChanges = std::ptr::null_mut();
        if start == 0 && piece.numSamples == data.numSamples {
            // SAFETY: the same block, less its changes.
            return unsafe { self.inner.process(&mut piece) };
        }
        let mut inputs = Moved::default();
        let mut outputs = Moved::default();
        // SAFETY: the buses are the host's, and the piece lies within their buffers.
        unsafe {
            (piece.numInputs, piece.inputs) = inputs.move_to(data.numInputs, data.inputs, start);
            (piece.numOutputs, piece.outputs) =
                outputs.move_to(data.numOutputs, data.outputs, start);
            self.inner.process(&mut piece)
        }
    }
}

/// The main bus of a block, moved to a later sample.
struct Moved {
    channels: [*mut f32; MOST_CHANNELS],
    bus: AudioBusBuffers,
}

impl Default for Moved {
    fn default() -> Self {
        Self {
            channels: [std::ptr::null_mut(); MOST_CHANNELS],
            // SAFETY: the structure is plain data, for which zeroes are a value: no channels.
            bus: unsafe { std::mem::zeroed() },
        }
    }
}

impl Moved {
    /// The number of buses and the first of them, with all its channels moved by `start` samples.
    ///
    /// # Safety
    /// `buses` are the host's, and their buffers have more than `start` samples.
    unsafe fn move_to(
        &mut self,
        count: int32,
        buses: *mut AudioBusBuffers,
        start: u32,
    ) -> (int32, *mut AudioBusBuffers) {
        if count <= 0 || buses.is_null() {
            return (0, std::ptr::null_mut());
        }
        // SAFETY: there is at least one bus, whose channels are as many as it says; the union's
        // pointers to 32-bit channels are what was agreed on, since 64 bits are refused.
        unsafe {
            self.bus = *buses;
            let channels = self.bus.__field0.channelBuffers32;
            if !channels.is_null() {
                let present = usize::try_from(self.bus.numChannels).unwrap_or(0);
                for (index, moved) in self.channels.iter_mut().enumerate().take(present) {
                    let channel = *channels.add(index);
                    if !channel.is_null() {
                        *moved = channel.add(start as usize);
                    }
                }
                self.bus.numChannels = present.min(MOST_CHANNELS) as int32;
                self.bus.__field0.channelBuffers32 = self.channels.as_mut_ptr();
            }
        }
        (1, &raw mut self.bus)
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

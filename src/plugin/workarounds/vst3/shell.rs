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
//! | buses | refuses a mono bus beside a stereo sidechain, and has every bus active | has the [sidechain](sidechain) itself |
//! | `setupProcessing` | takes any rate and any block | refuses rates that are none, promises blocks it can keep |
//! | `setBusArrangements` | changes the layout under the audio thread | refuses while active |
//! | `setProcessing` | forgets all sound each time it is told to go on | forgets it when it was told to stop before |
//! | `getParameterInfo` | panics at an index one too high; units begin with a space | refuses; takes the space |
//! | `createView` | a view with faults of its own | a [view](super::view) around it |
//! | `getTailSamples` | has no tail before the first block | asks the instance |
//!
//! All the rest is passed on. The interfaces for MIDI are left out: a reverb has no use for them.
//!
//! `sidechain` is the bus that the framework does not hear of. The methods are in `audio_processor` (blocks), `component` (buses, activation, states) and `controller` (parameters,
//! the view).

#![allow(unsafe_code)]

use self::sidechain::SidechainBus;
use super::automation::Automation;
use crate::plugin::Anteroom;
use crate::plugin::workarounds::handshake;
use crate::plugin::workarounds::host_buffers::{MOST_FRAMES, Stage};
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
    sidechain: SidechainBus,
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
            sidechain: SidechainBus::default(),
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

mod audio_processor;
mod component;
mod controller;
mod sidechain;

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

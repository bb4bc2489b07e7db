//! A block of the audio thread and its automation, as COM objects of the host.

#![allow(unsafe_code)]

use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::*;
use nice_plug::wrapper::vst3::vst3::Steinberg::*;
use nice_plug::wrapper::vst3::vst3::{Class, ComPtr, ComWrapper};
use std::cell::{Cell, RefCell};

/// A block of the audio thread, made once: processing it allocates nothing.
pub struct Block {
    changes: ComWrapper<Changes>,
    input: Vec<Vec<f32>>,
    pub output: Vec<Vec<f32>>,
    inputs: Vec<*mut f32>,
    outputs: Vec<*mut f32>,
    /// Where in the song the block begins, if one is played.
    pub song: Option<i64>,
}

impl Block {
    pub fn new(inputs: usize, outputs: usize, most: usize) -> Self {
        let mut block = Self {
            changes: ComWrapper::new(Changes::default()),
            input: vec![vec![0.0; most]; inputs],
            output: vec![vec![0.0; most]; outputs],
            inputs: Vec::new(),
            outputs: Vec::new(),
            song: None,
        };
        block.inputs = block.input.iter_mut().map(|b| b.as_mut_ptr()).collect();
        block.outputs = block.output.iter_mut().map(|b| b.as_mut_ptr()).collect();
        block
    }

    /// Automates a parameter in the next block.
    pub fn automate(&mut self, id: ParamID, points: &[(i32, f64)]) {
        self.changes.set(id, points);
    }

    /// Fills the input.
    pub fn feed(&mut self, samples: usize, sample: impl Fn(usize, usize) -> f32) {
        for (channel, input) in self.input.iter_mut().enumerate() {
            for (index, value) in input.iter_mut().enumerate().take(samples) {
                *value = sample(channel, index);
            }
        }
    }

    /// Processes, and forgets the automation.
    pub fn process(&mut self, processor: &ComPtr<IAudioProcessor>, samples: usize) -> tresult {
        let bus = |channels: &mut Vec<*mut f32>| AudioBusBuffers {
            numChannels: channels.len() as int32,
            silenceFlags: 0,
            __field0: AudioBusBuffers__type0 {
                channelBuffers32: channels.as_mut_ptr(),
            },
        };
        let (mut input, mut output) = (bus(&mut self.inputs), bus(&mut self.outputs));
        let changes = self.changes.as_com_ref::<IParameterChanges>();
        // SAFETY: plain data, for which zeroes are a value.
        let mut context: ProcessContext = unsafe { std::mem::zeroed() };
        context.state = ProcessContext_::StatesAndFlags_::kPlaying as uint32;
        context.projectTimeSamples = self.song.unwrap_or(0);
        let mut data = ProcessData {
            processMode: 0,
            symbolicSampleSize: SymbolicSampleSizes_::kSample32 as int32,
            numSamples: samples as int32,
            numInputs: 1,
            numOutputs: 1,
            inputs: &mut input,
            outputs: &mut output,
            inputParameterChanges: changes.expect("ours").as_ptr(),
            outputParameterChanges: std::ptr::null_mut(),
            inputEvents: std::ptr::null_mut(),
            outputEvents: std::ptr::null_mut(),
            processContext: match self.song {
                Some(_) => &raw mut context,
                None => std::ptr::null_mut(),
            },
        };
        // SAFETY: every pointer leads into this block, which outlives the call.
        let result = unsafe { processor.process(&mut data) };
        self.changes.clear();
        result
    }
}

/// The automation of a block.
#[derive(Default)]
struct Changes {
    queues: RefCell<Vec<ComWrapper<Points>>>,
    used: Cell<usize>,
}

impl Changes {
    fn set(&self, id: ParamID, points: &[(i32, f64)]) {
        let mut queues = self.queues.borrow_mut();
        if queues.len() == self.used.get() {
            queues.push(ComWrapper::new(Points::default()));
        }
        let queue = &queues[self.used.get()];
        self.used.set(self.used.get() + 1);
        queue.id.set(id);
        let mut held = queue.points.borrow_mut();
        held.clear();
        held.extend_from_slice(points);
    }

    fn clear(&self) {
        self.used.set(0);
    }
}

impl Class for Changes {
    type Interfaces = (IParameterChanges,);
}

impl IParameterChangesTrait for Changes {
    unsafe fn getParameterCount(&self) -> int32 {
        self.used.get() as int32
    }

    unsafe fn getParameterData(&self, index: int32) -> *mut IParamValueQueue {
        match self.queues.borrow().get(index as usize) {
            Some(queue) => queue
                .as_com_ref()
                .map_or(std::ptr::null_mut(), |q| q.as_ptr()),
            None => std::ptr::null_mut(),
        }
    }

    unsafe fn addParameterData(&self, _: *const ParamID, _: *mut int32) -> *mut IParamValueQueue {
        std::ptr::null_mut()
    }
}

/// The automation of one parameter.
#[derive(Default)]
struct Points {
    id: Cell<ParamID>,
    points: RefCell<Vec<(i32, f64)>>,
}

impl Class for Points {
    type Interfaces = (IParamValueQueue,);
}

impl IParamValueQueueTrait for Points {
    unsafe fn getParameterId(&self) -> ParamID {
        self.id.get()
    }

    unsafe fn getPointCount(&self) -> int32 {
        self.points.borrow().len() as int32
    }

    unsafe fn getPoint(&self, index: int32, time: *mut int32, value: *mut ParamValue) -> tresult {
        let Some((at, to)) = self.points.borrow().get(index as usize).copied() else {
            return kInvalidArgument;
        };
        // SAFETY: the plug-in gives places to write to.
        unsafe { (*time, *value) = (at, to) };
        kResultOk
    }

    unsafe fn addPoint(&self, _: int32, _: ParamValue, _: *mut int32) -> tresult {
        kResultFalse
    }
}

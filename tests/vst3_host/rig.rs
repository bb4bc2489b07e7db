//! A small VST3 host: instances, blocks with automation, states and views, over COM.

#![allow(unsafe_code)]

use nice_plug::wrapper::vst3::vst3::Steinberg::Linux::{
    FileDescriptor, IEventHandler, IEventHandlerTrait, IRunLoop, IRunLoopTrait, ITimerHandler,
    TimerInterval,
};
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::*;
use nice_plug::wrapper::vst3::vst3::Steinberg::*;
use nice_plug::wrapper::vst3::vst3::{Class, ComPtr, ComRef, ComWrapper, Interface};
use std::cell::{Cell, RefCell};
use std::ffi::c_void;
use std::sync::{Arc, Mutex};

/// What a VST3 library exports.
pub type Entry = unsafe extern "system" fn() -> *mut c_void;

/// One instance, as its host holds it.
pub struct Rig {
    pub component: ComPtr<IComponent>,
    pub controller: ComPtr<IEditController>,
    pub processor: ComPtr<IAudioProcessor>,
    pub ids: Vec<ParamID>,
    /// What the plug-in told the host of its parameters, in order.
    pub edits: Arc<Mutex<Vec<(Edit, ParamID)>>>,
}

/// A part of a gesture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    Begin,
    Perform,
    End,
}

// SAFETY: a host calls the parts of one instance from several threads; the tests keep to VST3's
// rules of which thread calls what.
unsafe impl Send for Rig {}
// SAFETY: as above.
unsafe impl Sync for Rig {}

fn info_of(controller: &ComPtr<IEditController>, index: i32) -> Option<ParameterInfo> {
    // SAFETY: a valid place for the answer, zeroes being a value of plain data.
    unsafe {
        let mut info: ParameterInfo = std::mem::zeroed();
        (controller.getParameterInfo(index, &mut info) == kResultOk).then_some(info)
    }
}

/// A text of the interface, which ends within its room.
pub fn text(letters: &[u16]) -> String {
    let end = letters.iter().position(|letter| *letter == 0);
    let end = end.expect("a text ends within its room");
    String::from_utf16(&letters[..end]).expect("a text")
}

impl Rig {
    pub fn new(entry: Entry) -> Self {
        // SAFETY: the calls are those of a host, in the order in which VST3 wants them.
        unsafe {
            let factory = ComPtr::from_raw(entry().cast::<IPluginFactory>()).expect("a factory");
            assert_eq!(factory.countClasses(), 1);
            let mut class: PClassInfo = std::mem::zeroed();
            assert_eq!(factory.getClassInfo(0, &mut class), kResultOk);
            let mut object = std::ptr::null_mut();
            let iid = IComponent::IID;
            let made = factory.createInstance(class.cid.as_ptr(), iid.as_ptr().cast(), &mut object);
            assert_eq!(made, kResultOk);
            let component = ComPtr::from_raw(object.cast::<IComponent>()).expect("a component");
            assert_eq!(component.initialize(std::ptr::null_mut()), kResultOk);
            let controller: ComPtr<IEditController> = component.cast().expect("a controller");
            let processor: ComPtr<IAudioProcessor> = component.cast().expect("a processor");
            let edits = Arc::<Mutex<Vec<_>>>::default();
            let handler = ComWrapper::new(Handler(Arc::clone(&edits)));
            let handler = handler.to_com_ptr::<IComponentHandler>().expect("ours");
            controller.setComponentHandler(handler.as_ptr());
            let count = controller.getParameterCount();
            let ids = (0..count).map(|index| info_of(&controller, index).expect("a parameter").id);
            let ids = ids.collect();
            Self {
                component,
                controller,
                processor,
                ids,
                edits,
            }
        }
    }

    /// The number of the parameter with this id, by its place in the list.
    pub fn id(&self, id: &str) -> ParamID {
        let place = anteroom::params::host_ids().position(|known| known == id);
        self.ids[place.expect("a parameter")]
    }

    /// Chooses a layout by its numbers of channels, and says whether the plug-in agreed.
    pub fn arrange(&self, inputs: u32, outputs: u32) -> bool {
        let mut inputs = (1u64 << inputs) - 1;
        let mut outputs = (1u64 << outputs) - 1;
        // SAFETY: one bus each way, as the numbers say.
        unsafe {
            self.processor
                .setBusArrangements(&mut inputs, 1, &mut outputs, 1)
                == kResultOk
        }
    }

    pub fn activate(&self, rate: f64, most: usize, offline: bool) {
        let mode = if offline {
            ProcessModes_::kOffline
        } else {
            ProcessModes_::kRealtime
        };
        let mut setup = ProcessSetup {
            processMode: mode as int32,
            symbolicSampleSize: SymbolicSampleSizes_::kSample32 as int32,
            maxSamplesPerBlock: most as int32,
            sampleRate: rate,
        };
        // SAFETY: the calls are those of a host, in the order in which VST3 wants them.
        unsafe {
            assert_eq!(self.processor.setupProcessing(&mut setup), kResultOk);
            assert_eq!(self.component.setActive(1), kResultOk);
            self.processor.setProcessing(1);
        }
    }

    pub fn deactivate(&self) {
        // SAFETY: as above.
        unsafe {
            self.processor.setProcessing(0);
            assert_eq!(self.component.setActive(0), kResultOk);
        }
    }

    pub fn save(&self) -> Vec<u8> {
        let stream = ComWrapper::new(Stream::default());
        let raw = stream.as_com_ref::<IBStream>().expect("ours").as_ptr();
        // SAFETY: the stream lives until the end of the call.
        assert_eq!(unsafe { self.component.getState(raw) }, kResultOk);
        stream.bytes.lock().expect("no panic").0.clone()
    }

    pub fn load(&self, bytes: &[u8]) -> bool {
        let stream = ComWrapper::new(Stream {
            bytes: Mutex::new((bytes.to_vec(), 0)),
        });
        let raw = stream.as_com_ref::<IBStream>().expect("ours").as_ptr();
        // SAFETY: the stream lives until the end of the call.
        unsafe { self.component.setState(raw) == kResultOk }
    }

    pub fn tail(&self) -> u32 {
        // SAFETY: may be asked at any time.
        unsafe { self.processor.getTailSamples() }
    }

    pub fn latency(&self) -> u32 {
        // SAFETY: may be asked at any time.
        unsafe { self.processor.getLatencySamples() }
    }

    pub fn count(&self) -> i32 {
        // SAFETY: may be asked at any time.
        unsafe { self.controller.getParameterCount() }
    }

    /// Moves a parameter as the host's own generic editor does.
    pub fn set(&self, control: &str, to: f64) {
        // SAFETY: the plug-in keeps to atomics here, and refuses what is no number.
        unsafe { self.controller.setParamNormalized(self.id(control), to) };
    }

    /// What the plug-in says of the parameter at this index; `None` if it refuses to.
    pub fn info(&self, index: i32) -> Option<ParameterInfo> {
        info_of(&self.controller, index)
    }

    /// The unit of the parameter at an index, and whether hosts are to hide it.
    pub fn unit(&self, index: i32) -> (String, bool) {
        let info = self.info(index).expect("a parameter");
        // The flag has no name in the bindings.
        let hidden = info.flags & (1 << 4) != 0;
        (text(&info.units), hidden)
    }

    /// Whether the plug-in takes nothing for a block.
    pub fn processes_nothing(&self) -> bool {
        // SAFETY: null is what is tested.
        unsafe { self.processor.process(std::ptr::null_mut()) == kResultOk }
    }

    pub fn position(&self, control: &str) -> f64 {
        // SAFETY: may be asked at any time.
        unsafe { self.controller.getParamNormalized(self.id(control)) }
    }
}

/// A block of the audio thread, made once: processing it allocates nothing.
pub struct Block {
    changes: ComWrapper<Changes>,
    input: Vec<Vec<f32>>,
    pub output: Vec<Vec<f32>>,
    inputs: Vec<*mut f32>,
    outputs: Vec<*mut f32>,
}

impl Block {
    pub fn new(inputs: usize, outputs: usize, most: usize) -> Self {
        let mut block = Self {
            changes: ComWrapper::new(Changes::default()),
            input: vec![vec![0.0; most]; inputs],
            output: vec![vec![0.0; most]; outputs],
            inputs: Vec::new(),
            outputs: Vec::new(),
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
            processContext: std::ptr::null_mut(),
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

/// A host that notes what is edited.
struct Handler(Arc<Mutex<Vec<(Edit, ParamID)>>>);

impl Handler {
    fn note(&self, edit: Edit, id: ParamID) -> tresult {
        if let Ok(mut edits) = self.0.lock() {
            edits.push((edit, id));
        }
        kResultOk
    }
}

impl Class for Handler {
    type Interfaces = (IComponentHandler,);
}

impl IComponentHandlerTrait for Handler {
    unsafe fn beginEdit(&self, id: ParamID) -> tresult {
        self.note(Edit::Begin, id)
    }
    unsafe fn performEdit(&self, id: ParamID, _: ParamValue) -> tresult {
        self.note(Edit::Perform, id)
    }
    unsafe fn endEdit(&self, id: ParamID) -> tresult {
        self.note(Edit::End, id)
    }
    unsafe fn restartComponent(&self, _: int32) -> tresult {
        kResultOk
    }
}

/// A stream in memory: its bytes and the place in them.
#[derive(Default)]
struct Stream {
    bytes: Mutex<(Vec<u8>, usize)>,
}

impl Class for Stream {
    type Interfaces = (IBStream,);
}

impl IBStreamTrait for Stream {
    unsafe fn read(&self, buffer: *mut c_void, count: int32, done: *mut int32) -> tresult {
        let mut held = self.bytes.lock().expect("no panic");
        let (bytes, at) = &mut *held;
        let count = (count.max(0) as usize).min(bytes.len() - *at);
        // SAFETY: the plug-in gives room for as many bytes as it asks for.
        unsafe {
            std::ptr::copy_nonoverlapping(bytes[*at..].as_ptr(), buffer.cast(), count);
            if !done.is_null() {
                *done = count as int32;
            }
        }
        *at += count;
        kResultOk
    }

    unsafe fn write(&self, buffer: *mut c_void, count: int32, done: *mut int32) -> tresult {
        // SAFETY: the plug-in gives as many bytes as it says.
        unsafe {
            let new = std::slice::from_raw_parts(buffer.cast::<u8>(), count.max(0) as usize);
            self.bytes
                .lock()
                .expect("no panic")
                .0
                .extend_from_slice(new);
            if !done.is_null() {
                *done = count;
            }
        }
        kResultOk
    }

    unsafe fn seek(&self, place: int64, mode: int32, result: *mut int64) -> tresult {
        let mut held = self.bytes.lock().expect("no panic");
        let (bytes, at) = &mut *held;
        let from = match mode {
            0 => 0,
            1 => *at as int64,
            _ => bytes.len() as int64,
        };
        *at = (from + place).clamp(0, bytes.len() as int64) as usize;
        if !result.is_null() {
            // SAFETY: a place to write to.
            unsafe { *result = *at as int64 };
        }
        kResultOk
    }

    unsafe fn tell(&self, place: *mut int64) -> tresult {
        let held = self.bytes.lock().expect("no panic");
        // SAFETY: a place to write to.
        unsafe { *place = held.1 as int64 };
        kResultOk
    }
}

/// An open editor.
pub struct View {
    view: ComPtr<IPlugView>,
    frame: ComWrapper<Frame>,
    _bare: ComWrapper<BareFrame>,
}

impl View {
    /// Opens the editor in a window, for a host with or without a run loop.
    pub fn open(rig: &Rig, window: u32, run_loop: bool) -> Self {
        let frame = Frame::new();
        let bare = ComWrapper::new(BareFrame);
        let raw = match run_loop {
            true => frame.as_com_ref::<IPlugFrame>(),
            false => bare.as_com_ref::<IPlugFrame>(),
        };
        let raw = raw.expect("ours").as_ptr();
        let kind = c"X11EmbedWindowID".as_ptr();
        // SAFETY: the calls are those of a host's main thread; the frames outlive the view.
        unsafe {
            let view = rig.controller.createView(c"editor".as_ptr());
            let view = ComPtr::from_raw(view).expect("there is an editor");
            assert_eq!(view.isPlatformTypeSupported(kind), kResultOk);
            let mut size: ViewRect = std::mem::zeroed();
            assert_eq!(view.getSize(&mut size), kResultOk);
            assert!(size.right > 100 && size.bottom > 100);
            assert_eq!(view.setFrame(raw), kResultOk);
            assert_eq!(
                view.attached(window as usize as *mut c_void, kind),
                kResultOk
            );
            Self {
                view,
                frame,
                _bare: bare,
            }
        }
    }

    /// Does what a host's main loop does.
    pub fn pump(&self) {
        self.frame.pump();
    }

    pub fn close(self) {
        self.leave(true, true);
    }

    /// Closes the editor as a host does that may forget to say so, or to take its frame back.
    pub fn leave(self, removed: bool, frame: bool) {
        // SAFETY: as above.
        unsafe {
            if removed {
                assert_eq!(self.view.removed(), kResultOk);
            }
            if frame {
                self.view.setFrame(std::ptr::null_mut());
            }
        }
        self.frame.pump();
        drop(self.view);
        let left = self.frame.handlers.lock().expect("no panic").len();
        assert_eq!(left, 0, "handlers that are left with the host");
    }

    /// Gives the view a size, from corner to corner; whether it was taken.
    pub fn on_size(&self, [left, top, right, bottom]: [i32; 4]) -> bool {
        let mut rect = ViewRect {
            left,
            top,
            right,
            bottom,
        };
        // SAFETY: as above.
        unsafe {
            // Whatever it answers, it must answer.
            self.view.checkSizeConstraint(&mut rect);
            self.view.onSize(&mut rect) == kResultOk
        }
    }

    /// Suggests a scale.
    pub fn scale(&self, factor: f32) -> bool {
        let scale = self.view.cast::<IPlugViewContentScaleSupport>();
        // SAFETY: as above.
        unsafe { scale.expect("ours").setContentScaleFactor(factor) == kResultOk }
    }

    /// Calls with nothing where something should be.
    pub fn calls_with_nothing(&self) {
        let none: *mut c_void = std::ptr::null_mut();
        // SAFETY: null is what is tested.
        unsafe {
            assert_ne!(self.view.isPlatformTypeSupported(none.cast()), kResultOk);
            assert_ne!(self.view.attached(none, none.cast()), kResultOk);
            assert_ne!(self.view.getSize(none.cast()), kResultOk);
            assert_ne!(self.view.onSize(none.cast()), kResultOk);
            assert_ne!(self.view.checkSizeConstraint(none.cast()), kResultOk);
        }
    }

    /// The width and height that it has.
    pub fn size(&self) -> [i32; 2] {
        // SAFETY: a place for the answer, zeroes being a value of plain data.
        unsafe {
            let mut size: ViewRect = std::mem::zeroed();
            assert_eq!(self.view.getSize(&mut size), kResultOk);
            [size.right - size.left, size.bottom - size.top]
        }
    }
}

/// A frame around a view, with the host's run loop.
struct Frame {
    handlers: Mutex<Vec<(Handle, FileDescriptor)>>,
}

struct Handle(ComPtr<IEventHandler>);

// SAFETY: called on the one thread of the test that pumps.
unsafe impl Send for Handle {}

impl Frame {
    fn new() -> ComWrapper<Self> {
        ComWrapper::new(Self {
            handlers: Mutex::new(Vec::new()),
        })
    }

    /// Tells the plug-in about descriptors that can be read.
    fn pump(&self) {
        let ready: Vec<(ComPtr<IEventHandler>, FileDescriptor)> = {
            let handlers = self.handlers.lock().expect("no panic");
            let is_ready = |fd: FileDescriptor| {
                let mut poll = libc::pollfd {
                    fd,
                    events: libc::POLLIN,
                    revents: 0,
                };
                // SAFETY: one descriptor.
                unsafe { libc::poll(&mut poll, 1, 0) == 1 }
            };
            (handlers.iter())
                .filter(|(_, fd)| is_ready(*fd))
                .map(|(handler, fd)| (handler.0.clone(), *fd))
                .collect()
        };
        for (handler, fd) in ready {
            // SAFETY: registered by the plug-in.
            unsafe { handler.onFDIsSet(fd) };
        }
    }
}

impl Class for Frame {
    type Interfaces = (IPlugFrame, IRunLoop);
}

impl IPlugFrameTrait for Frame {
    unsafe fn resizeView(&self, view: *mut IPlugView, size: *mut ViewRect) -> tresult {
        // SAFETY: the plug-in gives its own view.
        match unsafe { ComRef::from_raw(view) } {
            // SAFETY: a size to read.
            Some(view) => unsafe { view.onSize(size) },
            None => kInvalidArgument,
        }
    }
}

impl IRunLoopTrait for Frame {
    unsafe fn registerEventHandler(
        &self,
        handler: *mut IEventHandler,
        fd: FileDescriptor,
    ) -> tresult {
        // SAFETY: the plug-in gives its own handler.
        let Some(handler) = (unsafe { ComRef::from_raw(handler) }) else {
            return kInvalidArgument;
        };
        let mut handlers = self.handlers.lock().expect("no panic");
        handlers.push((Handle(handler.to_com_ptr()), fd));
        kResultOk
    }

    unsafe fn unregisterEventHandler(&self, handler: *mut IEventHandler) -> tresult {
        // What is dropped may call here again, so it is dropped after the lock.
        let removed: Vec<_> = {
            let mut handlers = self.handlers.lock().expect("no panic");
            let place = handlers
                .iter()
                .position(|(held, _)| held.0.as_ptr() == handler);
            place
                .map(|place| handlers.remove(place))
                .into_iter()
                .collect()
        };
        drop(removed);
        kResultOk
    }

    unsafe fn registerTimer(&self, _: *mut ITimerHandler, _: TimerInterval) -> tresult {
        kResultFalse
    }

    unsafe fn unregisterTimer(&self, _: *mut ITimerHandler) -> tresult {
        kResultFalse
    }
}

/// A frame without a run loop.
struct BareFrame;

impl Class for BareFrame {
    type Interfaces = (IPlugFrame,);
}

impl IPlugFrameTrait for BareFrame {
    unsafe fn resizeView(&self, _: *mut IPlugView, _: *mut ViewRect) -> tresult {
        kResultFalse
    }
}

//! A small VST3 host: instances, blocks with automation, states and views, over COM.

#![allow(unsafe_code)]

#[path = "rig/block.rs"]
mod block;
#[path = "rig/stream.rs"]
mod stream;
#[path = "rig/view.rs"]
mod view;

pub use block::Block;
pub use view::View;

use stream::Stream;

use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::*;
use nice_plug::wrapper::vst3::vst3::Steinberg::*;
use nice_plug::wrapper::vst3::vst3::{Class, ComPtr, ComWrapper, Interface};
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

    /// The same with an arrangement for the sidechain.
    pub fn arrange_with(&self, inputs: u32, sidechain: u32, outputs: u32) -> bool {
        let mut inputs = [(1u64 << inputs) - 1, (1u64 << sidechain) - 1];
        let mut outputs = (1u64 << outputs) - 1;
        // SAFETY: two buses in and one out, as the numbers say.
        unsafe {
            self.processor
                .setBusArrangements(inputs.as_mut_ptr(), 2, &mut outputs, 1)
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

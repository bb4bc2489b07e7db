//! What Steinberg's VST3 validator checks. It is in no registry, so its checks are made here, with a host of our own.
//!
//! | the validator's test | here |
//! |---|---|
//! | Scan Editor Classes, Scan Buses, Bus Activation, Bus Invalid Index, Bus Consistency | `buses_say_what_they_are` |
//! | Scan Parameters, Scan Units, Check Unit Structure | `parameters_say_what_they_are` |
//! | String and value conversions | `every_value_has_a_text_and_a_plain_value` |
//! | Speaker Arrangements, Side Chain Arrangement | `arrangements_are_answered_and_kept` |
//! | Valid State Transition, Suspend/Resume, Terminate/Initialize | `states_follow_each_other_in_every_order` |
//! | Process Format | `every_rate_of_the_validators_plays` |
//! | Process, Variable Block Size, Process Threads | `blocks_of_every_size_play`, from another thread |
//! | Parameters Flush, with and without buffers | `parameters_are_flushed_without_samples` |
//! | Bypass Persistence, Preset | `a_bypass_is_kept`; `state` |
//! | Silence Flags, Silence Processing | `misuse`, `silence_is_flagged_once_the_tail_is_over` |
//! | Automation: accuracy, no accuracy, parameters that do not exist | `lines`; `misuse` |
//! | Context Requirements, MIDI Mapping, Keyswitches, Note Expression, Program Lists | `what_a_reverb_has_not` |

#![allow(unsafe_code)]

#[path = "validation/buses.rs"]
mod buses;
#[path = "validation/parameters.rs"]
mod parameters;
#[path = "validation/processing.rs"]
mod processing;

use super::HERE;
use super::rig::Rig;
use nice_plug::wrapper::vst3::vst3::ComPtr;
use nice_plug::wrapper::vst3::vst3::Interface;
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::*;
use nice_plug::wrapper::vst3::vst3::Steinberg::*;

/// A zeroed structure for an answer.
fn empty<T: Copy>() -> T {
    // SAFETY: the structures of the interface are plain data, for which zeroes are a value.
    unsafe { std::mem::zeroed() }
}

fn told(rig: &Rig) -> Vec<ParameterInfo> {
    let about = |index| rig.info(index).expect("a parameter");
    (0..rig.count()).map(about).collect()
}

#[test]
fn what_a_reverb_has_not() {
    let rig = Rig::new(HERE);
    assert!(rig.controller.cast::<IMidiMapping>().is_none());
    assert!(rig.controller.cast::<INoteExpressionController>().is_none());
    assert!(rig.controller.cast::<IKeyswitchController>().is_none());
    let needs: ComPtr<IProcessContextRequirements> = rig.processor.cast().expect("an answer");
    let units: ComPtr<IUnitInfo> = rig.controller.cast().expect("units");
    // SAFETY: a host's questions.
    unsafe {
        needs.getProcessContextRequirements();
        assert_eq!(units.getProgramListCount(), 0);
    }
    // The factory makes what it lists, and nothing else.
    // SAFETY: as above; the places are ours.
    unsafe {
        let factory = ComPtr::from_raw(HERE().cast::<IPluginFactory>()).expect("a factory");
        let mut about: PFactoryInfo = empty();
        assert_eq!(factory.getFactoryInfo(&mut about), kResultOk);
        assert_ne!(about.vendor[0], 0);
        let mut class: PClassInfo = empty();
        for index in [1, -1, i32::MAX] {
            assert_ne!(factory.getClassInfo(index, &mut class), kResultOk);
        }
        assert_eq!(factory.getClassInfo(0, &mut class), kResultOk);
        let mut object = std::ptr::null_mut();
        let stranger: TUID = empty();
        let iid = IComponent::IID;
        let made = factory.createInstance(stranger.as_ptr(), iid.as_ptr().cast(), &mut object);
        assert_ne!(made, kResultOk);
        let made = factory.createInstance(class.cid.as_ptr(), stranger.as_ptr(), &mut object);
        assert_ne!(made, kResultOk);
        assert!(object.is_null());
    }
}

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

use super::HERE;
use super::published::NUMBERS;
use super::rig::{Block, Rig, text};
use anteroom::params::PARAMS;
use nice_plug::wrapper::vst3::vst3::ComPtr;
use nice_plug::wrapper::vst3::vst3::Interface;
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::*;
use nice_plug::wrapper::vst3::vst3::Steinberg::*;
use std::collections::BTreeSet;

/// A zeroed structure for an answer.
fn empty<T: Copy>() -> T {
    // SAFETY: the structures of the interface are plain data, for which zeroes are a value.
    unsafe { std::mem::zeroed() }
}

const AUDIO: MediaType = MediaTypes_::kAudio as MediaType;
const EVENT: MediaType = MediaTypes_::kEvent as MediaType;
const IN: BusDirection = BusDirections_::kInput as BusDirection;
const OUT: BusDirection = BusDirections_::kOutput as BusDirection;

#[test]
fn buses_say_what_they_are() {
    let rig = Rig::new(HERE);
    let component = &rig.component;
    // SAFETY: the calls are those of a host, with places of its own for the answers.
    unsafe {
        for (media, direction, wanted) in [
            (AUDIO, IN, 1),
            (AUDIO, OUT, 1),
            (EVENT, IN, 0),
            (EVENT, OUT, 0),
        ] {
            let count = component.getBusCount(media, direction);
            assert_eq!(count, wanted);
            for index in 0..count {
                let mut bus: BusInfo = empty();
                assert_eq!(
                    component.getBusInfo(media, direction, index, &mut bus),
                    kResultOk
                );
                assert!(!text(&bus.name).is_empty());
                assert_eq!((bus.mediaType, bus.direction), (media, direction));
                assert_eq!(bus.busType, BusTypes_::kMain as BusType);
                let mut arrangement = 0;
                let told = rig
                    .processor
                    .getBusArrangement(direction, index, &mut arrangement);
                assert_eq!(told, kResultOk);
                assert_eq!(arrangement.count_ones() as i32, bus.channelCount);
                for state in [1, 0, 1] {
                    let changed = component.activateBus(media, direction, index, state);
                    assert_eq!(changed, kResultOk);
                }
            }
            for index in [count, count + 1, -1, i32::MAX, i32::MIN] {
                let mut bus: BusInfo = empty();
                assert_ne!(
                    component.getBusInfo(media, direction, index, &mut bus),
                    kResultOk
                );
                assert_ne!(component.activateBus(media, direction, index, 1), kResultOk);
                let mut arrangement = 0;
                if media == AUDIO {
                    let told = rig
                        .processor
                        .getBusArrangement(direction, index, &mut arrangement);
                    assert_ne!(told, kResultOk);
                }
            }
        }
        for (media, direction) in [(7, IN), (-1, OUT), (AUDIO, 5), (AUDIO, -1)] {
            assert_eq!(
                component.getBusCount(media, direction),
                0,
                "{media}, {direction}"
            );
        }
    }
}

fn told(rig: &Rig) -> Vec<ParameterInfo> {
    let about = |index| rig.info(index).expect("a parameter");
    (0..rig.count()).map(about).collect()
}

#[test]
fn parameters_say_what_they_are() {
    let rig = Rig::new(HERE);
    let units: ComPtr<IUnitInfo> = rig.controller.cast().expect("units");
    let mut known = BTreeSet::from([0]);
    // SAFETY: the calls are those of a host, with places of its own for the answers.
    unsafe {
        for index in 0..units.getUnitCount() {
            let mut unit: UnitInfo = empty();
            assert_eq!(units.getUnitInfo(index, &mut unit), kResultOk);
            assert!(!text(&unit.name).is_empty());
            assert!(
                unit.id == 0 || known.contains(&unit.parentUnitId),
                "a parent that is there"
            );
            assert!(known.insert(unit.id) || unit.id == 0, "once");
        }
        let mut unit: UnitInfo = empty();
        for index in [units.getUnitCount(), -1] {
            assert_ne!(units.getUnitInfo(index, &mut unit), kResultOk);
        }
    }
    let (mut ids, mut titles, mut bypasses) = (BTreeSet::new(), BTreeSet::new(), 0);
    for info in told(&rig) {
        let title = text(&info.title);
        assert!(!title.is_empty());
        assert!(ids.insert(info.id), "{title}: an id that another has");
        assert!(
            info.id < 0x8000_0000,
            "{title}: {} is kept for hosts",
            info.id
        );
        assert!(
            titles.insert(title.clone()),
            "{title}: a title that another has"
        );
        assert!(
            (0.0..=1.0).contains(&info.defaultNormalizedValue),
            "{title}"
        );
        assert!(info.stepCount >= 0, "{title}");
        assert!(known.contains(&info.unitId), "{title}");
        if info.flags & ParameterInfo_::ParameterFlags_::kIsBypass != 0 {
            bypasses += 1;
            assert_eq!(info.stepCount, 1, "{title}");
        }
        // SAFETY: may be asked at any time.
        let value = unsafe { rig.controller.getParamNormalized(info.id) };
        assert!(
            (value - info.defaultNormalizedValue).abs() < 1e-6,
            "{title}: {value}"
        );
    }
    assert_eq!(bypasses, 1);
}

#[test]
fn every_value_has_a_text_and_a_plain_value() {
    let rig = Rig::new(HERE);
    let controller = &rig.controller;
    for info in told(&rig) {
        let title = text(&info.title);
        let steps = if info.stepCount > 0 {
            info.stepCount
        } else {
            32
        };
        for step in 0..=steps {
            let value = f64::from(step) / f64::from(steps);
            // SAFETY: the calls are those of a host, with places of its own for the answers.
            unsafe {
                let mut shown: String128 = empty();
                assert_eq!(
                    controller.getParamStringByValue(info.id, value, &mut shown),
                    kResultOk
                );
                assert!(!text(&shown).is_empty(), "{title}: {value}");
                let mut read = f64::NAN;
                let answer =
                    controller.getParamValueByString(info.id, shown.as_mut_ptr(), &mut read);
                assert_eq!(answer, kResultOk, "{title}: {:?}", text(&shown));
                assert!((-1e-9..=1.0 + 1e-9).contains(&read), "{title}: {read}");
                let mut again: String128 = empty();
                assert_eq!(
                    controller.getParamStringByValue(info.id, read, &mut again),
                    kResultOk
                );
                assert_eq!(text(&shown), text(&again), "{title}: {value} and {read}");
                let plain = controller.normalizedParamToPlain(info.id, value);
                // Plain values have steps, which a position is rounded to once and no further.
                let back = controller.plainParamToNormalized(info.id, plain);
                assert!(
                    (back - value).abs() < 0.01,
                    "{title}: {value}, {plain}, {back}"
                );
                let again = controller.normalizedParamToPlain(info.id, back);
                assert!((again - plain).abs() < 1e-4, "{title}: {plain}, {again}");
                assert_eq!(controller.setParamNormalized(info.id, value), kResultOk);
                let held = controller.getParamNormalized(info.id);
                assert!((held - value).abs() < 0.01, "{title}: {value} and {held}");
            }
        }
    }
    let stranger = (1..)
        .find(|id| !rig.ids.contains(id))
        .expect("an id that nobody has");
    // SAFETY: as above.
    unsafe {
        let mut shown: String128 = empty();
        assert_ne!(
            controller.getParamStringByValue(stranger, 0.5, &mut shown),
            kResultOk
        );
        assert_ne!(controller.setParamNormalized(stranger, 0.5), kResultOk);
        controller.getParamNormalized(stranger);
        controller.normalizedParamToPlain(stranger, 0.5);
        controller.plainParamToNormalized(stranger, 0.5);
    }
}

#[test]
fn arrangements_are_answered_and_kept() {
    let rig = Rig::new(HERE);
    let held = |direction| {
        let mut arrangement = 0;
        // SAFETY: a place for the answer.
        unsafe {
            rig.processor
                .getBusArrangement(direction, 0, &mut arrangement)
        };
        arrangement
    };
    for inputs in 0..7 {
        for outputs in 0..7 {
            let before = (held(IN), held(OUT));
            let taken = rig.arrange(inputs, outputs);
            let after = (held(IN), held(OUT));
            let asked = ((1u64 << inputs) - 1, (1u64 << outputs) - 1);
            let own = [(1, 1), (1, 2), (2, 2)].contains(&(inputs, outputs));
            assert_eq!(taken, own, "{inputs} in, {outputs} out");
            // A mono bus is "mono", the bit of its own, whatever bit was asked for.
            let channels = |(ins, outs): (u64, u64)| (ins.count_ones(), outs.count_ones());
            let wanted = if taken { asked } else { before };
            assert_eq!(
                channels(after),
                channels(wanted),
                "{inputs} in, {outputs} out"
            );
        }
    }
    // SAFETY: wrong numbers of buses, and nothing where something should be: the plug-in is to refuse them.
    unsafe {
        let none = std::ptr::null_mut();
        let mut two = [3, 3];
        let places = two.as_mut_ptr();
        for (ins, in_count, outs, out_count) in [
            (none, 0, none, 0),
            (places, 2, places, 2),
            (places, 1, none, 0),
            (none, 1, none, 1),
            (places, -1, places, -1),
        ] {
            let taken = rig
                .processor
                .setBusArrangements(ins, in_count, outs, out_count);
            assert_ne!(taken, kResultOk, "{in_count} in, {out_count} out");
        }
        assert_ne!(
            rig.processor.getBusArrangement(IN, 0, std::ptr::null_mut()),
            kResultOk
        );
    }
}

/// Plays noise, and returns the loudest sample.
fn play(rig: &Rig, sizes: impl IntoIterator<Item = usize>) -> f32 {
    let mut block = Block::new(2, 2, 1024);
    let mut loudest = 0_f32;
    for size in sizes {
        block.feed(size, |channel, index| {
            ((index * 7919 + channel * 31) % 101) as f32 / 101.0 - 0.5
        });
        assert_eq!(block.process(&rig.processor, size), kResultOk);
        for sample in block.output.iter().flat_map(|channel| &channel[..size]) {
            assert!(sample.is_finite());
            loudest = loudest.max(sample.abs());
        }
    }
    loudest
}

#[test]
fn states_follow_each_other_in_every_order() {
    let rig = Rig::new(HERE);
    for _ in 0..3 {
        rig.activate(48_000.0, 512, false);
        assert!(play(&rig, [512; 8]) > 0.01);
        rig.deactivate();
    }
    // SAFETY: the calls are those of a host, if in orders that few have.
    unsafe {
        for _ in 0..3 {
            // A host that never says that it processes, and one that says nothing twice.
            rig.component.setActive(1);
            rig.component.setActive(1);
            assert!(play(&rig, [512; 8]) > 0.01);
            rig.component.setActive(0);
            rig.component.setActive(0);
            rig.processor.setProcessing(1);
            rig.processor.setProcessing(0);
        }
        let null = std::ptr::null_mut();
        assert_eq!(rig.component.terminate(), kResultOk);
        assert_eq!(rig.component.initialize(null), kResultOk);
        rig.component.initialize(null);
        assert_ne!(
            rig.processor.setupProcessing(std::ptr::null_mut()),
            kResultOk
        );
    }
    rig.activate(44_100.0, 512, false);
    assert!(play(&rig, [512; 8]) > 0.01);
    rig.deactivate();
}

#[test]
fn every_rate_of_the_validators_plays() {
    let rig = Rig::new(HERE);
    for rate in [
        22_050.0,
        32_000.0,
        44_100.0,
        48_000.0,
        88_200.0,
        96_000.0,
        192_000.0,
        384_000.0,
        1_234.567_8,
        12_345.678,
        123_456.78,
        1_234_567.8,
    ] {
        rig.activate(rate, 1024, true);
        assert!(play(&rig, [1024; 4]) > 0.01, "{rate} Hz");
        rig.deactivate();
    }
    // SAFETY: a host's questions.
    unsafe {
        let sizes = [SymbolicSampleSizes_::kSample32 as i32, 7, -1];
        let can = sizes.map(|size| rig.processor.canProcessSampleSize(size) == kResultOk);
        assert_eq!(can, [true, false, false]);
    }
}

#[test]
fn blocks_of_every_size_play() {
    let rig = Rig::new(HERE);
    rig.activate(48_000.0, 512, false);
    let loudest = std::thread::scope(|scope| {
        let audio = scope.spawn(|| play(&rig, 0..=512));
        // The main thread looks at everything meanwhile.
        while !audio.is_finished() {
            told(&rig);
            rig.latency();
            rig.tail();
            rig.save();
        }
        audio.join().expect("the audio thread ends well")
    });
    assert!(loudest > 0.01);
    assert_eq!(rig.latency(), 0);
    rig.deactivate();
}

#[test]
fn hosts_find_published_parameters_by_the_same_numbers_in_the_same_order() {
    let rig = Rig::new(HERE);
    assert_eq!(rig.ids[..NUMBERS.len()], NUMBERS);
}

#[test]
fn parameters_are_flushed_without_samples() {
    let rig = Rig::new(HERE);
    rig.activate(48_000.0, 512, false);
    let mut block = Block::new(2, 2, 512);
    for (turn, value) in [0.25, 0.75, 0.5].into_iter().enumerate() {
        for control in PARAMS.iter().filter(|control| control.id != "bypass") {
            block.automate(rig.id(control.id), &[(0, value)]);
        }
        assert_eq!(block.process(&rig.processor, 0), kResultOk);
        assert!((rig.position("mix") - value).abs() < 0.01, "{turn}");
        // SAFETY: no buses and no changes, as a host may have it for a flush.
        unsafe {
            let mut data: ProcessData = std::mem::zeroed();
            data.symbolicSampleSize = SymbolicSampleSizes_::kSample32 as i32;
            assert_eq!(rig.processor.process(&mut data), kResultOk);
        }
    }
    rig.deactivate();
}

#[test]
fn a_bypass_is_kept() {
    let rig = Rig::new(HERE);
    for value in [1.0, 0.0, 1.0] {
        rig.set("bypass", value);
        let state = rig.save();
        let other = Rig::new(HERE);
        other.set("bypass", 1.0 - value);
        assert!(other.load(&state));
        assert_eq!(other.position("bypass"), value);
    }
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

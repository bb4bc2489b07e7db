//! Buses and their arrangements.

#![allow(unsafe_code)]

use super::super::HERE;
use super::super::rig::{Rig, text};
use super::empty;
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::*;
use nice_plug::wrapper::vst3::vst3::Steinberg::*;

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
            (AUDIO, IN, 2),
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
                let (kind, flags) = match index {
                    0 => (
                        BusTypes_::kMain,
                        i64::from(BusInfo_::BusFlags_::kDefaultActive),
                    ),
                    // The sidechain sleeps until the host activates it.
                    _ => (BusTypes_::kAux, 0),
                };
                assert_eq!(bus.busType, kind as BusType);
                assert_eq!(i64::from(bus.flags), flags);
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

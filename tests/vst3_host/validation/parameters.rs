//! Parameters, their units, texts and values.

#![allow(unsafe_code)]

use super::super::HERE;
use super::super::published::NUMBERS;
use super::super::rig::{Block, Rig, text};
use super::super::typed::TYPED;
use super::{empty, told};
use anteroom::params::{PARAMS, param_of};
use nice_plug::wrapper::vst3::vst3::ComPtr;
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::*;
use nice_plug::wrapper::vst3::vst3::Steinberg::*;
use std::collections::{BTreeMap, BTreeSet};

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
fn each_parameter_is_in_the_unit_of_its_section() {
    let rig = Rig::new(HERE);
    let units: ComPtr<IUnitInfo> = rig.controller.cast().expect("units");
    let mut names = BTreeMap::new();
    // SAFETY: the calls are those of a host, with places of its own for the answers.
    unsafe {
        for index in 0..units.getUnitCount() {
            let mut unit: UnitInfo = empty();
            assert_eq!(units.getUnitInfo(index, &mut unit), kResultOk);
            names.insert(unit.id, text(&unit.name));
        }
    }
    let all = anteroom::params::host_ids().zip(told(&rig));
    for (id, info) in all {
        // What is no part of a sound stands at the top.
        let section = param_of(id).map(|param| param.section.name());
        let unit = (info.unitId != 0).then(|| names[&info.unitId].as_str());
        assert_eq!(unit, section, "{id}");
    }
}

#[test]
fn values_are_read_as_people_type_them() {
    let rig = Rig::new(HERE);
    let (controller, letters) = (&rig.controller, |text: &str| -> Vec<u16> {
        text.encode_utf16().chain([0]).collect()
    });
    for (id, typed, wanted) in TYPED {
        let number = rig.id(id);
        // SAFETY: the calls are those of a host, with places of its own for the answers.
        unsafe {
            let mut read = f64::NAN;
            let answer = controller.getParamValueByString(
                number,
                letters(typed).as_mut_ptr().cast(),
                &mut read,
            );
            assert_eq!(answer, kResultOk, "{id}: {typed:?}");
            let mut shown: String128 = empty();
            let answer = controller.getParamStringByValue(number, read, &mut shown);
            assert_eq!(answer, kResultOk, "{id}: {typed:?}");
            // The unit is told beside it.
            let shown = text(&shown);
            let unit = param_of(id).map_or("", |param| param.unit.suffix());
            let whole = match shown.ends_with(unit) {
                true => shown,
                false => shown + unit,
            };
            assert_eq!(whole, wanted, "{id}: {typed:?}");
        }
    }
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

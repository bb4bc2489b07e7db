//! The host's list of parameters and the table say the same thing.

use super::*;
use crate::params::spec::{self, Acts, Section};
use crate::params::{host_ids, param_of};

/// The value in the unit that the host would set for a position.
fn plain_at(param: &HostParam, position: f32) -> f32 {
    match param.framework() {
        FrameworkParam::Number(param) => param.preview_plain(position),
        FrameworkParam::Switch(param) => f32::from(u8::from(param.preview_plain(position))),
        FrameworkParam::Choice(param) => param.preview_plain(position) as f32,
    }
}

/// The position that the host would be told for a value in the unit.
fn position_of(param: &HostParam, plain: f32) -> f32 {
    match param.framework() {
        FrameworkParam::Number(param) => param.preview_normalized(plain),
        FrameworkParam::Switch(param) => param.preview_normalized(plain >= 0.5),
        FrameworkParam::Choice(param) => param.preview_normalized(plain as i32),
    }
}

#[test]
fn the_host_sees_every_parameter_in_its_order_and_group() {
    let params = AnteroomParams::default();
    let list = params.param_map();
    let ids: Vec<&str> = list.iter().map(|(id, ..)| id.as_str()).collect();
    assert_eq!(ids, host_ids().collect::<Vec<_>>());
    for param in params.params() {
        let spec = param.spec();
        let id = spec.id;
        let listed = list.iter().find(|(listed, ..)| *listed == id);
        let (_, ptr, group) = listed.expect("it is listed");
        assert_eq!(ask!(param, param => param.as_ptr()), *ptr);
        assert_eq!(group, spec.section.name());
        assert_eq!(ask!(param, param => param.name().to_owned()), spec.name);
        assert_eq!(ask!(param, param => param.unit()), spec.unit.suffix());
        assert_eq!(param.plain(), spec.default, "{id}");
        assert_eq!(plain_at(param, 0.0), spec.min, "{id}");
        assert_eq!(plain_at(param, 1.0), spec.max, "{id}");
        let flags = ask!(param, param => param.flags());
        assert_eq!(flags.contains(ParamFlags::BYPASS), id == "bypass");
        assert!(!flags.intersects(ParamFlags::HIDDEN | ParamFlags::NON_AUTOMATABLE));
    }
    assert_eq!(ids[15..18], HOST_ONLY);
    assert!(list[15..18].iter().all(|(.., group)| group.is_empty()));
    let flags = params.changes.flags();
    assert!(flags.contains(ParamFlags::HIDDEN | ParamFlags::NON_AUTOMATABLE));
    // They can be mapped, so they are seen; and they are not for automation.
    for (index, step) in [&params.next, &params.previous].iter().enumerate() {
        assert_eq!(ids[16 + index], ["next_impulse", "previous_impulse"][index]);
        assert_eq!(list[16 + index].1, step.as_ptr());
        assert!(!step.flags().contains(ParamFlags::HIDDEN));
        assert!(step.flags().contains(ParamFlags::NON_AUTOMATABLE));
    }
}

#[test]
fn parameters_are_the_tables_in_order() {
    let params = AnteroomParams::default();
    for (param, spec) in params.params().iter().zip(&PARAMS) {
        assert_eq!(param.spec(), spec);
        let found = params.param(spec.id).map(|param| param.spec().id);
        assert_eq!(found, Some(spec.id));
    }
    assert!(params.param("no_such").is_none());
    assert_eq!(params.plain_values(), ParamValues::default());
}

/// No parameter is a choice yet: one that is made as an entry would make it.
#[test]
fn a_choice_is_a_list_to_the_host() {
    static SLOPE: ParamSpec = spec::choice("Slope", Section::Wet, &["12 dB/oct", "24 dB/oct"])
        .entry("slope", " How steep.", Acts::Sound);
    let param = HostParam::new(&SLOPE);
    assert_eq!(param.plain(), 0.0);
    assert_eq!(
        [0.0, 0.4, 0.6, 1.0].map(|at| plain_at(&param, at)),
        [0.0, 0.0, 1.0, 1.0]
    );
    assert_eq!(
        [0.0, 1.0].map(|place| position_of(&param, place)),
        [0.0, 1.0]
    );
    let text = ask!(param, param => param.normalized_value_to_string(1.0, true));
    assert_eq!(text, "24 dB/oct");
    let back = ask!(param, param => param.string_to_normalized_value(&text));
    assert_eq!(back, Some(1.0));
    assert_eq!(ask!(param, param => param.step_count()), Some(1));
}

#[test]
fn positions_mean_the_same_to_the_host_and_to_the_table() {
    let params = AnteroomParams::default();
    for param in params.params() {
        let spec = param.spec();
        for step in 0..=1000 {
            let x = step as f32 / 1000.0;
            let (host, ours) = (plain_at(param, x), spec.plain(x));
            // The switch's threshold itself belongs to either side.
            if spec.is_switch() && step == 500 {
                continue;
            }
            let near = (host - ours).abs() <= 1.01 * spec.step();
            assert!(near, "{} at {x}: {host} and {ours}", spec.id);
            let off = position_of(param, host) - spec.normalized(host);
            assert!(off.abs() < 1e-5, "{} at {x}: {off}", spec.id);
        }
    }
}

#[test]
fn a_default_that_the_host_sends_back_is_still_the_default_exactly() {
    let params = AnteroomParams::default();
    for param in params.params() {
        let spec = param.spec();
        let host = plain_at(param, position_of(param, spec.default));
        assert_eq!(host, spec.default, "{}", spec.id);
        let ours = spec.plain(spec.normalized(spec.default));
        assert_eq!(ours, spec.default, "{}", spec.id);
    }
}

#[test]
fn text_goes_both_ways_with_and_without_the_unit() {
    let params = AnteroomParams::default();
    for param in params.params() {
        let spec = param.spec();
        for step in 0..=1000 {
            let x = step as f32 / 1000.0;
            for unit in [false, true] {
                let text = ask!(param, param => param.normalized_value_to_string(x, unit));
                let back = ask!(param, param => param.string_to_normalized_value(&text));
                let back = back.unwrap_or_else(|| panic!("{}: '{text}' is not read", spec.id));
                let again = ask!(param, param => param.normalized_value_to_string(back, unit));
                assert_eq!(text, again, "{} at {x}", spec.id);
            }
        }
        let start = position_of(param, spec.default);
        let shown = ask!(param, param => param.normalized_value_to_string(start, true));
        assert_eq!(shown, spec.show(spec.default));
        let nonsense = ask!(param, param => param.string_to_normalized_value("a fair amount"));
        assert_eq!(nonsense, None);
    }
    let cut = param_of("high_cut").map(|spec| spec.parse("1.5 kHz"));
    assert_eq!(cut, Some(Ok(1500.0)));
}

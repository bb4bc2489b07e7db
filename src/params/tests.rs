//! The host's table and the table of controls say the same thing.

use super::*;

/// Asks the framework's parameter behind a knob, whatever its type is.
macro_rules! ask {
    ($knob:expr, $param:ident => $answer:expr) => {
        match $knob.handle() {
            Handle::Number($param) => $answer,
            Handle::Switch($param) => $answer,
        }
    };
}

/// The value in the unit that the host would set for a position.
fn plain_at(knob: &Knob<'_>, position: f32) -> f32 {
    match knob.handle() {
        Handle::Number(param) => param.preview_plain(position),
        Handle::Switch(param) => f32::from(u8::from(param.preview_plain(position))),
    }
}

/// The position that the host would be told for a value in the unit.
fn position_of(knob: &Knob<'_>, plain: f32) -> f32 {
    match knob.handle() {
        Handle::Number(param) => param.preview_normalized(plain),
        Handle::Switch(param) => param.preview_normalized(plain >= 0.5),
    }
}

#[test]
fn the_host_sees_every_control_in_its_order_and_group() {
    let params = AnteroomParams::default();
    let table = params.param_map();
    assert_eq!(table.len(), CONTROLS.len() + 3);
    for (knob, (id, ptr, group)) in params.knobs().iter().zip(&table) {
        let control = knob.control();
        assert_eq!(ask!(knob, param => param.as_ptr()), *ptr);
        assert_eq!((id.as_str(), group.as_str()), (control.id, control.group));
        assert_eq!(ask!(knob, param => param.name().to_owned()), control.name);
        assert_eq!(ask!(knob, param => param.unit()), control.unit);
        assert_eq!(knob.plain(), control.default, "{id}");
        assert_eq!(plain_at(knob, 0.0), control.min, "{id}");
        assert_eq!(plain_at(knob, 1.0), control.max, "{id}");
        let flags = ask!(knob, param => param.flags());
        assert_eq!(flags.contains(ParamFlags::BYPASS), control.id == "bypass");
        assert!(!flags.intersects(ParamFlags::HIDDEN | ParamFlags::NON_AUTOMATABLE));
    }
    assert_eq!(table[CONTROLS.len()].0, "changes");
    let flags = params.changes.flags();
    assert!(flags.contains(ParamFlags::HIDDEN | ParamFlags::NON_AUTOMATABLE));
    // They can be mapped, so they are seen; and they are not for automation.
    for (index, step) in [&params.next, &params.previous].iter().enumerate() {
        let id = ["next_impulse", "previous_impulse"][index];
        assert_eq!(table[CONTROLS.len() + 1 + index].0, id);
        assert!(!step.flags().contains(ParamFlags::HIDDEN));
        assert!(step.flags().contains(ParamFlags::NON_AUTOMATABLE));
    }
}

#[test]
fn knobs_are_the_controls_in_order() {
    let params = AnteroomParams::default();
    for (knob, control) in params.knobs().iter().zip(&CONTROLS) {
        assert_eq!(knob.control(), control);
        let found = params.knob(control.id).map(|knob| knob.control().id);
        assert_eq!(found, Some(control.id));
    }
    assert!(params.knob("no_such").is_none());
}

#[test]
fn positions_mean_the_same_to_the_host_and_to_the_table() {
    let params = AnteroomParams::default();
    for knob in params.knobs() {
        let control = knob.control();
        for step in 0..=1000 {
            let x = step as f32 / 1000.0;
            let (host, ours) = (plain_at(&knob, x), control.plain(x));
            // The switch's threshold itself belongs to either side.
            if control.scale == Scale::Switch && step == 500 {
                continue;
            }
            let near = (host - ours).abs() <= 1.01 * STEP;
            assert!(near, "{} at {x}: {host} and {ours}", control.id);
            let off = position_of(&knob, host) - control.normalized(host);
            assert!(off.abs() < 1e-5, "{} at {x}: {off}", control.id);
        }
    }
}

#[test]
fn a_default_that_the_host_sends_back_is_still_the_default_exactly() {
    let params = AnteroomParams::default();
    for knob in params.knobs() {
        let control = knob.control();
        let host = plain_at(&knob, position_of(&knob, control.default));
        assert_eq!(host, control.default, "{}", control.id);
        let ours = control.plain(control.normalized(control.default));
        assert_eq!(ours, control.default, "{}", control.id);
    }
}

#[test]
fn text_goes_both_ways_with_and_without_the_unit() {
    let params = AnteroomParams::default();
    for knob in params.knobs() {
        let control = knob.control();
        for step in 0..=1000 {
            let x = step as f32 / 1000.0;
            for unit in [false, true] {
                let text = ask!(knob, param => param.normalized_value_to_string(x, unit));
                let back = ask!(knob, param => param.string_to_normalized_value(&text));
                let back = back.unwrap_or_else(|| panic!("{}: '{text}' is not read", control.id));
                let again = ask!(knob, param => param.normalized_value_to_string(back, unit));
                assert_eq!(text, again, "{} at {x}", control.id);
            }
        }
        let start = position_of(&knob, control.default);
        let shown = ask!(knob, param => param.normalized_value_to_string(start, true));
        assert_eq!(shown, control.show(control.default));
        let nonsense = ask!(knob, param => param.string_to_normalized_value("a fair amount"));
        assert_eq!(nonsense, None);
    }
    let cut = params
        .knob("high_cut")
        .map(|knob| knob.control().parse("1.5 kHz"));
    assert_eq!(cut, Some(Ok(1500.0)));
}

//! The views of decay and of the equalizer: every point moves its controls, by hand and by keys, and values are typed as
//! people think of them.

use anteroom::editor::display::ir_display::View;
use anteroom::editor::screen::{SIZE, SMALLEST};
use anteroom::editor::view_model::RoomRecipe;
use anteroom::editor::{Action, ViewModel};
use anteroom::params::{NOTES, PARAMS, param_of};
use egui::{Key, Modifiers, Pos2, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use crate::stage::{Stage, harness, model};

fn plain(harness: &Harness<'_, Stage>, id: &str) -> f32 {
    let index = PARAMS.iter().position(|control| control.id == id);
    let value = harness.state().model.values[index.expect("a control")];
    param_of(id).expect("a control").plain(value)
}

fn shown(view: View) -> Harness<'static, Stage> {
    let mut harness = harness(model(), SIZE, 1.0);
    harness.state_mut().screen.ir_display.view = view;
    harness.run_ok();
    harness
}

fn at(harness: &Harness<'_, Stage>, name: &str) -> Pos2 {
    let label = format!("{name} in the picture");
    harness.get_by_label(&label).rect().center()
}

fn drag(harness: &mut Harness<'_, Stage>, from: Pos2, by: Vec2) {
    harness.hover_at(from);
    harness.run_ok();
    harness.drag_at(from);
    harness.step();
    for step in 1..=10 {
        harness.hover_at(from + by * step as f32 / 10.0);
        harness.step();
    }
    harness.drop_at(from + by);
    harness.run_ok();
}

/// Whether the actions are whole gestures on these controls and nothing else.
fn whole(actions: &[Action], ids: &[&str]) -> bool {
    let mut open: Vec<&str> = Vec::new();
    let fits = actions.iter().all(|action| match action {
        Action::Begin(id) => {
            let new = ids.contains(id) && !open.contains(id);
            open.push(id);
            new
        }
        Action::Set(id, value) => open.contains(id) && (0.0..=1.0).contains(value),
        Action::End(id) => {
            let known = open.contains(id);
            open.retain(|other| other != id);
            known
        }
        _ => false,
    });
    fits && open.is_empty() && !actions.is_empty()
}

#[test]
fn there_is_less_bass_in_the_tail_by_one_drag() {
    let mut harness = shown(View::Decay);
    let from = at(&harness, "Decay at 125 Hz");
    drag(&mut harness, from, Vec2::new(0.0, 40.0));
    assert!((30.0..70.0).contains(&plain(&harness, "decay_125")));
    assert_eq!(plain(&harness, "decay_250"), 100.0);
    assert!(whole(&harness.state().actions, &["decay_125"]));
    // It is where the hand has let it go.
    let after = at(&harness, "Decay at 125 Hz");
    assert!((after.y - from.y - 40.0).abs() < 1.5, "{from} {after}");
}

#[test]
fn every_octave_has_a_point_that_moves_it() {
    for control in PARAMS
        .iter()
        .filter(|control| control.id.starts_with("decay_"))
    {
        let mut harness = shown(View::Decay);
        let from = at(&harness, control.name);
        drag(&mut harness, from, Vec2::new(0.0, -20.0));
        assert!(plain(&harness, control.id) > 120.0, "{}", control.id);
        assert!(whole(&harness.state().actions, &[control.id]));
    }
}

#[test]
fn the_curve_is_taken_between_the_points_and_moves_all_octaves() {
    let mut harness = shown(View::Decay);
    let (left, right) = (
        at(&harness, "Decay at 500 Hz"),
        at(&harness, "Decay at 1 kHz"),
    );
    let middle = left + (right - left) / 2.0;
    drag(&mut harness, middle, Vec2::new(0.0, -30.0));
    let decay = plain(&harness, "decay");
    assert!((130.0..250.0).contains(&decay), "{decay}");
    assert!(whole(&harness.state().actions, &["decay"]));
    let moved = at(&harness, "Decay at 500 Hz").y - left.y;
    assert!((moved + 30.0).abs() < 2.0, "{moved}");
}

#[test]
fn a_point_of_the_equalizer_moves_frequency_and_gain_and_the_wheel_its_q() {
    for (name, ids) in [
        ("Low shelf", ["eq1_gain", "eq1_freq", "eq1_q"]),
        ("Bell 1", ["eq2_gain", "eq2_freq", "eq2_q"]),
        ("Bell 2", ["eq3_gain", "eq3_freq", "eq3_q"]),
        ("High shelf", ["eq4_gain", "eq4_freq", "eq4_q"]),
    ] {
        let mut harness = shown(View::Equalizer);
        let [gain, hz, q] = ids;
        let from = at(&harness, name);
        let before = ids.map(|id| plain(&harness, id));
        drag(&mut harness, from, Vec2::new(25.0, -35.0));
        assert!(plain(&harness, gain) > before[0] + 2.0, "{name}");
        assert!(plain(&harness, hz) > before[1] * 1.1, "{name}");
        assert!(whole(&harness.state().actions, &[gain, hz]));
        let there = at(&harness, name);
        assert!(
            (there - from - Vec2::new(25.0, -35.0)).length() < 2.0,
            "{there} {from}"
        );
        harness.hover_at(there);
        harness.run_ok();
        harness.event(egui::Event::MouseWheel {
            unit: egui::MouseWheelUnit::Line,
            delta: Vec2::new(0.0, 2.0),
            modifiers: Modifiers::NONE,
            phase: egui::TouchPhase::Move,
            source: egui::MouseWheelSource::Unknown,
        });
        harness.run_ok();
        assert!(plain(&harness, q) > before[2], "{name}");
        // Twice clicked it is as it was.
        harness.run_steps(40);
        for _ in 0..2 {
            harness.hover_at(there);
            harness.drag_at(there);
            harness.drop_at(there);
        }
        harness.run_ok();
        assert_eq!(ids.map(|id| plain(&harness, id)), before, "{name}");
    }
}

#[test]
fn the_cuts_have_points_that_move_from_left_to_right() {
    for (name, id, by) in [
        ("Low cut", "low_cut", 120.0),
        ("High cut", "high_cut", -60.0),
    ] {
        let mut harness = shown(View::Equalizer);
        let from = at(&harness, name);
        let before = plain(&harness, id);
        drag(&mut harness, from, Vec2::new(by, 0.0));
        assert!((plain(&harness, id) > before) == (by > 0.0), "{name}");
        assert!(whole(&harness.state().actions, &[id]));
    }
}

#[test]
fn points_are_reached_by_the_tabulator_and_moved_by_arrows() {
    for (view, name, moves) in [
        (
            View::Decay,
            "Decay at 2 kHz in the picture",
            &[(Key::ArrowUp, "decay_2k")][..],
        ),
        (
            View::Decay,
            "Decay of all octaves",
            &[(Key::ArrowUp, "decay")],
        ),
        (
            View::Equalizer,
            "Bell 2 in the picture",
            &[
                (Key::ArrowUp, "eq3_gain"),
                (Key::ArrowRight, "eq3_freq"),
                (Key::PageUp, "eq3_q"),
            ],
        ),
        (
            View::Equalizer,
            "Low cut in the picture",
            &[(Key::ArrowRight, "low_cut")],
        ),
    ] {
        let mut harness = shown(view);
        for _ in 0..140 {
            if harness.get_by_label(name).is_focused() {
                break;
            }
            harness.key_press(Key::Tab);
            harness.run_ok();
        }
        assert!(harness.get_by_label(name).is_focused(), "{name}");
        for (key, id) in moves {
            let before = plain(&harness, id);
            harness.key_press(*key);
            harness.run_ok();
            assert!(plain(&harness, id) > before, "{name} {id}");
        }
        harness.key_press(Key::Delete);
        harness.run_ok();
        for (_, id) in moves {
            let default = param_of(id).expect("a control").default;
            assert_eq!(plain(&harness, id), default, "{id}");
        }
    }
}

#[test]
fn the_views_are_chosen_from_tabs_and_share_their_place() {
    let mut harness = harness(model(), SIZE, 1.0);
    for (tab, there) in [
        ("Equalizer view", "Bell 1 in the picture"),
        ("Time view", "Length flag"),
        ("Decay view", "Decay at 1 kHz in the picture"),
    ] {
        harness.get_by_label(tab).click();
        harness.run_ok();
        assert!(harness.query_by_label(there).is_some(), "{tab}");
    }
}

/// Types a text for a control and presses Enter.
fn typed(harness: &mut Harness<'_, Stage>, name: &str, text: &str) {
    harness.get_by_label(&format!("Type {name}")).click();
    harness.run_ok();
    harness.event(egui::Event::Text(text.into()));
    harness.key_press(Key::Enter);
    harness.run_ok();
}

fn room() -> ViewModel {
    let mut model = model();
    model.recipe = Some(std::sync::Arc::new(RoomRecipe {
        size_m: [20.0, 35.0, 12.0],
        ..RoomRecipe::default()
    }));
    model
}

#[test]
fn decay_is_typed_in_seconds_or_per_cent() {
    // The impulse rings for 2.04 s.
    for (text, percent) in [
        ("2.5 s", 122.55),
        ("2,5s", 122.55),
        ("1020 ms", 50.0),
        ("130", 130.0),
        ("130 %", 130.0),
    ] {
        let mut harness = harness(model(), SIZE, 1.0);
        typed(&mut harness, "Decay", text);
        let decay = plain(&harness, "decay");
        assert!((decay - percent).abs() < 0.1, "{text}: {decay}");
        assert!(whole(&harness.state().actions, &["decay"]), "{text}");
    }
    let mut harness = harness(model(), SIZE, 1.0);
    typed(&mut harness, "Decay", "2.5 s");
    let knob = harness.get_by_label("Decay");
    assert_eq!(knob.value().as_deref(), Some("2.5 s \u{b7} 123 %"));
}

#[test]
fn a_larger_room_rings_longer_and_its_seconds_are_counted_from_there() {
    let mut harness = harness(room(), SIZE, 1.0);
    typed(&mut harness, "Size", "150");
    typed(&mut harness, "Decay", "3.06 s");
    assert!((plain(&harness, "decay") - 100.0).abs() < 0.1);
    assert_eq!(
        harness.get_by_label("Size").value().as_deref(),
        Some("150 % \u{b7} 52 m")
    );
    typed(&mut harness, "Size", "28 m");
    assert!((plain(&harness, "size") - 80.0).abs() < 0.1);
}

#[test]
fn pre_delay_is_typed_in_milliseconds_or_as_a_note() {
    let mut harness = harness(model(), SIZE, 1.0);
    typed(&mut harness, "Pre-delay", "1/16");
    let note = NOTES[plain(&harness, "predelay_sync") as usize];
    assert_eq!(note, "1/16");
    let knob = harness
        .get_by_label("Pre-delay")
        .value()
        .unwrap_or_default();
    assert!(knob.starts_with("1/16"), "{knob}");
    typed(&mut harness, "Pre-delay", "1/8 dotted");
    assert_eq!(NOTES[plain(&harness, "predelay_sync") as usize], "1/8d");
    // Milliseconds count again.
    typed(&mut harness, "Pre-delay", "35 ms");
    assert_eq!(plain(&harness, "predelay_sync"), 0.0);
    assert!((plain(&harness, "predelay") - 35.0).abs() < 0.1);
}

#[test]
fn what_is_no_value_says_why() {
    let mut unknown = model();
    let mut ir = (*unknown.ir).clone();
    ir.before.t30 = None;
    unknown.ir = std::sync::Arc::new(ir);
    for (model, name, text, why) in [
        (model(), "Decay", "loud", "seconds such as 2.5 s"),
        (model(), "Decay", "30 s", "reaches from 0.51 s to 8.2 s"),
        (unknown, "Decay", "2 s", "can not be measured"),
        (model(), "Pre-delay", "1/7", "notes from 1/64 to 1/1"),
        (model(), "Size", "12 m", "Only rooms have metres"),
        (model(), "Mix", "x", "0 to 100 %"),
    ] {
        let mut harness = harness(model, SIZE, 1.0);
        typed(&mut harness, name, text);
        assert!(
            harness.query_by_label_contains(why).is_some(),
            "{name} {text}"
        );
        assert!(harness.state().actions.is_empty(), "{name} {text}");
        assert!(harness.state().screen.params.entry.is_some());
        // What is typed instead takes the reason away.
        harness.key_combination_modifiers(Modifiers::COMMAND, &[Key::A]);
        harness.event(egui::Event::Text("50".into()));
        harness.run_ok();
        assert!(
            harness.query_by_label_contains(why).is_none(),
            "{name} {text}"
        );
    }
}

/// Opens the menu of something by the other button.
fn menu_of(harness: &mut Harness<'_, Stage>, name: &str) {
    harness.get_by_label(name).click_secondary();
    harness.run_ok();
}

#[test]
fn every_control_has_a_menu() {
    let mut changed = model();
    for id in ["mix", "decay_125", "eq2_gain", "reverse"] {
        let index = PARAMS.iter().position(|control| control.id == id);
        changed.values[index.expect("a control")] = 1.0;
    }
    for (view, name, id, reset) in [
        (View::Decay, "Mix", "mix", "Reset to 35.0 %"),
        (View::Decay, "Reverse", "reverse", "Reset to off"),
        (
            View::Decay,
            "Decay at 125 Hz in the picture",
            "decay_125",
            "Reset to 2.4 s \u{b7} 100 %",
        ),
        (
            View::Equalizer,
            "Bell 1 in the picture",
            "eq2_gain",
            "Reset gain to 0.0 dB",
        ),
    ] {
        let mut harness = harness(changed.clone(), SIZE, 1.0);
        harness.state_mut().screen.ir_display.view = view;
        harness.run_ok();
        menu_of(&mut harness, name);
        harness.get_by_label(reset).click();
        harness.run_ok();
        assert_eq!(
            plain(&harness, id),
            param_of(id).expect("a control").default
        );
        assert!(harness.query_by_label(reset).is_none(), "it closes");
    }
}

#[test]
fn a_value_is_copied_and_typed_from_the_menu() {
    let mut harness = harness(model(), SIZE, 1.0);
    menu_of(&mut harness, "Mix");
    harness.get_by_label("Copy 35.0 %").click();
    harness.step();
    let copied = harness.output().platform_output.commands.iter();
    let copied = copied.filter(
        |command| matches!(command, egui::OutputCommand::CopyText(text) if text == "35.0 %"),
    );
    assert_eq!(copied.count(), 1);
    harness.run_ok();
    menu_of(&mut harness, "Decay at 125 Hz in the picture");
    harness.get_by_label("Type \u{2026}").click();
    harness.run_ok();
    harness.event(egui::Event::Text("1.2 s".into()));
    harness.key_press(Key::Enter);
    harness.run_ok();
    assert!((plain(&harness, "decay_125") - 50.0).abs() < 0.1);
}

#[test]
fn the_menu_opens_by_key() {
    let mut harness = harness(model(), SIZE, 1.0);
    harness.get_by_label("Mix").focus();
    harness.run_ok();
    harness.key_press_modifiers(Modifiers::SHIFT, Key::F10);
    harness.run_ok();
    assert!(harness.query_by_label("Copy 35.0 %").is_some());
}

#[test]
fn nothing_is_drawn_that_is_not_measured_yet() {
    for (seconds, said, points) in [(0.0, "Measuring", 0), (2.6, "can not be measured", 1)] {
        let mut model = model();
        let mut ir = (*model.ir).clone();
        (ir.before, ir.after) = Default::default();
        ir.original_seconds = seconds;
        model.ir = std::sync::Arc::new(ir);
        let harness = harness(model, SIZE, 1.0);
        assert!(harness.query_by_label_contains(said).is_some(), "{said}");
        let there = harness.query_all_by_label("Decay at 1 kHz in the picture");
        assert_eq!(there.count(), points, "{said}");
    }
}

#[test]
fn bypass_greys_the_picture_and_says_so() {
    let mut model = model();
    assert!(
        harness(model.clone(), SIZE, 1.0)
            .query_by_label("Bypassed")
            .is_none()
    );
    let index = PARAMS.iter().position(|control| control.id == "bypass");
    model.values[index.expect("a control")] = 1.0;
    for view in [View::Decay, View::Equalizer, View::Time] {
        let mut harness = harness(model.clone(), SIZE, 1.0);
        harness.state_mut().screen.ir_display.view = view;
        harness.run_ok();
        assert!(harness.query_by_label("Bypassed").is_some());
    }
}

#[test]
fn the_points_lie_inside_the_picture_at_any_size() {
    for size in [SIZE, SMALLEST] {
        for (view, names) in [
            (View::Decay, &["Decay at 63 Hz", "Decay at 8 kHz"][..]),
            (
                View::Equalizer,
                &[
                    "Low cut",
                    "Low shelf",
                    "Bell 1",
                    "Bell 2",
                    "High shelf",
                    "High cut",
                ],
            ),
        ] {
            let mut harness = harness(model(), size, 1.0);
            harness.state_mut().screen.ir_display.view = view;
            harness.run_ok();
            let places: Vec<Pos2> = names.iter().map(|name| at(&harness, name)).collect();
            for (index, one) in places.iter().enumerate() {
                for other in &places[..index] {
                    assert!(one.distance(*other) > 16.0, "{size:?}: {places:?}");
                }
            }
        }
    }
}

/// The spectrum moves all the time: it lies in a layer of its own, above what is kept as pixels.
#[test]
fn the_spectrum_leaves_the_lowest_layer_as_it_is() {
    let shapes = |level: f32| {
        let mut model = model();
        model.spectrum = Some(Box::new([level; 121]));
        let mut harness = harness(model, SIZE, 1.0);
        harness.run_ok();
        let shapes = harness.output().shapes.clone();
        shapes
            .into_iter()
            .map(|shape| format!("{:?}", shape.shape))
            .collect::<Vec<_>>()
    };
    let (quiet, loud) = (shapes(-60.0), shapes(-20.0));
    let pairs = quiet.iter().zip(&loud).enumerate();
    let changed = pairs.filter(|(_, (one, other))| one != other);
    let changed: Vec<usize> = changed.map(|(index, _)| index).collect();
    assert_eq!(changed.len(), 2, "the area and its edge");
    // Only the bars of the meters lie so high: all that is drawn at the bottom comes before.
    assert!(quiet.len() - changed[0] < 40, "{changed:?} of {}", quiet.len());
    let none = harness(model(), SIZE, 1.0);
    assert_eq!(none.output().shapes.len() + 2, quiet.len());
}

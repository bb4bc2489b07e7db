//! The views of decay and of the equalizer: every point moves its controls, by hand and by keys.

use anteroom::editor::Action;
use anteroom::editor::display::ir_display::View;
use anteroom::editor::screen::{SIZE, SMALLEST};
use anteroom::params::{PARAMS, param_of};
use egui::{Key, Modifiers, Pos2, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use crate::stage::{Stage, harness, model};

pub fn plain(harness: &Harness<'_, Stage>, id: &str) -> f32 {
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
pub fn whole(actions: &[Action], ids: &[&str]) -> bool {
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
    assert!(
        quiet.len() - changed[0] < 40,
        "{changed:?} of {}",
        quiet.len()
    );
    let none = harness(model(), SIZE, 1.0);
    assert_eq!(none.output().shapes.len() + 2, quiet.len());
}

//! The display of the impulse: its handles move their controls, at the place where they are on the time line.

use anteroom::editor::display::ir_display::DisplayMode;
use anteroom::editor::screen::{SIZE, SMALLEST};
use anteroom::editor::{Action, ViewModel};
use anteroom::params::{PARAMS, param_of};
use egui::{Modifiers, Pos2, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use crate::stage::{Stage, harness, model};

fn plain(harness: &Harness<'_, Stage>, id: &str) -> f32 {
    let index = PARAMS.iter().position(|control| control.id == id);
    let value = harness.state().model.values[index.expect("a control")];
    param_of(id).expect("a control").plain(value)
}

fn at(harness: &Harness<'_, Stage>, name: &str) -> Pos2 {
    let label = format!("Drag {name}");
    harness.get_by_label(&label).rect().center()
}

fn drag(harness: &mut Harness<'_, Stage>, name: &str, by: f32) {
    let from = at(harness, name);
    harness.hover_at(from);
    harness.drag_at(from);
    harness.step();
    for step in 1..=10 {
        harness.hover_at(from + Vec2::new(by * step as f32 / 10.0, 0.0));
        harness.step();
    }
    harness.drop_at(from + Vec2::new(by, 0.0));
    harness.run_ok();
}

#[test]
fn every_handle_moves_its_control_as_one_gesture() {
    for (name, id, by, more) in [
        ("Pre-delay", "predelay", 40.0, true),
        ("Start", "start", 40.0, true),
        ("Attack", "attack", 40.0, true),
        ("Length", "length", -120.0, false),
        ("Decay", "decay", 60.0, true),
        ("Damping", "damping", -60.0, false),
    ] {
        let mut harness = harness(model(), SIZE, 1.0);
        let before = plain(&harness, id);
        drag(&mut harness, name, by);
        let after = plain(&harness, id);
        assert!(
            after != before && (after > before) == more,
            "{id}: {before} {after}"
        );
        let actions = &harness.state().actions;
        assert_eq!(actions.first(), Some(&Action::Begin(id)));
        assert_eq!(actions.last(), Some(&Action::End(id)));
        let ends = actions
            .iter()
            .filter(|action| matches!(action, Action::End(_)));
        assert_eq!(ends.count(), 1, "{id}");
    }
}

#[test]
fn a_handle_stays_under_the_hand() {
    let mut harness = harness(model(), SIZE, 1.0);
    let before = at(&harness, "Pre-delay");
    harness.hover_at(before);
    harness.drag_at(before);
    for step in 1..=10 {
        harness.hover_at(before + Vec2::new(6.0 * step as f32, 0.0));
        harness.step();
    }
    harness.step();
    let after = at(&harness, "Pre-delay");
    assert!((after.x - before.x - 60.0).abs() < 1.5, "{before} {after}");
}

#[test]
fn half_the_way_to_the_end_is_half_the_length() {
    let mut harness = harness(model(), SIZE, 1.0);
    let (start, end) = (at(&harness, "Start").x, at(&harness, "Length").x);
    drag(&mut harness, "Length", (start - end) / 2.0);
    let length = plain(&harness, "length");
    assert!((length - 50.0).abs() < 1.0, "{length}");
}

#[test]
fn a_double_click_on_a_handle_restores_the_default() {
    let mut changed: ViewModel = model();
    let index = PARAMS.iter().position(|control| control.id == "attack");
    changed.values[index.expect("a control")] = 0.5;
    let mut harness = harness(changed, SIZE, 1.0);
    let at = at(&harness, "Attack");
    for _ in 0..2 {
        harness.hover_at(at);
        harness.drag_at(at);
        harness.drop_at(at);
    }
    harness.run_ok();
    assert_eq!(plain(&harness, "attack"), 0.0);
}

#[test]
fn the_samples_can_be_shown_instead_of_levels() {
    let mut harness = harness(model(), SIZE, 1.0);
    harness.get_by_label("Linear").click();
    harness.run_ok();
    assert!(harness.query_by_label("Drag Decay").is_none());
    assert!(harness.query_by_label("Drag Length").is_some());
}

#[test]
fn the_spectrogram_is_shown_with_the_handles_that_move_in_time() {
    let mut harness = harness(model(), SIZE, 1.0);
    harness.get_by_label("Spectrogram").click();
    harness.run_ok();
    assert_eq!(
        harness.state().screen.ir_display.mode,
        DisplayMode::Spectrogram
    );
    assert!(harness.query_by_label("Drag Damping").is_none());
    drag(&mut harness, "Length", -100.0);
    assert!(plain(&harness, "length") < 95.0);
}

#[test]
fn the_figures_are_read_out_in_words() {
    let harness = harness(model(), SIZE, 1.0);
    let figures = "T30 2.04 s, EDT 1.87 s, C80 +1.4 dB, Length 2.60 s";
    assert!(harness.query_by_label(figures).is_some());
}

fn wheel(harness: &mut Harness<'_, Stage>, lines: f32) {
    harness.event(egui::Event::MouseWheel {
        unit: egui::MouseWheelUnit::Line,
        delta: Vec2::new(0.0, lines),
        modifiers: Modifiers::NONE,
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Unknown,
    });
    harness.run_ok();
}

#[test]
fn the_wheel_moves_the_handle_under_the_pointer_as_whole_gestures() {
    let mut harness = harness(model(), SIZE, 1.0);
    let at = at(&harness, "Length");
    harness.hover_at(at);
    harness.run_ok();
    wheel(&mut harness, -5.0);
    assert_eq!(plain(&harness, "length"), 90.1);
    let actions = harness.state().actions.clone();
    let length = "length";
    assert_eq!(actions.first(), Some(&Action::Begin(length)));
    assert_eq!(actions.last(), Some(&Action::End(length)));
    // With the fine modifier a tenth of it.
    harness.event(egui::Event::ModifiersChanged(Modifiers::SHIFT));
    wheel(&mut harness, -5.0);
    assert!((plain(&harness, "length") - 89.11).abs() < 0.02);
}

#[test]
fn shift_moves_a_handle_finely() {
    let moved = |shift: bool| {
        let mut harness = harness(model(), SIZE, 1.0);
        if shift {
            harness.event(egui::Event::ModifiersChanged(Modifiers::SHIFT));
        }
        drag(&mut harness, "Length", -100.0);
        100.0 - plain(&harness, "length")
    };
    let (coarse, fine) = (moved(false), moved(true));
    assert!(
        fine > 0.0 && (coarse / fine - 10.0).abs() < 0.5,
        "{coarse} {fine}"
    );
}

#[test]
fn what_comes_with_the_release_counts() {
    // On a busy machine a frame may hold the end of the way and the release at once.
    for (name, id, way) in [
        ("Drag Length", "length", Vec2::new(-120.0, 0.0)),
        ("Mix", "mix", Vec2::new(0.0, -60.0)),
    ] {
        let reached = |together: bool| {
            let mut harness = harness(model(), SIZE, 1.0);
            let from = harness.get_by_label(name).rect().center();
            harness.hover_at(from);
            harness.drag_at(from);
            for part in [0.1, 0.2] {
                harness.hover_at(from + way * part);
                harness.step();
            }
            let end = from + way;
            if !together {
                harness.hover_at(end);
                harness.step();
            }
            let release = egui::Event::PointerButton {
                pos: end,
                button: egui::PointerButton::Primary,
                pressed: false,
                modifiers: Modifiers::NONE,
            };
            let events = &mut harness.input_mut().events;
            events.extend([egui::Event::PointerMoved(end), release]);
            harness.run_ok();
            assert_eq!(harness.state().actions.last(), Some(&Action::End(id)));
            plain(&harness, id)
        };
        let (together, apart) = (reached(true), reached(false));
        assert!((together - apart).abs() < 0.01, "{id}: {together} {apart}");
    }
}

#[test]
fn handles_of_a_sound_that_dies_at_once_do_not_lie_on_each_other() {
    let mut model: ViewModel = model();
    let mut ir = (*model.ir).clone();
    for decay in &mut ir.decays {
        decay.curve = (0..100).map(|step| -10.0 * step as f32).collect();
    }
    model.ir = std::sync::Arc::new(ir);
    for size in [SIZE, SMALLEST] {
        let harness = harness(model.clone(), size, 1.0);
        let names = ["Pre-delay", "Damping", "Decay", "Attack", "Start"];
        let places = names.map(|name| at(&harness, name));
        for (index, one) in places.iter().enumerate() {
            for other in &places[..index] {
                assert!(one.distance(*other) > 12.0, "{size:?}: {places:?}");
            }
        }
    }
}

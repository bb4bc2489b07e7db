//! The display of the impulse: its handles move their controls, at the place where they are on the time line.

use anteroom::editor::display::ir_display::{DisplayMode, View};
use anteroom::editor::screen::{SIZE, SMALLEST};
use anteroom::editor::{Action, ViewModel};
use anteroom::params::{PARAMS, param_of};
use egui::{Modifiers, Pos2, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use crate::stage::{Stage, harness as stage, model};

/// The screen with the view of time.
fn harness(model: ViewModel, size: [f32; 2], scale: f32) -> Harness<'static, Stage> {
    let mut harness = stage(model, size, scale);
    harness.state_mut().screen.ir_display.view = View::Time;
    harness.run_ok();
    harness
}

fn plain(harness: &Harness<'_, Stage>, id: &str) -> f32 {
    let index = PARAMS.iter().position(|control| control.id == id);
    let value = harness.state().model.values[index.expect("a control")];
    param_of(id).expect("a control").plain(value)
}

fn at(harness: &Harness<'_, Stage>, name: &str) -> Pos2 {
    let label = format!("{name} flag");
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
        ("Split", "split", 40.0, true),
        ("Length", "length", -120.0, false),
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

/// Where a flag stands: at its left edge, as its text grows and shrinks.
fn pole(harness: &Harness<'_, Stage>, name: &str) -> f32 {
    let label = format!("{name} flag");
    harness.get_by_label(&label).rect().left()
}

#[test]
fn a_handle_stays_under_the_hand() {
    for name in ["Pre-delay", "Attack", "Split", "Length"] {
        let mut harness = harness(model(), SIZE, 1.0);
        let before = pole(&harness, name);
        let from = at(&harness, name);
        let way = if name == "Length" { -60.0 } else { 60.0 };
        harness.hover_at(from);
        harness.drag_at(from);
        for step in 1..=10 {
            harness.hover_at(from + Vec2::new(way / 10.0 * step as f32, 0.0));
            harness.step();
        }
        harness.step();
        let moved = pole(&harness, name) - before;
        assert!((moved - way).abs() < 1.5, "{name}: {moved}");
    }
}

#[test]
fn the_length_ends_where_its_flag_is_put() {
    let mut harness = harness(model(), SIZE, 1.0);
    let before = pole(&harness, "Length");
    drag(&mut harness, "Length", -60.0);
    // The impulse has become as long as is asked for.
    let length = plain(&harness, "length");
    let mut ir = (*harness.state().model.ir).clone();
    ir.shaped_seconds *= length / 100.0;
    harness.state_mut().model.ir = std::sync::Arc::new(ir);
    harness.run_ok();
    let moved = pole(&harness, "Length") - before;
    assert!((moved + 60.0).abs() < 1.5, "{length} {moved}");
}

#[test]
fn the_axis_of_time_is_the_same_for_a_booth_and_for_a_cathedral() {
    let place = |seconds: f32| {
        let mut model = model();
        let mut ir = (*model.ir).clone();
        (ir.shaped_seconds, ir.original_seconds) = (seconds, seconds);
        model.ir = std::sync::Arc::new(ir);
        let place = PARAMS.iter().position(|control| control.id == "predelay");
        let control = param_of("predelay").expect("a control");
        model.values[place.expect("a control")] = control.normalized(100.0);
        let harness = harness(model, SIZE, 1.0);
        (pole(&harness, "Pre-delay"), pole(&harness, "Length"))
    };
    let (booth, cathedral) = (place(0.3), place(9.0));
    assert_eq!(booth.0, cathedral.0);
    assert!(cathedral.1 > booth.1 + 120.0, "{booth:?} {cathedral:?}");
    // A tenth of a second is a third of the way, not three points of it.
    assert!(booth.0 > 450.0);
}

#[test]
fn the_axis_is_zoomed_by_wheel_and_keys_and_a_double_click_shows_all() {
    let mut harness = harness(model(), SIZE, 1.0);
    let width = |harness: &Harness<'_, Stage>| pole(harness, "Length") - pole(harness, "Split");
    let first = width(&harness);
    let axis = "Time axis, zoomed by plus and minus, moved by arrows";
    let middle = harness.get_by_label(axis).rect().center();
    harness.hover_at(middle);
    harness.run_ok();
    wheel(&mut harness, 2.0);
    let zoomed = width(&harness);
    assert!(zoomed > 1.2 * first, "{first} {zoomed}");
    for _ in 0..2 {
        harness.hover_at(middle);
        harness.drag_at(middle);
        harness.drop_at(middle);
    }
    harness.run_ok();
    assert!((width(&harness) - first).abs() < 0.5);
    harness.get_by_label(axis).focus();
    harness.run_ok();
    harness.key_press(egui::Key::Minus);
    harness.run_ok();
    assert!(width(&harness) < first);
    assert!(harness.state().actions.is_empty());
}

#[test]
fn flags_are_reached_by_the_tabulator_and_moved_by_arrows() {
    for (name, id) in [("Attack", "attack"), ("Split", "split")] {
        let mut harness = harness(model(), SIZE, 1.0);
        for _ in 0..120 {
            harness.key_press(egui::Key::Tab);
            harness.run_ok();
            if harness.get_by_label(&format!("{name} flag")).is_focused() {
                break;
            }
        }
        assert!(harness.get_by_label(&format!("{name} flag")).is_focused());
        harness.key_press(egui::Key::ArrowRight);
        harness.run_ok();
        assert!(plain(&harness, id) > 0.0, "{id}");
    }
}

#[test]
fn the_flag_of_a_note_goes_from_note_to_note() {
    let mut model = model();
    let place = PARAMS
        .iter()
        .position(|control| control.id == "predelay_sync");
    let control = param_of("predelay_sync").expect("a control");
    let sixteenth = control.parse("1/16").expect("a note");
    model.values[place.expect("a control")] = control.normalized(sixteenth);
    model.snapshot.predelay = 6_000;
    let mut harness = harness(model, SIZE, 1.0);
    drag(&mut harness, "Pre-delay", 40.0);
    let note = plain(&harness, "predelay_sync");
    assert!(note > sixteenth, "{note}");
    assert_eq!(plain(&harness, "predelay"), 0.0);
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
fn what_the_view_of_time_shows_is_chosen_from_a_menu() {
    for (name, mode) in [
        ("Linear", DisplayMode::Linear),
        ("Spectrogram", DisplayMode::Spectrogram),
    ] {
        let mut harness = harness(model(), SIZE, 1.0);
        harness.get_by_label("Show").click();
        harness.run_ok();
        harness.get_by_label(name).click();
        harness.run_ok();
        assert_eq!(harness.state().screen.ir_display.mode(), mode);
        harness.key_press(egui::Key::Escape);
        harness.run_ok();
        drag(&mut harness, "Length", -100.0);
        assert!(plain(&harness, "length") < 95.0);
    }
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
    assert!((plain(&harness, "length") - 90.1).abs() < 0.02);
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
    let moved = |way: f32, shift: bool| {
        let mut harness = harness(model(), SIZE, 1.0);
        if shift {
            harness.event(egui::Event::ModifiersChanged(Modifiers::SHIFT));
        }
        drag(&mut harness, "Length", way);
        100.0 - plain(&harness, "length")
    };
    // A tenth of the way: the axis is not even.
    let (coarse, fine) = (moved(-12.0, false), moved(-120.0, true));
    assert!(fine > 5.0 && (coarse - fine).abs() < 0.5, "{coarse} {fine}");
}

#[test]
fn what_comes_with_the_release_counts() {
    // On a busy machine a frame may hold the end of the way and the release at once.
    for (name, id, way) in [
        ("Length flag", "length", Vec2::new(-120.0, 0.0)),
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
        let names = ["Pre-delay", "Start", "Attack", "Split", "Length"];
        let places = names.map(|name| at(&harness, name));
        for (index, one) in places.iter().enumerate() {
            for other in &places[..index] {
                assert!(one.distance(*other) > 12.0, "{size:?}: {places:?}");
            }
        }
    }
}

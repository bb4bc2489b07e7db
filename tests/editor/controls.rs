//! Every control by pointer, wheel, keys, typing and for assistive tools: each way sends a whole
//! gesture, begin, set, end, to the host.

use anteroom::editor::screen::{SIZE, SMALLEST};
use anteroom::editor::widgets::text_entry::{format_value, parse_value};
use anteroom::editor::{Action, ViewModel};
use anteroom::params::{PARAMS, ParamSpec, param_of};
use egui::{Key, Modifiers, Pos2, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

use crate::stage::{Stage, harness, model};

fn stage() -> Harness<'static, Stage> {
    harness(model(), SIZE, 1.0)
}

/// The groups of controls that are folded at first.
const FOLDED: [&str; 7] = [
    "Blend",
    "Octaves",
    "Early and tail",
    "Motion",
    "Equalizer",
    "Ducker",
    "Tempo",
];

/// Opens a group, which says so if something in it is not at its default.
fn open(harness: &mut Harness<'_, Stage>, group: &str) {
    let name = format!("{group} group");
    let moved = format!("{name}, changed");
    let tab = harness.query_by_label(&name);
    tab.unwrap_or_else(|| harness.get_by_label(&moved)).click();
    harness.run_ok();
    // Time passes, or the next click would be this one's second.
    harness.run_steps(40);
}

/// Where a control is, in whichever group.
fn place(harness: &mut Harness<'_, Stage>, name: &str) -> Pos2 {
    for group in FOLDED {
        if harness.query_by_label(name).is_some() {
            break;
        }
        open(harness, group);
    }
    harness.get_by_label(name).rect().center()
}

fn value(harness: &Harness<'_, Stage>, id: &str) -> f32 {
    let index = PARAMS.iter().position(|control| control.id == id);
    harness.state().model.values[index.expect("a control")]
}

fn taken(harness: &mut Harness<'_, Stage>) -> Vec<Action> {
    std::mem::take(&mut harness.state_mut().actions)
}

/// Whether the actions are whole gestures on one control, and nothing else.
fn whole(actions: &[Action], id: &str) -> bool {
    let mut held = false;
    let fits = actions.iter().all(|action| match action {
        Action::Begin(of) => *of == id && !std::mem::replace(&mut held, true),
        Action::Set(of, value) => *of == id && held && (0.0..=1.0).contains(value),
        Action::End(of) => *of == id && std::mem::replace(&mut held, false),
        _ => false,
    });
    fits && !held
        && actions
            .iter()
            .any(|action| matches!(action, Action::Set(..)))
}

fn knobs() -> impl Iterator<Item = &'static ParamSpec> {
    PARAMS.iter().filter(|control| !control.is_switch())
}

fn switches() -> impl Iterator<Item = &'static ParamSpec> {
    PARAMS.iter().filter(|control| control.is_switch())
}

/// Presses, moves in small steps, and lets go.
fn drag(harness: &mut Harness<'_, Stage>, from: Pos2, by: Vec2) {
    harness.hover_at(from);
    harness.drag_at(from);
    harness.step();
    for step in 1..=10 {
        harness.hover_at(from + by * step as f32 / 10.0);
        harness.step();
    }
    harness.drop_at(from + by);
    harness.run_ok();
}

#[test]
fn every_knob_turns_by_dragging() {
    for control in knobs() {
        let mut harness = stage();
        let from = place(&mut harness, control.name);
        let before = value(&harness, control.id);
        let by = if before > 0.5 { 60.0 } else { -60.0 };
        drag(&mut harness, from, Vec2::new(0.0, by));
        let moved = (value(&harness, control.id) - before).abs();
        assert!(moved > 0.15, "{} moved by {moved}", control.id);
        let actions = taken(&mut harness);
        assert!(whole(&actions, control.id), "{}: {actions:?}", control.id);
    }
}

/// What is moved in a group that is folded is not forgotten.
#[test]
fn a_folded_group_that_does_something_says_so() {
    let mut model = model();
    let gain = PARAMS.iter().position(|param| param.id == "eq2_gain");
    model.values[gain.expect("a control")] = 0.8;
    let harness = harness(model, SIZE, 1.0);
    assert!(harness.query_by_label("Equalizer group, changed").is_some());
    assert!(harness.query_by_label("Ducker group").is_some());
    assert!(harness.query_by_label("Impulse group").is_some());
}

#[test]
fn groups_fold_and_make_room_and_the_large_controls_stay() {
    for size in [SIZE, SMALLEST] {
        let mut harness = harness(model(), size, 1.0);
        let seen = |harness: &Harness<'_, Stage>, name| harness.query_by_label(name).is_some();
        assert!(seen(&harness, "Attack") && !seen(&harness, "Bell 1 gain"));
        open(&mut harness, "Equalizer");
        assert!(seen(&harness, "Bell 1 gain") && seen(&harness, "High slope"));
        for large in ["Mix", "Decay", "Pre-delay"] {
            assert!(seen(&harness, large), "{large}");
        }
        // What had to make room comes back.
        open(&mut harness, "Equalizer");
        assert!(seen(&harness, "Attack") && !seen(&harness, "Bell 1 gain"));
        open(&mut harness, "Impulse");
        assert!(!seen(&harness, "Attack") && seen(&harness, "Width"));
    }
}

#[test]
fn the_controls_lie_inside_the_window_and_not_on_each_other() {
    for size in [SIZE, SMALLEST] {
        for group in FOLDED {
            let mut harness = harness(model(), size, 1.0);
            open(&mut harness, group);
            let shown: Vec<egui::Rect> = (PARAMS.iter())
                .filter_map(|control| harness.query_by_label(control.name))
                .map(|node| node.rect())
                .collect();
            let window = egui::Rect::from_min_size(Pos2::ZERO, size.into());
            for (index, one) in shown.iter().enumerate() {
                assert!(window.contains_rect(*one), "{group} at {size:?}: {one}");
                let mut others = shown[..index].iter();
                let on = others.find(|other| other.intersects(one.shrink(1.0)));
                assert!(on.is_none(), "{group} at {size:?}: {one} {on:?}");
            }
        }
    }
}

#[test]
fn shift_drags_finely() {
    let moved = |shift: bool| {
        let mut harness = stage();
        let from = place(&mut harness, "Mix");
        let before = value(&harness, "mix");
        if shift {
            harness.event(egui::Event::ModifiersChanged(Modifiers::SHIFT));
        }
        drag(&mut harness, from, Vec2::new(0.0, -50.0));
        value(&harness, "mix") - before
    };
    let (coarse, fine) = (moved(false), moved(true));
    assert!(
        fine > 0.0 && (coarse / fine - 10.0).abs() < 1.0,
        "{coarse} {fine}"
    );
}

#[test]
fn a_double_click_restores_the_default() {
    for control in knobs() {
        let mut model = model();
        let index = PARAMS.iter().position(|other| other.id == control.id);
        model.values[index.expect("a control")] = 0.43;
        let mut harness = harness(model, SIZE, 1.0);
        let at = place(&mut harness, control.name);
        for _ in 0..2 {
            harness.hover_at(at);
            harness.drag_at(at);
            harness.drop_at(at);
        }
        harness.run_ok();
        let expected = control.normalized(control.default);
        assert_eq!(value(&harness, control.id), expected, "{}", control.id);
        assert!(whole(&taken(&mut harness), control.id), "{}", control.id);
    }
}

#[test]
fn the_wheel_turns_what_lies_under_the_pointer() {
    let mut harness = stage();
    let at = place(&mut harness, "Decay");
    let before = value(&harness, "decay");
    harness.hover_at(at);
    harness.event(egui::Event::MouseWheel {
        unit: egui::MouseWheelUnit::Line,
        delta: Vec2::new(0.0, 2.0),
        modifiers: Modifiers::NONE,
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Unknown,
    });
    harness.run_ok();
    assert!((value(&harness, "decay") - before - 0.04).abs() < 1e-4);
    assert!(whole(&taken(&mut harness), "decay"));
}

#[test]
fn a_typed_value_is_taken_at_enter() {
    for (name, id, text, plain) in [
        ("Mix", "mix", "62.5 %", 62.5),
        ("High cut", "high_cut", "4k", 4000.0),
        ("Pre-delay", "predelay", "12,5", 12.5),
        ("Output", "output", "-100", -60.0),
    ] {
        let mut harness = stage();
        harness.get_by_label(&format!("Type {name}")).click();
        harness.run_ok();
        harness.event(egui::Event::Text(text.into()));
        harness.key_press(Key::Enter);
        harness.run_ok();
        let control = param_of(id).expect("a control");
        assert_eq!(value(&harness, id), control.normalized(plain), "{text}");
        assert!(whole(&taken(&mut harness), id), "{text}");
    }
}

#[test]
fn escape_and_nonsense_change_nothing() {
    for (text, key, open) in [("77", Key::Escape, false), ("loud", Key::Enter, true)] {
        let mut harness = stage();
        harness.get_by_label("Type Mix").click();
        harness.run_ok();
        harness.event(egui::Event::Text(text.into()));
        harness.key_press(key);
        harness.run_ok();
        assert_eq!(taken(&mut harness), [], "{text}");
        assert_eq!(
            harness.state().screen.params.entry.is_some(),
            open,
            "{text}"
        );
    }
}

#[test]
fn keys_turn_the_knob_that_has_the_focus() {
    for (key, change) in [
        (Key::ArrowUp, 0.02),
        (Key::ArrowRight, 0.02),
        (Key::ArrowDown, -0.02),
        (Key::ArrowLeft, -0.02),
        (Key::PageUp, 0.1),
        (Key::PageDown, -0.1),
        (Key::Home, -0.35),
        (Key::End, 0.65),
    ] {
        let mut harness = stage();
        harness.get_by_label("Mix").focus();
        harness.run_ok();
        harness.key_press(key);
        harness.run_ok();
        let moved = value(&harness, "mix") - 0.35;
        assert!((moved - change).abs() < 1e-4, "{key:?}: {moved}");
        assert!(whole(&taken(&mut harness), "mix"), "{key:?}");
    }
}

#[test]
fn every_control_is_reached_by_the_tabulator() {
    let mut harness = harness(model(), SMALLEST, 1.0);
    let mut reached = Vec::new();
    for group in [""].into_iter().chain(FOLDED) {
        if !group.is_empty() {
            open(&mut harness, group);
        }
        for _ in 0..100 {
            harness.key_press(Key::Tab);
            harness.run_ok();
            for control in &PARAMS {
                let node = harness.query_by_label(control.name);
                let focused = node.is_some_and(|node| node.accesskit_node().is_focused());
                if focused && !reached.contains(&control.id) {
                    reached.push(control.id);
                }
            }
        }
    }
    assert_eq!(reached.len(), PARAMS.len(), "{reached:?}");
}

#[test]
fn every_switch_turns_over() {
    for control in switches() {
        let mut harness = stage();
        let before = value(&harness, control.id);
        harness.get_by_label(control.name).click();
        harness.run_ok();
        assert_eq!(value(&harness, control.id), 1.0 - before, "{}", control.id);
        assert!(whole(&taken(&mut harness), control.id), "{}", control.id);
    }
}

#[test]
fn assistive_tools_set_plain_values() {
    let mut harness = stage();
    harness.get_by_label("Width").set_value_accesskit(150.0);
    harness.run_ok();
    assert_eq!(value(&harness, "width"), 0.75);
    harness.get_by_label("Width").decrement_accesskit();
    harness.run_ok();
    assert!((value(&harness, "width") - 0.73).abs() < 1e-4);
}

#[test]
fn what_is_shown_can_be_typed() {
    for control in knobs() {
        for position in [0.0, 0.1, 0.35, 0.5, 0.77, 1.0] {
            let plain = control.plain(position);
            let text = format_value(control, plain);
            let back = parse_value(control, &text).expect("a value");
            let again = format_value(control, back);
            assert_eq!(again, text, "{}", control.id);
        }
    }
    assert_eq!(parse_value(&PARAMS[0], "nan"), None);
    assert_eq!(parse_value(&PARAMS[0], ""), None);
}

#[test]
fn a_model_at_rest_asks_for_no_frames() {
    let mut quiet: ViewModel = model();
    quiet.snapshot = Default::default();
    let mut harness = harness(quiet, SIZE, 1.0);
    harness.run();
    assert!(harness.try_run().expect("settles") <= 1);
}

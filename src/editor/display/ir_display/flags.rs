//! Flags over the impulse: each names a moment of it, pre-delay, start, attack, the split into early and tail, and the
//! length, and moves it. Editor thread.

use egui::{Align2, CursorIcon, Pos2, Rect, Response, Stroke, Ui, Vec2, pos2, vec2};

use super::axis::Axis;
use super::node::{self, Node, NodeContext, NodeDrag};
use crate::editor::view_model::ViewModel;
use crate::editor::widgets::readings::plain;
use crate::editor::widgets::theme;
use crate::params::{NOTES, Note, ParamSpec, PlainValue, param_of};

/// The height of a flag, and the same in a low plot, points.
const HEIGHT: f32 = 17.0;
const LOW: f32 = 15.0;
/// From this height on a plot has room for what the flags are set to.
const ROOMY: f32 = 150.0;

/// A moment of the impulse that can be moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flag {
    Predelay,
    Start,
    Attack,
    Split,
    Length,
}

const FLAGS: [Flag; 5] = [
    Flag::Predelay,
    Flag::Start,
    Flag::Attack,
    Flag::Split,
    Flag::Length,
];

/// A flag with its place.
#[derive(Clone, Debug)]
struct Placed {
    flag: Flag,
    control: &'static ParamSpec,
    /// Where the pole stands.
    x: f32,
    cloth: Rect,
    text: String,
    moved: bool,
}

impl Flag {
    fn id(self) -> &'static str {
        match self {
            Self::Predelay => "predelay",
            Self::Start => "start",
            Self::Attack => "attack",
            Self::Split => "split",
            Self::Length => "length",
        }
    }

    /// The control that it moves: the note, where one counts in place of milliseconds. None if it moves nothing now.
    fn control(self, model: &ViewModel) -> Option<&'static ParamSpec> {
        match self {
            Self::Predelay if plain(model, "predelay_sync") > 0.0 => param_of("predelay_sync"),
            Self::Length if plain(model, "length_sync") > 0.0 => None,
            _ => param_of(self.id()),
        }
    }

    /// The moment that it marks, seconds.
    fn time(self, axis: &Axis, model: &ViewModel) -> f32 {
        match self {
            Self::Predelay => axis.original,
            Self::Start => axis.shaped,
            Self::Attack => axis.shaped + plain(model, "attack") / 1000.0,
            Self::Split => first_sound(axis, model) + split(model),
            Self::Length => axis.shaped + model.ir.shaped_seconds,
        }
    }

    /// The control's value, in its unit, when the flag is moved to this time.
    fn moved(self, drag: &NodeDrag, held: &Held, time: f32) -> f32 {
        match self {
            Self::Predelay if held.is_note => nearest_note(time, held.bpm),
            Self::Predelay => time * 1000.0,
            Self::Start => (time - held.axis.original) * 1000.0,
            Self::Attack => (time - held.axis.shaped) * 1000.0,
            Self::Split => ((time - held.first_sound) * 1000.0).max(5.0),
            // At a length of 100 % the impulse would end where the base says.
            Self::Length => 100.0 * (time - held.axis.shaped) / drag.base.max(0.001),
        }
    }
}

/// What a drag goes by.
#[derive(Clone, Copy, Debug)]
struct Held {
    axis: Axis,
    is_note: bool,
    bpm: f64,
    first_sound: f32,
}

/// When the shaped impulse is heard first, seconds.
fn first_sound(axis: &Axis, model: &ViewModel) -> f32 {
    let onset = model.ir.decays.first().map_or(0.0, |decay| decay.start);
    axis.shaped + onset
}

/// How long after the first sound the tail begins, seconds.
fn split(model: &ViewModel) -> f32 {
    match plain(model, "split") / 1000.0 {
        set if set > 0.0 => set,
        _ => model.ir.mixing_seconds.unwrap_or(0.08),
    }
}

/// The place of the note that is nearest to a time, of those that are not off.
fn nearest_note(seconds: f32, bpm: f64) -> f32 {
    let far = |place: &usize| {
        let note = Note::from_plain(*place as f32);
        let length = note.seconds(bpm).unwrap_or(f64::MAX);
        (length.max(1e-6) / f64::from(seconds.max(1e-4))).ln().abs()
    };
    let nearest = (1..NOTES.len()).min_by(|a, b| far(a).total_cmp(&far(b)));
    nearest.unwrap_or(1) as f32
}

/// All flags with their places: each in the highest row that is free.
fn place(ui: &Ui, axis: &Axis, context: &NodeContext<'_>) -> Vec<Placed> {
    let model = context.model;
    let plot = axis.plot;
    let roomy = plot.height() > ROOMY;
    let height = if roomy { HEIGHT } else { LOW };
    let mut placed: Vec<Placed> = Vec::new();
    for flag in FLAGS {
        let Some(control) = flag.control(model) else {
            continue;
        };
        let time = match context.state.dragged(flag.id()) {
            // It stays under the hand: the impulse follows later.
            Some(drag) if flag == Flag::Length => {
                axis.shaped + drag.base * plain(model, "length") / 100.0
            }
            _ => flag.time(axis, model),
        };
        let x = axis.x(time);
        if x < plot.left() - 1.0 || x > plot.right() + 1.0 {
            continue;
        }
        // The name is that of what is meant, also where a note stands for it.
        let named = param_of(flag.id()).unwrap_or(control);
        let (value, _) = context.readings.show(named, plain(model, named.id));
        let text = match roomy {
            true => format!("{} {value}", named.name),
            false => named.name.to_owned(),
        };
        let galley = ui
            .painter()
            .layout_no_wrap(text.clone(), theme::small(), theme::TEXT);
        let size = vec2(galley.size().x + 10.0, height);
        let left = match x + size.x > plot.right() {
            true => x - size.x,
            false => x,
        };
        let at_row = |row: usize| {
            let top = plot.top() + row as f32 * (height + 1.0);
            Rect::from_min_size(pos2(left, top), size)
        };
        let free = |row: &usize| {
            let cloth = at_row(*row).shrink(0.5);
            placed.iter().all(|other| !other.cloth.intersects(cloth))
        };
        let row = (0..FLAGS.len()).find(free).unwrap_or(0);
        placed.push(Placed {
            flag,
            control,
            x,
            cloth: at_row(row),
            text,
            moved: plain(model, control.id) != control.default,
        });
    }
    placed
}

/// Draws all flags and lets the user move them.
pub fn show(ui: &Ui, axis: &Axis, context: &mut NodeContext<'_>) {
    let placed = place(ui, axis, context);
    for flag in &placed {
        pole(ui, axis, flag);
    }
    for flag in &placed {
        let response = interact(ui, axis, flag, context);
        cloth(ui, flag, &response);
    }
}

/// The line from a flag down through the impulse.
fn pole(ui: &Ui, axis: &Axis, flag: &Placed) {
    let color = match flag.moved {
        true => theme::TEXT.gamma_multiply(0.6),
        false => theme::FAINT.gamma_multiply(0.35),
    };
    let stroke = Stroke::new(1.0, color);
    let plot = axis.plot;
    if flag.flag == Flag::Attack && flag.moved {
        // As it fades in.
        let from = pos2(axis.x(axis.shaped), plot.bottom());
        let to = pos2(flag.x, flag.cloth.bottom());
        ui.painter().line_segment([from, to], stroke);
    } else {
        let range = flag.cloth.top()..=plot.bottom();
        ui.painter().vline(flag.x, range, stroke);
    }
}

fn interact(ui: &Ui, axis: &Axis, flag: &Placed, context: &mut NodeContext<'_>) -> Response {
    let model = context.model;
    let named = param_of(flag.flag.id()).unwrap_or(flag.control);
    let kept = plain(model, "length") / 100.0;
    let held = Held {
        axis: *axis,
        is_note: flag.control.id != named.id,
        bpm: model.bpm,
        first_sound: first_sound(axis, model),
    };
    let node = Node {
        key: flag.flag.id(),
        name: format!("{} flag", named.name),
        value: context.readings.line(named, plain(model, named.id)),
        at: Pos2::new(flag.x, flag.cloth.bottom()),
        touch: flag.cloth,
        moves: &[flag.control],
        wheel: flag.control,
        all: &[flag.control],
        base: match flag.flag {
            Flag::Length => model.ir.shaped_seconds / kept.max(0.01),
            Flag::Split => split(model),
            _ => 0.0,
        },
    };
    let response = node.interact(ui, context, |drag, way| {
        // From where the flag was taken: the axis is not even, so the way counts from there.
        let from = start_of(flag.flag, drag, &held);
        let time = axis.time(axis.x(from) + way.x);
        [flag.flag.moved(drag, &held, time), 0.0]
    });
    if response.hovered() || response.dragged() {
        ui.set_cursor_icon(CursorIcon::ResizeHorizontal);
    }
    if response.has_focus() {
        node::focus(ui, flag.cloth);
    }
    response
}

/// Where a flag was when it was taken, seconds.
fn start_of(flag: Flag, drag: &NodeDrag, held: &Held) -> f32 {
    let [value, _] = drag.plain;
    match flag {
        Flag::Predelay if held.is_note => {
            let note = Note::from_plain(value);
            note.seconds(held.bpm).unwrap_or(0.0) as f32
        }
        Flag::Predelay => value / 1000.0,
        Flag::Start => held.axis.original + value / 1000.0,
        Flag::Attack => held.axis.shaped + value / 1000.0,
        Flag::Split => held.first_sound + drag.base,
        Flag::Length => held.axis.shaped + drag.base * value / 100.0,
    }
}

/// The flag itself, with its name.
fn cloth(ui: &Ui, flag: &Placed, response: &Response) {
    let lit = response.hovered() || response.dragged() || response.has_focus();
    let (fill, color) = match (lit, flag.moved) {
        (true, _) => (theme::TEXT, theme::GROUND),
        (false, true) => (theme::ACCENT_DEEP, theme::TEXT),
        (false, false) => (theme::RAISED, theme::SOFT),
    };
    let painter = ui.painter();
    painter.rect_filled(flag.cloth, 2.0, fill);
    if flag.moved && !lit {
        let stroke = Stroke::new(1.0, theme::ACCENT);
        painter.rect_stroke(flag.cloth, 2.0, stroke, egui::StrokeKind::Inside);
    }
    let at = flag.cloth.left_center() + Vec2::new(5.0, 0.0);
    painter.text(at, Align2::LEFT_CENTER, &flag.text, theme::small(), color);
}

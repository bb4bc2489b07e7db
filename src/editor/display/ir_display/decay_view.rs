//! The reverberation time of each octave, before and now: what can be drawn with the hand. Editor thread.

use egui::{Align2, Color32, CursorIcon, Mesh, Painter, Pos2, Rect, Shape, Stroke, Ui, Vec2, pos2};

use super::node::{self, Node, NodeContext};
use super::pitch::{self, PitchAxis};
use super::waveform::OUTLINE;
use crate::editor::view_model::ViewModel;
use crate::editor::widgets::readings::{OCTAVES, plain, values};
use crate::editor::widgets::theme;
use crate::instance::decay_ratio;
use crate::params::param_of;

/// The ends of the axis of time, seconds. They are the same for all impulses.
const SHORTEST: f32 = 0.05;
const LONGEST: f32 = 40.0;
/// The lines of the grid: where, seconds, the name, and whether also in a small plot.
const LINES: [(f32, &str, bool); 9] = [
    (0.1, "0.1", true),
    (0.2, "0.2", false),
    (0.5, "0.5", false),
    (1.0, "1 s", true),
    (2.0, "2", false),
    (4.0, "4", false),
    (10.0, "10", true),
    (20.0, "20", false),
    (40.0, "", false),
];
/// The radius of the point of an octave, points.
const RADIUS: f32 = 6.0;
/// How near the curve the pointer takes it, points.
const NEAR: f32 = 9.0;
/// The control of all octaves together.
const ALL: &str = "decay";

/// An octave as it is drawn.
#[derive(Clone, Copy, Debug)]
struct Octave {
    /// Its time before, seconds, if it can be measured.
    before: Option<f32>,
    /// Its time now.
    now: f32,
}

/// Draws the view into `plot` and lets the user move it. `can_shape` says whether there is anything to be moved.
pub fn show(ui: &mut Ui, plot: Rect, can_shape: bool, context: &mut NodeContext<'_>) {
    let axis = PitchAxis { plot };
    let painter = ui.painter().clone();
    grid(&painter, &axis);
    pitch::spectrum(ui, &axis, context.model);
    if !can_shape {
        return;
    }
    let ir = &context.model.ir;
    let before = &ir.before;
    if before.t30.is_none() && before.octaves.iter().all(Option::is_none) {
        let is_measured = ir.original_seconds > 0.0;
        let text = match is_measured {
            true => {
                "How long this impulse rings can not be measured: it is drawn as if it were a second."
            }
            false => "Measuring\u{2026}",
        };
        let at = pos2(plot.center().x, plot.bottom() - 14.0);
        let place = painter.text(at, Align2::CENTER_CENTER, text, theme::small(), theme::SOFT);
        node::say(ui, place, "measured", text);
        if !is_measured {
            return;
        }
    }
    let octaves = octaves(context.model);
    let inside = ui.painter_at(plot.expand(1.0));
    let places = places(&axis, &octaves, context);
    let lit = curve_node(ui, &axis, &places, context);
    let before: Option<Vec<Pos2>> = octaves
        .iter()
        .zip(OCTAVES)
        .map(|(octave, (_, hz))| Some(pos2(axis.x(hz), y(&axis, octave.before?))))
        .collect();
    if let Some(before) = before {
        inside.line(to_the_edges(&axis, &before), Stroke::new(1.6, OUTLINE));
    }
    let now = to_the_edges(&axis, &places);
    inside.add(Shape::mesh(below(&axis, &now)));
    let width = if lit { 3.0 } else { 2.0 };
    inside.line(now, Stroke::new(width, theme::ACCENT));
    let mut said = None;
    for (octave, at) in places.iter().enumerate() {
        said = octave_node(ui, &axis, octave, *at, &octaves, context).or(said);
    }
    if let Some((at, text)) = said {
        node::label(ui, plot, at, text);
    }
    node::entry(ui, plot, context);
}

/// Where the points of the octaves are. One that is dragged stays under the hand, whatever is measured meanwhile.
fn places(axis: &PitchAxis, octaves: &[Octave; 8], context: &NodeContext<'_>) -> [Pos2; 8] {
    std::array::from_fn(|octave| {
        let (id, hz) = OCTAVES[octave];
        let seconds = match context.state.dragged(id) {
            Some(drag) => drag.base * plain(context.model, id) / drag.plain[0].max(1.0),
            None => octaves[octave].now,
        };
        pos2(axis.x(hz), y(axis, seconds))
    })
}

/// The point of an octave. What it says, if it is looked at.
fn octave_node(
    ui: &Ui,
    axis: &PitchAxis,
    octave: usize,
    at: Pos2,
    octaves: &[Octave; 8],
    context: &mut NodeContext<'_>,
) -> Option<(Pos2, String)> {
    let (id, _) = OCTAVES[octave];
    let control = param_of(id)?;
    let value = context.readings.line(control, plain(context.model, id));
    let half = (axis.x(2_000.0) - axis.x(1_000.0)).min(24.0) / 2.0;
    let node = Node {
        key: id,
        name: format!("{} in the picture", control.name),
        value: value.clone(),
        at,
        touch: Rect::from_center_size(at, Vec2::splat(2.0 * half.max(RADIUS + 2.0))),
        moves: &[control],
        wheel: control,
        all: &[control],
        base: octaves[octave].now,
    };
    let response = node.interact(ui, context, |drag, way| {
        [drag.plain[0] * stretch(axis, way), 0.0]
    });
    let lit = response.hovered() || response.dragged() || response.has_focus();
    let moved = plain(context.model, id) != control.default;
    node::dot(ui, at, RADIUS, lit, moved);
    if response.has_focus() {
        node::focus(ui, Rect::from_center_size(at, Vec2::splat(20.0)));
    }
    if response.hovered() || response.dragged() {
        ui.set_cursor_icon(CursorIcon::ResizeVertical);
    }
    lit.then(|| (at, format!("{}  {value}", control.name)))
}

/// The curve as a whole, which is taken anywhere between the points, and by keys at its left end. Whether it is lit.
fn curve_node(
    ui: &Ui,
    axis: &PitchAxis,
    places: &[Pos2; 8],
    context: &mut NodeContext<'_>,
) -> bool {
    let Some(control) = param_of(ALL) else {
        return false;
    };
    let end = pos2(axis.plot.left() + 6.0, places[0].y);
    let pointer = ui.input(|input| input.pointer.hover_pos());
    let on_curve = pointer.and_then(|pointer| {
        let at = pos2(pointer.x, height_at(places, pointer.x));
        (axis.plot.contains(pointer) && (at.y - pointer.y).abs() < NEAR).then_some(at)
    });
    let at = on_curve.unwrap_or(end);
    let value = context.readings.line(control, plain(context.model, ALL));
    let node = Node {
        key: ALL,
        name: "Decay of all octaves".into(),
        value: value.clone(),
        at,
        touch: Rect::from_center_size(at, Vec2::splat(2.0 * NEAR)),
        moves: &[control],
        wheel: control,
        all: &[control],
        base: 0.0,
    };
    let response = node.interact(ui, context, |drag, way| {
        [drag.plain[0] * stretch(axis, way), 0.0]
    });
    let held = response.dragged();
    let lit = response.hovered() || held || response.has_focus();
    if response.has_focus() {
        node::focus(ui, Rect::from_center_size(end, Vec2::splat(14.0)));
    }
    if response.hovered() || held {
        ui.set_cursor_icon(CursorIcon::ResizeVertical);
        let at = if held { pointer.unwrap_or(at) } else { at };
        node::label(
            ui,
            axis.plot,
            at - Vec2::new(0.0, 20.0),
            format!("Decay  {value}"),
        );
    }
    lit
}

/// The times of the octaves. What a control has changed since the last measurement is already counted.
fn octaves(model: &ViewModel) -> [Octave; 8] {
    let (wanted, measured) = (values(model).shape(), model.ir.shape);
    let ratio = |shape: &_, hz: f32| decay_ratio(shape, f64::from(hz)) as f32;
    let known: [(Option<f32>, Option<f32>); 8] = std::array::from_fn(|octave| {
        let (_, hz) = OCTAVES[octave];
        let before = model.ir.before.octaves[octave];
        let after = model.ir.after.octaves[octave];
        let now = after.map(|seconds| seconds * ratio(&wanted, hz) / ratio(&measured, hz));
        let now = now.or(before.map(|seconds| seconds * ratio(&wanted, hz)));
        (before, now)
    });
    let nearest = |octave: usize, of: &dyn Fn(usize) -> Option<f32>| {
        let mut all: Vec<usize> = (0..known.len()).collect();
        all.sort_by_key(|other| other.abs_diff(octave));
        all.into_iter().find_map(of)
    };
    std::array::from_fn(|octave| {
        let (_, hz) = OCTAVES[octave];
        // What can not be measured takes after its neighbours, or after the whole.
        let now = nearest(octave, &|other| known[other].1);
        let whole = model.ir.before.t30.unwrap_or(1.0) * ratio(&wanted, hz);
        Octave {
            before: nearest(octave, &|other| known[other].0),
            now: now.unwrap_or(whole),
        }
    })
}

/// The position of a time, seconds.
fn y(axis: &PitchAxis, seconds: f32) -> f32 {
    let share = (seconds.max(1e-3) / SHORTEST).ln() / (LONGEST / SHORTEST).ln();
    axis.plot.bottom() - axis.plot.height() * share.clamp(0.0, 1.0)
}

/// By what a time is multiplied on this way.
fn stretch(axis: &PitchAxis, way: Vec2) -> f32 {
    (LONGEST / SHORTEST).powf(-way.y / axis.plot.height().max(1.0))
}

fn grid(painter: &Painter, axis: &PitchAxis) {
    axis.grid(painter);
    let plot = axis.plot;
    let roomy = plot.height() > 150.0;
    for (seconds, name, always) in LINES {
        let y = y(axis, seconds);
        painter.hline(plot.x_range(), y, pitch::line());
        if roomy || always {
            let at = pos2(plot.left() - 8.0, y);
            painter.text(at, Align2::RIGHT_CENTER, name, theme::small(), theme::FAINT);
        }
    }
}

/// A curve through points, level from the first and the last one to the edges of the plot.
fn to_the_edges(axis: &PitchAxis, points: &[Pos2]) -> Vec<Pos2> {
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        return Vec::new();
    };
    let ends = [
        pos2(axis.plot.left(), first.y),
        pos2(axis.plot.right(), last.y),
    ];
    let [left, right] = ends;
    let all = [left].into_iter().chain(points.iter().copied());
    all.chain([right]).collect()
}

/// The height of the curve at a position.
fn height_at(places: &[Pos2; 8], x: f32) -> f32 {
    for pair in places.windows(2) {
        if x >= pair[0].x && x <= pair[1].x {
            let share = (x - pair[0].x) / (pair[1].x - pair[0].x).max(0.1);
            return pair[0].y + (pair[1].y - pair[0].y) * share;
        }
    }
    if x < places[0].x {
        places[0].y
    } else {
        places[7].y
    }
}

/// The area below a curve.
fn below(axis: &PitchAxis, curve: &[Pos2]) -> Mesh {
    let mut mesh = Mesh::default();
    let (over, under) = (theme::ACCENT.gamma_multiply(0.20), Color32::TRANSPARENT);
    for (index, at) in curve.iter().enumerate() {
        mesh.colored_vertex(*at, over);
        mesh.colored_vertex(pos2(at.x, axis.plot.bottom()), under);
        if index > 0 {
            let first = 2 * index as u32 - 2;
            mesh.add_triangle(first, first + 1, first + 2);
            mesh.add_triangle(first + 1, first + 2, first + 3);
        }
    }
    mesh
}

//! The wet signal's equalizer: its curve over the live spectrum, and a point for each band and each cut. Editor thread.

use egui::{Align2, Color32, CursorIcon, Mesh, Painter, Pos2, Rect, Shape, Stroke, Ui, Vec2, pos2};

use super::node::{self, Node, NodeContext};
use super::pitch::{self, PitchAxis};
use crate::editor::view_model::ViewModel;
use crate::editor::widgets::readings::{plain, values};
use crate::editor::widgets::theme;
use crate::instance::WetResponse;
use crate::params::{PARAMS, param_of};

/// The ends of the axis of levels, dB.
const MOST: f32 = 24.0;
/// The radius of a point.
const RADIUS: f32 = 8.0;
/// The way between two values of the curve, points.
const STEP: f32 = 3.0;

/// A band: what it is called in the picture and in words, and its controls.
struct Band {
    letter: &'static str,
    name: &'static str,
    /// Frequency, gain and Q.
    ids: [&'static str; 3],
}

const fn band(letter: &'static str, name: &'static str, ids: [&'static str; 3]) -> Band {
    Band { letter, name, ids }
}

const BANDS: [Band; 4] = [
    band("1", "Low shelf", ["eq1_freq", "eq1_gain", "eq1_q"]),
    band("2", "Bell 1", ["eq2_freq", "eq2_gain", "eq2_q"]),
    band("3", "Bell 2", ["eq3_freq", "eq3_gain", "eq3_q"]),
    band("4", "High shelf", ["eq4_freq", "eq4_gain", "eq4_q"]),
];

/// The cuts: what they are called in the picture, the control of the corner and that of the slope.
const CUTS: [(&str, &str, &str); 2] = [
    ("L", "low_cut", "low_slope"),
    ("H", "high_cut", "high_slope"),
];

/// The curve of the filters as they are, kept for as long as nothing changes.
#[derive(Debug, Default)]
pub struct EqCurve {
    made_for: Option<([f32; PARAMS.len()], f32, Rect)>,
    /// From the left edge of the plot to the right, dB.
    levels: Vec<f32>,
}

impl EqCurve {
    /// Brings the curve up to date.
    fn follow(&mut self, axis: &PitchAxis, model: &ViewModel) {
        let rate = match model.snapshot.rate {
            rate if rate > 0.0 => rate,
            _ => 48_000.0,
        };
        let wanted = (model.values, rate, axis.plot);
        if self.made_for == Some(wanted) {
            return;
        }
        let response = WetResponse::new(&values(model).settings(), rate);
        let count = (axis.plot.width() / STEP).max(1.0) as usize;
        let level = |index: usize| {
            let x = axis.plot.left() + axis.plot.width() * index as f32 / count as f32;
            response.decibels(f64::from(axis.hz(x))) as f32
        };
        self.levels = (0..=count).map(level).collect();
        self.made_for = Some(wanted);
    }

    /// The level at a position.
    fn at(&self, axis: &PitchAxis, x: f32) -> f32 {
        let last = self.levels.len().saturating_sub(1);
        let share = ((x - axis.plot.left()) / axis.plot.width().max(1.0)).clamp(0.0, 1.0);
        let index = (share * last as f32).round() as usize;
        self.levels.get(index).copied().unwrap_or(0.0)
    }

    fn points(&self, axis: &PitchAxis) -> Vec<Pos2> {
        let last = self.levels.len().saturating_sub(1).max(1) as f32;
        let levels = self.levels.iter().enumerate();
        levels
            .map(|(index, level)| {
                let x = axis.plot.left() + axis.plot.width() * index as f32 / last;
                pos2(x, y(axis, *level))
            })
            .collect()
    }
}

/// Draws the view into `plot` and lets the user move it.
pub fn show(ui: &mut Ui, plot: Rect, curve: &mut EqCurve, context: &mut NodeContext<'_>) {
    let axis = PitchAxis { plot };
    let painter = ui.painter().clone();
    grid(&painter, &axis);
    pitch::spectrum(ui, &axis, context.model);
    curve.follow(&axis, context.model);
    let inside = ui.painter_at(plot.expand(1.0));
    let line = curve.points(&axis);
    inside.add(Shape::mesh(between(&axis, &line)));
    inside.line(line, Stroke::new(2.0, theme::ACCENT));
    let mut said = None;
    for cut in &CUTS {
        said = cut_node(ui, &axis, cut, curve, context).or(said);
    }
    for band in &BANDS {
        said = band_node(ui, &axis, band, context).or(said);
    }
    if let Some((at, text)) = said {
        node::label(ui, plot, at, text);
    }
    node::entry(ui, plot, context);
}

/// The point of a band. What it says, if it is looked at.
fn band_node(
    ui: &Ui,
    axis: &PitchAxis,
    band: &Band,
    context: &mut NodeContext<'_>,
) -> Option<(Pos2, String)> {
    let [hz, gain, q] = band.ids.map(|id| plain(context.model, id));
    let [Some(freq_of), Some(gain_of), Some(q_of)] = band.ids.map(param_of) else {
        return None;
    };
    let read = |control, value| context.readings.line(control, value);
    let value = format!(
        "{}, {}, Q {}",
        read(freq_of, hz),
        read(gain_of, gain),
        read(q_of, q)
    );
    let at = pos2(axis.x(hz), y(axis, gain));
    let node = Node {
        key: band.ids[1],
        name: format!("{} in the picture", band.name),
        value: value.clone(),
        at,
        touch: Rect::from_center_size(at, Vec2::splat(2.0 * RADIUS + 6.0)),
        moves: &[gain_of, freq_of],
        wheel: q_of,
        all: &[freq_of, gain_of, q_of],
        base: 0.0,
    };
    let per_point = 2.0 * MOST / axis.plot.height().max(1.0);
    let response = node.interact(ui, context, |drag, way| {
        let [gain, hz] = drag.plain;
        [gain - way.y * per_point, hz * axis.factor(way.x)]
    });
    let lit = look(ui, &response, at, band.letter, gain != 0.0);
    lit.then(|| (at, format!("{}  {value}", band.name)))
}

/// The point of a cut, which moves from left to right. What it says, if it is looked at.
fn cut_node(
    ui: &Ui,
    axis: &PitchAxis,
    (letter, id, slope): &(&'static str, &'static str, &'static str),
    curve: &EqCurve,
    context: &mut NodeContext<'_>,
) -> Option<(Pos2, String)> {
    let (control, slope) = (param_of(id)?, param_of(slope)?);
    let hz = plain(context.model, id);
    let value = match hz == control.default {
        true => context.readings.line(control, hz),
        false => format!(
            "{}, {}",
            context.readings.line(control, hz),
            context.readings.line(slope, plain(context.model, slope.id))
        ),
    };
    let x = axis
        .x(hz)
        .clamp(axis.plot.left() + RADIUS, axis.plot.right() - RADIUS);
    let level = curve.at(axis, x).clamp(-0.9 * MOST, 0.9 * MOST);
    let at = pos2(x, y(axis, level));
    let node = Node {
        key: id,
        name: format!("{} in the picture", control.name),
        value: value.clone(),
        at,
        touch: Rect::from_center_size(at, Vec2::splat(2.0 * RADIUS + 6.0)),
        moves: &[control],
        wheel: control,
        all: &[control, slope],
        base: 0.0,
    };
    let response = node.interact(ui, context, |drag, way| {
        [drag.plain[0] * axis.factor(way.x), 0.0]
    });
    let lit = look(ui, &response, at, letter, hz != control.default);
    lit.then(|| (at, format!("{}  {value}", control.name)))
}

/// Draws a point with its letter. Whether it is looked at.
fn look(ui: &Ui, response: &egui::Response, at: Pos2, letter: &str, moved: bool) -> bool {
    let lit = response.hovered() || response.dragged() || response.has_focus();
    node::dot(ui, at, RADIUS, lit, moved);
    let color = match (lit, moved) {
        (false, false) => theme::TEXT,
        _ => theme::GROUND,
    };
    ui.painter()
        .text(at, Align2::CENTER_CENTER, letter, theme::small(), color);
    if response.has_focus() {
        node::focus(ui, Rect::from_center_size(at, Vec2::splat(24.0)));
    }
    if response.hovered() || response.dragged() {
        ui.set_cursor_icon(CursorIcon::Move);
    }
    lit
}

/// The position of a level, dB. What lies beyond the axis is cut off with the plot.
fn y(axis: &PitchAxis, level: f32) -> f32 {
    let share = level.clamp(-4.0 * MOST, 4.0 * MOST) / MOST;
    axis.plot.center().y - axis.plot.height() / 2.0 * share
}

fn grid(painter: &Painter, axis: &PitchAxis) {
    axis.grid(painter);
    let plot = axis.plot;
    let step = if plot.height() > 150.0 { 6 } else { 12 };
    for level in (-18..=18).step_by(step) {
        let y = y(axis, level as f32);
        painter.hline(plot.x_range(), y, pitch::line());
        let name = match level {
            0 => "0 dB".into(),
            level => format!("{level:+}"),
        };
        let at = pos2(plot.left() - 6.0, y);
        painter.text(at, Align2::RIGHT_CENTER, name, theme::small(), theme::FAINT);
    }
}

/// The area between a curve and 0 dB.
fn between(axis: &PitchAxis, curve: &[Pos2]) -> Mesh {
    let mut mesh = Mesh::default();
    let (over, zero) = (theme::ACCENT.gamma_multiply(0.22), Color32::TRANSPARENT);
    for (index, at) in curve.iter().enumerate() {
        mesh.colored_vertex(*at, over);
        mesh.colored_vertex(pos2(at.x, y(axis, 0.0)), zero);
        if index > 0 {
            let first = 2 * index as u32 - 2;
            mesh.add_triangle(first, first + 1, first + 2);
            mesh.add_triangle(first + 1, first + 2, first + 3);
        }
    }
    mesh
}

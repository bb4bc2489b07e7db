//! The energy decay curves over the waveform: one line for each octave band, labelled at its end. Editor thread.

use egui::{Align2, Color32, Painter, Pos2, Stroke, pos2, vec2};

use super::axis::{Axis, FLOOR};
use crate::editor::view_model::{DecayCurve, IrView};
use crate::editor::widgets::theme;

/// Draws all curves: low bands darker than high ones, the whole spectrum as the strongest line.
pub fn paint(painter: &Painter, axis: &Axis, ir: &IrView) {
    let count = ir.decays.len().max(2) as f32 - 1.0;
    let mut ends = Vec::new();
    for (index, decay) in ir.decays.iter().enumerate() {
        let stroke = if decay.hertz == 0.0 {
            Stroke::new(2.0, theme::TEXT)
        } else {
            Stroke::new(1.2, shade(index as f32 / count))
        };
        let line = points(axis, decay);
        ends.extend(line.last().map(|end| (decay, *end, stroke.color)));
        // A dark edge makes the line stand out from the waveform too.
        painter.line(line.clone(), Stroke::new(stroke.width + 2.4, theme::PANEL));
        painter.line(line, stroke);
    }
    // After all curves, so that no curve crosses the label of another.
    let mut taken = Vec::new();
    for (decay, end, color) in ends {
        label(painter, axis, decay, end, color, &mut taken);
    }
}

/// From a dark to a light blue grey. The order is one of lightness, so it can be seen without colour vision. The darkest
/// can still be read as text on a panel.
#[must_use]
pub fn shade(share: f32) -> Color32 {
    let mix = |from: f32, to: f32| (from + (to - from) * share) as u8;
    Color32::from_rgb(mix(112.0, 214.0), mix(144.0, 232.0), mix(184.0, 246.0))
}

/// A curve as a line, with at most one vertex for each point of the screen.
fn points(axis: &Axis, decay: &DecayCurve) -> Vec<Pos2> {
    let mut line: Vec<Pos2> = Vec::new();
    let levels = decay.curve.iter().enumerate();
    for (index, level) in levels.take_while(|(_, level)| **level > FLOOR) {
        let time = axis.shaped + decay.start + decay.step * index as f32;
        let at = pos2(axis.x(time), axis.level(*level));
        if line.last().is_none_or(|last| at.x - last.x >= 1.0) {
            line.push(at);
        }
    }
    line
}

/// Labels a curve at its end, unless another label is there.
fn label(
    painter: &Painter,
    axis: &Axis,
    decay: &DecayCurve,
    end: Pos2,
    color: Color32,
    taken: &mut Vec<Pos2>,
) {
    if decay.hertz <= 0.0 {
        return;
    }
    // The label of a curve that reaches the right edge stands before its end, of any other after it.
    let (x, align) = if end.x + 28.0 > axis.plot.right() {
        (end.x - 2.0, Align2::RIGHT_BOTTOM)
    } else {
        (end.x + 4.0, Align2::LEFT_BOTTOM)
    };
    let near = |other: &Pos2| (other.x - x).abs() < 26.0 && (other.y - end.y).abs() < 14.0;
    if taken.iter().any(near) {
        return;
    }
    taken.push(pos2(x, end.y));
    let text = if decay.hertz >= 1000.0 {
        format!("{:.0}k", decay.hertz / 1000.0)
    } else {
        format!("{:.0}", decay.hertz)
    };
    let galley = painter.layout_no_wrap(text, theme::small(), color);
    let place = align.anchor_size(pos2(x, end.y), galley.size());
    painter.rect_filled(place.expand2(vec2(2.0, 0.0)), 2.0, theme::PANEL);
    painter.galley(place.min, galley, color);
}

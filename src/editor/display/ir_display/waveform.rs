//! The waveform before shaping (faint) and after (in the accent colour), one slice for each pixel. Editor thread.

use egui::epaint::Mesh;
use egui::{Color32, Painter, Shape, Stroke, pos2};

use super::DisplayMode;
use super::axis::{Axis, FLOOR};
use crate::editor::view_model::{Column, IrView};
use crate::editor::widgets::theme;

/// The upper edge of the unshaped impulse.
pub const OUTLINE: Color32 = Color32::from_rgb(0x66, 0x6b, 0x74);

/// Draws the unshaped impulse.
pub fn original(painter: &Painter, axis: &Axis, ir: &IrView, mode: DisplayMode) {
    // To its own peak, so that normalising the shaped impulse does not move it.
    let scale = peak(&ir.original);
    // The upper edge has a contrast of 3:1. Below it fades, because it lies behind.
    let (top, bottom) = (OUTLINE, theme::SOFT.gamma_multiply(0.15));
    let columns = &ir.original;
    let extent = (axis.original, ir.original_seconds, scale);
    draw(painter, axis, columns, extent, mode, [top, bottom]);
}

/// Draws the shaped impulse.
pub fn shaped(painter: &Painter, axis: &Axis, ir: &IrView, mode: DisplayMode) {
    let scale = peak(&ir.shaped);
    let top = theme::ACCENT.gamma_multiply(0.78);
    let bottom = theme::ACCENT.gamma_multiply(0.20);
    let extent = (axis.shaped, ir.shaped_seconds, scale);
    draw(painter, axis, &ir.shaped, extent, mode, [top, bottom]);
}

fn peak(columns: &[Column]) -> f32 {
    columns
        .iter()
        .map(|column| column.max.abs().max(column.min.abs()))
        .fold(0.0, f32::max)
        .max(1e-9)
}

/// When an impulse begins and how long it is, seconds, and its peak.
type Extent = (f32, f32, f32);

fn draw(
    painter: &Painter,
    axis: &Axis,
    columns: &[Column],
    (start, seconds, scale): Extent,
    mode: DisplayMode,
    [top, bottom]: [Color32; 2],
) {
    if columns.is_empty() || seconds <= 0.0 {
        return;
    }
    let step = 1.0 / painter.pixels_per_point();
    let level = |max: f32, min: f32| 20.0 * (max.abs().max(min.abs()) / scale).max(1e-9).log10();
    let right = axis.x(start + seconds).min(axis.plot.right());
    let per_second = columns.len() as f32 / seconds;
    let place = |x: f32| (axis.time(x) - start).max(0.0) * per_second;
    let mut mesh = Mesh::default();
    let mut outline = Vec::new();
    let mut x = axis.x(start).max(axis.plot.left());
    while x < right {
        // At the right end, rounding may lead one column too far.
        let from = (place(x) as usize).min(columns.len() - 1);
        let to = (place(x + step).ceil() as usize).clamp(from + 1, columns.len());
        let Some(slice) = columns.get(from..to) else {
            break;
        };
        let max = slice
            .iter()
            .map(|column| column.max)
            .fold(f32::MIN, f32::max);
        let min = slice
            .iter()
            .map(|column| column.min)
            .fold(f32::MAX, f32::min);
        match mode {
            DisplayMode::Spectrogram => outline.push(pos2(x, axis.level(level(max, min)))),
            DisplayMode::Decibel => {
                let level = level(max, min);
                if level > FLOOR {
                    let y = axis.level(level);
                    bar(
                        &mut mesh,
                        [x, x + step],
                        [y, axis.plot.bottom()],
                        [top, bottom],
                    );
                }
            }
            DisplayMode::Linear => {
                let (high, low) = (axis.sample(max / scale), axis.sample(min / scale));
                let low = low.max(high + step);
                bar(&mut mesh, [x, x + step], [high, low], [top, top]);
            }
        }
        x += step;
    }
    painter.add(Shape::mesh(mesh));
    // Over a spectrogram only the edge is drawn.
    if outline.len() > 1 {
        painter.line(outline, Stroke::new(1.0, theme::TEXT.gamma_multiply(0.7)));
    }
}

fn bar(mesh: &mut Mesh, x: [f32; 2], y: [f32; 2], [top, bottom]: [Color32; 2]) {
    let first = mesh.vertices.len() as u32;
    mesh.colored_vertex(pos2(x[0], y[0]), top);
    mesh.colored_vertex(pos2(x[1], y[0]), top);
    mesh.colored_vertex(pos2(x[0], y[1]), bottom);
    mesh.colored_vertex(pos2(x[1], y[1]), bottom);
    mesh.add_triangle(first, first + 1, first + 2);
    mesh.add_triangle(first + 1, first + 2, first + 3);
}

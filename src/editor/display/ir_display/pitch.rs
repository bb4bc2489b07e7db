//! The axis that decay and equalizer share: pitch from left to right, with the live spectrum over it. Editor thread.

use egui::epaint::Mesh;
use egui::{Align2, Id, LayerId, Order, Painter, Rect, Shape, Stroke, Ui, pos2};

use crate::editor::view_model::{LoadState, SpectrumLevels, ViewModel};
use crate::editor::widgets::readings::plain;
use crate::editor::widgets::theme;
use crate::instance::{SPECTRUM_POINTS, point_hz};

/// The ends of the axis, Hz.
const LOWEST: f32 = 20.0;
const HIGHEST: f32 = 20_000.0;
/// The levels of the spectrum at the bottom and at the top of the plot, dB.
const LEVELS: [f32; 2] = [-96.0, -6.0];

/// The lines of the grid: where they are, Hz, what they are called, and whether also in a small plot.
const LINES: [(f32, &str, bool); 9] = [
    (31.5, "31", false),
    (63.0, "63", true),
    (125.0, "125", false),
    (250.0, "250", true),
    (500.0, "500", false),
    (1_000.0, "1k", true),
    (2_000.0, "2k", false),
    (4_000.0, "4k", true),
    (8_000.0, "8k", false),
];

/// Where pitches lie on the screen.
#[derive(Clone, Copy, Debug)]
pub struct PitchAxis {
    /// The area of the plot.
    pub plot: Rect,
}

impl PitchAxis {
    /// The position of a frequency, Hz.
    #[must_use]
    pub fn x(&self, hz: f32) -> f32 {
        let share = (hz.max(1.0) / LOWEST).ln() / (HIGHEST / LOWEST).ln();
        self.plot.left() + self.plot.width() * share
    }

    /// The frequency at a position, Hz.
    #[must_use]
    pub fn hz(&self, x: f32) -> f32 {
        let share = (x - self.plot.left()) / self.plot.width().max(1.0);
        LOWEST * (HIGHEST / LOWEST).powf(share)
    }

    /// By what a frequency is multiplied on a way of so many points.
    #[must_use]
    pub fn factor(&self, points: f32) -> f32 {
        (HIGHEST / LOWEST).powf(points / self.plot.width().max(1.0))
    }

    /// Draws the lines of the grid and their labels.
    pub fn grid(&self, painter: &Painter) {
        let roomy = self.plot.width() > 300.0;
        for (hz, name, always) in LINES {
            let x = self.x(hz);
            painter.vline(x, self.plot.y_range(), line());
            if roomy || always {
                let at = pos2(x, self.plot.bottom() + 12.0);
                painter.text(
                    at,
                    Align2::CENTER_CENTER,
                    name,
                    theme::small(),
                    theme::FAINT,
                );
            }
        }
        let at = pos2(self.plot.right(), self.plot.bottom() + 12.0);
        painter.text(
            at,
            Align2::RIGHT_CENTER,
            "16k Hz",
            theme::small(),
            theme::FAINT,
        );
    }
}

/// What the lines of a grid are drawn with.
#[must_use]
pub fn line() -> Stroke {
    Stroke::new(1.0, theme::LINE.gamma_multiply(0.6))
}

/// Draws the spectrum of what sounds, in a layer of its own: it moves all the time, and what lies below need not be drawn
/// again with it.
pub fn spectrum(ui: &Ui, axis: &PitchAxis, model: &ViewModel) {
    // Nothing is heard of what is bypassed, and a card that says what is wrong is to be read.
    let is_usable = matches!(
        model.load_state,
        LoadState::Ready | LoadState::Loading { .. }
    );
    let Some(levels) = &model.spectrum else {
        return;
    };
    if !is_usable || plain(model, "bypass") > 0.5 {
        return;
    }
    let layer = LayerId::new(Order::Middle, Id::unique("live spectrum"));
    let painter = ui.painter_at(axis.plot).with_layer_id(layer);
    painter.add(Shape::mesh(area(axis, levels)));
    let edge = (0..SPECTRUM_POINTS).map(|point| top(axis, levels, point));
    let stroke = Stroke::new(1.0, theme::SOFT.gamma_multiply(0.45));
    painter.line(edge.collect(), stroke);
}

/// Where a level of the spectrum is on the screen.
fn top(axis: &PitchAxis, levels: &SpectrumLevels, point: usize) -> egui::Pos2 {
    let [low, high] = LEVELS;
    let share = ((levels[point] - low) / (high - low)).clamp(0.0, 1.0);
    let y = axis.plot.bottom() - axis.plot.height() * share;
    pos2(axis.x(point_hz(point) as f32), y)
}

/// The area under the spectrum.
fn area(axis: &PitchAxis, levels: &SpectrumLevels) -> Mesh {
    let mut mesh = Mesh::default();
    let (over, under) = (
        theme::SOFT.gamma_multiply(0.22),
        theme::SOFT.gamma_multiply(0.06),
    );
    for point in 0..SPECTRUM_POINTS {
        let at = top(axis, levels, point);
        mesh.colored_vertex(at, over);
        mesh.colored_vertex(pos2(at.x, axis.plot.bottom()), under);
        if point > 0 {
            let first = 2 * point as u32 - 2;
            mesh.add_triangle(first, first + 1, first + 2);
            mesh.add_triangle(first + 1, first + 2, first + 3);
        }
    }
    mesh
}

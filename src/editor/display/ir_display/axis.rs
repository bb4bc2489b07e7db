//! The axes of the display: time from left to right; level, sample or frequency from bottom to top. Editor thread.

use egui::{Align2, Painter, Rect, Stroke, pos2};

use super::DisplayMode;
use crate::editor::view_model::{IrView, ViewModel};
use crate::editor::widgets::theme;
use crate::instance::LOWEST_HZ;
use crate::params::PARAMS;

/// The bottom of the level axis, dB below the highest peak.
pub const FLOOR: f32 = -72.0;

/// Where times and levels lie on the screen, points.
#[derive(Clone, Copy, Debug)]
pub struct Axis {
    /// The area of the plot.
    pub plot: Rect,
    /// Seconds that fit into the plot.
    pub span: f32,
    /// When the original impulse begins: after the pre-delay.
    pub original: f32,
    /// When the shaped impulse begins: after what `start` cuts.
    pub shaped: f32,
}

/// The plain value of a control in this model.
pub fn plain(model: &ViewModel, id: &str) -> f32 {
    PARAMS
        .iter()
        .zip(model.values)
        .find(|(control, _)| control.id == id)
        .map_or(0.0, |(control, value)| control.plain(value))
}

impl Axis {
    /// Fits the whole of both impulses into `plot`.
    #[must_use]
    pub fn new(plot: Rect, model: &ViewModel) -> Self {
        let original = match plain(model, "predelay_sync") > 0.0 {
            true => model.snapshot.predelay as f32 / model.snapshot.rate.max(1.0),
            false => plain(model, "predelay") / 1000.0,
        };
        let shaped = original + plain(model, "start") / 1000.0;
        let end = (original + model.ir.original_seconds)
            .max(shaped + model.ir.shaped_seconds)
            .max(0.05);
        Self {
            plot,
            span: end * 1.02,
            original,
            shaped,
        }
    }

    /// The position of a time, seconds.
    #[must_use]
    pub fn x(&self, seconds: f32) -> f32 {
        self.plot.left() + self.plot.width() * seconds / self.span
    }

    /// The position of a level, dB.
    #[must_use]
    pub fn level(&self, decibels: f32) -> f32 {
        self.plot.top() + self.plot.height() * decibels.clamp(FLOOR, 0.0) / FLOOR
    }

    /// The position of a frequency, Hz, in a spectrogram that reaches up to `highest` Hz.
    #[must_use]
    pub fn hertz(&self, hertz: f32, highest: f32) -> f32 {
        let lowest = LOWEST_HZ as f32;
        let share = (hertz / lowest).ln() / (highest / lowest).max(1.001).ln();
        self.plot.bottom() - self.plot.height() * share.clamp(0.0, 1.0)
    }

    /// The position of a sample, -1..=1.
    #[must_use]
    pub fn sample(&self, value: f32) -> f32 {
        self.plot.center().y - self.plot.height() / 2.0 * value.clamp(-1.0, 1.0)
    }
}

/// Draws the lines of the grid and their labels.
pub fn grid(painter: &Painter, axis: &Axis, mode: DisplayMode, ir: &IrView) {
    let plot = axis.plot;
    let line = Stroke::new(1.0, theme::LINE.gamma_multiply(0.6));
    let label = |x, y, align, text: String| {
        painter.text(pos2(x, y), align, text, theme::small(), theme::FAINT);
    };
    match mode {
        DisplayMode::Decibel => {
            let step = if plot.height() > 150.0 { 12 } else { 24 };
            for level in (0..=72).step_by(step) {
                let y = axis.level(-(level as f32));
                painter.hline(plot.x_range(), y, line);
                let name = if level == 0 {
                    "dB".into()
                } else {
                    format!("-{level}")
                };
                label(plot.left() - 8.0, y, Align2::RIGHT_CENTER, name);
            }
        }
        DisplayMode::Linear => {
            for (value, name) in [(1.0, "1"), (0.0, "0"), (-1.0, "-1")] {
                let y = axis.sample(value);
                painter.hline(plot.x_range(), y, line);
                label(plot.left() - 8.0, y, Align2::RIGHT_CENTER, name.into());
            }
        }
        DisplayMode::Spectrogram => {
            let highest = ir.spectrogram.highest_hz as f32;
            for (hertz, name) in [
                (62.5, "63"),
                (250.0, "250"),
                (1000.0, "1k"),
                (4000.0, "4k"),
                (16_000.0, "16k"),
            ] {
                if hertz < highest {
                    let y = axis.hertz(hertz, highest);
                    painter.hline(plot.x_range(), y, line);
                    label(plot.left() - 8.0, y, Align2::RIGHT_CENTER, name.into());
                }
            }
        }
    }
    let step = step_for(axis.span, plot.width() / 72.0);
    let mut seconds = 0.0;
    while seconds <= axis.span {
        let x = axis.x(seconds);
        painter.vline(x, plot.y_range(), line);
        if x < plot.right() - 24.0 {
            label(
                x,
                plot.bottom() + 12.0,
                Align2::CENTER_CENTER,
                time(seconds, step),
            );
        }
        seconds += step;
    }
}

/// The round step that gives at most `count` lines.
fn step_for(span: f32, count: f32) -> f32 {
    let rough = span / count.max(1.0);
    let decade = 10.0_f32.powf(rough.log10().floor());
    let round = [1.0, 2.0, 5.0, 10.0];
    let factor = round.into_iter().find(|factor| factor * decade >= rough);
    (factor.unwrap_or(10.0) * decade).max(0.001)
}

/// A time with as many digits as the step needs.
fn time(seconds: f32, step: f32) -> String {
    if seconds == 0.0 {
        "0".into()
    } else if step < 0.1 {
        format!("{:.0} ms", seconds * 1000.0)
    } else {
        format!("{seconds:.1} s")
    }
}

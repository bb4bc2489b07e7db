//! The axis of time and that of levels. Time is drawn as the ear has it, the first moments wide and the end narrow; and the
//! axis is the same for all impulses, so that a booth looks like a booth beside a cathedral. Editor thread.

use egui::{Align2, Painter, Rect, pos2};

use super::DisplayMode;
use super::pitch::line;
use crate::editor::view_model::{IrView, ViewModel};
use crate::editor::widgets::readings::plain;
use crate::editor::widgets::theme;
use crate::instance::LOWEST_HZ;

/// The bottom of the level axis, dB below the highest peak.
pub const FLOOR: f32 = -72.0;

/// From here on the axis is logarithmic, seconds; before, time goes by evenly.
const BEND: f32 = 0.01;
/// The end of the axis, seconds: the longest impulse.
const END: f32 = 60.0;
/// What is shown of it at first, seconds.
const SHOWN: f32 = 20.0;
/// The least that is shown of it, as a share of all.
const LEAST: f32 = 0.04;

/// The share of the whole axis at a time, seconds.
fn share(seconds: f32) -> f32 {
    (1.0 + seconds.max(0.0) / BEND).ln() / (1.0 + END / BEND).ln()
}

/// The time at a share of the whole axis, seconds.
fn time(share: f32) -> f32 {
    ((1.0 + END / BEND).powf(share) - 1.0) * BEND
}

/// The part of the axis that is shown, as shares of all of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimeWindow {
    from: f32,
    to: f32,
}

impl Default for TimeWindow {
    fn default() -> Self {
        Self {
            from: 0.0,
            to: share(SHOWN),
        }
    }
}

impl TimeWindow {
    /// Shows so many times as much, around a place in the window, 0..=1.
    pub fn zoom(&mut self, factor: f32, around: f32) {
        let width = self.to - self.from;
        let wanted = (width * factor).clamp(LEAST, 1.0);
        self.from += (width - wanted) * around;
        self.to = self.from + wanted;
        self.stay_inside();
    }

    /// Moves the window by a part of its width.
    pub fn shift(&mut self, by: f32) {
        let way = by * (self.to - self.from);
        self.from += way;
        self.to += way;
        self.stay_inside();
    }

    fn stay_inside(&mut self) {
        let width = self.to - self.from;
        self.from = self.from.min(1.0 - width).max(0.0);
        self.to = self.from + width;
    }
}

/// Where times and levels lie on the screen, points.
#[derive(Clone, Copy, Debug)]
pub struct Axis {
    /// The area of the plot.
    pub plot: Rect,
    /// What is shown.
    pub window: TimeWindow,
    /// When the original impulse begins: after the pre-delay.
    pub original: f32,
    /// When the shaped impulse begins: after what `start` cuts.
    pub shaped: f32,
}

impl Axis {
    /// The axis for this model.
    #[must_use]
    pub fn new(plot: Rect, window: TimeWindow, model: &ViewModel) -> Self {
        let original = match plain(model, "predelay_sync") > 0.0 {
            true => model.snapshot.predelay as f32 / model.snapshot.rate.max(1.0),
            false => plain(model, "predelay") / 1000.0,
        };
        Self {
            plot,
            window,
            original,
            shaped: original + plain(model, "start") / 1000.0,
        }
    }

    /// The position of a time, seconds.
    #[must_use]
    pub fn x(&self, seconds: f32) -> f32 {
        let TimeWindow { from, to } = self.window;
        self.plot.left() + self.plot.width() * (share(seconds) - from) / (to - from)
    }

    /// The time at a position, seconds.
    #[must_use]
    pub fn time(&self, x: f32) -> f32 {
        let TimeWindow { from, to } = self.window;
        let place = (x - self.plot.left()) / self.plot.width().max(1.0);
        time(from + (to - from) * place).max(0.0)
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
    let label = |x, y, align, text: String| {
        painter.text(pos2(x, y), align, text, theme::small(), theme::FAINT);
    };
    match mode {
        DisplayMode::Decibel | DisplayMode::Spectrogram => {
            let step = if plot.height() > 150.0 { 12 } else { 24 };
            for level in (0..=72).step_by(step) {
                let y = axis.level(-(level as f32));
                painter.hline(plot.x_range(), y, line());
                let name = if level == 0 {
                    "0 dB".into()
                } else {
                    format!("-{level}")
                };
                label(plot.left() - 6.0, y, Align2::RIGHT_CENTER, name);
            }
        }
        DisplayMode::Linear => {
            for (value, name) in [(1.0, "1"), (0.0, "0"), (-1.0, "-1")] {
                let y = axis.sample(value);
                painter.hline(plot.x_range(), y, line());
                label(plot.left() - 8.0, y, Align2::RIGHT_CENTER, name.into());
            }
        }
    }
    if mode == DisplayMode::Spectrogram {
        pitches(painter, axis, ir);
    }
    for seconds in ticks(axis) {
        let x = axis.x(seconds);
        painter.vline(x, plot.y_range(), line());
        let at = x.min(plot.right() - 12.0);
        label(
            at,
            plot.bottom() + 12.0,
            Align2::CENTER_CENTER,
            name_of(seconds),
        );
    }
}

/// The pitches of a spectrogram, at the right edge.
fn pitches(painter: &Painter, axis: &Axis, ir: &IrView) {
    let highest = ir.spectrogram.highest_hz as f32;
    for (hertz, name) in [
        (62.5, "63"),
        (250.0, "250"),
        (1000.0, "1k"),
        (4000.0, "4k"),
        (16_000.0, "16k Hz"),
    ] {
        if hertz < highest {
            let at = pos2(axis.plot.right() - 4.0, axis.hertz(hertz, highest));
            painter.text(at, Align2::RIGHT_CENTER, name, theme::small(), theme::SOFT);
        }
    }
}

/// Round times with room for their labels, the roundest first.
fn ticks(axis: &Axis) -> Vec<f32> {
    let mut taken: Vec<(f32, f32)> = Vec::new();
    let orders: [&[f32]; 4] = [
        &[1.0],
        &[2.0, 5.0],
        &[3.0, 8.0],
        &[4.0, 6.0, 7.0, 9.0, 1.5, 2.5],
    ];
    let mut candidates = vec![0.0];
    for order in orders {
        for decade in [0.01, 0.1, 1.0, 10.0, 0.001] {
            candidates.extend(order.iter().map(|digit| digit * decade));
        }
    }
    for seconds in candidates {
        let x = axis.x(seconds);
        let inside = x >= axis.plot.left() - 0.5 && x <= axis.plot.right() + 0.5;
        let free = taken.iter().all(|(other, _)| (other - x).abs() > 46.0);
        if inside && free {
            taken.push((x, seconds));
        }
    }
    taken.into_iter().map(|(_, seconds)| seconds).collect()
}

/// A time on the axis.
fn name_of(seconds: f32) -> String {
    if seconds == 0.0 {
        "0".into()
    } else if seconds < 0.01 {
        let ms = format!("{:.1}", seconds * 1000.0);
        format!("{} ms", ms.trim_end_matches(".0"))
    } else if seconds < 0.9995 {
        format!("{:.0} ms", seconds * 1000.0)
    } else {
        let text = format!("{seconds:.1}");
        format!("{} s", text.trim_end_matches(".0"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_found_where_it_is_drawn_however_far_the_axis_is_zoomed() {
        let plot = Rect::from_min_max(pos2(40.0, 10.0), pos2(640.0, 300.0));
        let mut axis = Axis::new(plot, TimeWindow::default(), &ViewModel::default());
        for _ in 0..12 {
            for seconds in [0.0, 0.005, 0.02, 0.3, 2.0, 15.0] {
                let there = axis.time(axis.x(seconds));
                assert!(
                    (there - seconds).abs() < 1e-3 + 1e-3 * seconds,
                    "{there} {seconds}"
                );
            }
            axis.window.zoom(0.7, 0.3);
            axis.window.shift(0.1);
        }
        for _ in 0..40 {
            axis.window.zoom(1.5, 0.5);
        }
        assert!(axis.time(plot.right()) <= END * 1.001 && axis.x(0.0) >= plot.left() - 0.5);
    }

    #[test]
    fn the_ear_reads_twenty_milliseconds_in_any_room() {
        let plot = Rect::from_min_max(pos2(0.0, 0.0), pos2(600.0, 300.0));
        let axis = Axis::new(plot, TimeWindow::default(), &ViewModel::default());
        assert!(axis.x(0.02) > 60.0 && axis.x(8.0) < 560.0);
        assert!(ticks(&axis).len() > 6);
    }
}

//! The level meters: peak as a line that is held and then falls, mean as a bar, the highest peak as a number.
//! Editor thread.

use egui::accesskit::Role;
use egui::{Align2, Id, LayerId, Order, Painter, Rect, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

use crate::editor::view_model::{Level, Snapshot};
use crate::editor::widgets::theme;

/// The bottom of the scale, dBFS.
const FLOOR: f32 = -60.0;
/// The top of the scale, dBFS.
const CEILING: f32 = 6.0;
/// How fast a peak falls after its hold, dB per second.
const FALL: f32 = 24.0;
/// How long a peak is held, seconds.
const HOLD: f32 = 1.5;

/// What one channel of a meter shows, dBFS.
#[derive(Clone, Copy, Debug)]
struct ChannelBallistics {
    peak: f32,
    /// How long the peak is held from now on, seconds.
    hold: f32,
    rms: f32,
}

/// What the three meters show: input, wet, output. It follows the levels with a delay that can be read.
#[derive(Clone, Debug)]
pub struct MeterBallistics {
    meters: [[ChannelBallistics; 2]; 3],
    /// The highest peaks since they were reset, dBFS.
    highest: [f32; 3],
    /// Whether the last step was a change that can be seen.
    moved: bool,
}

impl Default for MeterBallistics {
    fn default() -> Self {
        let rest = ChannelBallistics {
            peak: FLOOR,
            hold: 0.0,
            rms: FLOOR,
        };
        Self {
            meters: [[rest; 2]; 3],
            highest: [f32::NEG_INFINITY; 3],
            moved: false,
        }
    }
}

fn decibels(linear: f32) -> f32 {
    20.0 * linear.max(1e-6).log10()
}

impl MeterBallistics {
    /// Moves on by `seconds` towards the levels of a snapshot.
    pub fn advance(&mut self, snapshot: &Snapshot, seconds: f32) {
        let before = self.visible();
        let levels = [&snapshot.input, &snapshot.wet, &snapshot.output];
        for ((channels, levels), highest) in
            self.meters.iter_mut().zip(levels).zip(&mut self.highest)
        {
            for (channel, level) in channels.iter_mut().zip(levels) {
                channel.advance(*level, seconds);
                let peak = decibels(level.peak);
                if level.peak > 0.0 && peak > *highest {
                    *highest = peak;
                }
            }
        }
        self.moved = before != self.visible();
    }

    /// All levels in steps of a fifth of a decibel, about a pixel: as far as a change can be seen.
    fn visible(&self) -> [[[i32; 2]; 2]; 3] {
        let step = |level: f32| (level * 5.0).round() as i32;
        self.meters
            .map(|pair| pair.map(|channel| [step(channel.peak), step(channel.rms)]))
    }

    /// Whether the last step was a change that can be seen.
    #[must_use]
    pub fn is_moving(&self) -> bool {
        self.moved
    }

    /// Whether any level is above the bottom of the scale, so that it may change soon.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.meters
            .iter()
            .flatten()
            .any(|channel| channel.peak > FLOOR || channel.rms > FLOOR)
    }
}

impl ChannelBallistics {
    fn advance(&mut self, level: Level, seconds: f32) {
        let peak = decibels(level.peak).clamp(FLOOR, CEILING);
        if peak >= self.peak {
            (self.peak, self.hold) = (peak, HOLD);
        } else if self.hold > 0.0 {
            self.hold -= seconds;
        } else {
            self.peak = (self.peak - FALL * seconds).max(peak);
        }
        // The bar follows with a time constant of 100 ms, so that it can be read.
        let rms = decibels(level.rms).clamp(FLOOR, CEILING);
        let share = 1.0 - (-seconds / 0.1).exp();
        self.rms += (rms - self.rms) * share;
        if self.rms < FLOOR + 0.1 {
            self.rms = FLOOR;
        }
    }
}

/// The vertical position of a level.
fn level_y(rect: Rect, level: f32) -> f32 {
    let share = (level.clamp(FLOOR, CEILING) - FLOOR) / (CEILING - FLOOR);
    rect.bottom() - rect.height() * share
}

/// Draws the three meters. A click on a number resets the highest peak.
pub fn show(ui: &mut Ui, rect: Rect, meters: &mut MeterBallistics) {
    ui.painter().rect_filled(rect, theme::RADIUS, theme::PANEL);
    let inner = rect.shrink2(vec2(6.0, 8.0));
    let bars = Rect::from_min_max(
        pos2(inner.left() + 22.0, inner.top() + 20.0),
        pos2(inner.right(), inner.bottom() - 18.0),
    );
    scale(ui, bars, inner.left());
    // The bars move, so they have a layer of their own: the layer below can be cached.
    let layer = LayerId::new(Order::Middle, Id::unique("meter bars"));
    let painter = ui.painter_at(rect).with_layer_id(layer);
    let width = bars.width() / 3.0;
    for (index, name) in ["In", "Wet", "Out"].into_iter().enumerate() {
        let left = bars.left() + width * index as f32;
        let column = Rect::from_min_max(pos2(left, bars.top()), pos2(left + width, bars.bottom()));
        for (place, channel) in meters.meters[index].iter().enumerate() {
            let x = column.center().x - 7.0 + 8.0 * place as f32;
            let bar = Rect::from_min_max(pos2(x, bars.top()), pos2(x + 6.0, bars.bottom()));
            paint(&painter, bar, channel);
        }
        ui.painter().text(
            pos2(column.center().x, inner.bottom()),
            Align2::CENTER_BOTTOM,
            name,
            theme::small(),
            theme::SOFT,
        );
        let number = Rect::from_min_size(pos2(left, inner.top() - 2.0), vec2(width, 18.0));
        highest_peak(ui, number, name, &mut meters.highest[index]);
    }
}

fn scale(ui: &Ui, bars: Rect, left: f32) {
    for (level, name) in [(0.0, "0"), (-12.0, "12"), (-24.0, "24"), (-48.0, "48")] {
        let y = level_y(bars, level);
        let painter = ui.painter();
        painter.text(
            pos2(left + 16.0, y),
            Align2::RIGHT_CENTER,
            name,
            theme::small(),
            theme::FAINT,
        );
        painter.hline(bars.x_range(), y, Stroke::new(1.0, theme::LINE));
    }
}

fn paint(painter: &Painter, bar: Rect, channel: &ChannelBallistics) {
    painter.rect_filled(bar, 1.0, theme::GROUND);
    let zero = level_y(bar, 0.0);
    let top = level_y(bar, channel.rms);
    if channel.rms > FLOOR {
        let fill = Rect::from_min_max(pos2(bar.left(), top.max(zero)), bar.max);
        painter.rect_filled(fill, 1.0, theme::ACCENT);
        if top < zero {
            let over = Rect::from_min_max(pos2(bar.left(), top), pos2(bar.right(), zero));
            painter.rect_filled(over, 0.0, theme::ALERT);
        }
    }
    if channel.peak > FLOOR {
        let y = level_y(bar, channel.peak);
        let color = if channel.peak > 0.0 {
            theme::ALERT
        } else {
            theme::TEXT
        };
        painter.hline(bar.x_range(), y, Stroke::new(2.0, color));
    }
}

fn highest_peak(ui: &mut Ui, rect: Rect, name: &str, highest: &mut f32) {
    let response = ui.interact(rect, ui.scope_id().with(("peak", name)), Sense::CLICK);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{name} peak")));
    let (text, color) = if *highest <= -99.0 {
        ("-inf".to_owned(), theme::FAINT)
    } else if *highest > 0.0 {
        (format!("+{highest:.1}"), theme::ALERT)
    } else {
        (format!("{highest:.1}"), theme::SOFT)
    };
    ui.painter().text(
        rect.center(),
        Align2::CENTER_CENTER,
        text,
        theme::small(),
        color,
    );
    if response.clicked() {
        *highest = f32::NEG_INFINITY;
    }
    response.on_hover_text("The highest peak so far, dBFS. Click to forget it.");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_tone_moves_no_meter_and_keeps_them_active() {
        let mut meters = MeterBallistics::default();
        let level = [Level {
            peak: 0.5,
            rms: 0.35,
        }; 2];
        let snapshot = Snapshot {
            input: level,
            ..Snapshot::default()
        };
        meters.advance(&snapshot, 0.05);
        assert!(meters.is_moving() && meters.is_active());
        for _ in 0..60 {
            meters.advance(&snapshot, 0.05);
        }
        assert!(!meters.is_moving() && meters.is_active());
        for _ in 0..200 {
            meters.advance(&Snapshot::default(), 0.05);
        }
        assert!(!meters.is_moving() && !meters.is_active());
    }
}

//! Meters with ballistics and hold: peak as a line, mean as a bar, the highest peak in figures.
//! Editor thread.

use egui::accesskit::Role;
use egui::{Align2, Id, LayerId, Order, Painter, Rect, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

use super::model::{Level, Meters};
use super::theme;

/// The bottom of the scale, dBFS.
const FLOOR: f32 = -60.0;
/// The top of the scale, dBFS.
const CEILING: f32 = 6.0;
/// How fast a peak falls after its hold, dB per second.
const FALL: f32 = 24.0;
/// How long a peak is held, seconds.
const HOLD: f32 = 1.5;

/// One channel's needle.
#[derive(Clone, Copy, Debug)]
struct Needle {
    peak: f32,
    held: f32,
    rms: f32,
}

/// The needles of all three meters, which move in time.
#[derive(Clone, Debug)]
pub struct Needles {
    needles: [[Needle; 2]; 3],
    highest: [f32; 3],
    /// Whether the last step moved any needle by as much as can be seen.
    moved: bool,
}

impl Default for Needles {
    fn default() -> Self {
        let rest = Needle {
            peak: FLOOR,
            held: 0.0,
            rms: FLOOR,
        };
        Self {
            needles: [[rest; 2]; 3],
            highest: [f32::NEG_INFINITY; 3],
            moved: false,
        }
    }
}

fn decibels(linear: f32) -> f32 {
    20.0 * linear.max(1e-6).log10()
}

impl Needles {
    /// Moves the needles on by `seconds` towards new levels.
    pub fn follow(&mut self, meters: &Meters, seconds: f32) {
        let before = self.seen();
        let levels = [&meters.input, &meters.wet, &meters.output];
        for ((needles, levels), highest) in
            self.needles.iter_mut().zip(levels).zip(&mut self.highest)
        {
            for (needle, level) in needles.iter_mut().zip(levels) {
                needle.follow(*level, seconds);
                let peak = decibels(level.peak);
                if level.peak > 0.0 && peak > *highest {
                    *highest = peak;
                }
            }
        }
        self.moved = before != self.seen();
    }

    /// Where the needles stand, as far as it can be seen: in steps of a fifth of a decibel, about a
    /// pixel.
    fn seen(&self) -> [[[i32; 2]; 2]; 3] {
        let step = |level: f32| (level * 5.0).round() as i32;
        self.needles
            .map(|pair| pair.map(|needle| [step(needle.peak), step(needle.rms)]))
    }

    /// Whether any needle moved.
    #[must_use]
    pub fn moving(&self) -> bool {
        self.moved
    }

    /// Whether any needle is off its rest, so that it may move soon.
    #[must_use]
    pub fn awake(&self) -> bool {
        self.needles
            .iter()
            .flatten()
            .any(|needle| needle.peak > FLOOR || needle.rms > FLOOR)
    }
}

impl Needle {
    fn follow(&mut self, level: Level, seconds: f32) {
        let peak = decibels(level.peak).clamp(FLOOR, CEILING);
        if peak >= self.peak {
            (self.peak, self.held) = (peak, HOLD);
        } else if self.held > 0.0 {
            self.held -= seconds;
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

fn height(rect: Rect, level: f32) -> f32 {
    let share = (level.clamp(FLOOR, CEILING) - FLOOR) / (CEILING - FLOOR);
    rect.bottom() - rect.height() * share
}

/// Draws the three meters; a click on a figure forgets the highest peak.
pub fn meters(ui: &mut Ui, rect: Rect, needles: &mut Needles) {
    ui.painter().rect_filled(rect, theme::RADIUS, theme::PANEL);
    let inner = rect.shrink2(vec2(6.0, 8.0));
    let bars = Rect::from_min_max(
        pos2(inner.left() + 22.0, inner.top() + 20.0),
        pos2(inner.right(), inner.bottom() - 18.0),
    );
    scale(ui, bars, inner.left());
    // A layer of their own: all that lies below them stands still.
    let layer = LayerId::new(Order::Middle, Id::unique("needles"));
    let painter = ui.painter_at(rect).with_layer_id(layer);
    let width = bars.width() / 3.0;
    for (index, name) in ["In", "Wet", "Out"].into_iter().enumerate() {
        let left = bars.left() + width * index as f32;
        let column = Rect::from_min_max(pos2(left, bars.top()), pos2(left + width, bars.bottom()));
        for (channel, needle) in needles.needles[index].iter().enumerate() {
            let x = column.center().x - 7.0 + 8.0 * channel as f32;
            let bar = Rect::from_min_max(pos2(x, bars.top()), pos2(x + 6.0, bars.bottom()));
            paint(&painter, bar, needle);
        }
        ui.painter().text(
            pos2(column.center().x, inner.bottom()),
            Align2::CENTER_BOTTOM,
            name,
            theme::small(),
            theme::SOFT,
        );
        let place = Rect::from_min_size(pos2(left, inner.top() - 2.0), vec2(width, 18.0));
        figure(ui, place, name, &mut needles.highest[index]);
    }
}

fn scale(ui: &Ui, bars: Rect, left: f32) {
    for (level, name) in [(0.0, "0"), (-12.0, "12"), (-24.0, "24"), (-48.0, "48")] {
        let y = height(bars, level);
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

fn paint(painter: &Painter, bar: Rect, needle: &Needle) {
    painter.rect_filled(bar, 1.0, theme::GROUND);
    let zero = height(bar, 0.0);
    let top = height(bar, needle.rms);
    if needle.rms > FLOOR {
        let fill = Rect::from_min_max(pos2(bar.left(), top.max(zero)), bar.max);
        painter.rect_filled(fill, 1.0, theme::ACCENT);
        if top < zero {
            let over = Rect::from_min_max(pos2(bar.left(), top), pos2(bar.right(), zero));
            painter.rect_filled(over, 0.0, theme::ALERT);
        }
    }
    if needle.peak > FLOOR {
        let y = height(bar, needle.peak);
        let color = if needle.peak > 0.0 {
            theme::ALERT
        } else {
            theme::TEXT
        };
        painter.hline(bar.x_range(), y, Stroke::new(2.0, color));
    }
}

fn figure(ui: &mut Ui, rect: Rect, name: &str, highest: &mut f32) {
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
    fn a_steady_tone_moves_no_needle_and_keeps_them_awake() {
        let mut needles = Needles::default();
        let level = [Level {
            peak: 0.5,
            rms: 0.35,
        }; 2];
        let meters = Meters {
            input: level,
            ..Meters::default()
        };
        needles.follow(&meters, 0.05);
        assert!(needles.moving() && needles.awake());
        for _ in 0..60 {
            needles.follow(&meters, 0.05);
        }
        assert!(!needles.moving() && needles.awake());
        for _ in 0..200 {
            needles.follow(&Meters::default(), 0.05);
        }
        assert!(!needles.moving() && !needles.awake());
    }
}

//! The acoustic figures over the picture: reverberation time, early decay time, clarity and length, before and after
//! shaping. Editor thread.

use egui::{Align2, Rect, Ui, pos2};

use super::node::say;
use crate::editor::view_model::{Acoustics, IrView};
use crate::editor::widgets::theme;

/// The width of one figure, points.
const CELL: f32 = 78.0;
/// The figures that are shown.
const NAMES: [&str; 4] = ["T30", "EDT", "C80", "Length"];
/// What they mean.
const HINT: &str = "After ISO 3382: T30 is the reverberation time, from -5 to -35 dB; EDT that of \
                    the first 10 dB, which is what one hears while music goes on; C80 is how much \
                    arrives within 80 ms, compared with the rest. Below as it is now; where that is \
                    another value, above as the impulse was.";

/// The figures as text, in the order of [`NAMES`]; a dash for what can not be measured.
fn texts(figures: &Acoustics, seconds: f32) -> [String; 4] {
    let time = |value: Option<f32>| value.map(|seconds| format!("{seconds:.2} s"));
    let level = figures.c80.map(|level| format!("{level:+.1} dB"));
    let length = (seconds > 0.0).then(|| format!("{seconds:.2} s"));
    [time(figures.t30), time(figures.edt), level, length]
        .map(|text| text.unwrap_or_else(|| "\u{2013}".into()))
}

/// Draws the figures at the right end of `bar`, as many as there is room for.
pub fn show(ui: &Ui, bar: Rect, ir: &IrView) {
    let count = (bar.width() / CELL) as usize;
    let count = count.min(NAMES.len());
    if count == 0 || ir.shaped.is_empty() {
        return;
    }
    let after = texts(&ir.after, ir.shaped_seconds);
    let before = texts(&ir.before, ir.original_seconds);
    let known = ir.original_seconds > 0.0;
    let left = bar.right() - CELL * count as f32;
    let place = Rect::from_min_max(pos2(left, bar.top()), bar.max);
    let spoken = NAMES.iter().zip(&after).zip(&before);
    let spoken: Vec<String> = spoken
        .map(|((name, now), before)| match known && now != before {
            true => format!("{name} {now} (before {before})"),
            false => format!("{name} {now}"),
        })
        .collect();
    let response = say(ui, place, "figures", &spoken.join(", "));
    let painter = ui.painter();
    for column in 0..count {
        let x = left + CELL * (column as f32 + 1.0) - 4.0;
        let (over, under) = (bar.top() + 6.0, bar.bottom() - 6.0);
        let text = |y: f32, text: &str, color| {
            painter.text(
                pos2(x, y),
                Align2::RIGHT_CENTER,
                text,
                theme::small(),
                color,
            )
        };
        let changed = known && before[column] != after[column];
        let mut name_at = x;
        if changed {
            name_at = text(over, &before[column], theme::SOFT).left() - 5.0;
        }
        let name = NAMES[column];
        painter.text(
            pos2(name_at, over),
            Align2::RIGHT_CENTER,
            name,
            theme::small(),
            theme::FAINT,
        );
        let color = if changed { theme::ACCENT } else { theme::TEXT };
        text(under, &after[column], color);
    }
    response.on_hover_text(HINT);
}

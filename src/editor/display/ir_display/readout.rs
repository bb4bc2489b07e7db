//! The acoustic figures in the corner of the display: reverberation time, early decay time, clarity and length, before
//! and after shaping. Editor thread.

use egui::accesskit::Role;
use egui::{Align2, Rect, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::editor::view_model::{Acoustics, IrView};
use crate::editor::widgets::theme;

/// The width of one figure and the height of one row, points.
const CELL: egui::Vec2 = vec2(62.0, 16.0);
/// The figures that are shown.
const NAMES: [&str; 4] = ["T30", "EDT", "C80", "Length"];
/// What they mean.
const HINT: &str = "After ISO 3382: T30 is the reverberation time, from -5 to -35 dB; EDT that of \
                    the first 10 dB, which is what one hears while music goes on; C80 is how much \
                    arrives within 80 ms, compared with the rest. Above as the impulse was, below \
                    as it is now.";

/// The figures as text, in the order of [`NAMES`]; a dash for what can not be measured.
fn texts(figures: &Acoustics, seconds: f32) -> [String; 4] {
    let time = |value: Option<f32>| value.map(|seconds| format!("{seconds:.2} s"));
    let level = figures.c80.map(|level| format!("{level:+.1} dB"));
    let length = (seconds > 0.0).then(|| format!("{seconds:.2} s"));
    [time(figures.t30), time(figures.edt), level, length]
        .map(|text| text.unwrap_or_else(|| "\u{2013}".into()))
}

/// Draws the figures into the top right corner of `plot`, if there is room.
pub fn show(ui: &Ui, plot: Rect, ir: &IrView) {
    let after = texts(&ir.after, ir.shaped_seconds);
    let before = texts(&ir.before, ir.original_seconds);
    let known = ir.original_seconds > 0.0;
    let changed = known && before != after;
    let rows = if changed { 3.0 } else { 2.0 };
    let margin = if changed { 40.0 } else { 0.0 };
    let size = vec2(
        CELL.x * NAMES.len() as f32 + margin + 12.0,
        CELL.y * rows + 8.0,
    );
    let room = plot.width() > size.x + 60.0 && plot.height() > 2.2 * size.y;
    if !room || ir.shaped.is_empty() {
        return;
    }
    let place = Rect::from_min_size(pos2(plot.right() - size.x, plot.top()), size);
    let response = ui.interact(place, ui.scope_id().with("figures"), Sense::hover());
    let spoken = NAMES.iter().zip(&after);
    let spoken: Vec<String> = spoken
        .map(|(name, text)| format!("{name} {text}"))
        .collect();
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, spoken.join(", ")));
    let painter = ui.painter();
    painter.rect_filled(place, theme::RADIUS, theme::PANEL.gamma_multiply(0.85));
    let inner = place.shrink2(vec2(6.0, 4.0));
    let cell = |column: usize, row: usize| {
        pos2(
            inner.left() + margin + CELL.x * (column as f32 + 1.0),
            inner.top() + CELL.y * (row as f32 + 0.5),
        )
    };
    let put = |at, text: &str, color| {
        painter.text(at, Align2::RIGHT_CENTER, text, theme::small(), color);
    };
    for (column, name) in NAMES.iter().enumerate() {
        put(cell(column, 0), name, theme::FAINT);
        if changed {
            put(cell(column, 1), &before[column], theme::SOFT);
            let color = match before[column] == after[column] {
                true => theme::SOFT,
                false => theme::ACCENT,
            };
            put(cell(column, 2), &after[column], color);
        } else {
            put(cell(column, 1), &after[column], theme::TEXT);
        }
    }
    if changed {
        for (row, name) in [(1, "before"), (2, "now")] {
            let at = pos2(inner.left(), inner.top() + CELL.y * (row as f32 + 0.5));
            painter.text(at, Align2::LEFT_CENTER, name, theme::small(), theme::FAINT);
        }
    }
    response.on_hover_text(HINT);
}

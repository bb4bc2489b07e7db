//! The columns of the browser: length, channels, sample rate and reverberation time. Editor thread.

use egui::{Align2, Color32, Painter, Pos2, Sense, Ui, pos2, vec2};

use crate::editor::widgets::theme;
use crate::instance::FileInfo;

/// The columns from left to right: name, width in points, and the value of a row.
type Column = (&'static str, f32, fn(&FileInfo) -> String);

const COLUMNS: [Column; 4] = [
    ("Length", 54.0, |facts| format!("{:.2} s", facts.seconds)),
    ("Ch", 30.0, |facts| facts.channels.to_string()),
    ("kHz", 46.0, |facts| match facts.rate {
        0 => "any".into(),
        rate => (f64::from(rate) / 1000.0).to_string(),
    }),
    ("RT60", 50.0, reverberation),
];

fn reverberation(facts: &FileInfo) -> String {
    match facts.rt60 {
        Some(seconds) => format!("{seconds:.2} s"),
        None => "\u{2013}".into(),
    }
}

/// The columns that are shown: all, or the reverberation time only.
fn shown(wide: bool) -> &'static [Column] {
    if wide { &COLUMNS } else { &COLUMNS[3..] }
}

/// Draws the names of the columns if all of them are shown. In a narrow browser they would take room from the list.
pub fn names(ui: &mut Ui, wide: bool) {
    if !wide {
        return;
    }
    let size = vec2(ui.available_width(), 18.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let put = |x: f32, align, name: &str| {
        let at = pos2(x, rect.center().y);
        ui.painter()
            .text(at, align, name, theme::small(), theme::FAINT);
    };
    put(rect.left() + 28.0, Align2::LEFT_CENTER, "Name");
    let mut right = rect.right() - 26.0;
    for (name, width, _) in shown(wide).iter().rev() {
        put(right, Align2::RIGHT_CENTER, name);
        right -= width;
    }
    response.on_hover_text(
        "Length; channels: 1 mono, 2 stereo, 4 true stereo; sample rate; the time in which the \
         sound dies away by 60 dB. Empty until it is known.",
    );
}

/// Draws the values of a row, whose right end is `end`. Returns the width of the columns.
pub(super) fn values(
    painter: &Painter,
    end: Pos2,
    (facts, wide): (Option<FileInfo>, bool),
    tone: Color32,
) -> f32 {
    let mut right = end.x;
    for (_, width, value) in shown(wide).iter().rev() {
        if let Some(facts) = &facts {
            let at = pos2(right, end.y);
            let text = value(facts);
            painter.text(at, Align2::RIGHT_CENTER, text, theme::small(), tone);
        }
        right -= width;
    }
    end.x - right
}

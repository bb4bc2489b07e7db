//! What is where, said once: over everything at the first start, until something is pressed. Editor thread.

use egui::text::LayoutJob;
use egui::{Color32, Event, FontId, Id, LayerId, Order, Painter, Pos2, Rect, Ui, pos2, vec2};

use crate::editor::widgets::announce::{self, Said};
use crate::editor::widgets::theme;

/// Where the parts of the screen are.
#[derive(Clone, Copy, Debug)]
pub struct Places {
    /// The bar at the top.
    pub header: Rect,
    /// The lists, where they are open.
    pub browser: Option<Rect>,
    /// The picture.
    pub display: Rect,
    /// The controls.
    pub params: Rect,
    /// The meters.
    pub meters: Rect,
}

/// Draws it; whether it is to go: with the first press of a button or a key, which does what it does anyway.
pub fn show(ui: &Ui, places: &Places, window: Rect) -> bool {
    let layer = LayerId::new(Order::Foreground, Id::unique("welcome"));
    let painter = ui.painter().clone().with_layer_id(layer);
    painter.rect_filled(window, 0.0, theme::GROUND.gamma_multiply(0.9));
    let browser = places.browser.map(|rect| {
        (
            rect,
            "Rooms and files",
            "A click loads one while you play. Search them, star what you like.",
        )
    });
    let notes = [
        (
            places.display,
            "The picture",
            "How the room dies away. Drag what is on it.",
        ),
        (
            places.params,
            "The controls",
            "Double-click for the default, click a value to type it.",
        ),
        (
            places.header,
            "The impulse, presets, undo, A and B, help",
            "",
        ),
    ];
    let mut said = String::new();
    for (rect, title, text) in browser.into_iter().chain(notes) {
        note(&painter, rect, [title, text]);
        said += &format!("{title}. {text} ");
    }
    let keys = "? or F1 explains everything, F6 jumps from part to part. Press anything to begin.";
    let at = places.display.center() + vec2(0.0, 50.0);
    let width = places.display.width() - 32.0;
    centred(&painter, at, keys, (theme::body(), theme::TEXT, width));
    said += keys;
    announce::text(ui, window, "welcome", &said, Said::Politely);
    ui.input(|input| {
        let is_press = |event: &Event| {
            matches!(
                event,
                Event::PointerButton { pressed: true, .. } | Event::Key { pressed: true, .. }
            )
        };
        input.events.iter().any(is_press)
    })
}

/// A frame round a part of the screen, and what it is.
fn note(painter: &Painter, rect: Rect, [title, text]: [&str; 2]) {
    let stroke = egui::Stroke::new(1.0, theme::ACCENT);
    painter.rect_stroke(
        rect.shrink(2.0),
        theme::RADIUS,
        stroke,
        egui::StrokeKind::Inside,
    );
    let width = rect.width() - 16.0;
    let mut at = rect.center();
    if !text.is_empty() {
        centred(
            painter,
            at + vec2(0.0, 14.0),
            text,
            (theme::small(), theme::TEXT, width),
        );
        at.y -= 10.0;
    }
    centred(painter, at, title, (theme::body(), theme::ACCENT, width));
}

fn centred(painter: &Painter, at: Pos2, text: &str, (font, color, width): (FontId, Color32, f32)) {
    let mut job = LayoutJob::simple(text.to_owned(), font, color, width);
    job.halign = egui::Align::Center;
    let galley = painter.layout_job(job);
    let top = pos2(at.x, at.y - galley.size().y / 2.0);
    painter.galley(top, galley, color);
}

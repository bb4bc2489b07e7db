//! Where things are on the screen of a new editor, pixels: found by drawing one without a window.

use std::collections::HashMap;
use std::sync::Mutex;

use anteroom::editor::display::ir_display;
use anteroom::editor::widgets::theme;
use anteroom::editor::{Screen, ViewModel};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

/// What was found before.
static FOUND: Mutex<Option<HashMap<String, egui::Rect>>> = Mutex::new(None);

/// Where the part of the screen is whose label contains this text.
fn part(label: &str) -> egui::Rect {
    let mut found = FOUND.lock().expect("no test panics in here");
    let found = found.get_or_insert_default();
    if let Some(rect) = found.get(label) {
        return *rect;
    }
    let [width, height] = super::first().map(|side| side as f32);
    let harness = Harness::builder()
        .with_size([width, height])
        .with_context_setup(theme::apply)
        .build_ui_state(
            |ui, screen: &mut Screen| drop(screen.show(ui, &ViewModel::default())),
            Screen::default(),
        );
    let node = match harness.query_by_label(label) {
        Some(node) => node,
        None => harness.get_by_label_contains(label),
    };
    let rect = node.rect();
    found.insert(label.to_owned(), rect);
    rect
}

/// The middle of what has this label.
pub fn position_of(label: &str) -> [i32; 2] {
    let at = part(label).center();
    [at.x as i32, at.y as i32]
}

/// The plot of the impulse.
pub fn plot_area() -> egui::Rect {
    ir_display::plot_area(part("Picture of the impulse"))
}

//! The bar at the top: name, the chosen impulse with its neighbours, zoom and report. Editor thread.

use egui::accesskit::Role;
use egui::{Align, Align2, Layout, Rect, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2};

use super::action::Action;
use super::history::Recall;
use super::icons::{self, Icon};
use super::model::Model;
use super::presets;
use super::theme;
use super::view::{Page, View};

/// The height of the bar, points.
pub const HEIGHT: f32 = 44.0;

/// The zooms that are offered, per cent.
pub const ZOOMS: [u32; 9] = [50, 75, 100, 125, 150, 175, 200, 250, 300];

/// Draws the bar; `narrow` if the browser has to be opened by a button.
pub fn header(
    ui: &mut Ui,
    rect: Rect,
    model: &Model,
    view: &mut View,
    narrow: bool,
) -> Vec<Action> {
    let mut actions = Vec::new();
    let inner = rect.shrink2(vec2(12.0, 0.0));
    let title = ui.painter().text(
        inner.left_center(),
        Align2::LEFT_CENTER,
        "Anteroom",
        theme::title(),
        theme::TEXT,
    );

    let right = Rect::from_min_max(pos2(inner.center().x, inner.top()), inner.max);
    let layout = Layout::right_to_left(Align::Center);
    let mut tools = ui.new_child(
        UiBuilder::new()
            .max_rect(right)
            .layout(layout)
            .id_salt("tools"),
    );
    tools.spacing_mut().item_spacing.x = 2.0;
    self::tools(&mut tools, model, view, &mut actions);
    let end = tools.min_rect().left();

    let middle = Rect::from_min_max(
        pos2(title.right() + 20.0, rect.top()),
        pos2(end - theme::GRID, rect.bottom()),
    );
    let layout = Layout::left_to_right(Align::Center);
    let mut chooser = ui.new_child(
        UiBuilder::new()
            .max_rect(middle)
            .layout(layout)
            .id_salt("chooser"),
    );
    chooser.spacing_mut().item_spacing.x = 2.0;
    self::chooser(&mut chooser, model, view, narrow, &mut actions);
    actions
}

fn chooser(ui: &mut Ui, model: &Model, view: &mut View, narrow: bool, actions: &mut Vec<Action>) {
    if narrow && icons::button(ui, Icon::List, "Browser", true).clicked() {
        view.browser.open = !view.browser.open;
    }
    for (icon, name, step) in [
        (Icon::Previous, "Previous impulse", -1),
        (Icon::Next, "Next impulse", 1),
    ] {
        let enabled = view.browser.has_neighbours(model);
        if icons::button(ui, icon, name, enabled).clicked()
            && let Some(source) = view.browser.neighbour(model, step)
        {
            actions.push(Action::Choose(source));
        }
    }
    ui.add_space(6.0);
    let size = vec2(ui.available_width().clamp(40.0, 320.0), 28.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let name = model.source.name();
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Impulse {name}")));
    if response.hovered() {
        ui.painter().rect_filled(rect, theme::RADIUS, theme::RAISED);
    }
    let full = name.clone();
    let mut job = egui::text::LayoutJob::simple_singleline(name, theme::heading(), theme::TEXT);
    job.wrap = egui::text::TextWrapping::truncate_at_width(rect.width() - 16.0);
    let galley = ui.painter().layout_job(job);
    let at = pos2(rect.left() + 8.0, rect.center().y - galley.size().y / 2.0);
    let mut hint = "The impulse that this project uses. Click for the browser.".to_owned();
    if galley.elided {
        // What does not fit is said in full.
        hint = format!("{full}\n{hint}");
    }
    ui.painter().galley(at, galley, theme::TEXT);
    if response.clicked() {
        view.browser.open = !view.browser.open;
    }
    response.on_hover_text(hint);
}

fn tools(ui: &mut Ui, model: &Model, view: &mut View, actions: &mut Vec<Action>) {
    let [chosen, now] = [model.zoom, model.zoom_now].map(|zoom| (zoom * 100.0).round() as u32);
    let mut hint = "Size of this window's contents".to_owned();
    if now != chosen {
        hint += &format!("\n{chosen} % is chosen; this window has room for {now} %.");
    }
    ui.menu_button(format!("{now} %"), |ui| {
        for zoom in ZOOMS {
            if ui
                .selectable_label(zoom == chosen, format!("{zoom} %"))
                .clicked()
            {
                actions.push(Action::Zoom(zoom as f32 / 100.0));
                ui.close();
            }
        }
    })
    .response
    .on_hover_text(hint);
    let name = match view.page {
        Page::Picture => "Show load and real-time report",
        Page::Report => "Back to the picture",
    };
    if icons::button(ui, Icon::Waker, name, true).clicked() {
        view.page = match view.page {
            Page::Picture => Page::Report,
            Page::Report => Page::Picture,
        };
    }
    presets::presets(ui, model, view, actions);
    ui.add_space(theme::GRID);
    compare(ui, view);
    ui.add_space(theme::GRID);
    let (back, forth) = view.history.open();
    // From right to left: undo stands before redo.
    if icons::button(ui, Icon::Redo, "Redo", forth).clicked() {
        view.recall = Some(Recall::Redo);
    }
    if icons::button(ui, Icon::Undo, "Undo", back).clicked() {
        view.recall = Some(Recall::Undo);
    }
}

/// Two sounds side by side: A, B, and making them the same.
fn compare(ui: &mut Ui, view: &mut View) {
    let second = view.history.second;
    let other = if second { "A" } else { "B" };
    let name = format!("Copy this sound to {other}");
    if icons::button(ui, Icon::Copy, &name, true).clicked() {
        view.recall = Some(Recall::Copy);
    }
    for (name, chosen) in [("B", second), ("A", !second)] {
        let hint = "Compare two sounds: every control and the impulse. B is at first what the \
                    project was opened with, or the last preset.";
        let response = ui.selectable_label(chosen, name).on_hover_text(hint);
        if response.clicked() && !chosen {
            view.recall = Some(Recall::Swap);
        }
    }
}

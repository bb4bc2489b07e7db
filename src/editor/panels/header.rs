//! The bar at the top: name, the chosen impulse with its neighbours, undo, A/B, presets, report and zoom. Editor thread.

use egui::accesskit::Role;
use egui::{Align, Align2, Layout, Rect, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2};

use super::presets::PresetMenu;
use crate::editor::action::{Action, BrowserRequest, FrameOutput, HistoryCommand};
use crate::editor::history::History;
use crate::editor::view_model::{Slot, ViewModel};
use crate::editor::widgets::icons::{self, Icon};
use crate::editor::widgets::theme;

/// The height of the bar, points.
pub const HEIGHT: f32 = 44.0;

/// The zooms that are offered, per cent.
pub const ZOOMS: [u32; 9] = [50, 75, 100, 125, 150, 175, 200, 250, 300];

/// Which page fills the middle of the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Page {
    /// The display of the impulse.
    #[default]
    Impulse,
    /// The report on load and real time.
    Report,
    /// The room in use by its numbers.
    Room,
}

/// What the header shows of the browser.
#[derive(Clone, Copy, Debug)]
pub struct BrowserState {
    /// Whether the browser has to be opened by a button.
    pub needs_button: bool,
    /// Whether its list has impulses to step through.
    pub can_step: bool,
}

/// The header's own state.
#[derive(Debug, Default)]
pub struct Header {
    /// Which page is chosen.
    pub page: Page,
    /// The menu of presets.
    pub presets: PresetMenu,
}

impl Header {
    /// Draws the bar.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        rect: Rect,
        model: &ViewModel,
        (browser, history): (BrowserState, &History),
        output: &mut FrameOutput,
    ) {
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
        self.tools(&mut tools, model, history, output);
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
        self::chooser(&mut chooser, model, browser, output);
    }

    fn tools(
        &mut self,
        ui: &mut Ui,
        model: &ViewModel,
        history: &History,
        output: &mut FrameOutput,
    ) {
        zoom(ui, model, &mut output.actions);
        let name = match self.page {
            Page::Impulse | Page::Room => "Show load and real-time report",
            Page::Report => "Back to the picture",
        };
        if icons::button(ui, Icon::Waker, name, true).clicked() {
            self.page = match self.page {
                Page::Impulse | Page::Room => Page::Report,
                Page::Report => Page::Impulse,
            };
        }
        self.presets.show(ui, model, &mut output.actions);
        ui.add_space(theme::GRID);
        compare(ui, history, output);
        ui.add_space(theme::GRID);
        let (undo, redo) = history.available();
        // The layout goes from right to left: undo stands before redo.
        if icons::button(ui, Icon::Redo, "Redo", redo).clicked() {
            output.history = Some(HistoryCommand::Redo);
        }
        if icons::button(ui, Icon::Undo, "Undo", undo).clicked() {
            output.history = Some(HistoryCommand::Undo);
        }
    }
}

/// The impulse's name, the steps to its neighbours, and the browser's button where it is needed.
fn chooser(ui: &mut Ui, model: &ViewModel, browser: BrowserState, output: &mut FrameOutput) {
    if browser.needs_button && icons::button(ui, Icon::List, "Browser", true).clicked() {
        output.browser = Some(BrowserRequest::Toggle);
    }
    for (icon, name, step) in [
        (Icon::Previous, "Previous impulse", -1),
        (Icon::Next, "Next impulse", 1),
    ] {
        if icons::button(ui, icon, name, browser.can_step).clicked() {
            output.browser = Some(BrowserRequest::Step(step));
        }
    }
    ui.add_space(6.0);
    let size = vec2(ui.available_width().clamp(40.0, 320.0), 28.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let name = name(model);
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
        // A name that is cut off is shown in full under the pointer.
        hint = format!("{full}\n{hint}");
    }
    ui.painter().galley(at, galley, theme::TEXT);
    if response.clicked() {
        output.browser = Some(BrowserRequest::Toggle);
    }
    response.on_hover_text(hint);
}

/// The name of the impulse that is shown; with its slot, where there are two impulses.
fn name(model: &ViewModel) -> String {
    let name = model.source.name();
    let [_, second] = model.sources();
    match model.slot {
        Slot::First if second.is_nothing() => name,
        Slot::First => format!("1: {name}"),
        Slot::Second if second.is_nothing() => "No second impulse".into(),
        Slot::Second => format!("2: {name}"),
    }
}

/// The menu of zooms.
fn zoom(ui: &mut Ui, model: &ViewModel, actions: &mut Vec<Action>) {
    let [chosen, effective] =
        [model.zoom, model.effective_zoom].map(|zoom| (zoom * 100.0).round() as u32);
    let mut hint = "Size of this window's contents".to_owned();
    if effective != chosen {
        hint += &format!("\n{chosen} % is chosen; this window has room for {effective} %.");
    }
    ui.menu_button(format!("{effective} %"), |ui| {
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
}

/// The two sounds A and B, and the button that makes them the same.
fn compare(ui: &mut Ui, history: &History, output: &mut FrameOutput) {
    let is_b = history.is_b;
    let other = if is_b { "A" } else { "B" };
    let name = format!("Copy this sound to {other}");
    if icons::button(ui, Icon::Copy, &name, true).clicked() {
        output.history = Some(HistoryCommand::CopyAb);
    }
    for (name, chosen) in [("B", is_b), ("A", !is_b)] {
        let hint = "Compare two sounds: every control and the impulse. B is at first what the \
                    project was opened with, or the last preset.";
        let response = ui.selectable_label(chosen, name).on_hover_text(hint);
        if response.clicked() && !chosen {
            output.history = Some(HistoryCommand::SwapAb);
        }
    }
}

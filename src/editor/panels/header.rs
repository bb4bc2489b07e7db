//! The bar at the top: name, the chosen impulse with its neighbours, presets, undo, A/B, help, report, zoom and colours.
//! Editor thread.

use egui::accesskit::Role;
use egui::{Align, Layout, Rect, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2};

use super::presets::PresetMenu;
use crate::editor::action::{Action, BrowserRequest, FrameOutput, HistoryCommand};
use crate::editor::history::History;
use crate::editor::view_model::{Scheme, Slot, ViewModel};
use crate::editor::widgets::announce::{self, Said};
use crate::editor::widgets::icons::{self, Icon};
use crate::editor::widgets::{bidi, theme};

/// The height of the bar, points.
pub const HEIGHT: f32 = 44.0;

/// From this width on, points, there is room for the product's name and for long names of presets.
const ROOMY: f32 = 760.0;
/// The width of the tools until it is known.
const TOOLS: f32 = 330.0;

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
    /// Recording a room.
    Record,
    /// The manual.
    Help,
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
    /// The width of the tools at the right, as of the last frame.
    tools: Option<f32>,
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
        let is_roomy = rect.width() >= ROOMY;
        let mut left = inner.left();
        if is_roomy {
            let at = inner.left_center();
            let title = ui.painter().text(
                at,
                egui::Align2::LEFT_CENTER,
                "Anteroom",
                theme::title(),
                theme::TEXT,
            );
            announce::text(ui, title, "title", "Anteroom", Said::OnDemand);
            left = title.right() + 20.0;
        }
        // From left to right, as the eye and the tabulator go: how wide the tools are is known from the last frame.
        let width = self.tools.unwrap_or(TOOLS);
        let right = inner.right() - width;
        let left_to_right = |rect: Rect, name: &str| {
            UiBuilder::new()
                .max_rect(rect)
                .layout(Layout::left_to_right(Align::Center))
                .id_salt(name)
        };
        let middle = Rect::from_min_max(
            pos2(left, rect.top()),
            pos2(right - theme::GRID, rect.bottom()),
        );
        let mut ui_left = ui.new_child(left_to_right(middle, "chooser"));
        ui_left.spacing_mut().item_spacing.x = 2.0;
        // The impulse and the preset share what there is.
        let preset = match is_roomy {
            true => (middle.width() * 0.4 - 60.0).clamp(90.0, 240.0),
            false => 74.0,
        };
        let impulse = middle.width() - preset - 72.0;
        chooser(&mut ui_left, model, (browser, impulse), output);
        ui_left.add_space(theme::GRID);
        self.presets
            .show(&mut ui_left, model, preset, &mut output.actions);

        let place = Rect::from_min_max(pos2(right, rect.top()), inner.max);
        let mut ui_right = ui.new_child(left_to_right(place, "tools"));
        ui_right.spacing_mut().item_spacing.x = 2.0;
        self.tools(&mut ui_right, model, history, output);
        let found = ui_right.min_rect().width();
        if (found - width).abs() > 0.5 {
            self.tools = Some(found);
            ui.ctx().request_repaint();
        }
    }

    fn tools(
        &mut self,
        ui: &mut Ui,
        model: &ViewModel,
        history: &History,
        output: &mut FrameOutput,
    ) {
        let (undo, redo) = history.available();
        if icons::button(ui, Icon::Undo, "Undo", undo).clicked() {
            output.history = Some(HistoryCommand::Undo);
        }
        if icons::button(ui, Icon::Redo, "Redo", redo).clicked() {
            output.history = Some(HistoryCommand::Redo);
        }
        ui.add_space(theme::GRID);
        compare(ui, history, output);
        ui.add_space(theme::GRID);
        let pages = [
            (Icon::Help, Page::Help, "Help: what everything is for (F1)"),
            (Icon::Waker, Page::Report, "Show load and real-time report"),
        ];
        for (icon, page, name) in pages {
            let is_open = self.page == page;
            let name = if is_open { "Back to the picture" } else { name };
            if icons::button(ui, icon, name, true).clicked() {
                self.page = if is_open { Page::Impulse } else { page };
            }
        }
        zoom(ui, model, &mut output.actions);
    }
}

/// The impulse's name, the steps to its neighbours, and the browser's button where it is needed.
fn chooser(
    ui: &mut Ui,
    model: &ViewModel,
    (browser, width): (BrowserState, f32),
    output: &mut FrameOutput,
) {
    let begin = ui.cursor().left();
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
    let width = width - (ui.cursor().left() - begin);
    let size = vec2(width.clamp(40.0, 400.0), 28.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let name = name(model);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Impulse {name}")));
    if response.hovered() {
        ui.painter().rect_filled(rect, theme::RADIUS, theme::RAISED);
    }
    if response.has_focus() {
        let stroke = egui::Stroke::new(1.0, theme::ACCENT);
        ui.painter()
            .rect_stroke(rect, theme::RADIUS, stroke, egui::StrokeKind::Inside);
    }
    let full = name.clone();
    let lay_out = |font| {
        let shown = bidi::visual(&name).into_owned();
        let mut job = egui::text::LayoutJob::simple_singleline(shown, font, theme::TEXT);
        job.wrap = egui::text::TextWrapping::truncate_at_width(rect.width() - 16.0);
        ui.painter().layout_job(job)
    };
    let mut galley = lay_out(theme::heading());
    if galley.elided {
        galley = lay_out(theme::small());
    }
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

/// The menu of zooms and colours.
fn zoom(ui: &mut Ui, model: &ViewModel, actions: &mut Vec<Action>) {
    let [chosen, effective] =
        [model.zoom, model.effective_zoom].map(|zoom| (zoom * 100.0).round() as u32);
    let mut hint = "Size of this window's contents".to_owned();
    if effective != chosen {
        hint += &format!("\n{chosen} % is chosen; this window has room for {effective} %.");
    }
    hint += "\nand its colours";
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
        ui.separator();
        for scheme in Scheme::ALL {
            let is_chosen = scheme == model.scheme;
            if ui.selectable_label(is_chosen, scheme.name()).clicked() {
                actions.push(Action::Scheme(scheme));
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
    for (name, chosen) in [("A", !is_b), ("B", is_b)] {
        let hint = "Compare two sounds: every control and the impulse. B is at first what the \
                    project was opened with, or the last preset.";
        let response = ui.selectable_label(chosen, name).on_hover_text(hint);
        if response.clicked() && !chosen {
            output.history = Some(HistoryCommand::SwapAb);
        }
    }
    let other = if is_b { "A" } else { "B" };
    let name = format!("Copy this sound to {other}");
    if icons::button(ui, Icon::Copy, &name, true).clicked() {
        output.history = Some(HistoryCommand::CopyAb);
    }
}

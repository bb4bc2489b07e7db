//! What is drawn over the display: loading, a missing or damaged file, an impulse on trial, a file that is dragged over
//! the window. Never a dialog that has to be answered. Editor thread.

use egui::accesskit::Role;
use egui::{
    Align2, CornerRadius, Frame, Id, LayerId, Margin, Order, Rect, Stroke, Ui, UiBuilder,
    WidgetInfo, pos2, vec2,
};

use super::status_bar::without_impulse;
use crate::editor::action::{Action, BrowserRequest, FrameOutput};
use crate::editor::view_model::{ImpulseSource, LoadState, ViewModel};
use crate::editor::widgets::announce::{self, Said};
use crate::editor::widgets::{bidi, theme};

/// Draws what the load state asks for: a progress bar, or a card with what is wrong and what can be done.
pub fn load_state(ui: &mut Ui, display: Rect, model: &ViewModel, output: &mut FrameOutput) {
    match &model.load_state {
        LoadState::Ready => {}
        LoadState::Loading { done, .. } => progress(ui, display, *done),
        LoadState::Missing { name, place, also } => {
            let mut lines = vec![format!("It was in {place}.")];
            lines.extend(also.iter().map(|also| format!("{also}.")));
            lines.push(format!(
                "The project keeps its settings; until the file is found, {}.",
                without_impulse(model)
            ));
            card(ui, display, &format!("{name} is missing"), &lines, |ui| {
                if ui.button("Locate\u{2026}").clicked() {
                    output.browser = Some(BrowserRequest::LocateFile);
                }
                if ui.button("Look again").clicked() {
                    output.actions.push(Action::Retry);
                }
            });
        }
        LoadState::Failed { reason } => {
            let still = match &model.loaded {
                Some(loaded) => format!("{} goes on sounding.", loaded.name),
                None => format!("Until another is chosen, {}.", without_impulse(model)),
            };
            card(
                ui,
                display,
                "This file can not be used",
                &[reason.clone(), still],
                |ui| {
                    if ui.button("Choose another\u{2026}").clicked() {
                        output.browser = Some(BrowserRequest::ChooseFile);
                    }
                    let verb = match &model.loaded {
                        Some(loaded) => format!("Go on with {}", loaded.name),
                        None => "Try again".into(),
                    };
                    if ui.button(verb).clicked() {
                        output.actions.push(Action::Retry);
                    }
                },
            );
        }
    }
}

fn progress(ui: &Ui, display: Rect, done: Option<f32>) {
    let bar = Rect::from_min_size(display.min, vec2(display.width(), 3.0));
    let painter = ui.painter();
    painter.rect_filled(bar, 1.5, theme::LINE);
    let part = match done {
        Some(done) => Rect::from_min_size(bar.min, vec2(bar.width() * done.clamp(0.0, 1.0), 3.0)),
        None => {
            // The share is not known: a quarter of the bar moves from left to right, once in 1.6 s.
            let phase = (ui.input(|input| input.time) / 1.6).fract() as f32;
            let left = bar.left() + bar.width() * 0.75 * phase;
            Rect::from_min_size(pos2(left, bar.top()), vec2(bar.width() / 4.0, 3.0))
        }
    };
    painter.rect_filled(part, 1.5, theme::ACCENT);
    let response = ui.interact(bar, ui.scope_id().with("progress"), egui::Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::ProgressIndicator, true, "Loading"));
    ui.ctx().accesskit_node_builder(response.id, |node| {
        if let Some(done) = done {
            node.set_min_numeric_value(0.0);
            node.set_max_numeric_value(100.0);
            node.set_numeric_value(f64::from((done * 100.0).round()));
        }
    });
}

fn card(ui: &mut Ui, display: Rect, title: &str, lines: &[String], buttons: impl FnOnce(&mut Ui)) {
    let painter = ui.painter();
    painter.rect_filled(
        display,
        CornerRadius::same(theme::RADIUS as u8),
        theme::GROUND.gamma_multiply(0.7),
    );
    // The height is known after the first layout: the card is centred from the next frame on.
    let id = ui.scope_id().with("card height");
    let height = ui.data(|data| data.get_temp(id)).unwrap_or(150.0);
    let width = (display.width() - 32.0).min(440.0);
    let place = Rect::from_center_size(display.center(), vec2(width, height));
    let mut ui = ui.new_child(UiBuilder::new().max_rect(place).id_salt("card"));
    ui.shrink_clip_rect(display);
    let card = Frame::new()
        .fill(theme::PANEL)
        .stroke(Stroke::new(1.0, theme::ALERT))
        .corner_radius(6.0)
        .inner_margin(Margin::same(14))
        .show(&mut ui, |ui| {
            ui.set_width(width - 30.0);
            let heading = egui::RichText::new(bidi::visual(title))
                .font(theme::heading())
                .color(theme::TEXT);
            let response = ui.label(heading);
            announce::mark(ui, &response, Said::AtOnce);
            for line in lines {
                let line = egui::RichText::new(bidi::visual(line)).color(theme::SOFT);
                ui.label(line);
            }
            ui.add_space(4.0);
            ui.horizontal_wrapped(buttons);
        });
    let found = card.response.rect.height();
    if (found - height).abs() > 0.5 {
        ui.data_mut(|data| data.insert_temp(id, found));
        ui.ctx().request_repaint();
    }
}

/// How long a line offers the way back, seconds. While the pointer or the keyboard is on it, no time goes by.
const OFFER_SECONDS: f32 = 8.0;

/// Trying impulses out: for a while a line offers the way back to the one from before. It goes by itself, and then the new
/// one stays.
#[derive(Debug, Default)]
pub struct Trial {
    /// The impulse from before.
    pub previous: Option<ImpulseSource>,
    /// For how long the line has been shown, seconds.
    shown: f32,
}

impl Trial {
    /// Notes that an impulse is chosen. Choosing the one from before ends the trial.
    pub fn record(&mut self, chosen: &ImpulseSource, model: &ViewModel) {
        self.shown = 0.0;
        if self.previous.as_ref() == Some(chosen) {
            self.previous = None;
        } else if self.previous.is_none() && *chosen != model.source {
            self.previous = Some(model.source.clone());
        }
    }

    /// Draws the line at the left of the status bar, `bar`, while an impulse is on trial; how far it goes. `seconds` have
    /// gone by since the last frame.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        bar: Rect,
        model: &ViewModel,
        seconds: f32,
        actions: &mut Vec<Action>,
    ) -> f32 {
        let previous = self.previous.clone();
        let Some(previous) = previous.filter(|previous| *previous != model.source) else {
            self.shown = 0.0;
            return bar.left();
        };
        if self.shown > OFFER_SECONDS {
            self.previous = None;
            return bar.left();
        }
        let before = match previous.is_nothing() {
            true => "none".to_owned(),
            false => previous.name(),
        };
        let text = format!("Before: {before}");
        let shown = bidi::visual(&text).into_owned();
        let mut job = egui::text::LayoutJob::simple_singleline(shown, theme::body(), theme::TEXT);
        job.wrap = egui::text::TextWrapping::truncate_at_width((bar.width() * 0.4).min(220.0));
        let galley = ui.painter().layout_job(job);
        let at = pos2(bar.left() + 4.0, bar.center().y - galley.size().y / 2.0);
        let end = at.x + galley.size().x + 8.0;
        ui.painter().galley(at, galley, theme::TEXT);
        let place = Rect::from_min_max(bar.min, pos2(end, bar.bottom()));
        announce::text(ui, place, "trial", &text, Said::OnDemand);
        let button = Rect::from_min_size(pos2(end, bar.top() + 1.0), vec2(52.0, 26.0));
        let response = ui.put(button, egui::Button::new("Back"));
        let line = place.union(button);
        if !response.has_focus() && !ui.rect_contains_pointer(line) {
            self.shown += seconds;
            let left = (OFFER_SECONDS - self.shown).max(0.0);
            ui.ctx()
                .request_repaint_after(std::time::Duration::from_secs_f32(left + 0.05));
        }
        let response = response.on_hover_text("Return to the impulse from before (Escape)");
        if response.clicked() {
            actions.push(Action::Choose(previous));
        }
        line.right() + theme::GRID
    }
}

/// Says that a file may be dropped, while one is dragged over the window. `dragged` is what the window knows of it.
pub fn drop_hint(ui: &Ui, window: Rect, dragged: bool) {
    if !dragged && ui.input(|input| input.raw.hovered_files.is_empty()) {
        return;
    }
    // Over everything, also the bars of the meters.
    let layer = LayerId::new(Order::Foreground, Id::unique("hovering"));
    let painter = ui.painter().clone().with_layer_id(layer);
    painter.rect_filled(window, 0.0, theme::GROUND.gamma_multiply(0.8));
    painter.text(
        window.center(),
        Align2::CENTER_CENTER,
        "Drop an impulse, or a folder of them",
        theme::heading(),
        theme::TEXT,
    );
}

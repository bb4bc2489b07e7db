//! What is drawn over the display: loading, a missing or damaged file, an impulse on trial, a file that is dragged over
//! the window. Never a dialog that has to be answered. Editor thread.

use egui::{
    Align2, CornerRadius, Frame, Id, LayerId, Margin, Order, Rect, Stroke, Ui, UiBuilder, pos2,
    vec2,
};

use super::status_bar::without_impulse;
use crate::editor::action::{Action, BrowserRequest, FrameOutput};
use crate::editor::view_model::{ImpulseSource, LoadState, ViewModel};
use crate::editor::widgets::theme;

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
            ui.label(
                egui::RichText::new(title)
                    .font(theme::heading())
                    .color(theme::TEXT),
            );
            for line in lines {
                ui.label(egui::RichText::new(line).color(theme::SOFT));
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

/// Trying impulses out: the one from before stays within reach until the new one is kept.
#[derive(Debug, Default)]
pub struct Trial {
    /// The impulse from before.
    pub previous: Option<ImpulseSource>,
}

impl Trial {
    /// Notes that an impulse is chosen. Choosing the one from before ends the trial.
    pub fn record(&mut self, chosen: &ImpulseSource, model: &ViewModel) {
        if self.previous.as_ref() == Some(chosen) {
            self.previous = None;
        } else if self.previous.is_none() && *chosen != model.source {
            self.previous = Some(model.source.clone());
        }
    }

    /// Draws the bar at the bottom of the display while an impulse is on trial.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        display: Rect,
        model: &ViewModel,
        actions: &mut Vec<Action>,
    ) {
        let previous = self.previous.clone();
        let Some(previous) = previous.filter(|previous| *previous != model.source) else {
            return;
        };
        let height = 32.0;
        let bar = Rect::from_min_max(
            pos2(display.left() + 8.0, display.bottom() - height - 30.0),
            pos2(display.right() - 8.0, display.bottom() - 30.0),
        );
        let width = bar.width().min(430.0);
        let bar = Rect::from_center_size(bar.center(), vec2(width, height));
        ui.painter().rect_filled(bar, 6.0, theme::PANEL);
        ui.painter().rect_stroke(
            bar,
            6.0,
            Stroke::new(1.0, theme::LINE),
            egui::StrokeKind::Inside,
        );
        let layout = egui::Layout::right_to_left(egui::Align::Center);
        let inner = bar.shrink2(vec2(8.0, 0.0));
        let mut ui = ui.new_child(
            UiBuilder::new()
                .max_rect(inner)
                .layout(layout)
                .id_salt("trial"),
        );
        if ui
            .button("Keep")
            .on_hover_text("Stay with this impulse")
            .clicked()
        {
            self.previous = None;
        }
        if ui
            .button("Back")
            .on_hover_text("Return to the impulse from before (Escape)")
            .clicked()
        {
            actions.push(Action::Choose(previous.clone()));
        }
        let before = match previous.is_nothing() {
            true => "none".to_owned(),
            false => previous.name(),
        };
        let text = format!("Trying this one; before it was {before}");
        let mut job = egui::text::LayoutJob::simple_singleline(text, theme::body(), theme::SOFT);
        job.wrap = egui::text::TextWrapping::truncate_at_width(ui.available_width() - 8.0);
        let galley = ui.painter().layout_job(job);
        let at = pos2(inner.left(), inner.center().y - galley.size().y / 2.0);
        ui.painter().galley(at, galley, theme::SOFT);
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

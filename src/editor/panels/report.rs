//! The report: load and counters of the audio thread, on the screen and as text for a bug report. Editor thread.

use egui::{Rect, ScrollArea, Ui, UiBuilder};

use crate::editor::action::Action;
use crate::editor::view_model::ViewModel;
use crate::editor::widgets::theme;

/// Below this width, points, there is no room for a heading, and values stand under their names. That is the width beside
/// the browser in a small window.
const NARROW: f32 = 380.0;

/// The report as text, one figure a line.
#[must_use]
pub fn text(model: &ViewModel) -> String {
    let mut lines = vec![format!("Anteroom {}", env!("CARGO_PKG_VERSION"))];
    lines.extend(figures(model).map(|(name, value)| format!("{name}: {value}")));
    lines.push(format!("impulse: {}", model.source.name()));
    lines.push(format!("state: {:?}", model.load_state));
    lines.join("\n")
}

fn figures(model: &ViewModel) -> impl Iterator<Item = (String, String)> {
    let snapshot = &model.snapshot;
    let share = |part: f32| format!("{:.2} % of the deadline", part * 100.0);
    let fixed = [
        ("Mean load", share(snapshot.load_mean)),
        ("99 of 100 blocks stay under", share(snapshot.load_p99)),
        ("Worst block", share(snapshot.load_worst)),
        ("Sample rate", format!("{:.0} Hz", snapshot.rate)),
    ];
    fixed
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .chain(model.counters.clone())
}

/// In a sentence how the plug-in keeps up.
#[must_use]
pub fn verdict(model: &ViewModel) -> String {
    let snapshot = &model.snapshot;
    let percent = |share: f32| format!("{:.0} %", (share * 100.0).max(1.0));
    let worst = snapshot.load_worst;
    if worst <= 0.0 {
        return "No sound has been processed yet.".into();
    }
    let usual = percent(snapshot.load_p99);
    match worst < 1.0 {
        true => format!(
            "Every block came in time. The slowest took {} of the time there is, 99 of 100 less than {usual}.",
            percent(worst)
        ),
        false => format!(
            "A block came too late: it took {} of the time there is. 99 of 100 take less than {usual}. Larger blocks in \
             the host help.",
            percent(worst)
        ),
    }
}

/// The report's own state.
#[derive(Debug, Default)]
pub struct Report {
    /// Whether all figures are shown.
    pub details: bool,
}

impl Report {
    /// Draws the report into `rect`.
    pub fn show(&mut self, ui: &mut Ui, rect: Rect, model: &ViewModel, actions: &mut Vec<Action>) {
        ui.painter().rect_filled(rect, theme::RADIUS, theme::PANEL);
        let mut ui = ui.new_child(
            UiBuilder::new()
                .max_rect(rect.shrink(16.0))
                .id_salt("report"),
        );
        let narrow = rect.width() < NARROW;
        ui.horizontal(|ui| {
            if !narrow {
                ui.heading("Load and real time");
            }
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                if ui.button("Copy as text").clicked() {
                    ui.copy_text(text(model));
                }
                if ui
                    .button("Start anew")
                    .on_hover_text("Sets the worst block and the counters to nothing")
                    .clicked()
                {
                    actions.push(Action::ResetReport);
                }
            });
        });
        ui.add_space(theme::GRID);
        ScrollArea::vertical()
            .auto_shrink([false, false])
            .show(&mut ui, |ui| self.figures(ui, model, narrow));
    }

    fn figures(&mut self, ui: &mut Ui, model: &ViewModel, narrow: bool) {
        ui.label(egui::RichText::new(verdict(model)).color(theme::TEXT));
        let version = format!("Anteroom {}", env!("CARGO_PKG_VERSION"));
        ui.label(egui::RichText::new(version).color(theme::SOFT));
        let name = match self.details {
            true => "Fewer figures",
            false => "All figures",
        };
        if ui.button(name).clicked() {
            self.details = !self.details;
        }
        if !self.details {
            return;
        }
        egui::Grid::new("figures")
            .num_columns(2)
            .spacing([32.0, 6.0])
            .show(ui, |ui| {
                for (name, value) in figures(model) {
                    ui.label(egui::RichText::new(name).color(theme::SOFT));
                    if narrow {
                        ui.end_row();
                    }
                    ui.label(egui::RichText::new(value).color(theme::TEXT));
                    ui.end_row();
                }
            });
    }
}

//! The report: the real-time contract in figures, and as text for a bug report. Editor thread.

use egui::{Rect, ScrollArea, Ui, UiBuilder};

use super::action::Action;
use super::model::Model;
use super::theme;

/// Below this width in points, which is that beside the browser in a small window, there is no room
/// for a heading, and values stand under their names.
const NARROW: f32 = 380.0;

/// The report as text, one figure a line.
#[must_use]
pub fn text(model: &Model) -> String {
    let mut lines = vec![format!("Anteroom {}", env!("CARGO_PKG_VERSION"))];
    lines.extend(figures(model).map(|(name, value)| format!("{name}: {value}")));
    lines.push(format!("impulse: {}", model.source.name()));
    lines.push(format!("state: {:?}", model.phase));
    lines.join("\n")
}

fn figures(model: &Model) -> impl Iterator<Item = (String, String)> {
    let report = &model.report;
    let share = |part: f32| format!("{:.2} % of the deadline", part * 100.0);
    let fixed = [
        ("Mean load", Some(share(report.mean))),
        ("99 of 100 blocks stay under", report.p99.map(share)),
        ("Worst block", Some(share(report.worst))),
        ("Sample rate", Some(format!("{:.0} Hz", model.rate))),
    ];
    fixed
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .chain(report.lines.clone())
}

/// Draws the report into `rect`.
pub fn report(ui: &mut Ui, rect: Rect, model: &Model, actions: &mut Vec<Action>) {
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
        .show(&mut ui, |ui| {
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
        });
}

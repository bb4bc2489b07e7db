//! How good a recording is, in words and figures. Editor thread.

use egui::{Grid, RichText, Ui};

use crate::editor::view_model::{Quality, Taken};
use crate::editor::widgets::theme;

/// A figure that is not known.
const UNKNOWN: &str = "not known";

fn known(value: Option<f64>, digits: usize, unit: &str) -> String {
    value.map_or(UNKNOWN.into(), |value| format!("{value:.digits$} {unit}"))
}

/// Names and values of the figures.
fn figures(taken: &Taken) -> Vec<(&'static str, String)> {
    let Quality {
        recorded_peak_db,
        clipped_samples,
        latency_samples,
        latency_ms,
        drift_ppm,
        harmonics,
        ..
    } = &taken.quality;
    let level = match clipped_samples {
        0 => format!("{recorded_peak_db:.1} dB, not clipped"),
        count => format!("{recorded_peak_db:.1} dB, {count} samples clipped"),
    };
    let latency = match latency_samples {
        Some(samples) => format!("{samples} samples, {}", known(*latency_ms, 1, "ms")),
        None => UNKNOWN.into(),
    };
    let mut lines = vec![
        (
            "Impulse",
            format!("{:.2} s, {} channels", taken.seconds, taken.channels),
        ),
        ("Level of the recording", level),
        ("Latency", latency),
        ("Drift of the clocks", known(*drift_ppm, 2, "ppm")),
    ];
    if let Some(harmonics) = harmonics {
        lines.push(("Second harmonic", known(harmonics.second_db, 0, "dB")));
        lines.push(("Third harmonic", known(harmonics.third_db, 0, "dB")));
    }
    lines
}

/// Draws the figures, the signal to noise by octaves, and what else should be known.
pub(super) fn show(ui: &mut Ui, taken: &Taken) {
    for note in &taken.notes {
        ui.label(RichText::new(format!("Note: {note}.")).color(theme::ALERT));
    }
    Grid::new("quality").spacing([24.0, 4.0]).show(ui, |ui| {
        for (name, value) in figures(taken) {
            ui.label(RichText::new(name).color(theme::SOFT));
            ui.label(RichText::new(value).color(theme::TEXT));
            ui.end_row();
        }
    });
    ui.add_space(theme::GRID);
    ui.label(RichText::new("Signal to noise, dB").color(theme::SOFT));
    let channels = &taken.quality.channels;
    let octaves = channels.first().map_or(&[][..], |channel| &channel.octaves);
    Grid::new("octaves").spacing([14.0, 4.0]).show(ui, |ui| {
        ui.label("");
        for octave in octaves {
            let hertz = match octave.centre_hz {
                hertz if hertz >= 1000.0 => format!("{:.0} k", hertz / 1000.0),
                hertz => format!("{hertz:.0}"),
            };
            ui.label(RichText::new(hertz).color(theme::FAINT));
        }
        ui.end_row();
        for (number, channel) in channels.iter().enumerate() {
            ui.label(RichText::new(format!("{}", number + 1)).color(theme::SOFT));
            for octave in &channel.octaves {
                let text = octave.snr_db.map_or("-".into(), |db| format!("{db:.0}"));
                ui.label(RichText::new(text).color(theme::TEXT));
            }
            ui.end_row();
        }
    });
}

//! Recording a room: what is to be played, how far it has come, how good it became, and whether it is kept. Editor thread.
//!
//! Nothing sounds without a press of Record. Escape, Stop and closing the window end it at any moment.
//!
//! `quality` says how good a recording is.

mod quality;

use egui::{
    Button, DragValue, Grid, ProgressBar, Rect, RichText, ScrollArea, Slider, Ui, UiBuilder,
};
use egui::{Key, Modifiers, vec2};

use crate::editor::action::Action;
use crate::editor::view_model::{
    CapturePhase, CaptureSettings, CaptureState, CaptureWays, ImpulseSource, Sweep, SweepPart,
    Taken, ViewModel,
};
use crate::editor::widgets::theme;

/// The softest level of the input that is drawn, dBFS.
const FLOOR_DB: f32 = -60.0;
/// A peak from which on the input is too loud, dBFS.
const TOO_LOUD_DB: f32 = -1.0;

/// The panel's own state.
#[derive(Debug, Default)]
pub struct RecordPanel {
    /// What is to be recorded next.
    pub settings: CaptureSettings,
    /// What has been loaded of it, and the impulse from before.
    loaded: Option<(ImpulseSource, ImpulseSource)>,
}

impl RecordPanel {
    /// Whether a room is being recorded.
    #[must_use]
    pub fn is_busy(model: &ViewModel) -> bool {
        model.capture.phase.is_busy()
    }

    /// Whether this is the impulse that has been recorded, and is neither kept nor discarded yet.
    #[must_use]
    pub fn has_loaded(&self, source: &ImpulseSource) -> bool {
        self.loaded
            .as_ref()
            .is_some_and(|(known, _)| known == source)
    }

    /// To be called in each frame, whichever page is shown: Escape ends a recording, and what has been recorded is loaded.
    pub fn advance(&mut self, ui: &Ui, model: &ViewModel, actions: &mut Vec<Action>) {
        if Self::is_busy(model)
            && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape))
        {
            actions.push(Action::StopCapture);
        }
        let CapturePhase::Done(taken) = &model.capture.phase else {
            return;
        };
        let source = ImpulseSource::File(taken.path.clone());
        if self
            .loaded
            .as_ref()
            .is_none_or(|(known, _)| *known != source)
        {
            self.loaded = Some((source.clone(), model.source.clone()));
            actions.push(Action::Choose(source));
        }
    }

    /// Draws the page into `rect`; whether it is to be closed.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        rect: Rect,
        model: &ViewModel,
        actions: &mut Vec<Action>,
    ) -> bool {
        ui.painter().rect_filled(rect, theme::RADIUS, theme::PANEL);
        let place = UiBuilder::new()
            .max_rect(rect.shrink(12.0))
            .id_salt("record");
        let mut ui = ui.new_child(place);
        ui.shrink_clip_rect(rect);
        let mut closes = false;
        ui.horizontal(|ui| {
            ui.heading("Record a room");
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                // While it sounds, what ends it is the largest thing on the page.
                closes = !Self::is_busy(model) && ui.button("Close").clicked();
            });
        });
        ui.separator();
        ScrollArea::vertical()
            .auto_shrink([false, false])
            .show(&mut ui, |ui| match &model.capture.phase {
                CapturePhase::Idle => self.settings(ui, model, actions),
                CapturePhase::Failed(reason) => {
                    ui.label(RichText::new(reason).color(theme::ALERT));
                    ui.add_space(theme::GRID);
                    self.settings(ui, model, actions);
                }
                CapturePhase::Done(taken) => closes |= self.done(ui, taken, actions),
                phase => progress(ui, model, phase, actions),
            });
        closes
    }

    /// What is to be played, and the button that plays it.
    fn settings(&mut self, ui: &mut Ui, model: &ViewModel, actions: &mut Vec<Action>) {
        ui.label(
            "Connect this track's output to a loudspeaker and its input to microphones, and mute every other way \
             from the input to the output. The sweep plays in place of this plug-in's sound.",
        );
        ui.add_space(theme::GRID);
        let settings = &mut self.settings;
        ui.spacing_mut().slider_width = (ui.available_width() - 250.0).clamp(60.0, 260.0);
        ui.horizontal_wrapped(|ui| ways(ui, settings));
        Grid::new("sweep").spacing(vec2(12.0, 6.0)).show(ui, |ui| {
            slider(
                ui,
                "Length",
                "How long the sweep lasts. Twice as long is 3 dB less noise.",
                Slider::new(&mut settings.seconds, 1.0..=100.0)
                    .logarithmic(true)
                    .max_decimals(1)
                    .suffix(" s"),
            );
            let label = ui.label("Range").on_hover_text(
                "From the lowest frequency that the loudspeaker plays to the highest. What is not in the sweep is not in the impulse.",
            );
            ui.horizontal(|ui| range(ui, settings, model, label.id));
            ui.end_row();
            slider(
                ui,
                "Level",
                "The level of the sweep's peaks. Begin softly: a sweep is loud.",
                Slider::new(&mut settings.level_db, -60.0..=0.0)
                    .max_decimals(1)
                    .suffix(" dB"),
            );
            slider(
                ui,
                "Takes",
                "How often all of it is played, and averaged. Twice as often is 3 dB less noise.",
                Slider::new(&mut settings.takes, 1..=8),
            );
            slider(
                ui,
                "Begins after",
                "Time to leave the room",
                Slider::new(&mut settings.delay_s, 0.0..=60.0)
                    .max_decimals(0)
                    .suffix(" s"),
            );
        });
        ui.add_space(theme::GRID);
        let rate = match model.snapshot.rate {
            rate if rate > 0.0 => rate.round() as u32,
            _ => 48_000,
        };
        let total = settings.total_seconds(rate);
        ui.horizontal_wrapped(|ui| {
            let record = Button::new(RichText::new("Record").color(theme::TEXT).strong())
                .fill(theme::ACCENT_DEEP)
                .min_size(vec2(110.0, 32.0));
            let response = ui
                .add_enabled(total.is_some(), record)
                .on_hover_text("Plays the sweep. Escape stops it.");
            if response.clicked() {
                self.loaded = None;
                actions.push(Action::StartCapture(Box::new(*settings)));
            }
            let text = match (total, settings.sweep(rate)) {
                (Some(total), _) => {
                    format!(
                        "It takes {:.0} s and some to work it out.",
                        total + settings.delay_s
                    )
                }
                (None, Err(error)) => error.to_string(),
                (None, Ok(_)) => String::new(),
            };
            ui.label(RichText::new(text).color(theme::SOFT));
        });
        ui.add_space(theme::GRID);
        input(ui, model);
    }

    /// How good it became; whether the page is to be closed.
    fn done(&mut self, ui: &mut Ui, taken: &Taken, actions: &mut Vec<Action>) -> bool {
        let mut closes = false;
        let name = taken.path.file_name().unwrap_or_default();
        ui.label(RichText::new(name.to_string_lossy()).font(theme::heading()));
        if let Some(folder) = taken.path.parent() {
            let text = format!("In {}, with a note of how it was taken.", folder.display());
            ui.label(RichText::new(text).color(theme::SOFT));
        }
        ui.add_space(theme::GRID);
        ui.horizontal_wrapped(|ui| {
            let keep = Button::new("Keep").fill(theme::ACCENT_DEEP);
            if ui
                .add(keep)
                .on_hover_text("The file stays, and is this project's impulse.")
                .clicked()
            {
                actions.push(Action::KeepCapture);
                closes = true;
            }
            let discard = ui.button("Discard");
            if discard
                .on_hover_text("Deletes the file, and goes back to the impulse from before.")
                .clicked()
            {
                self.go_back(actions);
            }
            let again = ui.button("Again");
            if again
                .on_hover_text("Deletes the file, and records anew as before.")
                .clicked()
            {
                self.go_back(actions);
                actions.push(Action::StartCapture(Box::new(self.settings)));
            }
        });
        ui.add_space(theme::GRID);
        quality::show(ui, taken);
        closes
    }

    fn go_back(&mut self, actions: &mut Vec<Action>) {
        if let Some((_, previous)) = self.loaded.take() {
            actions.push(Action::Choose(previous));
        }
        actions.push(Action::DiscardCapture);
    }
}

/// The choice of loudspeakers and microphones.
fn ways(ui: &mut Ui, settings: &mut CaptureSettings) {
    ui.label("Channels");
    for (ways, name, help) in [
        (
            CaptureWays::Mono,
            "Mono",
            "Left loudspeaker, left microphone",
        ),
        (
            CaptureWays::Stereo,
            "Stereo",
            "Left loudspeaker, two microphones",
        ),
        (
            CaptureWays::TrueStereo,
            "True stereo",
            "Left and then right loudspeaker, two microphones",
        ),
    ] {
        let chosen = settings.ways == ways;
        let response = ui.selectable_label(chosen, name).on_hover_text(help);
        if response.clicked() {
            settings.ways = ways;
        }
    }
}

/// A row of the settings.
fn slider(ui: &mut Ui, name: &str, help: &str, slider: Slider<'_>) {
    let label = ui.label(name).on_hover_text(help);
    ui.add(slider).labelled_by(label.id).on_hover_text(help);
    ui.end_row();
}

/// The lowest and the highest frequency.
fn range(ui: &mut Ui, settings: &mut CaptureSettings, model: &ViewModel, label: egui::Id) {
    let rate = f64::from(model.snapshot.rate).max(8_000.0);
    let highest = 0.47 * rate;
    let mut high = settings.high_hz.unwrap_or(highest).min(highest);
    let low = DragValue::new(&mut settings.low_hz)
        .range(1.0..=1_000.0)
        .max_decimals(0)
        .suffix(" Hz");
    ui.add(low).labelled_by(label);
    ui.label("to");
    let top = DragValue::new(&mut high)
        .range(2_000.0..=highest)
        .max_decimals(0)
        .speed(50.0)
        .suffix(" Hz");
    if ui.add(top).labelled_by(label).changed() {
        settings.high_hz = Some(high).filter(|high| *high < highest);
    }
}

/// What is happening now, and the button that ends it.
fn progress(ui: &mut Ui, model: &ViewModel, phase: &CapturePhase, actions: &mut Vec<Action>) {
    let (text, share) = happening(model, phase);
    ui.label(
        RichText::new(text)
            .font(theme::heading())
            .color(theme::TEXT),
    );
    ui.add(
        ProgressBar::new(share)
            .desired_height(10.0)
            .fill(theme::ACCENT),
    );
    if model.capture.without_host {
        ui.label(
            RichText::new(
                "No audio is being processed. Start playback in the host: some hosts run a plug-in only then.",
            )
            .color(theme::ALERT),
        );
    }
    ui.add_space(theme::GRID);
    let stop = Button::new(RichText::new("Stop (Escape)").color(theme::TEXT))
        .fill(theme::RAISED)
        .min_size(vec2(150.0, 36.0));
    if ui.add(stop).clicked() {
        actions.push(Action::StopCapture);
    }
    ui.add_space(theme::GRID);
    input(ui, model);
}

/// What is happening in words, and how much of it is over, 0..=1.
fn happening(model: &ViewModel, phase: &CapturePhase) -> (String, f32) {
    let report = &model.snapshot.capture;
    let rate = f64::from(model.snapshot.rate).max(1.0);
    match phase {
        CapturePhase::Playing { at, frames, sweep } => match report.state {
            CaptureState::Waiting => {
                let left = at.saturating_sub(report.clock) as f64 / rate;
                (format!("Begins in {left:.0} s"), 0.0)
            }
            _ => {
                let share = report.position as f32 / (*frames).max(1) as f32;
                (part(report.position, *frames, sweep), share)
            }
        },
        CapturePhase::Working(done) => ("Working out the impulse".into(), *done),
        CapturePhase::Asked => ("Waiting for the host".into(), 0.0),
        _ => ("Preparing the sweep".into(), 0.0),
    }
}

/// What is being played, with its take if there are several.
fn part(position: u64, frames: u64, sweep: &Sweep) -> String {
    let one = sweep.frames().max(1) as u64;
    let within = usize::try_from(position % one).unwrap_or(0);
    let both = sweep.channels() > 1;
    let speaker = |pass: usize| match (both, pass) {
        (false, _) => "",
        (true, 0) => ", left loudspeaker",
        (true, _) => ", right loudspeaker",
    };
    let now = match sweep.part_at(within) {
        SweepPart::Before => "Timing mark".to_owned(),
        SweepPart::Sweep(pass) => format!("Sweep{}", speaker(pass)),
        SweepPart::Silence(pass) => format!("The room rings out{}", speaker(pass)),
        SweepPart::After => "Last timing mark".to_owned(),
    };
    match frames.div_ceil(one) {
        0 | 1 => now,
        takes => format!(
            "{now} (take {} of {takes})",
            (position / one + 1).min(takes)
        ),
    }
}

/// The level of each input.
fn input(ui: &mut Ui, model: &ViewModel) {
    ui.label(RichText::new("Input").color(theme::SOFT));
    for (level, name) in model.snapshot.input.iter().zip(["Left", "Right"]) {
        let db = 20.0 * level.peak.max(1e-6).log10();
        let share = ((db - FLOOR_DB) / -FLOOR_DB).clamp(0.0, 1.0);
        let (color, word) = match db {
            db if db > TOO_LOUD_DB => (theme::ALERT, ": too loud"),
            _ => (theme::ACCENT, ""),
        };
        let text = match db <= FLOOR_DB {
            true => format!("{name}: below {FLOOR_DB:.0} dB"),
            false => format!("{name}: {db:.0} dB{word}"),
        };
        ui.horizontal(|ui| {
            let bar = ProgressBar::new(share)
                .desired_width((ui.available_width() - 170.0).clamp(60.0, 320.0))
                .desired_height(8.0)
                .fill(color);
            ui.add(bar);
            ui.label(RichText::new(text).color(theme::SOFT));
        });
    }
}

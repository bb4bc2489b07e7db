//! The line under the display: which impulse is in use, what is loading, or a message. Editor thread.

use egui::accesskit::Role;
use egui::{Rect, Sense, Ui, UiBuilder, WidgetInfo, pos2};

use super::channels;
use crate::editor::action::Action;
use crate::editor::history::History;
use crate::editor::view_model::{EmbedSize, ImpulseSource, LoadState, Loaded, Slot, ViewModel};
use crate::editor::widgets::announce::{self, Said};
use crate::editor::widgets::{bidi, theme};
use crate::params::{PARAMS, index_of};

/// The height of the line, points.
pub const HEIGHT: f32 = 28.0;

/// How long a message is shown, seconds.
const MESSAGE_SECONDS: f32 = 8.0;

/// The line's own state.
#[derive(Debug, Default)]
pub struct StatusBar {
    /// A message, and for how many seconds more it is shown.
    message: Option<(String, f32)>,
}

impl StatusBar {
    /// Shows a message for a while.
    pub fn show_message(&mut self, text: &str) {
        self.message = Some((text.to_owned(), MESSAGE_SECONDS));
    }

    /// Lets time go by: a message that has been shown long enough goes away.
    pub fn advance(&mut self, seconds: f32) {
        if let Some((_, left)) = &mut self.message {
            *left -= seconds;
        }
        self.message.take_if(|(_, left)| *left <= 0.0);
    }

    /// Draws the line.
    pub fn show(
        &self,
        ui: &mut Ui,
        rect: Rect,
        model: &ViewModel,
        history: &History,
        actions: &mut Vec<Action>,
    ) {
        let mut end = rect.right();
        let is_file = matches!(model.source, ImpulseSource::File(_));
        if is_file && matches!(model.load_state, LoadState::Ready) {
            let place = Rect::from_min_max(pos2(rect.right() - 340.0, rect.top()), rect.max);
            let layout = egui::Layout::right_to_left(egui::Align::Center);
            let mut ui = ui.new_child(
                UiBuilder::new()
                    .max_rect(place)
                    .layout(layout)
                    .id_salt("embed"),
            );
            embed(&mut ui, model, actions);
            channels::show(&mut ui, model, actions);
            end = ui.min_rect().left() - theme::GRID;
        }
        let (text, color) = self.text(model, history);
        let shown = bidi::visual(&text).into_owned();
        let mut job = egui::text::LayoutJob::simple_singleline(shown, theme::body(), color);
        job.wrap = egui::text::TextWrapping::truncate_at_width(end - rect.left() - 8.0);
        let galley = ui.painter().layout_job(job);
        let at = pos2(rect.left() + 4.0, rect.center().y - galley.size().y / 2.0);
        let place = Rect::from_min_max(rect.min, pos2(end, rect.bottom()));
        let response = ui.interact(place, ui.scope_id().with("status"), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &text));
        announce::mark(ui, &response, Said::Politely);
        if galley.elided {
            // A text that is cut off is shown in full under the pointer.
            response.on_hover_text(&text);
        }
        ui.painter().galley(at, galley, color);
    }

    /// What the line says, and in which colour.
    fn text(&self, model: &ViewModel, history: &History) -> (String, egui::Color32) {
        if let Some((message, _)) = &self.message {
            return (message.clone(), theme::ACCENT);
        }
        if history.is_comparing() {
            let text = "Heard without your shape. Press Before again for yours.";
            return (text.into(), theme::ACCENT);
        }
        match (&model.load_state, &model.loaded) {
            (LoadState::Loading { what, .. }, _) => (format!("{what}\u{2026}"), theme::ACCENT),
            (_, Some(loaded)) => (summary(loaded, model), theme::SOFT),
            (LoadState::Ready, None) if model.slot == Slot::Second => {
                let text = "Choose the impulse to which Blend leads. The knobs shape both.";
                (text.into(), theme::SOFT)
            }
            (_, None) => {
                let text = format!("No impulse sounds: {}.", without_impulse(model));
                (text, theme::SOFT)
            }
        }
    }
}

/// What is heard while there is no impulse in the slot that is shown: no reverb, and as much of the dry signal as the mix lets through.
pub(super) fn without_impulse(model: &ViewModel) -> &'static str {
    if model.slot == Slot::Second {
        return "the first impulse sounds alone";
    }
    let value = |id| index_of(id).map(|place| PARAMS[place].plain(model.values[place]));
    let on = |id, least: f32| value(id).is_some_and(|value| value >= least);
    // At 100 % the mix lets nothing of the dry signal through, unless bypass does.
    match on("mix", 100.0) && !on("bypass", 0.5) {
        true => "the reverb is silent, and at a mix of 100 % nothing is heard",
        false => "the dry signal passes and the reverb is silent",
    }
}

/// The impulse in use, in one line.
#[must_use]
pub fn summary(loaded: &Loaded, model: &ViewModel) -> String {
    let mut parts = Vec::new();
    if loaded.name != model.source.name() {
        parts.push(format!("Still playing {}", loaded.name));
    }
    parts.push(match loaded.channels {
        1 => "mono".into(),
        2 => "stereo".into(),
        4 => "true stereo".into(),
        more => format!("{more} channels"),
    });
    parts.push(format!(
        "{:.2} s",
        loaded.frames as f32 / loaded.rate.max(1) as f32
    ));
    parts.extend(format_and_bits(loaded));
    let rate = model.snapshot.rate;
    let kilo = |hertz: f32| format!("{} kHz", (hertz / 100.0).round() / 10.0);
    if rate > 0.0 && (loaded.rate as f32 - rate).abs() > 0.5 {
        parts.push(format!(
            "{} resampled to {}",
            kilo(loaded.rate as f32),
            kilo(rate)
        ));
    } else {
        parts.push(kilo(loaded.rate as f32));
    }
    parts.extend(loaded.notes.iter().cloned());
    parts.join("  \u{b7}  ")
}

/// The kind of file and its bits, such as `WAV, 24 bit`; none for rooms.
fn format_and_bits(loaded: &Loaded) -> Option<String> {
    match loaded.bits {
        _ if loaded.format == "room" => None,
        Some(bits) => Some(format!("{}, {bits} bit", loaded.format)),
        None => Some(loaded.format.clone()),
    }
}

/// The switch for storing the impulse in the project, with what that costs.
fn embed(ui: &mut Ui, model: &ViewModel, actions: &mut Vec<Action>) {
    let label = match model.embed {
        true => "In the project",
        false => "Store in project",
    };
    let text = match (model.embed, model.embed_size) {
        (true, Some(EmbedSize::Known(bytes))) => format!("{label} ({})", size(bytes)),
        (false, Some(EmbedSize::Known(bytes))) => format!("{label} (+{})", size(bytes)),
        (false, Some(EmbedSize::AtMost(bytes))) => format!("{label} (up to {})", size(bytes)),
        (true, Some(EmbedSize::AtMost(_))) | (_, None) => label.into(),
    };
    let mut embed = model.embed;
    let hint = "Stores the impulse itself, losslessly packed, inside the project: it opens on any \
                machine, but every save is that much larger.";
    theme::outline_boxes(ui);
    if ui.checkbox(&mut embed, text).on_hover_text(hint).changed() {
        actions.push(Action::Embed(embed));
    }
}

/// A number of bytes, in kB or MB.
fn size(bytes: u64) -> String {
    let kilobytes = bytes as f32 / 1000.0;
    if kilobytes < 1000.0 {
        format!("{:.0} kB", kilobytes.ceil())
    } else {
        format!("{:.1} MB", kilobytes / 1000.0)
    }
}

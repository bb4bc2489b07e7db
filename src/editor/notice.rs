//! States in words: what is loaded, what is being prepared, what is missing or damaged, and what to
//! do about it. Never a dialog that has to be answered. Editor thread.

use egui::accesskit::Role;
use egui::{
    Align2, CornerRadius, Frame, Id, LayerId, Margin, Order, Rect, Sense, Stroke, Ui, UiBuilder,
    WidgetInfo, pos2, vec2,
};

use super::action::Action;
use super::channels;
use super::model::{EmbedSize, Loaded, Model, Phase, Source};
use super::theme;
use super::view::View;
use crate::params::{PARAMS, index_of};

/// The height of the line under the picture, points.
pub const LINE: f32 = 28.0;

/// Draws the line that says what sounds.
pub fn line(ui: &mut Ui, rect: Rect, model: &Model, view: &View, actions: &mut Vec<Action>) {
    let mut end = rect.right();
    if matches!(model.source, Source::File(_)) && matches!(model.phase, Phase::Ready) {
        let place = Rect::from_min_max(pos2(rect.right() - 340.0, rect.top()), rect.max);
        let layout = egui::Layout::right_to_left(egui::Align::Center);
        let mut ui = ui.new_child(
            UiBuilder::new()
                .max_rect(place)
                .layout(layout)
                .id_salt("embed"),
        );
        embed(&mut ui, model, actions);
        channels::chooser(&mut ui, model, actions);
        end = ui.min_rect().left() - theme::GRID;
    }
    let (text, color) = match (&model.phase, &model.loaded) {
        _ if view.said.is_some() => {
            let said = view.said.as_ref().map(|(text, _)| text.clone());
            (said.unwrap_or_default(), theme::ACCENT)
        }
        _ if view.history.comparing() => (
            "Heard without your shape. Press Before again for yours.".into(),
            theme::ACCENT,
        ),
        (Phase::Loading { what, .. }, _) => (format!("{what}\u{2026}"), theme::ACCENT),
        (_, Some(loaded)) => (summary(loaded, model), theme::SOFT),
        (_, None) => (format!("No impulse sounds: {}.", heard(model)), theme::SOFT),
    };
    let mut job = egui::text::LayoutJob::simple_singleline(text.clone(), theme::body(), color);
    job.wrap = egui::text::TextWrapping::truncate_at_width(end - rect.left() - 8.0);
    let galley = ui.painter().layout_job(job);
    let at = pos2(rect.left() + 4.0, rect.center().y - galley.size().y / 2.0);
    let place = Rect::from_min_max(rect.min, pos2(end, rect.bottom()));
    let response = ui.interact(place, ui.scope_id().with("status"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &text));
    if galley.elided {
        // What does not fit is said in full.
        response.on_hover_text(&text);
    }
    ui.painter().galley(at, galley, color);
}

/// What is heard without an impulse: the reverb is silent, and of the dry sound as much as the mix lets through.
fn heard(model: &Model) -> &'static str {
    let value = |id| index_of(id).map(|place| PARAMS[place].plain(model.values[place]));
    let on = |id, least: f32| value(id).is_some_and(|value| value >= least);
    // At the end of its range the mix lets nothing of the dry sound through, unless all is bypassed.
    match on("mix", 100.0) && !on("bypass", 0.5) {
        true => "the reverb is silent, and at a mix of 100 % nothing is heard",
        false => "the dry signal passes and the reverb is silent",
    }
}

/// What sounds, in one line.
#[must_use]
pub fn summary(loaded: &Loaded, model: &Model) -> String {
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
    parts.push(format!("{:.2} s", loaded.seconds));
    if !loaded.format.is_empty() {
        parts.push(loaded.format.clone());
    }
    let kilo = |hertz: f32| format!("{} kHz", (hertz / 100.0).round() / 10.0);
    if model.rate > 0.0 && (loaded.rate as f32 - model.rate).abs() > 0.5 {
        parts.push(format!(
            "{} resampled to {}",
            kilo(loaded.rate as f32),
            kilo(model.rate)
        ));
    } else {
        parts.push(kilo(loaded.rate as f32));
    }
    parts.extend(loaded.notes.iter().cloned());
    parts.join("  \u{b7}  ")
}

/// The switch for storing the impulse in the project, with what that costs.
fn embed(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let says = match model.embed {
        true => "In the project",
        false => "Store in project",
    };
    let text = match (model.embed, model.embed_size) {
        (true, Some(EmbedSize::Known(bytes))) => format!("{says} ({})", size(bytes)),
        (false, Some(EmbedSize::Known(bytes))) => format!("{says} (+{})", size(bytes)),
        (false, Some(EmbedSize::AtMost(bytes))) => format!("{says} (up to {})", size(bytes)),
        (true, Some(EmbedSize::AtMost(_))) | (_, None) => says.into(),
    };
    let mut embed = model.embed;
    let hint = "Stores the impulse itself, losslessly packed, inside the project: it opens on any \
                machine, but every save is that much larger.";
    theme::outline_boxes(ui);
    if ui.checkbox(&mut embed, text).on_hover_text(hint).changed() {
        actions.push(Action::Embed(embed));
    }
}

/// A number of bytes as people read it.
fn size(bytes: u64) -> String {
    let kilobytes = bytes as f32 / 1000.0;
    if kilobytes < 1000.0 {
        format!("{:.0} kB", kilobytes.ceil())
    } else {
        format!("{:.1} MB", kilobytes / 1000.0)
    }
}

/// Draws what has to be said over the picture.
pub fn over(ui: &mut Ui, picture: Rect, model: &Model, view: &mut View, actions: &mut Vec<Action>) {
    match &model.phase {
        Phase::Ready => {}
        Phase::Loading { done, .. } => progress(ui, picture, *done),
        Phase::Missing { name, place, also } => {
            let mut lines = vec![format!("It was in {place}.")];
            lines.extend(also.iter().map(|also| format!("{also}.")));
            lines.push(format!(
                "The project keeps its settings; until the file is found, {}.",
                heard(model)
            ));
            card(ui, picture, &format!("{name} is missing"), &lines, |ui| {
                if ui.button("Locate\u{2026}").clicked() {
                    view.browser.files(true);
                }
                if ui.button("Look again").clicked() {
                    actions.push(Action::Retry);
                }
            });
        }
        Phase::Failed { reason } => {
            let still = match &model.loaded {
                Some(loaded) => format!("{} goes on sounding.", loaded.name),
                None => format!("Until another is chosen, {}.", heard(model)),
            };
            card(
                ui,
                picture,
                "This file can not be used",
                &[reason.clone(), still],
                |ui| {
                    if ui.button("Choose another\u{2026}").clicked() {
                        view.browser.files(false);
                    }
                    let verb = match &model.loaded {
                        Some(loaded) => format!("Go on with {}", loaded.name),
                        None => "Try again".into(),
                    };
                    if ui.button(verb).clicked() {
                        actions.push(Action::Retry);
                    }
                },
            );
        }
    }
}

fn progress(ui: &Ui, picture: Rect, done: Option<f32>) {
    let bar = Rect::from_min_size(picture.min, vec2(picture.width(), 3.0));
    let painter = ui.painter();
    painter.rect_filled(bar, 1.5, theme::LINE);
    let part = match done {
        Some(done) => Rect::from_min_size(bar.min, vec2(bar.width() * done.clamp(0.0, 1.0), 3.0)),
        None => {
            // How long it takes is not known: a quarter of the bar wanders, once in 1.6 s.
            let phase = (ui.input(|input| input.time) / 1.6).fract() as f32;
            let left = bar.left() + bar.width() * 0.75 * phase;
            Rect::from_min_size(pos2(left, bar.top()), vec2(bar.width() / 4.0, 3.0))
        }
    };
    painter.rect_filled(part, 1.5, theme::ACCENT);
}

fn card(ui: &mut Ui, picture: Rect, title: &str, lines: &[String], buttons: impl FnOnce(&mut Ui)) {
    let painter = ui.painter();
    painter.rect_filled(
        picture,
        CornerRadius::same(theme::RADIUS as u8),
        theme::GROUND.gamma_multiply(0.7),
    );
    // Its height is known once it was laid out: it stands in the middle from the next frame on.
    let id = ui.scope_id().with("card height");
    let height = ui.data(|data| data.get_temp(id)).unwrap_or(150.0);
    let width = (picture.width() - 32.0).min(440.0);
    let place = Rect::from_center_size(picture.center(), vec2(width, height));
    let mut ui = ui.new_child(UiBuilder::new().max_rect(place).id_salt("card"));
    ui.shrink_clip_rect(picture);
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

/// The bar over the picture while impulses are tried out: back to the one before, or keep this one.
pub fn trial(
    ui: &mut Ui,
    picture: Rect,
    model: &Model,
    view: &mut View,
    actions: &mut Vec<Action>,
) {
    let Some(kept) = view.kept.clone().filter(|kept| *kept != model.source) else {
        return;
    };
    let height = 32.0;
    let bar = Rect::from_min_max(
        pos2(picture.left() + 8.0, picture.bottom() - height - 30.0),
        pos2(picture.right() - 8.0, picture.bottom() - 30.0),
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
        view.kept = None;
    }
    if ui
        .button("Back")
        .on_hover_text("Return to the impulse from before (Escape)")
        .clicked()
    {
        actions.push(Action::Choose(kept.clone()));
    }
    let text = format!("Trying this one; before it was {}", kept.name());
    let mut job = egui::text::LayoutJob::simple_singleline(text, theme::body(), theme::SOFT);
    job.wrap = egui::text::TextWrapping::truncate_at_width(ui.available_width() - 8.0);
    let galley = ui.painter().layout_job(job);
    let at = pos2(inner.left(), inner.center().y - galley.size().y / 2.0);
    ui.painter().galley(at, galley, theme::SOFT);
}

/// Says that a file may be dropped while one is held over the window.
pub fn hovering(ui: &Ui, window: Rect, held: bool) {
    if !held && ui.input(|input| input.raw.hovered_files.is_empty()) {
        return;
    }
    // Over everything, the needles of the meters too.
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

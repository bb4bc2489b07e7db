//! The one large display: the impulse before and after shaping on a common time line. Editor thread.

mod axis;
mod curves;
mod handles;
mod wave;

use egui::accesskit::Role;
use egui::{Align2, CornerRadius, Rect, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2};

pub use axis::Axis;
pub use handles::Grip;

use super::action::Action;
use super::model::{Model, Phase};
use super::theme;
use super::view::View;

/// What the vertical axis shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Display {
    /// Level below the highest peak, where a decay is a straight line.
    #[default]
    Decibel,
    /// The samples.
    Linear,
}

/// Draws the picture into `rect`.
pub fn picture(ui: &mut Ui, rect: Rect, model: &Model, view: &mut View, actions: &mut Vec<Action>) {
    let response = ui.interact(rect, ui.scope_id().with("picture"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, describe(model)));
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, CornerRadius::same(theme::RADIUS as u8), theme::PANEL);

    let plot = Rect::from_min_max(
        pos2(rect.left() + 40.0, rect.top() + 36.0),
        pos2(rect.right() - 12.0, rect.bottom() - 24.0),
    );
    let mut axis = Axis::new(plot, model);
    if let Some(grip) = &view.grip {
        axis.span = grip.axis.span;
    }
    axis::grid(&painter, &axis, view.display);
    let inside = ui.painter_at(plot.expand(1.0));
    // Where nothing was shaped, what was is hidden behind what is.
    if axis.original != axis.shaped || model.picture.original != model.picture.shaped {
        wave::original(&inside, &axis, &model.picture, view.display);
    }
    wave::shaped(&inside, &axis, &model.picture, view.display);
    if view.display == Display::Decibel && view.curves {
        curves::curves(&inside, &axis, &model.picture);
    }
    if matches!(model.phase, Phase::Ready | Phase::Loading { .. })
        && !model.picture.shaped.is_empty()
    {
        handles::handles(ui, &axis, model, view.display, &mut view.grip, actions);
    }
    toolbar(ui, rect, model, view);
}

/// What the picture shows, for those who can not see it.
fn describe(model: &Model) -> String {
    let picture = &model.picture;
    format!(
        "Picture of the impulse: {:.2} s of {:.2} s",
        picture.shaped_seconds, picture.original_seconds
    )
}

fn toolbar(ui: &mut Ui, rect: Rect, model: &Model, view: &mut View) {
    let bar = Rect::from_min_size(rect.min + vec2(8.0, 6.0), vec2(rect.width() - 16.0, 24.0));
    let mut ui = ui.new_child(UiBuilder::new().max_rect(bar).id_salt("picture tools"));
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        ui.spacing_mut().interact_size.y = 22.0;
        for (display, name, hint) in [
            (
                Display::Decibel,
                "dB",
                "Level in decibels: an even decay is a straight line.",
            ),
            (
                Display::Linear,
                "Linear",
                "The samples of the impulse as they are.",
            ),
        ] {
            let chosen = view.display == display;
            if ui
                .selectable_label(chosen, name)
                .on_hover_text(hint)
                .clicked()
            {
                view.display = display;
            }
        }
        if view.display == Display::Decibel && !model.picture.decays.is_empty() {
            ui.add_space(theme::GRID);
            ui.toggle_value(&mut view.curves, "Decay curves")
                .on_hover_text("How the energy of each octave band dies away.");
        }
    });
    // In a small window the tools need the room.
    if bar.width() < 400.0 {
        return;
    }
    let figures = figures_text(model);
    ui.painter().text(
        pos2(bar.right(), bar.center().y),
        Align2::RIGHT_CENTER,
        figures,
        theme::small(),
        theme::SOFT,
    );
}

fn figures_text(model: &Model) -> String {
    let after = &model.picture.after;
    let mut parts = Vec::new();
    if let Some(t30) = after.t30 {
        parts.push(format!("T30 {t30:.2} s"));
    }
    if let Some(edt) = after.edt {
        parts.push(format!("EDT {edt:.2} s"));
    }
    if let Some(c80) = after.c80 {
        parts.push(format!("C80 {c80:+.1} dB"));
    }
    parts.join("    ")
}

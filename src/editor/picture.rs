//! The one large display: the impulse before and after shaping on a common time line. Editor thread.

mod axis;
mod curves;
mod figures;
mod handles;
mod spectrum;
mod tools;
mod wave;

use egui::accesskit::Role;
use egui::{CornerRadius, Rect, Sense, Ui, WidgetInfo, pos2};

pub use axis::Axis;
pub use curves::shade as curve_shade;
pub use handles::Grip;
pub use spectrum::Canvas;
pub use wave::OUTLINE;

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
    /// The spectrum over time: brightness is level, height is frequency.
    Spectrogram,
}

/// Draws the picture into `rect`.
pub fn picture(ui: &mut Ui, rect: Rect, model: &Model, view: &mut View, actions: &mut Vec<Action>) {
    let response = ui.interact(rect, ui.scope_id().with("picture"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, describe(model)));
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, CornerRadius::same(theme::RADIUS as u8), theme::PANEL);

    let plot = plot(rect);
    let mut axis = Axis::new(plot, model);
    if let Some(grip) = &view.grip {
        axis.span = grip.axis.span;
    }
    axis::grid(&painter, &axis, view.display, &model.picture);
    let inside = ui.painter_at(plot.expand(1.0));
    if view.display == Display::Spectrogram {
        spectrum::spectrum(&inside, &axis, &model.picture, &mut view.canvas);
    } else {
        // Where nothing was shaped, what was is hidden behind what is.
        if axis.original != axis.shaped || model.picture.original != model.picture.shaped {
            wave::original(&inside, &axis, &model.picture, view.display);
        }
        wave::shaped(&inside, &axis, &model.picture, view.display);
    }
    if view.display == Display::Decibel && view.curves {
        curves::curves(&inside, &axis, &model.picture);
    }
    let shapeable = matches!(model.phase, Phase::Ready | Phase::Loading { .. })
        && !model.picture.shaped.is_empty();
    if shapeable {
        handles::guides(ui, &axis, model, view.display, view.grip.as_ref());
    }
    figures::figures(ui, plot, &model.picture);
    if shapeable {
        handles::handles(ui, &axis, model, view.display, &mut view.grip, actions);
    }
    tools::tools(ui, rect, model, view);
}

/// Where the plot lies in a picture.
#[must_use]
pub fn plot(picture: Rect) -> Rect {
    Rect::from_min_max(
        pos2(picture.left() + 40.0, picture.top() + 36.0),
        pos2(picture.right() - 12.0, picture.bottom() - 24.0),
    )
}

/// What the picture shows, for those who can not see it.
fn describe(model: &Model) -> String {
    let picture = &model.picture;
    format!(
        "Picture of the impulse: {:.2} s of {:.2} s",
        picture.shaped_seconds, picture.original_seconds
    )
}

//! One row of the browser: icon, name, columns, star. Editor thread.

use egui::accesskit::Role;
use egui::text::LayoutJob;
use egui::{Align2, Rect, Response, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

use super::{columns, decay_icon};
use crate::editor::view_model::RoomDecay;
use crate::editor::widgets::icons::{self, Icon};
use crate::editor::widgets::{bidi, theme};
use crate::instance::FileInfo;

/// The height of a row, points: two lines of small letters fit.
pub const HEIGHT: f32 = 29.0;

/// What a row shows.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// The icon at its left.
    pub icon: Icon,
    /// How it dies away: a picture of that stands in place of the icon.
    pub decay: Option<RoomDecay>,
    /// The name.
    pub name: &'a str,
    /// Whether it is the impulse that the project uses.
    pub chosen: bool,
    /// Whether it is a favourite; none for what can not be one.
    pub star: Option<bool>,
    /// The properties of the impulse, if they are known.
    pub facts: Option<FileInfo>,
    /// Whether all columns are shown, or the reverberation time only.
    pub wide: bool,
    /// Whether it can not be used.
    pub bad: bool,
    /// Whether the tabulator stops here. It does at one row of a list.
    pub focusable: bool,
}

impl Row<'_> {
    fn sense(&self) -> Sense {
        match self.focusable {
            true => Sense::click(),
            false => Sense::CLICK,
        }
    }
}

/// What the user did to a row.
#[derive(Debug)]
pub struct RowResponse {
    /// The row itself.
    pub row: Response,
    /// Whether the star was clicked.
    pub starred: bool,
}

/// Draws a row over the full width.
pub fn row(ui: &mut Ui, row: Row<'_>) -> RowResponse {
    let size = vec2(ui.available_width(), HEIGHT);
    let sense = row.sense();
    let (rect, response) = ui.allocate_exact_size(size, sense);
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, row.chosen, row.name));
    let painter = ui.painter();
    let lit = response.hovered() || response.has_focus();
    if row.chosen {
        painter.rect_filled(rect, theme::RADIUS, theme::ACCENT_DEEP);
        let edge = Rect::from_min_size(rect.min, vec2(3.0, rect.height()));
        painter.rect_filled(edge, 1.5, theme::ACCENT);
    } else if lit {
        painter.rect_filled(rect, theme::RADIUS, theme::RAISED);
    }
    if response.has_focus() {
        let stroke = Stroke::new(1.0, theme::ACCENT);
        painter.rect_stroke(rect, theme::RADIUS, stroke, egui::StrokeKind::Inside);
    }
    let tone = match (row.bad, row.chosen) {
        (true, _) => theme::ALERT,
        (false, true) => theme::ACCENT,
        (false, false) => theme::FAINT,
    };
    let at = icons::position_in_row(rect);
    match row.decay.filter(|_| !row.bad) {
        Some(decay) => decay_icon::paint(painter, &decay, at, tone),
        None => icons::paint(painter, row.icon, at, tone),
    }
    let mut end = if row.star.is_some() { 26.0 } else { 4.0 };
    if row.star.is_some() && (row.facts.is_some() || row.wide) {
        let tone = if row.chosen || lit {
            theme::SOFT
        } else {
            theme::FAINT
        };
        let right = rect.right() - end;
        end += columns::values(
            painter,
            pos2(right, rect.center().y),
            (row.facts, row.wide),
            tone,
        );
    }
    let place = Rect::from_min_max(
        pos2(rect.left() + 28.0, rect.top()),
        pos2(rect.right() - end, rect.bottom()),
    );
    let response = match name(ui, place, row.name, row.chosen || lit) {
        // A name that is cut off is shown in full under the pointer.
        true => response.on_hover_text(row.name),
        false => response,
    };
    let starred = row
        .star
        .is_some_and(|star| self::star(ui, rect, (row.name, sense), star, lit).clicked());
    RowResponse {
        row: response,
        starred,
    }
}

/// Draws the name, in two lines of small letters if it is too long for one; whether it was cut off all the same.
fn name(ui: &Ui, place: Rect, name: &str, lit: bool) -> bool {
    let color = if lit { theme::TEXT } else { theme::SOFT };
    let name = bidi::visual(name);
    let lay_out = |font, rows| {
        let mut job = LayoutJob::simple(name.clone().into_owned(), font, color, place.width());
        job.wrap.max_rows = rows;
        // A name without spaces is cut at its end, not in its middle.
        job.wrap.break_anywhere = rows == 1 || !name.trim().contains(' ');
        job.break_on_newline = false;
        ui.painter().layout_job(job)
    };
    let mut galley = lay_out(theme::body(), 1);
    if galley.elided {
        galley = lay_out(theme::small(), 2);
    }
    let at = pos2(place.left(), place.center().y - galley.size().y / 2.0);
    let elided = galley.elided;
    ui.painter().galley(at, galley, color);
    elided
}

/// Draws the star at the right end of a row. Without `lit` it is seen only where it is filled.
pub fn star(
    ui: &Ui,
    rect: Rect,
    (name, sense): (&str, Sense),
    filled: bool,
    lit: bool,
) -> Response {
    let place =
        Rect::from_center_size(pos2(rect.right() - 14.0, rect.center().y), vec2(22.0, 22.0));
    let response = ui.interact(place, ui.scope_id().with(("star", name)), sense);
    let verb = if filled { "Remove from" } else { "Add to" };
    let label = format!("{verb} favourites: {name}");
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, filled, &label));
    if response.has_focus() {
        let stroke = Stroke::new(1.0, theme::ACCENT);
        ui.painter()
            .rect_stroke(place, theme::RADIUS, stroke, egui::StrokeKind::Inside);
    }
    let is_met = response.hovered() || response.has_focus();
    if filled || lit || is_met {
        let color = if is_met { theme::TEXT } else { theme::FAINT };
        icons::paint(ui.painter(), Icon::Star(filled), place.center(), color);
    }
    response
}

/// A row that is the heading of those below it.
pub fn heading(ui: &mut Ui, text: &str) {
    let size = vec2(ui.available_width(), HEIGHT);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Heading, true, text));
    let at = pos2(rect.left() + 4.0, rect.bottom() - 5.0);
    let painter = ui.painter();
    painter.text(at, Align2::LEFT_BOTTOM, text, theme::small(), theme::FAINT);
}

/// A text in place of rows.
pub fn placeholder(ui: &mut Ui, text: &str) {
    let rect = ui.available_rect_before_wrap();
    let wrap = rect.width() - 24.0;
    let galley = ui
        .painter()
        .layout(text.to_owned(), theme::body(), theme::FAINT, wrap);
    let at = Align2::LEFT_TOP
        .align_size_within_rect(galley.size(), rect.translate(vec2(12.0, 10.0)))
        .min;
    ui.painter().galley(at, galley, theme::FAINT);
}

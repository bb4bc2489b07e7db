//! Icons drawn from lines: sharp at every zoom, and independent of what the fonts contain. Editor thread.

use egui::accesskit::Role;
use egui::{Painter, Pos2, Rect, Response, Sense, Shape, Stroke, Ui, Vec2, WidgetInfo, pos2, vec2};

use super::theme;

/// What an icon shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// Play.
    Play,
    /// Stop.
    Stop,
    /// The one before.
    Previous,
    /// The one after.
    Next,
    /// One folder up.
    Up,
    /// A folder.
    Folder,
    /// A sound file.
    File,
    /// A built-in room.
    Room,
    /// The mark of a favourite; filled if it is one.
    Star(bool),
    /// Undo.
    Undo,
    /// Redo.
    Redo,
    /// Copy.
    Copy,
    /// Open and close the browser.
    List,
    /// The report on load and real time.
    Waker,
    /// Show or hide columns.
    Columns,
    /// What can not be used.
    Warning,
    /// Take away what was typed.
    Clear,
    /// A value that stays; open if it does not.
    Lock(bool),
    /// What everything is for.
    Help,
    /// Give another name.
    Rename,
}

/// A button of one icon; `name` is read aloud and shown as a hint.
pub fn button(ui: &mut Ui, icon: Icon, name: &str, enabled: bool) -> Response {
    let sense = if enabled {
        Sense::click()
    } else {
        Sense::hover()
    };
    let (rect, response) = ui.allocate_exact_size(vec2(28.0, 26.0), sense);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, name));
    let color = if enabled { theme::TEXT } else { theme::EDGE };
    if enabled && (response.hovered() || response.has_focus()) {
        ui.painter().rect_filled(rect, theme::RADIUS, theme::HOVER);
    }
    if response.has_focus() {
        let stroke = Stroke::new(1.0, theme::ACCENT);
        ui.painter()
            .rect_stroke(rect, theme::RADIUS, stroke, egui::StrokeKind::Inside);
    }
    paint(ui.painter(), icon, rect.center(), color);
    response.on_hover_text(name)
}

/// Draws an icon of about 14 points around `center`.
pub fn paint(painter: &Painter, icon: Icon, center: Pos2, color: egui::Color32) {
    paint_scaled(painter, icon, (center, 1.0), color);
}

/// Draws an icon of about 10 points around `center`.
pub fn paint_small(painter: &Painter, icon: Icon, center: Pos2, color: egui::Color32) {
    paint_scaled(painter, icon, (center, 0.75), color);
}

fn paint_scaled(painter: &Painter, icon: Icon, (center, scale): (Pos2, f32), color: egui::Color32) {
    let stroke = Stroke::new(1.5, color);
    let at = |x: f32, y: f32| center + scale * vec2(x, y);
    let line = |points: &[(f32, f32)]| {
        let points = points.iter().map(|(x, y)| at(*x, *y)).collect();
        painter.line(points, stroke);
    };
    match icon {
        Icon::Play => {
            let corners = vec![at(-4.0, -6.0), at(6.0, 0.0), at(-4.0, 6.0)];
            painter.add(Shape::convex_polygon(corners, color, Stroke::NONE));
        }
        Icon::Stop => {
            let square = Rect::from_center_size(center, vec2(10.0, 10.0));
            painter.rect_filled(square, 1.0, theme::ACCENT);
        }
        Icon::Previous => line(&[(2.5, -5.0), (-2.5, 0.0), (2.5, 5.0)]),
        Icon::Next => line(&[(-2.5, -5.0), (2.5, 0.0), (-2.5, 5.0)]),
        Icon::Up => {
            line(&[(-5.0, -1.0), (0.0, -6.0), (5.0, -1.0)]);
            line(&[(0.0, -5.5), (0.0, 6.0)]);
        }
        Icon::Folder => line(&[
            (-6.0, 5.0),
            (-6.0, -5.0),
            (-1.5, -5.0),
            (0.0, -3.0),
            (6.0, -3.0),
            (6.0, 5.0),
            (-6.0, 5.0),
        ]),
        Icon::File => {
            for (x, half) in [(-5.0, 2.0), (-2.5, 5.5), (0.0, 4.0), (2.5, 2.5), (5.0, 1.2)] {
                line(&[(x, -half), (x, half)]);
            }
        }
        Icon::Room => {
            line(&[
                (-6.0, 5.5),
                (-6.0, -1.5),
                (0.0, -6.0),
                (6.0, -1.5),
                (6.0, 5.5),
                (-6.0, 5.5),
            ]);
            line(&[(-1.8, 5.0), (-1.8, 0.5), (1.8, 0.5), (1.8, 5.0)]);
        }
        Icon::Star(filled) => star(painter, center, filled, color),
        Icon::Copy => {
            line(&[(-5.5, 2.5), (-5.5, -5.5), (2.5, -5.5)]);
            line(&[
                (-2.5, -2.5),
                (5.5, -2.5),
                (5.5, 5.5),
                (-2.5, 5.5),
                (-2.5, -2.5),
            ]);
        }
        Icon::Undo => curved_arrow(painter, center, 1.0, stroke),
        Icon::Redo => curved_arrow(painter, center, -1.0, stroke),
        Icon::List => {
            for y in [-4.5, 0.0, 4.5] {
                line(&[(-6.0, y), (-4.5, y)]);
                line(&[(-2.0, y), (6.0, y)]);
            }
        }
        Icon::Columns => {
            line(&[
                (-6.0, -5.5),
                (6.0, -5.5),
                (6.0, 5.5),
                (-6.0, 5.5),
                (-6.0, -5.5),
            ]);
            line(&[(-1.0, -5.0), (-1.0, 5.0)]);
            line(&[(2.5, -5.0), (2.5, 5.0)]);
        }
        Icon::Warning => {
            line(&[(0.0, -6.0), (6.5, 5.5), (-6.5, 5.5), (0.0, -6.0)]);
            line(&[(0.0, -2.5), (0.0, 1.5)]);
            line(&[(0.0, 3.2), (0.0, 4.2)]);
        }
        Icon::Rename => {
            line(&[
                (-5.5, 5.5),
                (-4.5, 2.0),
                (2.5, -5.0),
                (5.0, -2.5),
                (-2.0, 4.5),
                (-5.5, 5.5),
            ]);
        }
        Icon::Clear => {
            line(&[(-4.0, -4.0), (4.0, 4.0)]);
            line(&[(-4.0, 4.0), (4.0, -4.0)]);
        }
        Icon::Lock(closed) => {
            line(&[
                (-4.0, -0.5),
                (4.0, -0.5),
                (4.0, 5.0),
                (-4.0, 5.0),
                (-4.0, -0.5),
            ]);
            let end = if closed { -0.5 } else { -3.5 };
            line(&[
                (-2.5, -0.5),
                (-2.5, -4.0),
                (-1.0, -5.5),
                (1.0, -5.5),
                (2.5, -4.0),
                (2.5, end),
            ]);
        }
        Icon::Help => {
            line(&[
                (-3.0, -3.0),
                (-2.5, -5.0),
                (0.0, -6.0),
                (2.5, -5.0),
                (3.0, -3.0),
                (2.0, -1.0),
                (0.0, 0.5),
                (0.0, 2.0),
            ]);
            line(&[(0.0, 4.2), (0.0, 5.6)]);
        }
        Icon::Waker => line(&[
            (-7.0, 1.0),
            (-3.5, 1.0),
            (-1.5, -5.5),
            (1.5, 5.5),
            (3.5, 1.0),
            (7.0, 1.0),
        ]),
    }
}

fn star(painter: &Painter, center: Pos2, filled: bool, color: egui::Color32) {
    let point = |index: usize| {
        let radius = if index.is_multiple_of(2) { 6.5 } else { 2.8 };
        let angle = std::f32::consts::PI * (index as f32 / 5.0 - 0.5);
        center + radius * vec2(angle.cos(), angle.sin())
    };
    if filled {
        // A star is not convex: five kites around the middle are.
        for index in (0..10).step_by(2) {
            let kite = vec![center, point(index + 9), point(index), point(index + 1)];
            painter.add(Shape::convex_polygon(kite, theme::ACCENT, Stroke::NONE));
        }
    } else {
        let points: Vec<Pos2> = (0..10).map(point).collect();
        painter.add(Shape::closed_line(points, Stroke::new(1.2, color)));
    }
}

/// An arrow that bends back, to the left for 1 and to the right for -1.
fn curved_arrow(painter: &Painter, center: Pos2, side: f32, stroke: Stroke) {
    let at = |x: f32, y: f32| center + Vec2::new(x * side, y);
    let bow = (0..=10)
        .map(|step| {
            let angle = std::f32::consts::PI * (-0.5 + step as f32 / 10.0);
            at(1.5 + 4.0 * angle.cos(), 1.0 + 4.0 * angle.sin())
        })
        .collect();
    painter.line(bow, stroke);
    painter.line(vec![at(-5.0, -3.0), at(1.5, -3.0)], stroke);
    painter.line(vec![at(-2.0, -6.0), at(-5.0, -3.0), at(-2.0, 0.0)], stroke);
    painter.line(vec![at(1.5, 5.0), at(-3.0, 5.0)], stroke);
}

/// Where an icon stands at the left end of a row.
#[must_use]
pub fn position_in_row(row: Rect) -> Pos2 {
    pos2(row.left() + 14.0, row.center().y)
}

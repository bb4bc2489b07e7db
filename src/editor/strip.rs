//! The controls in groups that follow the signal path, from left to right. Editor thread.

use egui::{Align2, Rect, Ui, pos2, vec2};

use super::knob::{Hands, knob};
use super::model::Model;
use super::switch::switch;
use super::theme;
use crate::controls::{CONTROLS, Control, Scale};

/// One group: its title and the ids of its controls, in the order of the signal.
type Group = (&'static str, &'static [&'static str]);

/// From the impulse to the output.
pub const GROUPS: [Group; 4] = [
    (
        "Impulse",
        &["start", "length", "attack", "reverse", "normalize"],
    ),
    ("Decay", &["decay", "size", "damping"]),
    ("Wet", &["predelay", "low_cut", "high_cut", "width"]),
    ("Output", &["mix", "output", "bypass"]),
];

/// The height of one row of groups, points.
pub const ROW: f32 = 128.0;
/// The same where space is short.
pub const SHORT_ROW: f32 = 112.0;
/// From this width on, all groups stand in one row.
pub const WIDE: f32 = 900.0;

/// The height of the strip in a window of this size.
#[must_use]
pub fn height(window: egui::Vec2) -> f32 {
    if window.x >= WIDE {
        ROW + theme::GRID
    } else {
        2.0 * SHORT_ROW + theme::GRID
    }
}

/// Draws all groups into `rect`.
pub fn strip(ui: &mut Ui, rect: Rect, model: &Model, hands: &mut Hands<'_>) {
    let rows: &[&[Group]] = if rect.width() >= WIDE {
        &[&GROUPS]
    } else {
        &[&GROUPS[..2], &GROUPS[2..]]
    };
    let height = rect.height() / rows.len() as f32;
    for (index, groups) in rows.iter().enumerate() {
        let top = rect.top() + height * index as f32;
        let row = Rect::from_min_size(pos2(rect.left(), top), vec2(rect.width(), height));
        show_row(ui, row, groups, model, hands);
    }
}

fn show_row(ui: &mut Ui, row: Rect, groups: &[Group], model: &Model, hands: &mut Hands<'_>) {
    let cells: f32 = groups.iter().map(cells).sum();
    let gaps = theme::GRID * (groups.len() as f32 + 1.0);
    let cell = (row.width() - gaps) / cells;
    let mut left = row.left() + theme::GRID;
    for group in groups {
        let width = cell * self::cells(group);
        let place = Rect::from_min_max(
            pos2(left, row.top() + theme::GRID / 2.0),
            pos2(left + width, row.bottom() - theme::GRID / 2.0),
        );
        show_group(ui, place, *group, model, hands);
        left += width + theme::GRID;
    }
}

/// The width of a group in knobs; all switches of a group stand in one column, wider than a knob.
fn cells((_, ids): &Group) -> f32 {
    let switches = controls(ids).filter(|(_, control)| control.scale == Scale::Switch);
    let knobs = ids.len() - switches.clone().count();
    knobs as f32 + if switches.count() > 0 { 1.35 } else { 0.0 }
}

fn controls(
    ids: &'static [&'static str],
) -> impl Iterator<Item = (usize, &'static Control)> + Clone {
    ids.iter().filter_map(|id| {
        CONTROLS
            .iter()
            .enumerate()
            .find(|(_, control)| control.id == *id)
    })
}

fn show_group(ui: &mut Ui, rect: Rect, group: Group, model: &Model, hands: &mut Hands<'_>) {
    let (title, ids) = group;
    ui.painter().rect_filled(rect, theme::RADIUS, theme::PANEL);
    ui.painter().text(
        pos2(rect.left() + 10.0, rect.top() + 11.0),
        Align2::LEFT_CENTER,
        title.to_uppercase(),
        theme::small(),
        theme::FAINT,
    );
    let inner = Rect::from_min_max(
        pos2(rect.left() + 4.0, rect.top() + 20.0),
        pos2(rect.right() - 4.0, rect.bottom() - 4.0),
    );
    let cell = inner.width() / cells(&group);
    let mut left = inner.left();
    for (index, control) in controls(ids).filter(|(_, control)| control.scale != Scale::Switch) {
        let place = Rect::from_min_size(pos2(left, inner.top()), vec2(cell, inner.height()));
        knob(
            ui,
            place,
            control,
            model.values[index],
            model.heard[index],
            hands,
        );
        left += cell;
    }
    let switches = controls(ids).filter(|(_, control)| control.scale == Scale::Switch);
    let count = switches.clone().count() as f32;
    let mut top = inner.center().y - count * 15.0;
    for (index, control) in switches {
        let place = Rect::from_min_size(pos2(left, top), vec2(inner.right() - left, 26.0));
        switch(ui, place, control, model.values[index], hands.actions);
        top += 30.0;
    }
}

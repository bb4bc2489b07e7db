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

/// Where the middle of a control's cell is in a window of this size, points. For tests that have
/// nothing but the window.
#[must_use]
pub fn place(window: egui::Vec2, id: &str) -> Option<egui::Pos2> {
    let strip = Rect::from_min_max(pos2(0.0, window.y - height(window)), window.to_pos2());
    let mut found = None;
    each_group(strip, |rect, group| {
        each_cell(rect, group, |cell, _, control| {
            if control.id == id {
                found = Some(cell.center());
            }
        });
    });
    found
}

/// Draws all groups into `rect`.
pub fn strip(ui: &mut Ui, rect: Rect, model: &Model, hands: &mut Hands<'_>) {
    each_group(rect, |rect, group| {
        ui.painter().rect_filled(rect, theme::RADIUS, theme::PANEL);
        ui.painter().text(
            pos2(rect.left() + 10.0, rect.top() + 11.0),
            Align2::LEFT_CENTER,
            group.0.to_uppercase(),
            theme::small(),
            theme::FAINT,
        );
        each_cell(rect, group, |cell, index, control| {
            let value = model.values[index];
            match control.scale {
                Scale::Switch => switch(ui, cell, control, value, hands.actions),
                Scale::Linear | Scale::Skewed(_) => {
                    knob(ui, cell, control, value, model.heard[index], hands);
                }
            }
        });
    });
}

/// Lays the groups out: in one row, or in two where the window is narrow.
fn each_group(rect: Rect, mut show: impl FnMut(Rect, &Group)) {
    let rows: &[&[Group]] = if rect.width() >= WIDE {
        &[&GROUPS]
    } else {
        &[&GROUPS[..2], &GROUPS[2..]]
    };
    let height = rect.height() / rows.len() as f32;
    for (index, groups) in rows.iter().enumerate() {
        let top = rect.top() + height * index as f32 + theme::GRID / 2.0;
        let cells: f32 = groups.iter().map(cells).sum();
        let gaps = theme::GRID * (groups.len() as f32 + 1.0);
        let cell = (rect.width() - gaps) / cells;
        let mut left = rect.left() + theme::GRID;
        for group in *groups {
            let size = vec2(cell * self::cells(group), height - theme::GRID);
            show(Rect::from_min_size(pos2(left, top), size), group);
            left += size.x + theme::GRID;
        }
    }
}

/// Lays the controls of a group out: knobs side by side, and the switches in a column after them.
fn each_cell(rect: Rect, group: &Group, mut show: impl FnMut(Rect, usize, &'static Control)) {
    let inner = Rect::from_min_max(
        pos2(rect.left() + 4.0, rect.top() + 20.0),
        pos2(rect.right() - 4.0, rect.bottom() - 4.0),
    );
    let cell = inner.width() / cells(group);
    let is_switch = |control: &Control| control.scale == Scale::Switch;
    let mut left = inner.left();
    for (index, control) in controls(group.1).filter(|(_, control)| !is_switch(control)) {
        let size = vec2(cell, inner.height());
        show(
            Rect::from_min_size(pos2(left, inner.top()), size),
            index,
            control,
        );
        left += cell;
    }
    let switches = controls(group.1).filter(|(_, control)| is_switch(control));
    let mut top = inner.center().y - switches.clone().count() as f32 * 15.0;
    for (index, control) in switches {
        let size = vec2(inner.right() - left, 26.0);
        show(Rect::from_min_size(pos2(left, top), size), index, control);
        top += 30.0;
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

//! The parameters by section, which follow the signal path, from left to right. Editor thread.

use egui::{Align2, Rect, Ui, pos2, vec2};

use super::knob::{Hands, knob};
use super::model::Model;
use super::switch::switch;
use super::theme;
use crate::params::{Kind, ParamSpec, Section};

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
    each_group(strip, |rect, section| {
        each_cell(rect, section, |cell, _, control| {
            if control.id == id {
                found = Some(cell.center());
            }
        });
    });
    found
}

/// Draws all groups into `rect`.
pub fn strip(ui: &mut Ui, rect: Rect, model: &Model, hands: &mut Hands<'_>) {
    each_group(rect, |rect, section| {
        ui.painter().rect_filled(rect, theme::RADIUS, theme::PANEL);
        ui.painter().text(
            pos2(rect.left() + 10.0, rect.top() + 11.0),
            Align2::LEFT_CENTER,
            section.title().to_uppercase(),
            theme::small(),
            theme::FAINT,
        );
        each_cell(rect, section, |cell, index, control| {
            let value = model.values[index];
            match control.kind {
                Kind::Switch => switch(ui, cell, control, value, hands.actions),
                Kind::Number(_) | Kind::Choice(_) => {
                    knob(ui, cell, control, value, model.heard[index], hands);
                }
            }
        });
    });
}

/// Lays the sections out: in one row, or in two where the window is narrow.
fn each_group(rect: Rect, mut show: impl FnMut(Rect, Section)) {
    let all = &Section::ALL;
    let rows: &[&[Section]] = if rect.width() >= WIDE {
        &[all]
    } else {
        &[&all[..2], &all[2..]]
    };
    let height = rect.height() / rows.len() as f32;
    for (index, sections) in rows.iter().enumerate() {
        let top = rect.top() + height * index as f32 + theme::GRID / 2.0;
        let cells: f32 = sections.iter().copied().map(cells).sum();
        let gaps = theme::GRID * (sections.len() as f32 + 1.0);
        let cell = (rect.width() - gaps) / cells;
        let mut left = rect.left() + theme::GRID;
        for section in *sections {
            let size = vec2(cell * self::cells(*section), height - theme::GRID);
            show(Rect::from_min_size(pos2(left, top), size), *section);
            left += size.x + theme::GRID;
        }
    }
}

/// Lays the controls of a section out: knobs side by side, and the switches in a column after them.
fn each_cell(rect: Rect, section: Section, mut show: impl FnMut(Rect, usize, &'static ParamSpec)) {
    let inner = Rect::from_min_max(
        pos2(rect.left() + 4.0, rect.top() + 20.0),
        pos2(rect.right() - 4.0, rect.bottom() - 4.0),
    );
    let cell = inner.width() / cells(section);
    let mut left = inner.left();
    for (index, control) in section.params().filter(|(_, control)| !control.is_switch()) {
        let size = vec2(cell, inner.height());
        show(
            Rect::from_min_size(pos2(left, inner.top()), size),
            index,
            control,
        );
        left += cell;
    }
    let switches = section.params().filter(|(_, control)| control.is_switch());
    let mut top = inner.center().y - switches.clone().count() as f32 * 15.0;
    for (index, control) in switches {
        let size = vec2(inner.right() - left, 26.0);
        show(Rect::from_min_size(pos2(left, top), size), index, control);
        top += 30.0;
    }
}

/// The width of a section in knobs; all its switches stand in one column, wider than a knob.
fn cells(section: Section) -> f32 {
    let (mut knobs, mut column) = (0.0, 0.0);
    for (_, control) in section.params() {
        match control.is_switch() {
            true => column = 1.35,
            false => knobs += 1.0,
        }
    }
    knobs + column
}

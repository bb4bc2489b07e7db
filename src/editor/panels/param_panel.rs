//! The controls at the bottom, in sections that follow the signal path from left to right. Editor thread.

use egui::{Align2, Rect, Ui, pos2, vec2};

use crate::editor::action::Action;
use crate::editor::view_model::ViewModel;
use crate::editor::widgets::knob::{KnobContext, KnobDrag, knob};
use crate::editor::widgets::switch::switch;
use crate::editor::widgets::text_entry::TextEntry;
use crate::editor::widgets::theme;
use crate::params::{Kind, ParamSpec, Section};

/// The height of one row of groups, points.
pub const ROW: f32 = 128.0;
/// The same where space is short.
pub const SHORT_ROW: f32 = 112.0;
/// From this width on, all groups stand in one row.
pub const WIDE: f32 = 900.0;

/// The panel's own state.
#[derive(Debug, Default)]
pub struct ParamPanel {
    /// The text field that is open.
    pub entry: Option<TextEntry>,
    /// The drag in progress.
    drag: Option<KnobDrag>,
}

/// The height of the panel in a window of this size.
#[must_use]
pub fn height(window: egui::Vec2) -> f32 {
    if window.x >= WIDE {
        ROW + theme::GRID
    } else {
        2.0 * SHORT_ROW + theme::GRID
    }
}

impl ParamPanel {
    /// Ends the drag and closes the text field: they belong to the window that was open.
    pub fn detach(&mut self) {
        *self = Self::default();
    }

    /// Draws all groups into `rect`.
    pub fn show(&mut self, ui: &mut Ui, rect: Rect, model: &ViewModel, actions: &mut Vec<Action>) {
        let mut context = KnobContext {
            entry: &mut self.entry,
            drag: &mut self.drag,
            actions,
        };
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
                    Kind::Switch => switch(ui, cell, control, value, context.actions),
                    Kind::Number(_) | Kind::Choice(_) => {
                        let modulated = model.modulated[index];
                        knob(ui, cell, control, value, modulated, &mut context);
                    }
                }
            });
        });
    }
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

/// The width of a section in knobs. All switches of a section are in one column, which is wider than a knob.
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

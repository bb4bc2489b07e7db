//! The controls at the bottom: three large ones that are always there, and the rest in groups that fold, in the order of the
//! signal. As many groups are open as there is room for. Editor thread.

use egui::accesskit::Role;
use egui::{Align, Align2, Layout, Rect, Ui, UiBuilder, WidgetInfo, pos2, vec2};

use crate::editor::action::Action;
use crate::editor::view_model::ViewModel;
use crate::editor::widgets::knob::{KnobContext, KnobDrag, knob, large_knob};
use crate::editor::widgets::readings::Readings;
use crate::editor::widgets::switch::switch;
use crate::editor::widgets::text_entry::TextEntry;
use crate::editor::widgets::theme;
use crate::params::{Kind, PARAMS, ParamSpec, Section, index_of};

/// The height of one row of groups, points.
pub const ROW: f32 = 128.0;
/// The same where space is short.
pub const SHORT_ROW: f32 = 112.0;
/// From this width on, all groups stand in one row.
pub const WIDE: f32 = 900.0;

/// The least and the most that one control is given in width, points.
const LEAST: f32 = 46.0;
const MOST: f32 = 140.0;
/// The width of a large control, and of one in a narrow window.
const LARGE: f32 = 84.0;
const LESS_LARGE: f32 = 78.0;
/// The height of the names of the groups.
const NAMES: f32 = 26.0;
/// What a group is wider than its controls.
const FRAME: f32 = 8.0;

/// What is reached for most, in the order of the signal.
const LARGE_IDS: [&str; 3] = ["predelay", "decay", "mix"];

/// The groups: a name, and what belongs to it. A section that is in none is a group of its own.
const GROUPS: [(&str, &[Section]); 9] = [
    ("Impulse", &[Section::Shape]),
    ("Room", &[Section::Decay]),
    ("Octaves", &[Section::Octaves]),
    ("Early and tail", &[Section::EarlyTail]),
    ("Wet", &[Section::Wet]),
    (
        "Equalizer",
        &[
            Section::LowShelf,
            Section::Bell1,
            Section::Bell2,
            Section::HighShelf,
            Section::Slopes,
        ],
    ),
    ("Ducker", &[Section::Ducker]),
    ("Tempo", &[Section::Tempo]),
    ("Output", &[Section::Output]),
];
/// The groups that are open at first, where there is room for them: the last one in any window.
const OPEN_AT_FIRST: [&str; 4] = ["Impulse", "Wet", "Room", "Output"];

/// The group of a section.
fn group_of(section: Section) -> &'static str {
    let group = GROUPS
        .iter()
        .find(|(_, sections)| sections.contains(&section));
    group.map_or(section.title(), |(name, _)| name)
}

/// All groups in the order of the signal.
fn groups() -> Vec<&'static str> {
    let mut names = Vec::new();
    for name in Section::ALL.map(group_of) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// The controls of a section that are not among the large ones, each with its place in the table.
fn params(section: Section) -> impl Iterator<Item = (usize, &'static ParamSpec)> + Clone {
    section
        .params()
        .filter(|(_, control)| !LARGE_IDS.contains(&control.id))
}

/// Whether a parameter of a group is not at its default.
fn is_moved(group: &str, model: &ViewModel) -> bool {
    let sections = Section::ALL.into_iter();
    let mut all = sections
        .filter(|section| group_of(*section) == group)
        .flat_map(params);
    all.any(|(index, control)| control.plain(model.values[index]) != control.default)
}

/// The panel's own state.
#[derive(Debug)]
pub struct ParamPanel {
    /// The groups that the user has open, the newest last. Those for which there is no room wait until there is.
    open: Vec<&'static str>,
    /// The text field that is open.
    pub entry: Option<TextEntry>,
    /// The drag in progress.
    drag: Option<KnobDrag>,
}

impl Default for ParamPanel {
    fn default() -> Self {
        Self {
            open: OPEN_AT_FIRST.to_vec(),
            entry: None,
            drag: None,
        }
    }
}

/// The height of the panel in a window of this size.
#[must_use]
pub fn height(window: egui::Vec2) -> f32 {
    let rows = if window.x >= WIDE {
        ROW
    } else {
        2.0 * SHORT_ROW
    };
    NAMES + rows + theme::GRID
}

impl ParamPanel {
    /// Ends the drag and closes the text field: they belong to the window that was open.
    pub fn detach(&mut self) {
        self.drag = None;
        self.entry = None;
    }

    /// Draws the names of the groups, the large controls, and the groups that are open, into `rect`.
    pub fn show(&mut self, ui: &mut Ui, rect: Rect, model: &ViewModel, actions: &mut Vec<Action>) {
        let rect = rect.shrink2(vec2(theme::GRID, 0.0));
        let (names, rest) = rect.split_top_bottom_at_y(rect.top() + NAMES);
        let (large, rows) = rows(rest);
        let sections = self.shown(&rows);
        self.show_names(ui, names, model, &sections);
        let readings = Readings::of(model);
        let mut context = KnobContext {
            readings: &readings,
            entry: &mut self.entry,
            drag: &mut self.drag,
            actions,
        };
        show_large(ui, large, model, &mut context);
        for (row, sections) in rows.iter().zip(&sections) {
            show_row(ui, *row, sections, model, &mut context);
        }
    }

    /// The sections that are shown, row by row: those of the groups that were opened last, as far as there is room.
    fn shown(&self, rows: &[Rect]) -> Vec<Vec<Section>> {
        let mut shown = Vec::new();
        let mut best = vec![Vec::new(); rows.len()];
        for group in self.open.iter().rev() {
            shown.push(*group);
            match distribute(rows, &shown) {
                Some(sections) => best = sections,
                None => {
                    shown.pop();
                }
            }
        }
        best
    }

    /// The names of all groups, by which they are opened and folded.
    fn show_names(&mut self, ui: &mut Ui, rect: Rect, model: &ViewModel, shown: &[Vec<Section>]) {
        let builder = UiBuilder::new()
            .max_rect(rect)
            .layout(Layout::left_to_right(Align::Center));
        ui.scope_builder(builder, |ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            ui.spacing_mut().button_padding.x = 7.0;
            ui.spacing_mut().interact_size.y = 22.0;
            for group in groups() {
                let is_shown = shown.iter().flatten().any(|of| group_of(*of) == group);
                // A group that does something says so while it is folded.
                let moved = is_moved(group, model);
                let text = match moved && !is_shown {
                    true => format!("{group} \u{2022}"),
                    false => group.to_owned(),
                };
                let text = egui::RichText::new(text).font(theme::small());
                let response = ui.selectable_label(is_shown, text);
                let words = match moved {
                    true => format!("{group} group, changed"),
                    false => format!("{group} group"),
                };
                response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_shown, &words));
                let hint = match is_shown {
                    true => "Click to fold this group.",
                    false => "Click to open this group; others make room.",
                };
                if response.on_hover_text(hint).clicked() {
                    self.open.retain(|open| *open != group);
                    if !is_shown {
                        self.open.push(group);
                    }
                    self.entry = None;
                }
            }
        });
    }
}

/// Where the large controls are, and the rows beside and below them.
fn rows(rect: Rect) -> (Rect, Vec<Rect>) {
    let is_wide = rect.width() + 2.0 * theme::GRID >= WIDE;
    let (height, cell) = match is_wide {
        true => (rect.height(), LARGE),
        false => (rect.height() / 2.0, LESS_LARGE),
    };
    let row = |left: f32, index: f32| {
        let top = rect.top() + height * index + theme::GRID / 2.0;
        let bottom = top + height - theme::GRID;
        Rect::from_min_max(pos2(left, top), pos2(rect.right(), bottom))
    };
    let width = cell * LARGE_IDS.len() as f32 + FRAME;
    let mut large = row(rect.left(), 0.0);
    large.set_width(width);
    let mut rows = vec![row(large.right() + theme::GRID, 0.0)];
    if !is_wide {
        rows.push(row(rect.left(), 1.0));
    }
    (large, rows)
}

/// Shares the sections of some groups out among rows, in the order of the signal; none if there is no room for all.
fn distribute(rows: &[Rect], groups: &[&str]) -> Option<Vec<Vec<Section>>> {
    let mut shared = vec![Vec::new(); rows.len()];
    let mut row = 0;
    for section in Section::ALL {
        if !groups.contains(&group_of(section)) {
            continue;
        }
        loop {
            let mut here = shared.get(row)?.clone();
            here.push(section);
            if width(&here, LEAST) <= rows[row].width() {
                shared[row] = here;
                break;
            }
            row += 1;
        }
    }
    Some(shared)
}

/// How wide some sections are in one row, with controls of this width. Those of a group share a frame.
fn width(sections: &[Section], cell: f32) -> f32 {
    let all: f32 = sections.iter().copied().map(cells).sum();
    let frames = frames(sections).len() as f32;
    all * cell + frames * FRAME + (frames - 1.0).max(0.0) * theme::GRID
}

/// Sections that share a frame: those of one group beside each other.
fn frames(sections: &[Section]) -> Vec<&[Section]> {
    let same = |one: &Section, other: &Section| group_of(*one) == group_of(*other);
    sections.chunk_by(same).collect()
}

fn show_large(ui: &mut Ui, rect: Rect, model: &ViewModel, context: &mut KnobContext<'_>) {
    ui.painter().rect_filled(rect, theme::RADIUS, theme::PANEL);
    let cell = (rect.width() - FRAME) / LARGE_IDS.len() as f32;
    for (place, id) in LARGE_IDS.iter().enumerate() {
        let Some(index) = index_of(id) else {
            continue;
        };
        let left = rect.left() + FRAME / 2.0 + cell * place as f32;
        let at = pos2(left, rect.top() + 4.0);
        let cell = Rect::from_min_size(at, vec2(cell, rect.height() - 8.0));
        let values = [model.values[index], model.modulated[index]];
        large_knob(ui, cell, &PARAMS[index], values, context);
    }
}

fn show_row(
    ui: &mut Ui,
    row: Rect,
    sections: &[Section],
    model: &ViewModel,
    context: &mut KnobContext<'_>,
) {
    let all: f32 = sections.iter().copied().map(cells).sum();
    let cell = ((row.width() - width(sections, 0.0)) / all.max(1.0)).min(MOST);
    let mut left = row.left();
    for frame in frames(sections) {
        let size = vec2(width(frame, cell), row.height());
        let rect = Rect::from_min_size(pos2(left, row.top()), size);
        ui.painter().rect_filled(rect, theme::RADIUS, theme::PANEL);
        left = rect.left() + FRAME / 2.0;
        for section in frame {
            let size = vec2(cell * cells(*section), row.height());
            let rect = Rect::from_min_size(pos2(left, row.top()), size);
            show_section(ui, rect, *section, model, context);
            left = rect.right();
        }
        left += FRAME / 2.0 + theme::GRID;
    }
}

/// The title of a section: its group's, if that has no other.
fn title_of(section: Section) -> &'static str {
    let alone = GROUPS.iter().any(|(_, sections)| *sections == [section]);
    if alone {
        group_of(section)
    } else {
        section.title()
    }
}

fn show_section(
    ui: &mut Ui,
    rect: Rect,
    section: Section,
    model: &ViewModel,
    context: &mut KnobContext<'_>,
) {
    ui.painter().text(
        pos2(rect.left() + 6.0, rect.top() + 11.0),
        Align2::LEFT_CENTER,
        title_of(section).to_uppercase(),
        theme::small(),
        theme::FAINT,
    );
    each_cell(rect, section, |cell, index, control| {
        let values = [model.values[index], model.modulated[index]];
        match control.kind {
            Kind::Switch => switch(ui, cell, control, values[0], context),
            Kind::Number(_) | Kind::Choice(_) => knob(ui, cell, control, values, context),
        }
    });
}

/// Lays the controls of a section out: knobs side by side, and the switches in a column after them.
fn each_cell(rect: Rect, section: Section, mut show: impl FnMut(Rect, usize, &'static ParamSpec)) {
    let inner = Rect::from_min_max(
        pos2(rect.left(), rect.top() + 20.0),
        pos2(rect.right(), rect.bottom() - 4.0),
    );
    let cell = inner.width() / cells(section);
    let mut left = inner.left();
    for (index, control) in params(section).filter(|(_, control)| !control.is_switch()) {
        let size = vec2(cell * weight(control), inner.height());
        show(
            Rect::from_min_size(pos2(left, inner.top()), size),
            index,
            control,
        );
        left += size.x;
    }
    let switches = params(section).filter(|(_, control)| control.is_switch());
    let mut top = inner.center().y - switches.clone().count() as f32 * 15.0;
    for (index, control) in switches {
        let size = vec2(inner.right() - left, 26.0);
        show(Rect::from_min_size(pos2(left, top), size), index, control);
        top += 30.0;
    }
}

/// The width of a control in knobs: words are longer than numbers.
fn weight(control: &ParamSpec) -> f32 {
    match control.kind {
        Kind::Choice(_) => 1.2,
        _ => 1.0,
    }
}

/// The width of a section in knobs. All switches of a section are in one column, which is wider than a knob.
fn cells(section: Section) -> f32 {
    let (mut knobs, mut column) = (0.0, 0.0);
    for (_, control) in params(section) {
        match control.is_switch() {
            true => column = 1.7,
            false => knobs += weight(control),
        }
    }
    knobs + column
}

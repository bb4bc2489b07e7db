//! The controls at the bottom, on pages of sections that follow the signal path from left to right. Editor thread.

use egui::{Align, Align2, Layout, Rect, Ui, UiBuilder, pos2, vec2};

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

/// The most that one control is given in width, points.
const WIDEST: f32 = 140.0;
/// The height of the names of the pages.
const TABS: f32 = 26.0;

/// What the panel shows at a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Page {
    /// What is reached for most.
    #[default]
    Main,
    /// Decay by octave, and the early reflections beside the tail.
    Octaves,
    /// The equalizer of the reverb alone, and the slopes of its cuts.
    Equalizer,
    /// The ducker, and what follows the host's tempo.
    Ducker,
}

impl Page {
    const ALL: [Self; 4] = [Self::Main, Self::Octaves, Self::Equalizer, Self::Ducker];

    fn name(self) -> &'static str {
        match self {
            Self::Main => "Main",
            Self::Octaves => "Decay and tail",
            Self::Equalizer => "Equalizer",
            Self::Ducker => "Ducker and tempo",
        }
    }

    /// The page that shows a section.
    #[must_use]
    pub fn of(section: Section) -> Self {
        match section {
            Section::Shape | Section::Decay | Section::Wet | Section::Output => Self::Main,
            Section::Octaves | Section::EarlyTail => Self::Octaves,
            Section::LowShelf
            | Section::Bell1
            | Section::Bell2
            | Section::HighShelf
            | Section::Slopes => Self::Equalizer,
            Section::Ducker | Section::Tempo => Self::Ducker,
        }
    }

    /// Its sections.
    fn sections(self) -> Vec<Section> {
        let all = Section::ALL.into_iter();
        all.filter(|section| Self::of(*section) == self).collect()
    }

    /// Whether a parameter on it is not at its default.
    fn is_moved(self, model: &ViewModel) -> bool {
        let mut params = self.sections().into_iter().flat_map(Section::params);
        params.any(|(index, param)| param.plain(model.values[index]) != param.default)
    }
}

/// The panel's own state.
#[derive(Debug, Default)]
pub struct ParamPanel {
    /// The page that is shown.
    pub page: Page,
    /// The text field that is open.
    pub entry: Option<TextEntry>,
    /// The drag in progress.
    drag: Option<KnobDrag>,
}

/// The height of the panel in a window of this size.
#[must_use]
pub fn height(window: egui::Vec2) -> f32 {
    let rows = if window.x >= WIDE {
        ROW
    } else {
        2.0 * SHORT_ROW
    };
    TABS + rows + theme::GRID
}

impl ParamPanel {
    /// Ends the drag and closes the text field: they belong to the window that was open.
    pub fn detach(&mut self) {
        let page = self.page;
        *self = Self {
            page,
            ..Self::default()
        };
    }

    /// Draws the names of the pages, and the groups of the chosen one, into `rect`.
    pub fn show(&mut self, ui: &mut Ui, rect: Rect, model: &ViewModel, actions: &mut Vec<Action>) {
        let (top, rect) = rect.split_top_bottom_at_y(rect.top() + TABS);
        self.show_tabs(ui, top.shrink2(vec2(theme::GRID, 0.0)), model);
        let mut context = KnobContext {
            entry: &mut self.entry,
            drag: &mut self.drag,
            actions,
        };
        each_group(rect, &self.page.sections(), |rect, section| {
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

    fn show_tabs(&mut self, ui: &mut Ui, rect: Rect, model: &ViewModel) {
        let builder = UiBuilder::new()
            .max_rect(rect)
            .layout(Layout::left_to_right(Align::Center));
        ui.scope_builder(builder, |ui| {
            for page in Page::ALL {
                // A page that does something says so while another one is shown.
                let mark = page != Page::Main && page.is_moved(model);
                let name = if mark {
                    format!("{} •", page.name())
                } else {
                    page.name().to_owned()
                };
                if ui.selectable_label(self.page == page, name).clicked() {
                    self.page = page;
                    self.entry = None;
                }
            }
        });
    }
}

/// Lays the sections out: in one row, or in two where the window is narrow.
fn each_group(rect: Rect, all: &[Section], mut show: impl FnMut(Rect, Section)) {
    let rows: &[&[Section]] = if rect.width() >= WIDE || all.len() == 1 {
        &[all]
    } else {
        let half = all.len() / 2;
        &[&all[..half], &all[half..]]
    };
    let height = rect.height() / rows.len() as f32;
    for (index, sections) in rows.iter().enumerate() {
        let top = rect.top() + height * index as f32 + theme::GRID / 2.0;
        let cells: f32 = sections.iter().copied().map(cells).sum();
        let gaps = theme::GRID * (sections.len() as f32 + 1.0);
        let cell = ((rect.width() - gaps) / cells).min(WIDEST);
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

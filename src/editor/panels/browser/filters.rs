//! What the list leaves out besides the search, and how it is sorted. Editor thread.

use std::collections::BTreeMap;

use egui::{ComboBox, Ui};

use super::{Browser, Tab};
use crate::editor::view_model::{RoomInfo, ViewModel};

/// How many rooms must have a word for it to be offered: one that is there once finds no more than its name.
const OFTEN: usize = 3;

/// What a menu has at each side of its text, points.
const PADDING: f32 = 6.0;

/// How a list is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// Rooms by category, files by name, folders first, what was loaded with the latest first.
    #[default]
    Listed,
    /// By name.
    Name,
    /// By reverberation time, the shortest first.
    Time,
    /// By length, the shortest first.
    Length,
    /// Files by when they were changed, the latest first.
    Date,
}

impl Sort {
    fn name(self) -> &'static str {
        match self {
            Self::Listed => "As listed",
            Self::Name => "By name",
            Self::Time => "By time",
            Self::Length => "By length",
            Self::Date => "By date",
        }
    }

    /// Whether it needs the properties of all impulses.
    pub(super) fn needs_facts(self) -> bool {
        matches!(self, Self::Time | Self::Length)
    }

    /// Those that make sense for a list.
    fn of(tab: Tab) -> &'static [Self] {
        match tab {
            Tab::Files => &[Self::Listed, Self::Date, Self::Time, Self::Length],
            _ => &[Self::Listed, Self::Name, Self::Time, Self::Length],
        }
    }
}

/// What the list leaves out, and how it is sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filters {
    /// Only rooms of this category.
    pub category: Option<String>,
    /// Only rooms with this word.
    pub tag: Option<String>,
    /// How it is sorted.
    pub sort: Sort,
}

impl Filters {
    /// Whether they leave out any room.
    #[must_use]
    pub fn is_used(&self) -> bool {
        self.category.is_some() || self.tag.is_some()
    }

    /// Whether they let a room through.
    #[must_use]
    pub fn fit(&self, room: &RoomInfo) -> bool {
        let of_category = |category: &String| room.category == *category;
        let has_tag = |tag: &String| room.tags.contains(tag);
        self.category.as_ref().is_none_or(of_category) && self.tag.as_ref().is_none_or(has_tag)
    }
}

/// Draws the menus in one line.
pub(super) fn show(ui: &mut Ui, browser: &mut Browser, model: &ViewModel) {
    let sorts = Sort::of(browser.tab);
    if !sorts.contains(&browser.filters.sort) {
        browser.filters.sort = Sort::Listed;
    }
    let categories = categories(&model.rooms);
    let tags = tags(&model.rooms);
    let has_rooms = browser.tab == Tab::Rooms && categories.len() + tags.len() > 1;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        ui.spacing_mut().button_padding.x = PADDING;
        let filters = &mut browser.filters;
        let whole = ui.available_width();
        let third = (whole - 8.0) / 3.0;
        if has_rooms {
            choice(
                ui,
                "Category",
                "All rooms",
                third,
                &categories,
                &mut filters.category,
            );
            choice(ui, "Word", "Any word", third, &tags, &mut filters.tag);
        }
        let width = match has_rooms {
            true => third - 2.0 * PADDING,
            false => whole.min(140.0) - 4.0,
        };
        let menu = ComboBox::from_id_salt("sort")
            .selected_text(filters.sort.name())
            .width(width)
            .truncate();
        let response = menu.show_ui(ui, |ui| {
            for sort in sorts {
                ui.selectable_value(&mut filters.sort, *sort, sort.name());
            }
        });
        name(ui, &response.response, "Sort");
    });
}

/// A menu with one entry for each of `all`, and one for no filter.
fn choice(
    ui: &mut Ui,
    label: &str,
    none: &str,
    width: f32,
    all: &[&str],
    chosen: &mut Option<String>,
) {
    if chosen
        .as_deref()
        .is_some_and(|chosen| !all.contains(&chosen))
    {
        *chosen = None;
    }
    let shown = chosen.clone().unwrap_or_else(|| none.to_owned());
    let menu = ComboBox::from_id_salt(label)
        .selected_text(shown)
        .width(width - 2.0 * PADDING)
        .truncate();
    let response = menu.show_ui(ui, |ui| {
        ui.selectable_value(chosen, None, none);
        for name in all {
            ui.selectable_value(chosen, Some((*name).to_owned()), *name);
        }
    });
    name(ui, &response.response, label);
}

fn name(ui: &Ui, response: &egui::Response, label: &str) {
    ui.ctx()
        .accesskit_node_builder(response.id, |node| node.set_label(label));
}

/// The categories of the rooms, in their order.
fn categories(rooms: &[RoomInfo]) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for room in rooms {
        let name = room.category.as_str();
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// The words that several rooms have.
fn tags(rooms: &[RoomInfo]) -> Vec<&str> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for tag in rooms.iter().flat_map(|room| &room.tags) {
        *counts.entry(tag).or_default() += 1;
    }
    let often = counts.into_iter().filter(|(_, count)| *count >= OFTEN);
    often.map(|(tag, _)| tag).collect()
}

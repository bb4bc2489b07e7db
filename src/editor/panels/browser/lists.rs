//! The lists of the browser. Only the rows in view are drawn, however many there are. Editor thread.

use std::ops::Range;
use std::path::{Path, PathBuf};

use egui::{EventFilter, Key, Response, ScrollArea, Ui};

use super::row::{HEIGHT, Row, heading, placeholder, row};
use super::{Browser, Sort, Tab, folder_line, foot, search};
use crate::editor::action::Action;
use crate::editor::view_model::{ImpulseSource, RoomDecay, ViewModel};
use crate::editor::widgets::announce;
use crate::editor::widgets::icons::Icon;

/// What a click on a row opens.
pub(super) enum Target {
    Impulse(ImpulseSource),
    Folder(PathBuf),
    /// Nothing: it is the heading of those below it.
    Heading,
}

/// Draws the open folder.
pub(super) fn files(
    ui: &mut Ui,
    model: &ViewModel,
    browser: &mut Browser,
    height: f32,
    actions: &mut Vec<Action>,
) {
    let top = ui.cursor().top();
    folder_line::show(ui, browser);
    if ui
        .button("Record a room\u{2026}")
        .on_hover_text("Plays a sweep into a room and makes an impulse of what a microphone hears")
        .clicked()
    {
        browser.records = true;
    }
    let items = browser.matching().to_vec();
    if let Some(error) = browser.listing.error.clone() {
        placeholder(ui, &error);
    } else if items.is_empty() && !browser.listing.busy() {
        placeholder(
            ui,
            "No sound files here: WAV, AIFF, FLAC, OGG, MP3 and CAF can be loaded.",
        );
    }
    let height = height - (ui.cursor().top() - top);
    let count = items.len();
    list(
        ui,
        height,
        count,
        model,
        browser,
        actions,
        |browser, index| {
            let item = browser.listing.items.get(*items.get(index)?)?;
            let target = if item.folder {
                Target::Folder(item.path.clone())
            } else {
                Target::Impulse(ImpulseSource::File(item.path.clone()))
            };
            Some((item.name.clone(), target))
        },
    );
}

/// Draws the built-in rooms, a heading over each category where they are listed by category.
pub(super) fn rooms(
    ui: &mut Ui,
    model: &ViewModel,
    browser: &mut Browser,
    height: f32,
    actions: &mut Vec<Action>,
) {
    let has_headings = browser.filters.sort == Sort::Listed;
    let (mut rows, mut category) = (Vec::new(), "");
    for room in browser.rooms(model) {
        if has_headings && room.category != category {
            category = &room.category;
            rows.push((category.to_owned(), None));
        }
        rows.push((room.name.clone(), Some(room)));
    }
    if rows.is_empty() {
        placeholder(ui, search::empty(browser));
    }
    let count = rows.len();
    list(ui, height, count, model, browser, actions, |_, index| {
        let (name, room) = rows.get(index)?;
        let target = match room {
            Some(room) => Target::Impulse(room.source()),
            None => Target::Heading,
        };
        Some((name.clone(), target))
    });
}

/// The row that the keyboard is at. It is one stop of the tabulator; the arrows lead to the others.
#[derive(Debug, Default)]
pub(super) struct Cursor {
    /// The row that had the focus last.
    at: Option<usize>,
    /// The row that gets the focus as soon as it is drawn.
    wanted: Option<usize>,
    /// The rows that were drawn in the last frame.
    drawn: Range<usize>,
}

impl Cursor {
    /// The first row gets the focus.
    pub fn goes_to_first(&mut self) {
        self.wanted = Some(0);
    }
}

/// Draws the rows that are in view. `at` gives the name and the target of a row.
pub(super) fn list(
    ui: &mut Ui,
    height: f32,
    count: usize,
    model: &ViewModel,
    browser: &mut Browser,
    actions: &mut Vec<Action>,
    at: impl Fn(&Browser, usize) -> Option<(String, Target)>,
) {
    ui.spacing_mut().item_spacing.y = 0.0;
    let mut area = ScrollArea::vertical()
        .id_salt((browser.tab as u8, &browser.folder))
        .max_height(height)
        .auto_shrink([false, false]);
    let is_row = |browser: &Browser, index: usize| {
        !matches!(at(browser, index), Some((_, Target::Heading)) | None)
    };
    // Where the row that is wanted is a heading, the next one is meant.
    if let Some(wanted) = browser.cursor.wanted.take() {
        browser.cursor.wanted = (wanted..count).find(|index| is_row(browser, *index));
    }
    let revealed = browser.reveal.as_ref().and_then(|wanted| {
        let is_it = |index: &usize| {
            let row = at(browser, *index);
            matches!(row, Some((_, Target::Impulse(source))) if source == *wanted)
        };
        (0..count).find(is_it)
    });
    // In a folder that is still being read it may come.
    if revealed.is_some() || browser.tab != Tab::Files || !browser.listing.busy() {
        browser.reveal = None;
    }
    let cursor = &browser.cursor;
    let outside = cursor.wanted.filter(|index| !cursor.drawn.contains(index));
    if let Some(index) = revealed.or(outside) {
        let middle = HEIGHT * index as f32 - (height - HEIGHT) / 2.0;
        area = area.vertical_scroll_offset(middle.max(0.0));
    }
    area.show_rows(ui, HEIGHT, count, |ui, range| {
        browser.cursor.drawn = range.clone();
        let entry = entry(browser, model, range.clone(), &at);
        for index in range {
            let Some((name, target)) = at(browser, index) else {
                continue;
            };
            let row = ui.push_id(index, |ui| {
                let is_entry = entry == Some(index);
                target_row(ui, (&name, is_entry), &target, model, browser, actions)
            });
            let Some(row) = row.inner else {
                continue;
            };
            if browser.cursor.wanted == Some(index) {
                browser.cursor.wanted = None;
                browser.cursor.at = Some(index);
                row.request_focus();
                ui.ctx().request_repaint();
                row.scroll_to_me(None);
            } else if row.has_focus() {
                browser.cursor.at = Some(index);
                let step = step(ui, &row, height);
                if step != 0 {
                    browser.cursor.wanted =
                        neighbour(index, step, count, |index| is_row(browser, index));
                    ui.ctx().request_repaint();
                }
            }
        }
    });
}

/// The row that the tabulator stops at: where the keyboard was last, or else the impulse in use, or else the first.
fn entry(
    browser: &Browser,
    model: &ViewModel,
    range: Range<usize>,
    at: &impl Fn(&Browser, usize) -> Option<(String, Target)>,
) -> Option<usize> {
    let cursor = &browser.cursor;
    let wanted = cursor.wanted.or(cursor.at);
    let mut first = None;
    for index in range {
        match at(browser, index) {
            None | Some((_, Target::Heading)) => continue,
            Some(_) if wanted == Some(index) => return wanted,
            Some((_, Target::Impulse(source))) if wanted.is_none() && source == model.source => {
                return Some(index);
            }
            Some(_) => first = first.or(Some(index)),
        }
    }
    first
}

/// By how many rows the keys lead away from the row that has the focus. All presses since the last frame count.
fn step(ui: &Ui, row: &Response, height: f32) -> isize {
    let filter = EventFilter {
        vertical_arrows: true,
        ..EventFilter::default()
    };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(row.id, filter));
    let page = ((height / HEIGHT) as isize - 1).max(1);
    ui.input(|input| {
        let presses = |key| input.num_presses(key) as isize;
        let ends = presses(Key::End).min(1) - presses(Key::Home).min(1);
        let pages = presses(Key::PageDown) - presses(Key::PageUp);
        presses(Key::ArrowDown) - presses(Key::ArrowUp) + page * pages + isize::MAX / 4 * ends
    })
}

/// The row so many rows further down; where that is a heading, the next one in this direction.
fn neighbour(
    index: usize,
    step: isize,
    count: usize,
    is_row: impl Fn(usize) -> bool,
) -> Option<usize> {
    let last = count.checked_sub(1)?;
    let to = index.saturating_add_signed(step).min(last);
    let (mut on, mut back) = (to..count, (0..=to).rev());
    match step > 0 {
        true => on
            .find(|index| is_row(*index))
            .or_else(|| back.find(|index| is_row(*index))),
        false => back
            .find(|index| is_row(*index))
            .or_else(|| on.find(|index| is_row(*index))),
    }
}

/// Draws a row and does what is done with it; none for a heading.
fn target_row(
    ui: &mut Ui,
    (name, is_entry): (&str, bool),
    target: &Target,
    model: &ViewModel,
    browser: &mut Browser,
    actions: &mut Vec<Action>,
) -> Option<Response> {
    match target {
        Target::Heading => {
            heading(ui, name);
            None
        }
        Target::Folder(path) => Some(folder_row(ui, (name, is_entry), path, browser)),
        Target::Impulse(source) => {
            let facts = browser.facts.get(source).copied();
            if facts.is_none() {
                browser.unknown.push(source.clone());
            }
            let decay = foot::room(model, source).and_then(|room| room.decay);
            let shown = Row {
                decay,
                icon: match source {
                    _ if facts == Some(None) => Icon::Warning,
                    ImpulseSource::Room(_) | ImpulseSource::Own(..) => Icon::Room,
                    ImpulseSource::File(_) => Icon::File,
                },
                name,
                chosen: *source == model.source,
                star: Some(browser.bookmarks.favourites.contains(source)),
                facts: facts.flatten(),
                wide: browser.wide && browser.can_widen,
                bad: facts == Some(None),
                focusable: is_entry,
            };
            let mut response = row(ui, shown);
            if response.row.hovered() || response.row.has_focus() {
                browser.described = Some(source.clone());
            }
            let words = decay.as_ref().map(RoomDecay::in_words);
            let about = foot::about(browser, model, source).into_iter();
            let about: Vec<String> = about.chain(words).collect();
            if !about.is_empty() {
                let about = about.join("\n");
                announce::describe(ui, &response.row, &about);
                response.row = response.row.on_hover_text(about);
            }
            if response.starred {
                browser.bookmarks.toggle_star(source);
            } else if response.row.clicked() {
                actions.extend(browser.chosen(source.clone()));
            }
            Some(response.row)
        }
    }
}

/// Draws the row of a folder and does what is done with it.
fn folder_row(
    ui: &mut Ui,
    (name, is_entry): (&str, bool),
    path: &Path,
    browser: &mut Browser,
) -> Response {
    let problem = browser.starred.problem(path).map(str::to_owned);
    let is_bad = problem.is_some();
    let shown = Row {
        icon: if is_bad { Icon::Warning } else { Icon::Folder },
        decay: None,
        name,
        chosen: false,
        star: Some(browser.bookmarks.has_folder(path)),
        facts: None,
        wide: false,
        bad: is_bad,
        focusable: is_entry,
    };
    let mut response = row(ui, shown);
    // Beside folders of other places it says where it is.
    let (_, whole) = folder_line::titles(path);
    let about = match (problem, browser.tab) {
        (Some(problem), _) => problem,
        (None, Tab::Favourites) => format!("Folder: {whole}"),
        (None, _) => "Folder".to_owned(),
    };
    announce::describe(ui, &response.row, &about);
    if browser.tab == Tab::Favourites {
        response.row = response.row.on_hover_text(about);
    }
    if response.starred {
        browser.bookmarks.toggle_folder(path);
    } else if response.row.clicked() {
        browser.enter(path);
    }
    response.row
}

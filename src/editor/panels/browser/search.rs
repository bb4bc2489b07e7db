//! The search field of the browser, and what stands in place of a list that is empty. Editor thread.

use egui::{Key, Modifiers, TextEdit, Ui, vec2};

use super::{Browser, Tab};
use crate::editor::action::Action;
use crate::editor::view_model::ViewModel;
use crate::editor::widgets::icons::{self, Icon};

/// Draws the field, with buttons for clearing it and for the columns. Enter takes the only row that is found, and goes
/// into the list where there are several. Escape clears it.
pub(super) fn show(
    ui: &mut Ui,
    browser: &mut Browser,
    model: &ViewModel,
    actions: &mut Vec<Action>,
) {
    let can_widen = browser.can_widen;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let is_used = !browser.search.is_empty();
        let buttons = f32::from(u8::from(can_widen) + u8::from(is_used));
        let field = TextEdit::singleline(&mut browser.search)
            .hint_text(hint(browser.tab))
            .margin(vec2(8.0, 5.0))
            .desired_width(ui.available_width() - 32.0 * buttons);
        let response = ui.add(field);
        let named = hint(browser.tab);
        ui.ctx()
            .accesskit_node_builder(response.id, |node| node.set_label(named));
        browser.field = Some(response.id);
        if response.lost_focus() {
            leave(ui, browser, model, actions);
        }
        if is_used && icons::button(ui, Icon::Clear, "Clear the search (Escape)", true).clicked() {
            browser.search.clear();
            response.request_focus();
        }
        let name = match browser.wide {
            true => "Show names only",
            false => "Show length, channels, rate and reverberation time",
        };
        if can_widen && icons::button(ui, Icon::Columns, name, true).clicked() {
            browser.wide = !browser.wide;
        }
    });
}

/// The field was left, by a key or otherwise.
fn leave(ui: &Ui, browser: &mut Browser, model: &ViewModel, actions: &mut Vec<Action>) {
    let pressed = |key| ui.input(|input| input.key_pressed(key));
    if pressed(Key::Escape) {
        browser.search.clear();
        // It does not also bring back the impulse from before.
        ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
        return;
    }
    if !pressed(Key::Enter) || browser.search.trim().is_empty() {
        return;
    }
    let (folders, sources) = (browser.starred_folders(), browser.sources(model));
    match (folders.as_slice(), sources.as_slice()) {
        ([], []) => {}
        ([folder], []) => browser.enter(folder),
        ([], [one]) => {
            actions.extend(browser.chosen(one.clone()));
            browser.reveal = Some(one.clone());
        }
        (folders, sources) => {
            // Folders stand above: where there are any, the first row is one of them.
            browser.reveal = sources.first().filter(|_| folders.is_empty()).cloned();
            browser.cursor.goes_to_first();
        }
    }
}

/// What is searched.
fn hint(tab: Tab) -> &'static str {
    match tab {
        Tab::Rooms => "Search the rooms",
        Tab::Files => "Search below this folder",
        Tab::Favourites => "Search what is starred",
        Tab::Recent => "Search what was loaded",
    }
}

/// What is said in place of an empty list.
pub(super) fn empty(browser: &Browser) -> &'static str {
    match browser.tab {
        _ if !browser.search.trim().is_empty() => "Nothing here has this in its name.",
        Tab::Favourites => "Impulses and folders that you mark with a star stand here.",
        Tab::Recent => "Impulses that you load stand here.",
        Tab::Rooms if browser.filters.is_used() => "No room has this category and this word.",
        Tab::Rooms | Tab::Files => "Nothing here.",
    }
}

//! The menu that says how the channels of a file are used, where there is a choice. Editor thread.

use egui::Ui;

use crate::editor::action::Action;
use crate::editor::view_model::ViewModel;
use crate::instance::ChannelsAs;

/// Draws the menu, if the file has three channels or more.
pub fn show(ui: &mut Ui, model: &ViewModel, actions: &mut Vec<Action>) {
    let loaded = model.loaded.as_deref();
    let Some(chosen) = loaded.and_then(|loaded| loaded.channels_as) else {
        return;
    };
    let hint = "What the channels of this file are: its first two left and right, the four paths of \
                true stereo, or B-format, which is decoded to two microphones.";
    let menu = ui.menu_button(chosen.name(), |ui| {
        for choice in ChannelsAs::ALL {
            if ui
                .selectable_label(choice == chosen, choice.name())
                .clicked()
            {
                actions.push(Action::ChannelsAs(choice));
                ui.close();
            }
        }
    });
    menu.response.on_hover_text(hint);
}

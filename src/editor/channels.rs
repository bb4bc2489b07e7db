//! The menu that says what the channels of a file are, where there is something to choose.
//! Editor thread.

use egui::Ui;

use super::action::Action;
use super::model::Model;
use crate::instance::ChannelsAs;

/// Draws the menu, if the file has three channels or more.
pub fn chooser(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let Some(chosen) = model.channels_as else {
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

//! The menu of a control, by the other button of the mouse, or by the menu key or Shift and F10 where it has the focus: back
//! to the default, a value to type, the value as text. Editor thread.

use egui::{Button, Key, Popup, Response, SetOpenCommand, Ui};

use super::editing::KnobContext;
use super::text_entry::TextEntry;
use crate::editor::action::set_at_once;
use crate::params::ParamSpec;

/// Shows the menu of what moves these controls, each with its normalised value, if it is asked for.
pub fn context_menu(
    ui: &Ui,
    response: &Response,
    controls: &[(&'static ParamSpec, f32)],
    context: &mut KnobContext<'_>,
) {
    let place = response.id.with("menu by key");
    let keyed = response.has_focus()
        && ui.input(|input| {
            let shifted = input.modifiers.shift && input.key_pressed(Key::F10);
            shifted || input.key_pressed(Key::Menu)
        });
    if keyed || response.secondary_clicked() {
        ui.data_mut(|data| data.insert_temp(place, keyed));
    }
    let mut popup = Popup::context_menu(response);
    if keyed {
        popup = popup.open_memory(SetOpenCommand::Bool(true));
    }
    // A key has no place: the menu hangs at the control.
    if ui.data(|data| data.get_temp(place)) == Some(true) {
        popup = popup.at_position(response.rect.center());
    }
    popup.show(|ui| {
        ui.set_min_width(150.0);
        for (control, value) in controls {
            entries(ui, control, *value, controls.len() > 1, context);
        }
    });
}

/// The entries of one control.
fn entries(
    ui: &mut Ui,
    control: &'static ParamSpec,
    value: f32,
    named: bool,
    context: &mut KnobContext<'_>,
) {
    let plain = control.plain(value);
    let name = match named {
        true => format!("{} ", control.short_name().to_lowercase()),
        false => String::new(),
    };
    let default = context.readings.line(control, control.default);
    let reset = Button::new(format!("Reset {name}to {default}"));
    if ui.add_enabled(plain != control.default, reset).clicked() {
        let to = control.normalized(control.default);
        set_at_once(context.actions, control.id, to);
        ui.close();
    }
    if !control.is_switch() && ui.button(format!("Type {name}\u{2026}")).clicked() {
        *context.entry = Some(TextEntry::open(ui, control, value, context.readings));
        ui.close();
    }
    let text = context.readings.line(control, plain);
    if ui.button(format!("Copy {text}")).clicked() {
        ui.ctx().copy_text(text);
        ui.close();
    }
}

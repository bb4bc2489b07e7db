//! The text field that opens over a control's value. Editor thread.

use egui::text::CCursor;
use egui::text_edit::TextEditState;
use egui::text_selection::CCursorRange;
use egui::{Align2, Id, Key, Rect, TextEdit, Ui};

use super::theme;
use crate::editor::action::{Action, set_at_once};
use crate::params::{Kind, ParamSpec, Unit};

/// An open text field.
#[derive(Clone, Debug)]
pub struct TextEntry {
    /// The control that it belongs to.
    pub id: &'static str,
    text: String,
    /// Whether the text was no value when Enter was pressed.
    rejected: bool,
    /// The frame in which it was opened. It is drawn from the next one on: the keys of this one are not for it.
    opened: u64,
}

impl TextEntry {
    /// Opens a field with the present value in it, selected, and gives it the focus.
    #[must_use]
    pub fn open(ui: &Ui, control: &'static ParamSpec, value: f32) -> Self {
        let text = control.show(control.plain(value));
        let id = field_id(control);
        // All of the text is selected, so that typing replaces it.
        let mut state = TextEditState::load(ui.ctx(), id).unwrap_or_default();
        let all = CCursorRange::two(CCursor::new(0), CCursor::new(text.chars().count()));
        state.cursor.set_char_range(Some(all));
        state.store(ui.ctx(), id);
        ui.memory_mut(|memory| memory.request_focus(id));
        Self {
            id: control.id,
            text,
            rejected: false,
            opened: ui.ctx().cumulative_pass_nr(),
        }
    }
}

/// The identity of a control's field. Only one is open at a time.
fn field_id(control: &ParamSpec) -> Id {
    Id::unique(("entry", control.id))
}

/// A value as the screen shows it: thousands of hertz in kHz, and "off" for filters at their limit.
#[must_use]
pub fn format_value(control: &ParamSpec, plain: f32) -> String {
    if let Some(word) = control.word_at_default.filter(|_| plain == control.default) {
        word.into()
    } else if control.unit == Unit::Hertz && plain >= 1000.0 {
        format!("{:.1} kHz", plain / 1000.0)
    } else {
        control.show(plain)
    }
}

/// Reads a typed value. Numbers out of range mean the nearest end. None if it is no number.
#[must_use]
pub fn parse_value(control: &ParamSpec, text: &str) -> Option<f32> {
    if let Ok(value) = control.parse(text) {
        return Some(value);
    }
    if !matches!(control.kind, Kind::Number(_)) {
        return None;
    }
    let value = control.read_number(text)?;
    Some(value.clamp(control.min, control.max))
}

/// Draws the field of `control` if it is open. Enter and leaving the field set the value, Escape does not. After Enter on
/// a text that is no number the field stays open, in the colour of errors.
pub fn show(
    ui: &mut Ui,
    rect: Rect,
    control: &'static ParamSpec,
    open: &mut Option<TextEntry>,
    actions: &mut Vec<Action>,
) {
    let Some(entry) = open.as_mut().filter(|entry| entry.id == control.id) else {
        return;
    };
    if entry.opened == ui.ctx().cumulative_pass_nr() {
        return;
    }
    let color = if entry.rejected {
        theme::ALERT
    } else {
        theme::TEXT
    };
    let response = ui.put(
        rect,
        TextEdit::singleline(&mut entry.text)
            .id(field_id(control))
            .font(theme::body())
            .text_color(color)
            .align(Align2::CENTER_CENTER)
            .margin(egui::vec2(2.0, 2.0))
            .hint_text(control.name),
    );
    if response.changed() {
        entry.rejected = false;
    }
    if !response.lost_focus() {
        return;
    }
    let escaped = ui.input(|input| input.key_pressed(Key::Escape));
    let entered = ui.input(|input| input.key_pressed(Key::Enter));
    match parse_value(control, &entry.text) {
        Some(value) if !escaped => set_at_once(actions, control.id, control.normalized(value)),
        None if entered => {
            entry.rejected = true;
            response.request_focus();
            return;
        }
        _ => {}
    }
    *open = None;
}

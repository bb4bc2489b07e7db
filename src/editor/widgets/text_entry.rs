//! The text field that opens over a control's value. Editor thread.

use egui::accesskit::Role;
use egui::text::CCursor;
use egui::text_edit::TextEditState;
use egui::text_selection::CCursorRange;
use egui::{Align2, Id, Key, LayerId, Order, Rect, Sense, TextEdit, Ui, WidgetInfo, pos2, vec2};

use super::readings::Readings;
pub use super::readings::{format_value, parse_value};
use super::theme;
use crate::editor::action::{Action, set_at_once};
use crate::params::ParamSpec;

/// An open text field.
#[derive(Clone, Debug)]
pub struct TextEntry {
    /// The control that it belongs to.
    pub id: &'static str,
    text: String,
    /// Why the text was no value when Enter was pressed.
    rejected: Option<String>,
    /// The frame in which it was opened. It is drawn from the next one on: the keys of this one are not for it.
    opened: u64,
}

impl TextEntry {
    /// Opens a field with the present value in it, selected, and gives it the focus.
    #[must_use]
    pub fn open(ui: &Ui, control: &'static ParamSpec, value: f32, readings: &Readings) -> Self {
        let text = readings.typed(control, control.plain(value));
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
            rejected: None,
            opened: ui.ctx().cumulative_pass_nr(),
        }
    }
}

/// The identity of a control's field. Only one is open at a time.
fn field_id(control: &ParamSpec) -> Id {
    Id::unique(("entry", control.id))
}

/// Draws the field of `control` if it is open. Enter and leaving the field set the value, Escape does not. After Enter on
/// a text that is no value the field stays open, in the colour of errors, and says why.
pub fn show(
    ui: &mut Ui,
    rect: Rect,
    control: &'static ParamSpec,
    open: &mut Option<TextEntry>,
    readings: &Readings,
    actions: &mut Vec<Action>,
) {
    let Some(entry) = open.as_mut().filter(|entry| entry.id == control.id) else {
        return;
    };
    if entry.opened == ui.ctx().cumulative_pass_nr() {
        return;
    }
    let color = match &entry.rejected {
        Some(_) => theme::ALERT,
        None => theme::TEXT,
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
        entry.rejected = None;
    }
    if let Some(reason) = &entry.rejected {
        show_reason(ui, rect, reason);
    }
    if !response.lost_focus() {
        return;
    }
    let escaped = ui.input(|input| input.key_pressed(Key::Escape));
    let entered = ui.input(|input| input.key_pressed(Key::Enter));
    match readings.read(control, &entry.text) {
        Ok(values) if !escaped => {
            for (control, value) in values {
                set_at_once(actions, control.id, control.normalized(value));
            }
        }
        Err(reason) if entered => {
            entry.rejected = Some(reason);
            response.request_focus();
            return;
        }
        _ => {}
    }
    *open = None;
}

/// Says above a field why what was typed is no value.
fn show_reason(ui: &Ui, field: Rect, reason: &str) {
    let layer = LayerId::new(Order::Foreground, Id::unique("why not"));
    let painter = ui.painter().clone().with_layer_id(layer);
    let galley = painter.layout(reason.to_owned(), theme::small(), theme::ALERT, 250.0);
    let size = galley.size() + vec2(16.0, 10.0);
    let window = ui.ctx().content_rect();
    let left = field.center().x - size.x / 2.0;
    let left = left
        .min(window.right() - size.x - 4.0)
        .max(window.left() + 4.0);
    let place = Rect::from_min_size(pos2(left, field.top() - size.y - 4.0), size);
    painter.rect(
        place,
        theme::RADIUS,
        theme::RAISED,
        egui::Stroke::new(1.0, theme::ALERT),
        egui::StrokeKind::Inside,
    );
    painter.galley(place.min + vec2(8.0, 5.0), galley, theme::ALERT);
    let response = ui.interact(place, Id::unique("reason"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, reason));
}

//! How a knob is moved: by pointer, wheel, keyboard and assistive tools. Each sends the host a whole gesture. Editor thread.

use egui::{Event, EventFilter, Key, MouseWheelUnit, Response, Ui};

use super::{FINE, NOTCH, TRAVEL};
use crate::editor::action::{Action, set_at_once};
use crate::editor::widgets::editing::{KnobContext, KnobDrag};
use crate::editor::widgets::text_entry::TextEntry;
use crate::editor::widgets::type_ahead::is_enter;
use crate::params::{Kind, ParamSpec};

/// The pointer: dragging, the wheel, a double click.
pub(super) fn pointer(
    ui: &Ui,
    response: &Response,
    control: &'static ParamSpec,
    value: f32,
    context: &mut KnobContext<'_>,
) {
    let id = control.id;
    let fine = |step: f32, shift: bool| if shift { step / FINE } else { step };
    if response.drag_started_by(egui::PointerButton::Primary) {
        *context.drag = Some(KnobDrag {
            id,
            position: value,
        });
        context.actions.push(Action::Begin(id));
    }
    if let Some(drag) = context.drag.as_mut().filter(|drag| drag.id == id) {
        // Not from the response: if the last movement and the release come in one frame, as they may on a busy machine,
        // it no longer says that it is dragged.
        let (delta, shift) = ui.input(|input| (input.pointer.delta(), input.modifiers.shift));
        let step = fine((delta.x - delta.y) / TRAVEL, shift);
        if step != 0.0 {
            drag.position = (drag.position + step).clamp(0.0, 1.0);
            context.actions.push(Action::Set(id, drag.position));
        }
        if !response.dragged() {
            context.actions.push(Action::End(id));
            *context.drag = None;
        }
    }
    let reset = response.clicked() && ui.input(|input| input.modifiers.command);
    if response.double_clicked() || reset {
        set_at_once(context.actions, id, control.normalized(control.default));
    }
    if response.hovered() {
        let (notches, shift) = wheel_notches(ui);
        if notches != 0.0 {
            let step = notch(control, shift);
            set_at_once(context.actions, id, value + step * notches);
        }
    }
}

/// How far a notch moves a control: one of several goes to its neighbour.
fn notch(control: &ParamSpec, shift: bool) -> f32 {
    match control.kind {
        Kind::Choice(_) => 1.0 / control.max,
        _ if shift => NOTCH / FINE,
        _ => NOTCH,
    }
}

/// By how many notches the wheel was turned in this frame, and whether the fine modifier was held. Some systems report
/// the wheel as horizontal while Shift is held, so both axes count.
pub fn wheel_notches(ui: &Ui) -> (f32, bool) {
    ui.input(|input| {
        let mut notches = 0.0;
        for event in &input.events {
            if let egui::Event::MouseWheel { unit, delta, .. } = event {
                let turned = delta.x + delta.y;
                notches += match unit {
                    MouseWheelUnit::Point => turned / 40.0,
                    MouseWheelUnit::Line => turned,
                    MouseWheelUnit::Page => turned * 10.0,
                };
            }
        }
        (notches, input.modifiers.shift)
    })
}

/// The keyboard and assistive tools.
pub fn keyboard(
    ui: &Ui,
    response: &Response,
    control: &'static ParamSpec,
    value: f32,
    context: &mut KnobContext<'_>,
) {
    let id = response.id;
    let requested = ui.input(|input| {
        use egui::accesskit::{Action, ActionData};
        let asked = |action| input.num_accesskit_action_requests(id, action) as f32;
        let step = asked(Action::Increment) - asked(Action::Decrement);
        let set = input
            .accesskit_action_requests(id, Action::SetValue)
            .find_map(|request| match request.data {
                Some(ActionData::NumericValue(plain)) => Some(control.normalized(plain as f32)),
                _ => None,
            });
        set.or((step != 0.0).then_some(value + notch(control, false) * step))
    });
    if let Some(to) = requested {
        set_at_once(context.actions, control.id, to);
    }
    if !response.has_focus() {
        return;
    }
    let filter = EventFilter {
        horizontal_arrows: true,
        vertical_arrows: true,
        ..EventFilter::default()
    };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
    let (to, typing) = ui.input(|input| {
        let step = notch(control, input.modifiers.shift);
        // All presses since the last frame count, in order. What comes after Enter is for the text field.
        let end = input.events.iter().position(is_enter);
        let events = input.events.iter().take(end.unwrap_or(usize::MAX));
        let to = events.fold(None, |to: Option<f32>, event| {
            let from = to.unwrap_or(value);
            key_target(control, from, step, event).or(to)
        });
        (to, end.is_some())
    });
    if let Some(to) = to {
        set_at_once(context.actions, control.id, to);
    }
    if typing {
        *context.entry = Some(TextEntry::open(
            ui,
            control,
            to.unwrap_or(value),
            context.readings,
        ));
    }
}

/// Where a key moves a knob that is at `from`; none if it is no key for knobs.
fn key_target(control: &'static ParamSpec, from: f32, step: f32, event: &Event) -> Option<f32> {
    let Event::Key {
        key, pressed: true, ..
    } = event
    else {
        return None;
    };
    let to = match key {
        Key::ArrowUp | Key::ArrowRight => from + step,
        Key::ArrowDown | Key::ArrowLeft => from - step,
        Key::PageUp => from + 5.0 * step,
        Key::PageDown => from - 5.0 * step,
        Key::Home => 0.0,
        Key::End => 1.0,
        Key::Delete | Key::Backspace => control.normalized(control.default),
        _ => return None,
    };
    Some(to.clamp(0.0, 1.0))
}

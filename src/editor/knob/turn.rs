//! The ways to turn a knob. Each sends the host a whole gesture. Editor thread.

use egui::{Event, EventFilter, Key, MouseWheelUnit, Response, Ui};

use super::{Drag, FINE, Hands, NOTCH, TRAVEL};
use crate::editor::action::{Action, turn};
use crate::editor::ahead::by_enter;
use crate::editor::entry::Entry;
use crate::params::ParamSpec;

/// The pointer: dragging, the wheel, a double click.
pub(super) fn by_hand(
    ui: &Ui,
    response: &Response,
    control: &'static ParamSpec,
    value: f32,
    hands: &mut Hands<'_>,
) {
    let id = control.id;
    let fine = |step: f32, shift: bool| if shift { step / FINE } else { step };
    if response.drag_started_by(egui::PointerButton::Primary) {
        *hands.drag = Some(Drag { id, at: value });
        hands.actions.push(Action::Begin(id));
    }
    if let Some(drag) = hands.drag.as_mut().filter(|drag| drag.id == id) {
        // Not by the response: it is no longer dragged where the last bit of way and the release
        // fall into one frame, and the frames of a busy machine are long.
        let (delta, shift) = ui.input(|input| (input.pointer.delta(), input.modifiers.shift));
        let step = fine((delta.x - delta.y) / TRAVEL, shift);
        if step != 0.0 {
            drag.at = (drag.at + step).clamp(0.0, 1.0);
            hands.actions.push(Action::Set(id, drag.at));
        }
        if !response.dragged() {
            hands.actions.push(Action::End(id));
            *hands.drag = None;
        }
    }
    let reset = response.clicked() && ui.input(|input| input.modifiers.command);
    if response.double_clicked() || reset {
        turn(hands.actions, id, control.normalized(control.default));
    }
    if response.hovered() {
        let (notches, shift) = wheel(ui);
        if notches != 0.0 {
            turn(hands.actions, id, value + fine(NOTCH * notches, shift));
        }
    }
}

/// The notches that the wheel turned in this frame, and whether the fine modifier was held. Some
/// systems turn the wheel sideways under Shift: both axes count.
pub fn wheel(ui: &Ui) -> (f32, bool) {
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

/// The keyboard, and assistive tools.
pub(super) fn by_key(
    ui: &Ui,
    response: &Response,
    control: &'static ParamSpec,
    value: f32,
    hands: &mut Hands<'_>,
) {
    let id = response.id;
    let spoken = ui.input(|input| {
        use egui::accesskit::{Action, ActionData};
        let asked = |action| input.num_accesskit_action_requests(id, action) as f32;
        let step = asked(Action::Increment) - asked(Action::Decrement);
        let set = input
            .accesskit_action_requests(id, Action::SetValue)
            .find_map(|request| match request.data {
                Some(ActionData::NumericValue(plain)) => Some(control.normalized(plain as f32)),
                _ => None,
            });
        set.or((step != 0.0).then_some(value + NOTCH * step))
    });
    if let Some(to) = spoken {
        turn(hands.actions, control.id, to);
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
        let step = if input.modifiers.shift {
            NOTCH / FINE
        } else {
            NOTCH
        };
        // All presses since the last frame count, in their order. What comes after Enter is for the field.
        let end = input.events.iter().position(by_enter);
        let events = input.events.iter().take(end.unwrap_or(usize::MAX));
        let to = events.fold(None, |to: Option<f32>, event| {
            let from = to.unwrap_or(value);
            stepped(control, from, step, event).or(to)
        });
        (to, end.is_some())
    });
    if let Some(to) = to {
        turn(hands.actions, control.id, to);
    }
    if typing {
        *hands.entry = Some(Entry::open(ui, control, to.unwrap_or(value)));
    }
}

/// Where a key moves a knob that stands at `from`, if it moves it.
fn stepped(control: &'static ParamSpec, from: f32, step: f32, event: &Event) -> Option<f32> {
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

//! Keys that were pressed before a text field had the focus. Editor thread.
//!
//! A frame is drawn with all events since the last one. A field that is clicked gets the focus while that frame is drawn,
//! so it misses what was typed between the click and the frame. That is kept and put in front of the next frame's events.

use egui::{Event, Id, Key, Ui};

/// The events that are kept for the next frame.
#[derive(Clone, Debug, Default)]
pub struct TypeAhead {
    kept: Vec<Event>,
    /// What had the focus when the frame began.
    focused: Option<Id>,
}

impl TypeAhead {
    /// At the beginning of a frame: puts the kept events first.
    pub fn begin(&mut self, ui: &Ui) {
        self.focused = ui.memory(|memory| memory.focused());
        if !self.kept.is_empty() {
            let kept = std::mem::take(&mut self.kept);
            ui.input_mut(|input| input.events.splice(0..0, kept).for_each(drop));
        }
    }

    /// At the end of a frame: if a field has just got the focus, keeps the events that it has missed.
    pub fn end(&mut self, ui: &Ui) {
        let focused = ui.memory(|memory| memory.focused());
        if focused == self.focused || !ui.ctx().text_edit_focused() {
            return;
        }
        self.kept = ui.input(|input| {
            let events = &input.events;
            let after = events.iter().rposition(is_pointer_button);
            let after = after.or_else(|| events.iter().position(is_enter));
            let typed = events.iter().skip(after.map_or(0, |index| index + 1));
            typed.filter(|event| is_typed(event)).cloned().collect()
        });
        if !self.kept.is_empty() {
            ui.ctx().request_repaint();
        }
    }
}

fn is_pointer_button(event: &Event) -> bool {
    matches!(event, Event::PointerButton { .. })
}

/// Whether this is a press of Enter, which opens the text field of the focused control.
pub fn is_enter(event: &Event) -> bool {
    matches!(
        event,
        Event::Key {
            key: Key::Enter,
            pressed: true,
            ..
        }
    )
}

fn is_typed(event: &Event) -> bool {
    matches!(
        event,
        Event::Key { .. } | Event::Text(_) | Event::Paste(_) | Event::Copy | Event::Cut
    )
}

//! Keys that were pressed before a text field could hear them. Editor thread.
//!
//! A frame is drawn with all that has happened since the last one, and a field that is clicked gets the focus while
//! that frame is drawn: what was typed after the click, but before the frame, would be lost. It is kept for the next
//! frame, which the field hears from its beginning.

use egui::{Event, Id, Key, Ui};

/// What was typed ahead.
#[derive(Clone, Debug, Default)]
pub struct Ahead {
    kept: Vec<Event>,
    /// What had the focus when the frame began.
    focused: Option<Id>,
}

impl Ahead {
    /// At the beginning of a frame: what was kept comes first.
    pub fn begin(&mut self, ui: &Ui) {
        self.focused = ui.memory(|memory| memory.focused());
        if !self.kept.is_empty() {
            let kept = std::mem::take(&mut self.kept);
            ui.input_mut(|input| input.events.splice(0..0, kept).for_each(drop));
        }
    }

    /// At the end of a frame: keeps what a field that has just got the focus has not heard.
    pub fn end(&mut self, ui: &Ui) {
        let focused = ui.memory(|memory| memory.focused());
        if focused == self.focused || !ui.ctx().text_edit_focused() {
            return;
        }
        self.kept = ui.input(|input| {
            let events = &input.events;
            let after = events.iter().rposition(by_pointer);
            let after = after.or_else(|| events.iter().position(by_enter));
            let typed = events.iter().skip(after.map_or(0, |index| index + 1));
            typed.filter(|event| is_typed(event)).cloned().collect()
        });
        if !self.kept.is_empty() {
            ui.ctx().request_repaint();
        }
    }
}

fn by_pointer(event: &Event) -> bool {
    matches!(event, Event::PointerButton { .. })
}

/// Whether that opens the field of what has the focus.
pub fn by_enter(event: &Event) -> bool {
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

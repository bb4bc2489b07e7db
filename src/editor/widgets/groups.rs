//! The parts of the screen that F6 jumps between, and Shift+F6 the other way round. The tabulator goes through all of what
//! is in them, in the same order. Editor thread.

use egui::{Id, Key, Modifiers, Rect, Ui};

/// A part of the screen.
#[derive(Clone, Copy, Debug)]
pub struct Group {
    /// Where it is.
    pub rect: Rect,
    /// What the focus goes to; without it, the first that can have the focus.
    pub first: Option<Id>,
}

/// Jumps, if that is asked for in this frame. The order is that of `groups`.
pub fn jump(ui: &Ui, groups: &[Group]) {
    let pressed = |modifiers| {
        ui.input_mut(|input| input.count_and_consume_key(modifiers, Key::F6)) % groups.len().max(1)
    };
    // With Shift first: without it the key is taken whatever is held.
    let back = pressed(Modifiers::SHIFT);
    let on = pressed(Modifiers::NONE);
    if on == back || groups.is_empty() {
        return;
    }
    let focused = ui.memory(|memory| memory.focused());
    let places = places(ui);
    let of = |id: Id| {
        let (_, rect) = places.iter().find(|(other, _)| *other == id)?;
        groups
            .iter()
            .position(|group| group.rect.contains(rect.center()))
    };
    let count = groups.len();
    let now = focused.and_then(of);
    for step in 1..=count {
        // From nowhere the first is reached, or the last.
        let index = match (now, on > back) {
            (None, true) => step - 1,
            (None, false) => count - step,
            (Some(now), true) => (now + on - back + step - 1) % count,
            (Some(now), false) => (now + 2 * count - (back - on) - (step - 1)) % count,
        };
        let Some(group) = groups.get(index) else {
            return;
        };
        let inside = |(_, rect): &&(Id, Rect)| group.rect.contains(rect.center());
        let known = |id: &Id| places.iter().any(|(other, _)| other == id);
        let first = group.first.filter(known);
        let first = first.or_else(|| places.iter().find(inside).map(|(id, _)| *id));
        if let Some(id) = first {
            ui.memory_mut(|memory| memory.request_focus(id));
            ui.ctx().request_repaint();
            return;
        }
    }
}

/// What can have the focus, in the order of the tabulator, as of the last frame.
fn places(ui: &Ui) -> Vec<(Id, Rect)> {
    ui.ctx().viewport(|viewport| {
        let widgets = viewport.prev_pass.widgets.get_layer(ui.layer_id());
        widgets
            .filter(|widget| widget.enabled && widget.sense.is_focusable())
            .map(|widget| (widget.id, widget.interact_rect))
            .collect()
    })
}

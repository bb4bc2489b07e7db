//! A point of the picture that moves controls: by pointer, wheel, keys, typing, its menu and for assistive tools. It may move
//! one control, or one up and down and another from left to right. Editor thread.

use egui::accesskit::Role;
use egui::{
    Align2, CornerRadius, Event, EventFilter, Key, PointerButton, Pos2, Rect, Response, Sense,
    Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2, vec2,
};

use crate::editor::action::{Action, set_at_once};
use crate::editor::view_model::ViewModel;
use crate::editor::widgets::context_menu::context_menu;
use crate::editor::widgets::knob::{FINE, KnobContext, KnobDrag, NOTCH, keyboard, wheel_notches};
use crate::editor::widgets::readings::{Readings, plain};
use crate::editor::widgets::text_entry::{self, TextEntry};
use crate::editor::widgets::theme;
use crate::params::{ParamSpec, index_of, param_of};

/// A point that is being dragged.
#[derive(Clone, Copy, Debug)]
pub struct NodeDrag {
    /// Which one.
    pub key: &'static str,
    /// Where it was taken.
    pub pointer: Pos2,
    /// The values of its controls then, in their units.
    pub plain: [f32; 2],
    /// What else it was then, as the view wants to know it.
    pub base: f32,
}

/// What the points of a view have together: at most one is dragged, and one is typed into.
#[derive(Debug, Default)]
pub struct NodeState {
    /// The drag in progress.
    pub drag: Option<NodeDrag>,
    entry: Option<TextEntry>,
    /// Where the open field belongs.
    entry_at: Pos2,
    knob: Option<KnobDrag>,
}

impl NodeState {
    /// The drag in progress, if it is of this point.
    #[must_use]
    pub fn dragged(&self, key: &str) -> Option<NodeDrag> {
        self.drag.filter(|drag| drag.key == key)
    }
}

/// What a point may change.
#[derive(Debug)]
pub struct NodeContext<'a> {
    /// What the screen shows.
    pub model: &'a ViewModel,
    /// What values are measured by.
    pub readings: Readings,
    /// The drag and the field that are open.
    pub state: &'a mut NodeState,
    /// What the user asked for.
    pub actions: &'a mut Vec<Action>,
}

impl NodeContext<'_> {
    fn knob(&mut self) -> KnobContext<'_> {
        KnobContext {
            readings: &self.readings,
            entry: &mut self.state.entry,
            drag: &mut self.state.knob,
            actions: self.actions,
        }
    }
}

/// A point.
#[derive(Debug)]
pub struct Node<'a> {
    /// What it is told from others by.
    pub key: &'static str,
    /// Its name for assistive tools.
    pub name: String,
    /// What it is set to, in words.
    pub value: String,
    /// Where it is.
    pub at: Pos2,
    /// Where it can be taken.
    pub touch: Rect,
    /// What it moves: the first up and down, a second one from left to right.
    pub moves: &'a [&'static ParamSpec],
    /// What the wheel and the keys for pages move.
    pub wheel: &'static ParamSpec,
    /// What its menu has, and what a double click puts back.
    pub all: &'a [&'static ParamSpec],
    /// What the view wants to know of the beginning of a drag.
    pub base: f32,
}

impl Node<'_> {
    /// Lets the user move it. `moved` says to which values, in their units, a drag by so many points leads.
    pub fn interact(
        &self,
        ui: &Ui,
        context: &mut NodeContext<'_>,
        moved: impl Fn(&NodeDrag, Vec2) -> [f32; 2],
    ) -> Response {
        let id = ui.scope_id().with(("node", self.key));
        let response = ui.interact(self.touch, id, Sense::click_and_drag());
        let first = plain(context.model, self.moves[0].id);
        response.widget_info(|| {
            let mut info = WidgetInfo::slider(true, f64::from(first), &self.name);
            info.current_text_value = Some(self.value.clone());
            info
        });
        self.drag(ui, &response, context, moved);
        if response.double_clicked() {
            self.reset(context.actions);
        }
        if response.hovered() {
            let (notches, shift) = wheel_notches(ui);
            let step = if shift { NOTCH / FINE } else { NOTCH };
            if notches != 0.0 {
                self.step(self.wheel, notches * step, context);
            }
        }
        self.keys(ui, &response, context);
        let values: Vec<_> = (self.all.iter())
            .map(|control| (*control, normalized(context.model, control)))
            .collect();
        context_menu(ui, &response, &values, &mut context.knob());
        if let Some(entry) = &context.state.entry
            && self.all.iter().any(|control| control.id == entry.id)
        {
            context.state.entry_at = self.at;
        }
        response
    }

    fn reset(&self, actions: &mut Vec<Action>) {
        for control in self.all {
            set_at_once(actions, control.id, control.normalized(control.default));
        }
    }

    fn step(&self, control: &'static ParamSpec, by: f32, context: &mut NodeContext<'_>) {
        let to = normalized(context.model, control) + by;
        set_at_once(context.actions, control.id, to);
    }

    fn drag(
        &self,
        ui: &Ui,
        response: &Response,
        context: &mut NodeContext<'_>,
        moved: impl Fn(&NodeDrag, Vec2) -> [f32; 2],
    ) {
        if response.drag_started_by(PointerButton::Primary)
            // egui reports a drag after a few points of movement; those count too.
            && let Some(pointer) = ui.input(|input| input.pointer.press_origin())
        {
            let value = |place: usize| {
                let control = self.moves.get(place);
                control.map_or(0.0, |control| plain(context.model, control.id))
            };
            context.state.drag = Some(NodeDrag {
                key: self.key,
                pointer,
                plain: [value(0), value(1)],
                base: self.base,
            });
            let begin = self.moves.iter().map(|control| Action::Begin(control.id));
            context.actions.extend(begin);
        }
        let pointer = ui.input(|input| input.pointer.latest_pos());
        let (Some(held), Some(pointer)) = (context.state.dragged(self.key), pointer) else {
            return;
        };
        let shift = ui.input(|input| input.modifiers.shift);
        let way = (pointer - held.pointer) / if shift { FINE } else { 1.0 };
        // Not from the response: if the last movement and the release come in one frame, as they may on a busy machine,
        // it no longer says that it is dragged.
        if ui.input(|input| input.pointer.delta()) != Vec2::ZERO {
            for (control, to) in self.moves.iter().zip(moved(&held, way)) {
                let to = control.normalized(to);
                if to != normalized(context.model, control) {
                    context.actions.push(Action::Set(control.id, to));
                }
            }
        }
        if !response.dragged() {
            let end = self.moves.iter().map(|control| Action::End(control.id));
            context.actions.extend(end);
            context.state.drag = None;
        }
    }

    /// The keys: those of a knob, and where there are two controls the arrows move one each.
    fn keys(&self, ui: &Ui, response: &Response, context: &mut NodeContext<'_>) {
        let [vertical, horizontal] = self.moves else {
            let control = self.moves[0];
            let value = normalized(context.model, control);
            return keyboard(ui, response, control, value, &mut context.knob());
        };
        if !response.has_focus() {
            // For assistive tools.
            let value = normalized(context.model, vertical);
            return keyboard(ui, response, vertical, value, &mut context.knob());
        }
        let filter = EventFilter {
            horizontal_arrows: true,
            vertical_arrows: true,
            ..EventFilter::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        let (presses, shift) = ui.input(|input| {
            let pressed = input.events.iter().filter_map(|event| match event {
                Event::Key {
                    key, pressed: true, ..
                } => Some(*key),
                _ => None,
            });
            (pressed.collect::<Vec<_>>(), input.modifiers.shift)
        });
        let step = if shift { NOTCH / FINE } else { NOTCH };
        let count = |key| presses.iter().filter(|pressed| **pressed == key).count() as f32;
        for (control, more, less) in [
            (*vertical, Key::ArrowUp, Key::ArrowDown),
            (*horizontal, Key::ArrowRight, Key::ArrowLeft),
            (self.wheel, Key::PageUp, Key::PageDown),
        ] {
            let steps = count(more) - count(less);
            if steps != 0.0 {
                self.step(control, steps * step, context);
            }
        }
        if presses.contains(&Key::Delete) || presses.contains(&Key::Backspace) {
            self.reset(context.actions);
        }
        if presses.contains(&Key::Enter) {
            let value = normalized(context.model, vertical);
            let entry = TextEntry::open(ui, vertical, value, &context.readings);
            context.state.entry = Some(entry);
        }
    }
}

fn normalized(model: &ViewModel, control: &ParamSpec) -> f32 {
    index_of(control.id).map_or(0.0, |place| model.values[place])
}

/// Draws the open field, over all points.
pub fn entry(ui: &mut Ui, plot: Rect, context: &mut NodeContext<'_>) {
    let Some(control) = context
        .state
        .entry
        .as_ref()
        .and_then(|entry| param_of(entry.id))
    else {
        return;
    };
    let size = vec2(84.0, 20.0);
    let at = context.state.entry_at;
    let left = (at.x - size.x / 2.0)
        .min(plot.right() - size.x)
        .max(plot.left());
    let top = match at.y - 30.0 > plot.top() {
        true => at.y - 30.0,
        false => at.y + 10.0,
    };
    let rect = Rect::from_min_size(pos2(left, top.min(plot.bottom() - size.y)), size);
    let (open, readings) = (&mut context.state.entry, &context.readings);
    text_entry::show(ui, rect, control, open, readings, context.actions);
}

/// Draws a point as a circle. One that is at its default is hollow.
pub fn dot(ui: &Ui, at: Pos2, radius: f32, lit: bool, moved: bool) {
    let fill = match (lit, moved) {
        (true, _) => theme::TEXT,
        (false, true) => theme::ACCENT,
        (false, false) => theme::GROUND,
    };
    let radius = if lit { radius + 1.5 } else { radius };
    ui.painter()
        .circle(at, radius, fill, Stroke::new(1.5, theme::TEXT));
}

/// Draws the ring of the keyboard's focus.
pub fn focus(ui: &Ui, around: Rect) {
    let stroke = Stroke::new(1.0, theme::ACCENT);
    ui.painter()
        .rect_stroke(around, CornerRadius::same(4), stroke, StrokeKind::Outside);
}

/// A text in a box beside a point.
pub fn label(ui: &Ui, plot: Rect, at: Pos2, text: String) {
    let painter = ui.painter();
    let galley = painter.layout_no_wrap(text, theme::body(), theme::TEXT);
    let size = galley.size() + vec2(12.0, 6.0);
    let right = at.x + 14.0 + size.x > plot.right();
    let left = if right {
        at.x - 14.0 - size.x
    } else {
        at.x + 14.0
    };
    let lowest = plot.bottom() - size.y;
    let top = (at.y - size.y / 2.0).min(lowest).max(plot.top());
    let place = Rect::from_min_size(pos2(left.max(plot.left()), top), size);
    painter.rect_filled(place, theme::RADIUS, theme::RAISED);
    let inner = Align2::CENTER_CENTER.align_size_within_rect(galley.size(), place);
    painter.galley(inner.min, galley, theme::TEXT);
}

/// A part of the picture that only says something.
pub fn say(ui: &Ui, place: Rect, key: &str, text: &str) -> Response {
    let response = ui.interact(place, ui.scope_id().with(key), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
    response
}

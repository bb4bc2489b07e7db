//! Handles on the display that shape the impulse: each moves its control along the time line and shows the value
//! meanwhile. Editor thread.

use egui::accesskit::Role;
use egui::{
    Align2, CursorIcon, Pos2, Rect, Response, Sense, Stroke, Ui, Vec2, WidgetInfo, pos2, vec2,
};

use super::DisplayMode;
use super::axis::{Axis, plain};
use crate::editor::action::{Action, set_at_once};
use crate::editor::view_model::{IrView, ViewModel};
use crate::editor::widgets::knob::{FINE, NOTCH, wheel_notches};
use crate::editor::widgets::text_entry::format_value;
use crate::editor::widgets::theme;
use crate::params::{ParamSpec, param_of};

/// The radius of a handle, points.
const RADIUS: f32 = 5.0;

/// One handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ShapeHandle {
    Predelay,
    Start,
    Attack,
    Length,
    Decay,
    Damping,
}

const HANDLES: [ShapeHandle; 6] = [
    ShapeHandle::Predelay,
    ShapeHandle::Start,
    ShapeHandle::Attack,
    ShapeHandle::Length,
    ShapeHandle::Decay,
    ShapeHandle::Damping,
];

/// A handle that is being dragged.
#[derive(Clone, Copy, Debug)]
pub struct DragState {
    handle: ShapeHandle,
    /// The axis when the drag began. It is kept until the drag ends, or the display would rescale under the pointer.
    pub axis: Axis,
    /// Where the handle and the pointer were when it began, seconds and points.
    time: f32,
    pointer: f32,
    /// The control's value then, in its unit, and the length of the shaped impulse at a length of 100 %, seconds.
    plain: f32,
    whole: f32,
}

impl ShapeHandle {
    fn id(self) -> &'static str {
        match self {
            Self::Predelay => "predelay",
            Self::Start => "start",
            Self::Attack => "attack",
            Self::Length => "length",
            Self::Decay => "decay",
            Self::Damping => "damping",
        }
    }

    /// Where the handle is: its time, seconds, and its height, points. None if the display does not show what it moves, or a
    /// note in the host's tempo counts in its place.
    fn place(self, axis: &Axis, model: &ViewModel) -> Option<(f32, f32)> {
        let in_time = match self {
            Self::Predelay => plain(model, "predelay_sync") > 0.0,
            Self::Length => plain(model, "length_sync") > 0.0,
            _ => false,
        };
        if in_time {
            return None;
        }
        let plot = axis.plot;
        let ir = &model.ir;
        Some(match self {
            Self::Predelay => (axis.original, plot.top() + RADIUS + 1.0),
            Self::Start => (axis.shaped, plot.bottom() - RADIUS - 1.0),
            Self::Attack => {
                // Below the others. In a very short decay the handles on the curves are at the same time as this one,
                // and must not cover it.
                let attack = plain(model, "attack") / 1000.0;
                (axis.shaped + attack, plot.top() + plot.height() * 0.76)
            }
            Self::Length => {
                let end = axis.shaped + ir.shaped_seconds;
                (end, plot.top() + plot.height() * 0.6)
            }
            Self::Decay => on_curve(axis, ir, false, -30.0)?,
            Self::Damping => on_curve(axis, ir, true, -20.0)?,
        })
    }

    /// The control's value, in its unit, when the handle is moved to this time.
    fn moved(self, drag: &DragState, time: f32) -> f32 {
        let axis = &drag.axis;
        let ratio = |time: f32| (time - axis.shaped) / (drag.time - axis.shaped).max(0.001);
        match self {
            Self::Predelay => time * 1000.0,
            Self::Start => (time - axis.original) * 1000.0,
            Self::Attack => (time - axis.shaped) * 1000.0,
            Self::Length => 100.0 * (time - axis.shaped) / drag.whole.max(0.001),
            Self::Decay | Self::Damping => drag.plain * ratio(time),
        }
    }

    /// Where the handle is, seconds, while it is dragged and its control has this value.
    fn dragged(self, drag: &DragState, plain: f32) -> f32 {
        let axis = &drag.axis;
        match self {
            Self::Predelay => plain / 1000.0,
            Self::Start => axis.original + plain / 1000.0,
            Self::Attack => axis.shaped + plain / 1000.0,
            Self::Length => axis.shaped + drag.whole * plain / 100.0,
            Self::Decay | Self::Damping => {
                axis.shaped + (drag.time - axis.shaped) * plain / drag.plain.max(0.001)
            }
        }
    }
}

/// The point at this level on the decay curve of the whole spectrum, or of the highest band if `high`.
fn on_curve(axis: &Axis, ir: &IrView, high: bool, level: f32) -> Option<(f32, f32)> {
    let curves = ir.decays.iter().filter(|decay| (decay.hertz > 0.0) == high);
    let curve = curves.max_by(|a, b| a.hertz.total_cmp(&b.hertz))?;
    let index = curve.curve.iter().position(|value| *value <= level)?;
    let time = axis.shaped + curve.start + curve.step * index as f32;
    Some((time, axis.level(level)))
}

/// The handles that this mode has: each with its control, the value, its time and its position.
fn each<'m>(
    axis: &'m Axis,
    model: &'m ViewModel,
    mode: DisplayMode,
    drag: Option<&'m DragState>,
) -> impl Iterator<Item = (ShapeHandle, &'static ParamSpec, f32, f32, Pos2)> {
    HANDLES.into_iter().filter_map(move |handle| {
        let curve = matches!(handle, ShapeHandle::Decay | ShapeHandle::Damping);
        if curve && mode != DisplayMode::Decibel {
            return None;
        }
        let control = param_of(handle.id())?;
        let (mut time, y) = handle.place(axis, model)?;
        let value = plain(model, control.id);
        if let Some(drag) = drag.filter(|drag| drag.handle == handle) {
            time = handle.dragged(drag, value);
        }
        let x = axis.x(time).min(axis.plot.right()).max(axis.plot.left());
        Some((handle, control, value, time, pos2(x, y)))
    })
}

/// Draws the lines from the handles to the display. To be called before text is drawn, so that no line crosses it.
pub fn guides(
    ui: &Ui,
    axis: &Axis,
    model: &ViewModel,
    mode: DisplayMode,
    drag: Option<&DragState>,
) {
    for (handle, control, value, _, at) in each(axis, model, mode, drag) {
        guide(ui, axis, handle, at, value, control);
    }
}

/// Draws all handles and lets the user drag them.
pub fn show(
    ui: &Ui,
    axis: &Axis,
    model: &ViewModel,
    mode: DisplayMode,
    drag: &mut Option<DragState>,
    actions: &mut Vec<Action>,
) {
    let held = *drag;
    for (handle, control, value, time, at) in each(axis, model, mode, held.as_ref()) {
        let response = sense(ui, at, control);
        respond(ui, &response, handle, (axis, model, time), drag, actions);
        let lit = response.hovered() || response.dragged();
        paint(ui, at, lit, value != control.default);
        if lit {
            ui.set_cursor_icon(CursorIcon::ResizeHorizontal);
            readout(ui, axis, at, control, value);
        }
    }
}

fn sense(ui: &Ui, at: Pos2, control: &ParamSpec) -> Response {
    let area = Rect::from_center_size(at, Vec2::splat(20.0));
    let id = ui.scope_id().with(("handle", control.id));
    // Not reached by the keyboard: every handle moves a control that has a knob too.
    let response = ui.interact(area, id, Sense::CLICK | Sense::DRAG);
    response
        .widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Drag {}", control.name)));
    response
}

/// Turns what the pointer does to a handle into actions.
fn respond(
    ui: &Ui,
    response: &Response,
    handle: ShapeHandle,
    (axis, model, time): (&Axis, &ViewModel, f32),
    drag: &mut Option<DragState>,
    actions: &mut Vec<Action>,
) {
    let Some(control) = param_of(handle.id()) else {
        return;
    };
    let value = plain(model, control.id);
    let pointer = ui.input(|input| input.pointer.latest_pos());
    if response.drag_started_by(egui::PointerButton::Primary)
        // egui reports a drag after a few points of movement; those count too.
        && let Some(pointer) = ui.input(|input| input.pointer.press_origin())
    {
        let kept = plain(model, "length") / 100.0;
        *drag = Some(DragState {
            handle,
            axis: *axis,
            time,
            pointer: pointer.x,
            plain: value,
            whole: model.ir.shaped_seconds / kept.max(0.01),
        });
        actions.push(Action::Begin(control.id));
    }
    if let (Some(held), Some(pointer)) = (&*drag, pointer)
        && held.handle == handle
    {
        let shift = ui.input(|input| input.modifiers.shift);
        let way = (pointer.x - held.pointer) / if shift { FINE } else { 1.0 };
        let time = held.time + held.axis.span * way / held.axis.plot.width();
        let to = control.normalized(handle.moved(held, time));
        // Not from the response: if the last movement and the release come in one frame, as they may on a busy machine,
        // it no longer says that it is dragged.
        let moving = ui.input(|input| input.pointer.delta()) != Vec2::ZERO;
        if moving && to != control.normalized(value) {
            actions.push(Action::Set(control.id, to));
        }
        if !response.dragged() {
            actions.push(Action::End(control.id));
            *drag = None;
        }
    }
    if response.double_clicked() {
        set_at_once(actions, control.id, control.normalized(control.default));
    }
    if response.hovered() {
        let (notches, shift) = wheel_notches(ui);
        if notches != 0.0 {
            let step = if shift { NOTCH / FINE } else { NOTCH };
            set_at_once(
                actions,
                control.id,
                control.normalized(value) + notches * step,
            );
        }
    }
}

/// Draws the line where a handle cuts or fades the impulse.
fn guide(ui: &Ui, axis: &Axis, handle: ShapeHandle, at: Pos2, value: f32, control: &ParamSpec) {
    if value == control.default {
        return;
    }
    let stroke = Stroke::new(1.0, theme::TEXT.gamma_multiply(0.55));
    let plot = axis.plot;
    match handle {
        ShapeHandle::Predelay | ShapeHandle::Start | ShapeHandle::Length => {
            ui.painter().vline(at.x, plot.y_range(), stroke);
        }
        ShapeHandle::Attack => {
            let from = pos2(axis.x(axis.shaped), plot.bottom());
            let to = pos2(at.x, plot.top());
            ui.painter().line_segment([from, to], stroke);
        }
        ShapeHandle::Decay | ShapeHandle::Damping => {}
    }
}

fn paint(ui: &Ui, at: Pos2, lit: bool, changed: bool) {
    let radius = if lit { RADIUS + 1.5 } else { RADIUS };
    let fill = match (lit, changed) {
        (true, _) => theme::TEXT,
        (false, true) => theme::ACCENT,
        (false, false) => theme::GROUND,
    };
    let painter = ui.painter();
    painter.circle(at, radius, fill, Stroke::new(1.5, theme::TEXT));
}

/// The control's name and value beside the handle.
fn readout(ui: &Ui, axis: &Axis, at: Pos2, control: &ParamSpec, value: f32) {
    let text = format!("{}  {}", control.name, format_value(control, value));
    let painter = ui.painter();
    let galley = painter.layout_no_wrap(text, theme::body(), theme::TEXT);
    let size = galley.size() + vec2(12.0, 6.0);
    let right = at.x + 14.0 + size.x > axis.plot.right();
    let left = if right {
        at.x - 14.0 - size.x
    } else {
        at.x + 14.0
    };
    let lowest = axis.plot.bottom() - size.y;
    let top = (at.y - size.y / 2.0).min(lowest).max(axis.plot.top());
    let place = Rect::from_min_size(pos2(left, top), size);
    painter.rect_filled(place, theme::RADIUS, theme::RAISED);
    let inner = Align2::CENTER_CENTER.align_size_within_rect(galley.size(), place);
    painter.galley(inner.min, galley, theme::TEXT);
}

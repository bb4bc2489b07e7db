//! The shape as handles on the picture: each moves its control along the time line, and says the
//! value while it does. Editor thread.

use egui::accesskit::Role;
use egui::{
    Align2, CursorIcon, Pos2, Rect, Response, Sense, Stroke, Ui, Vec2, WidgetInfo, pos2, vec2,
};

use super::Display;
use super::axis::{Axis, plain};
use crate::editor::action::{Action, turn};
use crate::editor::entry::shown;
use crate::editor::knob::{FINE, NOTCH, wheel};
use crate::editor::model::{Model, Picture};
use crate::editor::theme;
use crate::params::{ParamSpec, param_of};

/// The radius of a handle, points.
const RADIUS: f32 = 5.0;

/// One handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Handle {
    Predelay,
    Start,
    Attack,
    Length,
    Decay,
    Damping,
}

const HANDLES: [Handle; 6] = [
    Handle::Predelay,
    Handle::Start,
    Handle::Attack,
    Handle::Length,
    Handle::Decay,
    Handle::Damping,
];

/// A handle being held.
#[derive(Clone, Copy, Debug)]
pub struct Grip {
    handle: Handle,
    /// The axis when it was taken: it stays until the handle is let go, or the picture would run
    /// away under the hand.
    pub axis: Axis,
    /// Where the handle and the pointer were, seconds and points.
    time: f32,
    pointer: f32,
    /// The control's value then, in its unit, and the length of the whole shaped impulse, seconds.
    plain: f32,
    whole: f32,
}

impl Handle {
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

    /// Where the handle is on the time line, seconds, and how high, points. None if the picture
    /// does not show what it moves.
    fn place(self, axis: &Axis, model: &Model) -> Option<(f32, f32)> {
        let plot = axis.plot;
        let picture = &model.picture;
        Some(match self {
            Self::Predelay => (axis.original, plot.top() + RADIUS + 1.0),
            Self::Start => (axis.shaped, plot.bottom() - RADIUS - 1.0),
            Self::Attack => {
                // Below the others: where a sound dies away at once, the handles on its curves stand
                // at the same time, and must not lie over this one.
                let attack = plain(model, "attack") / 1000.0;
                (axis.shaped + attack, plot.top() + plot.height() * 0.76)
            }
            Self::Length => {
                let end = axis.shaped + picture.shaped_seconds;
                (end, plot.top() + plot.height() * 0.6)
            }
            Self::Decay => on_curve(axis, picture, false, -30.0)?,
            Self::Damping => on_curve(axis, picture, true, -20.0)?,
        })
    }

    /// The control's value, in its unit, when the handle is moved to this time.
    fn moved(self, grip: &Grip, time: f32) -> f32 {
        let axis = &grip.axis;
        let ratio = |time: f32| (time - axis.shaped) / (grip.time - axis.shaped).max(0.001);
        match self {
            Self::Predelay => time * 1000.0,
            Self::Start => (time - axis.original) * 1000.0,
            Self::Attack => (time - axis.shaped) * 1000.0,
            Self::Length => 100.0 * (time - axis.shaped) / grip.whole.max(0.001),
            Self::Decay | Self::Damping => grip.plain * ratio(time),
        }
    }

    /// Where the handle stands, seconds, while it is held and its control has this value.
    fn held(self, grip: &Grip, plain: f32) -> f32 {
        let axis = &grip.axis;
        match self {
            Self::Predelay => plain / 1000.0,
            Self::Start => axis.original + plain / 1000.0,
            Self::Attack => axis.shaped + plain / 1000.0,
            Self::Length => axis.shaped + grip.whole * plain / 100.0,
            Self::Decay | Self::Damping => {
                axis.shaped + (grip.time - axis.shaped) * plain / grip.plain.max(0.001)
            }
        }
    }
}

/// The place on the curve of the whole spectrum, or of the highest band, at this level.
fn on_curve(axis: &Axis, picture: &Picture, high: bool, level: f32) -> Option<(f32, f32)> {
    let curves = picture
        .decays
        .iter()
        .filter(|decay| (decay.hertz > 0.0) == high);
    let curve = curves.max_by(|a, b| a.hertz.total_cmp(&b.hertz))?;
    let index = curve.curve.iter().position(|value| *value <= level)?;
    let time = axis.shaped + curve.start + curve.step * index as f32;
    Some((time, axis.level(level)))
}

/// The handles that this display has: each with its control, the value, when it stands and where.
fn each<'m>(
    axis: &'m Axis,
    model: &'m Model,
    display: Display,
    grip: Option<&'m Grip>,
) -> impl Iterator<Item = (Handle, &'static ParamSpec, f32, f32, Pos2)> {
    HANDLES.into_iter().filter_map(move |handle| {
        let curve = matches!(handle, Handle::Decay | Handle::Damping);
        if curve && display != Display::Decibel {
            return None;
        }
        let control = param_of(handle.id())?;
        let (mut time, y) = handle.place(axis, model)?;
        let value = plain(model, control.id);
        if let Some(grip) = grip.filter(|grip| grip.handle == handle) {
            time = handle.held(grip, value);
        }
        let x = axis.x(time).min(axis.plot.right()).max(axis.plot.left());
        Some((handle, control, value, time, pos2(x, y)))
    })
}

/// Draws what joins the handles to the picture. Before what is to be read, or it would be struck out.
pub fn guides(ui: &Ui, axis: &Axis, model: &Model, display: Display, grip: Option<&Grip>) {
    for (handle, control, value, _, at) in each(axis, model, display, grip) {
        guide(ui, axis, handle, at, value, control);
    }
}

/// Draws all handles and lets them be moved.
pub fn handles(
    ui: &Ui,
    axis: &Axis,
    model: &Model,
    display: Display,
    grip: &mut Option<Grip>,
    actions: &mut Vec<Action>,
) {
    let held = *grip;
    for (handle, control, value, time, at) in each(axis, model, display, held.as_ref()) {
        let response = touch(ui, at, control);
        take(ui, &response, handle, (axis, model, time), grip, actions);
        let lit = response.hovered() || response.dragged();
        paint(ui, at, lit, value != control.default);
        if lit {
            ui.set_cursor_icon(CursorIcon::ResizeHorizontal);
            readout(ui, axis, at, control, value);
        }
    }
}

fn touch(ui: &Ui, at: Pos2, control: &ParamSpec) -> Response {
    let area = Rect::from_center_size(at, Vec2::splat(20.0));
    let id = ui.scope_id().with(("handle", control.id));
    // Not for the keyboard: every handle's control has a knob that is.
    let response = ui.interact(area, id, Sense::CLICK | Sense::DRAG);
    response
        .widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Drag {}", control.name)));
    response
}

fn take(
    ui: &Ui,
    response: &Response,
    handle: Handle,
    (axis, model, time): (&Axis, &Model, f32),
    grip: &mut Option<Grip>,
    actions: &mut Vec<Action>,
) {
    let Some(control) = param_of(handle.id()) else {
        return;
    };
    let value = plain(model, control.id);
    let pointer = ui.input(|input| input.pointer.latest_pos());
    if response.drag_started_by(egui::PointerButton::Primary)
        // The drag is noticed after some points of way, which count as well.
        && let Some(pointer) = ui.input(|input| input.pointer.press_origin())
    {
        let kept = plain(model, "length") / 100.0;
        *grip = Some(Grip {
            handle,
            axis: *axis,
            time,
            pointer: pointer.x,
            plain: value,
            whole: model.picture.shaped_seconds / kept.max(0.01),
        });
        actions.push(Action::Begin(control.id));
    }
    if let (Some(held), Some(pointer)) = (&*grip, pointer)
        && held.handle == handle
    {
        let shift = ui.input(|input| input.modifiers.shift);
        let way = (pointer.x - held.pointer) / if shift { FINE } else { 1.0 };
        let time = held.time + held.axis.span * way / held.axis.plot.width();
        let to = control.normalized(handle.moved(held, time));
        // Not by the response: it is no longer dragged where the last bit of way and the release
        // fall into one frame, and the frames of a busy machine are long.
        let moving = ui.input(|input| input.pointer.delta()) != Vec2::ZERO;
        if moving && to != control.normalized(value) {
            actions.push(Action::Set(control.id, to));
        }
        if !response.dragged() {
            actions.push(Action::End(control.id));
            *grip = None;
        }
    }
    if response.double_clicked() {
        turn(actions, control.id, control.normalized(control.default));
    }
    if response.hovered() {
        let (notches, shift) = wheel(ui);
        if notches != 0.0 {
            let step = if shift { NOTCH / FINE } else { NOTCH };
            turn(
                actions,
                control.id,
                control.normalized(value) + notches * step,
            );
        }
    }
}

/// What joins a handle to the picture: a line where it cuts or fades.
fn guide(ui: &Ui, axis: &Axis, handle: Handle, at: Pos2, value: f32, control: &ParamSpec) {
    if value == control.default {
        return;
    }
    let stroke = Stroke::new(1.0, theme::TEXT.gamma_multiply(0.55));
    let plot = axis.plot;
    match handle {
        Handle::Predelay | Handle::Start | Handle::Length => {
            ui.painter().vline(at.x, plot.y_range(), stroke);
        }
        Handle::Attack => {
            let from = pos2(axis.x(axis.shaped), plot.bottom());
            let to = pos2(at.x, plot.top());
            ui.painter().line_segment([from, to], stroke);
        }
        Handle::Decay | Handle::Damping => {}
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
    let text = format!("{}  {}", control.name, shown(control, value));
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

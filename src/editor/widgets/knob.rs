//! A knob: dial, label and value. It is moved by dragging, wheel, keys, double click and typing.
//! Editor thread.
//!
//! `input` is how it is moved.

mod input;

use std::f32::consts::PI;

use egui::accesskit::Role;
use egui::{Align2, Pos2, Rect, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

pub use input::wheel_notches;

use super::text_entry::{self, TextEntry};
use super::theme;
use crate::editor::action::Action;
use crate::params::ParamSpec;

/// Points that the pointer travels from one end of the range to the other.
const TRAVEL: f32 = 220.0;
/// What the fine modifier divides movements by.
pub const FINE: f32 = 10.0;
/// One notch of the wheel, one press of an arrow.
pub const NOTCH: f32 = 0.02;

/// A drag in progress. It keeps its own position, since the host may round the value.
#[derive(Clone, Copy, Debug)]
pub struct KnobDrag {
    /// The control that is dragged.
    pub id: &'static str,
    /// The position reached, 0..=1.
    pub position: f32,
}

/// What a knob may change.
#[derive(Debug)]
pub struct KnobContext<'a> {
    /// The open text field, of whichever control.
    pub entry: &'a mut Option<TextEntry>,
    /// The drag in progress, of whichever control.
    pub drag: &'a mut Option<KnobDrag>,
    /// What the user asked for in this frame.
    pub actions: &'a mut Vec<Action>,
}

/// Draws a knob into `rect` (width at least 48, height at least 84 points).
pub fn knob(
    ui: &mut Ui,
    rect: Rect,
    control: &'static ParamSpec,
    value: f32,
    modulated: f32,
    context: &mut KnobContext<'_>,
) {
    let label = Rect::from_min_size(rect.min, vec2(rect.width(), 16.0));
    let text = Rect::from_min_max(pos2(rect.left(), rect.bottom() - 20.0), rect.max);
    let dial = Rect::from_min_max(label.left_bottom(), text.right_top());
    let radius = (dial.height().min(dial.width()) / 2.0 - 3.0).min(26.0);

    let id = ui.scope_id().with(control.id);
    let touch = Rect::from_center_size(dial.center(), vec2(rect.width() - 4.0, dial.height()));
    let response = ui.interact(touch, id, Sense::click_and_drag());
    let plain = control.plain(value);
    response.widget_info(|| {
        let mut info = WidgetInfo::slider(ui.is_enabled(), f64::from(plain), control.name);
        info.current_text_value = Some(text_entry::format_value(control, plain));
        info
    });
    input::pointer(ui, &response, control, value, context);
    input::keyboard(ui, &response, control, value, context);

    let lit = response.hovered() || response.dragged() || response.has_focus();
    paint(ui, dial.center(), radius, control, [value, modulated], lit);
    if response.has_focus() {
        ui.painter().rect_stroke(
            touch,
            theme::RADIUS,
            Stroke::new(1.0, theme::ACCENT),
            egui::StrokeKind::Inside,
        );
    }
    let tone = if lit { theme::TEXT } else { theme::SOFT };
    ui.painter().text(
        label.center(),
        Align2::CENTER_CENTER,
        control.short_name(),
        theme::small(),
        tone,
    );
    response.on_hover_ui(|ui| hint(ui, control));
    value_text(ui, text, control, value, context);
}

/// The value under the dial, which opens the field for typing.
pub fn value_text(
    ui: &mut Ui,
    rect: Rect,
    control: &'static ParamSpec,
    value: f32,
    context: &mut KnobContext<'_>,
) {
    if context
        .entry
        .as_ref()
        .is_some_and(|entry| entry.id == control.id)
    {
        text_entry::show(ui, rect, control, context.entry, context.actions);
        return;
    }
    let response = ui.interact(
        rect,
        ui.scope_id().with((control.id, "value")),
        Sense::CLICK,
    );
    response
        .widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Type {}", control.name)));
    let painter = ui.painter();
    if response.hovered() {
        painter.rect_filled(rect, theme::RADIUS, theme::RAISED);
    }
    painter.text(
        rect.center(),
        Align2::CENTER_CENTER,
        text_entry::format_value(control, control.plain(value)),
        theme::body(),
        theme::TEXT,
    );
    if response.clicked() {
        *context.entry = Some(TextEntry::open(ui, control, value));
    }
}

fn hint(ui: &mut Ui, control: &ParamSpec) {
    ui.strong(control.name);
    ui.label(control.help);
    ui.weak(format!(
        "{} to {}. Double-click: {}. Shift: fine. Click the value to type.",
        text_entry::format_value(control, control.min),
        text_entry::format_value(control, control.max),
        text_entry::format_value(control, control.default),
    ));
}

/// Draws the dial: a track, the arc from the neutral position to the value, modulation as a thin outer arc.
fn paint(
    ui: &Ui,
    center: Pos2,
    radius: f32,
    control: &ParamSpec,
    [value, modulated]: [f32; 2],
    lit: bool,
) {
    let painter = ui.painter();
    let rest = neutral(control);
    painter.circle_filled(
        center,
        radius - 6.0,
        if lit { theme::HOVER } else { theme::RAISED },
    );
    painter.line(
        arc(center, radius - 2.0, 0.0, 1.0),
        Stroke::new(3.0, theme::LINE),
    );
    let (from, to) = (rest.min(value), rest.max(value));
    if to - from > 0.002 {
        painter.line(
            arc(center, radius - 2.0, from, to),
            Stroke::new(3.0, theme::ACCENT),
        );
    }
    if (modulated - value).abs() > 0.002 {
        let (from, to) = (modulated.min(value), modulated.max(value));
        painter.line(
            arc(center, radius + 1.5, from, to),
            Stroke::new(1.5, theme::TEXT),
        );
    }
    let angle = angle_of(value);
    let toward = vec2(angle.cos(), angle.sin());
    painter.line_segment(
        [
            center + toward * (radius - 13.0),
            center + toward * (radius - 7.0),
        ],
        Stroke::new(2.0, theme::TEXT),
    );
}

/// Where the coloured arc starts. Controls that change nothing at a point between their ends, or at their upper end, show
/// how far they are from there; all others fill up from the left.
fn neutral(control: &ParamSpec) -> f32 {
    match control.bipolar {
        true => control.normalized(control.default),
        false => 0.0,
    }
}

fn angle_of(value: f32) -> f32 {
    PI * (0.75 + 1.5 * value.clamp(0.0, 1.0))
}

fn arc(center: Pos2, radius: f32, from: f32, to: f32) -> Vec<Pos2> {
    let steps = (((to - from) * 48.0).ceil() as usize).max(2);
    (0..=steps)
        .map(|step| {
            let angle = angle_of(from + (to - from) * step as f32 / steps as f32);
            center + radius * vec2(angle.cos(), angle.sin())
        })
        .collect()
}

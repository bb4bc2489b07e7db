//! A knob: dial, label and value. It is moved by dragging, wheel, keys, double click and typing.
//! Editor thread.
//!
//! `input` is how it is moved.

mod input;

use std::f32::consts::PI;

use egui::accesskit::Role;
use egui::{Align2, Pos2, Rect, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

pub use super::editing::{KnobContext, KnobDrag};
pub use input::{keyboard, wheel_notches};

use super::context_menu::context_menu;
use super::text_entry::{self, TextEntry};
use super::theme;
use crate::params::ParamSpec;

/// The radius of a knob, points, and of one that is reached for most.
const RADIUS: f32 = 26.0;
const LARGE_RADIUS: f32 = 38.0;
/// Points that the pointer travels from one end of the range to the other.
const TRAVEL: f32 = 220.0;
/// What the fine modifier divides movements by.
pub const FINE: f32 = 10.0;
/// One notch of the wheel, one press of an arrow.
pub const NOTCH: f32 = 0.02;

/// Draws a knob into `rect` (width at least 46, height at least 84 points). The values are the user's and that with
/// the host's modulation.
pub fn knob(
    ui: &mut Ui,
    rect: Rect,
    control: &'static ParamSpec,
    values: [f32; 2],
    context: &mut KnobContext<'_>,
) {
    sized(ui, rect, control, values, RADIUS, context);
}

/// The same for what is reached for most.
pub fn large_knob(
    ui: &mut Ui,
    rect: Rect,
    control: &'static ParamSpec,
    values: [f32; 2],
    context: &mut KnobContext<'_>,
) {
    sized(ui, rect, control, values, LARGE_RADIUS, context);
}

fn sized(
    ui: &mut Ui,
    rect: Rect,
    control: &'static ParamSpec,
    [value, modulated]: [f32; 2],
    largest: f32,
    context: &mut KnobContext<'_>,
) {
    let label = Rect::from_min_size(rect.min, vec2(rect.width(), 16.0));
    let text = Rect::from_min_max(pos2(rect.left(), rect.bottom() - 20.0), rect.max);
    let dial = Rect::from_min_max(label.left_bottom(), text.right_top());
    let radius = (dial.height().min(dial.width()) / 2.0 - 3.0).min(largest);

    let id = ui.scope_id().with(control.id);
    let touch = Rect::from_center_size(dial.center(), vec2(rect.width() - 4.0, dial.height()));
    let response = ui.interact(touch, id, Sense::click_and_drag());
    let plain = control.plain(value);
    response.widget_info(|| {
        let mut info = WidgetInfo::slider(ui.is_enabled(), f64::from(plain), control.name);
        info.current_text_value = Some(context.readings.line(control, plain));
        info
    });
    ui.ctx().accesskit_node_builder(id, |node| {
        node.set_min_numeric_value(f64::from(control.min));
        node.set_max_numeric_value(f64::from(control.max));
    });
    input::pointer(ui, &response, control, value, context);
    input::keyboard(ui, &response, control, value, context);

    let lit = response.hovered() || response.dragged() || response.has_focus();
    // What is at its default is quiet.
    let moved = context.readings.is_moved(control, plain);
    let values = [value, modulated];
    paint(ui, dial.center(), radius, control, values, [lit, moved]);
    if response.has_focus() {
        ui.painter().rect_stroke(
            touch,
            theme::RADIUS,
            Stroke::new(1.0, theme::ACCENT),
            egui::StrokeKind::Inside,
        );
    }
    let tone = if lit || moved {
        theme::TEXT
    } else {
        theme::SOFT
    };
    ui.painter().text(
        label.center(),
        Align2::CENTER_CENTER,
        control.short_name(),
        theme::small(),
        tone,
    );
    context_menu(ui, &response, &[(control, value)], context);
    if !response.context_menu_opened() {
        response.on_hover_ui(|ui| hint(ui, control));
    }
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
        let readings = context.readings;
        text_entry::show(ui, rect, control, context.entry, readings, context.actions);
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
    let plain = control.plain(value);
    let color = match (
        response.hovered(),
        context.readings.is_moved(control, plain),
    ) {
        (true, _) => theme::TEXT,
        (false, true) => theme::ACCENT,
        (false, false) => theme::SOFT,
    };
    // As much as there is room for.
    let line = context.readings.line(control, plain);
    let mut galley = painter.layout_no_wrap(line, theme::body(), color);
    if galley.size().x > rect.width() - 2.0 {
        let (short, _) = context.readings.show(control, plain);
        galley = painter.layout_no_wrap(short.clone(), theme::body(), color);
        if galley.size().x > rect.width() {
            galley = painter.layout_no_wrap(short, theme::small(), color);
        }
    }
    let place = Align2::CENTER_CENTER.align_size_within_rect(galley.size(), rect);
    painter.galley(place.min, galley, color);
    if response.clicked() {
        *context.entry = Some(TextEntry::open(ui, control, value, context.readings));
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
    [lit, moved]: [bool; 2],
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
        Stroke::new(3.0, theme::EDGE),
    );
    let (from, to) = (rest.min(value), rest.max(value));
    if to - from > 0.002 {
        painter.line(
            arc(center, radius - 2.0, from, to),
            Stroke::new(3.0, if moved { theme::ACCENT } else { theme::FAINT }),
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
            center + toward * (0.5 * radius),
            center + toward * (radius - 7.0),
        ],
        Stroke::new(2.0, if moved { theme::TEXT } else { theme::SOFT }),
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

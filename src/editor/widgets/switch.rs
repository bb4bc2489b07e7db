//! A switch: a control that is off or on. Editor thread.

use egui::accesskit::Role;
use egui::{Align2, Key, Rect, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

use super::context_menu::context_menu;
use super::editing::KnobContext;
use super::theme;
use crate::editor::action::set_at_once;
use crate::params::ParamSpec;

/// Draws a switch into `rect` (at least 56 by 24 points); a click, Space and Enter toggle it.
pub fn switch(
    ui: &mut Ui,
    rect: Rect,
    control: &'static ParamSpec,
    value: f32,
    context: &mut KnobContext<'_>,
) {
    let on = value >= 0.5;
    let response = ui.interact(rect, ui.scope_id().with(control.id), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, on, control.name));
    // Each press toggles it. egui reports one of them as a click too, as it does with buttons: that is not counted again.
    let presses = match response.has_focus() {
        true => ui.input(|input| input.num_presses(Key::Enter) + input.num_presses(Key::Space)),
        false => 0,
    };
    if presses % 2 == 1 || (presses == 0 && response.clicked()) {
        set_at_once(context.actions, control.id, if on { 0.0 } else { 1.0 });
    }
    let painter = ui.painter();
    let lit = response.hovered() || response.has_focus();
    let box_rect = rect.shrink2(vec2(2.0, 1.0));
    // What is at its default is quiet, also where that is on.
    let moved = on != (control.default >= 0.5);
    let fill = match (moved, lit) {
        (true, _) => theme::ACCENT_DEEP,
        (false, true) => theme::HOVER,
        (false, false) => theme::RAISED,
    };
    painter.rect_filled(box_rect, theme::RADIUS, fill);
    if moved || response.has_focus() {
        let stroke = Stroke::new(1.0, theme::ACCENT);
        painter.rect_stroke(box_rect, theme::RADIUS, stroke, egui::StrokeKind::Inside);
    }
    // A lamp besides the colour of the box, so that the state can be seen without colour.
    let lamp = pos2(box_rect.left() + 11.0, box_rect.center().y);
    if on {
        let color = if moved { theme::ACCENT } else { theme::SOFT };
        painter.circle_filled(lamp, 3.5, color);
    } else {
        painter.circle_stroke(lamp, 3.0, Stroke::new(1.2, theme::FAINT));
    }
    painter.text(
        pos2(lamp.x + 9.0, box_rect.center().y),
        Align2::LEFT_CENTER,
        control.name,
        theme::small(),
        if moved { theme::TEXT } else { theme::SOFT },
    );
    context_menu(ui, &response, &[(control, value)], context);
    if !response.context_menu_opened() {
        response.on_hover_ui(|ui| {
            ui.strong(control.name);
            ui.label(control.help);
        });
    }
}

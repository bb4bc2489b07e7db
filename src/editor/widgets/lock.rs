//! A lock beside a knob: closed, presets leave the knob alone. Editor thread.

use egui::accesskit::Role;
use egui::{Rect, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

use super::icons::{self, Icon};
use super::theme;
use crate::params::ParamSpec;

/// The controls that can be locked, by id.
pub const LOCKABLE: [&str; 2] = ["mix", "output"];

/// Which controls presets leave alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Locks([bool; LOCKABLE.len()]);

impl Locks {
    /// Whether presets leave a parameter alone. Those that belong to the place in the mix and have no lock of their own,
    /// such as bypass, go with the others: they stay while anything is locked.
    #[must_use]
    pub fn hold(&self, spec: &ParamSpec) -> bool {
        match LOCKABLE.iter().position(|id| *id == spec.id) {
            Some(index) => self.0.get(index) == Some(&true),
            None => spec.kept_by_lock && self.0.contains(&true),
        }
    }

    /// Whether all are closed.
    #[must_use]
    pub fn all(&self) -> bool {
        !self.0.contains(&false)
    }

    /// Closes or opens all.
    pub fn set_all(&mut self, closed: bool) {
        self.0 = [closed; LOCKABLE.len()];
    }
}

/// Draws the locks beside their knobs, as far as these are on the screen. To be called after the knobs, with the same `ui`.
pub fn beside_knobs(ui: &Ui, locks: &mut Locks) {
    for (id, closed) in LOCKABLE.into_iter().zip(&mut locks.0) {
        let (Some(knob), Some(spec)) = (
            ui.ctx().read_response(ui.scope_id().with(id)),
            crate::params::param_of(id),
        ) else {
            continue;
        };
        // Where the dial leaves a corner free.
        let at = pos2(knob.rect.right() - 6.0, knob.rect.bottom() - 6.0);
        let rect = Rect::from_center_size(at, vec2(18.0, 18.0));
        let response = ui.interact(rect, ui.scope_id().with(("lock", id)), Sense::click());
        let name = format!("Presets leave {} alone", spec.name);
        response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, *closed, &name));
        if response.clicked() {
            *closed = !*closed;
        }
        let lit = response.hovered() || response.has_focus();
        let color = match (*closed, lit) {
            (true, _) => theme::ACCENT,
            (false, true) => theme::TEXT,
            (false, false) => theme::EDGE,
        };
        icons::paint_small(ui.painter(), Icon::Lock(*closed), rect.center(), color);
        if response.has_focus() {
            let stroke = Stroke::new(1.0, theme::ACCENT);
            ui.painter()
                .rect_stroke(rect, theme::RADIUS, stroke, egui::StrokeKind::Inside);
        }
        response.on_hover_text(name);
    }
}

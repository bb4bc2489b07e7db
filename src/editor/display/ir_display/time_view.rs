//! The impulse over time, before and now, with its flags. Editor thread.

use egui::{Event, EventFilter, Key, Rect, Response, Sense, Ui, WidgetInfo};

use super::axis::{self, Axis, TimeWindow};
use super::decay_curves;
use super::flags;
use super::node::{self, NodeContext};
use super::spectrogram::SpectrogramTexture;
use super::{DisplayMode, waveform};
use crate::editor::widgets::knob::wheel_notches;

/// What a notch of the wheel leaves in view.
const ZOOM: f32 = 0.85;

/// What the view shows, and how.
#[derive(Debug)]
pub struct TimeView {
    /// What is drawn.
    pub mode: DisplayMode,
    /// Whether the decay curves are drawn.
    pub decay_curves: bool,
    /// The part of the axis that is shown.
    pub window: TimeWindow,
    /// The spectrogram, as the open window has it.
    pub texture: SpectrogramTexture,
}

impl TimeView {
    /// Draws the view into `plot` and lets the user move it.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        plot: Rect,
        can_shape: bool,
        context: &mut NodeContext<'_>,
    ) {
        self.navigate(ui, plot);
        let model = context.model;
        let axis = Axis::new(plot, self.window, model);
        let ir = &*model.ir;
        let inside = ui.painter_at(plot.expand(1.0));
        if self.mode == DisplayMode::Spectrogram {
            self.texture.paint(&inside, &axis, ir);
        }
        axis::grid(ui.painter(), &axis, self.mode, ir);
        // If nothing is shaped, the original is hidden behind the shaped impulse.
        let is_shaped = axis.original != axis.shaped || ir.original != ir.shaped;
        if is_shaped && self.mode != DisplayMode::Spectrogram {
            waveform::original(&inside, &axis, ir, self.mode);
        }
        waveform::shaped(&inside, &axis, ir, self.mode);
        if self.mode != DisplayMode::Linear && self.decay_curves {
            decay_curves::paint(&inside, &axis, ir);
        }
        if can_shape {
            flags::show(ui, &axis, context);
            node::entry(ui, plot, context);
        }
    }

    /// Lets the user zoom and move the axis: by the wheel and by dragging, or by plus, minus and the arrows.
    fn navigate(&mut self, ui: &Ui, plot: Rect) {
        let id = ui.scope_id().with("time axis");
        let response = ui.interact(plot, id, Sense::click_and_drag());
        response.widget_info(|| {
            let name = "Time axis, zoomed by plus and minus, moved by arrows";
            WidgetInfo::labeled(egui::accesskit::Role::ScrollView, true, name)
        });
        if response.hovered() {
            let (notches, _) = wheel_notches(ui);
            let pointer = ui.input(|input| input.pointer.hover_pos());
            if let Some(pointer) = pointer.filter(|_| notches != 0.0) {
                let around = (pointer.x - plot.left()) / plot.width().max(1.0);
                self.window.zoom(ZOOM.powf(notches), around);
            }
        }
        if response.dragged() {
            self.window
                .shift(-response.drag_delta().x / plot.width().max(1.0));
        }
        if response.double_clicked() {
            self.window = TimeWindow::default();
        }
        if response.has_focus() {
            node::focus(ui, plot);
            self.keys(ui, &response);
        }
    }

    fn keys(&mut self, ui: &Ui, response: &Response) {
        let filter = EventFilter {
            horizontal_arrows: true,
            ..EventFilter::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        ui.input(|input| {
            for event in &input.events {
                let Event::Key {
                    key, pressed: true, ..
                } = event
                else {
                    continue;
                };
                match key {
                    Key::Plus | Key::Equals => self.window.zoom(ZOOM, 0.5),
                    Key::Minus => self.window.zoom(1.0 / ZOOM, 0.5),
                    Key::ArrowRight => self.window.shift(0.1),
                    Key::ArrowLeft => self.window.shift(-0.1),
                    Key::Home => self.window = TimeWindow::default(),
                    _ => {}
                }
            }
        });
    }
}

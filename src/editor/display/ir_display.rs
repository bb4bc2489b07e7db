//! The large display: the impulse before and after shaping on one time line, with handles that shape it. Editor thread.
//!
//! `waveform`, `decay_curves` and `spectrogram` are what it shows, on the `axis`; `handles` shape the impulse;
//! `readout` has the figures, and the `toolbar` chooses what is shown.

mod axis;
mod decay_curves;
mod handles;
mod readout;
mod spectrogram;
mod toolbar;
mod waveform;

use egui::accesskit::Role;
use egui::{CornerRadius, Rect, Sense, Ui, WidgetInfo, pos2};

pub use decay_curves::shade as curve_shade;
pub use waveform::OUTLINE;

use crate::editor::action::FrameOutput;
use crate::editor::history::History;
use crate::editor::view_model::{LoadState, ViewModel};
use crate::editor::widgets::theme;
use axis::Axis;
use handles::DragState;
use spectrogram::SpectrogramTexture;

/// What the vertical axis shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DisplayMode {
    /// Level below the highest peak, where a decay is a straight line.
    #[default]
    Decibel,
    /// The samples.
    Linear,
    /// The spectrum over time: brightness is level, height is frequency.
    Spectrogram,
}

/// The display's own state.
#[derive(Debug)]
pub struct IrDisplay {
    /// What the vertical axis shows.
    pub mode: DisplayMode,
    /// Whether the decay curves are drawn.
    pub decay_curves: bool,
    /// The handle that is being dragged.
    drag: Option<DragState>,
    /// The spectrogram, as the open window has it.
    texture: SpectrogramTexture,
}

impl Default for IrDisplay {
    fn default() -> Self {
        Self {
            mode: DisplayMode::default(),
            decay_curves: true,
            drag: None,
            texture: SpectrogramTexture::default(),
        }
    }
}

impl IrDisplay {
    /// Gives up what belongs to one window: the drag in progress and the texture. Called when a window opens or closes.
    pub fn detach(&mut self) {
        self.drag = None;
        self.texture = SpectrogramTexture::default();
    }

    /// Draws the display into `rect`.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        rect: Rect,
        model: &ViewModel,
        history: &History,
        output: &mut FrameOutput,
    ) {
        let response = ui.interact(rect, ui.scope_id().with("picture"), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, describe(model)));
        let painter = ui.painter_at(rect);
        painter.rect_filled(rect, CornerRadius::same(theme::RADIUS as u8), theme::PANEL);

        let plot = plot_area(rect);
        let mut axis = Axis::new(plot, model);
        if let Some(drag) = &self.drag {
            axis.span = drag.axis.span;
        }
        let ir = &*model.ir;
        axis::grid(&painter, &axis, self.mode, ir);
        let inside = ui.painter_at(plot.expand(1.0));
        if self.mode == DisplayMode::Spectrogram {
            self.texture.paint(&inside, &axis, ir);
        } else {
            // If nothing is shaped, the original is hidden behind the shaped impulse.
            if axis.original != axis.shaped || ir.original != ir.shaped {
                waveform::original(&inside, &axis, ir, self.mode);
            }
            waveform::shaped(&inside, &axis, ir, self.mode);
        }
        if self.mode == DisplayMode::Decibel && self.decay_curves {
            decay_curves::paint(&inside, &axis, ir);
        }
        let shapeable = matches!(
            model.load_state,
            LoadState::Ready | LoadState::Loading { .. }
        ) && !ir.shaped.is_empty();
        if shapeable {
            handles::guides(ui, &axis, model, self.mode, self.drag.as_ref());
        }
        readout::show(ui, plot, ir);
        if shapeable {
            let actions = &mut output.actions;
            handles::show(ui, &axis, model, self.mode, &mut self.drag, actions);
        }
        toolbar::show(ui, rect, model, self, history, output);
    }
}

/// Where the plot lies in a display of this size.
#[must_use]
pub fn plot_area(display: Rect) -> Rect {
    Rect::from_min_max(
        pos2(display.left() + 40.0, display.top() + 36.0),
        pos2(display.right() - 12.0, display.bottom() - 24.0),
    )
}

/// What the display shows, in words for assistive tools.
fn describe(model: &ViewModel) -> String {
    format!(
        "Picture of the impulse: {:.2} s of {:.2} s",
        model.ir.shaped_seconds, model.ir.original_seconds
    )
}

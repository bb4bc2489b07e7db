//! The large display, with three views of the same sound that share its width: how long each octave rings, what the equalizer
//! does, and the impulse over time. Each has points or flags that move controls. Editor thread.
//!
//! | part | what it is |
//! |---|---|
//! | `decay_view` | reverberation time over pitch |
//! | `eq_view` | the equalizer's curve over pitch |
//! | `time_view` | level over time, with `waveform`, `decay_curves` and `spectrogram`, and `flags` that name moments |
//! | `pitch`, `axis` | the axes, of pitch with the live spectrum, and of time |
//! | `node` | a point that can be moved |
//! | `toolbar`, `readout` | which view is shown; the figures |

mod axis;
mod decay_curves;
mod decay_view;
mod eq_view;
mod flags;
mod node;
mod pitch;
mod readout;
mod spectrogram;
mod time_view;
mod toolbar;
mod waveform;

use egui::accesskit::Role;
use egui::{Align2, CornerRadius, Rect, Sense, Ui, WidgetInfo, pos2};

pub use decay_curves::shade as curve_shade;
pub use waveform::OUTLINE;

use crate::editor::action::FrameOutput;
use crate::editor::history::History;
use crate::editor::view_model::{LoadState, ViewModel};
use crate::editor::widgets::readings::{Readings, plain};
use crate::editor::widgets::theme;
use axis::TimeWindow;
use eq_view::EqCurve;
use node::{NodeContext, NodeState};
use spectrogram::SpectrogramTexture;
use time_view::TimeView;

/// What the display shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// How long each octave rings.
    #[default]
    Decay,
    /// The curve of the equalizer and the cuts.
    Equalizer,
    /// The impulse over time.
    Time,
}

/// What the view of time draws.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DisplayMode {
    /// Level below the highest peak, where a decay is a straight line.
    #[default]
    Decibel,
    /// The samples.
    Linear,
    /// Level over the spectrum of each moment: brightness is level, height is frequency.
    Spectrogram,
}

/// The display's own state.
#[derive(Debug)]
pub struct IrDisplay {
    /// The view that is shown.
    pub view: View,
    time: TimeView,
    curve: EqCurve,
    nodes: NodeState,
}

impl Default for IrDisplay {
    fn default() -> Self {
        Self {
            view: View::default(),
            time: TimeView {
                mode: DisplayMode::default(),
                decay_curves: true,
                window: TimeWindow::default(),
                texture: SpectrogramTexture::default(),
            },
            curve: EqCurve::default(),
            nodes: NodeState::default(),
        }
    }
}

impl IrDisplay {
    /// Gives up what belongs to one window: the drag in progress, the open field and the texture. Called when a window
    /// opens or closes.
    pub fn detach(&mut self) {
        self.nodes = NodeState::default();
        self.time.texture = SpectrogramTexture::default();
    }

    /// What the view of time draws.
    #[must_use]
    pub fn mode(&self) -> DisplayMode {
        self.time.mode
    }

    /// Has the view of time draw this.
    pub fn set_mode(&mut self, mode: DisplayMode) {
        self.time.mode = mode;
    }

    /// Whether the spectrum of what sounds is in view.
    #[must_use]
    pub fn shows_spectrum(&self) -> bool {
        self.view != View::Time
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
        let before = self.view;
        toolbar::show(ui, rect, model, self, history, output);
        if self.view != before {
            self.nodes = NodeState::default();
        }

        let plot = plot_area(rect);
        let is_usable = matches!(
            model.load_state,
            LoadState::Ready | LoadState::Loading { .. }
        );
        let can_shape = is_usable && !model.ir.shaped.is_empty();
        let mut context = NodeContext {
            model,
            readings: Readings::of(model),
            state: &mut self.nodes,
            actions: &mut output.actions,
        };
        match self.view {
            View::Decay => decay_view::show(ui, plot, can_shape, &mut context),
            View::Equalizer => eq_view::show(ui, plot, &mut self.curve, &mut context),
            View::Time => self.time.show(ui, plot, can_shape, &mut context),
        }
        if plain(model, "bypass") > 0.5 {
            veil(ui, plot);
        }
    }
}

/// Where the plot lies in a display of this size.
#[must_use]
pub fn plot_area(display: Rect) -> Rect {
    Rect::from_min_max(
        pos2(display.left() + 40.0, display.top() + 38.0),
        pos2(display.right() - 12.0, display.bottom() - 24.0),
    )
}

/// Greys the picture of what is not heard.
fn veil(ui: &Ui, plot: Rect) {
    let painter = ui.painter();
    painter.rect_filled(plot.expand(1.0), 0.0, theme::PANEL.gamma_multiply(0.72));
    let text = "Bypassed";
    let galley = painter.layout_no_wrap(text.into(), theme::heading(), theme::TEXT);
    let place = Align2::CENTER_CENTER.align_size_within_rect(galley.size(), plot);
    painter.rect_filled(place.expand(8.0), theme::RADIUS, theme::RAISED);
    painter.galley(place.min, galley, theme::TEXT);
    node::say(ui, place, "bypassed", text);
}

/// What the display shows, in words for assistive tools.
fn describe(model: &ViewModel) -> String {
    format!(
        "Picture of the impulse: {:.2} s of {:.2} s",
        model.ir.shaped_seconds, model.ir.original_seconds
    )
}

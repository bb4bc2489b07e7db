//! The screen: where the panels lie, one frame of all of them, and what they ask of each other. Editor thread.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use egui::{Key, Modifiers, Rect, Ui, pos2, vec2};

use super::action::{Action, FrameOutput, HistoryCommand};
use super::display::ir_display::IrDisplay;
use super::display::meter::{self, MeterBallistics};
use super::history::History;
use super::panels::browser::Browser;
use super::panels::header::{self, BrowserState, Header, Page};
use super::panels::overlay::{self, Trial};
use super::panels::param_panel::{self, ParamPanel};
use super::panels::report;
use super::panels::room_editor::RoomEditor;
use super::panels::status_bar::{self, StatusBar};
use super::view_model::{ImpulseSource, ViewModel};
use super::widgets::theme;
use super::widgets::type_ahead::TypeAhead;
use crate::files;

/// The size of a new editor, points.
pub const SIZE: [f32; 2] = [1000.0, 640.0];
/// The smallest size at which everything can be reached, points.
pub const SMALLEST: [f32; 2] = [640.0, 480.0];
/// The largest size that is filled, points in each direction.
const LARGEST: f32 = 8192.0;
/// The width of the browser beside the display, and with all of its columns.
const BROWSER: f32 = 236.0;
const WIDE_BROWSER: f32 = 452.0;
/// How long a frame waits to learn whether something that was dropped is a folder.
const FOLDER_CHECK: Duration = Duration::from_millis(50);
/// The width of the meters.
const METERS: f32 = 124.0;

/// Where the panels lie.
#[derive(Clone, Copy, Debug)]
struct Layout {
    header: Rect,
    browser: Option<Rect>,
    display: Rect,
    status_bar: Rect,
    meters: Rect,
    params: Rect,
    narrow: bool,
}

impl Layout {
    fn new(window: Rect, browser: &Browser) -> Self {
        let gap = theme::GRID;
        let narrow = window.width() < param_panel::WIDE;
        let header = Rect::from_min_size(window.min, vec2(window.width(), header::HEIGHT));
        let params_top = window.bottom() - param_panel::height(window.size());
        let params = Rect::from_min_max(pos2(window.left(), params_top), window.max);
        let middle = Rect::from_min_max(
            pos2(window.left() + gap, header.bottom()),
            pos2(window.right() - gap, params_top - gap / 2.0),
        );
        let meters = Rect::from_min_max(pos2(middle.right() - METERS, middle.top()), middle.max);
        let width = match browser.wide && !narrow {
            true => WIDE_BROWSER,
            false => BROWSER,
        };
        let place = Rect::from_min_size(middle.min, vec2(width, middle.height()));
        let browser = (!narrow || browser.open).then_some(place);
        let left = browser.map_or(middle.left(), |browser| browser.right() + gap);
        let status_top = middle.bottom() - status_bar::HEIGHT;
        let right = meters.left() - gap;
        Self {
            header,
            browser,
            display: Rect::from_min_max(pos2(left, middle.top()), pos2(right, status_top)),
            status_bar: Rect::from_min_max(pos2(left, status_top), pos2(right, middle.bottom())),
            meters,
            params,
            narrow,
        }
    }
}

/// Files that are dragged onto the window, besides those that egui knows of.
#[derive(Debug, Default)]
pub struct FileDrop {
    /// The files that were dropped since the last frame.
    pub dropped: Vec<PathBuf>,
    /// Whether files are dragged over the window.
    pub dragging: bool,
}

/// The panels, each with its own state. Nothing here is part of the project. It stays while the window is closed.
#[derive(Debug, Default)]
pub struct Screen {
    /// The bar at the top, with the menu of presets.
    pub header: Header,
    /// The lists of impulses.
    pub browser: Browser,
    /// The impulse response.
    pub ir_display: IrDisplay,
    /// The room in use by its numbers.
    pub room_editor: RoomEditor,
    /// Impulses that are tried out.
    pub trial: Trial,
    /// The line under the display.
    pub status_bar: StatusBar,
    /// The meters.
    pub meters: MeterBallistics,
    /// The controls.
    pub params: ParamPanel,
    /// Undo, redo and comparison.
    pub history: History,
    /// Keys for a field that has just got the focus.
    pub type_ahead: TypeAhead,
    /// Files that are dragged onto the window.
    pub file_drop: FileDrop,
    /// Whether the window clears its background before the screen is drawn.
    pub is_cleared: bool,
}

impl Screen {
    /// Gives up what belongs to one window. Called when a window opens.
    pub fn detach(&mut self) {
        self.params.detach();
        self.ir_display.detach();
    }

    /// Draws one frame from `model` and returns what the user asked for.
    pub fn show(&mut self, ui: &mut Ui, model: &ViewModel) -> Vec<Action> {
        let window = visible_area(ui.ctx().content_rect());
        ui.set_clip_rect(window);
        if !self.is_cleared {
            ui.painter().rect_filled(window, 0.0, theme::GROUND);
        }
        self.type_ahead.begin(ui);
        let layout = Layout::new(window, &self.browser);
        // The time since the last frame. What egui calls stable is the time of a frame at the full rate.
        let seconds = ui.input(|input| input.unstable_dt).clamp(0.0, 0.3);
        self.meters.advance(&model.snapshot, seconds);
        self.status_bar.advance(seconds);
        self.history.set_start(model);

        let mut output = FrameOutput::default();
        let browser = BrowserState {
            needs_button: layout.narrow,
            can_step: self.browser.can_step(model),
        };
        let shown = (browser, &self.history);
        self.header
            .show(ui, layout.header, model, shown, &mut output);
        self.pass_to_browser(model, &mut output);
        if let Some(rect) = layout.browser {
            let actions = &mut output.actions;
            self.browser.show(ui, rect, model, !layout.narrow, actions);
        }
        if std::mem::take(&mut self.browser.edits) {
            self.header.page = Page::Room;
        }
        self.middle(ui, layout.display, model, &mut output);
        self.pass_to_browser(model, &mut output);
        let FrameOutput {
            mut actions,
            history,
            ..
        } = output;
        self.status_bar
            .show(ui, layout.status_bar, model, &self.history, &mut actions);
        meter::show(ui, layout.meters, &mut self.meters);
        self.params.show(ui, layout.params, model, &mut actions);
        self.take_dropped(ui, &mut actions);
        self.list_keys(ui, model, &mut actions);
        overlay::drop_hint(ui, window, self.file_drop.dragging);
        for action in &actions {
            match action {
                Action::Choose(source) => {
                    self.browser.record(source);
                    self.trial.record(source, model);
                }
                // What was tried out stays.
                Action::ShowSlot(_) => self.trial.previous = None,
                _ => {}
            }
        }
        self.history.record(model, &actions);
        self.change_history(ui, model, history, &mut actions);
        self.type_ahead.end(ui);
        actions
    }

    /// Draws the page that is chosen.
    fn middle(&mut self, ui: &mut Ui, rect: Rect, model: &ViewModel, output: &mut FrameOutput) {
        match self.header.page {
            Page::Impulse => {
                self.ir_display.show(ui, rect, model, &self.history, output);
                self.trial.show(ui, rect, model, &mut output.actions);
                overlay::load_state(ui, rect, model, output);
            }
            Page::Report => report::show(ui, rect, model, &mut output.actions),
            Page::Room => {
                let actions = &mut output.actions;
                if self.room_editor.show(ui, rect, model, actions) {
                    self.header.page = Page::Impulse;
                }
                overlay::load_state(ui, rect, model, output);
            }
        }
    }

    fn pass_to_browser(&mut self, model: &ViewModel, output: &mut FrameOutput) {
        let request = output.browser.take();
        let chosen = request.and_then(|request| self.browser.handle(request, model));
        output.actions.extend(chosen.map(Action::Choose));
    }

    /// Files that were dropped onto the window: the first one is loaded; a folder is opened in the browser.
    fn take_dropped(&mut self, ui: &Ui, actions: &mut Vec<Action>) {
        let files = ui.input(|input| input.raw.dropped_files.clone());
        let mut files: Vec<_> = files.iter().map(|file| file.path().to_owned()).collect();
        files.append(&mut self.file_drop.dropped);
        let Some(path) = files.into_iter().next() else {
            return;
        };
        // If the file system takes longer, it is left to the loader, which can wait.
        let begin = Instant::now();
        let metadata = files::metadata(&path, &|| begin.elapsed() > FOLDER_CHECK);
        if metadata.is_ok_and(|metadata| metadata.is_dir()) {
            self.browser.enter(&path);
            self.browser.open = true;
        } else {
            actions.push(Action::Choose(ImpulseSource::File(path)));
        }
    }

    /// Keys that belong to no control. Up and down step through the list, also while it is searched. Escape goes back to
    /// the impulse from before.
    fn list_keys(&mut self, ui: &Ui, model: &ViewModel, actions: &mut Vec<Action>) {
        let focused = ui.memory(|memory| memory.focused());
        let free = focused.is_none();
        if (free || focused == self.browser.field)
            && let Some(step) = ui.input(|input| {
                // All presses since the last frame count.
                let presses = |key| input.num_presses(key) as isize;
                let down = presses(Key::ArrowDown) - presses(Key::ArrowUp);
                (down != 0).then_some(down)
            })
            && let Some(source) = self.browser.neighbour(model, step)
        {
            actions.push(Action::Choose(source));
        }
        if free
            && ui.input(|input| input.key_pressed(Key::Escape))
            && let Some(previous) = self.trial.previous.clone()
        {
            actions.push(Action::Choose(previous));
        }
    }

    /// Undo, redo and comparison, by a button (`command`) or by keys.
    fn change_history(
        &mut self,
        ui: &Ui,
        model: &ViewModel,
        command: Option<HistoryCommand>,
        actions: &mut Vec<Action>,
    ) {
        let typing = ui.ctx().text_edit_focused();
        let presses = |modifiers, key| match typing {
            true => 0,
            false => ui.input_mut(|input| input.count_and_consume_key(modifiers, key)),
        };
        let redo = Modifiers::COMMAND | Modifiers::SHIFT;
        let redone = presses(redo, Key::Z) + presses(Modifiers::COMMAND, Key::Y);
        let undone = presses(Modifiers::COMMAND, Key::Z);
        match command {
            Some(HistoryCommand::Undo) => self.history.step(model, true, 1, actions),
            Some(HistoryCommand::Redo) => self.history.step(model, false, 1, actions),
            Some(HistoryCommand::SwapAb) => self.history.swap_ab(model, actions),
            Some(HistoryCommand::CopyAb) => self.history.copy_ab(model),
            Some(HistoryCommand::ToggleUnshaped) => self.history.toggle_unshaped(model, actions),
            None => {}
        }
        // All presses since the last frame count. If both were pressed, the difference does.
        if undone != redone {
            let times = undone.abs_diff(redone);
            let back = undone > redone;
            self.history.step(model, back, times, actions);
        }
    }
}

/// The part of a window in which the screen is laid out. A window can have any size for a moment. One that is too small
/// cuts the screen off, because there is no layout for less than the smallest size; one that is too large is not filled.
fn visible_area(window: Rect) -> Rect {
    let side = |side: f32, smallest: f32| match side.is_finite() {
        true => side.clamp(smallest, LARGEST),
        false => smallest,
    };
    let size = vec2(
        side(window.width(), SMALLEST[0]),
        side(window.height(), SMALLEST[1]),
    );
    let corner = match window.min.is_finite() {
        true => window.min,
        false => egui::Pos2::ZERO,
    };
    Rect::from_min_size(corner, size)
}

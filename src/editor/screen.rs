//! The screen: one frame of all panels, and what they ask of each other. Editor thread.
//!
//! `layout` says where the panels lie.

mod layout;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use egui::{Key, Modifiers, Rect, Ui};

use self::layout::{Layout, visible_area};
pub use self::layout::{SIZE, SMALLEST};
use super::action::{Action, FrameOutput, HistoryCommand};
use super::display::ir_display::IrDisplay;
use super::display::meter::{self, MeterBallistics};
use super::history::History;
use super::panels::browser::Browser;
use super::panels::header::{BrowserState, Header, Page};
use super::panels::help::Help;
use super::panels::overlay::{self, Trial};
use super::panels::param_panel::ParamPanel;
use super::panels::player_row::PlayerRow;
use super::panels::record::RecordPanel;
use super::panels::report::Report;
use super::panels::room_editor::RoomEditor;
use super::panels::status_bar::StatusBar;
use super::panels::welcome;
use super::view_model::{ImpulseSource, ViewModel};
use super::widgets::groups::{self, Group};
use super::widgets::type_ahead::TypeAhead;
use super::widgets::{lock, theme};
use crate::files;

/// How long a frame waits to learn whether something that was dropped is a folder.
const FOLDER_CHECK: Duration = Duration::from_millis(50);
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
    /// Recording a room.
    pub record: RecordPanel,
    /// Impulses that are tried out.
    pub trial: Trial,
    /// The manual.
    pub help: Help,
    /// Load and real time.
    pub report: Report,
    /// The line under the display.
    pub status_bar: StatusBar,
    /// The row of the dry sounds.
    pub player: PlayerRow,
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
        self.browser.path_key(ui);
        let layout = Layout::new(window, &self.browser);
        let seconds = frame_time(ui);
        self.meters.advance(&model.snapshot, seconds);
        self.status_bar.advance(seconds);
        self.history.set_start(model);

        let mut output = FrameOutput::default();
        self.record.advance(ui, model, &mut output.actions);
        let browser = BrowserState {
            needs_button: layout.narrow,
            can_step: self.browser.can_step(model),
        };
        self.jump(ui, &layout);
        if let Some(rect) = layout.browser {
            let actions = &mut output.actions;
            self.browser.show(ui, rect, model, !layout.narrow, actions);
        }
        if std::mem::take(&mut self.browser.edits) {
            self.header.page = Page::Room;
        }
        if std::mem::take(&mut self.browser.records) {
            self.header.page = Page::Record;
        }
        self.middle(ui, layout.display, model, &mut output);
        if let Some(row) = layout.player {
            self.player.show(ui, row, model, &mut output);
        }
        let actions = &mut output.actions;
        let mut bar = layout.status_bar;
        bar.min.x = self.trial.show(ui, bar, model, seconds, actions);
        self.status_bar.show(ui, bar, model, &self.history, actions);
        meter::show(ui, layout.meters, &mut self.meters);
        self.params.show(ui, layout.params, model, actions);
        lock::beside_knobs(ui, &mut self.header.presets.locks);
        // The last of the panels: the tabulator goes through what is worked with first.
        let page = self.header.page;
        let shown = (browser, &self.history);
        self.header
            .show(ui, layout.header, model, shown, &mut output);
        self.pass_to_browser(model, &mut output);
        if self.header.page != page {
            ui.ctx().request_repaint();
        }
        let FrameOutput {
            mut actions,
            history,
            ..
        } = output;
        if let Some(path) = self.browser.picked_sound.take() {
            self.player.play_own(path, &mut actions);
        }
        self.help_keys(ui);
        self.take_dropped(ui, &mut actions);
        self.list_keys(ui, model, &mut actions);
        overlay::drop_hint(ui, window, self.file_drop.dragging);
        if model.welcome && welcome::show(ui, &layout.places(), window) {
            actions.push(Action::Welcomed);
        }
        let is_chosen = actions
            .iter()
            .any(|action| matches!(action, Action::Choose(_)));
        for action in &actions {
            match action {
                // What was recorded is kept or discarded on its own page.
                Action::Choose(source) if self.record.has_loaded(source) => {
                    self.browser.record(source);
                    self.trial.previous = None;
                }
                Action::Choose(source) => {
                    self.browser.record(source);
                    self.trial.record(source, model);
                }
                // What was tried out stays.
                Action::ShowSlot(_) | Action::DiscardCapture => self.trial.previous = None,
                _ => {}
            }
        }
        if is_chosen {
            self.player.impulse_chosen(&mut actions);
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
                overlay::load_state(ui, rect, model, output);
            }
            Page::Record => {
                if self.record.show(ui, rect, model, &mut output.actions) {
                    self.header.page = Page::Impulse;
                }
            }
            Page::Report => self.report.show(ui, rect, model, &mut output.actions),
            Page::Help => self.help.show(ui, rect),
            Page::Room => {
                let actions = &mut output.actions;
                if self.room_editor.show(ui, rect, model, actions) {
                    self.header.page = Page::Impulse;
                }
                overlay::load_state(ui, rect, model, output);
            }
        }
    }

    /// F6 jumps between the parts of the screen, in the order in which the tabulator goes through them.
    fn jump(&self, ui: &Ui, layout: &Layout) {
        let group = |rect| Group { rect, first: None };
        let browser = layout.browser.map(|rect| Group {
            rect,
            first: self.browser.field,
        });
        let rest = [
            layout.display.union(layout.status_bar),
            layout.params,
            layout.header,
        ];
        let all: Vec<Group> = browser.into_iter().chain(rest.map(group)).collect();
        groups::jump(ui, &all);
    }

    /// F1 opens the manual at what the pointer or the keyboard is at, and closes it.
    fn help_keys(&mut self, ui: &Ui) {
        if !ui.input(|input| input.key_pressed(Key::F1)) {
            return;
        }
        self.header.page = match self.header.page {
            Page::Help => Page::Impulse,
            _ => {
                self.help.open_at(ui);
                Page::Help
            }
        };
        ui.ctx().request_repaint();
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
        if free {
            self.player.keys(ui, model, actions);
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

/// The time since the last frame, seconds. What egui calls stable is the time of a frame at the full rate.
fn frame_time(ui: &Ui) -> f32 {
    ui.input(|input| input.unstable_dt).clamp(0.0, 0.3)
}

//! The controller: between the screen and an instance. It brings the view model up to date, draws the screen, and performs
//! what the user asked for. Editor thread.
//!
//! | part | what it does |
//! |---|---|
//! | `refresh` | fills the view model from what the instance publishes |
//! | `ir_view` | makes the view of the impulse, when there is a new one |
//! | `actions` | performs actions: requests to the loader, commands to the audio thread |
//! | `gestures` | sets parameters through the host |
//! | `choices` | the project's own list, which `pick` picks from |
//! | `presets` | the present sound as a preset, and back |
//! | `player` | has dry sounds played, and says what went wrong |
//! | `own_rooms` | the rooms that the user makes |
//! | `record` | recording a room |
//! | `file_info` | finds the properties of the impulses in the browser, on a thread |
//! | `round_trip` | how long the audio thread takes to answer |
//! | `repaint` | when the next frame is drawn |

mod actions;
mod choices;
mod file_info;
mod gestures;
mod ir_view;
mod own_rooms;
mod player;
mod presets;
mod record;
mod refresh;
mod repaint;
mod round_trip;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Once};

use nice_plug::context::gui::GuiContext;

use self::gestures::Gestures;
use self::ir_view::IrViewBuilder;
use self::player::PlayerControl;
use self::refresh::AudioActivity;
use self::repaint::RepaintTimer;
pub use self::round_trip::RoundTrip;
use super::panels::browser::Signature;
use super::screen::Screen;
use super::user_data::UserData;
use super::view_model::{ImpulseSource, LoadState, OwnRoom, ViewModel};
use super::widgets::system_fonts;
use super::widgets::theme::{self, recolor};
use crate::exchange::Shared;
use crate::instance::{Remote, Slot, Status, UiHandle, file_at};
use crate::params::AnteroomParams;
use crate::state;

/// The controller of one instance. It stays while the window is closed, and does nothing then.
pub struct Controller {
    params: Arc<AnteroomParams>,
    ui_handle: UiHandle,
    remote: Remote,
    project: Shared<state::Project>,
    /// The way to the host while a window is open.
    context: Option<GuiContext>,
    model: ViewModel,
    screen: Screen,
    /// Size, zoom and folder, as the project stores them.
    pub(crate) view: state::View,
    /// Impulses that were in use before, with all that is known of them.
    known_origins: HashMap<ImpulseSource, state::Origin>,
    gestures: Gestures,
    ir_view: IrViewBuilder,
    /// Some while a window is open.
    file_info: Option<file_info::FileInfoReader>,
    /// The check of the file that is to replace a missing one.
    search: Option<actions::Search>,
    user_data: UserData,
    /// The project's own choices, as they were looked at last, and how often the user has changed them.
    choices: Vec<state::Origin>,
    list_changes: u64,
    /// An impulse that is asked for once the audio thread has gone to another choice.
    deferred: Option<choices::Deferred>,
    /// The rooms that the user has made.
    own_rooms: Vec<OwnRoom>,
    /// The number of changes of the impulse that the host has been told of.
    revision: u64,
    /// The list of impulses that the loader has been given.
    published_list: Option<Signature>,
    audio: AudioActivity,
    round_trip: RoundTrip,
    repaint: RepaintTimer,
    /// The slot that is shown.
    slot: Slot,
    /// The number of the last request for an impulse.
    asked: u64,
    player: PlayerControl,
    /// The preset that the present sound began as.
    current: Option<presets::Current>,
    /// Whether the preset that is being loaded is compared with only.
    compares: bool,
}

impl std::fmt::Debug for Controller {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Controller").finish_non_exhaustive()
    }
}

impl Controller {
    /// The controller of an instance. Nothing is drawn before a window is opened.
    #[must_use]
    pub fn new(
        params: Arc<AnteroomParams>,
        ui_handle: UiHandle,
        remote: Remote,
        project: Shared<state::Project>,
    ) -> Self {
        let user_data = UserData::in_system_folder();
        // One instance reads them for all of the process; an open window keeps them up to date.
        static FOLDERS: Once = Once::new();
        FOLDERS.call_once(|| user_data.read_folders(remote.library_setter()));
        Self {
            params,
            ui_handle,
            remote,
            project,
            context: None,
            model: ViewModel::default(),
            screen: Screen::default(),
            view: state::View::default(),
            known_origins: HashMap::new(),
            gestures: Gestures::default(),
            ir_view: IrViewBuilder::default(),
            file_info: None,
            search: None,
            user_data,
            choices: Vec::new(),
            list_changes: 0,
            deferred: None,
            own_rooms: Vec::new(),
            revision: 0,
            published_list: None,
            audio: AudioActivity::new(),
            round_trip: RoundTrip::default(),
            repaint: RepaintTimer::new(),
            slot: Slot::First,
            asked: 0,
            player: PlayerControl::default(),
            current: None,
            compares: false,
        }
    }

    /// A window opens.
    pub fn open(&mut self, ctx: &egui::Context, context: GuiContext) {
        theme::apply(ctx);
        system_fonts::install(ctx);
        self.context = Some(context);
        self.view = self.project.with(|project| project.view.clone());
        // One of another system would be looked for wherever the host was started.
        if self.view.folder.is_absolute() {
            self.screen.browser.folder.clone_from(&self.view.folder);
        }
        let messages = self
            .project
            .with(|project| std::mem::take(&mut project.messages));
        if !messages.is_empty() {
            self.show_message(&messages.join("; "));
        }
        self.ir_view.open();
        self.file_info = file_info::FileInfoReader::start(self.user_data.folder());
        self.screen.detach();
        self.screen.is_cleared = true;
        self.user_data.open();
        self.recall_preset();
        // The host knows of changes that were made while no window was open.
        self.revision = self.revision();
    }

    /// The end of a slot's loader.
    fn end(&self, slot: Slot) -> &Remote {
        let second = self.remote.second().filter(|_| slot == Slot::Second);
        second.unwrap_or(&self.remote)
    }

    /// What a slot's loader says.
    fn status_of(&mut self, slot: Slot) -> &Status {
        match slot {
            Slot::First => self.ui_handle.status.read(),
            Slot::Second => self.ui_handle.second_status.read(),
        }
    }

    /// Changes of the impulses and of the list of choices by the user, so far.
    fn revision(&mut self) -> u64 {
        let of = |slot| self.status_of(slot).revision;
        Slot::ALL.map(of).iter().sum::<u64>() + self.list_changes
    }

    /// The window closes. No gesture may stay open.
    pub fn close(&mut self) {
        self.stop_capture();
        self.ir_view.close();
        self.close_player();
        self.search = None;
        self.file_info = None;
        self.user_data.close();
        self.screen.ir_display.detach();
        self.screen.browser.stop();
        self.stop_comparing();
        if let Some(context) = self.context.take() {
            self.gestures.end_all(&self.params, &context.param_setter());
        }
    }

    /// Draws a frame and performs what the user asked for. `zoom` is the zoom in force.
    pub fn frame(&mut self, ui: &mut egui::Ui, zoom: f32) {
        let before = (self.model.values, self.model.modulated);
        self.refresh(zoom);
        recolor::choose(ui.ctx(), self.model.scheme);
        let actions = self.screen.show(ui, &self.model);
        let loading = matches!(self.model.load_state, LoadState::Loading { .. });
        if loading || before != (self.model.values, self.model.modulated) || !actions.is_empty() {
            self.repaint.changed();
        }
        self.perform(ui.ctx(), actions);
        if self.poll_user_data() {
            self.repaint.changed();
        }
        self.store_view();
        self.user_data
            .store_bookmarks(&self.screen.browser.bookmarks);
        self.exchange_file_info();
        self.publish_list();
        let touched = ui.input(|input| !input.events.is_empty() || input.pointer.any_down());
        if touched {
            self.repaint.changed();
        }
        ui.ctx()
            .request_repaint_after(self.repaint.wait(&self.screen.meters));
    }

    /// Files were dropped onto the window, or are dragged over it.
    pub fn dropped(&mut self, files: Vec<PathBuf>, dragging: bool) {
        if dragging || !files.is_empty() {
            self.repaint.changed();
        }
        let file_drop = &mut self.screen.file_drop;
        (file_drop.dropped, file_drop.dragging) = (files, dragging);
    }

    /// Notes the window's size, points, for the project.
    pub fn resized(&mut self, width: f32, height: f32) {
        (self.view.width, self.view.height) = (width.round() as u32, height.round() as u32);
    }

    fn show_message(&mut self, text: &str) {
        self.screen.status_bar.show_message(text);
    }

    /// Takes what has been read of the user's files; true if there was anything.
    fn poll_user_data(&mut self) -> bool {
        let bookmarks = &mut self.screen.browser.bookmarks;
        let mut arrived = self.user_data.poll(bookmarks, &mut self.model.presets);
        if let Some(found) = arrived.rooms.take() {
            self.take_own_rooms(found);
        }
        if arrived.any {
            let folders = self.screen.browser.bookmarks.folders();
            self.remote.set_library(folders);
        }
        if let Some(message) = &arrived.message {
            self.show_message(message);
        }
        arrived.any
    }

    /// Asks for the properties of the impulses in view, and takes those that were found.
    fn exchange_file_info(&mut self) {
        let browser = &mut self.screen.browser;
        if let Some(file_info) = &mut self.file_info {
            file_info.ask(&browser.unknown);
            browser.facts.extend(file_info.news());
        }
    }

    /// Gives the loader the list of the browser, if that has changed. The host's buttons step through it.
    fn publish_list(&mut self) {
        let browser = &self.screen.browser;
        let signature = browser.signature();
        if self.published_list.as_ref() != Some(&signature) {
            self.published_list = Some(signature);
            let sources = browser.sources(&self.model);
            self.remote
                .set_list(sources.iter().filter_map(origin_of).collect());
        }
    }

    /// Stores size, zoom and folder in the project, if they have changed.
    fn store_view(&mut self) {
        let folder = &self.screen.browser.folder;
        if self.view.folder != *folder {
            self.view.folder.clone_from(folder);
        }
        let view = &self.view;
        self.project.with(|project| {
            if project.view != *view {
                project.view.clone_from(view);
            }
        });
    }
}

/// The origin that the loader is asked for, of an impulse that has not been in use before.
fn origin_of(source: &ImpulseSource) -> Option<state::Origin> {
    match source {
        source if source.is_nothing() => Some(state::Origin::Nothing),
        ImpulseSource::Room(name) => state::Origin::room(name),
        ImpulseSource::Own(name, text) => {
            let recipe = serde_json::from_str(text).ok()?;
            Some(state::Origin::Room(name.clone(), recipe))
        }
        ImpulseSource::File(path) => Some(file_at(path)),
    }
}

#[cfg(test)]
mod tests;

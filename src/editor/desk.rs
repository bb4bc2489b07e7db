//! The adapter between the screen and an instance: fills the model from what the instance reports,
//! and carries out what the user asks for. Editor thread.

mod appraise;
mod carry;
mod fill;
mod shelf;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use nice_plug::context::gui::GuiContext;

use super::browser::Signature;
use super::model::{Model, Source};
use super::picture::Canvas;
use super::screen::screen;
use super::view::View;
use crate::exchange::Shared;
use crate::instance::{Desk, Remote, Study, file_at};
use crate::params::AnteroomParams;
use crate::state;

/// How long after a change the screen is drawn at the full rate.
const LIVELY: Duration = Duration::from_millis(700);
/// The time between frames while something moves.
const FRAME: Duration = Duration::from_millis(16);
/// The time between frames while only the meters move: their bars take longer than that. Where
/// software draws, each frame costs most of a hundredth of a second.
const METERS: Duration = Duration::from_millis(50);
/// The time between looks while they stand still although something sounds.
const STEADY: Duration = Duration::from_millis(100);
/// The time between looks while nothing does.
const IDLE: Duration = Duration::from_millis(200);

/// One instance's screen and its wires. It stays while the window is closed, and does nothing then.
pub struct App {
    params: Arc<AnteroomParams>,
    desk: Desk,
    remote: Remote,
    project: Shared<state::Project>,
    context: Option<GuiContext>,
    model: Model,
    view: View,
    /// How the window looked, as the project stores it.
    pub(super) window: state::View,
    /// Impulses that were in use before, with all that is known of them.
    known: HashMap<Source, state::Origin>,
    /// Gestures that are open towards the host.
    held: Vec<&'static str>,
    /// What the model's picture was made from, to make it once.
    drawn: fill::Drawn,
    /// Looks closer at the impulse while a window is open.
    study: Option<Study>,
    /// Finds out what the impulses in the browser are like while a window is open.
    appraiser: Option<appraise::Appraiser>,
    /// What comes of a search for a missing file.
    search: Option<carry::Search>,
    /// The folder of what the user keeps, and what is in it.
    shelf: Option<PathBuf>,
    marks: shelf::Marks,
    errands: shelf::Errands,
    revision: u64,
    /// The list that the host's buttons step through.
    listed: Option<Signature>,
    blocks: (u64, Instant),
    changed: Instant,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").finish_non_exhaustive()
    }
}

impl App {
    /// The screen of an instance. Not drawn before a window is opened.
    #[must_use]
    pub fn new(
        params: Arc<AnteroomParams>,
        desk: Desk,
        remote: Remote,
        project: Shared<state::Project>,
    ) -> Self {
        let now = Instant::now();
        Self {
            params,
            desk,
            remote,
            project,
            context: None,
            model: Model::default(),
            view: View::default(),
            window: state::View::default(),
            known: HashMap::new(),
            held: Vec::new(),
            drawn: fill::Drawn::default(),
            study: None,
            appraiser: None,
            search: None,
            shelf: shelf::folder(),
            marks: shelf::Marks::default(),
            errands: shelf::Errands::default(),
            revision: 0,
            listed: None,
            blocks: (0, now),
            changed: now,
        }
    }

    /// A window opens.
    pub fn open(&mut self, ctx: &egui::Context, context: GuiContext) {
        super::theme::apply(ctx);
        self.context = Some(context);
        self.window = self.stored();
        if !self.window.folder.as_os_str().is_empty() {
            self.view.browser.folder.clone_from(&self.window.folder);
        }
        let said = self
            .project
            .with(|project| std::mem::take(&mut project.messages));
        if !said.is_empty() {
            self.view.say(&said.join("; "));
        }
        // Without a thread there are no curves, and that is all.
        self.study = Study::start().ok();
        self.appraiser = appraise::Appraiser::start(self.shelf.as_deref());
        self.drawn = fill::Drawn::default();
        self.view.drag = None;
        self.view.grip = None;
        self.view.entry = None;
        self.view.canvas = Canvas::default();
        self.view.cleared = true;
        self.unpack();
        // What happened while no window was open has been saved or is the host's business.
        self.revision = self.desk.status.read().revision;
    }

    /// The window closes: no gesture may stay open.
    pub fn close(&mut self) {
        self.study = None;
        self.search = None;
        self.appraiser = None;
        self.errands = shelf::Errands::default();
        self.view.canvas = Canvas::default();
        self.view.browser.rest();
        self.stop_comparing();
        if let Some(context) = self.context.take() {
            let setter = context.param_setter();
            for id in self.held.drain(..) {
                if let Some(param) = self.params.param(id) {
                    param.end(&setter);
                }
            }
        }
    }

    /// Draws a frame and does what it asks for. `zoom` is the zoom in force.
    pub fn frame(&mut self, ui: &mut egui::Ui, zoom: f32) {
        let before = (self.model.values, self.model.heard);
        self.fill(zoom);
        let actions = screen(ui, &self.model, &mut self.view);
        let busy = matches!(self.model.phase, super::model::Phase::Loading { .. });
        if busy || before != (self.model.values, self.model.heard) || !actions.is_empty() {
            self.changed = Instant::now();
        }
        self.carry_out(ui.ctx(), actions);
        if self.shelve() {
            self.changed = Instant::now();
        }
        self.remember();
        self.keep_marks();
        self.appraise();
        self.list();
        let touched = ui.input(|input| !input.events.is_empty() || input.pointer.any_down());
        if touched {
            self.changed = Instant::now();
        }
        ui.ctx()
            .request_repaint_after(match self.changed.elapsed() {
                since if since < LIVELY => FRAME,
                _ if self.view.needles.moving() => METERS,
                _ if self.view.needles.awake() => STEADY,
                _ => IDLE,
            });
    }

    /// Files were dragged onto the window, or are held over it.
    pub fn dropped(&mut self, files: Vec<PathBuf>, hovering: bool) {
        if hovering || !files.is_empty() {
            self.changed = Instant::now();
        }
        (self.view.dropped, self.view.hovering) = (files, hovering);
    }

    /// How the project says the window looked.
    #[must_use]
    pub fn stored(&self) -> state::View {
        self.project.with(|project| project.view.clone())
    }

    /// Notes the window's size, points, for the project.
    pub fn resized(&mut self, width: f32, height: f32) {
        (self.window.width, self.window.height) = (width.round() as u32, height.round() as u32);
    }

    /// Asks what the rows in view are like, and takes the answers.
    fn appraise(&mut self) {
        let browser = &mut self.view.browser;
        if let Some(appraiser) = &mut self.appraiser {
            appraiser.ask(&browser.sought);
            browser.facts.extend(appraiser.news());
        }
    }

    /// Tells the loader which impulses the host's buttons step through, if that has changed: those
    /// that are listed here.
    fn list(&mut self) {
        let signature = self.view.browser.signature();
        if self.listed.as_ref() != Some(&signature) {
            self.listed = Some(signature);
            let sources = self.view.browser.sources(&self.model);
            self.remote
                .set_list(sources.iter().filter_map(wish).collect());
        }
    }

    /// Writes into the project how the window looks, if that has changed.
    fn remember(&mut self) {
        let folder = &self.view.browser.folder;
        if self.window.folder != *folder {
            self.window.folder.clone_from(folder);
        }
        let window = &self.window;
        self.project.with(|project| {
            if project.view != *window {
                project.view.clone_from(window);
            }
        });
    }
}

/// What the loader is to be asked for, of something that nothing is known of.
fn wish(source: &Source) -> Option<state::Origin> {
    match source {
        Source::Room(name) => state::Origin::room(name),
        Source::File(path) => Some(file_at(path)),
    }
}

#[cfg(test)]
mod tests;

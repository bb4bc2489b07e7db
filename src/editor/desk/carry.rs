//! Carrying out what the user asks for: gestures to the host, requests to the loader, commands to
//! the audio thread.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, TryRecvError, channel};

use nice_plug::prelude::ParamSetter;

use super::App;
use crate::editor::action::Action;
use crate::editor::model::Source;
use crate::exchange::{Cancel, WorkerThread};
use crate::instance::{ChannelsAs, Command, Phase};
use crate::state::Origin;

/// Looking into a file that is to replace a missing one, on a thread that ends with it.
#[derive(Debug)]
pub(super) struct Search {
    path: PathBuf,
    answer: Receiver<bool>,
    // Held for its drop, which joins.
    _looper: WorkerThread,
}

impl App {
    /// Does what the user asked for in this frame.
    pub(super) fn carry_out(&mut self, ctx: &egui::Context, actions: Vec<Action>) {
        let Some(context) = self.context.clone() else {
            return;
        };
        let setter = context.param_setter();
        // An undo, or the other of two sounds, is heard as a whole; what one hand turns, at once.
        let is_set = |action: &&Action| matches!(action, Action::Set(..));
        let several = actions.iter().filter(is_set).count() > 1;
        let params = self.params.clone();
        let _change = several.then(|| params.seq_lock.begin());
        for action in actions {
            match action {
                Action::Begin(_) | Action::Set(..) | Action::End(_) => self.turn(&setter, &action),
                Action::Choose(source) => self.choose(&source),
                Action::Locate(path) => self.locate(path),
                Action::Retry => self.retry(),
                Action::ChannelsAs(choice) => self.channels_as(choice),
                Action::Embed(on) => {
                    self.project.with(|project| project.embed = on);
                    self.remote.embed(on);
                }
                Action::Zoom(zoom) => {
                    self.window.zoom = zoom;
                    ctx.set_zoom_factor(zoom);
                }
                Action::SavePreset(name, tags) => self.save_preset(&name, tags),
                Action::LoadPreset(name) => self.open_preset(&name),
                Action::ResetReport => {
                    // A queue that is full is full of commands that do no harm to miss one.
                    let _ = self.desk.commands.push(Command::ResetMeters);
                }
            }
        }
        self.searched();
        self.take_preset(&setter);
        let revision = self.desk.status.read().revision;
        if revision != self.revision {
            self.revision = revision;
            self.params.mark_changed(&setter);
        }
    }

    /// Goes back to the user's own sound: the window closes, and nobody could do it by hand.
    pub(super) fn stop_comparing(&mut self) {
        let mut actions = Vec::new();
        if self.view.history.comparing() {
            self.view.history.before(&self.model, &mut actions);
        }
        let Some(context) = self.context.clone() else {
            return;
        };
        let setter = context.param_setter();
        let params = self.params.clone();
        let _change = params.seq_lock.begin();
        for action in &actions {
            self.turn(&setter, action);
        }
    }

    /// What a hand does to a parameter; anything else is not for here.
    fn turn(&mut self, setter: &ParamSetter<'_>, action: &Action) {
        match *action {
            Action::Begin(id) => self.begin(setter, id),
            Action::Set(id, value) => self.set(setter, id, value),
            Action::End(id) => self.end(setter, id),
            _ => {}
        }
    }

    fn begin(&mut self, setter: &ParamSetter<'_>, id: &'static str) {
        if let Some(param) = self.params.param(id).filter(|_| !self.held.contains(&id)) {
            param.begin(setter);
            self.held.push(id);
        }
    }

    fn set(&self, setter: &ParamSetter<'_>, id: &'static str, value: f32) {
        if let Some(param) = self.params.param(id).filter(|_| self.held.contains(&id)) {
            param.set_normalized(setter, value);
        }
    }

    fn end(&mut self, setter: &ParamSetter<'_>, id: &'static str) {
        if let Some(at) = self.held.iter().position(|held| *held == id) {
            self.held.swap_remove(at);
            if let Some(param) = self.params.param(id) {
                param.end(setter);
            }
        }
    }

    /// Asks the loader for an impulse, with all that is known of it from before.
    pub(super) fn choose(&mut self, source: &Source) {
        let known = self.known.get(source).cloned();
        let origin = known.or_else(|| super::wish(source));
        self.ask(origin);
    }

    fn ask(&mut self, origin: Option<Origin>) {
        let accepted = origin.and_then(|origin| self.remote.choose(origin));
        if accepted.is_none() {
            self.view.say("The loader has too much to do: try again.");
        }
    }

    /// Asks the loader for the same file with its channels taken for something else.
    fn channels_as(&mut self, choice: ChannelsAs) {
        let mut origin = (*self.remote.origin()).clone();
        if let Origin::File(file) = &mut origin {
            file.channels_as = Some(choice);
            // The copy in the project is of what sounded until now.
            file.embedded = None;
            self.ask(Some(origin));
        }
    }

    /// Looks into a file on a thread of its own: it may be large, and its disk slow.
    fn locate(&mut self, path: PathBuf) {
        let status = self.desk.status.read();
        let Phase::Missing { file, .. } = &status.phase else {
            return;
        };
        let (file, remote, at) = (file.clone(), self.remote.clone(), path.clone());
        let (sender, answer) = channel();
        let cancel = Cancel::new();
        let given_up = cancel.clone();
        let mut begun = false;
        let work = move || {
            if !std::mem::replace(&mut begun, true) {
                // The editor may be gone.
                let _ = sender.send(remote.found(&file, &at, &|| given_up.is_cancelled()));
            }
            false
        };
        if let Ok(looper) = WorkerThread::spawn_with("anteroom locate", cancel, work) {
            self.search = Some(Search {
                path,
                answer,
                _looper: looper,
            });
        }
    }

    fn searched(&mut self) {
        let Some(search) = &self.search else {
            return;
        };
        match search.answer.try_recv() {
            Ok(true) => {
                self.remote.retry();
            }
            Ok(false) => {
                let source = Source::File(search.path.clone());
                self.view.say(&format!(
                    "{} has other content than the missing file; it is used instead.",
                    source.name()
                ));
                self.known.remove(&source);
                self.choose(&source);
            }
            Err(TryRecvError::Empty) => return,
            Err(TryRecvError::Disconnected) => {}
        }
        self.search = None;
    }

    /// Tries again what went wrong.
    fn retry(&mut self) {
        let missing = matches!(self.desk.status.read().phase, Phase::Missing { .. });
        if missing {
            self.remote.retry();
        } else {
            let source = self.model.source.clone();
            self.choose(&source);
        }
    }
}

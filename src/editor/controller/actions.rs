//! Performing what the user asks for: gestures to the host, requests to the loader, commands to the audio thread.
//! Editor thread.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, TryRecvError, channel};

use super::Controller;
use crate::background::{BackgroundJob, Job};
use crate::editor::action::Action;
use crate::editor::view_model::ImpulseSource;
use crate::instance::{ChannelsAs, Command, Phase};
use crate::state::Origin;

/// Looking into a file that is to replace a missing one, on a thread that ends with it.
#[derive(Debug)]
pub(super) struct Search {
    path: PathBuf,
    answer: Receiver<bool>,
    // Held for its drop, which cancels and joins.
    _job: BackgroundJob,
}

impl Controller {
    /// Performs what the user asked for in this frame.
    pub(super) fn perform(&mut self, ctx: &egui::Context, actions: Vec<Action>) {
        let Some(context) = self.context.clone() else {
            return;
        };
        let setter = context.param_setter();
        // Several parameters, as undo or A/B set them, are one change. A single one needs none.
        let is_set = |action: &&Action| matches!(action, Action::Set(..));
        let several = actions.iter().filter(is_set).count() > 1;
        let params = self.params.clone();
        let _change = several.then(|| params.seq_lock.begin());
        for action in actions {
            match action {
                Action::Begin(_) | Action::Set(..) | Action::End(_) => {
                    self.gestures.apply(&self.params, &setter, &action);
                }
                Action::Choose(source) => self.choose(&source),
                Action::Locate(path) => self.locate(path),
                Action::Retry => self.retry(),
                Action::ChannelsAs(choice) => self.channels_as(choice),
                Action::Embed(on) => {
                    self.project.with(|project| project.embed = on);
                    self.remote.embed(on);
                }
                Action::Zoom(zoom) => {
                    self.view.zoom = zoom;
                    ctx.set_zoom_factor(zoom);
                }
                Action::SavePreset(name, tags) => self.save_preset(&name, tags),
                Action::LoadPreset(name) => self.load_preset(&name),
                Action::LoadFactory(name) => self.load_factory(name, &setter),
                Action::ResetReport => {
                    // If the queue is full, dropping a reset is harmless.
                    let _ = self.ui_handle.commands.push(Command::ResetMeters);
                }
            }
        }
        self.searched();
        self.apply_loaded_preset(&setter);
        let revision = self.ui_handle.status.read().revision;
        if revision != self.revision {
            self.revision = revision;
            self.params.mark_changed(&setter);
        }
    }

    /// Goes back to the user's sound if the unshaped impulse is heard: without a window nobody could.
    pub(super) fn stop_comparing(&mut self) {
        let mut actions = Vec::new();
        let history = &mut self.screen.history;
        if history.is_comparing() {
            history.toggle_unshaped(&self.model, &mut actions);
        }
        let Some(context) = self.context.clone() else {
            return;
        };
        let setter = context.param_setter();
        let _change = self.params.seq_lock.begin();
        for action in &actions {
            self.gestures.apply(&self.params, &setter, action);
        }
    }

    /// Asks the loader for an impulse. If it was in use before, with all that is known of it.
    pub(super) fn choose(&mut self, source: &ImpulseSource) {
        let known = self.known_origins.get(source).cloned();
        let origin = known.or_else(|| super::origin_of(source));
        self.request(origin);
    }

    fn request(&mut self, origin: Option<Origin>) {
        let accepted = origin.and_then(|origin| self.remote.choose(origin));
        if accepted.is_none() {
            self.show_message("The loader has too much to do: try again.");
        }
    }

    /// Asks the loader for the same file with its channels used in another way.
    fn channels_as(&mut self, choice: ChannelsAs) {
        let mut origin = (*self.remote.origin()).clone();
        if let Origin::File(file) = &mut origin {
            file.channels_as = Some(choice);
            // The copy in the project is of the channels as they were used until now.
            file.embedded = None;
            self.request(Some(origin));
        }
    }

    /// Looks into a file on a thread of its own: it may be large, and its disk slow.
    fn locate(&mut self, path: PathBuf) {
        let status = self.ui_handle.status.read();
        let Phase::Missing { file, .. } = &status.phase else {
            return;
        };
        let (file, remote, at) = (file.clone(), self.remote.clone(), path.clone());
        let (sender, answer) = channel();
        let work = move |job: &Job<'_>| {
            // The editor may be gone.
            let _ = sender.send(remote.found(&file, &at, job));
        };
        if let Ok(job) = BackgroundJob::spawn_once("anteroom locate", work) {
            self.search = Some(Search {
                path,
                answer,
                _job: job,
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
                let source = ImpulseSource::File(search.path.clone());
                self.show_message(&format!(
                    "{} has other content than the missing file; it is used instead.",
                    source.name()
                ));
                self.known_origins.remove(&source);
                self.choose(&source);
            }
            Err(TryRecvError::Empty) => return,
            Err(TryRecvError::Disconnected) => {}
        }
        self.search = None;
    }

    /// Looks for a missing file again, or loads a damaged one again.
    fn retry(&mut self) {
        let missing = matches!(self.ui_handle.status.read().phase, Phase::Missing { .. });
        if missing {
            self.remote.retry();
        } else {
            let source = self.model.source.clone();
            self.choose(&source);
        }
    }
}

//! Performing what the user asks for: gestures to the host, requests to the loader, commands to the audio thread.
//! Editor thread.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, TryRecvError, channel};

use super::{Controller, choices};
use crate::background::{BackgroundJob, Job};
use crate::editor::action::Action;
use crate::editor::user_data::{Settings, user_preset_folder};
use crate::editor::view_model::ImpulseSource;
use crate::instance::{ChannelsAs, Command, Phase, Slot};
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
        let picks = actions.iter().any(choices::is_pick);
        for action in actions {
            match action {
                // What the audio thread picks of the list comes first: this one counts.
                Action::Choose(source) if picks && self.slot == Slot::First => self.defer(source),
                Action::ChooseIn(Slot::First, source) if picks => self.defer(source),
                Action::Begin(_) | Action::Set(..) | Action::End(_) => {
                    self.gestures.apply(&self.params, &setter, &action);
                }
                Action::Choose(source) => self.choose(self.slot, &source),
                Action::ChooseIn(slot, source) => self.choose(slot, &source),
                Action::SetChoices(sources) => self.set_choices(&sources),
                Action::ShowSlot(slot) => {
                    self.slot = slot;
                    self.search = None;
                }
                Action::EditRoom(name, recipe) => self.edit_room(name, *recipe),
                Action::SaveRoom(name, recipe) => self.save_room(&name, &recipe),
                Action::Locate(path) => self.locate(path),
                Action::Retry => self.retry(),
                Action::ChannelsAs(choice) => self.channels_as(choice),
                Action::Embed(on) => {
                    let slot = self.slot;
                    self.project.with(|project| match slot {
                        Slot::First => project.embed = on,
                        Slot::Second => project.embed_second = on,
                    });
                    self.end(slot).embed(on);
                }
                Action::Zoom(zoom) => {
                    self.view.zoom = zoom;
                    ctx.set_zoom_factor(zoom);
                }
                Action::SavePreset(name, tags) => self.save_preset(&name, tags),
                Action::LoadPreset(name) => self.load_preset(&name),
                Action::LoadFactory(name) => self.load_factory(name, &setter),
                Action::StartCapture(settings) => self.start_capture(*settings),
                Action::StopCapture => self.stop_capture(),
                Action::KeepCapture => self.keep_capture(),
                Action::DiscardCapture => self.discard_capture(),
                Action::Player(action) => self.perform_player(action),
                Action::RenamePreset(name, to) => self.rename_preset(&name, &to),
                Action::DeletePreset(name) => self.delete_preset(&name),
                Action::ShowPresetFolder => self.show_preset_folder(ctx),
                Action::Scheme(scheme) => self.change_settings(|settings| settings.scheme = scheme),
                Action::Welcomed => self.change_settings(|settings| settings.welcomed = true),
                Action::ResetReport => {
                    // If the queue is full, dropping a reset is harmless.
                    let _ = self.ui_handle.commands.push(Command::ResetMeters);
                }
            }
        }
        self.choose_deferred();
        self.searched();
        self.apply_loaded_preset(&setter);
        let revision = self.revision();
        if revision != self.revision {
            self.revision = revision;
            self.params.mark_changed(&setter);
        }
    }

    fn change_settings(&mut self, change: impl FnOnce(&mut Settings)) {
        let mut settings = self.user_data.settings().unwrap_or_default();
        change(&mut settings);
        self.user_data.set_settings(settings);
    }

    /// Has the system show the folder of the user's presets.
    fn show_preset_folder(&mut self, ctx: &egui::Context) {
        match user_preset_folder() {
            Some(folder) => {
                ctx.open_url(egui::OpenUrl::new_tab(folder.display()));
                self.show_message(&format!("Your presets are in {}", folder.display()));
            }
            None => self.show_message("There is no folder for presets."),
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

    /// Asks a slot's loader for an impulse. If it was in use before, with all that is known of it.
    pub(super) fn choose(&mut self, slot: Slot, source: &ImpulseSource) {
        if slot == Slot::First && source.is_nothing() {
            return;
        }
        let known = self.known_origins.get(source).cloned();
        let origin = known.or_else(|| super::origin_of(source));
        self.request(slot, origin);
    }

    /// Asks a slot's loader for an impulse, and says if it has no room for that.
    pub(super) fn request(&mut self, slot: Slot, origin: Option<Origin>) {
        let accepted = origin.and_then(|origin| self.end(slot).choose(origin));
        self.asked = accepted.unwrap_or(self.asked);
        if accepted.is_none() {
            self.show_message("The loader has too much to do: try again.");
        }
    }

    /// Asks the loader for the same file with its channels used in another way.
    fn channels_as(&mut self, choice: ChannelsAs) {
        let mut origin = (*self.end(self.slot).origin()).clone();
        if let Origin::File(file) = &mut origin {
            file.channels_as = Some(choice);
            // The copy in the project is of the channels as they were used until now.
            file.embedded = None;
            self.request(self.slot, Some(origin));
        }
    }

    /// Looks into a file on a thread of its own: it may be large, and its disk slow.
    fn locate(&mut self, path: PathBuf) {
        let status = self.status_of(self.slot);
        let Phase::Missing { file, .. } = &status.phase else {
            return;
        };
        let file = file.clone();
        let (remote, at) = (self.remote.clone(), path.clone());
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
                self.end(self.slot).retry();
            }
            Ok(false) => {
                let source = ImpulseSource::File(search.path.clone());
                self.show_message(&format!(
                    "{} has other content than the missing file; it is used instead.",
                    source.name()
                ));
                self.known_origins.remove(&source);
                self.choose(self.slot, &source);
            }
            Err(TryRecvError::Empty) => return,
            Err(TryRecvError::Disconnected) => {}
        }
        self.search = None;
    }

    /// Looks for a missing file again, or loads a damaged one again.
    fn retry(&mut self) {
        let slot = self.slot;
        let missing = matches!(self.status_of(slot).phase, Phase::Missing { .. });
        if missing {
            self.end(slot).retry();
        } else {
            let source = self.model.source.clone();
            self.choose(slot, &source);
        }
    }
}

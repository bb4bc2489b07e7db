//! Presets: the present sound as a preset, and a preset as the present sound. Editor thread.

use nice_plug::prelude::ParamSetter;

use super::Controller;
use super::refresh::source_of;
use crate::instance::{ChannelsAs, Slot};
use crate::state::{FactoryPreset, Origin, Preset, Project};

impl Controller {
    /// Saves the present sound as a preset with this name and these tags.
    pub(super) fn save_preset(&mut self, name: &str, tags: Vec<String>) {
        let mut project = Project::default();
        project.origin = (*self.remote.origin()).clone();
        project.second = (*self.end(Slot::Second).origin()).clone().something();
        (project.embed, project.embed_second) = self
            .project
            .with(|project| (project.embed, project.embed_second));
        let mut preset = Preset {
            project,
            tags,
            ..Preset::default()
        };
        for param in self.params.params() {
            let spec = param.spec();
            preset.set(spec.id, spec.plain(param.normalized()));
        }
        if let Err(message) = self.user_data.save_preset(name, &preset) {
            self.show_message(&message);
        }
    }

    /// Begins to load a preset.
    pub(super) fn load_preset(&mut self, name: &str) {
        if let Err(message) = self.user_data.load_preset(name) {
            self.show_message(&message);
        }
    }

    /// Applies a preset that comes with the plug-in.
    pub(super) fn load_factory(&mut self, name: &str, setter: &ParamSetter<'_>) {
        if let Some(factory) = FactoryPreset::by_name(name) {
            self.apply_preset(&factory.preset(), setter);
        }
    }

    /// Applies a preset that has been loaded.
    pub(super) fn apply_loaded_preset(&mut self, setter: &ParamSetter<'_>) {
        let preset = match self.user_data.loaded_preset() {
            Some(Ok(preset)) => preset,
            Some(Err(message)) => return self.show_message(&message),
            None => return,
        };
        self.apply_preset(&preset, setter);
    }

    /// Applies a preset: its values, as gestures and as one change, and its impulse.
    fn apply_preset(&mut self, preset: &Preset, setter: &ParamSetter<'_>) {
        let keeps_output = self.screen.header.presets.keeps_output;
        let params = self.params.clone();
        let change = params.seq_lock.begin();
        for (param, (spec, plain)) in params.params().iter().zip(preset.values.iter()) {
            let stays = keeps_output && spec.kept_by_lock;
            let to = spec.normalized(plain);
            if !stays && (to - param.normalized()).abs() > 1e-6 {
                param.set_plain(setter, plain);
            }
        }
        drop(change);
        let second = preset.project.second.clone().unwrap_or(Origin::Nothing);
        for (slot, origin) in Slot::ALL.into_iter().zip([&preset.project.origin, &second]) {
            let wanted = source_of(origin);
            let now = self.end(slot).origin();
            let other_channels = channels_as(origin) != channels_as(&now);
            if wanted != source_of(&now) || other_channels {
                self.known_origins.insert(wanted.clone(), origin.clone());
                self.choose(slot, &wanted);
            }
        }
        self.screen.trial.previous = None;
    }
}

fn channels_as(origin: &Origin) -> Option<ChannelsAs> {
    match origin {
        Origin::File(file) => file.channels_as,
        Origin::Room(..) | Origin::Nothing => None,
    }
}

//! Presets: the present sound as a preset, a preset as the present sound, and whether it is still as it was. Editor thread.

use nice_plug::prelude::ParamSetter;

use super::Controller;
use super::refresh::source_of;
use crate::editor::view_model::{CurrentPreset, ImpulseSource, PresetName, ViewModel};
use crate::editor::widgets::lock::Locks;
use crate::instance::{ChannelsAs, Slot};
use crate::params::PARAMS;
use crate::state::{FactoryPreset, Origin, Preset, Project};

/// The preset that the present sound began as.
#[derive(Debug)]
pub(super) struct Current {
    preset: PresetName,
    /// What it sets; none while it is not known, as after a project was opened.
    sound: Option<Sound>,
}

/// What a preset sets.
#[derive(Debug, PartialEq)]
struct Sound {
    /// The controls' normalised values.
    values: [f32; PARAMS.len()],
    /// The impulses of the first slot and of the second.
    sources: [ImpulseSource; 2],
}

impl Sound {
    fn of(preset: &Preset) -> Self {
        let mut sound = Self {
            values: PARAMS.map(|spec| spec.normalized(spec.default)),
            sources: [source_of(&preset.project.origin), ImpulseSource::nothing()],
        };
        for (value, (spec, plain)) in sound.values.iter_mut().zip(preset.values.iter()) {
            *value = spec.normalized(plain);
        }
        if let Some(second) = &preset.project.second {
            sound.sources[1] = source_of(second);
        }
        sound
    }

    /// Whether it is not what is heard now. What is locked, and what no preset is about, does not count.
    fn differs(&self, model: &ViewModel, locks: &Locks) -> bool {
        let values = self.values.iter().zip(model.values);
        let moved = |((was, now), spec): ((&f32, f32), &crate::params::ParamSpec)| {
            let counts = !locks.hold(spec) && !spec.is_bypass;
            counts && (was - now).abs() > 1e-4
        };
        values.zip(&PARAMS).any(moved) || self.sources.each_ref() != model.sources()
    }
}

impl Controller {
    /// The present preset as it is shown.
    pub(super) fn current_preset(&self) -> Option<CurrentPreset> {
        let current = self.current.as_ref()?;
        let locks = &self.screen.header.presets.locks;
        let sound = current.sound.as_ref();
        Some(CurrentPreset {
            preset: current.preset.clone(),
            changed: sound.is_some_and(|sound| sound.differs(&self.model, locks)),
        })
    }

    fn set_current(&mut self, name: &str, own: bool, sound: Option<Sound>) {
        let preset = PresetName {
            name: name.to_owned(),
            own,
        };
        self.view.preset = Some(preset.clone());
        self.current = Some(Current { preset, sound });
    }

    /// A window opens: finds out what the preset sets that the project names.
    pub(super) fn recall_preset(&mut self) {
        let Some(preset) = self.view.preset.clone() else {
            self.current = None;
            return;
        };
        if self.current.as_ref().map(|current| &current.preset) == Some(&preset) {
            return;
        }
        let factory = FactoryPreset::by_name(&preset.name).filter(|_| !preset.own);
        let sound = factory.map(|factory| Sound::of(&factory.preset()));
        self.set_current(&preset.name, preset.own, sound);
        // A file of the user's is read to compare with, and not applied. One that is gone is only a name.
        if preset.own && self.user_data.load_preset(&preset.name).is_ok() {
            self.compares = true;
        }
    }

    /// Gives one of the user's presets another name.
    pub(super) fn rename_preset(&mut self, name: &str, to: &str) {
        if let Err(message) = self.user_data.rename_preset(name, to) {
            return self.show_message(&message);
        }
        let current = self
            .current
            .take_if(|current| current.preset.own && current.preset.name == name);
        if let Some(current) = current {
            self.set_current(to, true, current.sound);
        }
    }

    /// Deletes one of the user's presets.
    pub(super) fn delete_preset(&mut self, name: &str) {
        if let Err(message) = self.user_data.delete_preset(name) {
            return self.show_message(&message);
        }
        let is_it = |current: &mut Current| current.preset.own && current.preset.name == name;
        if self.current.take_if(is_it).is_some() {
            self.view.preset = None;
        }
    }

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
        let sound = Sound::of(&preset);
        match self.user_data.save_preset(name, &preset) {
            Ok(()) => self.set_current(name, true, Some(sound)),
            Err(message) => self.show_message(&message),
        }
    }

    /// Begins to load a preset.
    pub(super) fn load_preset(&mut self, name: &str) {
        self.compares = false;
        if let Err(message) = self.user_data.load_preset(name) {
            self.show_message(&message);
        }
    }

    /// Applies a preset that comes with the plug-in.
    pub(super) fn load_factory(&mut self, name: &str, setter: &ParamSetter<'_>) {
        if let Some(factory) = FactoryPreset::by_name(name) {
            let preset = factory.preset();
            self.apply_preset(&preset, setter);
            self.set_current(name, false, Some(Sound::of(&preset)));
        }
    }

    /// Applies a preset that has been loaded.
    pub(super) fn apply_loaded_preset(&mut self, setter: &ParamSetter<'_>) {
        let Some((name, loaded)) = self.user_data.loaded_preset() else {
            return;
        };
        let compares = std::mem::take(&mut self.compares);
        match loaded {
            Ok(preset) => {
                if !compares {
                    self.apply_preset(&preset, setter);
                }
                self.set_current(&name, true, Some(Sound::of(&preset)));
            }
            Err(_) if compares => {}
            Err(message) => self.show_message(&message),
        }
    }

    /// Applies a preset: its values, as gestures and as one change, and its impulse.
    fn apply_preset(&mut self, preset: &Preset, setter: &ParamSetter<'_>) {
        let locks = self.screen.header.presets.locks;
        let params = self.params.clone();
        let change = params.seq_lock.begin();
        for (param, (spec, plain)) in params.params().iter().zip(preset.values.iter()) {
            // The list that some count in stays as well.
            let stays = locks.hold(spec) || spec.kept_by_project;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params::index_of;

    /// A model that sounds as a preset that comes with the plug-in does.
    fn model(sound: &Sound) -> ViewModel {
        let [source, other_source] = sound.sources.clone();
        ViewModel {
            values: sound.values,
            source,
            other_source,
            ..ViewModel::default()
        }
    }

    #[test]
    fn what_differs_from_a_preset_is_known_and_what_is_locked_does_not_count() {
        let factory = crate::state::factory_presets().first().expect("presets");
        let sound = Sound::of(&factory.preset());
        let mut locks = Locks::default();
        assert!(!sound.differs(&model(&sound), &locks));
        for (id, counts) in [("decay", true), ("mix", true), ("bypass", false)] {
            let mut moved = model(&sound);
            let index = index_of(id).expect("a control");
            moved.values[index] = f32::from(u8::from(moved.values[index] < 0.5));
            assert_eq!(sound.differs(&moved, &locks), counts, "{id}");
        }
        let mut other = model(&sound);
        other.source = ImpulseSource::File("/a.wav".into());
        assert!(sound.differs(&other, &locks));
        locks.set_all(true);
        let mut moved = model(&sound);
        moved.values[index_of("mix").expect("a control")] = 0.123;
        assert!(!sound.differs(&moved, &locks));
    }
}

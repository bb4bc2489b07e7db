//! The presets that come with the plug-in: a room, values for parameters, and words to find them by.
//!
//! They are a text that is compiled in, `factory/presets.txt`, so that a new one is one line.

use std::sync::LazyLock;

use super::{Origin, Preset, Project};
use crate::params::{ParamSpec, param_of};

/// One of them. What it does not name is as in a new instance.
#[derive(Clone, Debug, PartialEq)]
pub struct FactoryPreset {
    /// The name, as it is shown.
    pub name: &'static str,
    /// The group it is listed in.
    pub category: &'static str,
    /// Words to find it by.
    pub tags: Vec<&'static str>,
    /// What it is for, in one line.
    pub about: &'static str,
    /// The built-in room.
    pub room: &'static str,
    /// The parameters that it sets, by id, in their units.
    pub settings: Vec<(&'static str, f32)>,
}

/// Of the file that is compiled in.
const TEXT: &str = include_str!("factory/presets.txt");

static ALL: LazyLock<Vec<FactoryPreset>> = LazyLock::new(|| read(TEXT));

/// The presets that come with the plug-in, those of a category together.
#[must_use]
pub fn factory_presets() -> &'static [FactoryPreset] {
    &ALL
}

impl FactoryPreset {
    /// A factory preset by its name; case does not matter.
    #[must_use]
    pub fn by_name(name: &str) -> Option<&'static Self> {
        let wanted = name.trim().to_lowercase();
        let mut all = factory_presets().iter();
        all.find(|preset| preset.name.to_lowercase() == wanted)
    }

    /// It as a preset that can be applied or written. A room that there is not leaves the default.
    #[must_use]
    pub fn preset(&self) -> Preset {
        let mut project = Project::default();
        if let Some(origin) = Origin::room(self.room) {
            project.origin = origin;
        }
        let mut preset = Preset {
            project,
            tags: self.tags.iter().map(|&tag| tag.to_owned()).collect(),
            ..Preset::default()
        };
        for &(id, value) in &self.settings {
            preset.set(id, value);
        }
        preset
    }
}

/// Reads the text. A line that makes no sense is left out: the tests say which.
fn read(text: &'static str) -> Vec<FactoryPreset> {
    let mut category = "";
    let mut presets = Vec::new();
    for line in lines(text) {
        match line
            .strip_prefix('[')
            .and_then(|line| line.strip_suffix(']'))
        {
            Some(name) => category = name,
            None => presets.extend(preset(category, line)),
        }
    }
    presets
}

/// The lines that say something.
fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    let lines = text.lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn preset(category: &'static str, line: &'static str) -> Option<FactoryPreset> {
    let mut columns = line.split('|').map(str::trim);
    let (name, room) = (columns.next()?, columns.next()?);
    let settings = columns.next()?.split_whitespace();
    let settings: Option<Vec<_>> = settings.map(setting).collect();
    let tags = columns.next()?.split(',').map(str::trim).collect();
    let about = columns.next()?;
    let ends = columns.next().is_none();
    ends.then_some(FactoryPreset {
        name,
        category,
        tags,
        about,
        room,
        settings: settings?,
    })
}

fn setting(text: &str) -> Option<(&'static str, f32)> {
    let (id, value) = text.split_once('=')?;
    let param: &ParamSpec = param_of(id)?;
    Some((param.id, param.parse(value).ok()?))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::params::PARAMS;

    /// What every library is searched by.
    const WANTED: [&str; 8] = [
        "vocal", "drums", "guitar", "keys", "strings", "full mix", "post", "effect",
    ];

    #[test]
    fn every_line_is_a_preset_of_a_room_and_of_values_in_range() {
        for line in lines(TEXT).filter(|line| !line.starts_with('[')) {
            assert!(preset("", line).is_some(), "not a preset: {line}");
        }
        for preset in factory_presets() {
            let name = preset.name;
            let found = Origin::room(preset.room);
            let found = found.as_ref().map(Origin::name);
            assert_eq!(found, Some(preset.room), "{name}");
            let mut ids = BTreeSet::new();
            for &(id, value) in &preset.settings {
                assert!(ids.insert(id), "{name} sets {id} twice");
                let param = param_of(id).expect("it was found before");
                assert!((param.min..=param.max).contains(&value), "{name}: {id}");
                assert_ne!(value, param.default, "{name}: {id} is so anyway");
            }
            assert!(ids.contains("mix"), "{name} leaves the mix open");
        }
    }

    #[test]
    fn each_can_be_found_and_they_are_enough() {
        let all = factory_presets();
        assert!(all.len() >= 64, "only {}", all.len());
        let names: BTreeSet<String> = all.iter().map(|p| p.name.to_lowercase()).collect();
        assert_eq!(names.len(), all.len(), "a name is there twice");
        let sounds: BTreeSet<String> = all
            .iter()
            .map(|p| format!("{} {:?}", p.room, p.settings))
            .collect();
        assert_eq!(sounds.len(), all.len(), "a sound is there twice");
        for preset in all {
            assert_eq!(FactoryPreset::by_name(preset.name), Some(preset));
            assert!(preset.tags.len() >= 2, "{}", preset.name);
            assert!((8..=80).contains(&preset.about.len()), "{}", preset.name);
            let is_tag = |tag: &&str| !tag.is_empty() && **tag == tag.to_lowercase();
            assert!(preset.tags.iter().all(is_tag), "{}", preset.name);
        }
        for tag in WANTED {
            let count = all.iter().filter(|p| p.tags.contains(&tag)).count();
            assert!(count >= 6, "only {count} for {tag}");
        }
        let mut groups: Vec<&str> = all.iter().map(|p| p.category).collect();
        groups.dedup();
        let different: BTreeSet<&str> = groups.iter().copied().collect();
        assert_eq!(groups.len(), different.len(), "{groups:?}");
        assert!(groups.len() <= 10, "{groups:?}");
    }

    #[test]
    fn a_preset_holds_its_values_and_the_defaults_and_so_do_its_files() {
        for factory in factory_presets() {
            let preset = factory.preset();
            assert_eq!(preset.project.origin.name(), factory.room);
            for param in &PARAMS {
                let own = factory.settings.iter().find(|(id, _)| *id == param.id);
                let wanted = own.map_or(param.default, |(_, value)| *value);
                assert_eq!(preset.value(param.id), Some(wanted), "{}", factory.name);
            }
            let vst3 = Preset::from_vstpreset(&preset.to_vstpreset()).expect("it was written");
            assert_eq!(vst3.values, preset.values, "{}", factory.name);
            assert_eq!(vst3.project, preset.project, "{}", factory.name);
            let clap = Preset::from_clapstate(&preset.to_clapstate()).expect("it was written");
            assert_eq!(clap.values, preset.values, "{}", factory.name);
        }
    }
}

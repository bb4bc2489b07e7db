//! What the user keeps outside of projects: presets, favourites and what was used lately, as files
//! in the system's folder for such data. Small files; read when a window opens, written when
//! something changes.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::App;
use super::fill::source;
use crate::editor::model::{Named, Source};
use crate::editor::presets::is_name;
use crate::state::{Preset, Project};
use nice_plug::prelude::ParamSetter;

/// Favourites and what was used lately.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Marks {
    favourites: Vec<Source>,
    recent: Vec<Source>,
}

/// The folder for what belongs to the user and not to a project.
pub(super) fn folder() -> Option<PathBuf> {
    let from = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let home = || from("HOME").map(PathBuf::from);
    let base = if cfg!(windows) {
        from("APPDATA").map(PathBuf::from)
    } else if cfg!(target_os = "macos") {
        home().map(|home| home.join("Library/Application Support"))
    } else {
        let named = from("XDG_DATA_HOME").map(PathBuf::from);
        named.or_else(|| home().map(|home| home.join(".local/share")))
    };
    base.map(|base| base.join("anteroom"))
}

/// Writes a file so that it is whole or not there: an interrupted write must not cost what was.
pub(super) fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let beside = path.with_extension("new");
    std::fs::write(&beside, bytes)?;
    std::fs::rename(&beside, path)
}

fn file_of(folder: &Path, name: &str) -> PathBuf {
    folder.join("presets").join(format!("{name}.vstpreset"))
}

impl App {
    /// Reads what the user keeps.
    pub(super) fn unpack(&mut self) {
        let Some(folder) = &self.shelf else {
            return;
        };
        let marks = std::fs::read(folder.join("marks.json")).ok();
        let marks = marks.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        self.marks = marks.unwrap_or_default();
        let browser = &mut self.view.browser;
        browser.favourites.clone_from(&self.marks.favourites);
        browser.recent.clone_from(&self.marks.recent);
        self.list_presets();
    }

    /// Writes favourites and what was used lately, if they have changed.
    pub(super) fn keep_marks(&mut self) {
        let browser = &self.view.browser;
        let changed =
            self.marks.favourites != browser.favourites || self.marks.recent != browser.recent;
        let Some(folder) = self.shelf.as_ref().filter(|_| changed) else {
            return;
        };
        self.marks.favourites.clone_from(&browser.favourites);
        self.marks.recent.clone_from(&browser.recent);
        // Not worth a word to the user: the next change tries again.
        if let Ok(text) = serde_json::to_vec_pretty(&self.marks) {
            let _ = write(&folder.join("marks.json"), &text);
        }
    }

    fn list_presets(&mut self) {
        let entries = self.shelf.as_ref().map(|folder| folder.join("presets"));
        let entries = entries.and_then(|folder| std::fs::read_dir(folder).ok());
        let mut presets: Vec<Named> = entries
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| {
                let path = entry.path();
                let kind = path.extension().is_some_and(|kind| kind == "vstpreset");
                let name = path.file_stem()?.to_str()?.to_owned();
                let mut file = std::fs::File::open(&path).ok()?;
                (kind && is_name(&name)).then(|| Named {
                    name,
                    tags: Preset::tags_of(&mut file),
                })
            })
            .collect();
        presets.sort_by_key(|preset| preset.name.to_lowercase());
        self.model.presets = presets;
    }

    /// Saves the present sound under a name, with words to find it by.
    pub(super) fn save_preset(&mut self, name: &str, tags: Vec<String>) {
        let Some(folder) = self.shelf.clone().filter(|_| is_name(name)) else {
            self.view.say("There is no folder for presets.");
            return;
        };
        let mut project = Project::default();
        project.origin = (*self.remote.origin()).clone();
        project.embed = self.project.with(|project| project.embed);
        let mut preset = Preset {
            project,
            tags,
            ..Preset::default()
        };
        for knob in self.params.knobs() {
            let control = knob.control();
            preset.set(control.id, control.plain(knob.normalized()));
        }
        match write(&file_of(&folder, name), &preset.to_vstpreset()) {
            Ok(()) => self.view.say(&format!("Saved as {name}.")),
            Err(error) => self
                .view
                .say(&format!("{name} could not be saved: {error}")),
        }
        self.list_presets();
    }

    /// Takes a preset's values, as gestures, and its impulse.
    pub(super) fn load_preset(&mut self, setter: &ParamSetter<'_>, name: &str) {
        let Some(folder) = self.shelf.clone().filter(|_| is_name(name)) else {
            return;
        };
        let read = std::fs::read(file_of(&folder, name)).map_err(|error| error.to_string());
        let preset = read
            .and_then(|bytes| Preset::from_vstpreset(&bytes).map_err(|error| error.to_string()));
        let preset = match preset {
            Ok(preset) => preset,
            Err(error) => {
                self.view.say(&format!("{name} can not be loaded: {error}"));
                return;
            }
        };
        let params = self.params.clone();
        let change = params.together.begin();
        for (knob, plain) in params.knobs().iter().zip(preset.values) {
            let control = knob.control();
            let stays = self.view.locked && control.group == "Output";
            let to = control.normalized(plain);
            if !stays && (to - knob.normalized()).abs() > 1e-6 {
                knob.set_plain(setter, plain);
            }
        }
        drop(change);
        let wanted = source(&preset.project.origin);
        if wanted != self.model.source {
            self.known
                .insert(wanted.clone(), preset.project.origin.clone());
            self.choose(&wanted);
        }
        self.view.kept = None;
    }
}

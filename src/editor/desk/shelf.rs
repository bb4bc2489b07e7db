//! What the user keeps outside of projects: presets, favourites and what was used lately, as files
//! in the system's folder for such data. Small files; read when a window opens, written when
//! something changes. The window waits for none of it: what has come is taken with the next frame.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::App;
use super::fill::source;
use crate::editor::model::{Named, Source};
use crate::editor::presets::is_name;
use crate::files::{self, Pending, Progress};
use crate::instance::ChannelsAs;
use crate::state::{Origin, Preset, Project};
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

/// The largest preset that is read, bytes: an embedded impulse of a minute fits.
const MOST_BYTES: u64 = 512 << 20;

/// What is being read or written.
#[derive(Debug, Default)]
pub(super) struct Errands {
    /// Favourites and what was used lately.
    marks: Option<Pending<Marks>>,
    /// The list of presets.
    presets: Option<Pending<Vec<Named>>>,
    /// A preset that is to be taken.
    opening: Option<(String, Pending<Preset>)>,
    /// A preset that is being written.
    saving: Option<(String, Pending<()>)>,
    /// Favourites that are being written: one file at a time.
    keeping: Option<Pending<()>>,
}

/// The answer of an errand that has come back; it is over then.
fn back<T: Send + 'static>(errand: &mut Option<Pending<T>>) -> Option<io::Result<T>> {
    let answer = errand.as_mut()?.poll()?;
    *errand = None;
    Some(answer)
}

/// The same of one that has a name.
fn named<T: Send + 'static>(
    errand: &mut Option<(String, Pending<T>)>,
) -> Option<(String, io::Result<T>)> {
    let answer = errand.as_mut()?.1.poll()?;
    errand.take().map(|(name, _)| (name, answer))
}

/// The presets in a folder: the names that people read, and the files.
fn preset_files(folder: &Path, progress: &Progress) -> io::Result<Vec<(String, PathBuf)>> {
    let mut presets = Vec::new();
    for entry in fs::read_dir(folder)?.flatten() {
        progress.step();
        if progress.is_given_up() {
            break;
        }
        let path = entry.path();
        let is_preset = path.extension().is_some_and(|kind| kind == "vstpreset");
        let Some(stem) = path.file_stem().filter(|_| is_preset) else {
            continue;
        };
        let name = stem.to_string_lossy().into_owned();
        // Somebody else's file may have a name that is not Unicode.
        if is_name(&name) || stem.to_str().is_none() {
            presets.push((name, path));
        }
    }
    Ok(presets)
}

/// The presets in a folder, with their words.
fn presets(folder: &Path, progress: &Progress) -> io::Result<Vec<Named>> {
    let mut presets = Vec::new();
    for (name, path) in preset_files(folder, progress)? {
        progress.step();
        if progress.is_given_up() {
            break;
        }
        if let Ok(mut file) = files::open_regular(&path) {
            let tags = Preset::tags_of(&mut file);
            presets.push(Named { name, tags });
        }
    }
    presets.sort_by_key(|preset| preset.name.to_lowercase());
    Ok(presets)
}

/// A preset of a folder, by the name that people read, with its file read and understood.
fn preset(folder: &Path, name: &str, progress: &Progress) -> io::Result<Preset> {
    let mut files = preset_files(folder, progress)?.into_iter();
    let file = files.find(|(found, _)| found == name);
    let (_, path) = file.ok_or_else(|| io::Error::other("there is no such file any more"))?;
    let bytes = files::read_all(&mut files::open_regular(&path)?, MOST_BYTES)?;
    Preset::from_vstpreset(&bytes).map_err(|error| io::Error::other(error.to_string()))
}

fn folder_of_presets(folder: &Path) -> PathBuf {
    folder.join("presets")
}

fn file_of(folder: &Path, name: &str) -> PathBuf {
    folder_of_presets(folder).join(format!("{name}.vstpreset"))
}

fn channels_as(origin: &Origin) -> Option<ChannelsAs> {
    match origin {
        Origin::File(file) => file.channels_as,
        Origin::Room(..) => None,
    }
}

impl App {
    /// Begins to read what the user keeps.
    pub(super) fn unpack(&mut self) {
        let Some(folder) = self.shelf.clone() else {
            return;
        };
        let marks = folder.join("marks.json");
        let read = move |_: &Progress| {
            let mut file = files::open_regular(&marks)?;
            Ok(serde_json::from_slice(&files::read_all(
                &mut file, MOST_BYTES,
            )?)?)
        };
        self.errands.marks = Pending::start(&folder, read).ok();
        self.list_presets();
    }

    /// Takes what has been read, and says how it went with what was written; true if there was anything.
    pub(super) fn shelve(&mut self) -> bool {
        let mut any = false;
        if let Some(marks) = back(&mut self.errands.marks) {
            // What was marked while this was read is newer, and comes first.
            let read: Marks = marks.unwrap_or_default();
            let browser = &mut self.view.browser;
            for (now, before) in [
                (&mut browser.favourites, &read.favourites),
                (&mut browser.recent, &read.recent),
            ] {
                for source in before {
                    if !now.contains(source) {
                        now.push(source.clone());
                    }
                }
            }
            self.marks = read;
            any = true;
        }
        if let Some(Ok(presets)) = back(&mut self.errands.presets) {
            self.model.presets = presets;
            any = true;
        }
        if let Some((name, written)) = named(&mut self.errands.saving) {
            match written {
                Ok(()) => self.view.say(&format!("Saved as {name}.")),
                Err(error) => self
                    .view
                    .say(&format!("{name} could not be saved: {error}")),
            }
            self.list_presets();
            any = true;
        }
        // Not worth a word to the user: the next change tries again.
        any | back(&mut self.errands.keeping).is_some()
    }

    /// Writes favourites and what was used lately, if they have changed.
    pub(super) fn keep_marks(&mut self) {
        let browser = &self.view.browser;
        let changed =
            self.marks.favourites != browser.favourites || self.marks.recent != browser.recent;
        let busy = self.errands.marks.is_some() || self.errands.keeping.is_some();
        let Some(folder) = self.shelf.as_ref().filter(|_| changed && !busy) else {
            return;
        };
        self.marks.favourites.clone_from(&browser.favourites);
        self.marks.recent.clone_from(&browser.recent);
        if let Ok(text) = serde_json::to_vec_pretty(&self.marks) {
            self.errands.keeping = files::write_later(&folder.join("marks.json"), text).ok();
        }
    }

    fn list_presets(&mut self) {
        if let Some(folder) = self.shelf.as_deref().map(folder_of_presets) {
            let at = folder.clone();
            let read = move |progress: &Progress| presets(&at, progress);
            self.errands.presets = Pending::start(&folder, read).ok();
        }
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
        for param in self.params.params() {
            let spec = param.spec();
            preset.set(spec.id, spec.plain(param.normalized()));
        }
        match files::write_later(&file_of(&folder, name), preset.to_vstpreset()) {
            Ok(written) => self.errands.saving = Some((name.to_owned(), written)),
            Err(error) => self
                .view
                .say(&format!("{name} could not be saved: {error}")),
        }
    }

    /// Begins to read a preset; it is taken when it has come.
    pub(super) fn open_preset(&mut self, name: &str) {
        let Some(folder) = self.shelf.as_deref().map(folder_of_presets) else {
            return;
        };
        let (at, wanted) = (folder.clone(), name.to_owned());
        match Pending::start(&folder, move |progress| preset(&at, &wanted, progress)) {
            Ok(opening) => self.errands.opening = Some((name.to_owned(), opening)),
            Err(error) => self.refuse(name, &error),
        }
    }

    fn refuse(&mut self, name: &str, error: &io::Error) {
        self.view.say(&format!("{name} can not be loaded: {error}"));
    }

    /// Takes the values of a preset that has come, as gestures, and its impulse.
    pub(super) fn take_preset(&mut self, setter: &ParamSetter<'_>) {
        let preset = match named(&mut self.errands.opening) {
            Some((_, Ok(preset))) => preset,
            Some((name, Err(error))) => return self.refuse(&name, &error),
            None => return,
        };
        let params = self.params.clone();
        let change = params.seq_lock.begin();
        for (param, (spec, plain)) in params.params().iter().zip(preset.values.iter()) {
            let stays = self.view.locked && spec.kept_by_lock;
            let to = spec.normalized(plain);
            if !stays && (to - param.normalized()).abs() > 1e-6 {
                param.set_plain(setter, plain);
            }
        }
        drop(change);
        let wanted = source(&preset.project.origin);
        let other_channels =
            channels_as(&preset.project.origin) != channels_as(&self.remote.origin());
        if wanted != self.model.source || other_channels {
            self.known
                .insert(wanted.clone(), preset.project.origin.clone());
            self.choose(&wanted);
        }
        self.view.kept = None;
    }
}

#[cfg(test)]
mod tests {
    #[cfg(all(unix, not(target_os = "macos")))]
    #[test]
    fn presets_are_listed_by_any_name_that_has_no_other_meaning() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;
        let folder = tempfile::tempdir().expect("a folder");
        let inside = folder.path().join("presets");
        std::fs::create_dir(&inside).expect("a folder");
        let names = [
            &b"Hall.vstpreset"[..],
            b"gro\xdf.vstpreset",
            b"[x].vstpreset",
            b"a.txt",
        ];
        let files = names.map(|name| inside.join(OsStr::from_bytes(name)));
        for file in &files {
            std::fs::write(file, "").expect("room on the disk");
        }
        let progress = crate::files::Progress::default();
        let mut found = super::preset_files(&inside, &progress).expect("a folder");
        found.sort();
        let [hall, large, ..] = files;
        let expected = [("Hall".to_owned(), hall), ("gro\u{fffd}".to_owned(), large)];
        assert_eq!(found, expected);
    }
}

//! The files of the user's presets: listed, saved, loaded, renamed and deleted, each on a thread that may wait. Editor
//! thread.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{UserData, named_finished, not_saved};
use crate::editor::panels::presets::is_preset_name;
use crate::editor::view_model::PresetInfo;
use crate::files::{self, Pending, Progress};
use crate::state::Preset;

impl UserData {
    /// Begins to list the presets.
    pub(super) fn list_presets(&mut self) {
        if let Some(folder) = self.folder.as_deref().map(preset_folder) {
            let at = folder.clone();
            let read = move |progress: &Progress| presets(&at, progress);
            self.listing_presets = Pending::start(&folder, read).ok();
        }
    }

    /// Begins to save a preset. How it went comes with [`poll`](Self::poll).
    ///
    /// # Errors
    /// With a sentence for the user if it can not be begun.
    pub fn save_preset(&mut self, name: &str, preset: &Preset) -> Result<(), String> {
        let folder = self.folder.as_deref().filter(|_| is_preset_name(name));
        let folder = folder.ok_or("There is no folder for presets.")?;
        let file = preset_folder(folder).join(format!("{name}.vstpreset"));
        let written = files::write_later(&file, preset.to_vstpreset());
        let written = written.map_err(|error| not_saved(name, &error))?;
        self.saving_preset = Some((name.to_owned(), written));
        Ok(())
    }

    /// Begins to load a preset. It comes with [`loaded_preset`](Self::loaded_preset).
    ///
    /// # Errors
    /// With a sentence for the user if it can not be begun.
    pub fn load_preset(&mut self, name: &str) -> Result<(), String> {
        let Some(folder) = self.folder.as_deref().map(preset_folder) else {
            return Ok(());
        };
        let (at, wanted) = (folder.clone(), name.to_owned());
        let loading = Pending::start(&folder, move |progress| preset(&at, &wanted, progress));
        let loading = loading.map_err(|error| not_loaded(name, &error))?;
        self.loading_preset = Some((name.to_owned(), loading));
        Ok(())
    }

    /// The name of the preset that has been loaded, and the preset, or a sentence for the user why it could not be.
    pub fn loaded_preset(&mut self) -> Option<(String, Result<Preset, String>)> {
        let (name, preset) = named_finished(&mut self.loading_preset)?;
        let preset = preset.map_err(|error| not_loaded(&name, &error));
        Some((name, preset))
    }

    /// Begins to give a preset another name, which no preset has. How it went comes with [`poll`](Self::poll).
    ///
    /// # Errors
    /// With a sentence for the user if it can not be begun.
    pub fn rename_preset(&mut self, name: &str, to: &str) -> Result<(), String> {
        let folder = self.folder.as_deref().filter(|_| is_preset_name(to));
        let folder = preset_folder(folder.ok_or("There is no folder for presets.")?);
        let (at, from, into) = (folder.clone(), name.to_owned(), to.to_owned());
        let work = move |progress: &Progress| rename(&at, &from, &into, progress);
        let pending = Pending::start(&folder, work);
        let pending = pending.map_err(|error| format!("{name} keeps its name: {error}"))?;
        self.changing_preset = Some((format!("{name} is now {to}."), pending));
        Ok(())
    }

    /// Begins to delete a preset. How it went comes with [`poll`](Self::poll).
    ///
    /// # Errors
    /// With a sentence for the user if it can not be begun.
    pub fn delete_preset(&mut self, name: &str) -> Result<(), String> {
        let folder = self.folder.as_deref().map(preset_folder);
        let folder = folder.ok_or("There is no folder for presets.")?;
        let (at, wanted) = (folder.clone(), name.to_owned());
        let work = move |progress: &Progress| fs::remove_file(find(&at, &wanted, progress)?);
        let pending = Pending::start(&folder, work);
        let pending = pending.map_err(|error| format!("{name} is still there: {error}"))?;
        self.changing_preset = Some((format!("{name} has been deleted."), pending));
        Ok(())
    }
}

fn not_loaded(name: &str, error: &io::Error) -> String {
    format!("{name} can not be loaded: {error}")
}

/// The presets in a folder: the names that are shown, and the files.
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
        // A file from elsewhere may have a name that is not Unicode.
        if is_preset_name(&name) || stem.to_str().is_none() {
            presets.push((name, path));
        }
    }
    Ok(presets)
}

/// The presets in a folder, with their tags.
fn presets(folder: &Path, progress: &Progress) -> io::Result<Vec<PresetInfo>> {
    let mut presets = Vec::new();
    for (name, path) in preset_files(folder, progress)? {
        progress.step();
        if progress.is_given_up() {
            break;
        }
        if let Ok(mut file) = files::open_regular(&path) {
            let tags = Preset::tags_of(&mut file);
            presets.push(PresetInfo { name, tags });
        }
    }
    presets.sort_by_key(|preset| preset.name.to_lowercase());
    Ok(presets)
}

/// Reads the preset of a folder that is shown by this name.
fn preset(folder: &Path, name: &str, progress: &Progress) -> io::Result<Preset> {
    let path = find(folder, name, progress)?;
    let bytes = files::read_all(&mut files::open_regular(&path)?, Preset::MAX_BYTES)?;
    Preset::from_vstpreset(&bytes).map_err(|error| io::Error::other(error.to_string()))
}

/// Gives a preset another name. One that has this name already stays as it is.
fn rename(folder: &Path, name: &str, to: &str, progress: &Progress) -> io::Result<()> {
    let from = find(folder, name, progress)?;
    let into = folder.join(format!("{to}.vstpreset"));
    // Where only the case is another one the system may find the file itself.
    let is_same = name.to_lowercase() == to.to_lowercase();
    if !is_same && into.try_exists()? {
        return Err(io::Error::other(format!("there is already a preset {to}")));
    }
    fs::rename(from, into)
}

/// The file of the preset that is shown by this name.
fn find(folder: &Path, name: &str, progress: &Progress) -> io::Result<PathBuf> {
    let mut files = preset_files(folder, progress)?.into_iter();
    let file = files.find(|(found, _)| found == name);
    file.map(|(_, path)| path)
        .ok_or_else(|| io::Error::other("there is no such file any more"))
}

/// The folder of the presets in that of the user's files.
pub(super) fn preset_folder(folder: &Path) -> PathBuf {
    folder.join("presets")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preset_gets_another_name_and_takes_none_from_others() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str| std::fs::write(folder.path().join(name), name).expect("a file");
        write("One.vstpreset");
        write("Two.vstpreset");
        let progress = Progress::default();
        let rename = |name, to| rename(folder.path(), name, to, &progress);
        assert!(rename("One", "Two").is_err());
        assert!(rename("None", "Three").is_err());
        rename("One", "Three").expect("a free name");
        let mut names = preset_files(folder.path(), &progress).expect("a folder");
        names.sort();
        let names: Vec<_> = names.into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["Three", "Two"]);
        let kept = std::fs::read(folder.path().join("Two.vstpreset")).expect("a file");
        assert_eq!(kept, b"Two.vstpreset");
    }

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
        let progress = Progress::default();
        let mut found = preset_files(&inside, &progress).expect("a folder");
        found.sort();
        let [hall, large, ..] = files;
        let expected = [("Hall".to_owned(), hall), ("gro\u{fffd}".to_owned(), large)];
        assert_eq!(found, expected);
    }
}

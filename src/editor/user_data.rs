//! What the user keeps outside of projects: presets, bookmarks and rooms, as files in the system's folder for such data.
//! They are read when a window opens and written when something changes. Nothing here waits: [`UserData::poll`] takes what
//! has arrived. Editor thread.
//!
//! `own_rooms` are the files of the rooms, `presets` those of the presets, `settings` what holds for all projects.

mod own_rooms;
mod presets;
mod settings;

use std::io;
use std::path::{Path, PathBuf};

use self::presets::preset_folder;
pub use self::settings::Settings;
use super::panels::browser::Bookmarks;
use super::panels::presets::is_preset_name;
use super::view_model::{OwnRoom, PresetInfo};
use crate::files::{self, Pending, Progress};
use crate::state::{self, Preset, RoomRecipe};

/// The folder for what belongs to the user and not to a project.
fn system_folder() -> Option<PathBuf> {
    let from = |name: &str| {
        let value = std::env::var_os(name).filter(|value| !value.is_empty());
        value.map(PathBuf::from)
    };
    let base = if cfg!(windows) {
        from("APPDATA").or_else(|| state::home().map(|home| home.join(r"AppData\Roaming")))
    } else if cfg!(target_os = "macos") {
        state::home().map(|home| home.join("Library/Application Support"))
    } else {
        from("XDG_DATA_HOME").or_else(|| state::home().map(|home| home.join(".local/share")))
    };
    base.map(|base| base.join("anteroom"))
}

/// The folder of the user's presets, whether it is there or not; none where the system has no place for it.
#[must_use]
pub fn user_preset_folder() -> Option<PathBuf> {
    system_folder().as_deref().map(preset_folder)
}

/// The user's files, and what is being read or written of them. Dropping it gives up what is under way.
#[derive(Debug, Default)]
pub struct UserData {
    folder: Option<PathBuf>,
    /// The bookmarks as they are in their file.
    stored: Bookmarks,
    reading_bookmarks: Option<Pending<Bookmarks>>,
    /// One write at a time.
    writing_bookmarks: Option<Pending<()>>,
    listing_presets: Option<Pending<Vec<PresetInfo>>>,
    loading_preset: Option<(String, Pending<Preset>)>,
    saving_preset: Option<(String, Pending<()>)>,
    /// What is said when it has been renamed or deleted.
    changing_preset: Option<(String, Pending<()>)>,
    listing_rooms: Option<Pending<Vec<OwnRoom>>>,
    saving_room: Option<(String, Pending<()>)>,
    /// What holds for all projects, once it has been read.
    settings: Option<Settings>,
    reading_settings: Option<Pending<Settings>>,
    writing_settings: Option<Pending<()>>,
}

/// What [`UserData::poll`] has found.
#[derive(Debug, Default)]
pub struct Arrived {
    /// Whether there was anything.
    pub any: bool,
    /// What the user is to be told of it.
    pub message: Option<String>,
    /// The user's rooms, if they have been read.
    pub rooms: Option<Vec<OwnRoom>>,
}

impl UserData {
    /// The files in the system's folder for such data.
    pub fn in_system_folder() -> Self {
        Self::new(system_folder())
    }

    /// The files in a folder. Without one there are none, and none can be saved.
    pub fn new(folder: Option<PathBuf>) -> Self {
        Self {
            folder,
            ..Self::default()
        }
    }

    /// The folder.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// The folder of the impulses that the user has recorded, whether it is there or not.
    pub fn impulse_folder(&self) -> Option<PathBuf> {
        Some(self.folder.as_ref()?.join("impulses"))
    }

    /// Deletes files of that folder. Nobody waits for it.
    pub fn discard(&self, files: Vec<PathBuf>) {
        if let Some(folder) = self.impulse_folder() {
            let _ = Pending::start(&folder, move |_| {
                files.iter().try_for_each(std::fs::remove_file)
            });
        }
    }

    /// Begins to read bookmarks and presets.
    pub fn open(&mut self) {
        let Some(folder) = self.folder.clone() else {
            return;
        };
        let file = bookmark_file(&folder);
        self.reading_bookmarks = Pending::start(&folder, move |_| read_bookmarks(&file)).ok();
        self.list_presets();
        self.list_rooms();
        let file = settings::file(&folder);
        self.reading_settings = Pending::start(&folder, move |_| settings::read(&file)).ok();
    }

    /// What holds for all projects; none until it has been read.
    pub fn settings(&self) -> Option<Settings> {
        self.settings
    }

    /// Changes what holds for all projects, and writes it. Whether it could be written is not reported: it holds for this
    /// window in any case.
    pub fn set_settings(&mut self, settings: Settings) {
        self.settings = Some(settings);
        if let (Some(folder), Ok(text)) = (&self.folder, serde_json::to_vec_pretty(&settings)) {
            self.writing_settings = files::write_later(&settings::file(folder), text).ok();
        }
    }

    /// Reads the bookmarks for whoever looks for missing files while no window is open, and gives them to `take`, on the
    /// thread that reads. Without bookmarks nothing happens.
    pub fn read_folders(&self, take: impl FnOnce(Vec<PathBuf>) + Send + 'static) {
        if let Some(folder) = &self.folder {
            let file = bookmark_file(folder);
            // Nobody waits for it.
            let _ = Pending::start(folder, move |_| {
                take(read_bookmarks(&file)?.folders());
                Ok(())
            });
        }
    }

    /// Gives up what is being read or written.
    pub fn close(&mut self) {
        let (folder, stored) = (self.folder.take(), std::mem::take(&mut self.stored));
        let settings = self.settings;
        *self = Self {
            folder,
            stored,
            settings,
            ..Self::default()
        };
    }

    /// Takes what has been read, and learns how writing went.
    pub fn poll(&mut self, bookmarks: &mut Bookmarks, presets: &mut Vec<PresetInfo>) -> Arrived {
        let mut arrived = Arrived::default();
        if let Some(read) = finished(&mut self.reading_bookmarks) {
            // What was bookmarked while the file was read is newer, and comes first.
            let read = read.unwrap_or_default();
            bookmarks.append(&read);
            self.stored = read;
            arrived.any = true;
        }
        if let Some(Ok(listed)) = finished(&mut self.listing_presets) {
            *presets = listed;
            arrived.any = true;
        }
        if let Some((name, written)) = named_finished(&mut self.saving_preset) {
            arrived.message = Some(match written {
                Ok(()) => format!("Saved as {name}."),
                Err(error) => not_saved(&name, &error),
            });
            self.list_presets();
            arrived.any = true;
        }
        if let Some((said, changed)) = named_finished(&mut self.changing_preset) {
            arrived.message = Some(match changed {
                Ok(()) => said,
                Err(error) => format!("That could not be done: {error}"),
            });
            self.list_presets();
            arrived.any = true;
        }
        if let Some(Ok(read)) = finished(&mut self.reading_settings) {
            self.settings = Some(read);
            arrived.any = true;
        }
        if let Some(Ok(listed)) = finished(&mut self.listing_rooms) {
            arrived.rooms = Some(listed);
            arrived.any = true;
        }
        if let Some((name, written)) = named_finished(&mut self.saving_room) {
            arrived.message = Some(match written {
                Ok(()) => format!("{name} is kept under Own rooms."),
                Err(error) => not_saved(&name, &error),
            });
            self.list_rooms();
            arrived.any = true;
        }
        // Whether bookmarks could be written is not reported: the next change tries again.
        arrived.any |= finished(&mut self.writing_bookmarks).is_some();
        arrived.any |= finished(&mut self.writing_settings).is_some();
        arrived
    }

    /// Writes the bookmarks if they have changed. Not before the file has been read and the last write has ended.
    pub fn store_bookmarks(&mut self, bookmarks: &Bookmarks) {
        let busy = self.reading_bookmarks.is_some() || self.writing_bookmarks.is_some();
        let changed = self.stored != *bookmarks;
        let Some(folder) = self.folder.as_ref().filter(|_| changed && !busy) else {
            return;
        };
        self.stored.clone_from(bookmarks);
        if let Ok(text) = serde_json::to_vec_pretty(&self.stored) {
            self.writing_bookmarks = files::write_later(&bookmark_file(folder), text).ok();
        }
    }

    fn list_rooms(&mut self) {
        if let Some(folder) = self.folder.as_deref().map(own_rooms::folder) {
            let at = folder.clone();
            let read = move |progress: &Progress| own_rooms::list(&at, progress);
            self.listing_rooms = Pending::start(&folder, read).ok();
        }
    }

    /// Begins to save a room. How it went comes with [`poll`](Self::poll).
    ///
    /// # Errors
    /// With a sentence for the user if it can not be begun.
    pub fn save_room(&mut self, name: &str, recipe: &RoomRecipe) -> Result<(), String> {
        let folder = self.folder.as_deref().filter(|_| is_preset_name(name));
        let folder = folder.ok_or("There is no folder for rooms.")?;
        let file = own_rooms::file(folder, name);
        let written = files::write_later(&file, recipe.to_text(name).into_bytes());
        let written = written.map_err(|error| not_saved(name, &error))?;
        self.saving_room = Some((name.to_owned(), written));
        Ok(())
    }
}

fn read_bookmarks(file: &Path) -> io::Result<Bookmarks> {
    let mut file = files::open_regular(file)?;
    let bytes = files::read_all(&mut file, Preset::MAX_BYTES)?;
    Ok(serde_json::from_slice(&bytes)?)
}

/// The result of something pending that has finished; it is taken out then.
fn finished<T: Send + 'static>(pending: &mut Option<Pending<T>>) -> Option<io::Result<T>> {
    let result = pending.as_mut()?.poll()?;
    *pending = None;
    Some(result)
}

/// The same of something that has a name.
fn named_finished<T: Send + 'static>(
    pending: &mut Option<(String, Pending<T>)>,
) -> Option<(String, io::Result<T>)> {
    let result = pending.as_mut()?.1.poll()?;
    pending.take().map(|(name, _)| (name, result))
}

fn not_saved(name: &str, error: &io::Error) -> String {
    format!("{name} could not be saved: {error}")
}

fn bookmark_file(folder: &Path) -> PathBuf {
    folder.join("marks.json")
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_folders_of_the_bookmarks_are_read_without_a_window() {
        let folder = tempfile::tempdir().expect("a folder");
        let marks = super::bookmark_file(folder.path());
        let text = r#"{"favourites":[{"file":"/a/1.wav"}],"recent":[{"file":"/b/2.wav"}]}"#;
        std::fs::write(marks, text).expect("room on the disk");
        let (send, receive) = std::sync::mpsc::channel();
        let data = super::UserData::new(Some(folder.path().to_owned()));
        data.read_folders(move |folders| send.send(folders).expect("somebody who waits"));
        let folders = receive.recv_timeout(std::time::Duration::from_secs(10));
        assert_eq!(
            folders.expect("folders"),
            ["/a", "/b"].map(std::path::PathBuf::from)
        );
    }
}

//! What the user has chosen for all projects: the colours, and that the first start is over. One file. Editor thread.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::editor::view_model::Scheme;
use crate::files;

/// The largest file that is read as settings, bytes.
const MOST_BYTES: u64 = 1 << 16;

/// The settings, as they are stored. What is missing or can not be read is as at the first start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// The colours of the editor.
    pub scheme: Scheme,
    /// Whether the overlay of the first start has been seen.
    pub welcomed: bool,
}

/// Where they are.
pub fn file(folder: &Path) -> PathBuf {
    folder.join("settings.json")
}

/// Reads them. Settings that are damaged are those of the first start; what the system refuses is an error.
pub fn read(file: &Path) -> io::Result<Settings> {
    let mut file = match files::open_regular(file) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Settings::default()),
        Err(error) => return Err(error),
    };
    let bytes = files::read_all(&mut file, MOST_BYTES)?;
    Ok(serde_json::from_slice(&bytes).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_and_bad_ones_are_as_at_the_first_start() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = file(folder.path());
        assert_eq!(read(&file).expect("defaults"), Settings::default());
        let chosen = Settings {
            scheme: Scheme::HighContrast,
            welcomed: true,
        };
        let text = serde_json::to_string(&chosen).expect("plain data");
        std::fs::write(&file, text).expect("room on the disk");
        assert_eq!(read(&file).expect("settings"), chosen);
        for bad in ["", "{\"scheme\":\"pink\"}", "[1"] {
            std::fs::write(&file, bad).expect("room on the disk");
            assert_eq!(read(&file).expect("defaults"), Settings::default());
        }
    }
}

//! What lies above the root of a drive on Windows: the list of the drives that there are. It is the folder without a name.
//! Elsewhere all folders lie below one root, above which there is nothing.

#![cfg_attr(windows, allow(unsafe_code))]

use std::path::{Path, PathBuf};

/// The topmost folder.
pub fn top() -> PathBuf {
    PathBuf::from(if cfg!(windows) { "" } else { "/" })
}

/// Whether a folder is the list of drives.
pub fn are_listed_in(folder: &Path) -> bool {
    cfg!(windows) && folder.as_os_str().is_empty()
}

/// The folder that a folder is in; none above the topmost.
pub fn above(folder: &Path) -> Option<PathBuf> {
    match folder.parent() {
        Some(parent) => Some(parent.to_owned()),
        None if folder == top() || !cfg!(windows) => None,
        None => Some(top()),
    }
}

/// The roots of the drives that there are. Asks no disk: that of a drive may be away.
pub fn roots() -> impl Iterator<Item = String> {
    names(present())
}

/// The roots of drives. The lowest of the bits stands for A.
fn names(present: u32) -> impl Iterator<Item = String> {
    let letters = ('A'..='Z').enumerate();
    letters
        .filter(move |(bit, _)| present >> bit & 1 == 1)
        .map(|(_, letter)| format!(r"{letter}:\"))
}

#[cfg(windows)]
fn present() -> u32 {
    // SAFETY: takes nothing and returns a number.
    unsafe { windows_sys::Win32::Storage::FileSystem::GetLogicalDrives() }
}

#[cfg(not(windows))]
fn present() -> u32 {
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bit_is_a_drive() {
        let drives: Vec<String> = names(1 << 2 | 1 << 25).collect();
        assert_eq!(drives, [r"C:\", r"Z:\"]);
        assert_eq!(names(u32::MAX).count(), 26);
    }

    #[cfg(not(windows))]
    #[test]
    fn above_the_root_is_nothing() {
        assert_eq!(above(Path::new("/a")), Some("/".into()));
        assert_eq!(above(&top()), None);
        assert!(!are_listed_in(Path::new("")));
    }

    #[cfg(windows)]
    #[test]
    fn above_a_drive_are_the_drives_that_there_are() {
        assert_eq!(above(Path::new(r"C:\a")), Some(r"C:\".into()));
        for root in [r"C:\", r"\\server\irs\"] {
            let list = above(Path::new(root)).expect("there is something above");
            assert!(are_listed_in(&list));
            assert_eq!(above(&list), None);
        }
        let roots: Vec<String> = roots().collect();
        assert!(
            roots.iter().any(|root| Path::new(root).is_dir()),
            "{roots:?}"
        );
    }
}

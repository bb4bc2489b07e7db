//! Where a preset is, in the words of CLAP, and why one is not to be had. Any thread, not real-time.

#![allow(unsafe_code)]

use crate::files;
use clap_sys::factory::preset_discovery::{
    CLAP_PRESET_DISCOVERY_LOCATION_FILE, CLAP_PRESET_DISCOVERY_LOCATION_PLUGIN,
    clap_preset_discovery_location_kind,
};
use std::ffi::{CStr, CString, c_char};
use std::fmt::Display;
use std::io;
use std::path::{Path, PathBuf};

/// Where a preset is.
#[derive(Debug)]
pub enum Location {
    /// In the plug-in itself.
    Plugin,
    /// In a file.
    File(PathBuf),
}

/// Why a preset is not to be had, as a host is told.
#[derive(Debug)]
pub struct Refusal {
    /// The system's number for it, 0 if it has none.
    pub os_error: i32,
    /// A sentence that names the preset.
    pub message: CString,
}

impl Location {
    /// The location that a host means.
    ///
    /// # Errors
    /// When it is none.
    ///
    /// # Safety
    /// The text is null or a text.
    pub unsafe fn new(
        kind: clap_preset_discovery_location_kind,
        location: *const c_char,
    ) -> Result<Self, Refusal> {
        match kind {
            // Nothing more needs to be said, so what is said is not looked at.
            CLAP_PRESET_DISCOVERY_LOCATION_PLUGIN => Ok(Self::Plugin),
            CLAP_PRESET_DISCOVERY_LOCATION_FILE => {
                // SAFETY: the caller's promise.
                let text = unsafe { text(location) }.filter(|text| !text.is_empty());
                let text = text.ok_or_else(|| Refusal::of("a preset", &"no file is named"))?;
                path(text).map(Self::File)
            }
            _ => {
                let why = format!("there is no kind of location {kind}");
                Err(Refusal::of("a preset", &why))
            }
        }
    }
}

impl Refusal {
    /// What is not to be had, and why.
    pub fn of(what: &str, why: &dyn Display) -> Self {
        Self {
            os_error: 0,
            message: c_text(&format!("{what}: {why}")),
        }
    }

    /// Why a file is not to be had.
    pub fn of_file(file: &Path, error: &io::Error) -> Self {
        let name = file.display().to_string();
        let refusal = match files::is_cancelled(error) {
            true => Self::of(&name, &"it took too long to read it"),
            false => Self::of(&name, error),
        };
        Self {
            os_error: error.raw_os_error().unwrap_or(0),
            ..refusal
        }
    }

    /// A fault of the plug-in, which is in the log.
    pub fn internal() -> Self {
        Self::of("a preset", &"an internal error, please report it")
    }
}

/// A host's text; null is none.
///
/// # Safety
/// It is null or a text, and stays for as long as the result is used.
pub unsafe fn text<'a>(text: *const c_char) -> Option<&'a CStr> {
    // SAFETY: not null, so the caller says that it is a text.
    (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) })
}

/// A text for a host. It can hold no zero, so none is in it.
pub fn c_text(text: &str) -> CString {
    CString::new(text.replace('\0', "")).unwrap_or_default()
}

/// The path that a host means by a text.
#[cfg(unix)]
fn path(text: &CStr) -> Result<PathBuf, Refusal> {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    Ok(OsStr::from_bytes(text.to_bytes()).into())
}

/// The path that a host means by a text.
#[cfg(not(unix))]
fn path(text: &CStr) -> Result<PathBuf, Refusal> {
    let name = text.to_string_lossy();
    let text = text.to_str();
    text.map(PathBuf::from)
        .map_err(|_| Refusal::of(&name, &"the name is not UTF-8"))
}

/// A path as hosts are told it; none if it can not be told.
#[cfg(unix)]
pub fn path_text(path: &Path) -> Option<CString> {
    use std::os::unix::ffi::OsStrExt;
    CString::new(path.as_os_str().as_bytes()).ok()
}

/// A path as hosts are told it; none if it can not be told.
#[cfg(not(unix))]
pub fn path_text(path: &Path) -> Option<CString> {
    CString::new(path.to_str()?).ok()
}

//! Where things are: the project, what cargo builds, the bundles, and what the checks leave behind.

use std::path::{Path, PathBuf};

/// The top folder of the project.
pub fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// Where cargo builds: `target`, unless the environment says otherwise.
pub fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// The CLAP bundle, a single file on Linux.
pub fn clap() -> PathBuf {
    target().join("bundled/anteroom.clap")
}

/// The VST3 bundle, a folder.
pub fn vst3() -> PathBuf {
    target().join("bundled/anteroom.vst3")
}

/// The folder of the presets that come with the plug-in.
pub fn presets() -> PathBuf {
    target().join("bundled/presets")
}

/// The command line program of the release build.
pub fn cli() -> PathBuf {
    target().join("release/anteroom")
}

/// `path` as a reader at the top of the project would write it.
pub fn short(path: &Path) -> String {
    path.strip_prefix(root())
        .unwrap_or(path)
        .display()
        .to_string()
}

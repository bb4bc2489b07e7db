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

/// The folder of the bundles: those of this system, or those that were built for a named target.
pub fn bundled(built_for: Option<&str>) -> PathBuf {
    match built_for {
        Some(name) => target().join(name).join("bundled"),
        None => target().join("bundled"),
    }
}

/// The CLAP bundle, a single file on Linux.
pub fn clap() -> PathBuf {
    bundled(None).join("anteroom.clap")
}

/// The VST3 bundle, a folder.
pub fn vst3() -> PathBuf {
    bundled(None).join("anteroom.vst3")
}

/// The folder of the presets that come with the plug-in.
pub fn presets() -> PathBuf {
    bundled(None).join("presets")
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

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

/// Where cargo builds for a system: another one than this has a folder of its own.
fn target_for(system: Option<&str>) -> PathBuf {
    match system {
        Some(triple) => target().join(triple),
        None => target(),
    }
}

/// The folder of the bundles for a system; for this one, if none is named.
pub fn bundled(system: Option<&str>) -> PathBuf {
    target_for(system).join("bundled")
}

/// The folder of the release build for a system; for this one, if none is named.
pub fn released(system: Option<&str>) -> PathBuf {
    target_for(system).join("release")
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
    released(None).join(format!("anteroom{}", std::env::consts::EXE_SUFFIX))
}

/// `path` as a reader at the top of the project would write it.
pub fn short(path: &Path) -> String {
    path.strip_prefix(root())
        .unwrap_or(path)
        .display()
        .to_string()
}

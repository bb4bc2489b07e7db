//! R6, R9 and R12: what the sources themselves say of the code that the callback runs.

use std::fs;
use std::path::{Path, PathBuf};

/// The sources of the library that `process` can reach.
pub fn real_time_sources() -> Vec<PathBuf> {
    fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder)
            .expect("the sources are here")
            .flatten()
        {
            match entry.path() {
                path if path.is_dir() => collect(&path, found),
                path => found.push(path),
            }
        }
    }
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found: Vec<_> = ["processor.rs", "convolution.rs", "instance/audio.rs"]
        .map(|file| source.join(file))
        .into();
    collect(&source.join("processor"), &mut found);
    collect(&source.join("convolution"), &mut found);
    found.retain(|path| path.extension().is_some_and(|extension| extension == "rs"));
    assert!(found.len() > 10);
    found
}

/// The code of a file without its tests and comments.
pub fn code_of(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("the source can be read");
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = code
        .lines()
        .map(|line| line.split("//").next().unwrap_or(""));
    lines.collect::<Vec<_>>().join("\n")
}

pub fn only_trusted_code() {
    // Whoever wants another crate in there adds it here, having read it.
    const TRUSTED: &[&str] = &["std", "crate", "super", "self", "realfft", "rustfft"];
    for path in real_time_sources() {
        let code = code_of(&path);
        let uses = code.lines().filter_map(|line| {
            line.trim_start()
                .trim_start_matches("pub ")
                .strip_prefix("use ")
        });
        for used in uses {
            let root = used.split([':', ';', ' ']).next().unwrap_or_default();
            // A module of its own, by its bare name, is ours as well.
            let ours = code.contains(&format!("mod {root};"));
            assert!(ours || TRUSTED.contains(&root), "{path:?} uses {root}");
        }
    }
}

/// The lint that names what must not be called is on for all that `process` can reach.
pub fn the_lint_is_on() {
    for root in [
        "src/processor.rs",
        "src/convolution.rs",
        "src/exchange.rs",
        "src/instance/audio.rs",
        "src/loader/audio_end.rs",
        "src/plugin.rs",
    ] {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(root));
        let text = text.expect("the source can be read");
        let denied = text
            .split_once("deny(")
            .and_then(|(_, rest)| rest.split_once(")]"));
        let (denied, _) = denied.unwrap_or_default();
        for lint in [
            "disallowed_types",
            "disallowed_methods",
            "disallowed_macros",
        ] {
            assert!(
                denied.contains(&format!("clippy::{lint}")),
                "{root}: {lint}"
            );
        }
    }
}

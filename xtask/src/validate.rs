//! `cargo xtask validate`: what the validators of others say of the bundles, on whatever system this is.
//!
//! clap-validator and pluginval are fetched from where their makers publish them. The environment variables
//! `CLAP_VALIDATOR` and `PLUGINVAL` may name programs that are there already.

use crate::setup::Screen;
use crate::{place, run};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// A validator.
struct Validator {
    name: &'static str,
    /// The variable that may name a program.
    given: &'static str,
    address: String,
    /// What it is called in the archive.
    program: &'static str,
}

/// The validators for this system.
fn validators() -> Result<[Validator; 2]> {
    let clap =
        "https://github.com/free-audio/clap-validator/releases/download/0.3.2/clap-validator-0.3.2";
    let vst3 = "https://github.com/Tracktion/pluginval/releases/download/v1.0.4/pluginval";
    let (clap_end, vst3_end, programs) = match std::env::consts::OS {
        "linux" => (
            "ubuntu-18.04.tar.gz",
            "Linux",
            ["clap-validator", "pluginval"],
        ),
        "macos" => (
            "macos-universal.tar.gz",
            "macOS",
            ["clap-validator", "pluginval"],
        ),
        "windows" => (
            "windows.zip",
            "Windows",
            ["clap-validator.exe", "pluginval.exe"],
        ),
        other => bail!("there are no validators for {other}"),
    };
    Ok([
        Validator {
            name: "clap-validator",
            given: "CLAP_VALIDATOR",
            address: format!("{clap}-{clap_end}"),
            program: programs[0],
        },
        Validator {
            name: "pluginval",
            given: "PLUGINVAL",
            address: format!("{vst3}_{vst3_end}.zip"),
            program: programs[1],
        },
    ])
}

/// `validate`.
pub fn command(words: &[String]) -> Result<ExitCode> {
    if let Some(word) = words.first() {
        eprintln!("error: validate does not know {word:?}\n\nusage: cargo xtask validate");
        return Ok(ExitCode::from(2));
    }
    for bundle in [place::clap(), place::vst3()] {
        if !bundle.exists() {
            bail!(
                "{} is not there: cargo xtask bundle anteroom --release",
                place::short(&bundle)
            );
        }
    }
    let [clap, vst3] = validators()?;
    // A window needs a screen.
    let screen = match cfg!(target_os = "linux") {
        true => Some(Screen::start()?),
        false => None,
    };
    let on = |mut command: Command| {
        if let Some(screen) = &screen {
            command.env("DISPLAY", &screen.display);
        }
        command
    };
    let mut first = on(Command::new(clap.get()?));
    first.args(["validate", "--only-failed"]).arg(place::clap());
    let mut second = on(Command::new(vst3.get()?));
    second.args([
        "--strictness-level",
        "10",
        "--validate-in-process",
        "--validate",
    ]);
    second.arg(place::vst3());
    let held = [
        (clap.name, run::check(&mut first)?),
        (vst3.name, run::check(&mut second)?),
    ];
    for (name, tally) in &held {
        let word = if tally.failed == 0 { "ok   " } else { "FAIL " };
        println!("{word} {name}");
    }
    Ok(match held.iter().any(|(_, tally)| tally.failed > 0) {
        true => ExitCode::FAILURE,
        false => ExitCode::SUCCESS,
    })
}

impl Validator {
    /// The program: the one that is named, the one that was fetched before, or one that is fetched now.
    fn get(&self) -> Result<PathBuf> {
        if let Some(given) = std::env::var_os(self.given) {
            return Ok(PathBuf::from(given));
        }
        let folder = place::target().join("validators").join(self.name);
        if let Some(found) = find(&folder, self.program) {
            return Ok(found);
        }
        std::fs::create_dir_all(&folder)?;
        let archive = folder.join(self.address.rsplit('/').next().unwrap_or_default());
        println!("fetching {}", self.address);
        let mut curl = Command::new("curl");
        curl.args([
            "--location",
            "--fail",
            "--silent",
            "--show-error",
            "--output",
        ]);
        run::must(curl.arg(&archive).arg(&self.address))?;
        unpack(&archive, &folder)?;
        find(&folder, self.program)
            .with_context(|| format!("{} has no {}", archive.display(), self.program))
    }
}

/// Unpacks an archive of either kind. Rights are kept: without them a program does not run.
fn unpack(archive: &Path, folder: &Path) -> Result<()> {
    match archive.extension().is_some_and(|end| end == "zip") {
        true => Ok(zip::ZipArchive::new(std::fs::File::open(archive)?)?.extract(folder)?),
        false => run::must(
            Command::new("tar")
                .arg("-xf")
                .arg(archive)
                .arg("-C")
                .arg(folder),
        ),
    }
}

/// A file of this name in a folder or below. On macOS an application is a folder that has its program.
fn find(folder: &Path, name: &str) -> Option<PathBuf> {
    let mut folders = Vec::new();
    for entry in std::fs::read_dir(folder).ok()?.flatten() {
        let path = entry.path();
        if path.is_dir() {
            folders.push(path);
        } else if path.file_name().is_some_and(|found| found == name) {
            return Some(path);
        }
    }
    folders.iter().find_map(|folder| find(folder, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_found_in_what_was_unpacked() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder
            .path()
            .join("a/pluginval.app/Contents/MacOS/pluginval");
        std::fs::create_dir_all(program.parent().unwrap()).unwrap();
        std::fs::write(&program, "").unwrap();
        assert_eq!(find(folder.path(), "pluginval"), Some(program));
        assert_eq!(find(folder.path(), "clap-validator"), None);
    }
}

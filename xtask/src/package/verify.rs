//! What a package must have, and whether it works where nothing else is installed.

use crate::demo::{Sound, host};
use crate::package::archive;
use crate::{place, run};
use anyhow::{Context, Result, bail, ensure};
use std::collections::BTreeSet;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What every archive has, below its top folder.
const WANTED: [&str; 5] = [
    "INSTALL.txt",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "SHA256SUMS",
    "third-party-licences.txt",
];

/// Frames per second of what is played.
const RATE: u32 = 48_000;

/// An archive has what it should, and its checksums are right. Answers with what was seen.
pub fn zip(path: &Path) -> Result<String> {
    let bytes =
        std::fs::read(path).with_context(|| format!("could not read {}", path.display()))?;
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes))?;
    let top = path
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let mut files = std::collections::BTreeMap::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index)?;
        let name = file.name()?.into_owned();
        let inside = name.strip_prefix(&format!("{top}/"));
        let inside = inside.with_context(|| format!("{name} is not in the folder {top}"))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        files.insert(
            inside.to_owned(),
            (bytes, file.unix_mode().unwrap_or(0) & 0o777),
        );
    }
    for name in WANTED {
        ensure!(files.contains_key(name), "there is no {name}");
    }
    let is_in = |folder: &str| files.keys().any(|name| name.starts_with(folder));
    for bundle in ["anteroom.clap", "anteroom.vst3/Contents/"] {
        ensure!(is_in(bundle), "there is no {bundle}");
    }
    let program = files
        .iter()
        .find(|(name, _)| ["anteroom", "anteroom.exe"].contains(&name.as_str()));
    let (_, (_, mode)) = program.context("there is no program")?;
    ensure!(
        *mode == 0o755,
        "the program can not be run: its mode is {mode:o}"
    );
    let presets = files
        .keys()
        .filter(|name| name.ends_with(".vstpreset"))
        .count();
    ensure!(presets > 64, "there are {presets} presets only");
    let sums = String::from_utf8_lossy(&files["SHA256SUMS"].0).into_owned();
    let told: BTreeSet<&str> = sums
        .lines()
        .filter_map(|line| line.split_once("  "))
        .map(|(_, name)| name)
        .collect();
    let known: BTreeSet<&str> = files
        .keys()
        .map(String::as_str)
        .filter(|name| *name != "SHA256SUMS")
        .collect();
    ensure!(told == known, "the checksums are not those of the files");
    for (sum, name) in sums.lines().filter_map(|line| line.split_once("  ")) {
        ensure!(
            archive::sha256(&files[name].0) == sum,
            "the checksum of {name} is wrong"
        );
    }
    Ok(format!(
        "{} files, {presets} presets, every checksum is right",
        files.len()
    ))
}

/// A package for Debian has what it should, all of it root's. Answers with what was seen.
pub fn debian(path: &Path) -> Result<String> {
    let list = said(Command::new("dpkg-deb").arg("--contents").arg(path))?;
    for file in [
        "./usr/bin/anteroom",
        "./usr/lib/clap/anteroom.clap",
        "./usr/lib/vst3/anteroom.vst3/Contents/",
        "./usr/share/man/man1/anteroom.1.gz",
        "./usr/share/man/man1/anteroom-render.1.gz",
        "./usr/share/metainfo/org.freedesktop.LinuxAudio.Plugins.Anteroom.metainfo.xml",
        "./usr/share/doc/anteroom/copyright",
        "./usr/share/doc/anteroom/changelog.gz",
        "./usr/share/doc/anteroom/third-party-licences.txt",
    ] {
        ensure!(list.contains(file), "there is no {file}");
    }
    let of_others: Vec<&str> = list
        .lines()
        .filter(|line| !line.contains(" root/root "))
        .collect();
    ensure!(of_others.is_empty(), "not root's: {}", of_others.join("; "));
    let presets = list.matches(".vstpreset").count();
    ensure!(presets > 64, "there are {presets} presets only");
    let folder = "./usr/share/vst3/presets/The Anteroom developers/Anteroom/";
    ensure!(
        list.matches(folder).count() > presets,
        "presets are not in {folder}"
    );
    let mut fields = Command::new("dpkg-deb");
    let fields = said(
        fields
            .arg("--field")
            .arg(path)
            .args(["Depends", "Architecture"]),
    )?;
    ensure!(
        fields.contains("libc6 (>= 2."),
        "it does not say which C library it needs: {fields}"
    );
    let fields: Vec<&str> = fields.lines().collect();
    Ok(format!("{presets} presets; {}", fields.join("; ")))
}

/// A folder as the root of a system in which nothing is installed, with a package in it.
#[derive(Debug)]
pub struct CleanRoot {
    folder: PathBuf,
}

impl CleanRoot {
    /// Installs a package into an empty folder, by dpkg.
    pub fn with(package: &Path) -> Result<Self> {
        let folder = crate::package::folder().join("root");
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        for part in ["info", "updates", "parts", "triggers"] {
            std::fs::create_dir_all(folder.join("var/lib/dpkg").join(part))?;
        }
        for file in ["status", "available"] {
            std::fs::write(folder.join("var/lib/dpkg").join(file), "")?;
        }
        let root = Self { folder };
        // There is no C library in it: what it needs is looked at elsewhere.
        root.dpkg(&["--force-depends", "--install"], package.as_os_str())?;
        Ok(root)
    }

    /// Everything in it but dpkg's own books.
    fn files(&self) -> Result<Vec<String>> {
        let mut found = Command::new("find");
        found
            .arg(&self.folder)
            .args(["-mindepth", "1", "-not", "-path"]);
        found
            .arg(self.folder.join("var*"))
            .args(["-printf", "%P\\n"]);
        Ok(said(&mut found)?.lines().map(str::to_owned).collect())
    }

    fn dpkg(&self, words: &[&str], what: &std::ffi::OsStr) -> Result<()> {
        let mut root = std::ffi::OsString::from("--root=");
        root.push(&self.folder);
        let mut dpkg = Command::new("dpkg");
        dpkg.arg(root)
            .args(["--force-not-root", "--log=/dev/null"])
            .args(words)
            .arg(what);
        run::must(&mut dpkg)
    }

    /// Finds the CLAP where hosts look, plays a click through it with a preset that the program made, and hears a room.
    /// Answers with what was heard.
    pub fn plays(&self) -> Result<String> {
        let clap = self.folder.join("usr/lib/clap");
        let found =
            std::fs::read_dir(&clap).with_context(|| format!("there is no {}", clap.display()))?;
        let found: Vec<PathBuf> = found.flatten().map(|entry| entry.path()).collect();
        let is_clap = |path: &&PathBuf| path.extension().is_some_and(|end| end == "clap");
        let plug_in = found
            .iter()
            .find(is_clap)
            .context("no CLAP is where hosts look")?;
        let presets = self
            .folder
            .join("usr/share/vst3/presets/The Anteroom developers/Anteroom");
        let preset = presets.join("Classic Vocal Plate.vstpreset");
        let state = crate::package::folder().join("plate.clapstate");
        let mut program = Command::new(self.folder.join("usr/bin/anteroom"));
        program
            .args(["preset", "--set", "mix=100", "--from"])
            .arg(&preset);
        run::must(program.arg("-o").arg(&state))?;
        let mut dry: Sound = [vec![0.0; 4800], vec![0.0; 4800]];
        dry.iter_mut().for_each(|channel| channel[0] = 0.5);
        let played = host::play(plug_in, &std::fs::read(&state)?, &dry, RATE, 3)?;
        std::fs::remove_file(&state)?;
        let samples = || played.sound.iter().flatten();
        ensure!(
            samples().all(|sample| sample.is_finite()),
            "not every sample is a number"
        );
        let late = played
            .sound
            .iter()
            .flat_map(|channel| channel.iter().skip(9600));
        let energy: f64 = late.map(|sample| f64::from(*sample).powi(2)).sum();
        if energy < 1e-6 {
            bail!("no room is heard: what rings 0.2 s later has the energy {energy:e}");
        }
        Ok(format!(
            "{} {}, latency {}, rings for {:.2} s",
            played.name,
            played.version,
            played.latency,
            played.tail as f64 / f64::from(RATE)
        ))
    }

    /// Removes the package again. Nothing of it is left.
    pub fn leaves_nothing(self) -> Result<String> {
        let before = self.files()?.len();
        self.dpkg(&["--purge"], "anteroom".as_ref())?;
        let left = self.files()?;
        ensure!(left.is_empty(), "left behind: {}", left.join(", "));
        std::fs::remove_dir_all(&self.folder)?;
        Ok(format!("{before} files and folders came and went"))
    }
}

/// What software shops are told is in their form.
pub fn metainfo() -> Result<String> {
    let mut validate = Command::new("appstreamcli");
    validate.args(["validate", "--no-net"]);
    run::must(validate.arg(crate::package::contents::METAINFO))?;
    Ok("valid".into())
}

/// The workflows for hosted machines are in their form.
pub fn workflows() -> Result<String> {
    let program = crate::package::portable::programs()?.join("check-jsonschema");
    let folder = place::root().join(".github/workflows");
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)?
        .flatten()
        .map(|entry| entry.path())
        .collect();
    files.sort();
    let mut check = Command::new(program);
    check
        .args(["--builtin-schema", "vendor.github-workflows"])
        .args(&files);
    run::must(&mut check)?;
    Ok(format!("{} workflows", files.len()))
}

/// What a program that must succeed says.
fn said(command: &mut Command) -> Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command
        .output()
        .with_context(|| format!("could not start {name}"))?;
    if !output.status.success() {
        bail!("{name}: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

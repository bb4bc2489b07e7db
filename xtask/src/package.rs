//! `cargo xtask package`: what people install who have no compiler, in `target/package`.
//!
//! | file | what it is |
//! |---|---|
//! | `system` | the systems that packages are for |
//! | `contents` | which files, and where they go |
//! | `archive`, `deb`, `source` | the packages: ZIP, Debian's, the source with all that it needs |
//! | `licences` | the licences of everything that is compiled in |
//! | `elf` | how new a system must be |
//! | `portable` | building for Linux systems that are older than this one |
//! | `verify` | what a package must have, and whether it works where nothing else is installed |
//! | `check` | `--check`: without a network, twice the same, in a clean system |

pub mod archive;
mod check;
pub mod contents;
mod deb;
mod elf;
mod licences;
pub mod portable;
mod source;
pub mod system;
pub mod verify;

use crate::{bundle, place};
use anyhow::{Context, Result, bail};
use contents::{Built, Item, Places};
use elf::Needs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use system::{Os, System};

/// What the command was told.
#[derive(Debug, Default, PartialEq, Eq)]
struct Options {
    target: Option<String>,
    source: bool,
    check: bool,
    portable: bool,
}

const USAGE: &str = "\
usage: cargo xtask package [--target TRIPLE] [--portable | --source | --check]

  --target TRIPLE  for another system, as rustc calls it
  --portable       built with zig for the C library of Debian 11; without it a Linux as new as this one is needed
  --source         the source, with everything that it takes to build it without a network
  --check          build without a network, twice; compare; install into a clean system (takes long)";

/// `package`.
pub fn command(words: &[String]) -> Result<ExitCode> {
    let options = match options(words) {
        Ok(options) => options,
        Err(error) => {
            eprintln!("error: {error}\n\n{USAGE}");
            return Ok(ExitCode::from(2));
        }
    };
    if options.check {
        return check::command();
    }
    let made = match options.source {
        true => vec![source::make(&folder())?],
        false => {
            let system = match &options.target {
                Some(triple) => System::named(triple)?,
                None => System::here()?,
            };
            let (built, oldest) = build(system, options.portable)?;
            make(&built, oldest)?
        }
    };
    for path in made {
        println!("{}", place::short(&path));
    }
    Ok(ExitCode::SUCCESS)
}

fn options(words: &[String]) -> Result<Options> {
    let mut options = Options::default();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--target" => {
                let triple = words
                    .next()
                    .context("--target needs the name of a system")?;
                options.target = Some(triple.clone());
            }
            "--source" => options.source = true,
            "--check" => options.check = true,
            "--portable" => options.portable = true,
            other => bail!("package does not know {other:?}"),
        }
    }
    let kinds = [options.source, options.check, options.portable];
    if kinds.iter().filter(|set| **set).count() > 1 {
        bail!("--portable, --source and --check exclude each other");
    }
    Ok(options)
}

/// Where packages are put.
pub fn folder() -> PathBuf {
    place::target().join("package")
}

/// The version of the plug-in.
pub fn version() -> Result<String> {
    let manifest = std::fs::read_to_string("Cargo.toml")?;
    let line = manifest.lines().find_map(|line| {
        let version = line.strip_prefix("version = \"")?;
        version.strip_suffix('"')
    });
    Ok(line.context("Cargo.toml names no version")?.to_owned())
}

/// The time that is written into packages, in seconds since 1970: that of the last change of the source, so that
/// whoever builds the same source gets the same package.
pub fn time() -> u64 {
    let told = std::env::var("SOURCE_DATE_EPOCH").ok();
    let noted = || std::fs::read_to_string(source::TIME).ok();
    let logged = || {
        let mut git = Command::new("git");
        git.args(["log", "-1", "--format=%ct"])
            .stderr(Stdio::null());
        String::from_utf8(git.output().ok()?.stdout).ok()
    };
    let text = told.or_else(noted).or_else(logged).unwrap_or_default();
    // 1980, the first year that a ZIP archive knows.
    text.trim().parse().unwrap_or(315_532_800)
}

/// Builds for a system. A portable one for Linux says which C library is to be enough.
fn build(system: System, portable: bool) -> Result<(Built, Option<&'static str>)> {
    let here = system == System::here()?;
    if system.os == Os::Linux && portable {
        return Ok((portable::build(system)?, Some(elf::OLDEST)));
    }
    let target = (!here).then_some(system.triple.clone());
    let mut words = vec!["--release".to_owned()];
    if let Some(triple) = &target {
        words.extend(["--target".to_owned(), triple.clone()]);
    }
    bundle::make("anteroom", &words)?;
    Ok((as_bundled(system, target.as_deref()), None))
}

/// Packs what was bundled for the system that this runs on. Built anew for older systems it would take as long again.
pub fn for_this_system() -> Result<Vec<PathBuf>> {
    let (built, oldest) = build(System::here()?, false)?;
    make(&built, oldest)
}

/// What the bundle command made for a system.
pub fn as_bundled(system: System, target: Option<&str>) -> Built {
    let presets = place::bundled(target).join("presets");
    Built {
        bundled: place::bundled(target),
        program: place::released(target).join(system.program()),
        // They are the same on every system, and a program for another one does not run here.
        presets: match presets.exists() {
            true => presets,
            false => place::presets(),
        },
        system,
    }
}

/// Makes all packages for a system of what was built, and their checksums. On Linux a C library as old as `oldest` must
/// be enough, if it is given.
pub fn make(built: &Built, oldest: Option<&str>) -> Result<Vec<PathBuf>> {
    let (system, version) = (&built.system, version()?);
    println!("packing for {}", system.name());
    let needs = needs(built)?;
    if let Some(oldest) = oldest.filter(|_| system.os == Os::Linux) {
        needs.fit(oldest)?;
    }
    if system.os == Os::Linux {
        println!(
            "a C library (glibc) of version {} is enough",
            needs.c_library()
        );
    }
    let top = format!("anteroom-{version}-{}", system.name());
    let mut items = contents::plug_in(built, &Places::archive(&top))?;
    let guide = format!(
        "packaging/INSTALL-{}.txt",
        system.name().split('-').next().unwrap_or_default()
    );
    let guide =
        std::fs::read_to_string(&guide).with_context(|| format!("could not read {guide}"))?;
    let guide = guide
        .replace("@VERSION@", &version)
        .replace("@C_LIBRARY@", &needs.c_library());
    items.push(Item::text(format!("{top}/INSTALL.txt"), guide));
    let licences = licence_files(&top, system)?;
    items.extend(licences.iter().cloned());
    // Whoever unpacks it can see whether it is whole.
    items.sort_by(|a, b| a.to.cmp(&b.to));
    let sums = items.iter().map(|item| {
        let name = item.to.strip_prefix(&format!("{top}/")).unwrap_or(&item.to);
        format!("{}  {name}\n", archive::sha256(&item.bytes))
    });
    items.push(Item::text(
        format!("{top}/SHA256SUMS"),
        sums.collect::<String>(),
    ));
    std::fs::create_dir_all(folder())?;
    let zip = folder().join(format!("{top}.zip"));
    std::fs::write(&zip, archive::zip(&items)?)
        .with_context(|| format!("could not write {}", zip.display()))?;
    let mut made = vec![zip];
    if system.os == Os::Linux {
        made.push(debian(built, &needs, &licences, &version)?);
    }
    sums_of_all()?;
    Ok(made)
}

/// Packs Debian's package.
fn debian(built: &Built, needs: &Needs, licences: &[Item], version: &str) -> Result<PathBuf> {
    let system = &built.system;
    let places = Places::prefix();
    let mut items = contents::plug_in(built, &places)?;
    let documents = places.documents.unwrap_or_default();
    // Our own licences are told by the file `copyright` there.
    let third = licences.iter().filter(|item| item.to.ends_with(THIRD));
    items.extend(third.map(|item| Item {
        to: format!("{documents}/{THIRD}"),
        ..item.clone()
    }));
    let package = folder().join(format!("anteroom_{version}_{}.deb", system.debian()));
    let contents = deb::Contents {
        items: &items,
        needs,
        system,
        version,
        time: time(),
    };
    let tree = folder().join(format!("tree-{}", system.debian()));
    deb::make(&contents, &tree, &package)?;
    Ok(package)
}

/// The file with the licences of what is compiled in.
const THIRD: &str = "third-party-licences.txt";

/// Our licences and those of what is compiled in on a system.
pub fn licence_files(folder: &str, system: &System) -> Result<Vec<Item>> {
    let ours = ["LICENSE-MIT", "LICENSE-APACHE"];
    let ours = ours.map(|name| Item::file(format!("{folder}/{name}"), Path::new(name)));
    let mut items: Vec<Item> = ours.into_iter().collect::<Result<_>>()?;
    items.push(Item::text(
        format!("{folder}/{THIRD}"),
        licences::text(system)?,
    ));
    Ok(items)
}

/// What the program and the plug-in need of a Linux system; nothing of another.
fn needs(built: &Built) -> Result<Needs> {
    let mut needs = Needs::default();
    if built.system.os == Os::Linux {
        for path in [built.program.clone(), built.bundled.join("anteroom.clap")] {
            let told = || format!("could not look into {}", path.display());
            let bytes = std::fs::read(&path).with_context(told)?;
            needs = needs.and(Needs::of(&bytes).with_context(told)?);
        }
    }
    Ok(needs)
}

/// Writes the checksums of all packages beside them.
pub fn sums_of_all() -> Result<()> {
    let mut sums = Vec::new();
    for entry in std::fs::read_dir(folder())? {
        let path = entry?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if [".zip", ".deb", ".xz"]
            .iter()
            .any(|end| name.ends_with(end))
        {
            sums.push((name, archive::sha256(&std::fs::read(&path)?)));
        }
    }
    sums.sort();
    let lines = sums.iter().map(|(name, sum)| format!("{sum}  {name}\n"));
    std::fs::write(folder().join("SHA256SUMS"), lines.collect::<String>())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[&str]) -> Result<Options> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        options(&words)
    }

    #[test]
    fn words_are_understood_or_named() {
        assert_eq!(read(&[]).unwrap(), Options::default());
        let options = read(&["--target", "x86_64-pc-windows-gnu"]).unwrap();
        assert_eq!(options.target.as_deref(), Some("x86_64-pc-windows-gnu"));
        for (words, named) in [
            (&["--fast"][..], "--fast"),
            (&["--target"], "--target"),
            (&["--source", "--check"], "exclude"),
        ] {
            let error = read(words).unwrap_err().to_string();
            assert!(error.contains(named), "{error}");
        }
    }

    #[test]
    fn every_recipe_has_the_version_of_the_plug_in() {
        let read = |path: &str| std::fs::read_to_string(place::root().join(path)).unwrap();
        let manifest = read("Cargo.toml");
        let line = manifest.lines().find(|line| line.starts_with("version = "));
        let version = line.and_then(|line| line.split('"').nth(1)).unwrap();
        for (path, words) in [
            ("packaging/arch/PKGBUILD", format!("pkgver={version}\n")),
            (
                "packaging/org.freedesktop.LinuxAudio.Plugins.Anteroom.metainfo.xml",
                format!("<release version=\"{version}\""),
            ),
            (
                "packaging/flatpak/org.freedesktop.LinuxAudio.Plugins.Anteroom.yaml",
                format!("anteroom-{version}-source.tar.xz"),
            ),
            ("packaging/man/anteroom.1", format!("anteroom {version}")),
        ] {
            assert!(read(path).contains(&words), "{path}: {words}");
        }
    }
}

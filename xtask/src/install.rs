//! `cargo xtask install` and `uninstall`: the plug-in where workstations look for it, and away again.
//!
//! What was put where is written into a list, so that it can be removed again and nothing else is. A file that somebody
//! else put there, or has changed since, is never replaced or removed unasked. `record` is the list.

mod record;

use crate::bundle;
use crate::package::{self, archive, contents, system::System};
use anyhow::{Context, Result, bail};
use contents::{Item, Places};
use record::Record;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Where the list is, from the top of a prefix.
const PREFIX_LIST: &str = "share/anteroom/installed.txt";

/// Where the list is, from a user's own folder.
const USER_LIST: &str = ".local/share/anteroom/installed.txt";

/// What the command was told.
#[derive(Debug, Default, PartialEq, Eq)]
struct Options {
    /// Into this folder; without one into the user's own.
    prefix: Option<PathBuf>,
    /// Also what somebody else put there.
    force: bool,
}

fn usage(command: &str) -> String {
    let force = match command {
        "install" => "\n  --force     replaces what somebody else put there",
        _ => "",
    };
    format!(
        "usage: cargo xtask {command} [--user | --prefix FOLDER]\n\n  \
         --user      for you alone, in your own folder; so it is without a word\n  \
         --prefix P  for everybody, in P/lib/clap, P/lib/vst3, P/bin ...; /usr/local for instance{force}"
    )
}

fn options(words: &[String]) -> Result<Options> {
    let mut options = Options::default();
    let (mut user, mut words) = (false, words.iter());
    while let Some(word) = words.next() {
        match word.as_str() {
            "--user" => user = true,
            "--prefix" => {
                let folder = words.next().context("--prefix needs a folder")?;
                if !Path::new(folder).is_absolute() {
                    bail!("--prefix needs a whole path, and {folder:?} is none");
                }
                options.prefix = Some(PathBuf::from(folder));
            }
            "--force" => options.force = true,
            other => bail!("{other:?} is not known"),
        }
    }
    if user && options.prefix.is_some() {
        bail!("--user and --prefix exclude each other");
    }
    Ok(options)
}

/// The folder that everything goes below, and the list of what went there.
struct Destination {
    top: PathBuf,
    list: PathBuf,
}

impl Destination {
    fn of(options: &Options) -> Result<Self> {
        let (top, list) = match &options.prefix {
            Some(prefix) => (prefix.clone(), PREFIX_LIST),
            None => (home()?, USER_LIST),
        };
        let list = top.join(list);
        Ok(Self { top, list })
    }
}

fn home() -> Result<PathBuf> {
    let name = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
    let home = std::env::var_os(name).filter(|value| !value.is_empty());
    let home = home.with_context(|| format!("{name} is not set: where is your own folder?"))?;
    Ok(PathBuf::from(home))
}

/// `install`.
pub fn command(words: &[String]) -> Result<ExitCode> {
    let options = match options(words) {
        Ok(options) => options,
        Err(error) => return Ok(refused("install", &error)),
    };
    bundle::release()?;
    let system = System::here()?;
    let places = match options.prefix {
        Some(_) => Places::prefix(),
        None => Places::user(system.os),
    };
    let built = package::as_bundled(system, None);
    let mut items = contents::plug_in(&built, &places)?;
    if let Some(folder) = &places.documents {
        items.extend(package::licence_files(folder, &built.system)?);
    }
    let destination = Destination::of(&options)?;
    if let Some(stage) = std::env::var_os("DESTDIR").filter(|value| !value.is_empty()) {
        // Somebody makes a package, and will know by other means what is in it.
        let inside = destination
            .top
            .strip_prefix("/")
            .unwrap_or(&destination.top);
        let top = PathBuf::from(stage).join(inside);
        contents::write(&items, &top)?;
        println!("{} files in {}", items.len(), top.display());
        return Ok(ExitCode::SUCCESS);
    }
    install(&items, &destination.top, &destination.list, options.force)?;
    for item in &items {
        let mut parts = item.to.split('/').rev();
        let is_bundle = |name: &str| name.ends_with(".clap") || name.ends_with(".vst3");
        if item.program || parts.any(is_bundle) {
            println!("{}", destination.top.join(&item.to).display());
        }
    }
    println!(
        "{} files were installed. Let your workstation look for new plug-ins; it is listed as Anteroom.\n\
         `cargo xtask uninstall` with the same words removes them again.",
        items.len()
    );
    Ok(ExitCode::SUCCESS)
}

/// `uninstall`.
pub fn remove_command(words: &[String]) -> Result<ExitCode> {
    let options = match options(words) {
        Ok(Options { force: true, .. }) => {
            let error = anyhow::anyhow!("--force is not for uninstall");
            return Ok(refused("uninstall", &error));
        }
        Ok(options) => options,
        Err(error) => return Ok(refused("uninstall", &error)),
    };
    let Destination { top, list } = Destination::of(&options)?;
    let kept = uninstall(&top, &list)?;
    for path in &kept {
        println!("kept, as it was changed since: {}", path.display());
    }
    println!("Anteroom was removed from {}", top.display());
    Ok(ExitCode::SUCCESS)
}

fn refused(command: &str, error: &anyhow::Error) -> ExitCode {
    eprintln!("error: {error}\n\n{}", usage(command));
    ExitCode::from(2)
}

/// Puts the files below `top`, all or none of them, and keeps a list of them.
fn install(items: &[Item], top: &Path, list: &Path, force: bool) -> Result<()> {
    let before = Record::read(list)?;
    let foreign: Vec<String> = items
        .iter()
        .filter(|item| !force && is_foreign(&top.join(&item.to), &item.to, &before))
        .map(|item| top.join(&item.to).display().to_string())
        .collect();
    if let Some(first) = foreign.first() {
        let more = match foreign.len() {
            1 => String::new(),
            count => format!(" (and {} more)", count - 1),
        };
        bail!(
            "{first}{more} is there and was not put there by this command, or was changed since. Move it away, or say \
             --force to replace it"
        );
    }
    // The list comes first: what is interrupted can be removed all the same.
    let mut record = before.clone();
    for item in items {
        record.add(&item.to, archive::sha256(&item.bytes));
        record.add_folders(top, Path::new(&item.to))?;
    }
    if let Ok(inside) = list.strip_prefix(top) {
        record.add_folders(top, inside)?;
    }
    record.write(list)?;
    for item in items {
        put(item, top)?;
    }
    // What an older version had and this one has not.
    for (old, sum) in &before.files {
        if !items.iter().any(|item| item.to == *old) {
            if has(&top.join(old), sum) {
                std::fs::remove_file(top.join(old))
                    .with_context(|| format!("could not remove {}", top.join(old).display()))?;
            }
            record.files.remove(old);
        }
    }
    record.write(list)
}

/// Whether a file is there that this command has not put there, or that was changed since.
fn is_foreign(path: &Path, to: &str, before: &Record) -> bool {
    if path.symlink_metadata().is_err() {
        return false;
    }
    !before.files.get(to).is_some_and(|sum| has(path, sum))
}

/// Whether there is a file with this checksum.
fn has(path: &Path, sum: &str) -> bool {
    let is_file = path.symlink_metadata().is_ok_and(|about| about.is_file());
    is_file && std::fs::read(path).is_ok_and(|bytes| archive::sha256(&bytes) == *sum)
}

/// Puts one file into its place. A workstation that has the old one open keeps that one.
fn put(item: &Item, top: &Path) -> Result<()> {
    let path = top.join(&item.to);
    let told = || format!("could not write {}", path.display());
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(told)?;
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let beside = path.with_file_name(name);
    let written = std::fs::write(&beside, &item.bytes)
        .and_then(|()| contents::set_rights(&beside, item.program))
        .and_then(|()| std::fs::rename(&beside, &path));
    if written.is_err() {
        // What is half written is of no use to anybody.
        let _ = std::fs::remove_file(&beside);
    }
    written.with_context(told)
}

/// Removes what the list has, and what is then empty of the folders that were made for it. Answers with the files that
/// are kept, as somebody has changed them.
fn uninstall(top: &Path, list: &Path) -> Result<Vec<PathBuf>> {
    if !list.exists() {
        bail!(
            "nothing was installed in {} by `cargo xtask install`: there is no list {}",
            top.display(),
            list.display()
        );
    }
    let record = Record::read(list)?;
    let mut kept = Vec::new();
    for (to, sum) in &record.files {
        let path = top.join(to);
        if path.symlink_metadata().is_err() {
            continue;
        }
        if !has(&path, sum) {
            kept.push(path);
            continue;
        }
        std::fs::remove_file(&path)
            .with_context(|| format!("could not remove {}", path.display()))?;
    }
    std::fs::remove_file(list).with_context(|| format!("could not remove {}", list.display()))?;
    // The deepest first. One that has something of others in it stays.
    for folder in record.folders.iter().rev() {
        let _ = std::fs::remove_dir(top.join(folder));
    }
    Ok(kept)
}

#[cfg(test)]
mod tests;

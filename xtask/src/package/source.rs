//! The source as an archive, with every library that it takes: who has it and a compiler needs no network.

use crate::package::{self, archive};
use crate::run::{self, cargo};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The file in the archive with the time of the source, which a repository knows without it.
pub const TIME: &str = "packaging/source-date";

/// Makes the archive in a folder.
pub fn make(folder: &Path) -> Result<PathBuf> {
    let name = format!("anteroom-{}", package::version()?);
    let tree = folder.join("source");
    if tree.exists() {
        std::fs::remove_dir_all(&tree)?;
    }
    let top = tree.join(&name);
    for file in files()? {
        let to = top.join(&file);
        let told = || format!("could not copy {file}");
        std::fs::create_dir_all(to.parent().unwrap_or(&top)).with_context(told)?;
        std::fs::copy(&file, &to).with_context(told)?;
    }
    std::fs::write(top.join(TIME), package::time().to_string())?;
    let mut vendor = cargo(&["vendor", "--locked", "--versioned-dirs"]);
    vendor.arg(top.join("vendor")).stderr(Stdio::inherit());
    println!("fetching every library, for all systems ...");
    let said = vendor.output().context("could not start cargo")?;
    if !said.status.success() {
        bail!("cargo could not fetch the libraries");
    }
    // It says what must be configured, with the folder as it is here.
    let configuration = String::from_utf8(said.stdout)?;
    let here = top.join("vendor").display().to_string();
    let file = top.join(".cargo/config.toml");
    let before = std::fs::read_to_string(&file)?;
    std::fs::write(
        file,
        format!("{before}\n{}", configuration.replace(&here, "vendor")),
    )?;
    let packed = folder.join(format!("{name}-source.tar.xz"));
    let mut tar = Command::new("tar");
    tar.args(["--sort=name", "--owner=0", "--group=0", "--numeric-owner"]);
    tar.arg(format!("--mtime=@{}", package::time()));
    // Always two threads: another number would give other bytes.
    tar.args([
        "--mode=u=rwX,go=rX",
        "--use-compress-program=xz -6 -T2",
        "-cf",
    ]);
    tar.arg(&packed).arg("-C").arg(&tree).arg(&name);
    run::must(&mut tar)?;
    std::fs::remove_dir_all(&tree)?;
    println!("SHA-256 {}", archive::sha256(&std::fs::read(&packed)?));
    package::sums_of_all()?;
    Ok(packed)
}

/// The files of the project.
fn files() -> Result<Vec<String>> {
    let said = Command::new("git").args(["ls-files", "-z"]).output();
    let said = said.context("could not ask git for the files of the project")?;
    let names = String::from_utf8(said.stdout)?;
    let names: Vec<String> = names
        .split('\0')
        .filter(|name| !name.is_empty() && Path::new(name).exists())
        .map(str::to_owned)
        .collect();
    if names.is_empty() {
        bail!("git knows no file of the project: is this a clone?");
    }
    Ok(names)
}

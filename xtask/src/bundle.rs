//! `cargo xtask bundle`: the framework's bundler, started from our own root.
//!
//! The bundler's own entry takes the outermost folder with a `Cargo.toml` for the workspace, which is wrong
//! for a clone that lies inside another project, so its two halves are called here instead.
//!
//! It also puts the bundles of every system into one folder, where those of another system would take the place of this
//! one's. So a build for a named target is bundled in a folder of its own.
//!
//! `macos` is what that system wants to know of a bundle.

use crate::{place, run};
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

mod macos;

/// `bundle PACKAGE [cargo build's options]`.
pub fn command(words: &[String]) -> Result<ExitCode> {
    let Some((package, options)) = words.split_first() else {
        eprintln!("error: bundle needs a package: cargo xtask bundle anteroom --release");
        return Ok(ExitCode::from(2));
    };
    make(package, options)?;
    Ok(ExitCode::SUCCESS)
}

/// The release bundles of the plug-in.
pub fn release() -> Result<()> {
    make("anteroom", &["--release".to_owned()])
}

/// The presets that come with the plug-in, as files beside the bundles, if the program was built with them. Presets are
/// the same on every system: the program of this one writes them.
fn presets(package: &str, options: &[String]) -> Result<()> {
    let is_release = options.iter().any(|option| option == "--release");
    if package != "anteroom" || !is_release || !place::cli().exists() {
        return Ok(());
    }
    let words = ["preset", "--all"];
    run::must(Command::new(place::cli()).args(words).arg(place::presets()))
}

/// Builds and bundles a package with cargo's options.
pub fn make(package: &str, options: &[String]) -> Result<()> {
    let mut words = options.to_vec();
    words.extend([
        "--config".to_owned(),
        format!("build.rustflags={:?}", remapped()),
    ]);
    nice_plug_xtask::build(&[package.to_owned()], &words)?;
    let failed = || format!("could not bundle {package}");
    match value_of(options, "--target") {
        Some(target) => for_target(package, options, target).with_context(failed),
        None => {
            nice_plug_xtask::bundle(&place::target(), package, options, false)
                .with_context(failed)?;
            describe(&place::bundled(None), package)?;
            presets(package, options)
        }
    }
}

/// Says in the bundles of a folder what their system wants to know.
fn describe(folder: &Path, package: &str) -> Result<()> {
    let bundles = ["clap", "vst3"].map(|format| folder.join(format!("{package}.{format}")));
    bundles
        .iter()
        .try_for_each(|bundle| macos::describe(bundle))
}

/// Bundles what was built for a target. The bundler looks for it in `FOLDER/TARGET/PROFILE` and writes into
/// `FOLDER/bundled`, so it is given such a folder, with links to the files.
fn for_target(package: &str, options: &[String], target: &str) -> Result<()> {
    let release = options.iter().any(|option| option == "--release");
    let profile = if release { "release" } else { "debug" };
    let profile = value_of(options, "--profile").unwrap_or(profile);
    // Cargo keeps what the profile `dev` makes in a folder of another name than the bundler thinks.
    let built = if profile == "dev" { "debug" } else { profile };
    let home = place::target().join(target);
    let work = home.join("bundling");
    let files = work.join(target).join(profile);
    remove(&work)?;
    fs::create_dir_all(&files)?;
    for name in names(package) {
        let from = home.join(built).join(&name);
        if from.exists() {
            fs::hard_link(&from, files.join(&name)).or_else(|_| {
                let copied = fs::copy(&from, files.join(&name));
                copied.map(|_| ())
            })?;
        }
    }
    nice_plug_xtask::bundle(&work, package, options, false)?;
    let bundled = place::bundled(Some(target));
    remove(&bundled)?;
    fs::rename(work.join("bundled"), &bundled)?;
    remove(&work)?;
    describe(&bundled, package)?;
    println!(
        "The bundles for {target} are in {}.",
        place::short(&bundled)
    );
    Ok(())
}

/// What a package's program and library are called, on any system.
fn names(package: &str) -> [String; 5] {
    let name = package.replace('-', "_");
    [
        name.clone(),
        format!("{name}.exe"),
        format!("{name}.dll"),
        format!("lib{name}.so"),
        format!("lib{name}.dylib"),
    ]
}

/// The value of one of cargo's options, after it or after its `=`; the last one counts.
fn value_of<'a>(options: &'a [String], name: &str) -> Option<&'a str> {
    let mut found = None;
    for (index, option) in options.iter().enumerate() {
        if option == name {
            found = options.get(index + 1).map(String::as_str);
        } else if let Some(value) = option
            .strip_prefix(name)
            .and_then(|rest| rest.strip_prefix('='))
        {
            found = Some(value);
        }
    }
    found
}

/// Removes a folder, if there is one.
fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("could not remove {}", place::short(folder)))
        }
        _ => Ok(()),
    }
}

/// The compiler's options by which what is built does not tell in which folder it was: whoever builds the same source
/// gets the same bytes. A library has the same name whether it comes from the registry or from a source archive.
pub fn remapped() -> Vec<String> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    let registries = home.map(|home| home.join("registry/src"));
    let registries = registries.and_then(|folder| std::fs::read_dir(folder).ok());
    let mut folders = vec![(place::root().to_owned(), "/anteroom")];
    // The last one that fits counts.
    folders.push((place::root().join("vendor"), "/libraries"));
    for registry in registries.into_iter().flatten().flatten() {
        folders.push((registry.path(), "/libraries"));
    }
    let option =
        |(from, to): (PathBuf, &str)| format!("--remap-path-prefix={}={to}", from.display());
    folders.into_iter().map(option).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_s_value_is_found_in_both_ways_of_writing_it() {
        let options = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        let target = |words: &[&str]| {
            let options: Vec<String> = options(words);
            value_of(&options, "--target").map(str::to_owned)
        };
        assert_eq!(target(&["--release", "--target", "a"]), Some("a".into()));
        assert_eq!(target(&["--target=b", "--release"]), Some("b".into()));
        assert_eq!(target(&["--target-dir", "c", "--release"]), None);
        assert_eq!(target(&["--release"]), None);
    }
}

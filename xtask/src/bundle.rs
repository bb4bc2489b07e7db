//! `cargo xtask bundle`: the framework's bundler, started from our own root.
//!
//! The bundler's own entry takes the outermost folder with a `Cargo.toml` for the workspace, which is wrong
//! for a clone that lies inside another project, so its two halves are called here instead.

use crate::{place, run};
use anyhow::{Context, Result};
use std::path::PathBuf;
use std::process::{Command, ExitCode};

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

/// The presets that come with the plug-in, as files beside the bundles, if the program was built with them.
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
    nice_plug_xtask::bundle(&place::target(), package, options, false)
        .with_context(|| format!("could not bundle {package}"))?;
    presets(package, options)
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

//! `cargo xtask bundle`: the framework's bundler, started from our own root.
//!
//! The bundler's own entry takes the outermost folder with a `Cargo.toml` for the workspace, which is wrong
//! for a clone that lies inside another project, so its two halves are called here instead.
//!
//! `macos` is what that system wants to know of a bundle.

use crate::{place, run};
use anyhow::{Context, Result};
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

/// The presets that come with the plug-in, as files beside the bundles, if the program was built with them.
fn presets(package: &str, options: &[String]) -> Result<()> {
    let is_release = options.iter().any(|option| option == "--release");
    if package != "anteroom" || !is_release || !place::cli().exists() {
        return Ok(());
    }
    let words = ["preset", "--all"];
    run::must(Command::new(place::cli()).args(words).arg(place::presets()))
}

fn make(package: &str, options: &[String]) -> Result<()> {
    nice_plug_xtask::build(&[package.to_owned()], options)?;
    nice_plug_xtask::bundle(&place::target(), package, options, false)
        .with_context(|| format!("could not bundle {package}"))?;
    for bundle in [place::clap(), place::vst3()] {
        macos::describe(&bundle)?;
    }
    presets(package, options)
}

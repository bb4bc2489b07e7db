//! `cargo xtask bundle`: the framework's bundler, started from our own root.
//!
//! The bundler's own entry takes the outermost folder with a `Cargo.toml` for the workspace, which is wrong
//! for a clone that lies inside another project, so its two halves are called here instead.

use crate::place;
use anyhow::{Context, Result};
use std::process::ExitCode;

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

fn make(package: &str, options: &[String]) -> Result<()> {
    nice_plug_xtask::build(&[package.to_owned()], options)?;
    nice_plug_xtask::bundle(&place::target(), package, options, false)
        .with_context(|| format!("could not bundle {package}"))
}

//! Builds for Linux systems that are older than the one that builds.
//!
//! A program that is linked against a new C library does not start where there is an old one. zig has the names of the
//! functions of every version, and links against the version that is wanted; cargo-zigbuild makes cargo use it. Both
//! come as Python packages. The environment variable `ANTEROOM_ZIG` may name a folder that has them already.

use crate::package::contents::Built;
use crate::package::elf::OLDEST;
use crate::package::system::System;
use crate::{bundle, place, run, setup};
use anyhow::{Context, Result};
use std::path::PathBuf;
use std::process::Command;

/// Names the folder of programs with `cargo-zigbuild` and a Python that has zig.
const GIVEN: &str = "ANTEROOM_ZIG";

/// What the Python environment is to have.
const REQUIREMENTS: &str = "packaging/requirements.txt";

/// The folder of programs of the Python environment for packages.
pub fn programs() -> Result<PathBuf> {
    if let Some(given) = std::env::var_os(GIVEN) {
        return Ok(PathBuf::from(given));
    }
    let python = setup::environment("venv-package", REQUIREMENTS)?;
    let folder = python.parent().context("the environment has no folder")?;
    Ok(folder.to_owned())
}

/// Builds and bundles, in a folder of its own.
pub fn build(system: System) -> Result<Built> {
    let programs = programs()?;
    setup::targets(&[&system.triple])?;
    let folder = place::target().join("portable");
    let triple = format!("{}.{OLDEST}", system.triple);
    println!(
        "building for {} and a C library of {OLDEST} with zig",
        system.triple
    );
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::iter::once(programs.clone()).chain(std::env::split_paths(&path));
    let mut zigbuild = Command::new(programs.join("cargo-zigbuild"));
    zigbuild.args([
        "zigbuild",
        "--package",
        "anteroom",
        "--release",
        "--target",
        &triple,
    ]);
    zigbuild
        .env("PATH", std::env::join_paths(path)?)
        .env("CARGO_TARGET_DIR", &folder)
        .env("RUSTFLAGS", bundle::remapped().join(" "));
    run::must(&mut zigbuild)?;
    let options = ["--release", "--target", &system.triple].map(str::to_owned);
    nice_plug_xtask::bundle(&folder, "anteroom", &options, false)?;
    let program = folder.join(&system.triple).join("release/anteroom");
    let presets = folder.join("bundled/presets");
    // A program for another processor does not run here: the presets of one that does are the same.
    let own = if system == System::here()? {
        program.clone()
    } else {
        place::cli()
    };
    run::must(Command::new(own).args(["preset", "--all"]).arg(&presets))
        .context("the presets are written by the program for this system: `cargo xtask bundle anteroom --release`")?;
    Ok(Built {
        system,
        bundled: folder.join("bundled"),
        program,
        presets,
    })
}

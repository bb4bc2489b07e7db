//! The stages that are scripts: other people's hosts, and checks from outside.

use std::process::Command;

use anyhow::Result;

use crate::place;
use crate::report::Tally;
use crate::run::tests;
use crate::setup::{self, Need, Screen};
use crate::stage::{Remarks, skip};

pub fn readme(remarks: &mut Remarks) -> Result<Tally> {
    host("readme.py", remarks)
}

pub fn acoustics(remarks: &mut Remarks) -> Result<Tally> {
    host("acoustics.py", remarks)
}

pub fn rooms(remarks: &mut Remarks) -> Result<Tally> {
    let mut tally = host("rooms.py", remarks)?;
    tally.add(&host("shaping.py", remarks)?);
    Ok(tally)
}

pub fn pedalboard(remarks: &mut Remarks) -> Result<Tally> {
    host("pedalboard_vst3.py", remarks)
}

pub fn keys(remarks: &mut Remarks) -> Result<Tally> {
    let script = "keys_vst3.py";
    if let Err(error) = setup::packages(&[Need::Screen, Need::Manager]) {
        return Ok(skip(script, &error, remarks));
    }
    match Screen::start() {
        // The screen must outlive the script.
        Ok(screen) => host_on(&screen.display, script, remarks),
        Err(error) => Ok(skip(script, &error, remarks)),
    }
}

pub fn dawdreamer(remarks: &mut Remarks) -> Result<Tally> {
    host("dawdreamer_vst3.py", remarks)
}

pub fn ardour(remarks: &mut Remarks) -> Result<Tally> {
    if let Err(error) = setup::packages(&[Need::Ardour]) {
        return Ok(skip("Ardour", &error, remarks));
    }
    host("ardour_vst3.py", remarks)
}

/// A screen that nobody has.
const NO_SCREEN: &str = ":65535";

/// One of the scripts in `tests/hosts` that open no window. Without a word they would look for a screen, and be
/// disturbed by whatever runs there.
fn host(script: &str, remarks: &mut Remarks) -> Result<Tally> {
    host_on(NO_SCREEN, script, remarks)
}

/// One of the scripts in `tests/hosts`, on what the bundle stage made.
fn host_on(display: &str, script: &str, remarks: &mut Remarks) -> Result<Tally> {
    let python = match setup::python() {
        Ok(python) => python,
        Err(error) => return Ok(skip(script, &error, remarks)),
    };
    let mut command = Command::new(python);
    command.arg(format!("tests/hosts/{script}"));
    command.arg("--cli").arg(place::cli());
    command.arg("--vst3").arg(place::vst3());
    command.env("DISPLAY", display);
    tests(&mut command, remarks)
}

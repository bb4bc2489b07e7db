//! `cargo xtask test windows`: the unit tests, the promises about sound and projects, and both of our hosts, built for
//! Windows and run by Wine.
//!
//! A program that hangs is ended after its time and counts as failed. Wine has a folder of its own under `target`: nothing
//! of the user's is read or written.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::place;
use crate::programs;
use crate::report::Tally;
use crate::run::must;
use crate::setup::{self, Need, Screen};
use crate::stage::{Remarks, skip};

use super::suites::{self, Suite, suite};

const TARGET: &str = "x86_64-pc-windows-gnu";

/// What runs a program for Windows.
const RUNNER: &str = "wine";

/// A library that Windows has and Wine 8 has not. The standard library takes its random numbers from there, so that no
/// program would start.
const RANDOM: &str = "\
#include <windows.h>
#include <ntsecapi.h>
BOOL WINAPI ProcessPrng(PBYTE bytes, SIZE_T count) {
    return RtlGenRandom(bytes, (ULONG)count);
}
";

const SUITES: &[Suite] = &[
    suite("anteroom-exchange", "anteroom_exchange", 120),
    suite("anteroom-convolver", "anteroom_convolver", 120),
    suite("anteroom-convolver", "convolver", 180),
    suite("anteroom-impulse", "anteroom_impulse", 180),
    suite("anteroom-impulse", "shapes", 120),
    suite("anteroom", "anteroom", 240),
    suite("anteroom", "processor", 120),
    suite("anteroom", "instance", 120),
    suite("anteroom", "files", 120),
    suite("anteroom", "recall", 180),
    suite("anteroom", "project_bounce", 120),
    suite("anteroom", "golden", 300),
    suite("anteroom", "clap_host", 300),
    suite("anteroom", "vst3_host", 300),
    Suite {
        left_out: &[(
            "a_number_is_typed_into_its_field",
            "the field opens, but the digits did not arrive; the reason is not known",
        )],
        ..suite("anteroom", "win32", 400)
    },
    suite("anteroom", "leftovers", 180),
];

pub fn windows(remarks: &mut Remarks) -> Result<Tally> {
    let needs = [Need::Windows, Need::Screen];
    if let Err(error) = setup::packages(&needs).and_then(|()| setup::targets(&[TARGET])) {
        return Ok(skip("Windows", &error, remarks));
    }
    let programs = programs::build_by(|| {
        let mut command = suites::build(TARGET, SUITES);
        // What rooms and shaping transform by is slow without.
        for name in ["rustfft", "realfft"] {
            let option = format!("profile.dev.package.{name}.opt-level=2");
            command.args(["--config", &option]);
        }
        command
    })?;
    let wine = Wine::start()?;
    let prepare = |command: &mut Command| {
        wine.set(command);
    };
    suites::run(SUITES, &programs, &[RUNNER], prepare, remarks)
}

/// A Wine with a folder and a screen of its own. What still runs in it ends with the value.
struct Wine {
    folder: PathBuf,
    screen: Screen,
}

impl Wine {
    fn start() -> Result<Self> {
        let wine = Self {
            folder: place::target().join("wine"),
            screen: Screen::start()?,
        };
        let system = wine.folder.join("drive_c/windows/system32");
        if !system.join("kernel32.dll").exists() {
            std::fs::create_dir_all(&wine.folder)?;
            let mut boot = Command::new("timeout");
            boot.args(["-k", "10", "300", RUNNER, "wineboot", "--init"]);
            must(wine.set(&mut boot))?;
        }
        let random = system.join("bcryptprimitives.dll");
        if !random.exists() {
            let source = wine.folder.join("bcryptprimitives.c");
            std::fs::write(&source, RANDOM)?;
            let mut compiler = Command::new("x86_64-w64-mingw32-gcc");
            compiler.args(["-shared", "-O1", "-o"]).arg(&random);
            compiler.arg(&source).arg("-ladvapi32");
            must(&mut compiler).context("could not make what Wine lacks")?;
        }
        Ok(wine)
    }

    /// Has a command run in here.
    fn set<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command
            .env("WINEPREFIX", &self.folder)
            .env("WINEARCH", "win64")
            // It would say what it lacks, for every program anew.
            .env("WINEDEBUG", "-all")
            // No program of ours needs these, and without them nothing is asked about installing them.
            .env("WINEDLLOVERRIDES", "mscoree,mshtml=")
            // Names of files may have any letter.
            .env("LC_ALL", "C.UTF-8")
            .env("DISPLAY", &self.screen.display)
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
    }
}

impl Drop for Wine {
    fn drop(&mut self) {
        // The server of this folder alone, and who is connected to it. If there is none, nothing runs.
        let mut end = Command::new("wineserver");
        let _ = self.set(end.arg("-k")).status();
    }
}

//! `cargo xtask test`: every check there is, one stage after the other.
//!
//! The order is by the price of a fault: what takes seconds comes first. Most stages share three builds:
//! metadata only (clippy, rustdoc), the dev profile (most tests), and the release profile (the bundles).
//! loom and the optimised tests have builds of their own; the latter of our packages alone.
//!
//! `ours` has the stages of what is ours, `hosts` those that are scripts, `package` the one that makes packages; `arm`,
//! `old`, `macos` and `windows` are other processors and systems, and `suites` is what those share that run our tests.

use crate::report::Tally;
use crate::run::{cargo, check};
use crate::setup;
use crate::stage::{self, Lane, Remarks, Stage, skip};
use crate::{bundle, demo, place};
use anyhow::Result;
use std::process::ExitCode;

mod arm;
mod hosts;
mod macos;
mod old;
mod ours;
mod package;
mod suites;
mod windows;

/// The libraries that stand alone.
const LIBRARIES: [&str; 3] = [
    "anteroom-exchange",
    "anteroom-convolver",
    "anteroom-impulse",
];

const STAGES: &[Stage] = &[
    Stage {
        name: "format",
        about: "rustfmt agrees with every file",
        lane: Lane::Both,
        work: ours::format,
    },
    Stage {
        name: "clippy",
        about: "no warning, with and without the plug-in",
        lane: Lane::Both,
        work: ours::clippy,
    },
    Stage {
        name: "units",
        about: "unit tests, and the promises that are shown in seconds",
        lane: Lane::Quick,
        work: ours::quick_tests,
    },
    Stage {
        name: "docs",
        about: "rustdoc has no warning",
        lane: Lane::Ours,
        work: ours::docs,
    },
    Stage {
        name: "tests",
        about: "unit tests, integration tests and doctests; our CLAP and VST3 hosts; the window",
        lane: Lane::Ours,
        work: ours::dev_tests,
    },
    Stage {
        name: "loom",
        about: "the layer's types of atomics, in the orders that two or three preemptions make",
        lane: Lane::Ours,
        work: ours::loom,
    },
    Stage {
        name: "examples",
        about: "the libraries' programs run",
        lane: Lane::Ours,
        work: ours::examples,
    },
    Stage {
        name: "bundle",
        about: "the CLAP and the VST3",
        lane: Lane::Others,
        work: bundles,
    },
    Stage {
        name: "demo",
        about: "the CLAP from its file in a host of our own",
        lane: Lane::Others,
        work: demo_runs,
    },
    Stage {
        name: "readme",
        about: "its command lines and its table are true",
        lane: Lane::Others,
        work: hosts::readme,
    },
    Stage {
        name: "release",
        about: "the layer's rows and the engines again, optimised",
        lane: Lane::Others,
        work: ours::release_tests,
    },
    Stage {
        name: "targets",
        about: "the exchange layer and the engine compile for other systems",
        lane: Lane::Others,
        work: targets,
    },
    Stage {
        name: "packages",
        about: "the libraries can be published",
        lane: Lane::Others,
        work: packages,
    },
    Stage {
        name: "old",
        about: "the program on an x86-64 processor without AVX, imitated",
        lane: Lane::Others,
        work: old::old,
    },
    Stage {
        name: "package",
        about: "the archive and the Debian package, in a system where nothing else is installed",
        lane: Lane::Others,
        work: package::packages,
    },
    Stage {
        name: "acoustics",
        about: "reverberation times beside an independent program's",
        lane: Lane::Others,
        work: hosts::acoustics,
    },
    Stage {
        name: "rooms",
        about: "built-in rooms and the shaping of impulses, measured by scripts of our own",
        lane: Lane::Others,
        work: hosts::rooms,
    },
    Stage {
        name: "pedalboard",
        about: "the VST3 in a JUCE host, offline",
        lane: Lane::Others,
        work: hosts::pedalboard,
    },
    Stage {
        name: "keys",
        about: "the keyboard in a JUCE host's window, with a window manager and without",
        lane: Lane::Others,
        work: hosts::keys,
    },
    Stage {
        name: "dawdreamer",
        about: "the VST3 in a JUCE host, automated",
        lane: Lane::Others,
        work: hosts::dawdreamer,
    },
    Stage {
        name: "ardour",
        about: "the VST3 in Ardour, saved and exported",
        lane: Lane::Others,
        work: hosts::ardour,
    },
    Stage {
        name: "arm",
        about: "the layer, the engine and the sound on 64-bit Arm, imitated: the same bits",
        lane: Lane::Systems,
        work: arm::arm,
    },
    Stage {
        name: "windows",
        about: "the plug-in on Windows, imitated by Wine: the same bits, files, projects, hosts and windows",
        lane: Lane::Systems,
        work: windows::windows,
    },
    Stage {
        name: "macos",
        about: "the plug-in, its editor and the program compile for macOS",
        lane: Lane::Systems,
        work: macos::macos,
    },
];

/// `test`, `test all`, `test rest`, `test systems`, `test quick`, `test STAGE...`, `test --list`.
pub fn command(words: &[String]) -> Result<ExitCode> {
    stage::run(STAGES, words)
}

/// Each library is packed and built from what is in the package, as its users get it.
fn packages(_: &mut Remarks) -> Result<Tally> {
    let mut tally = Tally::default();
    for name in LIBRARIES {
        // What is not committed is packed as well: that is no fault of the package.
        let words = ["package", "--allow-dirty", "--package", name];
        tally.add(&check(&mut cargo(&words))?);
    }
    Ok(tally)
}

/// The systems that the exchange layer and the engine are for, beside this one.
const TARGETS: [&str; 4] = [
    "wasm32-unknown-unknown",
    "x86_64-pc-windows-gnu",
    "aarch64-unknown-linux-gnu",
    "aarch64-apple-darwin",
];

fn targets(remarks: &mut Remarks) -> Result<Tally> {
    if let Err(error) = setup::targets(&TARGETS) {
        return Ok(skip("other systems", &error, remarks));
    }
    let mut tally = Tally::default();
    for target in TARGETS {
        let words = [
            "check",
            "--package",
            "anteroom-exchange",
            "--package",
            "anteroom-convolver",
            "--target",
            target,
        ];
        tally.add(&check(&mut cargo(&words))?);
    }
    Ok(tally)
}

fn bundles(_: &mut Remarks) -> Result<Tally> {
    bundle::release()?;
    let mut tally = Tally::default();
    for made in [place::clap(), place::vst3(), place::presets()] {
        println!(
            "{} {}",
            if made.exists() { "ok   " } else { "FAIL " },
            place::short(&made)
        );
        tally.add(&Tally::one(made.exists()));
    }
    Ok(tally)
}

fn demo_runs(_: &mut Remarks) -> Result<Tally> {
    let mut tally = Tally::default();
    for heard in demo::make()? {
        for (held, what) in [
            (heard.latency == 0, "no latency"),
            (heard.finite, "every sample is finite"),
            (heard.rings, "the room rings after the last note"),
            (heard.level, "no offset, nothing below 20 Hz"),
            (heard.repeated, "played again it is the same, bit for bit"),
        ] {
            let word = if held { "ok   " } else { "FAIL " };
            println!("{word} {}: {what}", heard.what);
            tally.add(&Tally::one(held));
        }
    }
    Ok(tally)
}

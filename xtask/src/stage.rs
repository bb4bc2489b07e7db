//! Stages: pieces of checking with a name, run in order, or those that were named.

use crate::report::{Report, Tally};
use anyhow::Result;
use std::process::ExitCode;

/// Lines to be repeated under the table.
pub type Remarks = Vec<String>;

/// One stage: its name, what it shows, and the work.
pub struct Stage(
    pub &'static str,
    pub &'static str,
    pub fn(&mut Remarks) -> Result<Tally>,
);

/// Runs the stages that `words` name, or all, or lists them.
pub fn run(stages: &[Stage], words: &[String]) -> Result<ExitCode> {
    if words.iter().any(|word| word == "--list") {
        for Stage(name, about, _) in stages {
            println!("{name:<14} {about}");
        }
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(word) = words
        .iter()
        .find(|word| !stages.iter().any(|stage| stage.0 == **word))
    {
        eprintln!("error: no stage named {word:?}; the same command with --list names them");
        return Ok(ExitCode::from(2));
    }
    let mut report = Report::default();
    for Stage(name, about, work) in stages {
        if words.is_empty() || words.iter().any(|word| word == name) {
            report.stage(name, about, *work);
        }
    }
    let strict = std::env::var_os("CI").is_some_and(|value| value == "true");
    Ok(match report.finish(strict) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

/// Something that can not be had here: named, counted, and a failure where nothing may be left out.
pub fn skip(what: &str, why: &anyhow::Error, remarks: &mut Remarks) -> Tally {
    let line = format!("skip {what}: {why:#}");
    println!("{line}");
    remarks.push(line);
    Tally {
        skipped: 1,
        ..Tally::default()
    }
}

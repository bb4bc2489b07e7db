//! Stages: pieces of checking with a name, run in order, or those that were asked for.

use crate::report::{Report, Tally};
use crate::times::Times;
use anyhow::Result;
use std::process::ExitCode;

/// Lines to be repeated under the table.
pub type Remarks = Vec<String>;

/// When a stage runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// Only in the quick run.
    Quick,
    /// In the quick run and in the ordinary one.
    Both,
    /// In the ordinary run: what is ours.
    Ours,
    /// Only when everything runs: what is installed and optimised, other people's hosts and programs.
    Others,
    /// Only when everything runs, and last: what is built once more and run as on another system.
    Systems,
}

/// One stage: its name, what it shows, when it runs, and the work.
#[derive(Debug)]
pub struct Stage {
    /// What it is called on the command line.
    pub name: &'static str,
    /// What it shows, in a line.
    pub about: &'static str,
    /// When it runs.
    pub lane: Lane,
    /// Does it.
    pub work: fn(&mut Remarks) -> Result<Tally>,
}

/// Runs the stages that `words` ask for: by name, `quick`, `all`, `rest` and `systems` (what `all` has beside the ordinary
/// run), or by nothing those of the ordinary run. `--list` lists them.
pub fn run(stages: &[Stage], words: &[String]) -> Result<ExitCode> {
    if words.iter().any(|word| word == "--list") {
        for Stage {
            name, about, lane, ..
        } in stages
        {
            println!("{name:<14} {:<7} {about}", lane.word());
        }
        return Ok(ExitCode::SUCCESS);
    }
    let chosen = match chosen(stages, words) {
        Ok(chosen) => chosen,
        Err(error) => {
            eprintln!("error: {error}");
            return Ok(ExitCode::from(2));
        }
    };
    let mut times = Times::read();
    println!("{}", announcement(&chosen, &times));
    let mut report = Report::default();
    for Stage {
        name, about, work, ..
    } in chosen
    {
        let time = report.stage(name, about, *work);
        times.note(name, time);
        times.write();
    }
    let strict = std::env::var_os("CI").is_some_and(|value| value == "true");
    Ok(match report.finish(strict) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

impl Lane {
    /// The run that a stage is first in, as on the command line.
    fn word(self) -> &'static str {
        match self {
            Self::Quick | Self::Both => "quick",
            Self::Ours => "",
            Self::Others | Self::Systems => "all",
        }
    }
}

fn chosen<'a>(stages: &'a [Stage], words: &[String]) -> Result<Vec<&'a Stage>, String> {
    let by = |wanted: fn(Lane) -> bool| stages.iter().filter(move |stage| wanted(stage.lane));
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    Ok(match words[..] {
        [] => by(|lane| matches!(lane, Lane::Both | Lane::Ours)).collect(),
        ["quick"] => by(|lane| matches!(lane, Lane::Quick | Lane::Both)).collect(),
        ["all"] => by(|lane| lane != Lane::Quick).collect(),
        ["rest"] => by(|lane| lane == Lane::Others).collect(),
        ["systems"] => by(|lane| lane == Lane::Systems).collect(),
        _ => {
            let named = |word: &&str| stages.iter().any(|stage| stage.name == *word);
            if let Some(word) = words.iter().find(|word| !named(word)) {
                return Err(format!(
                    "no stage named {word:?}; the same command with --list names them"
                ));
            }
            let all = stages.iter();
            all.filter(|stage| words.contains(&stage.name)).collect()
        }
    })
}

/// What will be done, and how long it took the last time.
fn announcement(chosen: &[&Stage], times: &Times) -> String {
    let mut lines = vec![format!("{} stages:", chosen.len())];
    let mut known = 0.0;
    for Stage { name, about, .. } in chosen {
        let last = times.last(name);
        known += last.unwrap_or(0.0);
        let last = last.map_or_else(
            || "not run here yet".to_owned(),
            |last| format!("{last:.0} s"),
        );
        lines.push(format!("  {name:<14} {about} ({last})"));
    }
    if known > 0.0 {
        lines.push(format!("The last time they took {:.0} min.", known / 60.0));
    }
    lines.join("\n")
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

#[cfg(test)]
mod tests {
    use super::*;

    fn stage(name: &'static str, lane: Lane) -> Stage {
        Stage {
            name,
            about: "",
            lane,
            work: |_| Ok(Tally::default()),
        }
    }

    #[test]
    fn each_run_has_its_stages() {
        let stages = [
            stage("format", Lane::Both),
            stage("units", Lane::Quick),
            stage("tests", Lane::Ours),
            stage("ardour", Lane::Others),
            stage("windows", Lane::Systems),
        ];
        let names = |words: &[&str]| {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            let chosen = chosen(&stages, &words)?;
            Ok::<_, String>(chosen.iter().map(|stage| stage.name).collect::<Vec<_>>())
        };
        assert_eq!(names(&[]).unwrap(), ["format", "tests"]);
        assert_eq!(names(&["quick"]).unwrap(), ["format", "units"]);
        assert_eq!(
            names(&["all"]).unwrap(),
            ["format", "tests", "ardour", "windows"]
        );
        assert_eq!(names(&["rest"]).unwrap(), ["ardour"]);
        assert_eq!(names(&["systems"]).unwrap(), ["windows"]);
        assert_eq!(names(&["ardour", "units"]).unwrap(), ["units", "ardour"]);
        assert!(
            names(&["units", "nothing"])
                .unwrap_err()
                .contains("nothing")
        );
    }
}

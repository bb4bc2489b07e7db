//! The test programs of the workspace, each run as cargo runs it. Those that mostly wait run beside the others.

use crate::report::Tally;
use crate::run::{cargo, must, tests, tests_beside};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A program that cargo has built from tests.
#[derive(Debug, PartialEq, Eq)]
pub struct Program {
    /// The target's name: that of a file in `tests`, or of a crate.
    pub name: String,
    file: PathBuf,
    /// The package's folder, in which cargo runs it.
    folder: PathBuf,
}

/// Builds the test programs of the whole workspace. What the compiler says is shown.
pub fn build() -> Result<Vec<Program>> {
    build_by(|| cargo(&["test", "--workspace", "--no-run"]))
}

/// Builds the test programs that a command of cargo builds.
pub fn build_by(command: impl Fn() -> Command) -> Result<Vec<Program>> {
    // Twice, because the compiler's words come as JSON too where the files do. The second time nothing is left to do.
    must(&mut command())?;
    let mut listing = command();
    listing.args(["--message-format", "json", "--quiet"]);
    let listed = listing.stderr(Stdio::inherit()).output();
    let listed = listed.context("could not list the test programs")?;
    let programs: Vec<_> = String::from_utf8_lossy(&listed.stdout)
        .lines()
        .filter_map(read)
        .collect();
    if programs.is_empty() {
        bail!("cargo names no test program");
    }
    Ok(programs)
}

/// Reads one of cargo's messages: a program, if it is about one that was built from tests.
fn read(message: &str) -> Option<Program> {
    let message: serde_json::Value = serde_json::from_str(message).ok()?;
    let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
    message["profile"]["test"].as_bool().filter(|test| *test)?;
    Some(Program {
        name: text(&message["target"]["name"])?,
        file: text(&message["executable"])?.into(),
        folder: Path::new(message["manifest_path"].as_str()?)
            .parent()?
            .to_owned(),
    })
}

impl Program {
    /// The command that runs it. Backtraces and the display are the caller's.
    pub fn command(&self) -> Command {
        self.command_by(&[])
    }

    /// The same, run by another program: its name and its options.
    pub fn command_by(&self, runner: &[&str]) -> Command {
        let mut command = match runner {
            [] => Command::new(&self.file),
            [runner, options @ ..] => {
                let mut command = Command::new(runner);
                command.args(options).arg(&self.file);
                command
            }
        };
        // Both as cargo does it.
        command.current_dir(&self.folder);
        command.env("CARGO_MANIFEST_DIR", &self.folder);
        command
    }

    /// The folder of its package.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

/// The same command, which leaves the processor to others that want it.
fn gently(command: &Command) -> Command {
    let mut nice = Command::new("nice");
    nice.args(["-n", "10"]);
    nice.arg(command.get_program()).args(command.get_args());
    if let Some(folder) = command.get_current_dir() {
        nice.current_dir(folder);
    }
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => nice.env(name, value),
            None => nice.env_remove(name),
        };
    }
    nice
}

/// Runs `programs` one after the other, and beside them those that mostly wait, one after the other as well. What these
/// say is shown at the end. They have the processor first: a window that is drawn late is no fault of its own.
pub fn run(
    programs: &mut [Command],
    waiting: &mut [Command],
    remarks: &mut Vec<String>,
) -> Result<Tally> {
    let mut tally = Tally::default();
    let alone = waiting.is_empty();
    std::thread::scope(|scope| {
        let beside = scope.spawn(|| {
            let mut remarks = Vec::new();
            let run = |command: &mut Command| tests_beside(command, &mut remarks);
            let counted: Result<Vec<_>> = waiting.iter_mut().map(run).collect();
            (counted, remarks)
        });
        for command in programs {
            println!("     Running {}", command.get_program().to_string_lossy());
            let counts = match alone {
                true => tests(command, remarks)?,
                false => tests(&mut gently(command), remarks)?,
            };
            tally.add(&counts);
        }
        let Ok((counted, more)) = beside.join() else {
            bail!("the programs beside the others were lost");
        };
        remarks.extend(more);
        for (counts, said) in counted? {
            print!("     Running beside them:\n{said}");
            tally.add(&counts);
        }
        Ok(tally)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gentle_command_is_the_same_but_for_its_priority() {
        let mut command = Command::new("sh");
        command.args(["-c", "nice; pwd; echo $SAID; echo ${HOME-none}"]);
        command
            .current_dir("/")
            .env("SAID", "so")
            .env_remove("HOME");
        let output = gently(&command).output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        let (nice, rest) = said.split_once('\n').unwrap();
        assert!(nice.parse::<i32>().unwrap() >= 10, "{nice}");
        assert_eq!(rest, "/\nso\nnone\n");
    }

    #[test]
    fn a_program_is_read_and_what_is_none_is_not() {
        let message = |test: bool, file: &str| {
            format!(
                r#"{{"reason":"compiler-artifact","manifest_path":"/a/b/Cargo.toml",
                "target":{{"name":"rows"}},"profile":{{"test":{test}}},"executable":{file}}}"#
            )
        };
        let program = Program {
            name: "rows".into(),
            file: "/t/rows-1".into(),
            folder: "/a/b".into(),
        };
        assert_eq!(read(&message(true, r#""/t/rows-1""#)), Some(program));
        assert_eq!(read(&message(false, r#""/t/rows-1""#)), None);
        assert_eq!(read(&message(true, "null")), None);
        assert_eq!(read("warning: no JSON"), None);
    }
}

//! Running other programs: their output is shown while they run, and their counts are read from it.

use crate::digest::Digest;
use crate::report::Tally;
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader, Read};
use std::process::{Command, ExitStatus, Stdio};

/// Runs `command` and gives every line to `seen` as it comes.
fn streamed(command: &mut Command, seen: impl Fn(&str) + Sync) -> Result<ExitStatus> {
    let name = command.get_program().to_string_lossy().into_owned();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("could not start {name}"))?;
    let (out, err) = (child.stdout.take(), child.stderr.take());
    std::thread::scope(|scope| {
        scope.spawn(|| copy(err, &seen));
        copy(out, &seen);
    });
    child
        .wait()
        .with_context(|| format!("could not wait for {name}"))
}

fn copy(from: Option<impl Read>, seen: &impl Fn(&str)) {
    let Some(from) = from else { return };
    let mut from = BufReader::new(from);
    let mut line = Vec::new();
    // Bytes, not strings: a crash may print anything.
    while let Ok(1..) = from.read_until(b'\n', &mut line) {
        let text = String::from_utf8_lossy(&line);
        seen(text.trim_end());
        line.clear();
    }
}

fn show(line: &str) {
    println!("{line}");
}

/// Runs a command that must succeed.
pub fn must(command: &mut Command) -> Result<()> {
    let status = streamed(command, show)?;
    if !status.success() {
        bail!("{} {status}", words(command));
    }
    Ok(())
}

/// Runs a command that is one check.
pub fn check(command: &mut Command) -> Result<Tally> {
    Ok(Tally::one(streamed(command, show)?.success()))
}

/// Runs a command and says whether it succeeded and what it said, on both of its outputs.
pub fn listened(command: &mut Command) -> Result<(bool, String)> {
    let said = Said::default();
    let status = streamed(command, |line| {
        show(line);
        said.add(line);
    })?;
    Ok((status.success(), said.text()))
}

/// What a program says, from both of its outputs.
#[derive(Default)]
struct Said(std::sync::Mutex<String>);

impl Said {
    fn add(&self, line: &str) {
        let mut text = self
            .0
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        text.push_str(line);
        text.push('\n');
    }

    fn text(self) -> String {
        let text = self.0.into_inner();
        text.unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// Runs a command that prints counts of its own. A run that fails without saying which test did, for instance by
/// a crash, counts as one failure more; a run without any count is a failure as well.
pub fn tests(command: &mut Command, remarks: &mut Vec<String>) -> Result<Tally> {
    counted(command, remarks, show)
}

/// The same for one that runs beside others: what it says is given back, to be shown when nobody else speaks.
pub fn tests_beside(command: &mut Command, remarks: &mut Vec<String>) -> Result<(Tally, String)> {
    let said = Said::default();
    let tally = counted(command, remarks, |line| said.add(line))?;
    Ok((tally, said.text()))
}

fn counted(
    command: &mut Command,
    remarks: &mut Vec<String>,
    say: impl Fn(&str) + Sync,
) -> Result<Tally> {
    let sum = std::sync::Mutex::new((None, Digest::default()));
    let status = streamed(command, |line| {
        say(line);
        let mut sum = sum.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(tally) = Tally::read(line) {
            sum.0.get_or_insert_with(Tally::default).add(&tally);
        }
        sum.1.line(line);
    })?;
    let (counts, digest) = sum
        .into_inner()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    let nothing = counts.is_none();
    let mut tally = counts.unwrap_or_default();
    if !status.success() && tally.failed == 0 {
        tally.failed = 1;
        remarks.push(format!("{}: {status}", words(command)));
    } else if nothing {
        bail!("{} counted no test", words(command));
    }
    remarks.extend(digest.lines);
    Ok(tally)
}

/// A command as one would type it.
fn words(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

/// `cargo` with the given words.
pub fn cargo(words: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(words);
    command
}

//! Running other programs: their output is shown while they run, and their counts are read from it.

use crate::digest::Digest;
use crate::report::Tally;
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader, Read};
use std::process::{Command, ExitStatus, Stdio};

/// Runs `command`, shows every line as it comes, and gives each to `seen`.
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
        let text = text.trim_end();
        println!("{text}");
        seen(text);
        line.clear();
    }
}

/// Runs a command that must succeed.
pub fn must(command: &mut Command) -> Result<()> {
    let status = streamed(command, |_| ())?;
    if !status.success() {
        bail!("{} {status}", words(command));
    }
    Ok(())
}

/// Runs a command that is one check.
pub fn check(command: &mut Command) -> Result<Tally> {
    Ok(Tally::one(streamed(command, |_| ())?.success()))
}

/// Runs a command and says whether it succeeded and what it said, on both of its outputs.
pub fn listened(command: &mut Command) -> Result<(bool, String)> {
    let said = std::sync::Mutex::new(String::new());
    let status = streamed(command, |line| {
        let mut said = said.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        said.push_str(line);
        said.push('\n');
    })?;
    let said = said
        .into_inner()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    Ok((status.success(), said))
}

/// Runs a command that prints counts of its own. A run that fails without saying which test did, for instance by
/// a crash, counts as one failure more; a run that counts nothing at all is a failure as well.
pub fn tests(command: &mut Command, remarks: &mut Vec<String>) -> Result<Tally> {
    let sum = std::sync::Mutex::new((Tally::default(), Digest::default()));
    let status = streamed(command, |line| {
        let mut sum = sum.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(tally) = Tally::read(line) {
            sum.0.add(&tally);
        }
        sum.1.line(line);
    })?;
    let (mut tally, digest) = sum
        .into_inner()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    if !status.success() && tally.failed == 0 {
        tally.failed = 1;
        remarks.push(format!("{}: {status}", words(command)));
    }
    if tally == Tally::default() {
        bail!("{} ran no test", words(command));
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

//! Counting: what one stage found, and the table at the end of a run.

use std::time::{Duration, Instant};

/// What a stage found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Tests that ran and held.
    pub passed: usize,
    /// Tests that ran and did not.
    pub failed: usize,
    /// Tests that could not run here.
    pub skipped: usize,
}

impl Tally {
    /// One check that held or did not.
    pub fn one(held: bool) -> Self {
        Self {
            passed: usize::from(held),
            failed: usize::from(!held),
            skipped: 0,
        }
    }

    /// Adds another stage's counts.
    pub fn add(&mut self, other: &Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }

    /// Reads a line that sums up a run: libtest's `test result: ok. 3 passed; 0 failed; 1 ignored; ...`
    /// or our own scripts' `3 passed, 0 failed, 1 skipped`.
    pub fn read(line: &str) -> Option<Self> {
        let line = line.trim();
        let (counts, own) = match line.strip_prefix("test result: ") {
            Some(rest) => (rest.split_once(". ")?.1, false),
            None => (line, true),
        };
        let mut tally = Self::default();
        let mut found = 0;
        for part in counts.split([',', ';']) {
            let Some((number, word)) = part.trim().split_once(' ') else {
                continue;
            };
            let count = match word {
                "passed" => &mut tally.passed,
                "failed" => &mut tally.failed,
                "ignored" | "skipped" => &mut tally.skipped,
                _ if own => return None,
                _ => continue,
            };
            *count = number.parse().ok()?;
            found += 1;
        }
        (found >= 2).then_some(tally)
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            passed,
            failed,
            skipped,
        } = self;
        write!(f, "{passed} passed, {failed} failed, {skipped} skipped")
    }
}

/// What a stage has found, and what it took.
#[derive(Debug)]
struct Row {
    name: String,
    tally: Tally,
    time: Duration,
    /// Seconds of all processors together, where the system says so: they tell a slow stage from a busy machine.
    processors_s: Option<f64>,
}

/// The stages that have run, with their counts and times.
#[derive(Debug, Default)]
pub struct Report {
    rows: Vec<Row>,
    remarks: Vec<String>,
}

impl Report {
    /// Runs one stage, prints its heading and its summary, and keeps the counts. Returns how long it took.
    pub fn stage(
        &mut self,
        name: &str,
        about: &str,
        work: impl FnOnce(&mut Vec<String>) -> anyhow::Result<Tally>,
    ) -> Duration {
        println!("\n== {name}: {about}");
        let start = Instant::now();
        let processors = processor_time();
        let tally = work(&mut self.remarks).unwrap_or_else(|error| {
            println!("{name}: {error:#}");
            self.remarks.push(format!("{name}: {error:#}"));
            Tally::one(false)
        });
        let time = start.elapsed();
        println!("-- {name}: {tally} ({:.0} s)", time.as_secs_f64());
        self.rows.push(Row {
            name: name.to_owned(),
            tally,
            time,
            processors_s: processor_time()
                .zip(processors)
                .map(|(end, start)| end - start),
        });
        time
    }

    /// Prints the table and, last and alone on its line, the sum. Returns whether all is well.
    ///
    /// With `strict` a skip is a failure too: on a machine that is set up for it nothing may be left out.
    pub fn finish(self, strict: bool) -> bool {
        let mut sum = Tally::default();
        println!(
            "\n{:<14} {:>6} {:>6} {:>7} {:>7} {:>10}",
            "stage", "passed", "failed", "skipped", "time", "processors"
        );
        for Row {
            name,
            tally,
            time,
            processors_s,
        } in &self.rows
        {
            let Tally {
                passed,
                failed,
                skipped,
            } = tally;
            let seconds = time.as_secs_f64();
            let processors = processors_s.map(|seconds| format!("{seconds:.0} s"));
            println!(
                "{name:<14} {passed:>6} {failed:>6} {skipped:>7} {seconds:>5.0} s {:>10}",
                processors.unwrap_or_default()
            );
            sum.add(tally);
        }
        for remark in &self.remarks {
            println!("{remark}");
        }
        if strict && sum.skipped > 0 {
            println!("a skip is a failure here (CI is set)");
        }
        println!("{} tests ran", sum.passed + sum.failed);
        println!("{sum}");
        sum.failed == 0 && !(strict && sum.skipped > 0)
    }
}

/// What the programs that we have started and waited for have taken of all processors, in seconds. Linux says it.
fn processor_time() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    children_s(&stat)
}

/// Reads it off the line: behind the name in brackets the 14th and the 15th number are hundredths of seconds, of the
/// children in the program and in the kernel (proc(5)).
fn children_s(stat: &str) -> Option<f64> {
    let (_, behind) = stat.rsplit_once(')')?;
    let mut numbers = behind.split_whitespace().skip(13);
    let mut next = || numbers.next()?.parse::<f64>().ok();
    Some((next()? + next()?) / 100.0)
}

#[cfg(test)]
mod tests {
    use super::{Tally, children_s};

    #[test]
    fn the_time_of_children_is_read() {
        let stat = "12 (a b) c) S 1 2 3 4 5 6 7 8 9 10 11 12 1250 250 20 0";
        assert_eq!(children_s(stat), Some(15.0));
        assert_eq!(children_s("12 (a) S 1"), None);
    }

    fn tally(passed: usize, failed: usize, skipped: usize) -> Option<Tally> {
        Some(Tally {
            passed,
            failed,
            skipped,
        })
    }

    #[test]
    fn reads_what_libtest_and_our_scripts_print() {
        let libtest = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 7 filtered out; finished in 0.01s";
        assert_eq!(Tally::read(libtest), tally(12, 3, 1));
        assert_eq!(Tally::read("4 passed, 0 failed, 2 skipped"), tally(4, 0, 2));
        assert_eq!(Tally::read("4 passed, 1 failed"), tally(4, 1, 0));
    }

    #[test]
    fn other_lines_are_not_counted() {
        for line in [
            "",
            "test a ... ok",
            "running 3 tests",
            "3 passed",
            "saw 3 passed, 0 failed, oddly",
            "1 dog, 2 cats",
        ] {
            assert_eq!(Tally::read(line), None, "{line}");
        }
    }
}

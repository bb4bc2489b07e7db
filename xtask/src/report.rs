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

/// The stages that have run, with their counts and times.
#[derive(Debug, Default)]
pub struct Report {
    rows: Vec<(String, Tally, Duration)>,
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
        let tally = work(&mut self.remarks).unwrap_or_else(|error| {
            println!("{name}: {error:#}");
            self.remarks.push(format!("{name}: {error:#}"));
            Tally::one(false)
        });
        let time = start.elapsed();
        println!("-- {name}: {tally} ({:.0} s)", time.as_secs_f64());
        self.rows.push((name.to_owned(), tally, time));
        time
    }

    /// Prints the table and, last and alone on its line, the sum. Returns whether all is well.
    ///
    /// With `strict` a skip is a failure too: on a machine that is set up for it nothing may be left out.
    pub fn finish(self, strict: bool) -> bool {
        let mut sum = Tally::default();
        println!(
            "\n{:<14} {:>6} {:>6} {:>7} {:>7}",
            "stage", "passed", "failed", "skipped", "time"
        );
        for (name, tally, time) in &self.rows {
            let Tally {
                passed,
                failed,
                skipped,
            } = tally;
            let seconds = time.as_secs_f64();
            println!("{name:<14} {passed:>6} {failed:>6} {skipped:>7} {seconds:>5.0} s");
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

#[cfg(test)]
mod tests {
    use super::Tally;

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

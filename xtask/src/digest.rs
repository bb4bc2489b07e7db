//! What of a long log is repeated under the table: what failed and why, and what was left out. The end of a log is
//! often all that is kept of it.

/// A test that failed says this much about it here; the rest stands further up.
const REASON: usize = 12;

/// Picks lines.
#[derive(Debug, Default)]
pub struct Digest {
    /// The picked lines, in the order in which they came.
    pub lines: Vec<String>,
    /// While a reason is being told: as many lines may still be taken of it.
    reason: Option<usize>,
}

impl Digest {
    /// Looks at the next line.
    pub fn line(&mut self, line: &str) {
        // libtest tells the reasons between such a heading and the bare list of names.
        let heading = line.starts_with("---- ") && line.ends_with(" ----");
        // What a test has printed comes before what it died of.
        let panic = self.reason.is_some() && line.starts_with("thread '");
        if heading || panic {
            self.reason = Some(REASON);
        } else if line == "failures:" {
            self.reason = None;
        }
        if remarkable(line) {
            self.lines.push(line.to_owned());
        } else if let Some(left @ 1..) = &mut self.reason
            && !line.is_empty()
        {
            *left -= 1;
            self.lines.push(line.to_owned());
        }
    }
}

fn remarkable(line: &str) -> bool {
    let libtest =
        line.starts_with("test ") && (line.ends_with("FAILED") || line.contains("... ignored"));
    // A program that dies after its last test, for instance in a destructor, has no line but cargo's.
    let cargo = [
        "error: test failed",
        "error: doctest failed",
        "error: could not compile",
    ]
    .iter()
    .any(|start| line.starts_with(start))
        || line.contains("process didn't exit successfully");
    libtest || cargo || line.starts_with("FAIL ") || line.starts_with("skip ")
}

#[cfg(test)]
mod tests {
    use super::{Digest, REASON};

    fn digest(log: &str) -> Vec<String> {
        let mut digest = Digest::default();
        log.lines().for_each(|line| digest.line(line));
        digest.lines
    }

    #[test]
    fn a_test_that_failed_is_named_with_its_reason() {
        let log = "running 2 tests\ntest a ... ok\ntest b ... FAILED\n\nfailures:\n\n---- b stdout ----\n\n\
                   thread 'b' panicked at src/b.rs:1:1:\nwrong\n\n\nfailures:\n    b\n\n\
                   test result: FAILED. 1 passed; 1 failed; 0 ignored";
        let kept = [
            "test b ... FAILED",
            "---- b stdout ----",
            "thread 'b' panicked at src/b.rs:1:1:",
            "wrong",
        ];
        assert_eq!(digest(log), kept);
    }

    #[test]
    fn a_long_reason_is_cut_but_not_what_it_died_of() {
        let more = "more\n".repeat(100);
        let log = format!("---- b stdout ----\n{more}thread 'b' panicked at src/b.rs:1:1:\nwrong");
        let kept = digest(&log);
        assert_eq!(kept.len(), REASON + 2);
        assert_eq!(kept.last().map(String::as_str), Some("wrong"));
    }

    #[test]
    fn what_died_after_its_last_test_and_what_was_left_out_is_kept() {
        for line in [
            "  process didn't exit successfully: `window` (signal: 11, SIGSEGV: invalid memory reference)",
            "error: test failed, to rerun pass `--test window`",
            "error: doctest failed, to rerun pass `--doc`",
            "error: could not compile `anteroom` (lib) due to 1 previous error",
            "test b ... ignored, there is no screen",
            "FAIL  no latency",
            "skip  Ardour",
        ] {
            assert_eq!(digest(line), [line]);
        }
    }

    #[test]
    fn what_went_well_is_not_repeated() {
        let log = "\ntest a ... ok\nok    no latency\n4 passed, 0 failed, 2 skipped\nfailures:";
        assert!(digest(log).is_empty());
    }
}

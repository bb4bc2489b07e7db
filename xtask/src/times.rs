//! How long each stage took the last time, kept in the target folder.

use crate::place;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

/// Seconds by the stage's name.
#[derive(Debug, Default)]
pub struct Times(BTreeMap<String, f64>);

fn file() -> PathBuf {
    place::target().join("stage-times.txt")
}

impl Times {
    /// What was noted here before; nothing if there is no such file.
    pub fn read() -> Self {
        Self::of(&std::fs::read_to_string(file()).unwrap_or_default())
    }

    fn of(text: &str) -> Self {
        let row = |line: &str| {
            let (name, seconds) = line.split_once(' ')?;
            Some((name.to_owned(), seconds.parse().ok()?))
        };
        Self(text.lines().filter_map(row).collect())
    }

    fn text(&self) -> String {
        let rows = self.0.iter();
        rows.map(|(name, seconds)| format!("{name} {seconds:.1}\n"))
            .collect()
    }

    /// Keeps them for the next time. Without a place to keep them nothing is lost but this.
    pub fn write(&self) {
        let _ = std::fs::write(file(), self.text());
    }

    /// Notes how long a stage took.
    pub fn note(&mut self, name: &str, time: Duration) {
        self.0.insert(name.to_owned(), time.as_secs_f64());
    }

    /// How long it took the last time, in seconds.
    pub fn last(&self, name: &str) -> Option<f64> {
        self.0.get(name).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::Times;
    use std::time::Duration;

    #[test]
    fn what_is_noted_is_read_again_and_damage_is_passed_over() {
        let mut times = Times::of("clippy 12.5\nnonsense\ntests many\n");
        times.note("tests", Duration::from_millis(90_500));
        let times = Times::of(&times.text());
        assert_eq!(
            (
                times.last("clippy"),
                times.last("tests"),
                times.last("loom")
            ),
            (Some(12.5), Some(90.5), None)
        );
    }
}

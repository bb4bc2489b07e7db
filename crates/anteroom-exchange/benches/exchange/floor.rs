//! The least time of an operation, found in turns with all others.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// Operations between two looks at the clock.
const TIMES: u32 = 50_000;

/// One operation of one candidate.
pub struct Row<'a> {
    /// What is done.
    pub work: &'static str,
    /// Who does it.
    pub by: &'static str,
    /// Nanoseconds for one operation, the least found.
    pub best: f64,
    /// Does it so many times.
    batch: Box<dyn FnMut(u32) -> Duration + 'a>,
}

/// A row; `operation` tells whether it did its work, which is asserted before anything is timed.
pub fn row<'a>(
    work: &'static str,
    by: &'static str,
    mut operation: impl FnMut() -> bool + 'a,
) -> Row<'a> {
    for _ in 0..1000 {
        assert!(operation(), "{work}, {by}: does not do its work");
    }
    let batch = move |times| {
        let start = Instant::now();
        for _ in 0..times {
            black_box(operation());
        }
        start.elapsed()
    };
    Row {
        work,
        by,
        best: f64::INFINITY,
        batch: Box::new(batch),
    }
}

/// Runs all rows, one after the other, `rounds` times over, and keeps the least time of each.
pub fn measure(rows: &mut [Row], rounds: usize) {
    for _ in 0..rounds {
        for row in &mut *rows {
            let time = (row.batch)(TIMES).as_secs_f64() * 1e9 / f64::from(TIMES);
            row.best = row.best.min(time);
        }
    }
}

/// The time of one row.
pub fn nanoseconds(rows: &[Row], work: &str, by: &str) -> f64 {
    rows.iter()
        .find(|row| row.work == work && row.by == by)
        .map_or(f64::NAN, |row| row.best)
}

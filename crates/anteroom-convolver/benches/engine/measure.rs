//! One engine on one scenario: checked, then timed.

use std::{fs, hint::black_box, path::Path, time::Instant};

use anteroom_convolver::Convolver;
use serde_json::{Value, json};

use super::{
    estimator::{Shortest, Spread, run_period},
    options::Options,
    oracle::error_db,
    scenario::{PERIOD, Scenario, stereo_noise},
};

/// What was found out about one engine. Times in nanoseconds.
#[derive(Clone, Debug)]
pub struct Found {
    pub scenario: Scenario,
    pub engine: &'static str,
    pub spread: Spread,
    /// Runs over the same input.
    pub runs: usize,
    /// Against double precision, dB below full scale.
    pub error_db: f64,
    pub preparation: f64,
    /// None where it can not be told.
    pub bytes: Option<usize>,
    /// How the response is cut, or what else is to be known.
    pub note: String,
}

impl Found {
    /// A time as a share of the block period, percent.
    pub fn share(&self, time: f64) -> f64 {
        100.0 * time / self.scenario.period()
    }

    pub fn worst_over_mean(&self) -> f64 {
        self.spread.worst / self.spread.mean
    }

    pub fn print(&self) {
        println!(
            "{:24} {:14} mean {:8.3} %  p99 {:8.3} %  worst {:8.3} %  worst/mean {:6.2}  {:7.1} us  error {:6.1} dB  {:>6} MB  prepared in {:6.1} ms  {:3} runs  {}",
            self.scenario.name(),
            self.engine,
            self.share(self.spread.mean),
            self.share(self.spread.p99),
            self.share(self.spread.worst),
            self.worst_over_mean(),
            self.spread.mean / 1e3,
            self.error_db,
            self.bytes
                .map_or("?".into(), |bytes| format!("{:.1}", bytes as f64 / 1e6)),
            self.preparation / 1e6,
            self.runs,
            self.note,
        );
    }

    pub fn json(&self) -> Value {
        json!({
            "seconds": self.scenario.seconds,
            "channels": self.scenario.channels,
            "block": self.scenario.block,
            "engine": self.engine,
            "mean_percent": self.share(self.spread.mean),
            "p99_percent": self.share(self.spread.p99),
            "worst_percent": self.share(self.spread.worst),
            "worst_over_mean": self.worst_over_mean(),
            "mean_us": self.spread.mean / 1e3,
            "error_dbfs": self.error_db,
            "bytes": self.bytes,
            "preparation_ms": self.preparation / 1e6,
            "runs": self.runs,
            "note": self.note,
        })
    }
}

/// Which engine, and how it is to be timed.
pub struct Subject<'a> {
    pub name: &'static str,
    /// Makes it from samples.
    pub prepare: &'a dyn Fn() -> Box<dyn Convolver>,
    /// Samples after which it does the same again.
    pub period: usize,
    /// Whether it works less until its whole history has been heard.
    pub warms_up: bool,
}

impl<'a> Subject<'a> {
    pub fn new(name: &'static str, prepare: &'a dyn Fn() -> Box<dyn Convolver>) -> Self {
        Self {
            name,
            prepare,
            period: PERIOD,
            warms_up: true,
        }
    }
}

/// Leaves the time of each block, nanoseconds, in a file in the folder that `ENGINE_TIMES` names: for a look at where the dear
/// blocks are.
pub fn write_times(name: &str, shortest: &Shortest) {
    if let Some(folder) = std::env::var_os("ENGINE_TIMES") {
        let path = Path::new(&folder).join(format!("{name}.txt"));
        let lines = shortest.times().into_iter().map(|time| format!("{time}\n"));
        if let Err(error) = fs::write(&path, lines.collect::<String>()) {
            eprintln!("{}: {error}", path.display());
        }
    }
}

/// Checks and times an engine.
pub fn measure(
    scenario: Scenario,
    options: Options,
    impulse: &[Vec<f32>],
    subject: &Subject<'_>,
) -> Found {
    let mut engine = (subject.prepare)();
    let repeats = if scenario.seconds > 10 { 1 } else { 4 };
    let preparation = (0..repeats)
        .map(|_| {
            let start = Instant::now();
            black_box((subject.prepare)());
            start.elapsed().as_nanos() as f64
        })
        .fold(f64::INFINITY, f64::min);

    let input = stereo_noise(subject.period);
    let mut output = vec![vec![0.0; subject.period]; 2];
    let quick = Options {
        cold: false,
        paced: false,
        ..options
    };
    let first = match subject.warms_up {
        true => 1 + engine.tail().div_ceil(subject.period),
        false => 2,
    };
    for _ in 0..first {
        let nothing = |_, _| ();
        run_period(
            &mut *engine,
            &input,
            &mut output,
            scenario.block,
            quick,
            nothing,
        );
    }
    let error_db = error_db(scenario, impulse, &input, &output, first * subject.period);
    assert!(
        error_db < -100.0,
        "{}, {}: wrong output, {error_db} dB",
        scenario.name(),
        subject.name
    );

    let mut shortest = Shortest::new(subject.period.div_ceil(scenario.block));
    let begin = Instant::now();
    let mut runs = 0;
    while runs < options.runs && (runs < 3 || begin.elapsed() < options.patience) {
        let note = |index, time| shortest.note(index, time);
        run_period(
            &mut *engine,
            &input,
            &mut output,
            scenario.block,
            options,
            note,
        );
        runs += 1;
    }
    write_times(&format!("{}, {}", subject.name, scenario.name()), &shortest);
    Found {
        scenario,
        engine: subject.name,
        spread: shortest.spread(),
        runs,
        error_db,
        preparation,
        bytes: None,
        note: String::new(),
    }
}

//! Instructions per block, which are the same on every run: counted by valgrind, with AVX2.

use std::{env, fs, path::Path, process::Command, time::Duration};

use anteroom_convolver::{Convolver, Isa};
use serde_json::{Value, json};

use super::{
    estimator::{Spread, run_period},
    options::Options,
    scenario::{CENTRAL, RATE, Scenario, stereo_noise},
};

/// Instructions per block, by valgrind, which runs this program, counts inside `measured_block` and writes
/// the sum down before the next one.
///
/// # Errors
/// What went wrong, for people.
pub fn callgrind(channels: usize) -> Result<Counted, String> {
    let scenario = Scenario {
        channels,
        ..CENTRAL
    };
    let sums = env::temp_dir().join(format!("anteroom-callgrind-{}", std::process::id()));
    fs::create_dir(&sums).map_err(|error| error.to_string())?;
    let counted = count_into(&sums, scenario);
    let _ = fs::remove_dir_all(&sums);
    let spread = Spread::of(counted?);
    Ok(Counted { scenario, spread })
}

/// Instructions per block.
pub struct Counted {
    pub scenario: Scenario,
    pub spread: Spread,
}

impl Counted {
    pub fn json(&self) -> Value {
        json!({
            "scenario": self.scenario.name(),
            "instructions": self.spread.mean,
            "worst": self.spread.worst,
            "worst_over_mean": self.spread.worst / self.spread.mean,
        })
    }
}

/// The instructions of each block that did anything; the files of valgrind go to `sums`.
fn count_into(sums: &Path, scenario: Scenario) -> Result<Vec<f64>, String> {
    let this = env::current_exe().map_err(|error| error.to_string())?;
    // Two patterns that are alike would be one to valgrind, so the second is the whole name.
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--toggle-collect=*measured_block*"])
        .args([
            "--dump-before=engine::estimator::measured_block",
            "--dump-line=no",
        ])
        .arg(format!("--callgrind-out-file={}/out", sums.display()))
        .arg(this)
        .args([
            "--under-callgrind",
            &scenario.seconds.to_string(),
            &scenario.channels.to_string(),
        ])
        .output()
        .map_err(|error| format!("valgrind: {error}"))?;
    if !output.status.success() {
        return Err("valgrind failed".into());
    }
    let mut counts = Vec::new();
    for entry in fs::read_dir(sums).map_err(|error| error.to_string())? {
        let file = entry.map_err(|error| error.to_string())?.path();
        let text = fs::read_to_string(file).map_err(|error| error.to_string())?;
        let sum = text
            .lines()
            .find_map(|line| line.strip_prefix("totals: ")?.trim().parse::<f64>().ok());
        counts.extend(sum.filter(|sum| *sum > 0.0));
    }
    let blocks = 2 * UNDER_CALLGRIND / scenario.block;
    if counts.len() == blocks {
        Ok(counts)
    } else {
        Err(format!(
            "valgrind counted {} blocks, not {blocks}",
            counts.len()
        ))
    }
}

/// Samples of a run under valgrind: a multiple of the largest partition.
const UNDER_CALLGRIND: usize = 1 << 16;

/// What runs under valgrind: two periods of the largest partitions, after the histories are full.
pub fn under_callgrind(numbers: &[usize]) {
    let [seconds, channels] = *numbers else {
        return;
    };
    let scenario = Scenario {
        seconds,
        channels,
        block: 64,
    };
    let mut engine = scenario.engine(&scenario.impulse(), Isa::best());
    let frames = UNDER_CALLGRIND;
    let input = stereo_noise(frames);
    let mut output = vec![vec![0.0; frames]; 2];
    for _ in 0..scenario.seconds * RATE / frames + 1 {
        let [left, right] = &mut output[..] else {
            return;
        };
        engine.process(&[&input[0], &input[1]], &mut [left, right]);
    }
    let options = Options {
        runs: 1,
        patience: Duration::ZERO,
        cold: false,
        paced: false,
        isa: Isa::best(),
    };
    for _ in 0..2 {
        run_period(&mut engine, &input, &mut output, 64, options, |_, _| ());
    }
}

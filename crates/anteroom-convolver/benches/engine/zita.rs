//! zita-convolver, which is under the GNU General Public License: a separate program that nothing of ours is linked
//! with, built here where its header is installed.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{
    estimator::Spread,
    measure::Found,
    options::Options,
    oracle::error_db,
    scenario::{PERIOD, Scenario, stereo_noise},
};

/// Its longest response, samples.
const LONGEST: usize = 1 << 20;

/// Its smallest partition, samples: smaller blocks would have latency.
const SMALLEST: usize = 64;

/// The program.
pub struct Zita {
    directory: PathBuf,
}

impl Drop for Zita {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.directory);
    }
}

impl Zita {
    /// Builds the program.
    ///
    /// # Errors
    /// Why it can not be built, in a word for people.
    pub fn build() -> Result<Self, String> {
        let headers = ["/usr/include", "/usr/local/include"].map(Path::new);
        if !headers
            .iter()
            .any(|folder| folder.join("zita-convolver.h").exists())
        {
            return Err("skipped, its header is not installed (libzita-convolver-dev)".into());
        }
        let directory = std::env::temp_dir().join(format!("anteroom-zita-{}", std::process::id()));
        let zita = Self { directory };
        fs::create_dir_all(&zita.directory).map_err(|error| error.to_string())?;
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/engine/zita.cpp");
        let built = Command::new("c++")
            .args(["-O2", "-Wall", "-o"])
            .arg(zita.directory.join("zita"))
            .arg(source)
            .args(["-lzita-convolver", "-lfftw3f", "-lpthread"])
            .output()
            .map_err(|error| format!("skipped, no compiler: {error}"))?;
        match built.status.success() {
            true => Ok(zita),
            false => Err(String::from_utf8_lossy(&built.stderr).into_owned()),
        }
    }

    /// Times it; None where it can not take part.
    ///
    /// # Errors
    /// What went wrong.
    pub fn measure(
        &self,
        scenario: Scenario,
        options: Options,
        impulse: &[Vec<f32>],
    ) -> Result<Option<Found>, String> {
        if scenario.taps() > LONGEST || scenario.block < SMALLEST {
            return Ok(None);
        }
        let input = stereo_noise(PERIOD);
        let file = |name: &str| self.directory.join(name);
        fs::write(file("impulse"), bytes(impulse)).map_err(|error| error.to_string())?;
        fs::write(file("input"), bytes(&input)).map_err(|error| error.to_string())?;
        let first = 1 + scenario.taps().div_ceil(PERIOD);
        let numbers = [
            scenario.channels,
            scenario.taps(),
            scenario.block,
            PERIOD,
            first,
            options.runs,
        ];
        let answer = Command::new(file("zita"))
            .arg(&self.directory)
            .args(numbers.map(|number| number.to_string()))
            .arg(options.patience.as_secs().to_string())
            .output()
            .map_err(|error| error.to_string())?;
        if !answer.status.success() {
            return Err(String::from_utf8_lossy(&answer.stderr).into_owned());
        }
        let text = String::from_utf8_lossy(&answer.stdout);
        let numbers: Vec<f64> = text.lines().filter_map(|line| line.parse().ok()).collect();
        let [preparation, memory, runs, cpu, times @ ..] = &numbers[..] else {
            return Err(format!("not understood: {text}"));
        };
        if times.len() != PERIOD / scenario.block {
            return Err(format!("{} blocks?", times.len()));
        }
        let output = fs::read(file("output")).map_err(|error| error.to_string())?;
        let output: Vec<f32> = output
            .chunks_exact(4)
            .map(|four| f32::from_le_bytes([four[0], four[1], four[2], four[3]]))
            .collect();
        let output: Vec<Vec<f32>> = output.chunks(PERIOD).map(<[f32]>::to_vec).collect();
        let heard = (first + *runs as usize) * PERIOD;
        let of_all = 100.0 * cpu / scenario.period();
        Ok(Some(Found {
            scenario,
            engine: "zita-convolver",
            spread: Spread::of(times.to_vec()),
            runs: *runs as usize,
            error_db: error_db(scenario, impulse, &input, &output, heard),
            preparation: *preparation,
            bytes: Some(*memory as usize),
            note: format!("waits for its threads; {of_all:.3} % on all of them"),
        }))
    }
}

fn bytes(channels: &[Vec<f32>]) -> Vec<u8> {
    let samples = channels.iter().flatten();
    samples.flat_map(|sample| sample.to_le_bytes()).collect()
}

//! What the engine costs, beside others, in one run: `cargo bench --bench engine -- [options]`.
//!
//! ```text
//! --only TEXT       scenarios whose name contains the text, for instance `10 s true stereo, 64`
//! --json            one JSON document instead of a table
//! --ours            only our engine
//! --runs K          runs over the same input (default 15)
//! --cold            4 MB are written between the callbacks, so that caches are cold
//! --paced           one callback each block period, as a host does
//! --signals         our engine on silence, denormal numbers, full scale: the cost must be the same
//! --reset           the cost of the block with a reset in it
//! --callgrind       instructions per block, mean and worst, counted by valgrind (with AVX2), 10 s, 64 frames
//! --isa NAME        portable, avx2, avx512 or neon instead of the best
//! ```
//!
//! The estimator: the same input runs K times through the same engine, with a period that all partitions
//! divide. For each block of the period the shortest time counts, so the machine's noise goes and the
//! engine's own spikes stay; then mean, 99th percentile and maximum over the blocks are taken. Before it is
//! timed, every engine's output is compared with the definition in double precision.
//!
//! The whole table takes about ten minutes. Without `--bench` (as `cargo test --benches` runs it) one small
//! scenario is run to see that everything works.

use std::{
    env, fs,
    hint::black_box,
    path::Path,
    process::{Command, ExitCode},
    time::{Duration, Instant},
};

use anteroom::convolution::{Convolver, Engine, Isa, Kernel, Layout, Matrix, Uniform};
use fft_convolver::{TwoStageFFTConvolver, compute_tail_block_size};
use serde_json::{Value, json};

const RATE: usize = 48_000;
/// Samples after which every engine does the same again.
const PERIOD: usize = 1 << 18;

#[derive(Clone, Copy, Debug)]
struct Scenario {
    seconds: usize,
    /// Channels of the impulse: 2 is stereo, 4 is true stereo.
    channels: usize,
    block: usize,
}

impl Scenario {
    fn name(&self) -> String {
        let layout = if self.channels == 4 {
            "true stereo"
        } else {
            "stereo"
        };
        format!("{} s {layout}, {}", self.seconds, self.block)
    }

    fn impulse(&self) -> Vec<Vec<f32>> {
        let taps = self.seconds * RATE;
        let channel = |channel: usize| {
            let mut samples = noise(channel as u64 + 1, taps);
            let decay = -6.9 / taps as f32;
            for (tap, sample) in samples.iter_mut().enumerate() {
                *sample *= (decay * tap as f32).exp();
            }
            let energy: f64 = samples
                .iter()
                .map(|sample| f64::from(*sample).powi(2))
                .sum();
            samples
                .iter_mut()
                .for_each(|sample| *sample /= energy.sqrt() as f32);
            samples
        };
        (0..self.channels).map(channel).collect()
    }

    fn matrix(&self) -> Matrix {
        Matrix::for_layout(Layout::Stereo, self.channels)
    }

    /// Block period, nanoseconds.
    fn period(&self) -> f64 {
        self.block as f64 / RATE as f64 * 1e9
    }
}

/// Deterministic noise in -0.5..0.5.
fn noise(seed: u64, count: usize) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1 << 24) as f32 - 0.5
    };
    (0..count).map(|_| next()).collect()
}

/// The crate's two-stage engine, one for each path.
struct Rival {
    paths: Vec<(usize, usize, TwoStageFFTConvolver<f32>)>,
    sum: Vec<f32>,
    tail: usize,
}

impl Rival {
    fn new(scenario: Scenario, impulse: &[Vec<f32>]) -> Self {
        let tail_block = compute_tail_block_size(scenario.block, impulse[0].len());
        let paths = scenario.matrix().paths.into_iter().map(|path| {
            let mut convolver = TwoStageFFTConvolver::default();
            convolver
                .init(scenario.block, tail_block, &impulse[path.channel])
                .expect("sizes are not 0");
            (path.input, path.output, convolver)
        });
        Self {
            paths: paths.collect(),
            sum: vec![0.0; scenario.block],
            tail: impulse[0].len(),
        }
    }
}

impl Convolver for Rival {
    fn inputs(&self) -> usize {
        2
    }

    fn outputs(&self) -> usize {
        2
    }

    fn tail(&self) -> usize {
        self.tail
    }

    fn process(&mut self, input: &[&[f32]], output: &mut [&mut [f32]]) {
        output.iter_mut().for_each(|channel| channel.fill(0.0));
        for (from, to, convolver) in &mut self.paths {
            let sum = &mut self.sum[..input[*from].len()];
            convolver
                .process(input[*from], sum)
                .expect("the lengths are the same");
            for (a, b) in output[*to].iter_mut().zip(sum) {
                *a += *b;
            }
        }
    }

    fn reset(&mut self) {
        self.paths.iter_mut().for_each(|path| path.2.reset());
    }
}

/// What is wanted.
#[derive(Clone, Copy, Debug)]
struct Options {
    runs: usize,
    cold: bool,
    paced: bool,
    isa: Isa,
}

/// What was found. Times in nanoseconds.
#[derive(Clone, Copy, Debug)]
struct Found {
    mean: f64,
    p99: f64,
    worst: f64,
    /// Against double precision, dB below full scale.
    error_db: f64,
    preparation: f64,
    bytes: usize,
}

/// Runs one block; a function of its own, so that valgrind can tell its instructions from all others.
#[inline(never)]
fn measured_block(engine: &mut dyn Convolver, input: &[&[f32]], output: &mut [&mut [f32]]) {
    engine.process(input, output);
}

/// One period of input through the engine; `each` gets the index and the time of each block.
fn run_period(
    engine: &mut dyn Convolver,
    input: &[Vec<f32>],
    output: &mut [Vec<f32>],
    block: usize,
    options: Options,
    mut each: impl FnMut(usize, Duration),
) {
    let [left, right] = output else { return };
    let mut trash = vec![0_u8; if options.cold { 4 << 20 } else { 0 }];
    let frames = input[0].len();
    let mut due = Instant::now();
    for (index, from) in (0..frames).step_by(block).enumerate() {
        let to = (from + block).min(frames);
        let heard = [&input[0][from..to], &input[1][from..to]];
        let mut answer = [&mut left[from..to], &mut right[from..to]];
        if options.cold {
            trash.fill(index as u8);
            black_box(&mut trash);
        }
        if options.paced {
            due += Duration::from_secs_f64(block as f64 / RATE as f64);
            while Instant::now() < due {
                std::thread::sleep(due.saturating_duration_since(Instant::now()));
            }
        }
        let start = Instant::now();
        measured_block(engine, &heard, &mut answer);
        each(index, start.elapsed());
    }
}

/// Largest error at some hundred samples of the last period, dB below full scale.
fn error_db(
    scenario: Scenario,
    impulse: &[Vec<f32>],
    input: &[Vec<f32>],
    output: &[Vec<f32>],
) -> f64 {
    let frames = input[0].len();
    let mut worst: f64 = 0.0;
    for check in 0..100 {
        let frame = check * 7919 % frames;
        for (index, channel) in output.iter().enumerate() {
            let mut truth = 0.0;
            for path in scenario
                .matrix()
                .paths
                .iter()
                .filter(|path| path.output == index)
            {
                let taps = &impulse[path.channel];
                // The input repeats, so the past is the same period again.
                let mut at = frame;
                for tap in taps {
                    truth += f64::from(*tap) * f64::from(input[path.input][at]);
                    at = if at == 0 { frames - 1 } else { at - 1 };
                }
            }
            worst = worst.max((truth - f64::from(channel[frame])).abs());
        }
    }
    20.0 * worst.max(1e-12).log10()
}

fn resident() -> usize {
    let pages = fs::read_to_string("/proc/self/statm")
        .ok()
        .and_then(|text| text.split_whitespace().nth(1)?.parse::<usize>().ok());
    pages.unwrap_or(0) * 4096
}

/// Checks and times an engine. `prepare` makes it from samples.
fn measure(
    scenario: Scenario,
    options: Options,
    period: usize,
    impulse: &[Vec<f32>],
    prepare: &dyn Fn() -> Box<dyn Convolver>,
) -> Found {
    let before = resident();
    let mut engine = prepare();
    let bytes = resident().saturating_sub(before);
    let repeats = if scenario.seconds > 10 { 2 } else { 4 };
    let preparation = (0..repeats)
        .map(|_| {
            let start = Instant::now();
            black_box(prepare());
            start.elapsed().as_nanos() as f64
        })
        .fold(f64::INFINITY, f64::min);

    let input = [noise(77, period), noise(78, period)];
    let mut output = vec![vec![0.0; period]; 2];
    let quick = Options {
        cold: false,
        paced: false,
        ..options
    };
    for _ in 0..=engine.tail().div_ceil(period) {
        run_period(
            &mut *engine,
            &input,
            &mut output,
            scenario.block,
            quick,
            |_, _| (),
        );
    }
    let error_db = error_db(scenario, impulse, &input, &output);
    assert!(
        error_db < -100.0,
        "{}: wrong output, {error_db} dB",
        scenario.name()
    );

    let mut best = vec![Duration::MAX; period.div_ceil(scenario.block)];
    for _ in 0..options.runs {
        run_period(
            &mut *engine,
            &input,
            &mut output,
            scenario.block,
            options,
            |index, time| {
                best[index] = best[index].min(time);
            },
        );
    }
    let mut times: Vec<f64> = best.iter().map(|time| time.as_nanos() as f64).collect();
    let mean = times.iter().sum::<f64>() / times.len() as f64;
    if let Ok(path) = env::var("ENGINE_TIMES") {
        let lines: String = times.iter().map(|time| format!("{time}\n")).collect();
        let _ = fs::write(path, lines);
    }
    times.sort_by(f64::total_cmp);
    let p99 = times[(times.len() - 1) * 99 / 100];
    Found {
        mean,
        p99,
        worst: times[times.len() - 1],
        error_db,
        preparation,
        bytes,
    }
}

fn ours(scenario: Scenario, impulse: &[Vec<f32>], isa: Isa) -> Engine {
    let kernel =
        Kernel::prepare_for(impulse, &scenario.matrix(), isa).expect("the impulse is sound");
    Engine::new(kernel)
}

fn report(scenario: Scenario, name: &str, found: Found, json: bool) -> Value {
    let share = |time: f64| 100.0 * time / scenario.period();
    if !json {
        println!(
            "{:24} {:14} mean {:8.3} %  p99 {:8.3} %  worst {:8.3} %  worst/mean {:6.2}  {:7.1} us  error {:6.1} dB  {:6.1} MB  prepared in {:6.1} ms",
            scenario.name(),
            name,
            share(found.mean),
            share(found.p99),
            share(found.worst),
            found.worst / found.mean,
            found.mean / 1e3,
            found.error_db,
            found.bytes as f64 / 1e6,
            found.preparation / 1e6,
        );
    }
    json!({
        "seconds": scenario.seconds, "channels": scenario.channels, "block": scenario.block, "engine": name,
        "mean_percent": share(found.mean), "p99_percent": share(found.p99), "worst_percent": share(found.worst),
        "worst_over_mean": found.worst / found.mean, "mean_us": found.mean / 1e3, "error_dbfs": found.error_db,
        "bytes": found.bytes, "preparation_ms": found.preparation / 1e6,
    })
}

/// All engines on one scenario.
fn compare(
    scenario: Scenario,
    options: Options,
    only_ours: bool,
    json: bool,
    all: &mut Vec<Value>,
) {
    let impulse = scenario.impulse();
    let mut found = measure(scenario, options, PERIOD, &impulse, &|| {
        Box::new(ours(scenario, &impulse, options.isa))
    });
    // Counted, as what an earlier engine has given back may be used again without growth; the rival's is the growth.
    let engine = ours(scenario, &impulse, options.isa);
    found.bytes = engine.kernel().bytes() + engine.bytes();
    let plan = engine.kernel().describe();
    drop(engine);
    let mut value = report(scenario, "anteroom", found, json);
    value["plan"] = plan.clone().into();
    all.push(value);
    if only_ours {
        if !json {
            println!("{:24} {plan}", "");
        }
        return;
    }
    // Others repeat themselves after a few thousand samples at most.
    let rival = measure(scenario, options, PERIOD, &impulse, &|| {
        Box::new(Rival::new(scenario, &impulse))
    });
    all.push(report(scenario, "fft-convolver", rival, json));
    if !json {
        let (mean, worst) = (rival.mean / found.mean, rival.worst / found.worst);
        println!(
            "{:24} mean 1/{mean:.1}, worst block 1/{worst:.0} of fft-convolver's; {plan}",
            ""
        );
    }
    // Partitions of one size are flat: a few blocks tell.
    if scenario.seconds <= 3 && scenario.block >= 64 {
        let few = Options {
            runs: options.runs.min(3),
            ..options
        };
        let uniform = || {
            Uniform::new(&impulse, &scenario.matrix(), scenario.block)
                .expect("the impulse is sound")
        };
        let found = measure(scenario, few, 1 << 13, &impulse, &|| Box::new(uniform()));
        all.push(report(scenario, "uniform", found, json));
    }
}

/// Our engine on input that may be treacherous.
fn signals(options: Options, all: &mut Vec<Value>) {
    let scenario = Scenario {
        seconds: 10,
        channels: 4,
        block: 64,
    };
    let impulse = scenario.impulse();
    let mut engine = ours(scenario, &impulse, options.isa);
    let mut output = vec![vec![0.0; PERIOD]; 2];
    let alternating = |value: f32| -> Vec<f32> {
        (0..PERIOD)
            .map(|n| if n % 3 == 0 { value } else { -value })
            .collect()
    };
    let decaying: Vec<f32> = noise(5, PERIOD)
        .iter()
        .zip(0..)
        .map(|(s, n)| s * (-0.0004 * n as f32).exp())
        .collect();
    let inputs = [
        ("noise", noise(5, PERIOD)),
        (
            "full scale",
            noise(5, PERIOD)
                .iter()
                .map(|sample| sample.signum())
                .collect(),
        ),
        ("silence", vec![0.0; PERIOD]),
        ("denormal", alternating(1e-40)),
        ("nearly denormal", alternating(2e-38)),
        ("very quiet", alternating(2e-15)),
        ("decay to nothing", decaying),
    ];
    for (name, samples) in inputs {
        let input = [samples.clone(), samples];
        let mut best = vec![Duration::MAX; PERIOD / scenario.block];
        for run in 0..options.runs + 2 {
            run_period(
                &mut engine,
                &input,
                &mut output,
                scenario.block,
                options,
                |index, time| {
                    if run >= 2 {
                        best[index] = best[index].min(time);
                    }
                },
            );
        }
        let mean = best.iter().map(Duration::as_nanos).sum::<u128>() as f64 / best.len() as f64;
        println!("{name:20} mean {:7.3} us", mean / 1e3);
        all.push(json!({ "signal": name, "mean_us": mean / 1e3 }));
    }
}

/// The block with a reset in it, beside the mean.
fn resets(options: Options, all: &mut Vec<Value>) {
    let scenario = Scenario {
        seconds: 10,
        channels: 4,
        block: 64,
    };
    let impulse = scenario.impulse();
    let mut engine = ours(scenario, &impulse, options.isa);
    let input = [noise(5, PERIOD), noise(6, PERIOD)];
    let mut output = vec![vec![0.0; PERIOD]; 2];
    let mut best = [Duration::MAX; 2];
    let mut blocks = vec![Duration::MAX; PERIOD / 64];
    for _ in 0..options.runs {
        run_period(
            &mut engine,
            &input,
            &mut output,
            64,
            options,
            |index, time| {
                blocks[index] = blocks[index].min(time);
            },
        );
        for (index, best) in best.iter_mut().enumerate() {
            let [left, right] = &mut output[..] else {
                return;
            };
            let start = Instant::now();
            if index == 0 {
                engine.reset();
            }
            engine.process(
                &[&input[0][..64], &input[1][..64]],
                &mut [&mut left[..64], &mut right[..64]],
            );
            *best = start.elapsed().min(*best);
        }
    }
    let mean = blocks.iter().map(Duration::as_nanos).sum::<u128>() as f64 / blocks.len() as f64;
    let [with, after] = best.map(|time| time.as_nanos() as f64);
    println!(
        "block with reset {:.2} us, block after it {:.2} us, mean {:.2} us",
        with / 1e3,
        after / 1e3,
        mean / 1e3
    );
    all.push(json!({ "reset_us": with / 1e3, "after_us": after / 1e3, "mean_us": mean / 1e3 }));
}

/// Instructions per block, by valgrind, which runs this program, counts inside [`measured_block`] and writes
/// the sum down before the next one.
fn callgrind(scenario: Scenario) -> Result<Value, String> {
    let sums = env::temp_dir().join(format!("anteroom-callgrind-{}", std::process::id()));
    fs::create_dir(&sums).map_err(|error| error.to_string())?;
    let counted = count_into(&sums, scenario);
    let _ = fs::remove_dir_all(&sums);
    let counts = counted?;
    let mean = counts.iter().sum::<f64>() / counts.len() as f64;
    let worst = counts.iter().copied().fold(0.0, f64::max);
    let (name, ratio) = (scenario.name(), worst / mean);
    Ok(json!({ "scenario": name, "instructions": mean, "worst": worst, "worst_over_mean": ratio }))
}

/// The instructions of each block that did anything; the files of valgrind go to `sums`.
fn count_into(sums: &Path, scenario: Scenario) -> Result<Vec<f64>, String> {
    let this = env::current_exe().map_err(|error| error.to_string())?;
    // Two patterns that are alike would be one to valgrind, so the second is the whole name.
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--toggle-collect=*measured_block*"])
        .args(["--dump-before=engine::measured_block", "--dump-line=no"])
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
fn under_callgrind(seconds: usize, channels: usize) {
    let scenario = Scenario {
        seconds,
        channels,
        block: 64,
    };
    let mut engine = ours(scenario, &scenario.impulse(), Isa::best());
    let frames = UNDER_CALLGRIND;
    let input = [noise(77, frames), noise(78, frames)];
    let mut output = vec![vec![0.0; frames]; 2];
    for _ in 0..scenario.seconds * RATE / frames + 1 {
        let [left, right] = &mut output[..] else {
            return;
        };
        engine.process(&[&input[0], &input[1]], &mut [left, right]);
    }
    let options = Options {
        runs: 1,
        cold: false,
        paced: false,
        isa: Isa::best(),
    };
    for _ in 0..2 {
        run_period(&mut engine, &input, &mut output, 64, options, |_, _| ());
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let has = |name: &str| arguments.iter().any(|argument| argument == name);
    let value = |name: &str| {
        arguments
            .iter()
            .position(|a| a == name)
            .and_then(|at| arguments.get(at + 1))
    };
    if has("--under-callgrind") {
        let numbers: Vec<usize> = arguments
            .iter()
            .filter_map(|argument| argument.parse().ok())
            .collect();
        under_callgrind(numbers[0], numbers[1]);
        return ExitCode::SUCCESS;
    }
    let isa = match value("--isa").map(String::as_str) {
        None => Isa::best(),
        Some("portable") => Isa::Portable,
        Some("avx2") => Isa::Avx2,
        Some("avx512") => Isa::Avx512,
        Some("neon") => Isa::Neon,
        Some(other) => {
            eprintln!("error: no instruction set {other}");
            return ExitCode::from(2);
        }
    };
    let full = has("--bench");
    let runs = value("--runs")
        .and_then(|runs| runs.parse().ok())
        .unwrap_or(if full { 15 } else { 1 });
    let options = Options {
        runs,
        cold: has("--cold"),
        paced: has("--paced"),
        isa,
    };
    let json = has("--json");
    let mut all = Vec::new();
    if has("--signals") {
        signals(options, &mut all);
    } else if has("--reset") {
        resets(options, &mut all);
    } else if has("--callgrind") {
        for channels in [2, 4] {
            match callgrind(Scenario {
                seconds: 10,
                channels,
                block: 64,
            }) {
                Ok(value) => {
                    if !json {
                        println!("{value}");
                    }
                    all.push(value);
                }
                Err(error) => {
                    eprintln!("error: {error}");
                    return ExitCode::FAILURE;
                }
            }
        }
    } else if !full {
        compare(
            Scenario {
                seconds: 1,
                channels: 4,
                block: 64,
            },
            options,
            false,
            json,
            &mut all,
        );
    } else {
        for seconds in [1, 3, 10, 30] {
            for channels in [2, 4] {
                for block in [16, 32, 64, 128, 512, 2048] {
                    let scenario = Scenario {
                        seconds,
                        channels,
                        block,
                    };
                    let wanted =
                        value("--only").is_none_or(|text| scenario.name().contains(text.as_str()));
                    if wanted {
                        compare(scenario, options, has("--ours"), json, &mut all);
                    }
                }
            }
        }
    }
    if json {
        println!("{}", serde_json::to_string_pretty(&all).unwrap_or_default());
    }
    ExitCode::SUCCESS
}

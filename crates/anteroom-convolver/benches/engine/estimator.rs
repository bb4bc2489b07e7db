//! The estimator that holds on a noisy machine.
//!
//! The same input runs again and again through the same engine, with a period that all partitions divide. For
//! each block of the period the shortest time counts: what others did to the machine goes, what the engine
//! itself does stays. Then mean, 99th percentile and maximum over the blocks are taken.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use anteroom_convolver::Convolver;

use super::{options::Options, scenario::RATE};

/// The shortest time of each block so far.
#[derive(Clone, Debug)]
pub struct Shortest(Vec<Duration>);

impl Shortest {
    pub fn new(blocks: usize) -> Self {
        Self(vec![Duration::MAX; blocks])
    }

    pub fn note(&mut self, block: usize, time: Duration) {
        self.0[block] = self.0[block].min(time);
    }

    /// Nanoseconds, block by block.
    pub fn times(&self) -> Vec<f64> {
        self.0.iter().map(|time| time.as_nanos() as f64).collect()
    }

    pub fn spread(&self) -> Spread {
        Spread::of(self.times())
    }
}

/// The shortest time of each stretch of several blocks so far: for blocks of different sizes beside each other, as
/// the shortest of a short time is shorter.
#[derive(Clone, Debug)]
pub struct Stretches {
    shortest: Shortest,
    /// Blocks that make one.
    blocks: usize,
    so_far: Duration,
}

impl Stretches {
    /// For a period, the least length of a stretch, and a block, in samples.
    pub fn new(period: usize, stretch: usize, block: usize) -> Self {
        Self {
            shortest: Shortest::new(period.div_ceil(stretch.max(block))),
            blocks: (stretch / block).max(1),
            so_far: Duration::ZERO,
        }
    }

    pub fn note(&mut self, block: usize, time: Duration) {
        self.so_far += time;
        if (block + 1).is_multiple_of(self.blocks) {
            let time = std::mem::take(&mut self.so_far);
            self.shortest.note(block / self.blocks, time);
        }
    }

    /// Of a stretch, nanoseconds.
    pub fn mean(&self) -> f64 {
        self.shortest.spread().mean
    }
}

/// Nanoseconds.
#[derive(Clone, Copy, Debug)]
pub struct Spread {
    pub mean: f64,
    pub p99: f64,
    pub worst: f64,
}

impl Spread {
    pub fn of(mut times: Vec<f64>) -> Self {
        times.sort_by(f64::total_cmp);
        let last = times.len() - 1;
        Self {
            mean: times.iter().sum::<f64>() / times.len() as f64,
            p99: times[last * 99 / 100],
            worst: times[last],
        }
    }
}

/// Runs one block; a function of its own, so that valgrind can tell its instructions from all others.
#[inline(never)]
fn measured_block(engine: &mut dyn Convolver, input: &[&[f32]], output: &mut [&mut [f32]]) {
    engine.process(input, output);
}

/// One period of input through the engine; `each` gets the index and the time of each block.
pub fn run_period(
    engine: &mut dyn Convolver,
    input: &[Vec<f32>],
    output: &mut [Vec<f32>],
    block: usize,
    options: Options,
    mut each: impl FnMut(usize, Duration),
) {
    let [left, right] = output else { return };
    let mut disturbance = Disturbance::new(options, block);
    let frames = input[0].len();
    for (index, from) in (0..frames).step_by(block).enumerate() {
        let to = (from + block).min(frames);
        let heard = [&input[0][from..to], &input[1][from..to]];
        let mut answer = [&mut left[from..to], &mut right[from..to]];
        disturbance.between_blocks();
        let start = Instant::now();
        measured_block(engine, &heard, &mut answer);
        each(index, start.elapsed());
    }
}

/// What happens between two callbacks: nothing, or what a host does.
pub struct Disturbance {
    trash: Vec<u8>,
    period: Option<Duration>,
    due: Instant,
    turn: u8,
}

impl Disturbance {
    pub fn new(options: Options, block: usize) -> Self {
        let period = Duration::from_secs_f64(block as f64 / RATE as f64);
        Self {
            trash: vec![0; if options.cold { 4 << 20 } else { 0 }],
            period: options.paced.then_some(period),
            due: Instant::now(),
            turn: 0,
        }
    }

    pub fn between_blocks(&mut self) {
        if !self.trash.is_empty() {
            self.turn = self.turn.wrapping_add(1);
            self.trash.fill(self.turn);
            black_box(&mut self.trash);
        }
        if let Some(period) = self.period {
            self.due += period;
            while Instant::now() < self.due {
                std::thread::sleep(self.due.saturating_duration_since(Instant::now()));
            }
        }
    }
}

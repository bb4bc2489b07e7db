//! How even the cost of a callback is: 10 s of true stereo in blocks of 64 frames at 48 kHz, with the shortest time that
//! each block took in several rounds. `cargo run --release --example flat_cost`.

use anteroom_convolver::{Convolver, Engine, Kernel, Layout, Matrix, PrepareError};
use std::time::{Duration, Instant};

const RATE: f64 = 48_000.0;
const TAPS: usize = 480_000;
const BLOCK: usize = 64;
/// All partitions divide it, so that each round does the same work.
const BLOCKS: usize = (1 << 17) / BLOCK;
const ROUNDS: usize = 8;

/// Noise that decays by 60 dB.
fn decay(seed: u32) -> Vec<f32> {
    let sample = |n: usize| {
        let noise = (n as u32 ^ seed).wrapping_mul(2_654_435_761) as f32 / u32::MAX as f32 - 0.5;
        0.01 * noise * (-6.9 * n as f32 / TAPS as f32).exp()
    };
    (0..TAPS).map(sample).collect()
}

fn main() -> Result<(), PrepareError> {
    let impulse: Vec<Vec<f32>> = (1..=4).map(decay).collect();
    let kernel = Kernel::prepare(&impulse, &Matrix::for_layout(Layout::Stereo, 4))?;
    println!("partitions: {}", kernel.describe());
    let mut engine = Engine::new(kernel);
    let input = decay(5);
    let (mut left, mut right) = ([0.0; BLOCK], [0.0; BLOCK]);
    let mut shortest = vec![Duration::MAX; BLOCKS];
    for _ in 0..ROUNDS {
        for (frames, shortest) in input.chunks_exact(BLOCK).zip(&mut shortest) {
            let start = Instant::now();
            engine.process(&[frames, frames], &mut [&mut left, &mut right]);
            *shortest = start.elapsed().min(*shortest);
        }
    }
    let period = BLOCK as f64 / RATE;
    let share = |time: Duration| 100.0 * time.as_secs_f64() / period;
    let mean = shortest.iter().sum::<Duration>() / BLOCKS as u32;
    let worst = shortest.iter().max().copied().unwrap_or_default();
    println!(
        "mean {:.2} %, worst block {:.2} % of the time that there is",
        share(mean),
        share(worst)
    );
    Ok(())
}

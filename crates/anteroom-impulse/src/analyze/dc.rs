//! What an impulse does at 0 Hz and below hearing: an offset of the output, a thump, headroom that is
//! spent on nothing.

use realfft::RealFftPlanner;

use crate::math::{db_of_power, sin_cos};

/// Below this nothing is heard, in Hz.
const AUDIBLE_HZ: f64 = 20.0;
/// The rate is halved until it is no more than this, in Hz: what folds below 20 Hz stays under -110 dB.
const ENOUGH_HZ: f64 = 3200.0;
/// The lowest level that is given, in dB.
const LEAST_DB: f64 = -200.0;
/// Samples between two looks at whether the work is still wanted.
const PIECE: usize = 1 << 16;

/// The gain at 0 Hz in relation to that for white noise, in dB, and the share of the energy below 20 Hz, in dB;
/// both `None` for silence. The outer `None` is for `cancelled`.
pub(super) fn of(
    samples: &[f32],
    rate: f64,
    planner: &mut RealFftPlanner<f64>,
    cancelled: &dyn Fn() -> bool,
) -> Option<(Option<f64>, Option<f64>)> {
    let (mut sum, mut energy) = (0.0, 0.0);
    for piece in samples.chunks(PIECE) {
        if cancelled() {
            return None;
        }
        for &sample in piece {
            let sample = f64::from(sample);
            sum += sample;
            energy += sample * sample;
        }
    }
    if energy <= 0.0 {
        return Some((None, None));
    }
    let level = |power: f64| Some(db_of_power(power).max(LEAST_DB));
    let below = energy_below(samples, rate, planner, cancelled)?;
    Some((level(sum * sum / energy), level(below / energy)))
}

/// The energy below 20 Hz.
fn energy_below(
    samples: &[f32],
    rate: f64,
    planner: &mut RealFftPlanner<f64>,
    cancelled: &dyn Fn() -> bool,
) -> Option<f64> {
    let (mut low, mut low_rate) = (Vec::new(), rate);
    while low_rate > ENOUGH_HZ {
        low = match low_rate == rate {
            true => halved(samples.len(), |at| f64::from(samples[at]), cancelled)?,
            false => halved(low.len(), |at| low[at], cancelled)?,
        };
        low_rate /= 2.0;
    }
    if low_rate == rate {
        low = samples.iter().map(|&sample| f64::from(sample)).collect();
    }
    // A bin is a quarter of a hertz wide at most.
    let size = low.len().max((4.0 * low_rate) as usize).next_power_of_two();
    let transform = planner.plan_fft_forward(size.max(2));
    low.resize(size.max(2), 0.0);
    let mut bins = transform.make_output_vec();
    if cancelled() {
        return None;
    }
    transform.process(&mut low, &mut bins).ok()?;
    let width = low_rate / low.len() as f64;
    let mut power = 0.0;
    for (number, bin) in bins.iter().enumerate() {
        let hz = number as f64 * width;
        // A bin stands for half a width on both sides, and there is another one for its negative frequency.
        let inside = ((AUDIBLE_HZ - hz) / width + 0.5).min(1.0);
        if inside <= 0.0 {
            break;
        }
        let both = if number == 0 { 1.0 } else { 2.0 };
        power += both * inside * bin.norm_sqr() / passed(hz, rate, low_rate);
    }
    // Each sample stands for as many as were left out.
    Some(power / low.len() as f64 * rate / low_rate)
}

/// Every second sample of a binomial low-pass of the fourth order; `None` if cancelled.
fn halved(
    count: usize,
    sample: impl Fn(usize) -> f64,
    cancelled: &dyn Fn() -> bool,
) -> Option<Vec<f64>> {
    const TAPS: [f64; 5] = [0.0625, 0.25, 0.375, 0.25, 0.0625];
    let length = (count + 3) / 2 + 1;
    let mut made = Vec::with_capacity(length);
    for number in 0..length {
        if number % PIECE == 0 && cancelled() {
            return None;
        }
        // The middle tap of the first is two samples before the beginning.
        let first = 2 * number;
        let taps = TAPS.iter().enumerate().filter_map(|(tap, weight)| {
            let at = (first + tap).checked_sub(4)?;
            (at < count).then(|| weight * sample(at))
        });
        made.push(taps.sum());
    }
    Some(made)
}

/// The part of the power at a frequency that all these low-passes together let through.
fn passed(hz: f64, from_rate: f64, to_rate: f64) -> f64 {
    let (mut rate, mut power) = (from_rate, 1.0);
    while rate > to_rate {
        let (_, cos) = sin_cos(std::f64::consts::PI * hz / rate);
        power *= cos.powi(8);
        rate /= 2.0;
    }
    power
}

//! What the tests of this folder share: sweeps played through known systems. What is expected is worked out here, in double
//! precision.

use realfft::RealFftPlanner;
use realfft::num_complex::Complex;

use super::spectral::quick_size;
use super::*;
use crate::decode::Audio;
use crate::rng::Rng;

pub(super) const RATE: u32 = 48_000;

pub(super) fn sweep(seconds: f64, passes: usize) -> Sweep {
    let spec = SweepSpec {
        seconds,
        passes,
        ..SweepSpec::new(RATE)
    };
    Sweep::new(spec).expect("it makes sense")
}

/// What a channel plays, in double precision.
pub(super) fn played(sweep: &Sweep, channel: usize) -> Vec<f64> {
    let at = |frame: usize| sweep.at(channel, frame as f64);
    (0..sweep.frames()).map(at).collect()
}

pub(super) fn spectrum(samples: &[f64], size: usize) -> Vec<Complex<f64>> {
    let forward = RealFftPlanner::new().plan_fft_forward(size);
    let mut block = forward.make_input_vec();
    block[..samples.len()].copy_from_slice(samples);
    let mut bins = forward.make_output_vec();
    forward.process(&mut block, &mut bins).expect("lengths fit");
    bins
}

/// A sound through a filter, `latency` samples later, as long as before and the rest of the filter.
pub(super) fn through(sound: &[f64], filter: &[f64], latency: usize) -> Vec<f64> {
    let frames = sound.len() + filter.len() + latency;
    let size = quick_size(frames);
    let mut bins = spectrum(sound, size);
    for (bin, other) in bins.iter_mut().zip(spectrum(filter, size)) {
        *bin *= other / size as f64;
    }
    let last = bins.len() - 1;
    (bins[0].im, bins[last].im) = (0.0, 0.0);
    let inverse = RealFftPlanner::new().plan_fft_inverse(size);
    let mut made = inverse.make_output_vec();
    inverse.process(&mut bins, &mut made).expect("lengths fit");
    let mut later = vec![0.0; latency];
    later.extend_from_slice(&made[..frames - latency]);
    later
}

/// A filter of so many seconds: one sample, and noise that falls by 60 dB.
pub(super) fn room(seconds: f64, seed: u64) -> Vec<f64> {
    let frames = (seconds * f64::from(RATE)) as usize;
    let mut noise = Rng::new(seed, 7);
    let fall = |frame: usize| 0.01 * 10_f64.powf(-3.0 * frame as f64 / frames as f64);
    let mut filter: Vec<f64> = (0..frames)
        .map(|frame| noise.normal() * fall(frame))
        .collect();
    filter[0] = 1.0;
    filter
}

pub(super) fn noise(rows: &mut [Vec<f64>], db: f64) {
    for (number, row) in rows.iter_mut().enumerate() {
        let mut noise = Rng::new(number as u64 + 1, 99);
        row.iter_mut()
            .for_each(|x| *x += noise.normal() * 10_f64.powf(db / 20.0));
    }
}

/// As a recorder of 24 bits keeps it.
pub(super) fn recorded(rows: &[Vec<f64>]) -> Audio {
    let scale = f64::from(1 << 23);
    let round = |x: &f64| ((x * scale).round().clamp(-scale, scale - 1.0) / scale) as f32;
    Audio {
        channels: rows
            .iter()
            .map(|row| row.iter().map(round).collect())
            .collect(),
        rate: RATE,
        bits: Some(24),
    }
}

pub(super) fn measured(rows: &[Vec<f64>], played: &Played, trim: Trim) -> Capture {
    deconvolve(recorded(rows), played, trim, (&|| false, &|_| ())).expect("it is measured")
}

pub(super) fn refused(recording: Audio, played: &Played) -> String {
    let made = deconvolve(recording, played, Trim::Auto, (&|| false, &|_| ()));
    made.expect_err("it can not be used").to_string()
}

/// The error of `found`, in which the filter begins at `begins`, in dB of the filter, within a band in Hz.
pub(super) fn error_db(
    found: &[f32],
    begins: usize,
    filter: &[f64],
    (low, high): (f64, f64),
) -> f64 {
    let found: Vec<f64> = found.iter().map(|&x| f64::from(x)).collect();
    let size = quick_size(found.len().max(begins + filter.len()));
    let mut wanted = vec![0.0; begins];
    wanted.extend_from_slice(filter);
    let (found, wanted) = (spectrum(&found, size), spectrum(&wanted, size));
    let bin = |hz: f64| (hz / f64::from(RATE) * size as f64) as usize;
    let power = |of: &dyn Fn(usize) -> f64| (bin(low)..=bin(high)).map(of).sum::<f64>();
    let error = power(&|bin| (found[bin] - wanted[bin]).norm_sqr());
    10.0 * (error / power(&|bin| wanted[bin].norm_sqr())).log10()
}

/// Frames that are kept before the onset.
pub(super) fn pre() -> usize {
    (PRE_MS * 1e-3 * f64::from(RATE)) as usize
}

//! Where the parts of an impulse are: the first sound, the early reflections after it, and the tail.
//!
//! The last two part at the mixing time, from which on the field is diffuse (J. S. Abel and P. Huang, "A simple, robust
//! measure of reverberation echo density", 121st AES Convention, 2006), or where the control says.

use super::{Shape, samples};
use crate::Impulse;
use crate::analyze::{EchoDensity, onset_with};
use crate::math::sin_cos;

/// The fade is so long before and after the split, in ms, or as long as half of the early part.
const HALF_FADE_MS: f32 = 5.0;
/// The earliest split, in ms.
const EARLIEST_MS: f64 = 5.0;
/// The latest, in ms.
const LATEST_MS: f64 = 250.0;
/// Where an impulse is taken to be mixed that never is by measure: few, far reflections, or none. In ms.
const UNKNOWN_MS: f64 = 80.0;
/// The range of the onset, in dB (ISO 3382-1).
const ONSET_DB: f32 = 20.0;

/// The parts of an impulse, in samples.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parts {
    /// Where the first sound begins, by channel.
    pub onsets: Vec<usize>,
    /// Where the early part and the tail meet, the same for all channels.
    pub split: usize,
    /// Half of the fade from one to the other.
    pub half: usize,
}

impl Parts {
    /// Measures an impulse. `None` if cancelled.
    pub fn of(impulse: &Impulse, shape: &Shape, cancelled: &dyn Fn() -> bool) -> Option<Self> {
        let rate = f64::from(impulse.rate);
        let mut onsets = Vec::new();
        for channel in &impulse.channels {
            onsets.push(onset_with(channel, ONSET_DB, cancelled)?);
        }
        // The way of the sound between channels belongs to the early part: the first one counts.
        let heard = onsets
            .iter()
            .zip(&impulse.channels)
            .filter(|(_, channel)| channel.iter().any(|&sample| sample != 0.0));
        let onset = heard.map(|(onset, _)| *onset).min().unwrap_or(0);
        let ms = if shape.split_ms > 0.0 {
            f64::from(shape.split_ms)
        } else {
            let (mut sum, mut count) = (0.0, 0.0);
            for (channel, &onset) in impulse.channels.iter().zip(&onsets) {
                let density = EchoDensity::of(channel, onset, rate, cancelled)?;
                if let Some(ms) = density.mixing_time_ms {
                    sum += ms;
                    count += 1.0;
                }
            }
            if count > 0.0 { sum / count } else { UNKNOWN_MS }
        };
        let after = (ms.clamp(EARLIEST_MS, LATEST_MS) * rate / 1000.0).round() as usize;
        let half = samples(HALF_FADE_MS, impulse.rate).min(after / 2).max(1);
        Some(Self {
            onsets,
            split: onset + after,
            half,
        })
    }

    /// Where the fade from the early part to the tail begins.
    pub fn fade_start(&self) -> usize {
        self.split - self.half
    }

    /// What is left of the early part at each sample of that fade; the tail has the rest.
    pub fn fade(&self) -> Vec<f32> {
        half_cosine(2 * self.half)
    }
}

/// From one to nothing in so many steps.
pub(super) fn half_cosine(steps: usize) -> Vec<f32> {
    let at = |step| {
        let part = (step as f64 + 0.5) / steps as f64;
        (0.5 + 0.5 * sin_cos(std::f64::consts::PI * part).1) as f32
    };
    (0..steps).map(at).collect()
}

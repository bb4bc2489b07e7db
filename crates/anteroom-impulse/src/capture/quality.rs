//! What is said of a recording.

use serde::Serialize;

use super::harmonics::Harmonics;
use crate::analyze::ChannelAnalysis;
use crate::decode::Audio;

/// How good a recording is, and how it was taken. `None` is "not known", never 0.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Quality {
    /// The sweep that was played; `None` for a recording of a pistol.
    pub sweep: Option<SweepFound>,
    /// How much later the first sound came than it was played, in samples: of converters, buffers and the way through
    /// the air together, if player and recorder began at once. Below 0 the recorder began later.
    pub latency_samples: Option<i64>,
    /// The same in ms.
    pub latency_ms: Option<f64>,
    /// How much faster the recorder's clock went than the player's, in millionths. It was set right.
    pub drift_ppm: Option<f64>,
    /// The standard error of it.
    pub drift_error_ppm: Option<f64>,
    /// The largest sample of the recording in dB of full scale.
    pub recorded_peak_db: f64,
    /// Samples of the recording that are cut off flat.
    pub clipped_samples: u64,
    /// Harmonic distortion, of the loudest channel.
    pub harmonics: Option<Harmonics>,
    /// Channel by channel of the impulse.
    pub channels: Vec<ChannelQuality>,
}

/// The sweep that was found in a recording.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct SweepFound {
    /// Its lowest frequency in Hz.
    pub low_hz: f64,
    /// Its highest frequency in Hz.
    pub high_hz: f64,
    /// How long it is, in seconds.
    pub seconds: f64,
    /// How many there are, one after the other.
    pub passes: usize,
    /// Whether its frequency grows by equal factors in equal times.
    pub is_exponential: bool,
    /// Whether its marks were found.
    pub has_marks: bool,
}

/// One channel of an impulse.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ChannelQuality {
    /// The largest sample in dB of full scale.
    pub peak_db: f64,
    /// The strongest moment beside the noise before anything was cut off, in dB; `None` if there is no noise.
    pub snr_db: Option<f64>,
    /// When it meets the noise, in seconds after the onset.
    pub knee_s: Option<f64>,
    /// The same by octaves.
    pub octaves: Vec<OctaveQuality>,
}

/// One octave of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct OctaveQuality {
    /// The centre in Hz.
    pub centre_hz: f64,
    /// The strongest moment beside the noise, in dB; `None` if there is no noise.
    pub snr_db: Option<f64>,
    /// When it meets the noise, in seconds after the onset.
    pub knee_s: Option<f64>,
}

impl ChannelQuality {
    pub(super) fn of(analysis: &ChannelAnalysis) -> Self {
        let octave = |band: &crate::analyze::Measures| {
            Some(OctaveQuality {
                centre_hz: band.centre_hz?,
                snr_db: band.noise_db.map(|noise| -noise),
                knee_s: band.knee_s,
            })
        };
        Self {
            peak_db: analysis.peak_db,
            snr_db: analysis.broadband.noise_db.map(|noise| -noise),
            knee_s: analysis.broadband.knee_s,
            octaves: analysis.bands.iter().filter_map(octave).collect(),
        }
    }
}

/// The largest magnitude in dB, and not below -200.
pub(super) fn peak_db(rows: &[Vec<f32>]) -> f64 {
    let peak = rows
        .iter()
        .flatten()
        .fold(0.0_f32, |most, x| most.max(x.abs()));
    20.0 * f64::from(peak).max(1e-10).log10()
}

/// How near to the largest sample others are looked for, as a share of it, and in steps of the resolution.
const NEAR: f32 = 1e-3;
const NEAR_STEPS: f32 = 32.0;

/// Samples of all channels that are cut off flat.
pub(super) fn rows_clipped(recording: &Audio) -> u64 {
    let rows = recording.channels.iter();
    rows.map(|row| clipped(row, recording.bits)).sum()
}

/// Samples that are cut off flat: of those near the largest one, most are as large as it. On the round crest of a tone
/// they are not, not even where it is slow.
fn clipped(samples: &[f32], bits: Option<u32>) -> u64 {
    let wider = |(low, high): (f32, f32), &x: &f32| (low.min(x), high.max(x));
    let (low, high) = samples.iter().fold((0.0_f32, 0.0_f32), wider);
    let step = bits.map_or(0.0, |bits| 0.5_f32.powi(bits as i32 - 1));
    cut_off(samples, low, step) + cut_off(samples, high, step)
}

fn cut_off(samples: &[f32], limit: f32, step: f32) -> u64 {
    if limit == 0.0 {
        return 0;
    }
    let within = |reach: f32| {
        let near = samples.iter().filter(|&&x| (x - limit).abs() <= reach);
        near.count() as u64
    };
    let flat = within(limit.abs() * 1e-7);
    let near = within((limit.abs() * NEAR).max(step * NEAR_STEPS));
    if flat > 2 && 2 * flat > near { flat } else { 0 }
}

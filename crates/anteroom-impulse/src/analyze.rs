//! Room acoustics from an impulse response, after ISO 3382-1.
//!
//! Off the audio thread. For each channel, broadband and by octave bands: where the sound begins, where it
//! sinks into the noise, the energy decay curve with the noise taken out, and the quantities that are read
//! off it; then echo density and mixing time, bass ratio and what lies at 0 Hz. For left and right together
//! the interaural cross-correlation.
//!
//! A minute of sound takes about 0.4 s a channel at 48 kHz and 1.6 s at 192 kHz on one core, and the memory of
//! a double for each sample of one channel, beside some megabytes for the filters.
//!
//! Sources: ISO 3382-1:2009 and its annexes A and B; M. R. Schroeder, "New method of measuring
//! reverberation time", JASA 37 (1965); A. Lundeby and others, "Uncertainties of measurements in
//! room acoustics", Acustica 81 (1995); W. T. Chu, "Comparison of reverberation measurements using
//! Schroeder's impulse method and decay-curve averaging method", JASA 63 (1978).
//!
//! `curve` is one decay, `octave` the bands, `echo_density` and `iacc` what their names say, `dc` what lies at 0 Hz and
//! below hearing.

use realfft::RealFftPlanner;
use serde::{Deserialize, Serialize};

use super::Impulse;

mod curve;
mod dc;
mod echo_density;
mod iacc;
mod octave;

pub use echo_density::{EchoDensity, model_mixing_time_ms};
pub use iacc::{Iacc, IaccBand};
pub use octave::CENTRES_HZ;

pub(super) use curve::Decay;
pub(super) use octave::{Octave, bend};

use octave::OctaveFilter;

/// The range of a decay that has a T30, in dB: 35, and 10 more to the noise (ISO 3382-1).
const LEAST_RANGE_DB: f64 = 45.0;
/// The curvature of a decay that has a T30, at most, in percent (ISO 3382-2, annex B).
const MOST_CURVATURE_PERCENT: f64 = 10.0;

/// Samples between two looks at whether the work is still wanted.
const PIECE: usize = 1 << 16;

/// What was measured in an impulse.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Analysis {
    /// The sample rate in Hz.
    pub rate: u32,
    /// The length in samples.
    pub frames: u64,
    /// The length in seconds.
    pub seconds: f64,
    /// Channel by channel, in the order of the impulse.
    pub channels: Vec<ChannelAnalysis>,
    /// What the two ears have in common; `None` for a mono impulse.
    pub iacc: Option<Iacc>,
    /// The mixing time that volume and surface of a built-in room give, in ms
    /// ([`model_mixing_time_ms`]). Whoever knows the room fills it in: an impulse does not tell.
    pub model_mixing_time_ms: Option<f64>,
}

/// What was measured in one channel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChannelAnalysis {
    /// When the sound begins, in ms: the first sample within 20 dB of the largest (ISO 3382-1, A.3.4).
    pub onset_ms: f64,
    /// The silence before anything is heard, in ms: up to the first sample within 60 dB of the
    /// largest.
    pub silence_ms: f64,
    /// The largest sample in dB of full scale.
    pub peak_db: f64,
    /// The gain at 0 Hz in relation to that for white noise, in dB, and not below -200.
    pub dc_gain_db: Option<f64>,
    /// The share of the energy below 20 Hz, in dB of all of it, and not below -200.
    pub below_20_hz_db: Option<f64>,
    /// The bass ratio: the reverberation time at 125 and 250 Hz to that at 500 and 1000 Hz. T30, or T20 in
    /// an octave that has no T30.
    pub bass_ratio: Option<f64>,
    /// How dense the reflections are, and from when on they are a diffuse field.
    pub echo_density: EchoDensity,
    /// All frequencies together.
    pub broadband: Measures,
    /// By octave band, lowest first, as far as the sample rate reaches.
    pub bands: Vec<Measures>,
}

/// The quantities of one band. `None` is "not measurable here", never 0.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measures {
    /// The centre of the octave in Hz; `None` for the whole band.
    pub centre_hz: Option<f64>,
    /// The level of the noise floor in dB, in relation to the strongest moment; `None` if the
    /// sound never sinks into noise.
    pub noise_db: Option<f64>,
    /// When the decay meets the noise floor, in seconds from the onset.
    pub knee_s: Option<f64>,
    /// How far the decay can be followed, in dB.
    pub range_db: f64,
    /// Early decay time, from 0 to -10 dB, in seconds for 60 dB.
    pub edt_s: Option<f64>,
    /// Reverberation time from -5 to -25 dB, in seconds for 60 dB.
    pub t20_s: Option<f64>,
    /// Reverberation time from -5 to -35 dB, in seconds for 60 dB.
    pub t30_s: Option<f64>,
    /// How much longer T30 is than T20, in percent: the curvature of ISO 3382-2, annex B. The decay
    /// of a room is a straight line, and this is near 0.
    pub curvature_percent: Option<f64>,
    /// Clarity: the energy of the first 50 ms to that of the rest, in dB.
    pub c50_db: Option<f64>,
    /// Clarity: the energy of the first 80 ms to that of the rest, in dB.
    pub c80_db: Option<f64>,
    /// Definition: the energy of the first 50 ms in percent of all.
    pub d50_percent: Option<f64>,
    /// Centre time: the mean time of arrival of the energy, in ms.
    pub ts_ms: Option<f64>,
    /// The energy decay curve, for drawing.
    pub curve: Curve,
}

impl Measures {
    /// Whether T30 is one after ISO 3382: the noise, or the end of the file, lies at least 10 dB below
    /// the range that it is read from, and the curvature stays within 10 %. What is bent more has no
    /// single reverberation time, and what is cut off earlier none that can be known.
    #[must_use]
    pub fn t30_is_reliable(&self) -> bool {
        let straight = |curvature: f64| curvature.abs() <= MOST_CURVATURE_PERCENT;
        self.range_db >= LEAST_RANGE_DB && self.curvature_percent.is_some_and(straight)
    }
}

/// An energy decay curve from the onset on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    /// The time between two values in seconds.
    pub step_s: f64,
    /// The energy still to come, in dB of all of it, never below -120.
    pub db: Vec<f32>,
}

/// Measures an impulse.
///
/// A silent channel has no onset and no quantities; its values are 0 and `None`.
pub fn analyze(impulse: &Impulse) -> Analysis {
    // Nobody gives it up, so it is there.
    analyze_with(impulse, &|| false).unwrap_or_default()
}

/// The same, given up, with `None`, as soon as `cancelled` says that nobody wants it any more. It is asked every
/// few milliseconds.
pub fn analyze_with(impulse: &Impulse, cancelled: &dyn Fn() -> bool) -> Option<Analysis> {
    let rate = f64::from(impulse.rate);
    let mut planner = RealFftPlanner::new();
    let channels = impulse
        .channels
        .iter()
        .map(|samples| channel(samples, rate, &mut planner, cancelled))
        .collect::<Option<_>>()?;
    Some(Analysis {
        rate: impulse.rate,
        frames: impulse.frames() as u64,
        seconds: impulse.seconds(),
        channels,
        iacc: Iacc::of(impulse, &mut planner, cancelled)?,
        model_mixing_time_ms: None,
    })
}

/// The index of the first sample within `range_db` of the largest; 0 for silence.
pub fn onset(samples: &[f32], range_db: f32) -> usize {
    onset_with(samples, range_db, &|| false).unwrap_or(0)
}

/// The same; `None` as soon as `cancelled` says so, which is asked every few milliseconds.
pub(super) fn onset_with(
    samples: &[f32],
    range_db: f32,
    cancelled: &dyn Fn() -> bool,
) -> Option<usize> {
    let mut peak = 0.0f32;
    for part in samples.chunks(PIECE) {
        if cancelled() {
            return None;
        }
        peak = part
            .iter()
            .fold(peak, |peak, sample| peak.max(sample.abs()));
    }
    let threshold = peak * 10f32.powf(-range_db / 20.0);
    for (number, part) in samples.chunks(PIECE).enumerate().filter(|_| peak > 0.0) {
        if cancelled() {
            return None;
        }
        if let Some(first) = part.iter().position(|sample| sample.abs() >= threshold) {
            return Some(number * PIECE + first);
        }
    }
    Some(0)
}

/// The reverberation time of the first channel over all frequencies, in seconds: T30, or T20 where
/// the range does not suffice. Much quicker than [`analyze`], for lists of many files.
pub fn reverberation_s(impulse: &Impulse) -> Option<f64> {
    let samples = impulse.channels.first()?;
    let energy = samples.iter().skip(onset(samples, 20.0));
    let energy: Vec<f64> = energy.map(|&sample| f64::from(sample).powi(2)).collect();
    let decay = Decay::of(&energy, f64::from(impulse.rate));
    decay.time(-5.0, -35.0).or_else(|| decay.time(-5.0, -25.0))
}

fn channel(
    samples: &[f32],
    rate: f64,
    planner: &mut RealFftPlanner<f64>,
    cancelled: &dyn Fn() -> bool,
) -> Option<ChannelAnalysis> {
    let start = onset_with(samples, 20.0, cancelled)?;
    let silence = onset_with(samples, 60.0, cancelled)?;
    let after = samples.get(start..).unwrap_or_default();
    // The largest sample lies behind the onset.
    let mut peak = 0.0f32;
    let mut energy = Vec::with_capacity(after.len());
    for piece in after.chunks(PIECE) {
        if cancelled() {
            return None;
        }
        peak = piece
            .iter()
            .fold(peak, |peak, sample| peak.max(sample.abs()));
        energy.extend(piece.iter().map(|&sample| f64::from(sample).powi(2)));
    }
    let broadband = measure(energy, rate, None, cancelled)?;
    let mut bands = Vec::new();
    for centre in CENTRES_HZ.into_iter().filter(|&hz| octave::fits(hz, rate)) {
        let mut energy = Vec::with_capacity(after.len());
        let take = |piece: &[f64]| energy.extend(piece.iter().map(|sample| sample * sample));
        let mut filter = OctaveFilter::new(centre, rate, planner);
        filter.run(samples, start..samples.len(), cancelled, take)?;
        bands.push(measure(energy, rate, Some(centre), cancelled)?);
    }
    let (dc_gain_db, below_20_hz_db) = dc::of(samples, rate, planner, cancelled)?;
    Some(ChannelAnalysis {
        onset_ms: start as f64 / rate * 1000.0,
        silence_ms: silence as f64 / rate * 1000.0,
        peak_db: 20.0 * f64::from(peak.max(1e-10)).log10(),
        dc_gain_db,
        below_20_hz_db,
        bass_ratio: bass_ratio(&bands),
        echo_density: EchoDensity::of(samples, start, rate, cancelled)?,
        broadband,
        bands,
    })
}

/// The bass ratio, where all four octaves have a reverberation time.
fn bass_ratio(bands: &[Measures]) -> Option<f64> {
    let time = |hz: f64| {
        let band = bands.iter().find(|band| band.centre_hz == Some(hz))?;
        band.t30_s.or(band.t20_s)
    };
    Some((time(125.0)? + time(250.0)?) / (time(500.0)? + time(1000.0)?))
}

/// Everything about one band, from its squared samples after the onset.
fn measure(
    energy: Vec<f64>,
    rate: f64,
    centre_hz: Option<f64>,
    cancelled: &dyn Fn() -> bool,
) -> Option<Measures> {
    let decay = Decay::of_with(energy, rate, cancelled)?;
    let clarity = |ms: f64| {
        let (early, late) = decay.split(ms / 1000.0);
        (early > 0.0 && late > 0.0).then(|| 10.0 * (early / late).log10())
    };
    // A time that is shorter than the ringing of the filter says nothing about the room: ISO
    // 3382-2 asks for bandwidth * time > 16.
    let shortest = centre_hz.map_or(0.0, |centre| {
        16.0 / (centre * std::f64::consts::FRAC_1_SQRT_2)
    });
    let time = |from, to| decay.time(from, to).filter(|&seconds| seconds > shortest);
    let (t20_s, t30_s) = (time(-5.0, -25.0), time(-5.0, -35.0));
    let (early, late) = decay.split(0.05);
    let all = early + late;
    Some(Measures {
        centre_hz,
        noise_db: decay.noise_db(),
        knee_s: decay.knee_s(),
        range_db: decay.range_db(),
        edt_s: time(0.0, -10.0),
        t20_s,
        t30_s,
        curvature_percent: t30_s.zip(t20_s).map(|(t30, t20)| 100.0 * (t30 / t20 - 1.0)),
        c50_db: clarity(50.0),
        c80_db: clarity(80.0),
        d50_percent: (all > 0.0).then(|| 100.0 * early / all),
        ts_ms: decay.centre_s().map(|seconds| seconds * 1000.0),
        curve: decay.curve(),
    })
}

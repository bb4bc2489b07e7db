//! How loud an impulse makes music.
//!
//! Off the audio thread. The reference is pink noise from 20 Hz to 20 kHz, the same in both inputs, measured with the
//! K-weighting of ITU-R BS.1770-5 and summed over the outputs as it says. Music has a spectrum like that, so rooms of
//! very different colour come out about equally loud. White noise would count the treble, which most music has little
//! of.
//!
//! The energy spectrum of the impulse is weighted with the spectrum of that noise, band by band, so that neither
//! the sample rate nor silence before or after the impulse matters.

use super::f32x4::{F32x4, LANES};
use super::fft::Fft;
use super::math::{log2, sin_cos};

/// The law of loudness that `normalize` and the rooms follow. It changes with the level of anything that they level.
///
/// 1 was white noise, 2 is pink noise through K-weighting.
pub const LOUDNESS_LAW: u32 = 2;

/// The reference noise goes from here, in Hz.
const FROM_HZ: f64 = 20.0;
/// It goes up to here, or to half the sample rate, in Hz.
const TO_HZ: f64 = 20_000.0;
/// The blocks are at least this long: their spectrum then resolves the lowest octave. In seconds.
const BLOCK_S: f64 = 0.16;
/// The two inputs are never taken to be less than this part as loud as independent noise would make the outputs. What
/// cancels for equal inputs would otherwise be amplified without bound.
const LEAST_OF_INDEPENDENT: f64 = 0.5;

/// The gain at which pink noise comes out of an impulse as loud as it went in. `channels` are 1, 2 or 4 rows of
/// samples at `rate` Hz. 1 if nothing can be heard.
///
/// `None` as soon as `cancelled` says so, which is asked after each block of some thousand samples.
pub(crate) fn unity_gain(
    channels: &[Vec<f32>],
    rate: u32,
    cancelled: &dyn Fn() -> bool,
) -> Option<f64> {
    let block = ((BLOCK_S * f64::from(rate)) as usize).max(8);
    let mut fft: Fft<F32x4> = Fft::new(block);
    let block = fft.size();
    let weights = weights(rate, block, fft.bins());
    let reference: f64 = weights.iter().sum();

    // Windows whose squares add up to one everywhere: every sample counts alike.
    let window: Vec<f32> = (0..block)
        .map(|i| sin_cos(std::f64::consts::PI * (i as f64 + 0.5) / block as f64).0 as f32)
        .collect();
    let mut samples = vec![F32x4::default(); block];
    let mut re = vec![F32x4::default(); fft.bins()];
    let mut im = re.clone();

    // One lane for each channel. One or two channels go several blocks at once.
    let rows = channels.len().clamp(1, LANES);
    let at_once = LANES / rows;
    let hop = block / 2;
    let frames = channels.iter().map(Vec::len).max().unwrap_or(0);
    let count = frames.div_ceil(hop) + 1;
    let (mut equal, mut independent) = (0.0, 0.0);
    for first in (0..count).step_by(at_once) {
        if cancelled() {
            return None;
        }
        for (i, (slot, &window)) in samples.iter_mut().zip(&window).enumerate() {
            *slot = F32x4::of(|lane| {
                // The first block is half before the beginning.
                let at = ((first + lane / rows) * hop + i).checked_sub(hop);
                let row = channels.get(lane % rows).filter(|_| lane < rows * at_once);
                let sample = at.zip(row).and_then(|(at, row)| row.get(at));
                sample.copied().unwrap_or_default() * window
            });
        }
        fft.forward(&samples, &mut re, &mut im);
        for ((re, im), weight) in re.iter().zip(&im).zip(&weights) {
            let power = |a: f32, b: f32| f64::from(a) * f64::from(a) + f64::from(b) * f64::from(b);
            let of = |lane: usize| power(re.0[lane], im.0[lane]);
            let apart = (of(0) + of(1)) + (of(2) + of(3));
            let together = match rows {
                // Left and right in, to one output.
                4 => {
                    power(re.0[0] + re.0[2], im.0[0] + im.0[2])
                        + power(re.0[1] + re.0[3], im.0[1] + im.0[3])
                }
                _ => apart,
            };
            equal += weight * together;
            independent += weight * apart;
        }
    }
    let outputs = if rows == 1 { 1.0 } else { 2.0 };
    let energy = f64::max(equal, LEAST_OF_INDEPENDENT * independent);
    let gain = (outputs * reference / energy).sqrt();
    Some(if gain.is_finite() { gain } else { 1.0 })
}

/// What each bin of a spectrum counts: the part of the noise that is in its band, through K-weighting.
fn weights(rate: u32, size: usize, bins: usize) -> Vec<f64> {
    let width = f64::from(rate) / size as f64;
    let top = TO_HZ.min(f64::from(rate) / 2.0);
    let band = |bin: usize| {
        let low = ((bin as f64 - 0.5) * width).max(FROM_HZ);
        let high = ((bin as f64 + 0.5) * width).min(top);
        if low >= high {
            return 0.0;
        }
        // Each octave of pink noise holds the same power.
        log2(high / low) * k_weighting((low * high).sqrt())
    };
    (0..bins).map(band).collect()
}

/// The power response of the K-weighting at a frequency in Hz, up to 24 kHz: the two filters that the standard gives
/// for 48 kHz, so that every rate has the same.
fn k_weighting(hz: f64) -> f64 {
    const SHELF: [[f64; 3]; 2] = [
        [
            1.535_124_859_586_97,
            -2.691_696_189_406_38,
            1.198_392_810_852_85,
        ],
        [1.0, -1.690_659_293_182_41, 0.732_480_774_215_85],
    ];
    const HIGH_PASS: [[f64; 3]; 2] = [
        [1.0, -2.0, 1.0],
        [1.0, -1.990_047_454_833_98, 0.990_072_250_366_21],
    ];
    let (sin, _) = sin_cos(std::f64::consts::PI * hz / 48_000.0);
    let u = sin * sin;
    // |a + b z + c z^2|^2 on the unit circle, without a difference of large numbers.
    let squared = |[a, b, c]: [f64; 3]| {
        let sum = a + b + c;
        sum * sum - 4.0 * u * (b * (a + c) + 4.0 * a * c) + 16.0 * a * c * u * u
    };
    let filter = |[zeros, poles]: [[f64; 3]; 2]| squared(zeros) / squared(poles);
    filter(SHELF) * filter(HIGH_PASS)
}

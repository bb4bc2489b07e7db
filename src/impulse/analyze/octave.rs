//! Octave bands without a shift in time: Butterworth's magnitude, and no phase.
//!
//! The whole response is filtered in one transform. A causal filter would delay the low bands and
//! move energy across the 50 and 80 ms borders; without phase, what a band rings goes to both sides
//! alike. Source of the centres and edges: IEC 61260-1, base-two.

use realfft::RealFftPlanner;
use realfft::num_complex::Complex;

/// The centres of the octave bands in Hz.
pub const CENTRES_HZ: [f64; 9] = [63.0, 125.0, 250.0, 500.0, 1e3, 2e3, 4e3, 8e3, 16e3];
/// The order of the band-pass at each edge.
const ORDER: i32 = 4;

/// The magnitude, squared, of a band at `centre` for the frequency `hz`: that of a digital
/// Butterworth filter, whose frequencies are bent by the bilinear transform. Near the Nyquist
/// frequency this is what other programs measure with.
pub(in crate::impulse) fn power(centre: f64, hz: f64, rate: f64) -> f64 {
    if hz <= 0.0 || hz >= rate / 2.0 {
        return 0.0;
    }
    let bend = |hz: f64| (std::f64::consts::PI * hz / rate).tan();
    let low = bend(centre / std::f64::consts::SQRT_2);
    let high = bend(centre * std::f64::consts::SQRT_2);
    let at = bend(hz);
    let q = (at * at - low * high) / (at * (high - low));
    1.0 / (1.0 + (q * q).powi(ORDER))
}

/// The octave bands that fit below the Nyquist frequency, one after the other.
pub(super) fn split(samples: &[f64], rate: f64) -> impl Iterator<Item = (f64, Vec<f64>)> {
    // Room for half a second of ringing, so that the end does not come round to the beginning.
    let size = fast_size(samples.len() + (rate / 2.0) as usize);
    let mut planner = RealFftPlanner::<f64>::new();
    let (forward, inverse) = (
        planner.plan_fft_forward(size),
        planner.plan_fft_inverse(size),
    );
    let mut padded = samples.to_vec();
    padded.resize(size, 0.0);
    let mut spectrum = forward.make_output_vec();
    let transformed = forward.process(&mut padded, &mut spectrum).is_ok();
    let (frames, mut bins) = (samples.len(), inverse.make_input_vec());
    let centres = CENTRES_HZ.into_iter().filter(move |centre| {
        transformed && frames > 0 && centre * std::f64::consts::SQRT_2 < rate / 2.0
    });
    centres.map(move |centre| {
        let step = rate / size as f64;
        for (i, (bin, &from)) in bins.iter_mut().zip(&spectrum).enumerate() {
            let gain = power(centre, i as f64 * step, rate).sqrt() / size as f64;
            *bin = if gain < 1e-9 {
                Complex::default()
            } else {
                from * gain
            };
        }
        let mut band = inverse.make_output_vec();
        // The ends of the spectrum are real by construction: the bands end before them.
        if inverse.process(&mut bins, &mut band).is_err() {
            band.fill(0.0);
        }
        band.truncate(frames);
        (centre, band)
    })
}

/// The next even length that transforms quickly: a power of two or three quarters of one.
fn fast_size(least: usize) -> usize {
    let three = least.div_ceil(3).next_power_of_two().max(2) * 3;
    least.next_power_of_two().max(2).min(three)
}

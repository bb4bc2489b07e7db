//! How waves that are dispersed give way to noise.

use crate::math::sin_cos;

/// Fades `samples` in or out over the second half of the mixing time; both together keep the
/// power.
pub(super) fn fade(samples: &mut [f32], rate: u32, mixing_s: f64, into: bool) {
    let mixing = mixing_s * f64::from(rate);
    for (i, sample) in samples.iter_mut().enumerate() {
        let part = ((i as f64 / mixing - 0.5) * 2.0).clamp(0.0, 1.0);
        if into && part == 1.0 {
            break;
        }
        let (sin, cos) = sin_cos(part * std::f64::consts::FRAC_PI_2);
        *sample *= (if into { sin } else { cos }) as f32;
    }
}

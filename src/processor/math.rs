//! Elementary functions of settings and samples that give the same bits on every machine: a project is the same sound
//! everywhere. Audio thread.
//!
//! The work is done in double precision by [the functions that rooms are made with](crate::impulse::math); what is
//! rounded here is far closer to the truth than an `f32`.

use std::f64::consts::{LN_2, LOG2_10, LOG2_E};

use crate::impulse::math;

/// Sine and cosine from 0 to a right angle. Real-time.
pub(super) fn sin_cos(angle: f32) -> (f32, f32) {
    let (sin, cos) = math::sin_cos(f64::from(angle));
    (sin as f32, cos as f32)
}

/// Sine and cosine of a part of a turn, from 0 to 1. Real-time.
pub(super) fn circle(turn: f64) -> (f32, f32) {
    let (sin, cos) = math::sin_cos(turn * std::f64::consts::TAU);
    (sin as f32, cos as f32)
}

/// Sine from 0 to a right angle, in double precision. Real-time.
pub(super) fn sin_wide(angle: f64) -> f64 {
    math::sin_cos(angle).0
}

/// The tangent from 0 to less than a right angle. Real-time.
pub(super) fn tan(angle: f32) -> f32 {
    let (sin, cos) = math::sin_cos(f64::from(angle));
    (sin / cos) as f32
}

/// `e^x`, for an `x` of -80 to 80. Real-time.
pub(super) fn exp(x: f32) -> f32 {
    math::exp2(f64::from(x) * LOG2_E) as f32
}

/// The natural logarithm of a positive number. Real-time.
pub(super) fn ln(x: f32) -> f32 {
    (math::log2(f64::from(x)) * LN_2) as f32
}

/// The ratio of amplitudes of a level in dB, in double precision. Real-time.
pub(super) fn gain_wide(db: f64) -> f64 {
    math::exp2(db * (LOG2_10 / 20.0))
}

/// The ratio of amplitudes of a level in dB. Real-time.
pub(super) fn gain(db: f32) -> f32 {
    gain_wide(f64::from(db)) as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::FRAC_PI_2;

    /// Whether it is the number next to the truth, or one of the two around it where that is in the middle.
    fn is_next(ours: f32, truth: f64) -> bool {
        let step = f64::from(ours.next_up()) - f64::from(ours);
        (f64::from(ours) - truth).abs() <= 0.500_01 * step
    }

    #[test]
    fn they_are_the_numbers_next_to_the_truth() {
        for i in 0..=20_000 {
            let part = f64::from(i) / 20_000.0;
            let angle = (part * FRAC_PI_2) as f32;
            let wide = f64::from(angle);
            let (sin, cos) = sin_cos(angle);
            assert!(is_next(sin, wide.sin()), "sin({angle})");
            // At the right angle itself the cosine is what is left of rounding.
            assert!(i == 20_000 || is_next(cos, wide.cos()), "cos({angle})");
            let corner = (0.98 * part * FRAC_PI_2) as f32;
            assert!(
                is_next(tan(corner), f64::from(corner).tan()),
                "tan({corner})"
            );
            let x = (part * 160.0 - 80.0) as f32;
            assert!(is_next(exp(x), f64::from(x).exp()), "exp({x})");
            let db = (part * 72.0 - 60.0) as f32;
            let ratio = 10_f64.powf(f64::from(db) / 20.0);
            assert!(is_next(gain(db), ratio), "gain({db})");
            let hz = (part * 20_000.0 + 1e-3) as f32;
            assert!(is_next(ln(hz), f64::from(hz).ln()), "ln({hz})");
        }
        assert_eq!(
            (ln(1.0), exp(0.0), gain(0.0), tan(0.0)),
            (0.0, 1.0, 1.0, 0.0)
        );
        assert_eq!(sin_cos(0.0), (0.0, 1.0));
    }
}

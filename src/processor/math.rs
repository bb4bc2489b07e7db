//! Elementary functions that give the same bits on every machine: a project is the same sound everywhere. Audio
//! thread.
//!
//! The system's `sin`, `tan` and `exp` of an `f32` differ in the last place from one C library to another. These are
//! polynomials in double precision and plain IEEE arithmetic; what is rounded is far closer to the truth than an `f32`.

use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, LN_2, LN_10, SQRT_2};

/// One over the factorials.
const BY_FACTORIAL: [f64; 16] = {
    let (mut by, mut n) = ([1.0; 16], 2);
    while n < 16 {
        by[n] = by[n - 1] / n as f64;
        n += 1;
    }
    by
};

/// Every second of the terms of `e^x` from `first` to `last`, with signs in turn, over `x^first`.
#[inline(always)]
fn alternating(square: f64, first: usize, last: usize) -> f64 {
    let mut sum = 0.0;
    let mut n = last;
    while n > first {
        sum = (BY_FACTORIAL[n] - sum) * square;
        n -= 2;
    }
    BY_FACTORIAL[first] - sum
}

/// Sine and cosine from 0 to a right angle. Real-time.
fn quarter(angle: f64) -> (f64, f64) {
    let turned = angle > FRAC_PI_4;
    let x = if turned { FRAC_PI_2 - angle } else { angle };
    let square = x * x;
    let (sin, cos) = (x * alternating(square, 1, 13), alternating(square, 0, 14));
    if turned { (cos, sin) } else { (sin, cos) }
}

/// Sine and cosine from 0 to a right angle. Real-time.
pub(super) fn sin_cos(angle: f32) -> (f32, f32) {
    let (sin, cos) = quarter(f64::from(angle));
    (sin as f32, cos as f32)
}

/// The tangent from 0 to less than a right angle. Real-time.
pub(super) fn tan(angle: f32) -> f32 {
    let (sin, cos) = quarter(f64::from(angle));
    (sin / cos) as f32
}

/// `e^x`, for an `x` of -700 to 700. Real-time.
fn exp_wide(x: f64) -> f64 {
    let whole = (x / LN_2 + 0.5).floor();
    let rest = x - whole * LN_2;
    let sum = BY_FACTORIAL
        .iter()
        .rev()
        .fold(0.0, |sum, by| sum * rest + by);
    sum * f64::from_bits(((whole as i64 + 1023) as u64) << 52)
}

/// `e^x`, for an `x` of -80 to 80. Real-time.
pub(super) fn exp(x: f32) -> f32 {
    exp_wide(f64::from(x)) as f32
}

/// The natural logarithm of a positive number that is not denormal. Real-time.
pub(super) fn ln(x: f32) -> f32 {
    let bits = f64::from(x).to_bits();
    let mut exponent = (bits >> 52) as i64 - 1023;
    let mut mantissa = f64::from_bits((bits & ((1 << 52) - 1)) | (1023 << 52));
    if mantissa > SQRT_2 {
        mantissa /= 2.0;
        exponent += 1;
    }
    // 2 artanh((m - 1) / (m + 1)), whose argument is at most 0.172.
    let s = (mantissa - 1.0) / (mantissa + 1.0);
    let square = s * s;
    let series = (0..10)
        .rev()
        .fold(0.0, |sum, n| sum * square + 1.0 / f64::from(2 * n + 1));
    (exponent as f64 * LN_2 + 2.0 * s * series) as f32
}

/// The ratio of amplitudes of a level in dB. Real-time.
pub(super) fn gain(db: f32) -> f32 {
    exp_wide(f64::from(db) * (LN_10 / 20.0)) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

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

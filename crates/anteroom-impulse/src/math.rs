//! Elementary functions that give the same bits on every machine.
//!
//! The system's `exp`, `log` and `sin` differ in the last place from one C library to another, and
//! a room that is made from a seed must not. These are series in plain IEEE arithmetic, good to
//! about 1e-15, which is far more than a sample can hold. They neither allocate nor wait, so an audio
//! thread may use them too.

#![deny(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    clippy::disallowed_macros
)]

use std::f64::consts::{FRAC_PI_4, LN_2, LN_10, LOG2_10, PI, SQRT_2};

/// `e^x - 1 - ... ` as a Taylor polynomial, for `|x| <= ln(2) / 2`.
fn exp_small(x: f64) -> f64 {
    const ONE_BY: [f64; 15] = {
        let (mut one_by, mut n) = ([1.0; 15], 2);
        while n < 15 {
            one_by[n] = 1.0 / n as f64;
            n += 1;
        }
        one_by
    };
    // Horner's scheme from the fourteenth term down. A division in each would take most of the time.
    (1..=14).rev().fold(1.0, |sum, n| 1.0 + sum * x * ONE_BY[n])
}

/// Two to the power of `x`; 0 below -1000, and never more than 2^1000.
#[must_use]
pub fn exp2(x: f64) -> f64 {
    if x.is_nan() || x < -1000.0 {
        return 0.0;
    }
    let x = x.min(1000.0);
    let whole = (x + 0.5).floor();
    let scale = f64::from_bits(((whole as i64 + 1023) as u64) << 52);
    scale * exp_small((x - whole) * LN_2)
}

/// The logarithm to base two of a positive number; -1000 for anything else.
#[must_use]
pub fn log2(x: f64) -> f64 {
    if x.is_nan() || x < f64::MIN_POSITIVE {
        return -1000.0;
    }
    let bits = x.to_bits();
    let mut exponent = (bits >> 52) as i64 - 1023;
    let mut mantissa = f64::from_bits((bits & ((1 << 52) - 1)) | (1023 << 52));
    if mantissa > SQRT_2 {
        mantissa /= 2.0;
        exponent += 1;
    }
    // ln(m) = 2 artanh((m - 1) / (m + 1)), whose argument is at most 0.172.
    let s = (mantissa - 1.0) / (mantissa + 1.0);
    let square = s * s;
    let series = (0..11)
        .rev()
        .fold(0.0, |sum, n| 1.0 / f64::from(2 * n + 1) + square * sum);
    exponent as f64 + 2.0 * s * series / LN_2
}

/// A ratio of powers for a level in dB.
#[must_use]
pub fn power_of_db(db: f64) -> f64 {
    exp2(db * (LOG2_10 / 10.0))
}

/// The level in dB of a ratio of powers.
#[must_use]
pub fn db_of_power(power: f64) -> f64 {
    log2(power) * (10.0 * LN_2 / LN_10)
}

/// Sine and cosine of an angle in radians, for angles of moderate size.
#[must_use]
pub fn sin_cos(angle: f64) -> (f64, f64) {
    let quarters = (angle / (PI / 2.0) + 0.5).floor();
    let x = angle - quarters * (PI / 2.0);
    debug_assert!(x.abs() <= FRAC_PI_4 * 1.0001);
    let square = x * x;
    let sin = (1..=9).rev().fold(1.0, |sum, n| {
        let n = f64::from(2 * n);
        1.0 - square / (n * (n + 1.0)) * sum
    });
    let cos = (1..=9).rev().fold(1.0, |sum, n| {
        let n = f64::from(2 * n);
        1.0 - square / ((n - 1.0) * n) * sum
    });
    let sin = sin * x;
    match (quarters as i64).rem_euclid(4) {
        0 => (sin, cos),
        1 => (cos, -sin),
        2 => (-sin, -cos),
        _ => (-cos, sin),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_agree_with_the_system_to_1e_14() {
        for i in -4000..4000 {
            let x = f64::from(i) * 0.013;
            assert!((exp2(x) / x.exp2() - 1.0).abs() < 1e-14, "exp2({x})");
            let positive = x.abs() * 3.7 + 1e-9;
            assert!(
                (log2(positive) - positive.log2()).abs() < 1e-14 * 60.0,
                "log2({positive})"
            );
            let (sin, cos) = sin_cos(x);
            assert!(
                (sin - x.sin()).abs() < 1e-14 && (cos - x.cos()).abs() < 1e-14,
                "sin({x})"
            );
        }
        assert_eq!(exp2(3.0), 8.0);
        assert_eq!(log2(8.0), 3.0);
        assert_eq!(log2(0.0), -1000.0);
        assert_eq!(exp2(-1e9), 0.0);
    }
}

//! Low-pass kernels: the sinc under Kaiser's window.
//!
//! Kaiser, "Nonrecursive digital filter design using the I0-sinh window function", ISCAS 1974.

use std::f64::consts::PI;

use crate::math::sin_cos;

/// The shape of the window for an attenuation in dB, above 50.
pub(crate) fn beta(attenuation_db: f64) -> f64 {
    0.1102 * (attenuation_db - 8.7)
}

/// The window at `x`, -1 to 1; 0 beyond.
pub(crate) fn window(x: f64, beta: f64) -> f64 {
    let inside = 1.0 - x * x;
    if inside < 0.0 {
        return 0.0;
    }
    bessel(beta * beta * inside) / bessel(beta * beta)
}

/// The modified Bessel function of order 0, of the square of its argument.
fn bessel(square: f64) -> f64 {
    let (mut sum, mut term, mut n) = (1.0, 1.0, 0.0);
    while term > sum * 1e-17 {
        n += 1.0;
        term *= square / (4.0 * n * n);
        sum += term;
    }
    sum
}

/// sin(pi x) / (pi x).
pub(crate) fn sinc(x: f64) -> f64 {
    if x.abs() < 1e-9 {
        return 1.0;
    }
    sin_cos(PI * x).0 / (PI * x)
}

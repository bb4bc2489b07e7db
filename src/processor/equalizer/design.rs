//! From an analogue filter to three digital sections with the same magnitude. Audio thread.
//!
//! The prototypes of bell and shelves are those of Bristow-Johnson, *Cookbook formulae for audio equalizer biquad filter
//! coefficients*: a bell of Q is as wide in octaves cut as boosted, a shelf has half its gain at its frequency. The cuts
//! are Butterworth's of the fourth order, as two filters of the second.

use super::complex::Complex;
use super::warp::{BY_POLES, BY_ZEROS, solve, warped};
use crate::processor::math::{gain_wide, sin_wide};

/// Digital sections that an analogue filter of the second order becomes.
pub(super) const SECTIONS: usize = 3;

/// What a filter does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Raises or lowers what is below its frequency.
    LowShelf,
    /// Raises or lowers what is around it.
    Bell,
    /// Raises or lowers what is above it.
    HighShelf,
    /// Removes what is above it, 12 dB an octave.
    LowPass,
    /// Removes what is below it, 12 dB an octave.
    HighPass,
}

/// One section, a trapezoidal state-variable filter: its corner as `tan(w / 2)`, its damping, and how much of its
/// high-pass, band-pass and low-pass makes the output.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Coefficients {
    pub(super) g: f64,
    pub(super) k: f64,
    pub(super) high: f64,
    pub(super) band: f64,
    pub(super) low: f64,
}

impl Coefficients {
    /// Those of a section that changes nothing.
    pub(super) const THROUGH: Self = Self {
        g: 1.0,
        k: 1.0,
        high: 1.0,
        band: 1.0,
        low: 1.0,
    };
}

impl Kind {
    /// Whether it does nothing at 0 dB.
    pub(super) const fn has_gain(self) -> bool {
        matches!(self, Self::LowShelf | Self::Bell | Self::HighShelf)
    }
}

/// What the analogue filter's numerator or denominator is.
enum Polynomial {
    /// `s² + alpha s + beta`.
    Full { alpha: f64, beta: f64 },
    /// Constant.
    One,
    /// `s²`.
    Square,
}

/// The same for one section, in `u = (1 - 1/z) / (1 + 1/z)`, times `(1 + u)²`: `square u² + line u + one`.
#[derive(Clone, Copy)]
struct InU {
    square: f64,
    line: f64,
    one: f64,
}

impl InU {
    /// From two solutions of the map, as `1 / y`.
    fn of(a: Complex, b: Complex) -> Self {
        // A root of `y` is `1 + u sqrt(1 - 1 / y)`, of which the right half plane is the stable one.
        let a = (Complex::ONE - a).sqrt();
        let b = (Complex::ONE - b).sqrt();
        Self {
            square: (a * b).re,
            line: (a + b).re,
            one: 1.0,
        }
    }
}

/// The solutions in the order of their size: those that belong to one analogue root apart from the map's own.
fn in_order(mut v: [Complex; 3]) -> [Complex; 3] {
    let size = |v: &Complex| v.re * v.re + v.im * v.im;
    for (a, b) in [(0, 1), (1, 2), (0, 1)] {
        if size(&v[a]) < size(&v[b]) {
            v.swap(a, b);
        }
    }
    v
}

impl Polynomial {
    fn sections(&self) -> [InU; SECTIONS] {
        let twice = |v: f64| InU::of(v.into(), v.into());
        let conjugate = |v: Complex| Complex::new(v.re, -v.im);
        match *self {
            Self::One => BY_POLES.map(twice),
            Self::Square => {
                let square = InU {
                    square: 1.0,
                    line: 0.0,
                    one: 0.0,
                };
                [square, twice(BY_ZEROS[0]), twice(BY_ZEROS[1])]
            }
            Self::Full { alpha, beta } => {
                let half = 0.5 * alpha;
                let inside = half * half - beta;
                if inside < 0.0 {
                    // Two roots s that are conjugate, so of q = -s² one is enough.
                    let q = Complex::new(-inside - half * half, alpha * (-inside).sqrt());
                    return in_order(solve(q)).map(|v| InU::of(v, conjugate(v)));
                }
                let far = half + inside.sqrt();
                let near = beta / far;
                let [a, b] = [far, near].map(|s| in_order(solve((-s * s).into())));
                [0, 1, 2].map(|i| InU::of(a[i], b[i]))
            }
        }
    }
}

/// The sections of a filter at `hz` for a rate in Hz. `db` is for bell and shelves. Real-time.
pub(super) fn design(kind: Kind, hz: f64, db: f64, q: f64, rate: f64) -> [Coefficients; SECTIONS] {
    let mut corner = std::f64::consts::PI * hz / rate;
    if kind == Kind::Bell && corner < std::f64::consts::FRAC_PI_2 {
        // Its middle is where it is meant to be, not where the map has it.
        let sin = sin_wide(corner);
        corner = warped(sin * sin).sqrt();
    }
    let amplitude = gain_wide(0.5 * db);
    let root = amplitude.sqrt();
    let full = |hz: f64, q: f64| Polynomial::Full {
        alpha: hz / q,
        beta: hz * hz,
    };
    let (zeros, poles, at_dc) = match kind {
        Kind::Bell => (
            full(corner, q / amplitude),
            full(corner, q * amplitude),
            1.0,
        ),
        Kind::LowShelf => (
            full(corner * root, q),
            full(corner / root, q),
            amplitude * amplitude,
        ),
        Kind::HighShelf => (full(corner / root, q), full(corner * root, q), 1.0),
        Kind::LowPass => (Polynomial::One, full(corner, q), 1.0),
        Kind::HighPass => (Polynomial::Square, full(corner, q), 1.0 / (corner * corner)),
    };
    let (zeros, poles) = (zeros.sections(), poles.sections());
    [0, 1, 2].map(|i| {
        let (zeros, poles) = (zeros[i], poles[i]);
        let g = 1.0 / poles.square.sqrt();
        let gain = if i == 0 { at_dc } else { 1.0 };
        Coefficients {
            g,
            k: poles.line * g,
            high: gain * zeros.square / poles.square,
            band: gain * zeros.line * g,
            low: gain * zeros.one,
        }
    })
}

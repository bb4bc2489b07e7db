//! F32x4 numbers that are worked on together: one value of each of four frames.
//!
//! Plain IEEE arithmetic, lane by lane, which the compiler turns into vector code: the bits are the
//! same on every machine and in every lane. Off the audio thread.

use std::ops::{Add, AddAssign, Div, Mul, Sub};

/// How many there are.
pub(super) const LANES: usize = 4;

/// One value in each lane.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(align(16))]
pub(super) struct F32x4(pub [f32; LANES]);

impl F32x4 {
    /// The same in each lane.
    #[inline]
    pub const fn all(value: f32) -> Self {
        Self([value; LANES])
    }

    /// What `value` answers to the number of the lane.
    #[inline]
    pub fn of(mut value: impl FnMut(usize) -> f32) -> Self {
        Self([value(0), value(1), value(2), value(3)])
    }

    #[inline(always)]
    fn map(self, one: impl Fn(f32) -> f32) -> Self {
        let [a, b, c, d] = self.0;
        Self([one(a), one(b), one(c), one(d)])
    }

    #[inline(always)]
    fn with(self, other: Self, both: impl Fn(f32, f32) -> f32) -> Self {
        let ([a, b, c, d], [e, f, g, h]) = (self.0, other.0);
        Self([both(a, e), both(b, f), both(c, g), both(d, h)])
    }

    /// The square root.
    #[inline]
    pub fn sqrt(self) -> Self {
        self.map(f32::sqrt)
    }

    /// The smaller of two in each lane.
    #[inline]
    pub fn min(self, other: Self) -> Self {
        self.with(other, |a, b| if a < b { a } else { b })
    }

    /// No lane below `low` or above `high`.
    #[inline]
    pub fn clamp(self, low: f32, high: f32) -> Self {
        self.map(|x| if x > low { x } else { low })
            .map(|x| if x < high { x } else { high })
    }

    /// The ratios of amplitudes for levels in dB, good to 3e-7; levels beyond 750 dB count as 750.
    pub fn amplitude(self) -> Self {
        const OCTAVES_PER_DB: f32 = (std::f64::consts::LOG2_10 / 20.0) as f32;
        // Adding 1.5 * 2^23 leaves the nearest whole number in the lowest bits.
        const ROUND: f32 = 12_582_912.0;
        let x = (self * OCTAVES_PER_DB).clamp(-125.0, 125.0);
        let rounded = x.map(|x| x + ROUND);
        let part = x - rounded.map(|rounded| rounded - ROUND);
        // Two to the power of the rest, which is within a half: the exponential's series.
        let terms = [
            1.540_353e-4,
            1.333_355_8e-3,
            9.618_129e-3,
            5.550_411e-2,
            2.402_265e-1,
            std::f32::consts::LN_2,
            1.0,
        ];
        let series = terms.into_iter();
        let power = series.fold(Self::default(), |sum, term| sum * part + Self::all(term));
        let scale = rounded.map(|rounded| {
            let whole = rounded.to_bits().wrapping_sub(ROUND.to_bits());
            f32::from_bits(whole.wrapping_add(127) << 23)
        });
        power * scale
    }
}

impl Add for F32x4 {
    type Output = Self;
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.with(other, |a, b| a + b)
    }
}

impl AddAssign for F32x4 {
    #[inline]
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for F32x4 {
    type Output = Self;
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        self.with(other, |a, b| a - b)
    }
}

impl Mul for F32x4 {
    type Output = Self;
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        self.with(other, |a, b| a * b)
    }
}

impl Div for F32x4 {
    type Output = Self;
    #[inline]
    fn div(self, other: Self) -> Self {
        self.with(other, |a, b| a / b)
    }
}

impl Mul<f32> for F32x4 {
    type Output = Self;
    #[inline(always)]
    fn mul(self, factor: f32) -> Self {
        self.map(|x| x * factor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_amplitudes() {
        for tenth in -7000..7000 {
            let db = tenth as f32 / 10.0;
            let want = 10f64.powf(f64::from(db) / 20.0);
            // The level itself is a number of 24 bits, of which the whole octaves take some.
            let allowed = 3e-7 + f64::from(db).abs() * 2e-8;
            for got in F32x4::all(db).amplitude().0 {
                let error = (f64::from(got) / want - 1.0).abs();
                assert!(error < allowed, "{db} dB: {got} instead of {want}");
            }
        }
        assert!(F32x4::all(-1e9).amplitude().0[0] < 1e-37);
    }
}

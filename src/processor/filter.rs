//! The wet signal's low cut and high cut: second-order Butterworth filters in the form of the
//! trapezoidal state-variable filter (Zavalishin, *The Art of VA Filter Design*, 2012, chapter 4;
//! Simper, *Linear Trapezoidal State Variable Filter*, 2013), which stays stable while its corner
//! moves. Audio thread.

use super::math::{exp, ln, tan};
use super::ramp::Ramp;

/// Samples between two computations of the coefficients.
const COEFFICIENT_SAMPLES: u32 = 16;

/// State below this is silence: far under what a float near full scale can resolve.
const FAINTEST: f32 = 1e-20;

/// Which side is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// A high-pass.
    Low,
    /// A low-pass.
    High,
}

/// One cut filter for all channels, off at its resting corner.
#[derive(Debug)]
pub struct CutFilter {
    cut: Cut,
    rate: f32,
    /// The corner at which the filter is off, in Hz.
    off_hz: f32,
    /// Natural logarithm of the corner in Hz: a sweep then moves evenly in pitch.
    corner: Ramp,
    /// Share of the filtered signal; 0 is exactly transparent.
    amount: Ramp,
    /// Integrator states, per channel.
    state: [[f32; 2]; 2],
    a: [f32; 3],
    /// Samples until the coefficients are computed again.
    due: u32,
}

/// Damping of a Butterworth filter: the reciprocal of its Q.
const DAMPING: f32 = std::f32::consts::SQRT_2;

impl CutFilter {
    /// A filter that is off. `off_hz` is the end of the control's range where it stays off;
    /// a move takes `fade_samples`. Not real-time.
    #[must_use]
    pub fn new(cut: Cut, rate: f32, off_hz: f32, fade_samples: u32) -> Self {
        let mut filter = Self {
            cut,
            rate,
            off_hz,
            corner: Ramp::new(ln(off_hz), fade_samples),
            amount: Ramp::new(0.0, fade_samples),
            state: [[0.0; 2]; 2],
            a: [0.0; 3],
            due: 0,
        };
        filter.compute();
        filter
    }

    /// Moves the corner to `hz`; at or beyond its resting end the filter fades out.
    /// Real-time, wait-free.
    pub fn set(&mut self, hz: f32) {
        let off = self.is_off_at(hz);
        if off && self.amount.rests_on(0.0) {
            // It is off and stays off: where its corner is counts when it comes on.
            return;
        }
        if self.amount.rests_on(0.0) && !off {
            // Nothing is heard of it yet: the corner need not travel. What it heard before it went off is past, whether
            // or not a pass has ended since.
            self.corner.snap(ln(hz));
            self.due = 0;
            self.state = [[0.0; 2]; 2];
        }
        self.corner.set(ln(hz));
        self.amount.set(if off { 0.0 } else { 1.0 });
    }

    /// Fades it out where it is. Real-time, wait-free.
    pub fn fade_out(&mut self) {
        self.amount.set(0.0);
    }

    /// Forgets the past and takes the corner at once. Real-time, wait-free.
    pub fn reset(&mut self, hz: f32) {
        self.state = [[0.0; 2]; 2];
        self.corner.snap(ln(hz));
        self.amount.snap(if self.is_off_at(hz) { 0.0 } else { 1.0 });
        self.due = 0;
    }

    /// Whether nothing moves. Real-time, wait-free.
    #[must_use]
    pub fn at_rest(&self) -> bool {
        self.amount.rests_on(0.0) || (self.amount.at_rest() && self.corner.at_rest())
    }

    /// Whether it is off and stays off. Real-time, wait-free.
    #[must_use]
    pub fn is_off(&self) -> bool {
        self.amount.rests_on(0.0)
    }

    /// The corner at which it is off, in Hz. Real-time, wait-free.
    #[must_use]
    pub fn off_hz(&self) -> f32 {
        self.off_hz
    }

    /// Whether it is off with its corner there. Real-time, wait-free.
    #[must_use]
    pub fn is_off_at(&self, hz: f32) -> bool {
        match self.cut {
            Cut::Low => hz <= self.off_hz,
            Cut::High => hz >= self.off_hz,
        }
    }

    /// What it does to the power of a frequency, given as `tan(w / 2)` with `w` in radians a sample.
    #[must_use]
    pub fn power(&self, warped: f64) -> f64 {
        if self.is_off() {
            return 1.0;
        }
        let t = warped / f64::from(self.g());
        let under = (1.0 - t * t).powi(2) + 2.0 * t * t;
        let over = match self.cut {
            Cut::Low => t.powi(4),
            Cut::High => 1.0,
        };
        over / under
    }

    /// The corner as `tan(w / 2)`.
    fn g(&self) -> f32 {
        // A corner close to half the rate would fold; at 8 kHz even 20 kHz must do no harm.
        let hz = exp(self.corner.value()).min(0.49 * self.rate);
        tan(std::f32::consts::PI * hz / self.rate)
    }

    fn compute(&mut self) {
        let g = self.g();
        let a1 = 1.0 / (1.0 + g * (g + DAMPING));
        self.a = [a1, g * a1, g * g * a1];
        self.due = COEFFICIENT_SAMPLES;
    }

    /// Filters one block in place, one or two channels. Real-time, wait-free.
    pub fn process(&mut self, channels: &mut [&mut [f32]]) {
        if self.amount.rests_on(0.0) {
            // Off: exactly transparent, and nothing rings when it comes on again.
            self.state = [[0.0; 2]; 2];
            return;
        }
        let samples = channels.first().map_or(0, |block| block.len());
        for offset in 0..samples {
            if self.due == 0 {
                self.compute();
                for state in self.state.iter_mut().flatten() {
                    if state.abs() < FAINTEST {
                        *state = 0.0;
                    }
                }
            }
            self.due -= 1;
            self.corner.next();
            let amount = self.amount.next();
            let [a1, a2, a3] = self.a;
            for (block, state) in channels.iter_mut().zip(&mut self.state) {
                let x = block[offset];
                let v3 = x - state[1];
                let v1 = a1 * state[0] + a2 * v3;
                let v2 = state[1] + a2 * state[0] + a3 * v3;
                state[0] = 2.0 * v1 - state[0];
                state[1] = 2.0 * v2 - state[1];
                let filtered = match self.cut {
                    Cut::Low => x - DAMPING * v1 - v2,
                    Cut::High => v2,
                };
                block[offset] = x + (filtered - x) * amount;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gain in dB of a settled sine through the filter.
    fn gain_db(filter: &mut CutFilter, hz: f32, rate: f32) -> f32 {
        let n = rate as usize;
        let mut block: Vec<f32> = (0..n)
            .map(|i| (std::f32::consts::TAU * hz * i as f32 / rate).sin())
            .collect();
        filter.process(&mut [&mut block]);
        let power: f32 = block[n / 2..].iter().map(|x| x * x).sum::<f32>() / (n / 2) as f32;
        10.0 * (2.0 * power).log10()
    }

    #[test]
    fn the_corner_is_three_decibels_down_and_the_slope_twelve_an_octave() {
        for (cut, off, corner, stop) in [
            (Cut::Low, 20.0, 500.0, 125.0),
            (Cut::High, 20_000.0, 2_000.0, 8_000.0),
        ] {
            let mut filter = CutFilter::new(cut, 48_000.0, off, 480);
            filter.reset(corner);
            let at_corner = gain_db(&mut filter, corner, 48_000.0);
            assert!((at_corner + 3.01).abs() < 0.1, "{cut:?}: {at_corner} dB");
            filter.reset(corner);
            let beyond = gain_db(&mut filter, stop, 48_000.0);
            assert!((-28.0..-23.0).contains(&beyond), "{cut:?}: {beyond} dB");
        }
    }

    #[test]
    fn at_its_resting_end_it_changes_no_bit() {
        let mut filter = CutFilter::new(Cut::Low, 48_000.0, 20.0, 480);
        filter.set(20.0);
        let mut block = [0.1, -0.7, 1e-9];
        filter.process(&mut [&mut block]);
        assert_eq!(block, [0.1, -0.7, 1e-9]);
    }

    #[test]
    fn the_output_does_not_depend_on_how_the_block_is_cut() {
        let input: Vec<f32> = (0..999)
            .map(|i| ((i * 7919) % 101) as f32 / 50.0 - 1.0)
            .collect();
        let run = |cuts: usize| {
            let mut filter = CutFilter::new(Cut::High, 44_100.0, 20_000.0, 200);
            filter.reset(20_000.0);
            filter.set(1_500.0);
            let mut output = input.clone();
            for chunk in output.chunks_mut(cuts) {
                filter.process(&mut [chunk]);
            }
            output
        };
        assert_eq!(run(1), run(999));
        assert_eq!(run(17), run(999));
    }

    #[test]
    fn a_corner_above_half_the_rate_stays_finite() {
        let mut filter = CutFilter::new(Cut::High, 8_000.0, 20_000.0, 10);
        filter.reset(19_000.0);
        assert!(gain_db(&mut filter, 1_000.0, 8_000.0).is_finite());
    }
}

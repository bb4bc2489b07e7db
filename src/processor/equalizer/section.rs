//! One digital section that moves without a sound of its own. Audio thread.

use super::design::Coefficients;

/// State below this is silence: far under what a float near full scale can resolve.
const FAINTEST: f64 = 1e-20;

/// A trapezoidal state-variable filter (Zavalishin 2012; Simper 2013) for two channels, whose coefficients go to the next
/// ones in straight lines. It stays stable on the way: corner and damping are positive at both ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Section {
    at: Coefficients,
    /// What the state is mixed with, from corner and damping.
    a: [f64; 3],
    /// The way of one sample, while it moves.
    step: Option<Coefficients>,
    state: [[f64; 2]; 2],
}

/// The parts of a trapezoidal step.
fn parts(at: &Coefficients) -> [f64; 3] {
    let a1 = 1.0 / (1.0 + at.g * (at.g + at.k));
    [a1, at.g * a1, at.g * at.g * a1]
}

impl Section {
    pub(super) fn new(at: Coefficients) -> Self {
        Self {
            at,
            a: parts(&at),
            step: None,
            state: [[0.0; 2]; 2],
        }
    }

    /// Forgets the past.
    pub(super) fn forget(&mut self) {
        self.state = [[0.0; 2]; 2];
    }

    /// Takes the coefficients at once.
    pub(super) fn snap(&mut self, at: Coefficients) {
        self.at = at;
        self.a = parts(&at);
        self.step = None;
    }

    /// Moves to these coefficients in so many samples.
    pub(super) fn go(&mut self, to: Coefficients, samples: u32) {
        let by = 1.0 / f64::from(samples);
        let line = |from: f64, to: f64| (to - from) * by;
        self.step = Some(Coefficients {
            g: line(self.at.g, to.g),
            k: line(self.at.k, to.k),
            high: line(self.at.high, to.high),
            band: line(self.at.band, to.band),
            low: line(self.at.low, to.low),
        });
    }

    /// Clears what has died away, so that no denormal number is ever computed with.
    pub(super) fn settle(&mut self) {
        for state in self.state.iter_mut().flatten() {
            if state.abs() < FAINTEST {
                *state = 0.0;
            }
        }
    }

    /// What it does to the power of a frequency, given as `tan(w / 2)` with `w` in radians a sample.
    pub(super) fn power(&self, warped: f64) -> f64 {
        let Coefficients {
            g,
            k,
            high,
            band,
            low,
        } = self.at;
        let t = warped / g;
        let over = (low - high * t * t).powi(2) + (band * t).powi(2);
        let under = (1.0 - t * t).powi(2) + (k * t).powi(2);
        over / under
    }

    /// Filters one frame.
    #[inline]
    pub(super) fn tick(&mut self, frame: &mut [f64; 2]) {
        if let Some(step) = &self.step {
            self.at.g += step.g;
            self.at.k += step.k;
            self.at.high += step.high;
            self.at.band += step.band;
            self.at.low += step.low;
            self.a = parts(&self.at);
        }
        let [a1, a2, a3] = self.a;
        let Coefficients {
            k, high, band, low, ..
        } = self.at;
        for (x, state) in frame.iter_mut().zip(&mut self.state) {
            let v3 = *x - state[1];
            let v1 = a1 * state[0] + a2 * v3;
            let v2 = state[1] + a2 * state[0] + a3 * v3;
            state[0] = 2.0 * v1 - state[0];
            state[1] = 2.0 * v2 - state[1];
            *x = high * (*x - k * v1 - v2) + band * v1 + low * v2;
        }
    }
}

//! The cuts with 24 dB an octave. Audio thread.

use super::band::{Band, Place};
use super::design::Kind;
use super::each_frame;
use crate::processor::filter::Cut;
use crate::processor::ramp::Ramp;

/// The Q of the two halves of Butterworth's filter of the fourth order.
const HALVES: [f32; 2] = [0.541_196_1, 1.306_563];

/// A steep cut of the wet signal, which fades in and out and moves in pitch.
#[derive(Debug)]
pub(in crate::processor) struct SteepCut {
    halves: [Band; 2],
    /// Share of the filtered signal; 0 is exactly transparent.
    amount: Ramp,
}

/// Where the halves of a cut at a corner are.
fn places(hz: f32) -> [Place; 2] {
    HALVES.map(|q| Place { hz, db: 0.0, q })
}

impl SteepCut {
    /// A cut that is off. Not real-time.
    pub(in crate::processor) fn new(cut: Cut, rate: f32, fade_samples: u32) -> Self {
        let kind = match cut {
            Cut::Low => Kind::HighPass,
            Cut::High => Kind::LowPass,
        };
        Self {
            halves: places(1000.0).map(|place| Band::new(kind, place, rate, fade_samples)),
            amount: Ramp::new(0.0, fade_samples),
        }
    }

    /// Moves the corner to `hz`, or fades out if it is not there. Real-time.
    pub(in crate::processor) fn set(&mut self, hz: Option<f32>) {
        match hz {
            None => self.amount.set(0.0),
            Some(hz) if self.amount.rests_on(0.0) => {
                // Nothing is heard of it yet: the corner need not travel.
                self.put(hz);
                self.amount.set(1.0);
            }
            Some(hz) => {
                self.amount.set(1.0);
                for (half, place) in self.halves.iter_mut().zip(places(hz)) {
                    half.set(place);
                }
            }
        }
    }

    /// Forgets the past and takes the corner at once. Real-time.
    pub(in crate::processor) fn reset(&mut self, hz: Option<f32>) {
        self.amount.snap(if hz.is_some() { 1.0 } else { 0.0 });
        if let Some(hz) = hz {
            self.put(hz);
        }
    }

    fn put(&mut self, hz: f32) {
        for (half, place) in self.halves.iter_mut().zip(places(hz)) {
            half.reset(place);
        }
    }

    /// What it does to the power of a frequency, given as `tan(w / 2)` with `w` in radians a sample.
    pub(in crate::processor) fn power(&self, warped: f64) -> f64 {
        if self.is_off() {
            return 1.0;
        }
        self.halves.iter().map(|half| half.power(warped)).product()
    }

    /// Whether it is off and stays off. Real-time.
    pub(in crate::processor) fn is_off(&self) -> bool {
        self.amount.rests_on(0.0)
    }

    /// Whether nothing moves. Real-time.
    pub(in crate::processor) fn at_rest(&self) -> bool {
        self.amount.rests_on(0.0)
            || (self.amount.at_rest() && self.halves.iter().all(Band::at_rest))
    }

    /// Filters one block in place, one or two channels. Real-time, wait-free.
    pub(in crate::processor) fn process(&mut self, channels: &mut [&mut [f32]]) {
        if self.amount.rests_on(0.0) {
            return;
        }
        each_frame(channels, |frame| {
            let amount = f64::from(self.amount.next());
            let dry = *frame;
            for half in &mut self.halves {
                half.tick(frame);
            }
            for (x, dry) in frame.iter_mut().zip(dry) {
                *x = dry + (*x - dry) * amount;
            }
        });
    }
}

//! What the equalizer and the cuts do to a frequency: asked of filters like those that the wet signal goes through, so what
//! is drawn is what sounds. Any thread.

use super::cuts::Cuts;
use super::equalizer::{Equalizer, places};
use super::{Processor, Settings};

/// The wet signal's filters at rest in some settings, to be asked and not to be played.
#[derive(Debug)]
pub struct WetResponse {
    equalizer: Equalizer,
    cuts: Cuts,
    rate: f64,
}

impl WetResponse {
    /// The filters of these settings at a rate in Hz. Not real-time.
    #[must_use]
    pub fn new(settings: &Settings, rate: f32) -> Self {
        let mut equalizer = Processor::equalizer_for(rate);
        equalizer.reset(places(settings));
        let mut cuts = Processor::cuts_for(rate);
        cuts.reset(settings);
        Self {
            equalizer,
            cuts,
            rate: rate.into(),
        }
    }

    /// By how much they raise a frequency in Hz, in dB; at least -200. Beyond half the rate it is what they do there.
    #[must_use]
    pub fn decibels(&self, hz: f64) -> f64 {
        let warped = (std::f64::consts::PI * (hz / self.rate).min(0.4999)).tan();
        let power = self.equalizer.power(warped) * self.cuts.power(warped);
        10.0 * power.max(1e-20).log10()
    }
}

#[cfg(test)]
mod tests {
    use super::super::buffer::PASS_SAMPLES;
    use super::*;

    /// The level that a sine has behind the filters, in dB.
    fn measured(settings: &Settings, rate: f32, hz: f64) -> f64 {
        let mut equalizer = Processor::equalizer_for(rate);
        equalizer.reset(places(settings));
        let mut cuts = Processor::cuts_for(rate);
        cuts.reset(settings);
        let turn = std::f64::consts::TAU * hz / f64::from(rate);
        let mut sine: Vec<f32> = (0..96_000)
            .map(|i| (turn * f64::from(i)).sin() as f32)
            .collect();
        for pass in sine.chunks_mut(PASS_SAMPLES) {
            cuts.process(&mut [&mut *pass]);
            equalizer.process(&mut [pass]);
        }
        let settled = &sine[48_000..];
        let power: f64 = settled.iter().map(|x| f64::from(x * x)).sum();
        10.0 * (2.0 * power / settled.len() as f64).log10()
    }

    #[test]
    fn what_is_drawn_is_what_sounds() {
        let gentle = Settings {
            eq1_gain: 6.0,
            eq2_gain: -9.0,
            eq2_q: 3.0,
            eq3_gain: 12.0,
            eq4_gain: -6.0,
            low_cut: 90.0,
            high_cut: 9_000.0,
            ..Settings::default()
        };
        let steep = Settings {
            low_slope: 1,
            high_slope: 1,
            ..gentle
        };
        for settings in [Settings::default(), gentle, steep] {
            for rate in [44_100.0, 96_000.0] {
                let response = WetResponse::new(&settings, rate);
                for hz in [40.0, 100.0, 480.0, 1_000.0, 2_500.0, 8_000.0, 15_000.0] {
                    let (drawn, sounds) = (response.decibels(hz), measured(&settings, rate, hz));
                    assert!(
                        (drawn - sounds).abs() < 0.1,
                        "{hz} at {rate}: {drawn} {sounds}"
                    );
                }
            }
        }
    }
}

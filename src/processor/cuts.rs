//! The wet signal's low cut and high cut, each with 12 or 24 dB an octave. Audio thread.

use super::Settings;
use super::buffer::PASS_SAMPLES;
use super::equalizer::SteepCut;
use super::filter::{Cut, CutFilter};

/// The slope of 12 dB an octave, by its place in the table.
const GENTLE: usize = 0;

/// One cut with both of its slopes, of which at most one is heard; when the slope changes they fade.
#[derive(Debug)]
struct Slopes {
    /// 12 dB an octave.
    gentle: CutFilter,
    /// 24 dB an octave.
    steep: SteepCut,
}

impl Slopes {
    fn new(cut: Cut, off_hz: f32, rate: f32, fade_samples: u32) -> Self {
        Self {
            gentle: CutFilter::new(cut, rate, off_hz, fade_samples),
            steep: SteepCut::new(cut, rate, fade_samples),
        }
    }

    /// Where the steep filter is to be, if it is wanted.
    fn steep_hz(&self, hz: f32, slope: usize) -> Option<f32> {
        Some(hz).filter(|hz| slope != GENTLE && !self.gentle.is_off_at(*hz))
    }

    fn set(&mut self, hz: f32, slope: usize) {
        match slope {
            GENTLE => self.gentle.set(hz),
            _ => self.gentle.fade_out(),
        }
        self.steep.set(self.steep_hz(hz, slope));
    }

    fn reset(&mut self, hz: f32, slope: usize) {
        let off_hz = self.gentle.off_hz();
        self.gentle.reset(if slope == GENTLE { hz } else { off_hz });
        self.steep.reset(self.steep_hz(hz, slope));
    }
}

impl Slopes {
    /// Filters one pass. While both are heard each hears the same input, so that the level goes straight from the one to
    /// the other.
    fn process(&mut self, channels: &mut [&mut [f32]]) {
        if self.steep.is_off() {
            return self.gentle.process(channels);
        }
        if self.gentle.is_off() {
            // It does nothing but forget.
            self.gentle.process(channels);
            return self.steep.process(channels);
        }
        let samples = channels.first().map_or(0, |block| block.len());
        let (mut dry, mut twelve) = ([[0.0; PASS_SAMPLES]; 2], [[0.0; PASS_SAMPLES]; 2]);
        let used = channels.len();
        for (channel, block) in channels.iter().enumerate().take(2) {
            dry[channel][..samples].copy_from_slice(block);
            twelve[channel][..samples].copy_from_slice(block);
        }
        let [left, right] = &mut twelve;
        self.gentle
            .process(&mut [&mut left[..samples], &mut right[..samples]][..used]);
        self.steep.process(channels);
        for ((block, dry), twelve) in channels.iter_mut().zip(&dry).zip(&twelve) {
            for ((out, dry), twelve) in block.iter_mut().zip(dry).zip(twelve) {
                // Where one of them does nothing the other is exact: no bit may depend on where a pass ends.
                *out = match (*twelve == *dry, *out == *dry) {
                    (true, _) => *out,
                    (_, true) => *twelve,
                    _ => *twelve + (*out - *dry),
                };
            }
        }
    }
}

/// Both cuts.
#[derive(Debug)]
pub(super) struct Cuts {
    low: Slopes,
    high: Slopes,
}

impl Cuts {
    /// Cuts that are off; a move takes `fade_samples`. Not real-time.
    pub(super) fn new(rate: f32, fade_samples: u32) -> Self {
        Self {
            low: Slopes::new(Cut::Low, 20.0, rate, fade_samples),
            high: Slopes::new(Cut::High, 20_000.0, rate, fade_samples),
        }
    }

    /// Moves to new settings. Real-time, wait-free.
    pub(super) fn set(&mut self, settings: &Settings) {
        self.low.set(settings.low_cut, settings.low_slope);
        self.high.set(settings.high_cut, settings.high_slope);
    }

    /// Takes the settings at once and forgets the past. Real-time, wait-free.
    pub(super) fn reset(&mut self, settings: &Settings) {
        self.low.reset(settings.low_cut, settings.low_slope);
        self.high.reset(settings.high_cut, settings.high_slope);
    }

    /// What they do to the power of a frequency, given as `tan(w / 2)` with `w` in radians a sample.
    pub(super) fn power(&self, warped: f64) -> f64 {
        let cuts = [&self.low, &self.high].into_iter();
        cuts.map(|cut| cut.gentle.power(warped) * cut.steep.power(warped))
            .product()
    }

    /// Whether nothing moves. Real-time, wait-free.
    pub(super) fn at_rest(&self) -> bool {
        [&self.low, &self.high]
            .iter()
            .all(|cut| cut.gentle.at_rest() && cut.steep.at_rest())
    }

    /// Filters one pass in place, one or two channels of at most [`PASS_SAMPLES`]. Real-time, wait-free.
    pub(super) fn process(&mut self, channels: &mut [&mut [f32]]) {
        self.low.process(channels);
        self.high.process(channels);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: f32 = 48_000.0;

    fn settings(low_slope: usize, high_slope: usize) -> Settings {
        Settings {
            low_cut: 400.0,
            high_cut: 3_000.0,
            low_slope,
            high_slope,
            ..Settings::default()
        }
    }

    fn sine(hz: f32) -> Vec<f32> {
        let wave = |i: usize| (std::f32::consts::TAU * ((hz * i as f32 / RATE) % 1.0)).sin();
        (0..48_000).map(wave).collect()
    }

    /// The level of a settled sine in dB.
    fn level(settings: &Settings, hz: f32) -> f32 {
        let mut cuts = Cuts::new(RATE, 960);
        cuts.reset(settings);
        let mut block = sine(hz);
        for pass in block.chunks_mut(PASS_SAMPLES) {
            cuts.process(&mut [pass]);
        }
        let power: f32 = block[24_000..].iter().map(|x| x * x).sum::<f32>() / 24_000.0;
        10.0 * (2.0 * power).log10()
    }

    #[test]
    fn an_octave_further_the_steep_cut_is_down_by_twice_as_much() {
        for (hz, next) in [(100.0, 50.0), (9_000.0, 18_000.0)] {
            let of = |slope: usize, hz: f32| level(&settings(slope, slope), hz);
            let fallen = of(1, hz) - of(1, next);
            assert!((fallen - 24.0).abs() < 0.8, "{hz}: {fallen}");
        }
        let fallen = level(&settings(0, 0), 100.0) - level(&settings(0, 0), 50.0);
        assert!((fallen - 12.0).abs() < 0.3, "{fallen}");
        // Both are Butterworth's: the corner is 3 dB down.
        for slope in [0, 1] {
            for corner in [400.0, 3_000.0] {
                let down = level(&settings(slope, slope), corner);
                assert!((down + 3.01).abs() < 0.1, "{corner} Hz: {down} dB");
            }
        }
    }

    #[test]
    fn a_change_of_slope_makes_no_click() {
        let largest_step = |slopes: fn(usize) -> [usize; 2]| {
            let mut cuts = Cuts::new(RATE, 960);
            let mut block = sine(200.0);
            for (index, part) in block.chunks_mut(64).enumerate() {
                let [low, high] = slopes(index);
                cuts.set(&settings(low, high));
                cuts.process(&mut [part]);
            }
            block[2_000..]
                .windows(2)
                .map(|pair| (pair[1] - pair[0]).abs())
                .fold(0.0, f32::max)
        };
        let fixed = largest_step(|_| [0, 0]).max(largest_step(|_| [1, 1]));
        let moved = largest_step(|index| [index / 100 % 2, index / 150 % 2]);
        assert!(moved < 1.41 * fixed, "{moved} for {fixed}");
    }

    #[test]
    fn steep_and_off_is_exactly_transparent() {
        let mut cuts = Cuts::new(RATE, 960);
        cuts.reset(&Settings {
            low_slope: 1,
            high_slope: 1,
            ..Settings::default()
        });
        let mut block = sine(321.0);
        cuts.process(&mut [&mut block[..PASS_SAMPLES]]);
        assert_eq!(block, sine(321.0));
    }
    #[test]
    fn the_output_does_not_depend_on_how_the_block_is_cut() {
        let run = |pass: usize| {
            let mut cuts = Cuts::new(RATE, 960);
            let mut block = sine(700.0);
            for (index, part) in block.chunks_mut(1_000).enumerate() {
                let settings = settings(index % 2, index / 2 % 2);
                for part in part.chunks_mut(pass) {
                    cuts.set(&settings);
                    cuts.process(&mut [part]);
                }
            }
            block
        };
        let whole = run(250);
        for pass in [1, 7, 64] {
            assert!(run(pass) == whole, "{pass}");
        }
    }
}

//! Level meters with their ballistics on the audio side, so that a reader that sleeps misses no
//! peak. Audio thread.

/// Fall of the peak in dB per second, as a peak programme meter (IEC 60268-10 type I: 20 dB in
/// 1.7 s).
const FALL_DB_PER_SECOND: f32 = 20.0 / 1.7;

/// Time constant of the mean square, in seconds.
const RMS_SECONDS: f32 = 0.3;

/// Level of one channel, linear amplitude.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Level {
    /// Falling peak.
    pub peak: f32,
    /// Root of the mean square.
    pub rms: f32,
}

/// The meter of up to two channels.
#[derive(Clone, Copy, Debug)]
pub struct Meter {
    peak: [f32; 2],
    square: [f32; 2],
    fall_per_sample: f32,
    rms_per_sample: f32,
    /// A number of samples, and by how much peak and mean square fall meanwhile: hosts' blocks are mostly alike.
    falls: (usize, f32, f32),
}

impl Meter {
    /// A meter at rest for a sample rate in Hz.
    #[must_use]
    pub fn new(rate: f32) -> Self {
        Self {
            peak: [0.0; 2],
            square: [0.0; 2],
            fall_per_sample: -FALL_DB_PER_SECOND / 20.0 * std::f32::consts::LN_10 / rate,
            rms_per_sample: -1.0 / (RMS_SECONDS * rate),
            falls: (0, 1.0, 1.0),
        }
    }

    /// Back to silence. Real-time, wait-free.
    pub fn reset(&mut self) {
        self.peak = [0.0; 2];
        self.square = [0.0; 2];
    }

    /// Takes one block in. Real-time, wait-free.
    pub fn read(&mut self, channels: &[&[f32]]) {
        let samples = channels.first().map_or(0, |block| block.len());
        if samples == 0 {
            return;
        }
        if self.falls.0 != samples {
            self.falls = (
                samples,
                (self.fall_per_sample * samples as f32).exp(),
                (self.rms_per_sample * samples as f32).exp(),
            );
        }
        let (_, fall, keep) = self.falls;
        for ((block, peak), square) in channels.iter().zip(&mut self.peak).zip(&mut self.square) {
            // Eight lanes each: a single running maximum or sum would wait for itself.
            let mut maxima = [0.0f32; 8];
            let mut sums = [0.0f32; 8];
            let mut groups = block.chunks_exact(8);
            // What is no number is no peak either, as `f32::max` has it, but in one instruction.
            let higher = |a: f32, b: f32| if b > a { b } else { a };
            for group in &mut groups {
                for ((maximum, sum), sample) in maxima.iter_mut().zip(&mut sums).zip(group) {
                    *maximum = higher(*maximum, sample.abs());
                    *sum += sample * sample;
                }
            }
            for sample in groups.remainder() {
                maxima[0] = higher(maxima[0], sample.abs());
                sums[0] += sample * sample;
            }
            let mean = sums.iter().sum::<f32>() / samples as f32;
            *peak = maxima.iter().fold(*peak * fall, |a, b| a.max(*b));
            *square = mean + (*square - mean) * keep;
            // What can no longer be seen is silence, not a denormal.
            if *peak < 1e-10 {
                *peak = 0.0;
            }
            if *square < 1e-20 {
                *square = 0.0;
            }
        }
    }

    /// The levels now, per channel.
    #[must_use]
    pub fn levels(&self) -> [Level; 2] {
        [0, 1].map(|channel| Level {
            peak: self.peak[channel],
            rms: self.square[channel].sqrt(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peak_is_seen_and_falls_at_its_rate() {
        let mut meter = Meter::new(48_000.0);
        meter.read(&[&[0.0, -0.5, 0.1, 0.0, 0.0]]);
        assert_eq!(meter.levels()[0].peak, 0.5);
        for _ in 0..100 {
            meter.read(&[&[0.0; 816]]);
        }
        let fallen_db = 20.0 * (meter.levels()[0].peak / 0.5).log10();
        assert!((fallen_db + 20.0).abs() < 0.1, "{fallen_db} dB in 1.7 s");
    }

    #[test]
    fn the_mean_settles_on_the_level_of_a_sine() {
        let mut meter = Meter::new(48_000.0);
        let sine: Vec<f32> = (0..48_000 * 3).map(|i| (i as f32 * 0.1).sin()).collect();
        for block in sine.chunks(100) {
            meter.read(&[block, block]);
        }
        let rms = meter.levels()[1].rms;
        assert!((rms - 0.5f32.sqrt()).abs() < 0.01, "{rms}");
    }
}

//! The pre-delay: a ring of past input with one tap, or two while the time changes. Audio thread.

use super::buffer::silence;
use super::ramp::Ramp;

/// Delays each channel by a whole number of samples. A change of time fades from the old tap to
/// the new one, so that neither pitch nor clicks are heard.
#[derive(Debug)]
pub struct PreDelay {
    /// One ring per channel, all of the same power-of-two length.
    rings: Vec<Vec<f32>>,
    mask: usize,
    /// Where the next sample is written, modulo the ring's length.
    head: usize,
    /// Samples written since the last clear: what lies further back is void. Clearing is thereby
    /// one store, whatever the ring's length.
    written: usize,
    /// The delay asked for last; taken up when no fade is under way.
    wanted_samples: usize,
    old_samples: usize,
    new_samples: usize,
    /// The share of the new tap.
    fade: Ramp,
}

impl PreDelay {
    /// A delay of up to `longest` samples that fades over `fade_samples`. Not real-time.
    #[must_use]
    pub fn new(channels: usize, longest: usize, fade_samples: u32) -> Self {
        let length = (longest + 1).next_power_of_two();
        Self {
            rings: (0..channels).map(|_| silence(length)).collect(),
            mask: length - 1,
            head: 0,
            written: 0,
            wanted_samples: 0,
            old_samples: 0,
            new_samples: 0,
            fade: Ramp::new(1.0, fade_samples),
        }
    }

    /// Forgets the past and takes `samples` as the delay at once. Real-time, wait-free.
    pub fn reset(&mut self, samples: usize) {
        self.written = 0;
        self.wanted_samples = samples.min(self.mask);
        self.new_samples = self.wanted_samples;
        self.old_samples = self.wanted_samples;
        self.fade.snap(1.0);
    }

    /// Asks for a delay of `samples`. A fade under way is finished first; the newest wish follows
    /// at the very sample where it ends, wherever the host's blocks are cut. Real-time, wait-free.
    pub fn set(&mut self, samples: usize) {
        self.wanted_samples = samples.min(self.mask);
    }

    /// Whether the time stands still. Real-time, wait-free.
    #[must_use]
    pub fn at_rest(&self) -> bool {
        self.fade.at_rest() && self.wanted_samples == self.new_samples
    }

    /// Delays one block in place. Real-time, wait-free.
    pub fn process(&mut self, channels: &mut [&mut [f32]]) {
        let samples = channels.first().map_or(0, |block| block.len());
        if self.fade.at_rest() && self.wanted_samples == self.new_samples {
            self.shift(channels, samples);
        } else {
            self.fade(channels, samples);
        }
    }

    /// With the time at rest whole stretches are copied: those that do not run over the end of the ring, and not
    /// over what they read themselves.
    fn shift(&mut self, channels: &mut [&mut [f32]], samples: usize) {
        let (length, delay) = (self.mask + 1, self.new_samples);
        let mut done = 0;
        while done < samples {
            let (to, from) = (self.head, self.head.wrapping_sub(delay) & self.mask);
            let count = (samples - done)
                .min(length - to.max(from))
                .min(length - delay);
            let unknown = delay.saturating_sub(self.written).min(count);
            for (ring, block) in self.rings.iter_mut().zip(channels.iter_mut()) {
                let block = &mut block[done..done + count];
                ring[to..to + count].copy_from_slice(block);
                if delay > 0 {
                    block.copy_from_slice(&ring[from..from + count]);
                    block[..unknown].fill(0.0);
                }
            }
            self.head = (to + count) & self.mask;
            self.written = self.written.saturating_add(count);
            done += count;
        }
    }

    /// From one tap to the other, sample by sample.
    fn fade(&mut self, channels: &mut [&mut [f32]], samples: usize) {
        for offset in 0..samples {
            if self.fade.at_rest() && self.wanted_samples != self.new_samples {
                self.old_samples = self.new_samples;
                self.new_samples = self.wanted_samples;
                self.fade.snap(0.0);
                self.fade.set(1.0);
            }
            let moving = !self.fade.at_rest();
            let share = self.fade.next();
            for (ring, block) in self.rings.iter_mut().zip(channels.iter_mut()) {
                ring[self.head] = block[offset];
                let tap = |delay: usize| {
                    let known = delay <= self.written;
                    let sample = ring[self.head.wrapping_sub(delay) & self.mask];
                    if known { sample } else { 0.0 }
                };
                let new = tap(self.new_samples);
                block[offset] = if moving {
                    let old = tap(self.old_samples);
                    old + (new - old) * share
                } else {
                    new
                };
            }
            self.head = (self.head + 1) & self.mask;
            self.written = self.written.saturating_add(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(delay: &mut PreDelay, input: &[f32]) -> Vec<f32> {
        let mut block = input.to_vec();
        delay.process(&mut [&mut block]);
        block
    }

    #[test]
    fn a_reset_of_ten_seconds_touches_none_of_them() {
        const LONGEST: usize = 480_000;
        let mut delay = PreDelay::new(1, LONGEST, 4);
        delay.reset(LONGEST);
        run(&mut delay, &vec![0.5; LONGEST]);
        let before = delay.rings.clone();
        delay.reset(LONGEST);
        assert_eq!(delay.rings, before);
        assert!(before[0].contains(&0.5));
        // And yet nothing of it is heard.
        let heard = run(&mut delay, &vec![0.0; LONGEST + 1]);
        assert!(heard.iter().all(|sample| *sample == 0.0));
    }

    #[test]
    fn delays_by_whole_samples_and_not_at_all_at_zero() {
        let mut delay = PreDelay::new(1, 8, 4);
        delay.reset(0);
        assert_eq!(run(&mut delay, &[1.0, 2.0]), [1.0, 2.0]);
        delay.reset(3);
        assert_eq!(
            run(&mut delay, &[1.0, 2.0, 3.0, 4.0, 5.0]),
            [0.0, 0.0, 0.0, 1.0, 2.0]
        );
    }

    #[test]
    fn a_reset_forgets_without_touching_the_ring() {
        let mut delay = PreDelay::new(1, 8, 4);
        delay.reset(2);
        run(&mut delay, &[1.0; 8]);
        delay.reset(2);
        assert_eq!(run(&mut delay, &[5.0, 6.0, 7.0]), [0.0, 0.0, 5.0]);
    }

    #[test]
    fn stretches_are_what_single_samples_are() {
        let input: Vec<f32> = (1..200).map(|n| n as f32).collect();
        for delay in [0, 1, 5, 14, 15] {
            let mut delayed = PreDelay::new(1, 15, 4);
            delayed.reset(delay);
            let single: Vec<f32> = input
                .iter()
                .flat_map(|sample| run(&mut delayed, &[*sample]))
                .collect();
            let truth = std::iter::repeat_n(0.0, delay).chain(input.iter().copied());
            assert!(
                truth.take(input.len()).eq(single.iter().copied()),
                "{delay}"
            );
            delayed.reset(delay);
            let mut whole = Vec::new();
            for stretch in input.chunks(23) {
                whole.extend(run(&mut delayed, stretch));
            }
            assert_eq!(whole, single, "{delay}");
        }
    }

    #[test]
    fn a_new_time_is_faded_to() {
        let mut delay = PreDelay::new(1, 64, 16);
        delay.reset(0);
        run(&mut delay, &[1.0; 64]);
        delay.set(10);
        let output = run(&mut delay, &[1.0; 40]);
        assert!(output.iter().all(|x| (x - 1.0).abs() < 1e-6), "{output:?}");
        assert_eq!(run(&mut delay, &[0.0; 11])[9..], [1.0, 0.0]);
    }
}

//! The slow movement of the tail among three versions of itself. Audio thread, real-time, wait-free.
//!
//! An engine whose tail [moves](crate::convolution::PrimedEngine::moves) answers with the whole reverb `w`, its early part
//! `e`, and two other versions of its tail, `v` and `x`, that have nothing in common with it or with each other. At a place
//! `p` that turns round, and an angle `a` from 0 to acos(1 / sqrt(3)) with the strength of the motion, what is heard is
//!
//! ```text
//! cos(a) w + (1 - cos(a)) e + sin(a) (cos(p) v + sin(p) x)
//! ```
//!
//! * The squares of what the three tails get add up to one: the loudness stays. In full each has a third of it on average.
//! * The early part gets one in all, so it stands still.
//! * The gains are a constant and one sine of the rate. They are applied to what comes out, so a sine that goes in comes
//!   out with two sidebands, the rate away, and no others. Nothing is delayed by more or less than before: no pitch moves.
//!
//! The place belongs to the position in the song, if the host plays one, and else to the samples since the last reset. It
//! is worked out anew from the position every [`STEP`] samples, with straight lines in between, so the same position is the
//! same bits. Where the position jumps, what the place was before is faded out. A rate that moves does not turn the place
//! away from where it is: from then on it is ahead of its position, until that jumps.

use super::buffer::{PASS_SAMPLES, silence};
use super::math;
use super::ramp::Ramp;

/// The place is worked out at multiples of so many samples: a straight line between two is less than -100 dB off a circle.
const STEP: i64 = 32;
/// The strength in full: acos(1 / sqrt(3)).
const FULL: f32 = 0.955_316_6;
/// How long what is left by a jump takes to fade, in seconds.
const FADE_SECONDS: f32 = 0.05;

/// Positions that are believed, in samples: some centuries.
const FARTHEST: std::ops::Range<i64> = -(1 << 48)..1 << 48;

/// Where the movement is: the cosine and the sine of the place, one for each sample of a pass.
pub type Places<'a> = [&'a [f32]; 2];

/// The place that turns.
#[derive(Debug)]
pub struct Motion {
    /// The next sample in the song, or since the last reset.
    position: i64,
    sample_rate: f64,
    /// Turns a sample.
    speed: f64,
    /// How far the place is ahead of its position, in turns.
    ahead: f64,
    /// Cosine and sine of what a jump has left, as far as they differ from where it led to, and how much of it is left.
    left: [f32; 2],
    fade: Ramp,
    places: [Vec<f32>; 2],
}

impl Motion {
    /// At the beginning, for a sample rate in Hz. Not real-time.
    #[must_use]
    pub fn new(rate: f32) -> Self {
        Self {
            position: 0,
            sample_rate: f64::from(rate),
            speed: 0.0,
            ahead: 0.0,
            left: [0.0; 2],
            fade: Ramp::new(0.0, (FADE_SECONDS * rate) as u32),
            places: [silence(PASS_SAMPLES), silence(PASS_SAMPLES)],
        }
    }

    /// Counts from the beginning.
    pub fn reset(&mut self) {
        self.position = 0;
        self.ahead = 0.0;
        self.fade.snap(0.0);
    }

    /// The next sample is at this position in the song, if one is played. What no song reaches is not heard.
    pub fn hear(&mut self, position: Option<i64>) {
        let news = |position: &i64| *position != self.position && FARTHEST.contains(position);
        let Some(position) = position.filter(news) else {
            return;
        };
        let before = self.now();
        self.position = position;
        self.ahead = 0.0;
        self.fade.snap(0.0);
        let after = self.now();
        self.left = [before[0] - after[0], before[1] - after[1]];
        self.fade.snap(1.0);
        self.fade.set(0.0);
    }

    /// Turns at this rate in Hz from here on.
    pub fn set_rate(&mut self, hz: f32) {
        let speed = f64::from(hz) / self.sample_rate;
        if speed != self.speed {
            let ahead = self.ahead + (self.speed - speed) * self.position as f64;
            self.ahead = ahead - ahead.floor();
            self.speed = speed;
        }
    }

    /// Turns at this rate, and is where it belongs at once: where silence precedes.
    pub fn snap_rate(&mut self, hz: f32) {
        self.speed = f64::from(hz) / self.sample_rate;
        self.ahead = 0.0;
        self.fade.snap(0.0);
    }

    /// The places of the next samples, of one pass at most.
    pub fn next(&mut self, samples: usize) -> Places<'_> {
        let mut done = 0;
        while done < samples {
            let at = self.position + done as i64;
            let within = at.rem_euclid(STEP);
            let (from, to) = (self.circle(at - within), self.circle(at - within + STEP));
            let end = samples.min(done + (STEP - within) as usize);
            for (places, (from, to)) in self.places.iter_mut().zip(from.into_iter().zip(to)) {
                for (step, place) in places[done..end].iter_mut().enumerate() {
                    let share = (within + step as i64) as f32 / STEP as f32;
                    *place = from + (to - from) * share;
                }
            }
            done = end;
        }
        if !self.fade.at_rest() {
            let start = self.fade;
            for (places, left) in self.places.iter_mut().zip(self.left) {
                self.fade = start;
                for place in &mut places[..samples] {
                    *place += left * self.fade.next();
                }
            }
        }
        self.position = self.position.saturating_add(samples as i64);
        let [cosine, sine] = &self.places;
        [&cosine[..samples], &sine[..samples]]
    }

    /// Goes on by so many samples, in which nothing moves.
    pub fn skip(&mut self, samples: usize) {
        self.position = self.position.saturating_add(samples as i64);
        self.fade.advance(samples as u32);
    }

    /// Cosine and sine at a position.
    fn circle(&self, position: i64) -> [f32; 2] {
        let turns = position as f64 * self.speed + self.ahead;
        let (sine, cosine) = math::circle(turns - turns.floor());
        [cosine, sine]
    }

    /// Cosine and sine at the next sample, with what a jump has left.
    fn now(&self) -> [f32; 2] {
        let within = self.position.rem_euclid(STEP);
        let from = self.circle(self.position - within);
        let to = self.circle(self.position - within + STEP);
        let share = within as f32 / STEP as f32;
        let left = self.fade.value();
        std::array::from_fn(|part| {
            from[part] + (to[part] - from[part]) * share + self.left[part] * left
        })
    }
}

/// What the parts of an engine whose tail moves get at a strength from 0 to 1: the whole, and the turning versions. The
/// early part gets what the whole lacks.
#[must_use]
pub fn shares(strength: f32) -> [f32; 2] {
    let (turning, whole) = math::sin_cos(FULL * strength);
    [whole, turning]
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: f32 = 48_000.0;

    fn at(hz: f32) -> Motion {
        let mut motion = Motion::new(RATE);
        motion.snap_rate(hz);
        motion
    }

    fn run(motion: &mut Motion, samples: usize) -> Vec<[f32; 2]> {
        let mut all = Vec::new();
        while all.len() < samples {
            let [cosine, sine] = motion.next(PASS_SAMPLES.min(samples - all.len()));
            all.extend(cosine.iter().zip(sine).map(|(c, s)| [*c, *s]));
        }
        all
    }

    #[test]
    fn it_goes_round_as_often_as_its_rate_says() {
        for hz in [0.05_f32, 0.3, 2.0] {
            for (sample, [cosine, sine]) in run(&mut at(hz), 200_000).into_iter().enumerate() {
                let (s, c) =
                    (std::f64::consts::TAU * f64::from(hz) * sample as f64 / 48_000.0).sin_cos();
                assert!((f64::from(cosine) - c).abs() < 2e-5 && (f64::from(sine) - s).abs() < 2e-5);
            }
        }
    }

    #[test]
    fn the_same_position_is_the_same_bits_however_it_is_reached() {
        let whole = run(&mut at(0.7), 100_000);
        for cut in [1, 17, 480, 512] {
            let mut motion = at(0.7);
            motion.hear(Some(40_001));
            motion.snap_rate(0.7);
            let mut place = 40_001;
            while place < 60_000 {
                let [cosine, sine] = motion.next(cut);
                for (c, s) in cosine.iter().zip(sine) {
                    assert_eq!([*c, *s], whole[place]);
                    place += 1;
                }
            }
        }
        // What a jump has left is gone after its fade.
        let mut motion = at(0.7);
        run(&mut motion, 1_000);
        motion.hear(Some(70_000));
        assert_eq!(run(&mut motion, 10_000)[2_400..], whole[72_400..80_000]);
    }

    #[test]
    fn neither_a_jump_nor_a_rate_makes_a_step() {
        let mut motion = at(2.0);
        let mut all = run(&mut motion, 5_000);
        for (position, hz) in [(123_456, 2.0), (-5, 0.05), (9_999_999, 1.3), (0, 2.0)] {
            motion.hear(Some(position));
            all.extend(run(&mut motion, 700));
            motion.set_rate(hz);
            all.extend(run(&mut motion, 700));
        }
        let steps = all.windows(2);
        let step = |pair: &[[f32; 2]]| (pair[0][0] - pair[1][0]).hypot(pair[0][1] - pair[1][1]);
        // A turn takes half a second, and a fade a twentieth of one.
        let most = steps.map(step).fold(0.0, f32::max);
        assert!(most < 2.0 / 2_400.0 + 3e-4 + 1e-4, "{most}");
    }

    #[test]
    fn a_position_that_goes_on_and_none_at_all_change_nothing() {
        let whole = run(&mut at(0.3), 20_000);
        let mut motion = at(0.3);
        let mut heard = Vec::new();
        for block in 0..40 {
            motion.hear((block % 3 != 1).then_some(500 * block));
            heard.extend(run(&mut motion, 300));
            motion.skip(200);
            heard.extend(vec![[0.0; 2]; 200]);
        }
        for (heard, whole) in heard.chunks(500).zip(whole.chunks(500)) {
            assert_eq!(heard[..300], whole[..300]);
        }
        motion.hear(Some(i64::MAX));
        motion.hear(Some(i64::MIN));
        assert!(motion.fade.at_rest());
        motion.reset();
        assert_eq!(run(&mut motion, 100), whole[..100]);
    }

    #[test]
    fn the_power_is_one_and_in_full_a_third_is_each_versions() {
        for step in 0..=100 {
            let [whole, turning] = shares(step as f32 / 100.0);
            assert!((whole * whole + turning * turning - 1.0).abs() < 1e-6);
        }
        assert_eq!(shares(0.0), [1.0, 0.0]);
        assert!((shares(1.0)[0].powi(2) - 1.0 / 3.0).abs() < 1e-6);
    }
}

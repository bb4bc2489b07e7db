//! The law by which the input is shared out between the two slots. Audio thread, real-time, wait-free.
//!
//! On the way from the first impulse to the second, at `b` from 0 to 1 and with `a = 1 - b`, the input of the first is
//! weighted with `a * sqrt((a + b r) / n)` and that of the second with `b * sqrt((a / r + b) / n)`, where `r` is the
//! second's energy over the first's, `c` their correlation, and `n = a^2 + b^2 + 2 a b c`. Energies and correlation are
//! in the weighting of loudness, from the engines' [profiles](crate::convolution::Profile).
//!
//! * The energy of the two together is then `a` times the first's and `b` times the second's: the loudness goes
//!   straight from the one to the other, whether they have nothing in common (then it is the law of equal power) or
//!   are the same (then it is a straight line).
//! * At the ends the weights are 1 and 0 exactly.
//! * Two that nearly cancel would be amplified without bound: `c` counts from [`LEAST_CORRELATION`] on, `r` within
//!   [`MOST_RATIO`].

use super::ramp::Ramp;

/// What is less alike than that cancels and is not made up for: at most 13 dB.
const LEAST_CORRELATION: f32 = -0.9;

/// The greatest ratio of energies that is made up for: 24 dB.
const MOST_RATIO: f32 = 256.0;

/// Where between the two the sound is, and how alike they are.
#[derive(Clone, Copy, Debug)]
pub struct Blend {
    /// 0 is the first, 1 the second.
    place: Ramp,
    correlation: Ramp,
    /// The second's energy over the first's.
    ratio: Ramp,
}

impl Blend {
    /// At the first; every move takes `fade` samples.
    #[must_use]
    pub fn new(fade: u32) -> Self {
        Self {
            place: Ramp::new(0.0, fade),
            correlation: Ramp::new(0.0, fade),
            ratio: Ramp::new(1.0, fade),
        }
    }

    /// Goes to a place.
    pub fn set(&mut self, place: f32) {
        self.place.set(place);
    }

    /// Is at a place at once, and as alike as was said last.
    pub fn snap(&mut self, place: f32) {
        self.place.snap(place);
        for ramp in [&mut self.correlation, &mut self.ratio] {
            ramp.snap(ramp.target());
        }
    }

    /// The impulses have this correlation and this ratio of energies now, the second's over the first's.
    pub fn relate(&mut self, correlation: f32, ratio: f32) {
        let correlation = correlation.max(LEAST_CORRELATION);
        let ratio = ratio.clamp(1.0 / MOST_RATIO, MOST_RATIO);
        match self.rests_on(0.0) || self.rests_on(1.0) {
            // There they do not matter.
            true => {
                self.correlation.snap(correlation);
                self.ratio.snap(ratio);
            }
            false => {
                self.correlation.set(correlation);
                self.ratio.set(ratio);
            }
        }
    }

    /// Whether it stands still at this place.
    #[must_use]
    pub fn rests_on(&self, place: f32) -> bool {
        self.place.rests_on(place)
    }

    /// Whether the weights stand still.
    #[must_use]
    pub fn at_rest(&self) -> bool {
        self.place.at_rest() && self.correlation.at_rest() && self.ratio.at_rest()
    }

    /// The weights for the next samples of the first and of the second slot, both of one length.
    pub fn next(&mut self, first: &mut [f32], second: &mut [f32]) {
        if self.at_rest() {
            let [of_first, of_second] = weights(
                self.place.target(),
                self.correlation.target(),
                self.ratio.target(),
            );
            first.fill(of_first);
            second.fill(of_second);
            return;
        }
        for (first, second) in first.iter_mut().zip(second) {
            let place = self.place.next();
            [*first, *second] = weights(place, self.correlation.next(), self.ratio.next());
        }
    }
}

/// The weights at a place.
fn weights(place: f32, correlation: f32, ratio: f32) -> [f32; 2] {
    let (a, b) = (1.0 - place, place);
    // What is no number is the first.
    if b.is_nan() || b <= 0.0 {
        return [1.0, 0.0];
    }
    if a <= 0.0 {
        return [0.0, 1.0];
    }
    let norm = a * a + b * b + 2.0 * a * b * correlation;
    [
        a * ((a + b * ratio) / norm).sqrt(),
        b * ((a / ratio + b) / norm).sqrt(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The energy of two impulses with these weights, beside what the law promises, in double precision.
    #[test]
    fn the_energy_goes_straight_from_the_one_to_the_other() {
        for correlation in [-0.9, -0.3, 0.0, 0.5, 0.99, 1.0] {
            for ratio in [0.01, 0.5, 1.0, 4.0, 200.0] {
                for step in 0..=100 {
                    let place = f64::from(step) / 100.0;
                    let [first, second] =
                        weights(place as f32, correlation as f32, ratio as f32).map(f64::from);
                    let energy = first * first
                        + second * second * ratio
                        + 2.0 * first * second * correlation * ratio.sqrt();
                    let wanted = 1.0 - place + place * ratio;
                    let wrong = 10.0 * (energy / wanted).log10();
                    assert!(wrong.abs() < 1e-3, "{correlation} {ratio} {place}: {wrong}");
                }
            }
        }
    }

    #[test]
    fn the_ends_are_exact_and_between_them_nothing_is_without_bound() {
        for (correlation, ratio) in [(-1.0, 1e9), (1.0, 1e-9), (0.3, 1.0), (f32::NAN, 0.0)] {
            let mut blend = Blend::new(100);
            blend.relate(correlation, ratio);
            let (mut first, mut second) = ([0.0; 110], [0.0; 110]);
            blend.next(&mut first[..1], &mut second[..1]);
            assert_eq!((first[0], second[0]), (1.0, 0.0));
            blend.set(1.0);
            blend.next(&mut first, &mut second);
            assert_eq!((first[109], second[109]), (0.0, 1.0));
            let most = first.iter().chain(&second).fold(0.0_f32, |a, b| a.max(*b));
            assert!(most < 80.0, "{most}");
        }
    }

    #[test]
    fn alike_ones_are_faded_in_a_straight_line_and_others_by_power() {
        let [first, second] = weights(0.25, 1.0, 1.0);
        assert!((first - 0.75).abs() < 1e-6 && (second - 0.25).abs() < 1e-6);
        let [first, second] = weights(0.25, 0.0, 1.0);
        assert!((first * first + second * second - 1.0).abs() < 1e-6);
    }

    #[test]
    fn the_weights_do_not_depend_on_where_they_are_cut() {
        let run = |cut: usize| {
            let mut blend = Blend::new(960);
            blend.relate(0.3, 2.0);
            blend.set(0.7);
            let (mut first, mut second) = (vec![0.0; 1200], vec![0.0; 1200]);
            for (first, second) in first.chunks_mut(cut).zip(second.chunks_mut(cut)) {
                blend.next(first, second);
            }
            blend.relate(0.9, 1.0);
            (first, second)
        };
        for cut in [1, 17, 512] {
            assert_eq!(run(cut), run(1200));
        }
    }
}

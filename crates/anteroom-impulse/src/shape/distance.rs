//! Distance of a recording: the levels of its first sound and of its early reflections beside the tail.
//!
//! In a room the energy of the direct sound falls with the square of the distance, that of the diffuse field does not;
//! where both are the same is the critical distance (H. Kuttruff, "Room Acoustics", section 5.6). At `factor` times the
//! distance the direct sound is 1 / factor as high, the tail as it was. The early reflections lie in between, and so
//! does what they get: one over the root of the factor. M. Barron, "Auditorium Acoustics", has why they fall at all.
//!
//! The first sound is what comes within 2.5 ms of the onset (P. Zahorik, "Direct-to-reverberant energy ratio
//! sensitivity", JASA 112 (2002)). Each gain is reached by a fade whose parts add up to one.

use super::parts::{Parts, half_cosine};
use super::{Shape, samples};
use crate::Impulse;
use crate::math::exp2;

/// The end of the first sound after the onset, and half of the fade around it, in ms.
const DIRECT_MS: f32 = 2.5;
const HALF_DIRECT_MS: f32 = 0.5;
/// So many times as far at the end of the control's way, in powers of two: four times, or a quarter.
const OCTAVES: f64 = 2.0;

/// Whether a shape changes anything here.
pub(super) fn acts(shape: &Shape) -> bool {
    shape.distance_percent != 0.0
}

/// The gains of the first sound and of the early reflections.
fn gains(percent: f32) -> (f32, f32) {
    let octaves = OCTAVES * f64::from(percent) / 100.0;
    (exp2(-octaves) as f32, exp2(-0.5 * octaves) as f32)
}

/// Gives the parts the levels of another distance. `None` if cancelled.
pub(super) fn apply(
    impulse: &mut Impulse,
    shape: &Shape,
    parts: &Parts,
    cancelled: &dyn Fn() -> bool,
) -> Option<()> {
    let (direct, early) = gains(shape.distance_percent);
    let half = samples(HALF_DIRECT_MS, impulse.rate).max(1);
    let after = samples(DIRECT_MS, impulse.rate).max(half);
    let to_early = half_cosine(2 * half);
    let (tail_from, to_tail) = (parts.fade_start(), parts.fade());
    for (channel, &onset) in impulse.channels.iter_mut().zip(&parts.onsets) {
        if cancelled() {
            return None;
        }
        // A channel that begins when the others have mixed has no sound that came straight.
        let from = match onset < tail_from {
            true => onset + after - half,
            false => 0,
        };
        for (at, sample) in channel.iter_mut().enumerate() {
            let first = match at.checked_sub(from) {
                _ if onset >= tail_from => 0.0,
                None => 1.0,
                Some(step) => to_early.get(step).copied().unwrap_or(0.0),
            };
            let before_tail = match at.checked_sub(tail_from) {
                None => 1.0,
                Some(step) => match to_tail.get(step) {
                    Some(share) => *share,
                    None => break,
                },
            };
            let gain = 1.0 + (early - 1.0) * before_tail + (direct - early) * first;
            *sample *= gain;
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::super::shape;
    use super::*;

    const RATE: u32 = 48_000;
    /// When the first sound comes, in samples.
    const ONSET: usize = 480;
    /// The control says where the tail begins, in ms.
    const SPLIT_MS: f32 = 45.0;

    /// A first sound, echoes, and noise that dies away.
    fn recording() -> Impulse {
        let mut state = 1_u32;
        let mut samples = vec![0.0_f32; RATE as usize / 2];
        for (at, sample) in samples.iter_mut().enumerate().skip(ONSET) {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = (state >> 8) as f32 / (1 << 23) as f32 - 1.0;
            *sample = 0.05 * noise * (-(at as f32) / 6_000.0).exp();
        }
        for (at, level) in [(ONSET, 1.0), (960, 0.5), (1_500, -0.4), (2_300, 0.3)] {
            samples[at] = level;
        }
        Impulse {
            channels: vec![samples.clone(), samples],
            rate: RATE,
        }
    }

    fn at(percent: f32) -> Shape {
        Shape {
            distance_percent: percent,
            split_ms: SPLIT_MS,
            normalize: false,
            ..Shape::default()
        }
    }

    /// The law again, in double precision, from its formula: a gain for each sample.
    fn oracle(frames: usize, percent: f64) -> Vec<f64> {
        let factor = 4f64.powf(percent / 100.0);
        let (direct, early) = (1.0 / factor, 1.0 / factor.sqrt());
        let fall = |at: f64, middle: f64, half: f64| {
            let part = ((at + 0.5 - (middle - half)) / (2.0 * half)).clamp(0.0, 1.0);
            0.5 + 0.5 * (std::f64::consts::PI * part).cos()
        };
        let onset = ONSET as f64;
        let of = |at: usize| {
            let at = at as f64;
            let first = fall(at, onset + 120.0, 24.0);
            let early_or_first = fall(at, onset + 48.0 * f64::from(SPLIT_MS), 240.0);
            direct * first + early * (early_or_first - first) + (1.0 - early_or_first)
        };
        (0..frames).map(of).collect()
    }

    #[test]
    fn the_levels_are_those_of_the_theory() {
        let recording = recording();
        for percent in [-100.0_f32, -50.0, -1.0, 25.0, 100.0] {
            let made = shape(&recording, &at(percent));
            let gains = oracle(recording.frames(), f64::from(percent));
            for (channel, whole) in made.channels.iter().zip(&recording.channels) {
                for ((made, whole), gain) in channel.iter().zip(whole).zip(&gains) {
                    let wanted = gain * f64::from(*whole);
                    assert!((f64::from(*made) - wanted).abs() < 2e-6, "{made} {wanted}");
                }
            }
        }
        let far = shape(&recording, &at(100.0));
        // Four times as far the first sound is 12 dB softer, an echo 6, the tail as it was.
        assert!((far.channels[0][ONSET] - 0.25).abs() < 1e-6);
        assert!((far.channels[0][960] - 0.5 * recording.channels[0][960]).abs() < 1e-6);
        assert_eq!(far.channels[0][3_000..], recording.channels[0][3_000..]);
    }

    #[test]
    fn in_the_middle_nothing_is_touched() {
        let recording = recording();
        assert_eq!(shape(&recording, &at(0.0)), recording);
        assert_eq!(shape(&recording, &at(-0.0)), recording);
    }

    #[test]
    fn nearer_is_clearer_and_at_the_same_loudness() {
        let recording = recording();
        let mut before = f64::INFINITY;
        for percent in (-100..=100).step_by(20) {
            let wanted = Shape {
                normalize: true,
                split_ms: 0.0,
                ..at(percent as f32)
            };
            let made = shape(&recording, &wanted);
            let energy = |part: &[f32]| -> f64 { part.iter().map(|&x| f64::from(x * x)).sum() };
            let row = &made.channels[0];
            let ratio = energy(&row[..ONSET + 120]) / energy(&row[ONSET + 120..]);
            assert!(ratio < before, "{percent}: {ratio}");
            before = ratio;
            // What is at unity gain already is not scaled once more.
            let again = shape(&made, &Shape::default());
            for (once, twice) in row.iter().zip(&again.channels[0]) {
                assert!((once - twice).abs() < 1e-4 * made.peak());
            }
        }
    }

    #[test]
    fn each_channel_has_its_own_first_sound() {
        let mut recording = recording();
        // The second microphone stands a metre behind.
        recording.channels[1].rotate_right(140);
        let made = shape(&recording, &at(100.0));
        assert!((made.channels[0][ONSET] - 0.25).abs() < 1e-6);
        assert!((made.channels[1][ONSET + 140] - 0.25).abs() < 1e-6);
    }

    #[test]
    fn silence_and_the_shortest_impulse_do_no_harm() {
        for frames in [1, 2, 400] {
            for level in [0.0, 0.5] {
                let tiny = Impulse {
                    channels: vec![vec![level; frames], vec![0.0; frames]],
                    rate: RATE,
                };
                for percent in [-100.0, 100.0] {
                    let made = shape(&tiny, &at(percent));
                    assert_eq!(made.frames(), frames);
                    assert!(made.channels[0].iter().all(|sample| sample.is_finite()));
                }
            }
        }
    }
}

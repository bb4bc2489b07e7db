//! The early reflections beside the tail: a level for each, and a gap between them.
//!
//! They part at the mixing time, from which on the field is diffuse (J. S. Abel and P. Huang, "A simple, robust measure of
//! reverberation echo density", 121st AES Convention, 2006), or where the control says. There they fade into each
//! other with gains that add up to one, so that both at the same level are the impulse as it was.

use super::{Shape, samples};
use crate::Impulse;
use crate::analyze::{EchoDensity, onset_with};
use crate::math::sin_cos;

/// The fade is so long before and after the split, in ms, or as long as half of the early part.
const HALF_FADE_MS: f32 = 5.0;
/// The earliest split, in ms.
const EARLIEST_MS: f64 = 5.0;
/// The latest, in ms.
const LATEST_MS: f64 = 250.0;
/// Where an impulse is taken to be mixed that never is by measure: few, far reflections, or none. In ms.
const UNKNOWN_MS: f64 = 80.0;
/// At this level and below a part is silent, in dB.
const SILENT_DB: f32 = -60.0;
/// The range of the onset, in dB (ISO 3382-1).
const ONSET_DB: f32 = 20.0;

/// Whether a shape changes anything here.
pub(super) fn acts(shape: &Shape) -> bool {
    shape.early_db != 0.0 || shape.tail_db != 0.0 || shape.gap_ms > 0.0
}

fn gain(db: f32) -> f32 {
    if db <= SILENT_DB {
        0.0
    } else if db == 0.0 {
        1.0
    } else {
        crate::math::exp2(f64::from(db) / 20.0 * std::f64::consts::LOG2_10) as f32
    }
}

/// Gives both parts their levels and puts the gap between them. The impulse is longer by the gap. `None` if cancelled.
pub(super) fn apply(
    impulse: &mut Impulse,
    shape: &Shape,
    cancelled: &dyn Fn() -> bool,
) -> Option<()> {
    let (split, half) = split(impulse, shape, cancelled)?;
    let (early, tail) = (gain(shape.early_db), gain(shape.tail_db));
    let gap = samples(shape.gap_ms, impulse.rate);
    let from = split - half;
    let to = split + half;
    let fade: Vec<f32> = (from..to)
        .map(|at| {
            let part = ((at - from) as f64 + 0.5) / (to - from) as f64;
            (0.5 + 0.5 * sin_cos(std::f64::consts::PI * part).1) as f32
        })
        .collect();
    for channel in &mut impulse.channels {
        if cancelled() {
            return None;
        }
        let mut made = vec![0.0; channel.len() + gap];
        for (at, sample) in channel.iter().enumerate() {
            let share = match at {
                at if at < from => 1.0,
                at if at < to => fade[at - from],
                _ => 0.0,
            };
            made[at] += sample * share * early;
            made[at + gap] += sample * (1.0 - share) * tail;
        }
        *channel = made;
    }
    Some(())
}

/// Where the parts meet, in samples, the same for all channels, and half of the fade. `None` if cancelled.
fn split(impulse: &Impulse, shape: &Shape, cancelled: &dyn Fn() -> bool) -> Option<(usize, usize)> {
    let rate = f64::from(impulse.rate);
    let mut onsets = Vec::new();
    for channel in &impulse.channels {
        onsets.push(onset_with(channel, ONSET_DB, cancelled)?);
    }
    // The way of the sound between channels belongs to the early part: the first one counts.
    let heard = onsets
        .iter()
        .zip(&impulse.channels)
        .filter(|(_, channel)| channel.iter().any(|&sample| sample != 0.0));
    let onset = heard.map(|(onset, _)| *onset).min().unwrap_or(0);
    let ms = if shape.split_ms > 0.0 {
        f64::from(shape.split_ms)
    } else {
        let (mut sum, mut count) = (0.0, 0.0);
        for (channel, &onset) in impulse.channels.iter().zip(&onsets) {
            let density = EchoDensity::of(channel, onset, rate, cancelled)?;
            if let Some(ms) = density.mixing_time_ms {
                sum += ms;
                count += 1.0;
            }
        }
        if count > 0.0 { sum / count } else { UNKNOWN_MS }
    };
    let after = (ms.clamp(EARLIEST_MS, LATEST_MS) * rate / 1000.0).round() as usize;
    let half = samples(HALF_FADE_MS, impulse.rate).min(after / 2).max(1);
    Some((onset + after, half))
}

#[cfg(test)]
mod tests {
    use super::super::shape;
    use super::*;

    const RATE: u32 = 48_000;

    /// A click, three echoes, and noise from 60 ms on that dies away.
    fn room() -> Impulse {
        let mut state = 1_u32;
        let mut samples = vec![0.0_f32; RATE as usize / 2];
        for (at, sample) in samples.iter_mut().enumerate().skip(2_880) {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = (state >> 8) as f32 / (1 << 23) as f32 - 1.0;
            *sample = 0.1 * noise * (-(at as f32) / 6_000.0).exp();
        }
        for (at, level) in [(480, 1.0), (960, 0.5), (1_500, -0.4), (2_300, 0.3)] {
            samples[at] = level;
        }
        Impulse {
            channels: vec![samples.clone(), samples],
            rate: RATE,
        }
    }

    fn plain() -> Shape {
        Shape {
            normalize: false,
            ..Shape::default()
        }
    }

    #[test]
    fn at_the_same_level_both_parts_are_the_whole() {
        let room = room();
        let made = shape(
            &room,
            &Shape {
                early_db: -6.0,
                tail_db: -6.0,
                ..plain()
            },
        );
        let half = 10_f32.powf(-0.3);
        for (made, whole) in made.channels[0].iter().zip(&room.channels[0]) {
            assert!((made - half * whole).abs() < 1e-7, "{made} of {whole}");
        }
        assert_eq!(shape(&room, &plain()), room);
    }

    #[test]
    fn each_level_acts_on_its_part() {
        let room = room();
        let of = |early_db: f32, tail_db: f32| {
            let wanted = Shape {
                early_db,
                tail_db,
                split_ms: 45.0,
                ..plain()
            };
            shape(&room, &wanted).channels[0].clone()
        };
        // The onset is at 10 ms, so they meet at 55 ms, and the fade is over at 60.
        let (early, tail) = (of(0.0, -60.0), of(-60.0, 0.0));
        assert_eq!(early[..2_400], room.channels[0][..2_400]);
        assert!(early[2_880..].iter().all(|&sample| sample == 0.0));
        assert!(tail[..2_400].iter().all(|&sample| sample == 0.0));
        assert_eq!(tail[2_880..], room.channels[0][2_880..]);
        let louder = of(0.0, 6.0);
        let gain = 10_f32.powf(0.3);
        assert!((louder[5_000] - gain * room.channels[0][5_000]).abs() < 1e-7);
    }

    #[test]
    fn the_gap_moves_the_tail_alone() {
        let room = room();
        let wanted = Shape {
            gap_ms: 100.0,
            split_ms: 45.0,
            ..plain()
        };
        let made = &shape(&room, &wanted).channels[0];
        let whole = &room.channels[0];
        assert_eq!(made.len(), whole.len() + 4_800);
        assert_eq!(made[..2_400], whole[..2_400]);
        assert!(
            made[2_880..2_880 + 4_300]
                .iter()
                .all(|&sample| sample == 0.0)
        );
        assert_eq!(made[7_680..], whole[2_880..]);
    }

    #[test]
    fn the_split_is_where_the_field_is_mixed() {
        let room = room();
        let (split, _) = split(&room, &plain(), &|| false).unwrap();
        // The noise begins at 60 ms; half of the window hears it before.
        let ms = split as f64 * 1000.0 / f64::from(RATE);
        assert!((50.0..75.0).contains(&ms), "{ms}");
        let (split, half) = super::split(
            &room,
            &Shape {
                split_ms: 1.0,
                ..plain()
            },
            &|| false,
        )
        .unwrap();
        assert_eq!((split, half), (480 + 240, 120));
    }

    #[test]
    fn the_loudness_is_that_of_both_at_their_own_level() {
        let room = room();
        let normal = shape(&room, &Shape::default());
        let without = shape(
            &room,
            &Shape {
                tail_db: -60.0,
                split_ms: 45.0,
                ..Shape::default()
            },
        );
        for (with, without) in normal.channels[0][..2_400].iter().zip(&without.channels[0]) {
            assert_eq!(with, without);
        }
    }

    #[test]
    fn silence_and_the_shortest_impulse_do_no_harm() {
        let wanted = Shape {
            early_db: 3.0,
            gap_ms: 50.0,
            length_percent: 50.0,
            reverse: true,
            ..Shape::default()
        };
        for frames in [1, 2, 400] {
            for level in [0.0, 0.5] {
                let tiny = Impulse {
                    channels: vec![vec![level; frames]],
                    rate: RATE,
                };
                let made = shape(&tiny, &wanted);
                assert!(made.frames() > 0);
                assert!(made.channels[0].iter().all(|sample| sample.is_finite()));
            }
        }
    }
}

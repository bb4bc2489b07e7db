//! The early reflections beside the tail: a level for each, and a gap between them.
//!
//! Where they part they fade into each other with gains that add up to one, so that both at the same level are the
//! impulse as it was.

use super::parts::Parts;
use super::{Shape, samples};
use crate::Impulse;

/// At this level and below a part is silent, in dB.
const SILENT_DB: f32 = -60.0;

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
    parts: &Parts,
    cancelled: &dyn Fn() -> bool,
) -> Option<()> {
    let (early, tail) = (gain(shape.early_db), gain(shape.tail_db));
    let gap = samples(shape.gap_ms, impulse.rate);
    let (from, fade) = (parts.fade_start(), parts.fade());
    let to = from + fade.len();
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

/// The channels of the early part alone, and then those of the tail alone, each at its level, with the gap between them:
/// their sum is what [`apply`] makes. `None` if cancelled.
pub(super) fn apart(
    impulse: &Impulse,
    shape: &Shape,
    parts: &Parts,
    cancelled: &dyn Fn() -> bool,
) -> Option<Impulse> {
    let alone = |shape: Shape| {
        let mut part = impulse.clone();
        apply(&mut part, &shape, parts, cancelled)?;
        Some(part.channels)
    };
    let early = alone(Shape {
        tail_db: SILENT_DB,
        ..*shape
    })?;
    let tail = alone(Shape {
        early_db: SILENT_DB,
        ..*shape
    })?;
    Some(Impulse {
        channels: early.into_iter().chain(tail).collect(),
        rate: impulse.rate,
    })
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
        let parts = Parts::of(&room, &plain(), &|| false).unwrap();
        // The noise begins at 60 ms; half of the window hears it before.
        let ms = parts.split as f64 * 1000.0 / f64::from(RATE);
        assert!((50.0..75.0).contains(&ms), "{ms}");
        let early = Shape {
            split_ms: 1.0,
            ..plain()
        };
        let parts = Parts::of(&room, &early, &|| false).unwrap();
        assert_eq!((parts.split, parts.half), (480 + 240, 120));
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

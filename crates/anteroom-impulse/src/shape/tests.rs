//! A shape that is applied in two halves is the same as in one.

use super::*;

#[test]
fn the_two_halves_are_the_whole() {
    let rate = 48_000;
    let row = |from: u32| {
        let mut state = from;
        let mut level = 0.5_f32;
        let sample = |_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            level *= 0.9995;
            level * ((state >> 8) as f32 / (1 << 23) as f32 - 1.0)
        };
        (0..20_000).map(sample).collect()
    };
    let impulse = Impulse {
        channels: vec![row(1), row(2)],
        rate,
    };
    for decay_percent in [100.0, 60.0, 150.0] {
        for size_percent in [100.0, 130.0] {
            for (length_percent, length_s, attack_ms, reverse, normalize, distance_percent) in [
                (100.0, 0.0, 0.0, false, false, 0.0),
                (100.0, 0.0, 0.0, false, true, -40.0),
                (37.0, 0.0, 12.0, true, true, 100.0),
                (1.0, 0.0, 500.0, false, true, 0.0),
                (50.0, 0.25, 0.0, false, true, 0.0),
            ] {
                let wanted = Shape {
                    start_ms: 3.0,
                    length_percent,
                    length_s,
                    attack_ms,
                    decay_percent,
                    size_percent,
                    decay_2k_percent: size_percent,
                    distance_percent,
                    reverse,
                    normalize,
                    // Taken apart or not, the whole is the same.
                    moves: attack_ms > 0.0,
                    ..Shape::default()
                };
                let halves = if wanted.has_decay_stage() {
                    let decayed = decay_with(&impulse, &wanted, &|| false);
                    decayed.and_then(|decayed| trim_with(&decayed, &wanted, &|| false))
                } else {
                    trim_with(&impulse, &wanted, &|| false)
                };
                assert_eq!(halves, Some(shape(&impulse, &wanted)), "{wanted:?}");
            }
        }
    }
}

/// A length in seconds counts in place of the share, and is no longer than the impulse.
#[test]
fn a_length_in_seconds_is_that_long_and_no_longer_than_the_impulse() {
    let rate = 1_000;
    let impulse = Impulse {
        channels: vec![vec![1.0; 2_000]],
        rate,
    };
    let of = |length_s: f32, length_percent: f32| {
        let wanted = Shape {
            length_s,
            length_percent,
            normalize: false,
            ..Shape::default()
        };
        shape(&impulse, &wanted)
    };
    for (length_s, frames) in [(0.5, 500), (1.2344, 1_234), (1.999, 1_999), (1e-6, 1)] {
        for percent in [1.0, 50.0, 100.0] {
            let shaped = of(length_s, percent);
            assert_eq!(shaped.frames(), frames, "{length_s} s");
        }
    }
    // Faded at its end, as a share is.
    assert_eq!(of(0.5, 100.0), of(0.0, 25.0));
    // Where it is as long or longer nothing is touched.
    for length_s in [2.0, 2.5, 360.0] {
        assert_eq!(of(length_s, 10.0), impulse, "{length_s} s");
    }
}

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
            for (length_percent, attack_ms, reverse, normalize) in [
                (100.0, 0.0, false, false),
                (100.0, 0.0, false, true),
                (37.0, 12.0, true, true),
                (1.0, 500.0, false, true),
            ] {
                let wanted = Shape {
                    start_ms: 3.0,
                    length_percent,
                    attack_ms,
                    decay_percent,
                    size_percent,
                    decay_2k_percent: size_percent,
                    reverse,
                    normalize,
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

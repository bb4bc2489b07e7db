//! Shapes and conversions are the same to the bit as when they were written down here: however they are worked
//! out, a bounce does not change.

use anteroom_impulse::origin::content_hash;
use anteroom_impulse::{Impulse, RoomRecipe, Shape, resample, shape};
use noise::Noise;

#[path = "../../../tests/support/noise.rs"]
#[allow(dead_code, reason = "this binary uses some of it")]
mod noise;

/// A decay of so many seconds by 60 dB, in channels that differ, over a noise floor.
fn decay(rate: u32, channels: usize, seconds: f32, rt60_s: f32, floor: f32) -> Impulse {
    let frames = (seconds * rate as f32) as usize;
    let row = |channel: usize| {
        let mut noise = Noise::new(channel as u64 + 1);
        // ln(1000) is 6.9; a power would not be the same on every machine.
        let step = 1.0 - 6.9 / (f64::from(rt60_s) * f64::from(rate));
        let mut level = 0.5f64;
        let sample = |_| {
            level *= step;
            level as f32 * noise.sample() + floor * noise.sample()
        };
        let mut row: Vec<f32> = (0..frames).map(sample).collect();
        row[100 * channel + 50] = 1.0;
        row
    };
    Impulse {
        channels: (0..channels).map(row).collect(),
        rate,
    }
}

fn bits(impulse: &Impulse) -> String {
    let samples = impulse.channels.iter().flatten();
    let bytes: Vec<u8> = samples.flat_map(|s| s.to_bits().to_le_bytes()).collect();
    format!("{} {}", impulse.frames(), &content_hash(&bytes)[..16])
}

fn wish(decay_percent: f32, size_percent: f32, damping_percent: f32) -> Shape {
    Shape {
        decay_percent,
        size_percent,
        damping_percent,
        normalize: false,
        ..Shape::default()
    }
}

#[test]
fn the_bits_of_shapes_are_what_they_were() {
    let short = decay(48_000, 2, 1.0, 0.7, 1e-4);
    let dry = decay(44_100, 4, 0.5, 0.2, 0.0);
    let slow = decay(16_000, 1, 30.0, 12.0, 1e-5);
    let long = decay(48_000, 2, 23.0, 6.0, 1e-4);
    let noise = decay(96_000, 1, 3.0, 1e6, 0.0);
    let ends = Shape {
        start_ms: 12.5,
        length_percent: 61.0,
        attack_ms: 33.0,
        reverse: true,
        ..wish(80.0, 100.0, 100.0)
    };
    let cases: [(&str, String, &str); 17] = [
        (
            "short",
            bits(&shape(&short, &Shape::default())),
            "48000 3667efc614394821",
        ),
        (
            "short 150",
            bits(&shape(&short, &wish(150.0, 100.0, 100.0))),
            "87040 1e5461fac76ee745",
        ),
        (
            "short 400 200 25",
            bits(&shape(&short, &wish(400.0, 200.0, 25.0))),
            "350720 20a9d3801e964231",
        ),
        (
            "short 25",
            bits(&shape(&short, &wish(25.0, 50.0, 100.0))),
            "24000 a39b5bf7784d3a28",
        ),
        (
            "short ends",
            bits(&shape(&short, &ends)),
            "27840 b1a9bbffadb39bb3",
        ),
        (
            "dry 400",
            bits(&shape(&dry, &wish(400.0, 100.0, 60.0))),
            "46080 24bb3dd32590009b",
        ),
        (
            "dry ends",
            bits(&shape(
                &dry,
                &Shape {
                    normalize: true,
                    ..ends
                },
            )),
            "7938 f0182ff7a37a99a9",
        ),
        (
            "slow 400",
            bits(&shape(&slow, &wish(400.0, 100.0, 100.0))),
            "960000 b467fd2d2e0a3354",
        ),
        (
            "slow 70",
            bits(&shape(&slow, &wish(70.0, 120.0, 50.0))),
            "576000 9f885401d5f0eafd",
        ),
        (
            "long 200",
            bits(&shape(&long, &wish(200.0, 100.0, 40.0))),
            "1104384 c521d804acbb60dd",
        ),
        (
            "long 50",
            bits(&shape(&long, &wish(50.0, 100.0, 100.0))),
            "1104000 04428fd35ba81c7d",
        ),
        (
            "noise 200",
            bits(&shape(&noise, &wish(200.0, 100.0, 100.0))),
            "943104 aee7d1eebb6d9d27",
        ),
        (
            "trimmed",
            bits(&shape(
                &short,
                &Shape {
                    decay_percent: 100.0,
                    ..ends
                },
            )),
            "28914 b734979d9e8b7311",
        ),
        (
            "44.1 to 48",
            bits(&resample(&dry, 48_000).expect("good rates")),
            "24000 f3b526aea863888c",
        ),
        (
            "48 to 192",
            bits(&resample(&short, 192_000).expect("good rates")),
            "192000 7f80c1875b9ed205",
        ),
        (
            "96 to 44.1",
            bits(&resample(&noise, 44_100).expect("good rates")),
            "132300 d0c6a1142e57ce4e",
        ),
        (
            "48 to 47.999",
            bits(&resample(&short, 47_999).expect("good rates")),
            "47999 cc93a7f1d1dfa583",
        ),
    ];
    let changed: Vec<_> = cases
        .iter()
        .filter(|(_, now, before)| now != before)
        .collect();
    assert!(changed.is_empty(), "{changed:#?}");
}

#[test]
fn the_bits_of_rooms_are_what_they_were() {
    let before = [
        ("Dark Plate", "143660 ca0dd64e4ca8088c"),
        ("Plate", "193430 76460e651fca83b1"),
        ("Spring", "179046 c571989944fffca3"),
        ("Concert Hall", "193806 ffdc4f98320a052b"),
    ];
    let now = before.map(|(name, _)| {
        let room = RoomRecipe::by_name(name).expect("a room");
        (name, bits(&room.recipe.render(44_100, 4)))
    });
    let changed: Vec<_> = now
        .iter()
        .zip(&before)
        .filter(|(now, before)| now.1 != before.1)
        .collect();
    assert!(changed.is_empty(), "{changed:#?}");
}

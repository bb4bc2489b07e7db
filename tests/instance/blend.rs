//! Two impulses in one instance: exact bounces with everything in motion, and the loudness on the way from one to the
//! other.

use super::{FORMAT, LIMIT};
use anteroom::impulse::{Origin, Shape};
use anteroom::instance::{AudioSide, UiHandle, instance};
use anteroom::loader::{Format, Recalled, Remote};
use anteroom::processor::Settings;

fn room(name: &str) -> Origin {
    Origin::room(name).expect("a built-in room")
}

/// An instance that plays two impulses.
fn pair(first: &str, second: Origin, format: Format) -> (AudioSide, UiHandle, Remote) {
    let (mut audio, ui_handle, remote) = instance(|| {}).expect("a thread");
    let shape = Shape::default();
    let end = remote.second().expect("an instance has two slots");
    let waiting = end.begin_recall(Recalled::of(format, second, shape));
    let settled = remote
        .configure(format, room(first), shape, LIMIT)
        .expect("an answer");
    assert_eq!(waiting.wait(LIMIT).expect("an answer").error, None);
    audio.prepare(format, shape, settled.generation, true);
    (audio, ui_handle, remote)
}

fn wet(blend: f32) -> Settings {
    Settings {
        mix: 100.0,
        blend,
        ..Settings::default()
    }
}

/// Noise with as much in each octave as in the next, roughly, by sums of slower and slower noises.
pub fn pink(samples: usize, seed: u32) -> Vec<f32> {
    let mut seed = seed;
    let mut white = move || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) as f32 / 16_777_216.0 - 0.5
    };
    let mut rows = [0.0_f32; 14];
    (0..samples)
        .map(|at| {
            let row = (at + 1).trailing_zeros() as usize;
            if let Some(row) = rows.get_mut(row) {
                *row = white();
            }
            0.1 * (rows.iter().sum::<f32>() + white())
        })
        .collect()
}

/// The K-weighted power of ITU-R BS.1770 at 48 kHz, in double precision.
fn power(samples: &[f32]) -> f64 {
    const STAGES: [([f64; 3], [f64; 2]); 2] = [
        (
            [1.53512485958697, -2.69169618940638, 1.19839281085285],
            [-1.69065929318241, 0.73248077421585],
        ),
        ([1.0, -2.0, 1.0], [-1.99004745483398, 0.99007225036621]),
    ];
    let mut memory = [[0.0; 2]; 2];
    let mut sum = 0.0;
    for sample in samples {
        let mut x = f64::from(*sample);
        for ((b, a), [first, second]) in STAGES.iter().zip(&mut memory) {
            let y = b[0] * x + *first;
            *first = b[1] * x - a[0] * y + *second;
            *second = b[2] * x - a[1] * y;
            x = y;
        }
        sum += x * x;
    }
    sum / samples.len() as f64
}

fn play(audio: &mut AudioSide, dry: &[f32], settings: &Settings) -> [Vec<f32>; 2] {
    let mut out = [dry.to_vec(), dry.to_vec()];
    let [left, right] = &mut out;
    for (left, right) in left.chunks_mut(512).zip(right.chunks_mut(512)) {
        audio.process(&mut [left, right], settings, &Shape::default());
    }
    out
}

/// Rooms that have nothing in common, and one with itself.
#[test]
fn the_loudness_goes_straight_from_one_impulse_to_the_other() {
    let dry = pink(5 * 48_000, 1);
    for (first, second) in [
        ("Plate", "Studio"),
        ("Studio", "Chamber"),
        ("Hall", "Hall"),
        ("Spring", "Plate"),
    ] {
        let (mut audio, _ui, _remote) = pair(first, room(second), FORMAT);
        let mut loudness = |blend| {
            audio.reset();
            let [left, right] = play(&mut audio, &dry, &wet(blend));
            // Once the tails have built up.
            power(&left[48_000..]) + power(&right[48_000..])
        };
        let (from, to) = (loudness(0.0), loudness(100.0));
        for blend in [20.0, 40.0, 50.0, 60.0, 80.0] {
            let place = f64::from(blend) / 100.0;
            let wanted = (1.0 - place) * from + place * to;
            let wrong = 10.0 * (loudness(blend) / wanted).log10();
            println!("{first} to {second}, {blend} %: {wrong:+.2} dB");
            assert!(wrong.abs() < 0.5, "{first}, {second}, {blend}: {wrong} dB");
        }
    }
}

/// Plays noise in blocks of `block` while both impulses, their shape and the blend move; hosts ask for impulses between
/// blocks, so these moves are at multiples of all blocks.
fn bounce(block: usize) -> Vec<f32> {
    const SAMPLES: usize = 4 * 8_160;
    let (mut audio, _ui, remote) = pair("Studio", Origin::Nothing, FORMAT);
    let second = remote.second().expect("an instance has two slots");
    let dry = pink(SAMPLES, 7);
    let mut left = dry.clone();
    let mut right = dry;
    let mut start = 0;
    while start < SAMPLES {
        match start {
            8_160 => _ = second.choose(room("Plate")),
            16_320 => _ = second.choose(room("Spring")),
            24_480 => _ = second.choose(Origin::Nothing),
            _ => {}
        }
        let step = start / 510;
        let settings = Settings {
            blend: [0.0, 35.0, 100.0, 100.0, 60.0, 0.0, 0.0][step / 2 % 7],
            ..wet(0.0)
        };
        let shape = Shape {
            length_percent: [100.0, 40.0, 70.0][step / 5 % 3],
            ..Shape::default()
        };
        let end = SAMPLES
            .min(start + block - start % block)
            .min(start + 510 - start % 510);
        let mut channels = [&mut left[start..end], &mut right[start..end]];
        audio.process(&mut channels, &settings, &shape);
        start = end;
    }
    left
}

#[test]
fn a_bounce_is_exact_with_two_impulses_in_motion() {
    let reference = bounce(480);
    assert!(reference == bounce(480), "played again");
    for block in [1, 17, 64, 192, 512, 2048] {
        assert!(bounce(block) == reference, "block {block}");
    }
}

/// With `early` and `tail` at their least an impulse is silent. The shape after that is waited for like any other.
#[test]
fn an_offline_render_waits_for_the_shape_that_follows_a_silent_one() {
    let silent = Shape {
        early_db: -60.0,
        tail_db: -60.0,
        ..Shape::default()
    };
    let (mut audio, _ui, _remote) = pair("Studio", room("Plate"), FORMAT);
    let dry = pink(512, 3);
    let mut level = |shape: &Shape| {
        let [mut left, mut right] = [dry.clone(), dry.clone()];
        audio.process(&mut [&mut left, &mut right], &wet(100.0), shape);
        left.iter().map(|x| x * x).sum::<f32>().sqrt()
    };
    // What rings already rings out first.
    for _ in 0..600 {
        level(&silent);
    }
    assert!(level(&silent) < 1e-4, "the second impulse is silent");
    level(&Shape::default());
    let heard = level(&Shape::default());
    assert!(heard > 1e-3, "{heard}: the new shape is there");
}

#[test]
fn the_first_sample_has_both_impulses_and_a_second_that_is_removed_leaves_nothing() {
    let (mut audio, mut ui_handle, remote) = pair("Studio", room("Plate"), FORMAT);
    let loaded = ui_handle.second_status.read().loaded.clone();
    assert_eq!(loaded.expect("it is in use").name, "Plate");
    let mut click = vec![0.0; 9_600];
    click[0] = 1.0;
    let [both, _] = play(&mut audio, &click, &wet(50.0));
    audio.reset();
    let [first, _] = play(&mut audio, &click, &wet(0.0));
    audio.reset();
    let [second, _] = play(&mut audio, &click, &wet(100.0));
    // The weights are those of the law, whatever they are.
    let dot = |a: &[f32], b: &[f32]| -> f64 {
        (a.iter().zip(b))
            .map(|(a, b)| f64::from(*a) * f64::from(*b))
            .sum()
    };
    let (aa, bb, ab) = (
        dot(&first, &first),
        dot(&second, &second),
        dot(&first, &second),
    );
    let (ya, yb) = (dot(&both, &first), dot(&both, &second));
    let det = aa * bb - ab * ab;
    let (a, b) = ((ya * bb - yb * ab) / det, (yb * aa - ya * ab) / det);
    assert!(
        (0.3..1.2).contains(&a) && (0.3..1.2).contains(&b),
        "{a}, {b}"
    );
    let rest = (both.iter().zip(&first).zip(&second))
        .map(|((y, x), z)| (f64::from(*y) - a * f64::from(*x) - b * f64::from(*z)).abs())
        .fold(0.0, f64::max);
    assert!(rest < 1e-5, "{rest}");

    let end = remote.second().expect("an instance has two slots");
    end.choose(Origin::Nothing).expect("room for a request");
    play(&mut audio, &vec![0.0; 480_000], &wet(100.0));
    assert_eq!(audio.slots().running, 1);
    assert!(ui_handle.second_status.read().loaded.is_none());
    assert_eq!(*end.origin(), Origin::Nothing);
    audio.reset();
    let [again, _] = play(&mut audio, &click, &wet(100.0));
    assert!(again == first, "the first sounds alone");
}

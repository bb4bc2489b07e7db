//! The shape moves while the instance plays: exact bounces, no step and no hole, and the whole tail.

use super::{LIMIT, activated};
use anteroom::impulse::{Origin, Shape};
use anteroom::instance::AudioSide;
use anteroom::processor::Settings;
use std::time::{Duration, Instant};

fn noise(samples: usize) -> Vec<f32> {
    let mut seed = 12_345_u32;
    (0..samples)
        .map(|_| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8) as f32 / 16_777_216.0 - 0.5
        })
        .collect()
}

/// Plays noise in blocks of `block`, cut where the automation of the shape has its steps, as a
/// host with sample-accurate automation does.
fn bounce(block: usize, samples: usize, shape_at: impl Fn(usize) -> Shape) -> Vec<f32> {
    const STEP: usize = 700;
    let (mut audio, _desk, _remote) = activated(true);
    let mut left = noise(samples);
    let mut right = left.clone();
    let settings = Settings::default();
    let mut start = 0;
    while start < samples {
        let to_block = block - start % block;
        let to_step = STEP - start % STEP;
        let end = samples.min(start + to_block.min(to_step));
        let mut channels = [&mut left[start..end], &mut right[start..end]];
        audio.process(&mut channels, &settings, &shape_at(start / STEP));
        start = end;
    }
    left
}

/// Another shape at each step, until every control has been at several places. No octave gets longer: that takes most time.
fn dance(step: usize) -> Shape {
    let turn = |every: usize, low: f32, high: f32| {
        let part = (step * every % 7) as f32 / 6.0;
        low + (high - low) * part
    };
    Shape {
        start_ms: turn(1, 0.0, 60.0),
        length_percent: turn(2, 100.0, 40.0),
        length_s: if step % 3 == 1 {
            turn(3, 0.4, 0.1)
        } else {
            0.0
        },
        attack_ms: turn(3, 0.0, 90.0),
        decay_percent: turn(4, 100.0, 45.0),
        size_percent: turn(5, 100.0, 80.0),
        damping_percent: turn(6, 100.0, 50.0),
        early_db: turn(5, 0.0, -9.0),
        tail_db: turn(6, 0.0, 6.0),
        gap_ms: turn(1, 0.0, 40.0),
        split_ms: turn(2, 0.0, 90.0),
        distance_percent: turn(3, 0.0, -60.0),
        decay_63_percent: turn(1, 100.0, 70.0),
        decay_125_percent: turn(2, 60.0, 100.0),
        decay_250_percent: turn(3, 100.0, 90.0),
        decay_500_percent: turn(4, 100.0, 80.0),
        decay_1k_percent: turn(5, 80.0, 100.0),
        decay_2k_percent: turn(6, 100.0, 75.0),
        decay_4k_percent: turn(1, 40.0, 100.0),
        decay_8k_percent: turn(2, 100.0, 50.0),
        reverse: step % 5 == 4,
        normalize: step % 3 != 2,
        moves: step % 4 == 2,
    }
}

#[test]
fn a_bounce_is_the_same_for_every_block_size_with_every_shaping_control_in_motion() {
    let samples = 16_800;
    let reference = bounce(512, samples, dance);
    assert!(reference != bounce(512, samples, |_| Shape::default()));
    assert!(bounce(512, samples, dance) == reference, "played again");
    // Two at a time: each waits for its shapes.
    for blocks in [[1, 2048], [17, 480], [64, 192]] {
        let bounces = std::thread::scope(|scope| {
            let started = blocks.map(|block| scope.spawn(move || bounce(block, samples, dance)));
            started.map(|bounce| bounce.join().unwrap())
        });
        for (block, bounce) in blocks.into_iter().zip(bounces) {
            assert!(bounce == reference, "block {block}");
        }
    }
}

/// A minute of a chord, at ten times its speed, in `shape_at(block)`: the largest step from sample
/// to sample, the quietest tenth of a second after the first ten, and how many engines there were. A slow
/// machine plays on, up to six times as long, until `wanted` of them have come.
fn chord(seconds: usize, wanted: u64, shape_at: impl Fn(usize) -> Shape) -> (f32, f32, u64) {
    const BLOCK: usize = 480;
    let (mut audio, _desk, _remote) = activated(false);
    let settings = Settings {
        mix: 100.0,
        ..Settings::default()
    };
    let (mut before, mut step, mut quietest, mut power) = (0.0f32, 0.0f32, f32::MAX, 0.0f32);
    let mut engines = 0;
    let mut generation = audio.slots().generation;
    for block in 0..6 * seconds * 100 {
        if block >= seconds * 100 && engines >= wanted {
            break;
        }
        let sound = |i: usize| {
            let t = (block * BLOCK + i) as f32 / 48_000.0;
            let tone = |hz: f32| (std::f32::consts::TAU * (hz * t).fract()).sin();
            0.2 * (tone(110.0) + tone(165.0) + tone(277.0) + tone(349.0))
        };
        let mut left: Vec<f32> = (0..BLOCK).map(sound).collect();
        let mut right = left.clone();
        audio.process(&mut [&mut left, &mut right], &settings, &shape_at(block));
        for &sample in &left {
            step = step.max((sample - before).abs());
            before = sample;
            power += sample * sample;
        }
        if block % 10 == 9 {
            if block > 1000 {
                quietest = quietest.min(power);
            }
            power = 0.0;
        }
        if audio.slots().generation != generation {
            generation = audio.slots().generation;
            engines += 1;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    (step, quietest, engines)
}

#[test]
fn a_minute_of_every_shaping_control_makes_no_step_and_no_hole() {
    // The controls jump among some shapes; what each of them does when it rests is the measure.
    let shapes: Vec<Shape> = (0..12).map(dance).collect();
    let (mut step, mut quietest) = (0.0f32, f32::MAX);
    for &shape in &shapes {
        let fixed = chord(12, 0, |_| shape);
        step = step.max(fixed.0);
        quietest = quietest.min(fixed.1);
    }
    let moving = chord(60, 21, |block| shapes[block / 7 * 5 % 12]);
    println!(
        "step {} beside {step}, quietest {} beside {quietest}, {} engines",
        moving.0, moving.1, moving.2
    );
    assert!(moving.2 > 20, "{} engines", moving.2);
    // 3 dB of amplitude.
    assert!(moving.0 <= step * 1.413, "{} beside {step}", moving.0);
    // While one shape fades into another their sounds may cancel for a moment, but a tail that was
    // cut would leave a hole.
    assert!(moving.1 >= quietest * 0.1, "{} beside {quietest}", moving.1);
}

#[test]
fn in_real_time_a_new_shape_arrives_while_the_old_one_sounds() {
    let (mut audio, _desk, _remote) = activated(false);
    let settings = Settings::default();
    let shape = Shape {
        decay_percent: 50.0,
        ..Shape::default()
    };
    let before = audio.slots();
    let begin = Instant::now();
    let mut blocks = 0;
    while audio.slots().generation == before.generation && begin.elapsed() < LIMIT {
        let (mut left, mut right) = ([0.1; 64], [0.1; 64]);
        audio.process(&mut [&mut left, &mut right], &settings, &shape);
        assert!(left.iter().all(|sample| sample.is_finite()));
        std::thread::sleep(Duration::from_micros(500));
        blocks += 1;
    }
    assert!(audio.slots().generation > before.generation);
    assert!(blocks > 0);
}

/// The old tail would be in the way for seconds; a shape that waits for it has it faded.
#[test]
fn a_new_shape_arrives_soon_while_the_tail_of_another_impulse_rings() {
    let (mut audio, _desk, remote) = activated(false);
    let settings = Settings::default();
    let mut shape = Shape::default();
    let choose = |name| {
        let room = Origin::room(name).expect("a built-in room");
        remote.choose(room).expect("a loader");
    };
    // Blocks until another engine is in use, at the pace of a host.
    let play = |audio: &mut AudioSide, shape: &Shape| {
        let (before, begin, mut blocks) = (audio.slots().generation, Instant::now(), 0);
        while audio.slots().generation == before && begin.elapsed() < LIMIT {
            let (mut left, mut right) = ([0.1; 64], [0.1; 64]);
            audio.process(&mut [&mut left, &mut right], &settings, shape);
            std::thread::sleep(Duration::from_micros(1_000));
            blocks += 1;
        }
        assert!(audio.slots().generation > before);
        blocks
    };
    choose("Cathedral");
    play(&mut audio, &shape);
    choose("Plate");
    play(&mut audio, &shape);
    assert_eq!(audio.slots().running, 2, "the old tail rings");
    assert!(
        audio.tail_samples() > 3 * 48_000,
        "{}",
        audio.tail_samples()
    );
    shape.decay_percent = 50.0;
    let samples = 64 * play(&mut audio, &shape);
    assert!(samples < 2 * 48_000, "it came after {samples} samples");
}

/// What waits for room when a shape begins to move must not keep the shape from moving, nor wait for ever.
#[test]
fn offline_an_impulse_that_waits_for_room_gets_it_while_the_shape_moves() {
    let (mut audio, _desk, remote) = activated(true);
    let settings = Settings::default();
    let mut shape = Shape::default();
    let play = |audio: &mut AudioSide, shape: &Shape, blocks: usize| {
        for _ in 0..blocks {
            let (mut left, mut right) = ([0.1; 512], [0.1; 512]);
            audio.process(&mut [&mut left, &mut right], &settings, shape);
        }
    };
    let choose = |name| {
        let room = Origin::room(name).expect("a built-in room");
        let asked = remote.choose(room).expect("a loader");
        let begin = Instant::now();
        while remote.settled() < asked {
            assert!(begin.elapsed() < LIMIT, "never settled");
            std::thread::sleep(Duration::from_millis(1));
        }
        asked
    };
    play(&mut audio, &shape, 1);
    choose("Cathedral");
    play(&mut audio, &shape, 1);
    let plate = choose("Plate");
    play(&mut audio, &shape, 1);
    assert!(audio.slots().waiting, "the swap before it is not over");
    for step in 0..60 {
        shape.decay_percent = 90.0 - 0.5 * step as f32;
        play(&mut audio, &shape, 1);
    }
    assert!(audio.slots().generation >= plate, "it waits for ever");
    play(&mut audio, &shape, 40);
    assert!(audio.is_settled() && audio.slots().generation > plate);
}

/// Plays noise offline in blocks of 64, in `shape_at(sample)`.
fn wet(samples: usize, shape_at: impl Fn(usize) -> Shape) -> Vec<f32> {
    let (mut audio, _desk, _remote) = activated(true);
    let settings = Settings {
        mix: 100.0,
        ..Settings::default()
    };
    let mut left = noise(samples);
    let mut right = left.clone();
    for start in (0..samples).step_by(64) {
        let end = samples.min(start + 64);
        let mut channels = [&mut left[start..end], &mut right[start..end]];
        audio.process(&mut channels, &settings, &shape_at(start));
    }
    left
}

fn largest(samples: impl IntoIterator<Item = f32>) -> f32 {
    samples.into_iter().fold(0.0, |a, x| a.max(x.abs()))
}

#[test]
fn a_new_shape_takes_over_with_its_whole_tail_as_if_it_had_always_been_there() {
    let shape = Shape {
        decay_percent: 60.0,
        ..Shape::default()
    };
    let turn = 48_128;
    let old = wet(96_000, |_| Shape::default());
    let new = wet(96_000, |_| shape);
    let moved = wet(
        96_000,
        |at| if at < turn { Shape::default() } else { shape },
    );
    let scale = largest(new.iter().copied());
    assert!(moved[..turn] == old[..turn]);
    // After the fade of 20 ms nothing is left of the difference.
    let after = turn + 1024;
    let difference = largest((after..96_000).map(|i| moved[i] - new[i]));
    assert!(difference < 1e-5 * scale, "{difference} of {scale}");
    assert!(largest((after..96_000).map(|i| old[i] - new[i])) > 0.01 * scale);
}

#[test]
fn a_shape_that_never_rests_keeps_its_tail() {
    // The reverb of steady noise is as loud with the shape in motion as between its two ends.
    let shape_at = |step: usize| Shape {
        decay_percent: if step.is_multiple_of(2) { 100.0 } else { 98.0 },
        ..Shape::default()
    };
    let power = |samples: &[f32]| samples.iter().map(|x| x * x).sum::<f32>();
    let still = wet(96_000, |_| Shape::default());
    let moving = wet(96_000, |at| shape_at(at / 1536));
    let change_db = 10.0 * (power(&moving[48_000..]) / power(&still[48_000..])).log10();
    assert!(change_db.abs() < 0.3, "{change_db} dB");
}

//! The ducker's sidechain: what comes in there turns the reverb down, sample by sample, and nothing else does.

use super::{Bench, Layout, RATE, Settings, decay, largest_difference, noise, stereo, wet};
use anteroom::params::DuckKey;

const SAMPLES: usize = 24_000;

fn ducked() -> Settings {
    Settings {
        duck: 12.0,
        duck_threshold: -40.0,
        duck_attack: 3.0,
        duck_hold: 40.0,
        duck_release: 80.0,
        duck_key: DuckKey::Sidechain,
        ..wet()
    }
}

/// Hits in one channel and then in the other, with rests.
fn hits() -> Vec<Vec<f32>> {
    let hit = |first: usize, seed: u32| {
        let mut key = noise(SAMPLES, seed);
        for (at, sample) in key.iter_mut().enumerate() {
            let level = if (first..first + 2_500).contains(&at) {
                0.4
            } else {
                0.0
            };
            *sample *= level;
        }
        key
    };
    vec![hit(3_001, 21), hit(14_007, 22)]
}

fn bench(layout: Layout) -> Bench {
    let mut bench = Bench::new(layout);
    bench.link(&[decay(4_000, 5), decay(4_000, 6)]);
    bench.processor.advance();
    bench
}

fn play(layout: Layout, key: &[Vec<f32>], block: usize, settings: &Settings) -> Vec<Vec<f32>> {
    let mut bench = bench(layout);
    let mut output = stereo(SAMPLES);
    output.truncate(layout.outputs());
    for start in (0..SAMPLES).step_by(block) {
        let end = SAMPLES.min(start + block);
        let cut = output.iter_mut().map(|channel| &mut channel[start..end]);
        let part = |index: usize| key.get(index).map_or(&[][..], |key| &key[start..end]);
        bench
            .processor
            .process_with(&mut cut.collect::<Vec<_>>(), [part(0), part(1)], settings);
    }
    output
}

/// The reduction in dB by its definition, in double precision.
fn reductions(key: &[Vec<f32>], settings: &Settings) -> Vec<f64> {
    let rate = f64::from(RATE);
    let pole = |ms: f32| (-1000.0 / (f64::from(ms) * rate)).exp();
    let (attack, release) = (pole(settings.duck_attack), pole(settings.duck_release));
    let hold = (f64::from(settings.duck_hold) / 1000.0 * rate) as usize;
    let (mut peak, mut held, mut reduction) = (0.0_f64, 0, 0.0);
    let one = |at: usize| {
        let level = key.iter().map(|key| f64::from(key[at].abs()));
        let level = level.fold(0.0, f64::max);
        if level >= peak || held == 0 {
            (peak, held) = (level, hold);
        } else {
            held -= 1;
        }
        let above = 20.0 * peak.max(1e-6).log10() - f64::from(settings.duck_threshold);
        let aim = above.clamp(0.0, f64::from(settings.duck));
        let left = if aim > reduction { attack } else { release };
        reduction = aim + (reduction - aim) * left;
        reduction
    };
    (0..SAMPLES).map(one).collect()
}

#[test]
fn the_key_is_the_sidechain_and_the_curve_its_definition() {
    for layout in [Layout::Stereo, Layout::MonoToStereo, Layout::Mono] {
        let settings = ducked();
        let plain = play(layout, &[], 512, &wet());
        let heard = play(layout, &hits(), 512, &settings);
        let wanted = reductions(&hits(), &settings);
        let (mut looked, mut deepest) = (0, 0.0_f64);
        for (plain, heard) in plain.iter().zip(&heard) {
            for (at, (plain, heard)) in plain.iter().zip(heard).enumerate() {
                if plain.abs() > 1e-3 {
                    let gain = 20.0 * (f64::from(*heard) / f64::from(*plain)).log10();
                    let off = gain + wanted[at];
                    assert!(off.abs() < 0.02, "{layout:?} at {at}: {off} dB");
                    deepest = deepest.min(gain);
                    looked += 1;
                }
            }
        }
        assert!(looked > SAMPLES / 2, "{looked}");
        assert!((deepest + 12.0).abs() < 0.1, "{deepest}");
        // Before the first hit, not a bit; and the input, which is loud all the time, is no key.
        assert_eq!(heard[0][..3_000], plain[0][..3_000]);
    }
}

#[test]
fn the_sound_does_not_depend_on_the_blocks() {
    let whole = play(Layout::Stereo, &hits(), SAMPLES, &ducked());
    for block in [1, 17, 64, 192, 480, 512, 2_048] {
        assert_eq!(
            play(Layout::Stereo, &hits(), block, &ducked()),
            whole,
            "{block}"
        );
    }
}

#[test]
fn a_sidechain_that_is_not_there_is_a_silent_key() {
    for layout in [Layout::Stereo, Layout::MonoToStereo, Layout::Mono] {
        let plain = play(layout, &[], 300, &wet());
        assert_eq!(play(layout, &[], 300, &ducked()), plain, "not connected");
        let silent = vec![vec![0.0; SAMPLES]; 2];
        assert_eq!(play(layout, &silent, 300, &ducked()), plain, "silent");
        // Where the key is the input the sidechain is not heard.
        let own = Settings {
            duck_key: DuckKey::Input,
            ..ducked()
        };
        let heard = play(layout, &[], 300, &own);
        assert!(largest_difference(&heard[0], &plain[0]) > 0.01);
        assert_eq!(play(layout, &hits(), 300, &own), heard);
        // Off is off.
        let off = Settings {
            duck: 0.0,
            ..ducked()
        };
        assert_eq!(play(layout, &hits(), 300, &off), plain);
    }
    // One channel is enough, whichever it is.
    let one = hits().remove(0);
    let left = play(Layout::Stereo, std::slice::from_ref(&one), 300, &ducked());
    let right = play(Layout::Stereo, &[vec![0.0; SAMPLES], one], 300, &ducked());
    assert_eq!(left, right);
}

#[test]
fn a_sidechain_that_ends_within_the_block_is_silent_after_that() {
    let mut cut = hits();
    for key in &mut cut {
        key[4_000..].fill(0.0);
    }
    let wanted = play(Layout::Stereo, &cut, SAMPLES, &ducked());
    let mut bench = bench(Layout::Stereo);
    let mut heard = stereo(SAMPLES);
    let [left, right] = &mut heard[..] else {
        panic!("two channels");
    };
    let key = hits();
    bench.processor.process_with(
        &mut [left, right],
        [&key[0][..4_000], &key[1][..4_000]],
        &ducked(),
    );
    assert_eq!(heard, wanted);
}

#[test]
fn bad_samples_are_repaired_and_counted() {
    let good = hits();
    let mut bad = hits();
    for (at, what) in [
        (100, f32::NAN),
        (9_000, f32::INFINITY),
        (9_001, f32::NEG_INFINITY),
        (9_002, 1e9),
    ] {
        assert_eq!(good[0][at], 0.0);
        bad[0][at] = what;
    }
    assert_eq!(
        play(Layout::Stereo, &bad, 512, &ducked()),
        play(Layout::Stereo, &good, 512, &ducked())
    );
    let mut bench = bench(Layout::Stereo);
    let mut block = stereo(512);
    let [left, right] = &mut block[..] else {
        panic!("two channels");
    };
    let key = [f32::NAN; 512];
    (bench.processor).process_with(&mut [left, right], [&key, &[]], &ducked());
    assert_eq!(bench.snapshots.read().repaired, 512);
    assert_eq!(bench.snapshots.read().ducked_db, 0.0);
}

#[test]
fn it_does_not_rest_while_the_sidechain_sounds() {
    let mut bench = bench(Layout::Stereo);
    // Below the threshold: nothing is turned down, but what follows may.
    let faint = [1e-4; 512];
    let block = |bench: &mut Bench, key: &[f32], settings: &Settings| {
        let (mut left, mut right) = ([0.0; 512], [0.0; 512]);
        (bench.processor).process_with(&mut [&mut left, &mut right], [key, key], settings);
        bench.processor.is_at_rest()
    };
    for _ in 0..200 {
        assert!(!block(&mut bench, &faint, &ducked()));
    }
    assert!(block(&mut bench, &[], &ducked()));
    // A loud one is heard out.
    assert!(!block(&mut bench, &[0.5; 512], &ducked()));
    let blocks = (0..2_000).position(|_| block(&mut bench, &[], &ducked()));
    let seconds = blocks.expect("it comes to rest") as f32 * 512.0 / RATE;
    assert!((0.2..2.0).contains(&seconds), "{seconds}");
    // Where nobody listens the sidechain keeps nobody awake.
    assert!(block(&mut bench, &faint, &wet()));
    let off = Settings {
        duck: 0.0,
        ..ducked()
    };
    assert!(block(&mut bench, &[0.5; 512], &off));
}

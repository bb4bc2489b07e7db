//! The versions of a tail: as loud as it, and with nothing in common.

use super::super::{Shaped, shape as shape_whole, trim_apart_with};
use super::*;
use crate::analyze::{CENTRES_HZ, Octave};
use rustfft::{FftPlanner, num_complex::Complex};

const RATE: u32 = 48_000;

/// A click, echoes, and noise of a second that dies away, in channels that have something in common.
fn room(channels: usize, seconds: f32) -> Impulse {
    let frames = (seconds * RATE as f32) as usize;
    let noise = |seed: u64| -> Vec<f32> {
        let mut rng = Rng::new(seed, 0);
        (0..frames)
            .map(|at| {
                let level = 0.1 * (-(at as f32) / (0.15 * frames as f32)).exp();
                level * rng.normal() as f32
            })
            .collect()
    };
    let common = noise(99);
    let row = |channel: usize| {
        let own = noise(channel as u64);
        let mut row: Vec<f32> = own.iter().zip(&common).map(|(a, b)| a + 0.5 * b).collect();
        row[..480].fill(0.0);
        for (at, level) in [(480, 1.0), (960, 0.5), (1_500, -0.4), (2_300, 0.3)] {
            row[at] += level;
        }
        row
    };
    Impulse {
        channels: (0..channels).map(row).collect(),
        rate: RATE,
    }
}

fn moving() -> Shape {
    Shape {
        moves: true,
        split_ms: 60.0,
        ..Shape::default()
    }
}

fn apart(impulse: &Impulse, shape: &Shape) -> (Impulse, Vec<Vec<f32>>) {
    let Shaped { impulse, apart } =
        trim_apart_with(impulse, shape, &|| false).expect("nobody cancels it");
    (impulse, apart.expect("it moves").channels)
}

/// By octave from 125 Hz on: what two signals have in common, and the energy of each, by one long transform.
fn gram(one: &[f32], two: &[f32]) -> Vec<[f64; 3]> {
    let size = one.len().next_power_of_two();
    let fft = FftPlanner::<f64>::new().plan_fft_forward(size);
    let spectrum = |signal: &[f32]| {
        let mut bins: Vec<_> = signal
            .iter()
            .map(|x| Complex::new(f64::from(*x), 0.0))
            .collect();
        bins.resize(size, Complex::default());
        fft.process(&mut bins);
        bins
    };
    let (one, two) = (spectrum(one), spectrum(two));
    let octave = |centre: &f64| {
        let octave = Octave::new(*centre, f64::from(RATE));
        let mut sums = [0.0; 3];
        for bin in 1..size / 2 {
            let hz = bin as f64 * f64::from(RATE) / size as f64;
            let weight = octave.power(hz);
            sums[0] += weight * (one[bin] * two[bin].conj()).re;
            sums[1] += weight * one[bin].norm_sqr();
            sums[2] += weight * two[bin].norm_sqr();
        }
        sums
    };
    CENTRES_HZ.iter().map(octave).collect()
}

/// The tail: what the early part leaves of the whole.
fn tail(whole: &[f32], early: &[f32]) -> Vec<f32> {
    whole
        .iter()
        .zip(early)
        .map(|(whole, early)| whole - early)
        .collect()
}

#[test]
fn the_versions_are_as_loud_in_each_octave_and_have_nothing_in_common() {
    for channels in [1, 2, 4] {
        let (whole, apart) = apart(&room(channels, 1.5), &moving());
        assert_eq!(apart.len(), 3 * channels);
        let mut worst = [0.0_f64; 2];
        let tails: Vec<[Vec<f32>; 3]> = (0..channels)
            .map(|channel| {
                let tail = tail(&whole.channels[channel], &apart[channel]);
                let [one, two] = [1, 2].map(|part| apart[part * channels + channel].clone());
                [tail, one, two]
            })
            .collect();
        // Those that meet in one output have nothing in common, either.
        let meet = |one: usize, two: usize| one % 2 == two % 2 || channels == 2;
        for one in 0..channels {
            for two in (0..channels).filter(|two| meet(one, *two)) {
                for (a, b) in [(0, 1), (0, 2), (1, 2)] {
                    for [common, left, right] in gram(&tails[one][a], &tails[two][b]) {
                        let level = 10.0 * (right / left).log10();
                        let alike = common / (left * right).sqrt();
                        worst[1] = worst[1].max(alike.abs());
                        if one == two {
                            worst[0] = worst[0].max(level.abs());
                        }
                    }
                }
            }
        }
        assert!(worst[0] < 0.4 && worst[1] < 0.06, "{worst:?}");
    }
}

/// The loudness of a tenth of a second in each is that of the tail.
#[test]
fn the_versions_die_away_as_the_tail_does() {
    let (whole, apart) = apart(&room(2, 1.5), &moving());
    let tail = tail(&whole.channels[0], &apart[0]);
    let energy =
        |row: &[f32], at: usize| -> f32 { row[at..at + 4_800].iter().map(|x| x * x).sum() };
    for version in [&apart[2], &apart[4]] {
        for at in (4_800..48_000).step_by(4_800) {
            let change = 10.0 * (energy(version, at) / energy(&tail, at)).log10();
            assert!(change.abs() < 1.5, "{at}: {change} dB");
        }
    }
}

#[test]
fn channels_have_as_much_in_common_as_before() {
    let (whole, apart) = apart(&room(2, 1.5), &moving());
    let alike = |left: &[f32], right: &[f32]| {
        let sums = gram(left, right);
        let [common, a, b] = sums[3..].iter().fold([0.0; 3], |sum, part| {
            std::array::from_fn(|index| sum[index] + part[index])
        });
        common / (a * b).sqrt()
    };
    let of_tail = alike(
        &tail(&whole.channels[0], &apart[0]),
        &tail(&whole.channels[1], &apart[1]),
    );
    assert!((of_tail - 0.2).abs() < 0.05, "{of_tail}");
    for version in [2, 4] {
        let of_version = alike(&apart[version], &apart[version + 1]);
        assert!(
            (of_version - of_tail).abs() < 0.05,
            "{of_version} of {of_tail}"
        );
    }
}

#[test]
fn the_early_part_is_left_alone_and_the_whole_stays_what_it_was() {
    let room = room(2, 0.5);
    let shapes = [
        moving(),
        Shape {
            normalize: false,
            early_db: -3.0,
            tail_db: 4.0,
            gap_ms: 30.0,
            ..moving()
        },
        Shape {
            length_percent: 40.0,
            attack_ms: 20.0,
            distance_percent: 30.0,
            split_ms: 0.0,
            ..moving()
        },
    ];
    for wanted in shapes {
        let (whole, apart) = apart(&room, &wanted);
        assert_eq!(whole, shape_whole(&room, &wanted));
        assert_eq!(
            whole,
            shape_whole(
                &room,
                &Shape {
                    moves: false,
                    ..wanted
                }
            )
        );
        for channel in 0..2 {
            let (whole, early) = (&whole.channels[channel], &apart[channel]);
            // Up to the fade, 10 ms around the split, the early part is the whole.
            let first = early
                .iter()
                .zip(whole)
                .take_while(|(a, b)| (*a - *b).abs() < 1e-7);
            let split = first.count();
            assert!(split > 600, "{split}");
            for version in [&apart[2 + channel], &apart[4 + channel]] {
                assert_eq!(version.len(), whole.len());
                let still = &version[..split.min(2_400)];
                assert!(still.iter().all(|sample| sample.abs() < 1e-6));
                assert!(version.iter().any(|sample| *sample != 0.0));
                assert!(version[whole.len() - 1].abs() < 1e-4);
            }
        }
    }
}

#[test]
fn a_tail_that_is_played_backwards_has_its_versions_before_the_early_part() {
    let backwards = Shape {
        reverse: true,
        normalize: false,
        ..moving()
    };
    let (whole, apart) = apart(&room(1, 0.5), &backwards);
    let last = whole.frames();
    for version in &apart[1..] {
        assert!(version[last - 2_800..].iter().all(|sample| *sample == 0.0));
        assert!(version[last - 6_000..].iter().any(|sample| *sample != 0.0));
    }
    let tail = tail(&whole.channels[0], &apart[0]);
    let energy = |row: &[f32]| row.iter().map(|x| x * x).sum::<f32>();
    assert!((energy(&apart[1]) / energy(&tail) - 1.0).abs() < 0.1);
}

#[test]
fn silence_and_the_shortest_impulse_do_no_harm() {
    for frames in [1, 2, 400] {
        for level in [0.0, 0.5] {
            let tiny = Impulse {
                channels: vec![vec![level; frames]; 2],
                rate: RATE,
            };
            for reverse in [false, true] {
                let wanted = Shape {
                    gap_ms: 50.0,
                    reverse,
                    ..moving()
                };
                let (whole, apart) = apart(&tiny, &wanted);
                for channel in apart {
                    assert_eq!(channel.len(), whole.frames());
                    assert!(channel.iter().all(|sample| sample.is_finite()));
                }
            }
        }
    }
}

#[test]
fn nobody_waits_for_what_nobody_wants() {
    let asked = std::cell::Cell::new(0);
    let cancelled = || {
        asked.set(asked.get() + 1);
        asked.get() > 300
    };
    assert_eq!(trim_apart_with(&room(1, 3.0), &moving(), &cancelled), None);
    assert!(asked.get() < 310, "{}", asked.get());
}

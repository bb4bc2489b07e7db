//! The equaliser beside the analogue filters it stands for, and while it moves.

use super::*;
use crate::processor::math::{exp, gain};

const FADE: u32 = 960;

fn place(hz: f32, db: f32, q: f32) -> Place {
    Place { hz, db, q }
}

/// Four bands of which one does something.
fn only(band: usize, at: Place) -> [Place; BANDS] {
    let mut places = [place(1000.0, 0.0, 1.0); BANDS];
    places[band] = at;
    places
}

/// The magnitude of the analogue prototype in dB, written down once more from the formulae.
fn analogue(kind: Kind, hz: f64, db: f64, q: f64, at: f64) -> f64 {
    let a = 10_f64.powf(db / 40.0);
    let x = at / hz;
    let (real, root) = (1.0 - x * x, a.sqrt());
    let of = |re: f64, im: f64| re * re + im * im;
    let power = match kind {
        Kind::Bell => of(real, x * a / q) / of(real, x / (a * q)),
        Kind::LowShelf => a * a * of(a - x * x, root / q * x) / of(1.0 - a * x * x, root / q * x),
        Kind::HighShelf => a * a * of(1.0 - a * x * x, root / q * x) / of(a - x * x, root / q * x),
        Kind::LowPass => 1.0 / of(real, x / q),
        Kind::HighPass => x.powi(4) / of(real, x / q),
    };
    10.0 * power.log10()
}

/// The magnitude of the digital sections in dB.
fn digital(sections: &[design::Coefficients], rate: f64, at: f64) -> f64 {
    let tan = (std::f64::consts::PI * at / rate).tan();
    let mut power = 1.0;
    for section in sections {
        let x = tan / section.g;
        let of = |re: f64, im: f64| re * re + im * im;
        power *= of(section.low - section.high * x * x, section.band * x)
            / of(1.0 - x * x, section.k * x);
    }
    10.0 * power.log10()
}

/// The largest difference up to 16 kHz, and above.
fn errors(kind: Kind, hz: f64, db: f64, q: f64, rate: f64) -> [f64; 2] {
    let sections = design::design(kind, hz, db, q, rate);
    let mut worst = [0.0_f64; 2];
    for step in 0..400 {
        let at = 20.0 * (0.4999 * rate / 20.0).powf(f64::from(step) / 399.0);
        let off = digital(&sections, rate, at) - analogue(kind, hz, db, q, at);
        let above = usize::from(at > 16_000.0);
        worst[above] = worst[above].max(off.abs());
    }
    worst
}

const SHELVES_AND_BELL: [Kind; 3] = [Kind::LowShelf, Kind::Bell, Kind::HighShelf];

#[test]
fn the_response_is_the_analogue_filters() {
    for rate in [44_100.0, 48_000.0, 96_000.0, 192_000.0] {
        for kind in SHELVES_AND_BELL {
            for hz in [20.0, 63.0, 400.0, 2_500.0, 8_000.0, 12_000.0] {
                for db in [-18.0, -7.0, 0.5, 18.0] {
                    for q in [0.1, 0.5, 0.707, 1.0, 2.0, 4.0] {
                        let [below, above] = errors(kind, hz, db, q, rate);
                        let what = format!("{kind:?} {hz} Hz {db} dB Q {q} at {rate}");
                        assert!(below < 0.1, "{what}: {below} dB up to 16 kHz");
                        assert!(above < 0.5, "{what}: {above} dB above");
                    }
                }
            }
        }
    }
}

#[test]
fn the_steep_cuts_are_the_analogue_filters() {
    for hz in [20.0, 300.0, 1_000.0, 5_000.0, 12_000.0] {
        for q in [0.541_196_1, 1.306_563] {
            for kind in [Kind::LowPass, Kind::HighPass] {
                let [below, above] = errors(kind, hz, 0.0, q, 44_100.0);
                let what = format!("{kind:?} {hz} Hz Q {q}");
                assert!(below < 0.1 && above < 0.5, "{what}: {below} {above}");
            }
        }
    }
}

#[test]
fn beyond_it_is_close() {
    for kind in SHELVES_AND_BELL {
        for hz in [14_000.0, 16_000.0, 20_000.0] {
            for db in [-18.0, 6.0, 18.0] {
                for q in [0.1, 0.707, 4.0, 10.0] {
                    let [below, above] = errors(kind, hz, db, q, 44_100.0);
                    assert!(
                        below < 0.5 && above < 0.75,
                        "{kind:?} {hz} {db} {q}: {below} {above}"
                    );
                }
            }
        }
    }
}

/// Between a bell at 12 kHz by the bilinear transform and the analogue one lie decibels: the bound tells them apart.
#[test]
fn the_bilinear_transform_would_be_noticed() {
    let (hz, db, q, rate) = (12_000.0, 18.0, 1.0, 44_100.0);
    let warp = |at: f64| (std::f64::consts::PI * at / rate).tan();
    let at = 16_000.0;
    let squeezed = analogue(Kind::Bell, warp(hz), db, q, warp(at));
    let off = squeezed - analogue(Kind::Bell, hz, db, q, at);
    assert!(off.abs() > 1.0, "{off}");
}

#[test]
fn low_rates_and_high_frequencies_are_stable() {
    for rate in [8_000.0, 11_025.0, 44_100.0, 384_000.0] {
        for kind in [
            Kind::LowShelf,
            Kind::Bell,
            Kind::HighShelf,
            Kind::LowPass,
            Kind::HighPass,
        ] {
            for hz in [20.0, 3_999.0, 4_000.0, 4_001.0, 20_000.0] {
                for db in [-18.0, 0.0, 18.0] {
                    for q in [0.1, 0.499_999, 0.5, 0.541, 10.0] {
                        for section in design::design(kind, hz, db, q, rate) {
                            let parts = [section.high, section.band, section.low];
                            let fine = section.g > 0.0 && section.k > 0.0;
                            let fine = fine && (section.g + section.k).is_finite();
                            assert!(
                                fine && parts.iter().all(|x| x.is_finite()),
                                "{kind:?} {hz} {db} {q} {rate}: {section:?}"
                            );
                        }
                    }
                }
            }
        }
    }
}

/// What comes out at a settled sine, in dB.
fn sine_db(equalizer: &mut Equalizer, hz: f32) -> f32 {
    let n = 48_000;
    let mut block: Vec<f32> = (0..n)
        .map(|i| (std::f32::consts::TAU * ((hz * i as f32 / 48_000.0) % 1.0)).sin())
        .collect();
    equalizer.process(&mut [&mut block]);
    let power: f32 = block[n / 2..].iter().map(|x| x * x).sum::<f32>() / (n / 2) as f32;
    10.0 * (2.0 * power).log10()
}

#[test]
fn what_is_designed_is_what_is_heard() {
    let at = place(3_000.0, 9.0, 2.0);
    for (band, kind) in KINDS.into_iter().enumerate() {
        let mut equalizer = Equalizer::new(only(band, at), 48_000.0, FADE);
        for hz in [100.0, 2_000.0, 3_000.0, 12_000.0] {
            equalizer.reset(only(band, at));
            let heard = f64::from(sine_db(&mut equalizer, hz));
            let meant = analogue(kind, 3_000.0, 9.0, 2.0, hz.into());
            assert!(
                (heard - meant).abs() < 0.03,
                "{kind:?} at {hz}: {heard} for {meant}"
            );
        }
    }
}

#[test]
fn at_no_gain_it_changes_no_bit() {
    let mut equalizer = Equalizer::new([place(500.0, 0.0, 3.0); BANDS], 48_000.0, FADE);
    let input: Vec<f32> = (0..4_000)
        .map(|i| ((i * 37) % 101) as f32 / 101.0)
        .collect();
    let mut block = input.clone();
    equalizer.process(&mut [&mut block]);
    assert_eq!(block, input);
    // Nor after it has been somewhere and is back.
    equalizer.set(only(1, place(500.0, 12.0, 3.0)));
    equalizer.process(&mut [&mut block]);
    assert_ne!(block, input);
    equalizer.set([place(500.0, 0.0, 3.0); BANDS]);
    equalizer.process(&mut [&mut block]);
    assert!(equalizer.at_rest());
    let mut block = input.clone();
    equalizer.process(&mut [&mut block]);
    assert_eq!(block, input);
}

/// Moves at these samples, each band somewhere else.
fn moved(cut: usize) -> Vec<f32> {
    let mut equalizer = Equalizer::new(only(0, place(100.0, 0.0, 1.0)), 48_000.0, FADE);
    let input: Vec<f32> = (0..9_000)
        .map(|i| ((i * 7919) % 2003) as f32 / 2003.0 - 0.5)
        .collect();
    let mut output = Vec::new();
    for (index, part) in input.chunks(1_000).enumerate() {
        let way = index as f32;
        let db = [0.0, 12.0, -18.0, 0.0, 0.0, 3.0, 0.0, 0.0, 1.0][index];
        equalizer.set([
            place(100.0 + 50.0 * way, db, 0.7),
            place(500.0 + 300.0 * way, -db, 2.0),
            place(2_000.0, db * 0.5, 10.0 - way),
            place(9_000.0, -0.2 * db, 0.7),
        ]);
        let mut part = part.to_vec();
        for block in part.chunks_mut(cut) {
            equalizer.process(&mut [block]);
        }
        output.extend(part);
    }
    output
}

#[test]
fn the_output_does_not_depend_on_how_the_block_is_cut() {
    let whole = moved(1_000);
    for cut in [1, 7, 64, 333] {
        assert_eq!(moved(cut), whole, "{cut}");
    }
}

/// A sine far below the sweep: what is heard beside it is the sound of the moves.
#[test]
fn a_move_makes_no_sound_of_its_own() {
    let n = 48_000;
    let sine = |i: usize| 0.5 * (std::f32::consts::TAU * 200.0 * (i % 240) as f32 / 48_000.0).sin();
    let mut equalizer = Equalizer::new(only(2, place(300.0, 0.0, 1.0)), 48_000.0, FADE);
    let mut block: Vec<f32> = (0..n).map(sine).collect();
    for (index, part) in block.chunks_mut(16).enumerate() {
        // A new place each 16 samples: a slow sweep of three octaves and 30 dB, by automation at audio rate.
        let way = (index as f32 * 16.0 / n as f32 * std::f32::consts::TAU).sin();
        equalizer.set(only(2, place(1_000.0 * exp(way), 15.0 * way, 2.0)));
        equalizer.process(&mut [part]);
    }
    // Third differences take the sine away (to 2e-5 of it) and leave steps.
    let roughest = block[1_000..]
        .windows(4)
        .map(|w| (w[3] - 3.0 * w[2] + 3.0 * w[1] - w[0]).abs())
        .fold(0.0, f32::max);
    let loudest = block.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
    assert!(roughest < gain(-80.0) * loudest, "{roughest} of {loudest}");
}

#[test]
fn two_channels_are_filtered_alike_and_apart() {
    let at = only(1, place(800.0, 10.0, 3.0));
    let left: Vec<f32> = (0..500).map(|i| ((i * 13) % 31) as f32).collect();
    let right: Vec<f32> = (0..500).map(|i| ((i * 17) % 29) as f32).collect();
    let alone = |input: &[f32]| {
        let mut block = input.to_vec();
        Equalizer::new(at, 48_000.0, FADE).process(&mut [&mut block]);
        block
    };
    let (mut a, mut b) = (left.clone(), right.clone());
    Equalizer::new(at, 48_000.0, FADE).process(&mut [&mut a, &mut b]);
    assert_eq!((a, b), (alone(&left), alone(&right)));
}

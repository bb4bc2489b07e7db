//! Echo density, mixing time, IACC, bass ratio and DC: on impulses whose values are known by construction.

use anteroom_impulse::analyze::{Analysis, ChannelAnalysis, model_mixing_time_ms};
use anteroom_impulse::{Impulse, analyze};

const RATE: u32 = 48_000;

/// Gaussian noise from uniform numbers, twelve at a time.
struct Gaussian(u64);

impl Gaussian {
    fn sample(&mut self) -> f32 {
        let uniform = |state: &mut u64| {
            *state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (*state >> 40) as f32 / (1 << 24) as f32
        };
        (0..12).map(|_| uniform(&mut self.0)).sum::<f32>() - 6.0
    }

    /// Noise that decays by 60 dB in `rt60` seconds.
    fn decay(seed: u64, rt60: f64, seconds: f64) -> Vec<f32> {
        let mut noise = Self(seed);
        let frames = (seconds * f64::from(RATE)) as usize;
        let level = |n: usize| 10f64.powf(-3.0 * n as f64 / f64::from(RATE) / rt60);
        (0..frames)
            .map(|n| 0.1 * noise.sample() * level(n) as f32)
            .collect()
    }
}

fn of(channels: Vec<Vec<f32>>) -> Analysis {
    analyze(&Impulse {
        channels,
        rate: RATE,
    })
}

fn one(channel: Vec<f32>) -> ChannelAnalysis {
    of(vec![channel]).channels.remove(0)
}

/// A single sample of 1 in silence.
fn dirac(at: usize, frames: usize) -> Vec<f32> {
    let mut channel = vec![0.0; frames];
    channel[at] = 1.0;
    channel
}

#[track_caller]
fn near(got: Option<f64>, want: f64, tolerance: f64) {
    let got = got.expect("it was not measured");
    assert!((got - want).abs() <= tolerance, "{got} instead of {want}");
}

#[test]
fn a_single_reflection_has_no_density_and_never_mixes() {
    for at in [0, 700] {
        let density = one(dirac(at, 48_000)).echo_density;
        assert_eq!(density.at_20_ms, Some(0.0));
        assert_eq!(density.at_50_ms, Some(0.0));
        assert_eq!(density.at_100_ms, Some(0.0));
        assert_eq!(density.mixing_time_ms, None);
        assert_eq!(density.perceptual_mixing_time_ms, None);
    }
}

#[test]
fn gaussian_noise_has_the_density_one_whatever_its_level() {
    let mut all = Vec::new();
    for seed in 0..20 {
        let density = one(Gaussian::decay(seed, 2.0, 0.5)).echo_density;
        all.extend([density.at_20_ms, density.at_50_ms, density.at_100_ms]);
        assert!(density.mixing_time_ms.expect("noise is mixed") < 40.0);
    }
    for value in &all {
        near(*value, 1.0, 0.2);
    }
    let mean = all.iter().flatten().sum::<f64>() / all.len() as f64;
    near(Some(mean), 1.0, 0.03);
}

#[test]
fn the_field_is_mixed_where_the_noise_begins() {
    // Ten reflections, and noise from 150 ms on, 500 samples behind the beginning of the file.
    let mut channel = vec![0.0; 24_000];
    let noise = Gaussian::decay(5, 1.0, 0.3);
    for (slot, sample) in channel[500 + 7200..].iter_mut().zip(noise) {
        *slot = sample;
    }
    for echo in 0..10 {
        channel[500 + 700 * echo] = 0.5;
    }
    let density = one(channel).echo_density;
    assert!(density.at_100_ms.expect("it is measured") < 0.2);
    let mixing = density.mixing_time_ms.expect("it is mixed");
    assert!((145.0..190.0).contains(&mixing), "{mixing}");
    near(density.perceptual_mixing_time_ms, 0.8 * mixing - 8.0, 1e-9);
}

#[test]
fn pulses_of_a_regular_train_have_the_density_of_their_share() {
    // Every tenth sample: a tenth of the window lies outside of the standard deviation.
    let train: Vec<f32> = (0..24_000)
        .map(|n| f32::from(u8::from(n % 10 == 0)))
        .collect();
    near(one(train).echo_density.at_50_ms, 0.1 / 0.3173, 0.002);
}

#[test]
fn two_alike_ears_have_the_iacc_one_and_noise_that_is_independent_none() {
    let (left, right) = (Gaussian::decay(1, 2.0, 2.0), Gaussian::decay(2, 2.0, 2.0));
    let same = of(vec![left.clone(), left.clone()]).iacc.expect("two ears");
    near(same.e3, 1.0, 1e-9);
    near(same.l3, 1.0, 1e-9);
    // Half a millisecond later and upside down is still the same.
    let mut late = vec![0.0; 24];
    late.extend(left[..left.len() - 24].iter().map(|sample| -sample));
    let later = of(vec![left.clone(), late]).iacc.expect("two ears");
    near(later.l3, 1.0, 0.01);
    // The largest of the lags is chosen, so that it does not reach 0: less the more periods there are.
    let other = of(vec![left.clone(), right.clone()])
        .iacc
        .expect("two ears");
    assert_eq!(other.bands.len(), 6);
    near(other.l3, 0.0, 0.12);
    near(other.bands[5].late, 0.0, 0.06);
    // Half of the power in common: the coefficient is a half.
    let third = Gaussian::decay(3, 2.0, 2.0);
    let mixed = |one: &[f32], common: &[f32]| -> Vec<f32> {
        one.iter()
            .zip(common)
            .map(|(one, common)| one + common)
            .collect()
    };
    let half = of(vec![mixed(&left, &third), mixed(&right, &third)]);
    let half = half.iacc.expect("two ears");
    near(half.l3, 0.5, 0.06);
}

#[test]
fn a_dirac_is_alike_early_and_has_nothing_late() {
    let iacc = of(vec![dirac(300, 48_000); 2]).iacc.expect("two ears");
    near(iacc.e3, 1.0, 1e-9);
    assert_eq!(iacc.l3, None);
    assert!(iacc.bands.iter().all(|band| band.late.is_none()));
    // The onset of the earlier ear is where early begins.
    let apart = of(vec![dirac(300, 48_000), dirac(340, 48_000)]);
    near(apart.iacc.and_then(|iacc| iacc.e3), 1.0, 1e-3);
}

#[test]
fn four_channels_are_heard_from_the_middle() {
    let rows: Vec<_> = (1..=4)
        .map(|seed| Gaussian::decay(seed, 1.0, 1.0))
        .collect();
    let sum = |one: usize, other: usize| -> Vec<f32> {
        let pairs = rows[one].iter().zip(&rows[other]);
        pairs.map(|(one, other)| one + other).collect()
    };
    let (left, right) = (sum(0, 2), sum(1, 3));
    assert_eq!(of(rows.clone()).iacc, of(vec![left, right]).iacc);
    assert_eq!(of(rows[..1].to_vec()).iacc, None);
}

#[test]
fn exponential_noise_has_the_clarity_and_the_bass_ratio_that_theory_gives() {
    let rt60 = 1.6;
    let found = one(Gaussian::decay(11, rt60, 3.0));
    let k = 6.0 * std::f64::consts::LN_10 / rt60;
    near(found.broadband.t30_s, rt60, 0.02 * rt60);
    near(
        found.broadband.c80_db,
        10.0 * ((0.08 * k).exp() - 1.0).log10(),
        0.25,
    );
    near(found.bass_ratio, 1.0, 0.1);
    // Tones of known times: (2.4 + 2.0) / (1.6 + 1.2).
    let times = [(125.0, 2.4), (250.0, 2.0), (500.0, 1.6), (1000.0, 1.2)];
    let sample = |n: usize| {
        let t = n as f64 / f64::from(RATE);
        let tone = |&(hz, rt60): &(f64, f64)| {
            (std::f64::consts::TAU * hz * t).cos() * 10f64.powf(-3.0 * t / rt60)
        };
        times.iter().map(tone).sum::<f64>() as f32
    };
    let tones = one((0..3 * RATE as usize).map(sample).collect());
    near(tones.bass_ratio, 4.4 / 2.8, 0.02);
}

#[test]
fn what_lies_at_zero_hertz_and_below_hearing_is_told() {
    // A Dirac is white: 20 Hz of 24000.
    let white = one(dirac(5, 1000));
    near(white.dc_gain_db, 0.0, 1e-6);
    near(
        white.below_20_hz_db,
        10.0 * (20.0f64 / 24_000.0).log10(),
        0.01,
    );
    // A constant of n samples: n in phase.
    let constant = one(vec![0.5; 48_000]);
    near(constant.dc_gain_db, 10.0 * 48_000f64.log10(), 1e-6);
    near(constant.below_20_hz_db, 0.0, 0.1);
    // Two that cancel.
    let mut cancelled = dirac(0, 100);
    cancelled[1] = -1.0;
    let cancelled = one(cancelled);
    assert_eq!(cancelled.dc_gain_db, Some(-200.0));
    assert!(cancelled.below_20_hz_db < Some(-80.0));
    // A tone of 10 Hz at a hundredth of the power of one of 1000 Hz; other rates are alike.
    for rate in [8_000u32, 44_100, 192_000] {
        let tone = |n: u32| {
            let phase = std::f64::consts::TAU * f64::from(n) / f64::from(rate);
            (0.05 * (10.0 * phase).sin() + 0.5 * (1000.0 * phase).sin()) as f32
        };
        let found = analyze(&Impulse {
            channels: vec![(0..4 * rate).map(tone).collect()],
            rate,
        });
        near(found.channels[0].below_20_hz_db, -20.0, 0.15);
    }
}

#[test]
fn what_is_hardly_there_is_measured_without_a_number_that_is_none() {
    let odd = [1e-38, -1e-38, 0.0, 1e38, -1e38];
    for (channels, rate) in [(1, 8_000), (2, 11_025), (4, 48_000), (2, 384_000)] {
        for row in [
            vec![0.0],
            vec![1.0],
            vec![0.0; 300],
            odd.to_vec(),
            vec![1e-30; 5000],
        ] {
            let found = analyze(&Impulse {
                channels: vec![row.clone(); channels],
                rate,
            });
            let text = format!("{found:?}");
            assert!(
                !text.contains("NaN") && !text.contains("inf"),
                "{channels} channels at {rate} Hz: {text}"
            );
            let silent = row.iter().all(|&sample| sample == 0.0);
            let first = &found.channels[0];
            assert_eq!(first.dc_gain_db.is_none(), silent);
            assert_eq!(first.below_20_hz_db.is_none(), silent);
            if silent {
                assert_eq!(first.echo_density.at_20_ms, None);
                let iacc = found.iacc.unwrap_or_default();
                assert_eq!((iacc.e3, iacc.l3), (None, None));
            }
        }
    }
    // One ear is silent.
    let iacc = of(vec![Gaussian::decay(1, 1.0, 1.0), vec![0.0; RATE as usize]]).iacc;
    assert_eq!(iacc.map(|iacc| (iacc.e3, iacc.l3)), Some((None, None)));
}

#[test]
fn a_room_is_mixed_when_its_volume_and_surface_say() {
    let hall = model_mixing_time_ms([20.0, 30.0, 10.0]);
    near(hall, 20.0 * 6000.0 / 2200.0 + 12.0, 1e-9);
    for nowhere in [f32::NAN, f32::INFINITY, 0.0, -3.0] {
        assert_eq!(model_mixing_time_ms([20.0, nowhere, 10.0]), None);
    }
}

//! Measured reverberation times are the true ones: on decays that are known by construction.

use anteroom_impulse::rooms::Character;
use anteroom_impulse::shape::decay_ratio;
use anteroom_impulse::{Impulse, Shape, analyze, rooms, shape};

/// Tones at the centres of the octave bands from 63 Hz to 16 kHz, each decaying by 60 dB in its
/// time, with `noise` of that amplitude all along.
fn tones(times: &[(f64, f64)], rate: u32, seconds: f64, noise: f32) -> Impulse {
    let frames = (seconds * f64::from(rate)) as usize;
    let mut state = 1u32;
    let sample = |n: usize| {
        let t = n as f64 / f64::from(rate);
        let tone = |&(hz, rt60): &(f64, f64)| {
            (std::f64::consts::TAU * hz * t + hz).cos() * 10f64.powf(-3.0 * t / rt60)
        };
        let sum: f64 = times.iter().map(tone).sum();
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let hiss = (state >> 8) as f32 / (1 << 23) as f32 - 1.0;
        0.1 * sum as f32 + noise * hiss
    };
    let channel: Vec<f32> = (0..frames).map(sample).collect();
    Impulse {
        channels: vec![channel],
        rate,
    }
}

fn near(what: &str, got: Option<f64>, want: f64, tolerance: f64) {
    let got = got.unwrap_or_else(|| panic!("{what} was not measured"));
    let error = (got / want - 1.0).abs();
    assert!(error <= tolerance, "{what}: {got} instead of {want}");
}

#[test]
fn a_plain_decay_has_the_quantities_that_theory_gives() {
    for rt60 in [0.3, 0.9, 2.0, 6.0] {
        let impulse = tones(&[(1000.0, rt60)], 48_000, 1.6 * rt60, 0.0);
        let found = analyze(&impulse);
        let k = 6.0 * std::f64::consts::LN_10 / rt60;
        let bands = &found.channels[0].bands;
        let band = bands.iter().find(|band| band.centre_hz == Some(1000.0));
        let broadband = &found.channels[0].broadband;
        for measures in [Some(broadband), band].into_iter().flatten() {
            near("EDT", measures.edt_s, rt60, 0.01);
            near("T20", measures.t20_s, rt60, 0.01);
            near("T30", measures.t30_s, rt60, 0.01);
        }
        near("Ts", broadband.ts_ms, 1000.0 / k, 0.01);
        near(
            "D50",
            broadband.d50_percent,
            100.0 * (1.0 - (-0.05 * k).exp()),
            0.01,
        );
        for (ms, got) in [(0.05, broadband.c50_db), (0.08, broadband.c80_db)] {
            let want = 10.0 * ((ms * k).exp() - 1.0).log10();
            let got = got.expect("clarity was not measured");
            assert!(
                (got - want).abs() < 0.1,
                "C{ms}: {got} dB instead of {want} dB"
            );
        }
    }
}

#[test]
fn each_octave_is_measured_on_its_own() {
    let times = [
        (125.0, 2.4),
        (250.0, 2.0),
        (500.0, 1.6),
        (1000.0, 1.3),
        (2000.0, 1.0),
        (4000.0, 0.8),
        (8000.0, 0.6),
    ];
    for rate in [44_100, 96_000] {
        let found = analyze(&tones(&times, rate, 3.0, 0.0));
        for (hz, rt60) in times {
            let bands = &found.channels[0].bands;
            let band = bands.iter().find(|band| band.centre_hz == Some(hz));
            near(
                &format!("T20 at {hz} Hz"),
                band.and_then(|band| band.t20_s),
                rt60,
                0.01,
            );
            near(
                &format!("T30 at {hz} Hz"),
                band.and_then(|band| band.t30_s),
                rt60,
                0.01,
            );
        }
    }
}

#[test]
fn noise_is_found_and_taken_out() {
    // The tone's power is 0.005, the noise's 3e-8 / 3: 57 dB below, met after 0.95 s.
    let found = analyze(&tones(&[(1000.0, 1.0)], 48_000, 2.5, 1.73e-4));
    let broadband = &found.channels[0].broadband;
    near("T30", broadband.t30_s, 1.0, 0.01);
    near("knee", broadband.knee_s, 0.95, 0.05);
    let clean = analyze(&tones(&[(1000.0, 1.0)], 48_000, 2.5, 0.0));
    assert_eq!(clean.channels[0].broadband.knee_s, None);
}

#[test]
fn what_can_not_be_measured_is_not_made_up() {
    let silent = analyze(&Impulse {
        channels: vec![vec![0.0; 4800]],
        rate: 48_000,
    });
    assert_eq!(silent.channels[0].broadband.t30_s, None);
    let click = analyze(&Impulse {
        channels: vec![vec![1.0]],
        rate: 48_000,
    });
    assert_eq!(click.channels[0].broadband.t20_s, None);
    // 20 dB above the noise there is no line from -5 to -35 dB.
    let noisy = analyze(&tones(&[(1000.0, 1.0)], 48_000, 2.5, 0.017));
    assert_eq!(noisy.channels[0].broadband.t30_s, None);
    let text = serde_json::to_string(&noisy).expect("an analysis is plain data");
    assert!(text.contains("\"t30_s\":null"));
}

#[test]
fn a_decay_without_a_t30_is_told_from_one_with() {
    let reliable = |impulse: &Impulse| {
        let found = analyze(impulse);
        let mut bands = found.channels[0].bands.iter();
        let band = bands.find(|band| band.centre_hz == Some(1000.0));
        band.is_some_and(|band| band.t30_is_reliable())
    };
    assert!(reliable(&tones(&[(1000.0, 1.0)], 48_000, 1.5, 0.0)));
    // The file ends after 24 dB.
    assert!(!reliable(&tones(&[(1000.0, 1.0)], 48_000, 0.4, 0.0)));
    // The noise is 38 dB below.
    assert!(!reliable(&tones(&[(1000.0, 1.0)], 48_000, 2.0, 6e-3)));
    // A second decay takes over after 25 dB.
    let mut bent = tones(&[(1000.0, 0.3)], 48_000, 3.0, 0.0);
    let slow = tones(&[(1000.0, 2.0)], 48_000, 3.0, 0.0);
    for (sample, slow) in bent.channels[0].iter_mut().zip(&slow.channels[0]) {
        *sample += 0.05 * slow;
    }
    assert!(!reliable(&bent));
    // A sound that does not decay, in bursts.
    let mut loops = tones(&[(1000.0, 30.0)], 48_000, 4.0, 0.0);
    for (n, sample) in loops.channels[0].iter_mut().enumerate() {
        if n / 12_000 % 3 == 1 {
            *sample *= 0.01;
        }
    }
    assert!(!reliable(&loops));
}

/// Noise of one octave after the other, each decaying in its own time: what a room does.
fn noise_decay(times: &[(f64, f64)], seconds: f64, floor: f32) -> Impulse {
    let rate = 48_000;
    let frames = (seconds * f64::from(rate)) as usize;
    let mut state = 12_345u32;
    let mut hiss = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    let mut channel: Vec<f32> = (0..frames).map(|_| floor * hiss()).collect();
    for &(hz, rt60) in times {
        // Forty tones at random places in the octave: noise, but with nothing outside of it.
        for k in 0..40 {
            let place = (f64::from(k) + 0.5 + 0.5 * f64::from(hiss())) / 40.0 - 0.5;
            let (hz, phase) = (hz * place.exp2(), f64::from(hiss()) * 3.0);
            let step = std::f64::consts::TAU * hz / f64::from(rate);
            for (n, sample) in channel.iter_mut().enumerate() {
                let t = n as f64 / f64::from(rate);
                let decay = 10f64.powf(-3.0 * t / rt60);
                *sample += 0.01 * ((step * n as f64 + phase).cos() * decay) as f32;
            }
        }
    }
    Impulse {
        channels: vec![channel],
        rate,
    }
}

#[test]
fn decay_and_damping_do_what_they_say_in_each_octave() {
    let times = [
        (63.0, 1.5),
        (125.0, 1.4),
        (250.0, 1.3),
        (500.0, 1.2),
        (1000.0, 1.1),
        (2000.0, 1.0),
        (4000.0, 0.9),
        (8000.0, 0.8),
        (16000.0, 0.7),
    ];
    let impulse = noise_decay(&times, 2.0, 1e-5);
    let before = analyze(&impulse);
    let of = |decay_percent: f32, damping_percent: f32| Shape {
        decay_percent,
        damping_percent,
        normalize: false,
        ..Shape::default()
    };
    let by_octave = Shape {
        decay_125_percent: 60.0,
        decay_250_percent: 140.0,
        decay_1k_percent: 70.0,
        decay_2k_percent: 180.0,
        decay_8k_percent: 300.0,
        ..of(90.0, 80.0)
    };
    let one_octave = Shape {
        decay_500_percent: 160.0,
        ..of(100.0, 100.0)
    };
    for wish in [
        of(40.0, 100.0),
        of(200.0, 100.0),
        of(100.0, 35.0),
        of(150.0, 60.0),
        by_octave,
        one_octave,
    ] {
        let after = analyze(&shape(&impulse, &wish));
        let bands = before.channels[0]
            .bands
            .iter()
            .zip(&after.channels[0].bands);
        for (before, after) in bands {
            let hz = before.centre_hz.unwrap_or_default();
            if (125.0..=8000.0).contains(&hz) {
                let wanted = decay_ratio(&wish, hz) * before.t30_s.unwrap_or_default();
                let what = format!("T30 at {hz} Hz, {wish:?}");
                near(&what, after.t30_s, wanted, 0.05);
            }
        }
    }
}

#[test]
fn a_sound_that_is_cut_off_by_its_file_goes_on_in_its_decay() {
    // Echoes with gaps between them, as a feedback delay makes them: 60 dB in 2.8 s, cut at 4 s, and
    // followed by silence.
    let rate = 44_100;
    let mut channel = vec![0.0f32; 4 * rate as usize];
    let noise = noise_decay(&[(500.0, 0.02), (2000.0, 0.02), (8000.0, 0.02)], 0.03, 0.0);
    for (echo, start) in (0..channel.len()).step_by(3000).enumerate() {
        let level = 10f32.powf(-3.0 * 3000.0 * echo as f32 / rate as f32 / 2.8);
        let slots = channel[start..].iter_mut();
        for (slot, sample) in slots.zip(&noise.channels[0]) {
            *slot += level * sample;
        }
    }
    channel.resize(5 * rate as usize, 0.0);
    let impulse = Impulse {
        channels: vec![channel],
        rate,
    };
    for decay_percent in [50.0, 150.0, 200.0] {
        let wish = Shape {
            decay_percent,
            normalize: false,
            ..Shape::default()
        };
        let after = analyze(&shape(&impulse, &wish));
        for hz in [500.0, 2000.0, 8000.0] {
            let bands = &after.channels[0].bands;
            let band = bands.iter().find(|band| band.centre_hz == Some(hz));
            let what = format!("T30 at {hz} Hz, decay {decay_percent} %");
            let wanted = 2.8 * f64::from(decay_percent) / 100.0;
            near(&what, band.and_then(|band| band.t30_s), wanted, 0.05);
        }
    }
}

/// Octaves that do not ring as long as their recipes say.
fn missed(of: impl Fn(Character) -> bool, channels: usize) -> Vec<String> {
    let mut missed = Vec::new();
    for room in rooms().iter().filter(|room| of(room.recipe.character)) {
        let impulse = room.recipe.render(48_000, channels);
        let found = analyze(&impulse);
        for band in found.channels.iter().flat_map(|channel| &channel.bands) {
            let hz = band.centre_hz.unwrap_or_default();
            let wanted = room.recipe.rt60_at(hz);
            // Below 16 periods of the band's width nobody can measure.
            if !(125.0..=8000.0).contains(&hz) || wanted * hz * 0.707 < 18.0 {
                continue;
            }
            let got = band.t30_s.unwrap_or(0.0);
            if (got / wanted - 1.0).abs() > 0.05 {
                missed.push(format!(
                    "{} at {hz} Hz: {got:.3} for {wanted:.3}",
                    room.name
                ));
            }
        }
    }
    missed
}

#[test]
fn rooms_ring_as_long_as_their_recipes_say() {
    for channels in [1, 2, 4] {
        let missed = missed(|character| character == Character::Room, channels);
        assert!(missed.is_empty(), "{}", missed.join("\n"));
    }
}

#[test]
fn plates_and_springs_ring_as_long_as_their_recipes_say() {
    let metal = |character| matches!(character, Character::Plate | Character::Spring);
    let missed = missed(metal, 1);
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

//! Clocks that differ.

use crate::capture::tests::*;
use crate::capture::*;

/// The sweep as a recorder has it whose clock goes faster by `share`, through a few echoes.
fn drifted(sweep: &Sweep, share: f64, latency: f64, taps: &[(f64, f64)]) -> Vec<f64> {
    let frames = (sweep.frames() as f64 * (1.0 + share)) as usize + 48_000;
    let at = |frame: usize| {
        let played = frame as f64 / (1.0 + share) - latency;
        taps.iter()
            .map(|(delay, gain)| gain * sweep.at(0, played - delay))
            .sum()
    };
    (0..frames).map(at).collect()
}

#[test]
fn a_drift_of_50_ppm_is_found_said_and_set_right() {
    let taps = [(0.0, 1.0), (310.0, -0.5), (2345.0, 0.25)];
    let mut filter = vec![0.0; 2346];
    taps.iter()
        .for_each(|&(delay, gain)| filter[delay as usize] = gain);
    for (seconds, share, noisy) in [(20.0, 5e-5, false), (5.0, -2e-4, false), (10.0, 5e-5, true)] {
        let sweep = sweep(seconds, 1);
        let mut rows = [drifted(&sweep, share, 100.0, &taps)];
        if noisy {
            noise(&mut rows, -70.0);
        }
        let made = measured(&rows, &Played::Default, Trim::Auto);
        let ppm = made.quality.drift_ppm.expect("there are marks");
        let wrong = (ppm - share * 1e6).abs();
        let error = error_db(&made.impulse.channels[0], pre(), &filter, (30.0, 18_000.0));
        println!(
            "{ppm:.6} ppm, wrong by {wrong:.2e} (said {:?}), error {error:.1} dB",
            made.quality.drift_error_ppm
        );
        assert!(wrong < 0.01, "{wrong}");
        assert!(error < if noisy { -45.0 } else { -70.0 }, "{error}");
        assert_eq!(made.quality.latency_samples, Some(100));
    }
}

#[test]
fn without_a_drift_none_is_made_up_out_of_noise() {
    let sweep = sweep(5.0, 1);
    let mut rows = [through(&played(&sweep, 0), &room(0.5, 5), 10)];
    noise(&mut rows, -50.0);
    let made = measured(&rows, &Played::Default, Trim::Auto);
    let (ppm, error) = (
        made.quality.drift_ppm.expect("marks"),
        made.quality.drift_error_ppm.expect("marks"),
    );
    println!("{ppm} ppm +- {error}");
    assert!(ppm.abs() < 4.0 * error && error < 1.0, "{ppm} {error}");
}

#[test]
fn a_recorder_may_have_another_rate_and_begin_later_than_the_player() {
    let other = Sweep::new(SweepSpec {
        seconds: 5.0,
        ..SweepSpec::new(44_100)
    })
    .expect("good");
    let ratio = 44_100.0 / f64::from(RATE);
    let late = 12_000.0;
    let row: Vec<f64> = (0..(other.frames() as f64 / ratio) as usize - 12_000)
        .map(|frame| other.at(0, (frame as f64 + late) * ratio))
        .collect();
    let made = measured(&[row], &Played::Default, Trim::Auto);
    assert_eq!(made.quality.latency_samples, Some(-12_000));
    let found = &made.impulse.channels[0];
    let error = error_db(found, pre(), &[1.0], (30.0, 18_000.0));
    println!("{error:.1} dB, {:?} ppm", made.quality.drift_ppm);
    assert!(error < -70.0, "{error}");
}

#[test]
fn where_hardly_anything_comes_straight_the_marks_are_told_all_the_same() {
    let sweep = sweep(20.0, 1);
    // The direct sound is 30 dB below the reverberation.
    let mut filter = room(2.0, 6);
    filter[0] = 0.02;
    let mut rows = [through(&played(&sweep, 0), &filter, 3000)];
    noise(&mut rows, -60.0);
    let made = measured(&rows, &Played::Default, Trim::Auto);
    let (ppm, error) = (
        made.quality.drift_ppm.expect("marks"),
        made.quality.drift_error_ppm.expect("marks"),
    );
    println!("{ppm} ppm +- {error}, {:?}", made.quality.latency_samples);
    assert!(ppm.abs() < 4.0 * error && error < 0.01, "{ppm} {error}");
    let seconds = made.impulse.seconds();
    assert!((1.4..2.4).contains(&seconds), "{seconds}");
}

//! Sweeps of others, files, and recordings of something else.

use crate::capture::tests::*;
use crate::capture::*;

fn file(rows: &[Vec<f64>]) -> Played {
    Played::File(recorded(rows))
}

/// A sweep as others make it: its phase begins anywhere, and no marks.
fn exponential(seconds: f64) -> Vec<f64> {
    let (low, high) = (20.0, 20_000.0_f64);
    let growth = seconds / (high / low).ln();
    let frames = (seconds * f64::from(RATE)) as usize;
    let at = |frame: usize| {
        let phase = std::f64::consts::TAU
            * low
            * growth
            * ((frame as f64 / f64::from(RATE) / growth).exp() - 1.0);
        let fade = (frame.min(frames - 1 - frame) as f64 / 480.0).min(1.0);
        0.3 * phase.sin() * fade
    };
    (0..frames).map(at).collect()
}

#[test]
fn a_foreign_sweep_without_marks_works_and_its_drift_is_not_known() {
    let sound = exponential(8.0);
    let filter = room(1.0, 21);
    let mut row = through(&sound, &filter, 5000);
    row.extend(vec![0.0; 48_000]);
    let made = measured(
        &[row.clone(), row],
        &file(std::slice::from_ref(&sound)),
        Trim::Auto,
    );
    assert_eq!(
        (made.quality.drift_ppm, made.quality.latency_samples),
        (None, Some(5000))
    );
    let found = made.quality.sweep.expect("a sweep");
    assert!(found.is_exponential && !found.has_marks, "{found:?}");
    assert!(
        (found.low_hz / 20.0 - 1.0).abs() < 0.2 && (found.high_hz / 20e3 - 1.0).abs() < 0.05,
        "{found:?}"
    );
    for row in &made.impulse.channels {
        let error = error_db(row, pre(), &filter, (30.0, 18_000.0));
        println!("foreign: {error:.1} dB");
        assert!(error < -80.0, "{error}");
    }
    // Its harmonics are known as well.
    let bent: Vec<f64> = sound.iter().map(|x| x + 0.2 * x * x).collect();
    let mut row = bent;
    row.extend(vec![0.0; 96_000]);
    let made = measured(&[row], &file(&[sound]), Trim::Auto);
    let second = made
        .quality
        .harmonics
        .expect("exponential")
        .second_db
        .expect("heard");
    assert!(
        (second - 20.0 * (0.1 * 0.3_f64).log10()).abs() < 0.5,
        "{second}"
    );
}

#[test]
fn a_linear_sweep_works_and_has_no_harmonics() {
    let frames = 5 * 48_000;
    let sound: Vec<f64> = (0..frames)
        .map(|frame| {
            let t = frame as f64 / 48e3;
            0.3 * (std::f64::consts::TAU * (20.0 * t + 0.5 * 4400.0 * t * t)).sin()
        })
        .collect();
    let filter = room(0.5, 22);
    let mut row = through(&sound, &filter, 300);
    row.extend(vec![0.0; 24_000]);
    let made = measured(&[row], &file(&[sound]), Trim::Auto);
    assert_eq!(
        (made.quality.harmonics, made.quality.latency_samples),
        (None, Some(300))
    );
    let error = error_db(&made.impulse.channels[0], pre(), &filter, (100.0, 18_000.0));
    println!("linear: {error:.1} dB");
    assert!(error < -60.0, "{error}");
}

#[test]
fn the_file_of_a_sweep_is_as_good_as_its_numbers() {
    let spec = SweepSpec {
        seconds: 5.0,
        low_hz: 50.0,
        high_hz: 12_000.0,
        passes: 2,
        ..SweepSpec::new(RATE)
    };
    let sweep = Sweep::new(spec).expect("good");
    let (left, right) = (played(&sweep, 0), played(&sweep, 1));
    let filter = room(0.5, 23);
    let both: Vec<f64> = left.iter().zip(&right).map(|(a, b)| a + b).collect();
    let row = through(&both, &filter, 64);
    let made = measured(&[row], &file(&[left, right]), Trim::Auto);
    let found = made.quality.sweep.expect("a sweep");
    assert!(
        found.has_marks && found.is_exponential && found.passes == 2,
        "{found:?}"
    );
    assert_eq!(made.quality.latency_samples, Some(64));
    for row in &made.impulse.channels {
        let error = error_db(row, pre(), &filter, (70.0, 10_000.0));
        println!("file: {error:.1} dB");
        assert!(error < -80.0, "{error}");
    }
}

#[test]
fn recordings_of_something_else_are_refused_in_words() {
    let mut rows = [vec![0.0; 480_000]];
    noise(&mut rows, -30.0);
    let other = recorded(&rows);
    assert!(refused(other.clone(), &Played::Default).contains("marks"));
    assert!(refused(other.clone(), &file(&[exponential(2.0)])).contains("this sweep is not in it"));
    let silent = recorded(&[vec![0.0; 1000]]);
    assert!(refused(silent.clone(), &Played::Default).contains("silent"));
    assert!(refused(other, &Played::File(silent)).contains("silent"));
    let three = recorded(&vec![vec![0.5; 1000]; 3]);
    assert!(refused(three, &Played::Default).contains("3 channels, and 1 or 2"));
    let sound = exponential(4.0);
    // A few samples of noise are loud beside silence, wherever the sweep is said to be.
    let mut rows = [vec![0.0; 1000]];
    noise(&mut rows, -30.0);
    assert!(refused(recorded(&rows), &file(std::slice::from_ref(&sound))).contains("the sweep"));
    let late = recorded(&[sound[sound.len() / 4..].to_vec()]);
    assert!(refused(late, &file(std::slice::from_ref(&sound))).contains("begins after"));
    let half = recorded(&[sound[..sound.len() * 3 / 4].to_vec()]);
    assert!(refused(half, &file(std::slice::from_ref(&sound))).contains("ends before"));
    let given_up = deconvolve(
        recorded(&[sound]),
        &Played::Default,
        Trim::Auto,
        (&|| true, &|_| ()),
    );
    assert_eq!(given_up.map(|_| ()), Err(CaptureError::Cancelled));
}

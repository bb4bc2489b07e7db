//! Takes added up: less noise, and a clock that goes wrong set right.

use super::averaged;
use crate::capture::clock::Slowed;
use crate::capture::tests::{
    error_db, noise, played, pre, recorded, refused, room, sweep, through,
};
use crate::capture::{CaptureError, Played, Trim, deconvolve};
use crate::decode::Audio;

const BAND: (f64, f64) = (100.0, 15_000.0);

/// Several takes in a row, heard through a filter.
fn heard(takes: usize, filter: &[f64], latency: usize) -> Vec<f64> {
    let one = played(&sweep(2.0, 1), 0);
    through(&one.repeat(takes), filter, latency)
}

fn impulse(recording: Audio) -> Vec<f32> {
    let as_played = Played::Sweep(sweep(2.0, 1));
    let made = deconvolve(recording, &as_played, Trim::Auto, (&|| false, &|_| ()));
    made.expect("it is measured")
        .impulse
        .channels
        .swap_remove(0)
}

#[test]
fn four_takes_have_half_the_noise_of_one() {
    let filter = room(0.3, 5);
    let error = |takes: usize| {
        let mut rows = [heard(takes, &filter, 500)];
        noise(&mut rows, -50.0);
        let mean = averaged(recorded(&rows), &sweep(2.0, 1), takes, &|| false).expect("takes");
        let found = impulse(mean.recording);
        let length = found.len().min(pre() + filter.len());
        error_db(&found[..length], pre(), &filter, BAND)
    };
    let (one, four) = (error(1), error(4));
    println!("one take {one:.1} dB, four {four:.1} dB");
    assert!((one - four - 6.0).abs() < 1.5, "{one} {four}");
}

#[test]
fn a_drift_of_the_clocks_over_all_takes_is_found_and_set_right() {
    let filter = room(0.3, 6);
    let row: Vec<f32> = heard(3, &filter, 100).iter().map(|&x| x as f32).collect();
    // A recorder that is faster by 50 ppm has more samples in the same time.
    let fast = Slowed::by(-50e-6)
        .of(&row, &|| false)
        .expect("not cancelled");
    let recording = Audio {
        channels: vec![fast],
        rate: 48_000,
        bits: None,
    };
    let mean = averaged(recording, &sweep(2.0, 1), 3, &|| false).expect("takes");
    let (drift, _) = mean.drift_ppm.expect("there are marks");
    assert!((drift - 50.0).abs() < 0.1, "{drift}");
    let error = error_db(&impulse(mean.recording), pre(), &filter, BAND);
    println!("{error:.1} dB");
    assert!(error < -70.0, "{error}");
}

#[test]
fn what_is_shorter_than_its_takes_is_refused() {
    let filter = room(0.1, 7);
    let recording = recorded(&[heard(1, &filter, 0)]);
    let made = averaged(recording, &sweep(2.0, 1), 2, &|| false);
    assert!(matches!(made, Err(CaptureError::Recording(_))));
    let silent = recorded(&[vec![0.0; 48_000 * 22]]);
    let mean = averaged(silent, &sweep(2.0, 1), 2, &|| false).expect("silence has a mean");
    assert_eq!(mean.drift_ppm, None);
    let reason = refused(mean.recording, &Played::Sweep(sweep(2.0, 1)));
    assert!(reason.contains("silent"), "{reason}");
}

//! Pistols and balloons.

use crate::capture::tests::*;
use crate::capture::*;

#[test]
fn a_shot_is_cut_out_between_its_onset_and_the_noise() {
    let mut filter: Vec<f64> = room(4.0, 31);
    // 15 dB a second; the noise is 30 dB below the tail's beginning: the knee is at 2 s.
    filter.iter_mut().skip(1).for_each(|x| *x *= 10.0);
    let mut row = vec![0.0; 3 * 48_000];
    row.extend(filter.iter().map(|x| x * 0.5));
    row.extend(vec![0.0; 3 * 48_000]);
    let mut rows = [row];
    noise(&mut rows, -56.0);
    rows[0].iter_mut().for_each(|x| *x += 0.01);
    let shot = |trim| from_shot(recorded(&rows), trim, (&|| false, &|_| ())).expect("a shot");
    let made = shot(Trim::Auto);
    let found = &made.impulse.channels[0];
    assert!((found[pre()] - 0.5).abs() < 0.01, "{}", found[pre()]);
    let seconds = made.impulse.seconds();
    println!("{seconds} s, {:?}", made.quality.channels[0].knee_s);
    assert!((1.8..2.6).contains(&seconds), "{seconds}");
    assert_eq!(found.last().map(|x| x.abs() < 1e-4), Some(true));
    assert_eq!(made.quality.latency_samples, None);
    assert_eq!(made.notes, Vec::<String>::new());
    let whole = shot(Trim::None);
    assert_eq!(whole.impulse.frames(), rows[0].len());
}

#[test]
fn of_several_shots_the_loudest_is_used() {
    let filter = room(1.0, 32);
    let mut row = Vec::new();
    for gain in [0.3, 0.8, 0.5] {
        row.extend(vec![0.0; 48_000]);
        row.extend(filter.iter().map(|x| x * gain));
    }
    let mut rows = [row];
    noise(&mut rows, -70.0);
    let made = from_shot(recorded(&rows), Trim::Auto, (&|| false, &|_| ())).expect("a shot");
    assert!((made.impulse.channels[0][pre()] - 0.8).abs() < 0.01);
    assert!(made.impulse.seconds() < 1.5, "{}", made.impulse.seconds());
    assert!(
        made.notes
            .iter()
            .any(|note| note.contains("more than one shot")),
        "{:?}",
        made.notes
    );
    let three = recorded(&vec![vec![0.5; 1000]; 3]);
    let error = from_shot(three, Trim::Auto, (&|| false, &|_| ())).expect_err("three channels");
    assert!(error.to_string().contains("3 channels"));
}

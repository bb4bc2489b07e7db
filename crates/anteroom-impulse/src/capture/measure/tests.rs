//! Filters recovered, with and without noise; harmonics; channels.

use crate::capture::spectral::quick_size;
use crate::capture::tests::*;
use crate::capture::*;

const BAND: (f64, f64) = (30.0, 18_000.0);

#[test]
fn a_filter_of_three_seconds_is_recovered_to_90_db_and_its_latency_is_found() {
    let sweep = sweep(20.0, 1);
    let (sound, filter) = (played(&sweep, 0), room(3.0, 1));
    for latency in [1, 777, 20_000] {
        let row = through(&sound, &filter, latency);
        let trim = if latency == 777 {
            Trim::None
        } else {
            Trim::Auto
        };
        let made = measured(&[row], &Played::Default, trim);
        assert_eq!(made.quality.latency_samples, Some(latency as i64));
        let found = &made.impulse.channels[0];
        let begins = match trim {
            Trim::Auto => pre(),
            Trim::None => found
                .iter()
                .position(|x| x.abs() > 0.5)
                .expect("the first sample"),
        };
        let error = error_db(found, begins, &filter, BAND);
        println!(
            "latency {latency}: {error:.1} dB, drift {:?}",
            made.quality.drift_ppm
        );
        assert!(error < -110.0, "{error}");
        assert_eq!(made.notes, Vec::<String>::new());
        let drift = made.quality.drift_ppm.expect("there are marks");
        assert!(drift.abs() < 1e-3, "{drift}");
    }
}

#[test]
fn with_noise_the_error_is_that_of_the_noise() {
    let sweep = sweep(20.0, 1);
    let filter = room(3.0, 2);
    let mut rows = [through(&played(&sweep, 0), &filter, 480)];
    noise(&mut rows, -70.0);
    let made = measured(&rows, &Played::Sweep(sweep), Trim::Auto);
    let found = &made.impulse.channels[0];
    // White noise, divided by the sweep's spectrum, over the length that is kept.
    let size = quick_size(sweep.frames());
    let alone: Vec<f64> = (0..sweep.frames())
        .map(|n| sweep.tone(n as f64 / f64::from(RATE), RATE))
        .collect();
    let (alone, wanted) = (spectrum(&alone, size), spectrum(&filter, size));
    let bin = |hz: f64| (hz / f64::from(RATE) * size as f64) as usize;
    let (mut error, mut power) = (0.0, 0.0);
    for bin in bin(BAND.0)..=bin(BAND.1) {
        error += 1e-7 * found.len() as f64 / alone[bin].norm_sqr();
        power += wanted[bin].norm_sqr();
    }
    let theory = 10.0 * (error / power).log10();
    let error = error_db(found, pre(), &filter, BAND);
    println!(
        "error {error:.2} dB, theory {theory:.2} dB, {} frames",
        found.len()
    );
    assert!(error < theory + 0.5, "{error} {theory}");
    // It is cut where the noise begins, not where the silence ends.
    assert!(
        (2.0..4.5).contains(&made.impulse.seconds()),
        "{}",
        made.impulse.seconds()
    );
    let octaves = &made.quality.channels[0].octaves;
    assert!(
        octaves
            .iter()
            .all(|octave| octave.snr_db.is_some_and(|snr| snr > 40.0)),
        "{octaves:?}"
    );
}

#[test]
fn harmonics_of_a_soft_clipper_are_told_apart_and_measured() {
    // Three times the highest frequency is still below half the rate: nothing folds.
    let spec = SweepSpec {
        seconds: 10.0,
        high_hz: 7000.0,
        ..SweepSpec::new(RATE)
    };
    let sweep = Sweep::new(spec).expect("good");
    let as_played = Played::Sweep(sweep);
    let gain = 10_f64.powf(-12.0 / 20.0);
    let bent = |x: f64| x + 0.2 * x * x - 0.3 * x * x * x;
    let sound: Vec<f64> = played(&sweep, 0).into_iter().map(bent).collect();
    let filter = room(0.5, 3);
    let made = measured(&[through(&sound, &filter, 100)], &as_played, Trim::Auto);
    let levels = made.quality.harmonics.expect("it is exponential");
    // Of a sine of amplitude a: a - 9/40 a^3, a^2 / 10 and 3/40 a^3.
    let linear = gain - 0.225 * gain.powi(3);
    let wanted = |amplitude: f64| 20.0 * (amplitude / linear).log10();
    let (second, third) = (wanted(0.1 * gain.powi(2)), wanted(0.075 * gain.powi(3)));
    println!("{levels:?}, wanted {second:.2} {third:.2}");
    assert!((levels.second_db.expect("heard") - second).abs() < 0.1);
    assert!((levels.third_db.expect("heard") - third).abs() < 0.1);
    // The room is that of the linear part. What the bend puts below 10 Hz is taken for noise there.
    let scaled: Vec<f64> = filter.iter().map(|x| x * linear / gain).collect();
    let found = &made.impulse.channels[0];
    let error = error_db(found, pre(), &scaled, (30.0, 5000.0));
    println!("linear part {error:.1} dB");
    assert!(error < -55.0, "{error}");
    // Without the bend there is none to speak of.
    let row = through(&played(&sweep, 0), &filter, 100);
    let clean = measured(&[row], &as_played, Trim::Auto)
        .quality
        .harmonics
        .expect("exponential");
    println!("clean {clean:?}");
    assert!(clean.second_db.is_none_or(|db| db < -100.0));
    assert!(clean.third_db.is_none_or(|db| db < -100.0));
}

#[test]
fn two_microphones_are_stereo_and_two_loudspeakers_with_them_true_stereo() {
    let filters: Vec<Vec<f64>> = (0..4).map(|seed| room(0.4, 10 + seed)).collect();
    let later = [40, 55, 61, 43];
    let heard = |sweep: &Sweep, way: usize, channel: usize| {
        through(&played(sweep, channel), &filters[way], later[way])
    };
    let sum = |a: Vec<f64>, b: Vec<f64>| a.iter().zip(&b).map(|(a, b)| a + b).collect::<Vec<f64>>();
    let check = |made: &Capture, ways: &[usize]| {
        assert_eq!(made.impulse.channels.len(), ways.len());
        assert_eq!(made.quality.latency_samples, Some(40));
        for (row, &way) in made.impulse.channels.iter().zip(ways) {
            let error = error_db(row, pre() + later[way] - 40, &filters[way], BAND);
            println!("way {way}: {error:.1} dB");
            assert!(error < -90.0, "{way}: {error}");
        }
    };
    let one = sweep(5.0, 1);
    let rows = [heard(&one, 0, 0), heard(&one, 1, 0)];
    check(&measured(&rows, &Played::Default, Trim::Auto), &[0, 1]);
    let two = sweep(5.0, 2);
    // Left to left, left to right, right to left, right to right.
    let rows = [
        sum(heard(&two, 0, 0), heard(&two, 2, 1)),
        sum(heard(&two, 1, 0), heard(&two, 3, 1)),
    ];
    let made = measured(&rows, &Played::Default, Trim::Auto);
    assert_eq!(made.quality.sweep.map(|sweep| sweep.passes), Some(2));
    check(&made, &[0, 1, 2, 3]);
    // One microphone hears each loudspeaker: two channels.
    check(
        &measured(&rows[..1], &Played::Sweep(two), Trim::Auto),
        &[0, 2],
    );
}

#[test]
fn clipping_is_noticed_and_a_loud_tone_is_not_taken_for_it() {
    let loud = Sweep::new(SweepSpec {
        seconds: 5.0,
        level_db: 0.0,
        ..SweepSpec::new(RATE)
    })
    .expect("good");
    let sound = played(&loud, 0);
    let made = measured(
        std::slice::from_ref(&sound),
        &Played::Sweep(loud),
        Trim::Auto,
    );
    assert_eq!((made.quality.clipped_samples, made.notes.len()), (0, 0));
    let cut: Vec<f64> = sound.iter().map(|x| x.clamp(-0.8, 0.8)).collect();
    let made = measured(&[cut], &Played::Sweep(loud), Trim::Auto);
    assert!(made.quality.clipped_samples > 1000);
    assert!(made.notes[0].contains("clipped"), "{:?}", made.notes);
}

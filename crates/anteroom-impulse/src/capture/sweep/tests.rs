//! The sweep itself.

use crate::capture::tests::*;
use crate::capture::*;

#[test]
fn a_harmonic_of_a_sweep_is_the_same_sweep_earlier() {
    let sweep = sweep(5.0, 1);
    let spec = sweep.spec();
    let gain = 10_f64.powf(spec.level_db / 20.0);
    for order in [2.0, 3.0_f64] {
        for step in 1..200 {
            // Within the fades there is another gain.
            let seconds = 0.2 + f64::from(step) * 0.01;
            let phase = std::f64::consts::TAU
                * spec.low_hz
                * sweep.growth_s()
                * (seconds / sweep.growth_s()).exp();
            let later = sweep.tone(seconds + sweep.growth_s() * order.ln(), RATE);
            assert!((later - gain * (order * phase).sin()).abs() < 1e-8);
        }
    }
}

#[test]
fn a_sweep_begins_and_ends_in_silence_and_its_marks_stand_alone() {
    for passes in [1, 2] {
        let sweep = sweep(3.0, passes);
        let mut rows = vec![vec![0.0_f32; sweep.frames()]; passes];
        for (channel, row) in rows.iter_mut().enumerate() {
            let (first, rest) = row.split_at_mut(1234);
            sweep.fill(channel, 0, first);
            sweep.fill(channel, 1234, rest);
        }
        let band = marks::band(RATE);
        let found = marks::find(&rows[0], RATE, band, &|| false).expect("wanted");
        let found = found.expect("there are marks");
        assert_eq!(
            (found.first, found.last, found.twice),
            (sweep.first_mark(), sweep.last_mark(), passes == 2)
        );
        assert!(found.likeness > 0.999);
        let peak = rows[0].iter().fold(0.0_f32, |most, x| most.max(x.abs()));
        assert!((20.0 * peak.log10() + 12.0).abs() < 0.01, "{peak}");
        assert!(
            rows.iter()
                .all(|row| row[0] == 0.0 && row[row.len() - 1] == 0.0)
        );
        // A sweep is no mark.
        let alone = &rows[passes - 1][sweep.start(passes - 1)..sweep.last_mark()];
        let none = marks::find(alone, RATE, band, &|| false).expect("wanted");
        assert_eq!(none, None);
    }
}

#[test]
fn what_makes_no_sense_is_refused_with_what_is_allowed() {
    let good = SweepSpec::new(RATE);
    assert!(Sweep::new(good).is_ok());
    for (bad, word) in [
        (
            SweepSpec {
                seconds: 0.5,
                ..good
            },
            "1 to 100 s",
        ),
        (
            SweepSpec {
                seconds: f64::NAN,
                ..good
            },
            "1 to 100 s",
        ),
        (
            SweepSpec {
                level_db: 1.0,
                ..good
            },
            "-60 to 0 dB",
        ),
        (SweepSpec { rate: 4000, ..good }, "8000 to 384000"),
        (
            SweepSpec {
                low_hz: 0.0,
                ..good
            },
            "1 Hz or above",
        ),
        (
            SweepSpec {
                high_hz: 15.0,
                ..good
            },
            "an octave",
        ),
        (
            SweepSpec {
                high_hz: 23_900.0,
                ..good
            },
            "ends at 23520 Hz",
        ),
        (SweepSpec { passes: 3, ..good }, "1 or 2"),
        (
            SweepSpec {
                seconds: 1.0,
                low_hz: 2.0,
                ..good
            },
            "lasts 4.7 s or more",
        ),
        (
            SweepSpec {
                seconds: 100.0,
                ..SweepSpec::new(384_000)
            },
            "58 s at most",
        ),
    ] {
        let error = Sweep::new(bad).expect_err(word);
        assert!(error.to_string().contains(word), "{error}");
    }
}

#[test]
fn every_default_sweep_is_known_by_the_distance_of_its_marks() {
    for rate in [44_100, 48_000, 96_000] {
        for seconds in [1.0, 2.0, 5.0, 10.0, 20.0, 33.0, 60.0, 100.0] {
            for (passes, drift) in [(1, 0.0), (2, 5e-5), (1, -1e-4)] {
                let spec = SweepSpec {
                    seconds,
                    passes,
                    ..SweepSpec::new(rate)
                };
                let sweep = Sweep::new(spec).expect("it makes sense");
                let distance = (sweep.last_mark() - sweep.first_mark()) as f64;
                let found = marks::Found {
                    first: 1000,
                    twice: passes == 2,
                    last: 1000 + (distance * (1.0 + drift)).round() as usize,
                    likeness: 1.0,
                };
                let known = reference::identify(&found, rate).expect("it is known");
                assert_eq!(known.seconds(), sweep.seconds());
                assert_eq!(known.channels(), passes);
            }
        }
    }
}

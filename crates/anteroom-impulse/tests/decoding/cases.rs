//! Small files that failed once, made by other people's encoders.

use anteroom_impulse::decode::{Decoded, open};
use anteroom_impulse::{ImpulseError, Repair};
use std::path::Path;

fn case(name: &str) -> Result<Decoded, ImpulseError> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/");
    open(&Path::new(folder).join(name))
}

#[test]
fn what_others_read_of_them_is_read() {
    for (name, channels) in [
        ("a_form_long.aiff", 2),
        ("align_wrong.wav", 2),
        ("cab_id3v1.flac", 2),
    ] {
        let decoded = case(name).expect(name);
        let found = (decoded.impulse.channels.len(), decoded.impulse.frames());
        assert_eq!(found, (channels, 2401), "{name}");
        assert!(decoded.notes.is_empty(), "{name}: {:?}", decoded.notes);
    }
    let error = case("empty_data_list.wav").expect_err("it holds text only");
    let said = "empty_data_list.wav is not usable: there is no sound in it";
    assert_eq!(error.to_string(), said);
}

#[test]
fn a_moving_average_is_not_taken_for_an_offset() {
    let decoded = case("box_ma.wav").expect("a good file");
    let samples = &decoded.impulse.channels[0];
    assert_eq!(samples.len(), 4800);
    let sum: f64 = samples.iter().map(|&sample| f64::from(sample)).sum();
    assert!((sum - 1.0).abs() < 1e-3, "the sum is {sum}");
    // Nothing is to be repaired, even where that is wanted.
    assert!(decoded.offsets.is_empty());
    assert_eq!(*decoded.repaired(), decoded.impulse);
    assert_eq!(decoded.repair_note(Some(true)), None);
}

#[test]
fn a_repair_is_made_where_it_is_normalized_or_asked_for() {
    for (repair, normalized, raw) in [
        (Repair::Auto, true, false),
        (Repair::On, true, true),
        (Repair::Off, false, false),
    ] {
        let found = (repair.is_wanted(true), repair.is_wanted(false));
        assert_eq!(found, (normalized, raw), "{repair:?}");
    }
}

//! The unit of a parameter, as VST3 hosts want it.

use super::*;

#[test]
fn a_unit_begins_with_its_first_letter() {
    for (unit, without) in [(" dB", "dB"), ("dB", "dB"), ("", ""), (" ", "")] {
        let mut text: String128 = [0; 128];
        for (place, letter) in text.iter_mut().zip(unit.encode_utf16()) {
            *place = letter as _;
        }
        without_space(&mut text);
        let letters: Vec<u16> = text.to_vec();
        let end = letters.iter().position(|letter| *letter == 0).unwrap_or(0);
        assert_eq!(String::from_utf16_lossy(&letters[..end]), without);
    }
}

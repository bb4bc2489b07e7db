//! How numbers of the [table](super) are divided along a knob's way, and the names of choices.

use crate::impulse::MOST_CHOICES;

/// The power that puts 100 in the middle of 25..400: log2(5).
pub(super) const RATIO_OF_SIXTEEN: f32 = 2.321_928;
/// The power that puts 100 in the middle of 50..200, and 50 of 25..100: log2(3).
pub(super) const RATIO_OF_FOUR: f32 = 1.584_962_5;

/// The power for a range of 20 Hz to 20 kHz: a third of the way is 266 Hz, two thirds are 3.97 kHz.
pub(super) const PITCH: f32 = 4.0;
/// How steep the cuts can be, in dB an octave.
pub(super) const SLOPES: &[&str] = &["12 dB/oct", "24 dB/oct"];

/// The places of the project's own list.
pub(super) const PICKS: &[&str; MOST_CHOICES] = &[
    "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16",
];

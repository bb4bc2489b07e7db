//! A time as a note: what a musician counts in. Any thread.

use super::spec::PlainValue;

/// Seconds of a quarter note at [`ITS_TEMPO`](Note::ITS_TEMPO).
const QUARTER_S: f64 = 0.5;

/// The names of the notes, by how long they are; a `d` is a dotted one, a `t` one of a triplet. States store the place.
pub const NOTES: &[&str] = &[
    "off", "1/64t", "1/64", "1/32t", "1/64d", "1/32", "1/16t", "1/32d", "1/16", "1/8t", "1/16d",
    "1/8", "1/4t", "1/8d", "1/4", "1/2t", "1/4d", "1/2", "1/1t", "1/2d", "1/1", "1/1d",
];

/// The same in quarter notes, as fractions; the first is none.
const QUARTERS: [(u8, u8); NOTES.len()] = [
    (0, 1),
    (1, 24),
    (1, 16),
    (1, 12),
    (3, 32),
    (1, 8),
    (1, 6),
    (3, 16),
    (1, 4),
    (1, 3),
    (3, 8),
    (1, 2),
    (2, 3),
    (3, 4),
    (1, 1),
    (4, 3),
    (3, 2),
    (2, 1),
    (8, 3),
    (3, 1),
    (4, 1),
    (6, 1),
];

/// A note, or none: a time that follows the host's tempo.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Note(usize);

impl Note {
    /// The tempo of whoever has none, in beats a minute.
    pub const ITS_TEMPO: f64 = 120.0;

    /// The note of this name, exactly as in the list.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        NOTES.iter().position(|known| *known == name).map(Self)
    }

    /// How long it is in quarter notes; none if it is off. Real-time.
    #[must_use]
    pub fn quarters(self) -> Option<f64> {
        let (over, under) = QUARTERS.get(self.0).copied()?;
        (over > 0).then(|| f64::from(over) / f64::from(under))
    }

    /// How long it is at a tempo in beats a minute, in s, with a quarter note for a beat; none if it is off. Real-time.
    #[must_use]
    pub fn seconds(self, bpm: f64) -> Option<f64> {
        let quarters = self.quarters()?;
        Some(quarters * QUARTER_S * Self::ITS_TEMPO / bpm)
    }
}

impl PlainValue for Note {
    fn from_plain(plain: f32) -> Self {
        Self((plain.round() as usize).min(NOTES.len() - 1))
    }
}

/// Seconds at [`Note::ITS_TEMPO`], 0 if it is off: what the impulse's shape has in place of a note.
impl From<Note> for f32 {
    fn from(note: Note) -> Self {
        note.seconds(Note::ITS_TEMPO).unwrap_or(0.0) as Self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a name says, worked out from its letters.
    fn meant(name: &str) -> Option<f64> {
        let bare = name.trim_end_matches(['d', 't']);
        let whole: f64 = bare.strip_prefix("1/")?.parse().ok()?;
        let longer = match name.chars().last() {
            Some('d') => 1.5,
            Some('t') => 2.0 / 3.0,
            _ => 1.0,
        };
        Some(4.0 / whole * longer)
    }

    #[test]
    fn each_note_is_as_long_as_its_name_says() {
        for (place, name) in NOTES.iter().enumerate() {
            let note = Note::from_plain(place as f32);
            assert_eq!(note.quarters(), meant(name), "{name}");
            assert_eq!(Note::named(name), Some(note));
            for bpm in [60.0, 97.3, 240.0] {
                let seconds = meant(name).map(|quarters| quarters * 60.0 / bpm);
                let off = note.seconds(bpm).unwrap_or(0.0) - seconds.unwrap_or(0.0);
                assert!(off.abs() < 1e-12, "{name}: {off}");
            }
        }
        assert_eq!(Note::from_plain(0.0).quarters(), None);
        assert_eq!(Note::from_plain(1e9), Note::from_plain(21.0));
    }

    #[test]
    fn there_are_seven_notes_each_straight_dotted_and_of_a_triplet_by_their_lengths() {
        for whole in [1, 2, 4, 8, 16, 32, 64] {
            for kind in ["", "d", "t"] {
                assert!(Note::named(&format!("1/{whole}{kind}")).is_some());
            }
        }
        assert_eq!(NOTES.len(), 22);
        let lengths: Vec<f64> = (1..22)
            .filter_map(|place| Note::from_plain(place as f32).quarters())
            .collect();
        assert!(lengths.is_sorted() && lengths.len() == 21);
    }
}

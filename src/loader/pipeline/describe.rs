//! What the user is told about an impulse that was found.

use super::super::status::Loaded;
use super::resample::Resampled;
use super::sound::{ROOM_CHANNELS, Raw};

/// What to tell the user about an impulse of this name, with a note on how it was found.
pub(in crate::loader) fn describe(
    name: &str,
    note: Option<&str>,
    raw: &Raw,
    resampled: Option<&Resampled>,
) -> Loaded {
    let name = name.to_owned();
    let mut loaded = match (raw, resampled) {
        (Raw::File(decoded), _) => Loaded {
            name,
            channels: decoded.impulse.channels.len(),
            rate: decoded.impulse.rate,
            frames: decoded.impulse.frames(),
            bits: decoded.bits,
            format: decoded.format.clone(),
            notes: decoded.notes.clone(),
            channels_as: decoded.channels_as,
        },
        (Raw::Room(_), Some(resampled)) => Loaded {
            name,
            channels: resampled.impulse().channels.len(),
            rate: resampled.impulse().rate,
            frames: resampled.impulse().frames(),
            format: "room".into(),
            ..Loaded::default()
        },
        (Raw::Room(_), None) => Loaded {
            name,
            channels: ROOM_CHANNELS,
            format: "room".into(),
            ..Loaded::default()
        },
    };
    if let Raw::File(decoded) = raw {
        let done = resampled.map(Resampled::is_repaired);
        loaded.notes.extend(decoded.repair_note(done));
    }
    loaded.notes.extend(note.map(str::to_owned));
    loaded
}

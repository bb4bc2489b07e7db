//! An impulse that was found, before it is brought to a rate.

use std::sync::Arc;

use crate::impulse::{Decoded, FileRef, Origin, RoomRecipe};

use super::super::order::SoundInfo;

/// How many channels a built-in room is made with: true stereo.
pub(crate) const ROOM_CHANNELS: usize = 4;

/// An impulse before it is brought to a rate.
#[derive(Clone, Debug)]
pub(in crate::loader) struct Sound {
    /// What is known of it.
    pub info: SoundInfo,
    /// The samples, or how they are made.
    pub raw: Raw,
}

/// Samples, or how they are made.
#[derive(Clone, Debug)]
pub(in crate::loader) enum Raw {
    /// A file's, decoded.
    File(Arc<Decoded>),
    /// A room: it is made once a rate is asked for, at 48 kHz, and brought to that rate.
    Room(RoomRecipe),
}

impl Sound {
    /// Whether its constant offset is taken away, where it is normalized or is not.
    pub fn is_repaired(&self, normalize: bool) -> bool {
        match (&self.raw, &*self.info.origin) {
            (Raw::File(decoded), Origin::File(file)) => {
                !decoded.offsets.is_empty() && file.repair.is_wanted(normalize)
            }
            _ => false,
        }
    }

    /// The same, repaired as the user chose for this file.
    pub fn repaired_as(mut self, chosen: &FileRef) -> Self {
        if let Origin::File(file) = Arc::make_mut(&mut self.info.origin) {
            file.repair = chosen.repair;
        }
        self
    }
}

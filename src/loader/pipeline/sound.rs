//! An impulse that was found, before it is brought to a rate.

use std::sync::Arc;

use crate::impulse::{Decoded, FileRef, Origin, RoomRecipe, Shape};

use super::super::identity::Content;
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

    /// As it is heard in a shape, and what is left of the shape: a room is made again for another distance, as another
    /// content. What it is of stays the same impulse.
    pub fn placed(&self, shape: &Shape) -> (Self, Shape) {
        let mut placed = self.clone();
        let mut rest = *shape;
        if let Raw::Room(recipe) = &mut placed.raw {
            (*recipe, rest) = recipe.placed(shape);
            placed.info.content = Content::of_room(recipe, ROOM_CHANNELS);
        }
        (placed, rest)
    }

    /// The same, repaired as the user chose for this file.
    pub fn repaired_as(mut self, chosen: &FileRef) -> Self {
        if let Origin::File(file) = Arc::make_mut(&mut self.info.origin) {
            file.repair = chosen.repair;
        }
        self
    }
}

//! What impulses and their prepared forms are known by: in the caches, and when two of them are compared.

use crate::convolution::Layout;
use crate::impulse::{ChannelsAs, FileRef, Origin, RoomRecipe, ShapeBits};

/// The identity of raw samples.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Content {
    /// A file, by the hash of its bytes, and what its channels are said to be: read in two ways it is
    /// two impulses.
    File(String, Option<ChannelsAs>),
    /// The same without its constant offset.
    Repaired(String, Option<ChannelsAs>),
    /// A room, by its recipe, and the number of channels that are made of it.
    Room(String, usize),
    /// No samples: an empty slot.
    Nothing,
}

impl Content {
    /// The identity of a file's samples.
    pub fn of(file: &FileRef) -> Self {
        Self::File(file.hash.clone(), file.channels_as)
    }

    /// The identity of a room that is made with so many channels.
    pub fn of_room(recipe: &RoomRecipe, channels: usize) -> Self {
        Self::Room(format!("{recipe:?}"), channels)
    }

    /// The identity of the same samples without their constant offset, where that is taken away.
    pub fn repaired_if(&self, is_repaired: bool) -> Self {
        match self {
            Self::File(hash, channels_as) if is_repaired => {
                Self::Repaired(hash.clone(), *channels_as)
            }
            content => content.clone(),
        }
    }
}

/// The identity of an impulse at a rate in Hz.
pub(super) type ResampledKey = (Content, u32);

/// The identity of a decayed impulse: samples, what the decay stage depends on as bits, rate in Hz.
pub(super) type DecayedKey = (Content, ShapeBits, u32);

/// The identity of a kernel: samples, shape as bits, rate in Hz, layout.
pub(super) type KernelKey = (Content, ShapeBits, u32, Layout);

/// Whether two origins mean the same impulse, however they know it.
pub(super) fn is_same(one: &Origin, other: &Origin) -> bool {
    match (one, other) {
        (Origin::File(one), Origin::File(other))
            if (one.repair, one.channels_as) != (other.repair, other.channels_as) =>
        {
            false
        }
        (Origin::File(one), Origin::File(other)) if !one.hash.is_empty() => one.hash == other.hash,
        (Origin::File(one), Origin::File(other)) => {
            other.hash.is_empty() && one.absolute == other.absolute
        }
        (one, other) => one == other,
    }
}

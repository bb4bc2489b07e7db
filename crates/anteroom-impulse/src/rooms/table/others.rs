//! What is no room, plate or spring: outdoor places, devices and effects.

use crate::rooms::NamedRoom;

pub(super) const ALL: &[NamedRoom] = &[];

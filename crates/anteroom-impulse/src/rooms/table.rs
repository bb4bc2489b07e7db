//! The factory impulses.

use std::sync::LazyLock;

use super::NamedRoom;

mod others;
mod plates;
mod rooms;
mod springs;

pub(super) use rooms::HALL;

static ALL: LazyLock<Vec<NamedRoom>> =
    LazyLock::new(|| [rooms::ALL, plates::ALL, springs::ALL, others::ALL].concat());

/// The factory impulses: rooms from small to large, plates, springs, then all else.
pub fn rooms() -> &'static [NamedRoom] {
    &ALL
}

//! The factory impulses.
//!
//! `rooms`, `plates`, `springs`; `others` are outdoor places, devices and effects. `docs/adding-a-room.md` shows how
//! one is added.

use std::sync::LazyLock;

use super::NamedRoom;

mod others;
mod plates;
mod rooms;
mod springs;

pub(super) use rooms::HALL;

static ALL: LazyLock<Vec<NamedRoom>> = LazyLock::new(|| {
    let mut all = [rooms::ALL, plates::ALL, springs::ALL, others::ALL].concat();
    // Each category in one place, where its first is: a table may be in another order, by size for instance.
    let categories: Vec<&str> = all.iter().map(|room| room.category).collect();
    all.sort_by_key(|room| categories.iter().position(|name| *name == room.category));
    all
});

/// The factory impulses, each category in one place: rooms from small to large, plates, springs, then all else.
pub fn rooms() -> &'static [NamedRoom] {
    &ALL
}

//! Stepping through a list of impulses when the host asks for it, by a mapped button or a controller,
//! whether an editor is open or not. Worker thread.

use std::ffi::OsStr;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::exchange::Versioned;
use crate::impulse::Origin;

use super::super::Request;
use super::Loader;

impl Loader {
    /// Takes the steps that were asked for since the last time, all at once.
    pub(super) fn take_steps(&mut self) -> bool {
        // ORDERING: Relaxed, the number alone matters.
        let steps = self.ends.wires.steps.swap(0, Ordering::Relaxed);
        if steps == 0 {
            return false;
        }
        let mut list = self.ends.list.with(|list| Arc::clone(list));
        if list.is_empty() {
            list = Arc::new(Origin::room_names().filter_map(Origin::room).collect());
        }
        let at = list
            .iter()
            .position(|origin| place(origin) == place(&self.wanted.origin));
        let Some(origin) = further(at, steps, list.len()).and_then(|index| list.get(index)) else {
            return true;
        };
        let known = self.wanted.origin_generation;
        let generation = self.ends.origin.with(|slot| {
            // What somebody has asked for meanwhile is newer.
            (slot.generation == known).then(|| {
                let generation = self.ends.wires.next();
                let value = Arc::new(origin.clone());
                *slot = Versioned { generation, value };
                generation
            })
        });
        let Some(generation) = generation else {
            return true;
        };
        self.take(Request::Origin {
            origin: Box::new(origin.clone()),
            generation,
        });
        true
    }
}

/// The place in a list of `count`, round its ends; from nowhere the first step leads to an end.
fn further(at: Option<usize>, steps: i64, count: usize) -> Option<usize> {
    let count = i64::try_from(count).ok().filter(|count| *count > 0)?;
    let from = match at {
        Some(at) => i64::try_from(at).ok()?,
        None if steps > 0 => -1,
        None => 0,
    };
    usize::try_from((from + steps).rem_euclid(count)).ok()
}

/// What a list knows an impulse by.
fn place(origin: &Origin) -> (bool, &OsStr) {
    match origin {
        Origin::Room(name, _) => (false, name.as_ref()),
        Origin::File(file) => (true, file.absolute.as_os_str()),
    }
}

#[cfg(test)]
mod tests {
    use super::further;

    #[test]
    fn steps_go_round_and_begin_at_an_end() {
        assert_eq!(further(Some(1), 1, 3), Some(2));
        assert_eq!(further(Some(2), 1, 3), Some(0));
        assert_eq!(further(Some(0), -1, 3), Some(2));
        assert_eq!(further(Some(0), 7, 3), Some(1));
        assert_eq!(further(None, 1, 3), Some(0));
        assert_eq!(further(None, -1, 3), Some(2));
        assert_eq!(further(None, 1, 0), None);
    }
}

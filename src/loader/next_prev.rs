//! The next and the previous impulse of a list, for a mapped button or a controller.

use std::ffi::OsStr;

use crate::impulse::Origin;

/// The impulse that is `steps` further on in the list than `from`, or back if negative. An empty list means the
/// built-in rooms.
pub(super) fn further_on(list: &[Origin], from: &Origin, steps: i64) -> Option<Origin> {
    if list.is_empty() {
        let rooms: Vec<Origin> = Origin::room_names().filter_map(Origin::room).collect();
        return pick(&rooms, from, steps);
    }
    pick(list, from, steps)
}

fn pick(list: &[Origin], from: &Origin, steps: i64) -> Option<Origin> {
    let at = list.iter().position(|origin| key(origin) == key(from));
    list.get(index(at, steps, list.len())?).cloned()
}

/// The place in a list of `count`, round its ends; from nowhere the first step leads to an end.
fn index(at: Option<usize>, steps: i64, count: usize) -> Option<usize> {
    let count = i64::try_from(count).ok().filter(|count| *count > 0)?;
    let from = match at {
        Some(at) => i64::try_from(at).ok()?,
        None if steps > 0 => -1,
        None => 0,
    };
    usize::try_from((from + steps).rem_euclid(count)).ok()
}

/// What a list knows an impulse by.
fn key(origin: &Origin) -> (bool, &OsStr) {
    match origin {
        Origin::Room(name, _) => (false, name.as_ref()),
        Origin::File(file) => (true, file.absolute.as_os_str()),
        // No list has it: the first step leads to an end.
        Origin::Nothing => (true, OsStr::new("")),
    }
}

#[cfg(test)]
mod tests {
    use super::index;

    #[test]
    fn steps_go_round_and_begin_at_an_end() {
        assert_eq!(index(Some(1), 1, 3), Some(2));
        assert_eq!(index(Some(2), 1, 3), Some(0));
        assert_eq!(index(Some(0), -1, 3), Some(2));
        assert_eq!(index(Some(0), 7, 3), Some(1));
        assert_eq!(index(None, 1, 3), Some(0));
        assert_eq!(index(None, -1, 3), Some(2));
        assert_eq!(index(None, 1, 0), None);
    }
}

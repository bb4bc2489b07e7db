//! Places that did not answer, for as long as they are avoided.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// How long a place that did not answer is avoided, unless it answers meanwhile.
pub const AVOID: Duration = Duration::from_secs(30);

/// Places that are remembered at most; the oldest is forgotten first.
const MOST: usize = 64;

static PLACES: Mutex<Vec<(PathBuf, Instant)>> = Mutex::new(Vec::new());

static ON_RETURN: OnceLock<fn()> = OnceLock::new();

fn lock() -> MutexGuard<'static, Vec<(PathBuf, Instant)>> {
    PLACES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The error that stands for a place that does not answer.
pub(super) fn unresponsive(place: &Path) -> io::Error {
    let message = format!("{} does not answer", crate::path_text::shown(place));
    io::Error::new(io::ErrorKind::TimedOut, message)
}

/// Refuses a place that did not answer lately, and all that lies below it.
pub(super) fn check(place: &Path) -> io::Result<()> {
    let mut places = lock();
    places.retain(|(_, since)| since.elapsed() < AVOID);
    match places.iter().find(|(known, _)| place.starts_with(known)) {
        Some((known, _)) => Err(unresponsive(known)),
        None => Ok(()),
    }
}

/// Remembers a place that did not answer.
pub(super) fn avoid(place: &Path) {
    let mut places = lock();
    places.retain(|(known, _)| known != place);
    let surplus = (places.len() + 1).saturating_sub(MOST);
    places.drain(..surplus);
    places.push((place.to_owned(), Instant::now()));
}

/// A place has answered after all.
pub(super) fn forget(place: &Path) {
    lock().retain(|(known, _)| known != place);
    if let Some(tell) = ON_RETURN.get() {
        tell();
    }
}

/// What to call, on a reader's thread, whenever a place that did not answer does so after all. Only the first call
/// of the process counts.
pub fn on_return(tell: fn()) {
    let _ = ON_RETURN.set(tell);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_below_a_place_that_does_not_answer_is_refused_and_nothing_else() {
        let dead = Path::new("/places/dead");
        avoid(dead);
        for refused in ["/places/dead", "/places/dead/a", "/places/dead/a/b"] {
            let error = check(Path::new(refused)).expect_err("refused");
            assert_eq!(error.kind(), io::ErrorKind::TimedOut);
            assert_eq!(error.to_string(), "/places/dead does not answer");
        }
        for other in ["/places", "/places/deadly", "/places/alive"] {
            check(Path::new(other)).expect("not refused");
        }
        forget(dead);
        check(dead).expect("it answers again");
    }

    #[test]
    fn only_so_many_are_remembered() {
        for number in 0..2 * MOST {
            avoid(&Path::new("/many").join(number.to_string()));
        }
        assert!(lock().len() <= MOST);
        lock().retain(|(known, _)| !known.starts_with("/many"));
    }
}

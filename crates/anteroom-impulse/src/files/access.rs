//! One access: the answer, and the wait for it.

use std::fmt;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::reader::{self, Reader};
use super::{is_given_up, patience, places};

/// How often whoever waits looks whether the answer is still wanted.
const LOOK: Duration = Duration::from_millis(5);

/// What an access reports while it runs.
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<Steps>);

#[derive(Debug, Default)]
struct Steps {
    steps: AtomicU64,
    given_up: AtomicBool,
}

impl Progress {
    /// Something has moved: a piece was read, an entry was looked at.
    pub fn step(&self) {
        // ORDERING: Relaxed, the number alone matters.
        self.0.steps.fetch_add(1, Ordering::Relaxed);
    }

    /// Whether nobody waits any more: the access may end.
    #[must_use]
    pub fn is_given_up(&self) -> bool {
        // ORDERING: Relaxed, a hint.
        self.0.given_up.load(Ordering::Relaxed)
    }
}

/// Where the answer goes.
struct Slot<T> {
    answer: Mutex<Answer<T>>,
    arrived: Condvar,
}

enum Answer<T> {
    /// Somebody waits, or will look.
    Awaited,
    Here(io::Result<T>),
    /// Nobody will look. The place, if it did not answer.
    GivenUp(Option<PathBuf>),
}

impl<T> Slot<T> {
    fn lock(&self) -> std::sync::MutexGuard<'_, Answer<T>> {
        self.answer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts the answer where it is looked for. If nobody will look, a place that did not answer is told to answer.
    fn fill(&self, result: io::Result<T>) {
        let mut answer = self.lock();
        match std::mem::replace(&mut *answer, Answer::Awaited) {
            Answer::GivenUp(place) => {
                *answer = Answer::GivenUp(None);
                drop(answer);
                if let Some(place) = place {
                    places::forget(&place);
                }
            }
            Answer::Awaited | Answer::Here(_) => {
                *answer = Answer::Here(result);
                drop(answer);
                self.arrived.notify_all();
            }
        }
    }
}

/// An access that is under way. Dropping it gives it up and waits for nothing.
pub struct Pending<T> {
    slot: Arc<Slot<T>>,
    progress: Progress,
    place: PathBuf,
    /// The thread that it runs on; it goes back when the answer has come.
    reader: Option<Reader>,
}

impl<T: Send + 'static> Pending<T> {
    /// Starts an access to a place on a reader; see [`run`](super::run). Waits for nothing.
    ///
    /// # Errors
    /// One that [`is_unresponsive`](super::is_unresponsive) if the place did not answer lately, or too many others
    /// do not; the system's if it gives no thread.
    pub fn start(
        place: &Path,
        access: impl FnOnce(&Progress) -> io::Result<T> + Send + 'static,
    ) -> io::Result<Self> {
        places::check(place)?;
        let slot = Arc::new(Slot {
            answer: Mutex::new(Answer::Awaited),
            arrived: Condvar::new(),
        });
        let progress = Progress::default();
        let (answer, steps) = (Arc::clone(&slot), progress.clone());
        let job = move || {
            let result = catch_unwind(AssertUnwindSafe(|| access(&steps)));
            let failed = |_| Err(io::Error::other("an internal error, please report it"));
            answer.fill(result.unwrap_or_else(failed));
        };
        Ok(Self {
            slot,
            progress,
            place: place.to_owned(),
            reader: Some(reader::give(Box::new(job), place)?),
        })
    }

    /// The answer, if it has come; once.
    pub fn poll(&mut self) -> Option<io::Result<T>> {
        let mut answer = self.slot.lock();
        if !matches!(*answer, Answer::Here(_)) {
            return None;
        }
        let here = std::mem::replace(&mut *answer, Answer::GivenUp(None));
        drop(answer);
        if let Some(reader) = self.reader.take() {
            reader::take_back(reader);
        }
        match here {
            Answer::Here(result) => Some(result),
            _ => None,
        }
    }

    /// Waits for the answer while something moves and somebody wants it.
    ///
    /// # Errors
    /// As [`run`](super::run).
    pub fn wait(mut self, cancelled: &dyn Fn() -> bool) -> io::Result<T> {
        let patience = patience();
        let mut moved = Instant::now();
        let mut seen = 0;
        loop {
            if let Some(result) = self.poll() {
                return result;
            }
            if cancelled() || is_given_up() {
                return Err(io::ErrorKind::Interrupted.into());
            }
            // ORDERING: Relaxed, the number alone matters.
            let steps = self.progress.0.steps.load(Ordering::Relaxed);
            if steps != seen {
                (seen, moved) = (steps, Instant::now());
            } else if moved.elapsed() >= patience {
                let mut answer = self.slot.lock();
                if matches!(*answer, Answer::Awaited) {
                    *answer = Answer::GivenUp(Some(self.place.clone()));
                    // Before the lock is released: the answer that comes after that forgets the place again.
                    places::avoid(&self.place);
                    drop(answer);
                    return Err(places::unresponsive(&self.place));
                }
                continue;
            }
            let answer = self.slot.lock();
            if matches!(*answer, Answer::Awaited) {
                let waited = self.slot.arrived.wait_timeout(answer, LOOK);
                drop(waited.unwrap_or_else(PoisonError::into_inner));
            }
        }
    }
}

impl<T> Drop for Pending<T> {
    fn drop(&mut self) {
        if let Some(reader) = self.reader.take() {
            // ORDERING: Relaxed, a hint.
            self.progress.0.given_up.store(true, Ordering::Relaxed);
            let mut answer = self.slot.lock();
            if matches!(*answer, Answer::Awaited) {
                *answer = Answer::GivenUp(None);
            }
            drop(answer);
            reader::leave(reader);
        }
    }
}

impl<T> fmt::Debug for Pending<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pending")
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{is_cancelled, is_unresponsive, run};
    use super::*;
    use std::cell::Cell;
    use std::sync::mpsc::channel;
    use std::thread;

    /// A place of its own for each test: they share what is remembered.
    fn place(name: &str) -> PathBuf {
        Path::new("/access").join(name)
    }

    #[test]
    fn an_access_that_never_returns_is_given_up_and_its_place_is_refused_until_it_does() {
        let (place, other) = (place("hangs"), place("elsewhere"));
        let (release, held) = channel::<()>();
        let begin = Instant::now();
        let hang = move |_: &Progress| {
            let _ = held.recv();
            Ok(())
        };
        let error = run(&place, &|| false, hang).expect_err("no answer");
        assert!(is_unresponsive(&error), "{error}");
        assert!(begin.elapsed() < 4 * patience());
        // The next one is refused without waiting, there and below.
        let begin = Instant::now();
        let error = run(&place.join("sub"), &|| false, |_| Ok(())).expect_err("refused");
        assert!(is_unresponsive(&error));
        assert!(begin.elapsed() < patience() / 2);
        // Elsewhere everything goes on.
        assert_eq!(run(&other, &|| false, |_| Ok(7)).expect("an answer"), 7);
        drop(release);
        let begin = Instant::now();
        while run(&place, &|| false, |_| Ok(())).is_err() {
            assert!(begin.elapsed() < Duration::from_secs(10), "still refused");
            thread::sleep(LOOK);
        }
    }

    #[test]
    fn an_access_that_moves_is_waited_for_longer_than_one_that_does_not() {
        let slow = |progress: &Progress| {
            for _ in 0..12 {
                thread::sleep(patience() / 8);
                progress.step();
            }
            Ok("done")
        };
        assert_eq!(
            run(&place("slow"), &|| false, slow).expect("an answer"),
            "done"
        );
    }

    #[test]
    fn what_nobody_wants_any_more_is_not_waited_for_and_no_place_is_blamed() {
        let place = place("cancelled");
        let (release, held) = channel::<()>();
        let begin = Instant::now();
        let looks = Cell::new(0);
        let cancelled = || {
            looks.set(looks.get() + 1);
            looks.get() > 3
        };
        let hang = move |_: &Progress| {
            let _ = held.recv();
            Ok(())
        };
        let error = run(&place, &cancelled, hang).expect_err("cancelled");
        assert!(is_cancelled(&error), "{error}");
        assert!(begin.elapsed() < patience() / 2);
        run(&place, &|| false, |_| Ok(())).expect("not refused");
        drop(release);
    }

    #[test]
    fn a_panic_is_an_error() {
        let panics = |_: &Progress| -> io::Result<()> { panic!("expected in this test") };
        let error = run(&place("panics"), &|| false, panics).expect_err("it failed");
        assert!(error.to_string().contains("internal error"), "{error}");
    }

    #[test]
    fn an_answer_can_be_looked_for_without_waiting() {
        let (release, held) = channel::<u32>();
        let mut pending = Pending::start(&place("polled"), move |_| {
            Ok(held.recv().unwrap_or_default())
        })
        .expect("a thread");
        assert!(pending.poll().is_none());
        release.send(5).expect("it listens");
        let begin = Instant::now();
        let answer = loop {
            if let Some(answer) = pending.poll() {
                break answer;
            }
            assert!(begin.elapsed() < Duration::from_secs(10));
            thread::yield_now();
        };
        assert_eq!(answer.expect("an answer"), 5);
        assert!(pending.poll().is_none());
    }
}

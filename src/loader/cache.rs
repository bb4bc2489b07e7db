//! What all instances of the process share: decoded files, files at the host's rate, prepared
//! kernels. Worker threads; not real-time.
//!
//! The cache holds nothing itself: each thing lives for as long as a loader holds it, or an editor looks at it, and
//! dies on the thread of the last one; that is never the audio thread. Two loaders that want the same thing at the
//! same time make it once: the second waits for the first.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::hash::Hash;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, LazyLock, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use crate::convolution::{Kernel, Layout};
use crate::exchange::{TaskWaker, Wake};
use crate::impulse::{ChannelsAs, Decoded, FileRef, Impulse, Library, Shape, ShapeBits};

use super::status::Picture;
use super::wait::Heartbeat;

/// The identity of raw samples.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Content {
    /// A file, by the hash of its bytes, and what its channels are said to be: read in two ways it is
    /// two sounds.
    File(String, Option<ChannelsAs>),
    /// The same without its constant offset.
    Repaired(String, Option<ChannelsAs>),
    /// A room, by its recipe, and the channels that are made of it.
    Room(String, usize),
}

impl Content {
    /// What the samples of a file are known by.
    pub(super) fn of(file: &FileRef) -> Self {
        Self::File(file.hash.clone(), file.channels_as)
    }
}

/// The identity of a kernel: samples, shape (as bits), rate in Hz, layout.
pub(super) type KernelKey = (Content, ShapeBits, u32, Layout);

/// The bits of a shape.
pub(super) fn bits(shape: &Shape) -> ShapeBits {
    shape.bits()
}

/// A kernel with its picture.
#[derive(Debug)]
pub(super) struct Prepared {
    /// For the engines.
    pub kernel: Arc<Kernel>,
    /// For the editor.
    pub picture: Arc<Picture>,
}

/// The things that instances share. One for the process, or one for a test.
#[derive(Default)]
pub struct Cache {
    /// Decoded files.
    pub(super) raw: Shelf<Content, Decoded>,
    /// Files and rooms at a rate.
    pub(super) conformed: Shelf<(Content, u32), Impulse>,
    /// Kernels.
    pub(super) kernels: Shelf<KernelKey, Prepared>,
    /// Where files are, as far as the instances have found out.
    places: Mutex<Places>,
    /// Beats while any loader does something.
    pub(super) heart: Heartbeat,
}

/// What a cache holds at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// Decoded files that are alive.
    pub raw: usize,
    /// Conformed impulses that are alive.
    pub conformed: usize,
    /// Kernels that are alive.
    pub kernels: usize,
    /// How often anything was made, ever.
    pub made: usize,
}

/// Where files were found.
#[derive(Debug, Default)]
struct Places {
    /// The folders of impulses in use, the newest last.
    folders: Vec<PathBuf>,
    /// The folders that are searched by content.
    library: Library,
    /// Files that were found, by their hash.
    found: BTreeMap<String, PathBuf>,
    /// Counts changes of `library`, and folders that are new: anything may turn up there.
    changes: u64,
    /// The workers of all instances, to be told about changes.
    workers: Vec<TaskWaker>,
}

/// What is known of the whereabouts of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hint {
    found: Option<PathBuf>,
    changes: u64,
}

/// How many folders are remembered as neighbours.
const FOLDERS: usize = 16;

impl Cache {
    /// The one that all instances of the process share.
    #[must_use]
    pub fn shared() -> Arc<Self> {
        static SHARED: LazyLock<Arc<Cache>> = LazyLock::new(Arc::default);
        Arc::clone(&SHARED)
    }

    /// What is alive at the moment.
    #[must_use]
    pub fn held(&self) -> Held {
        let (raw, decoded) = self.raw.count();
        let (conformed, resampled) = self.conformed.count();
        let (kernels, prepared) = self.kernels.count();
        Held {
            raw,
            conformed,
            kernels,
            made: decoded + resampled + prepared,
        }
    }

    /// Names the folders that are searched by content for missing files, for all instances.
    pub fn set_library(&self, folders: Vec<PathBuf>) {
        let mut places = lock(&self.places);
        places.library = Library::new(folders);
        places.changes += 1;
        places.tell();
    }

    /// The folders that are searched by content.
    #[must_use]
    pub fn library(&self) -> Vec<PathBuf> {
        lock(&self.places).library.folders().to_vec()
    }

    /// Holds samples that are in no file, under the identity that `file` knows them by. They are found
    /// for as long as the answer is held.
    #[must_use]
    pub fn hold(&self, file: &FileRef, decoded: Decoded) -> Option<Arc<Decoded>> {
        let content = Content::of(file);
        let held = self
            .raw
            .get_or_make(&content, &|| false, || Ok::<_, Cancelled>(decoded));
        // Nobody cancels it.
        held.ok()
    }

    /// Says where a file is: every instance that misses the same content looks there.
    pub(super) fn found(&self, hash: &str, path: &Path) {
        let mut places = lock(&self.places);
        let mut is_news = places.found.get(hash).map(PathBuf::as_path) != Some(path);
        if is_news {
            places.found.insert(hash.to_owned(), path.to_owned());
        }
        if let Some(folder) = path.parent() {
            let before = places.folders.len();
            places.folders.retain(|known| known != folder);
            if places.folders.len() == before {
                places.changes += 1;
                is_news = true;
            }
            places.folders.push(folder.to_owned());
            let surplus = places.folders.len().saturating_sub(FOLDERS);
            places.folders.drain(..surplus);
        }
        if is_news {
            places.tell();
        }
    }

    /// Where to look for a file: neighbours, and the library.
    pub(super) fn neighbours(&self, hash: &str) -> (Option<PathBuf>, Vec<PathBuf>, Library) {
        let places = lock(&self.places);
        let found = places.found.get(hash).cloned();
        let newest_first = places.folders.iter().rev().cloned().collect();
        (found, newest_first, places.library.clone())
    }

    /// What is known of the whereabouts of a file. When it is another than before, a file that was
    /// missed may have turned up.
    pub(super) fn hint(&self, hash: &str) -> Hint {
        let places = lock(&self.places);
        Hint {
            found: places.found.get(hash).cloned(),
            changes: places.changes,
        }
    }

    /// A place that did not answer does so again: anything may turn up there.
    pub(super) fn look_again(&self) {
        let mut places = lock(&self.places);
        places.changes += 1;
        places.tell();
    }

    /// From now on this worker is woken when a missing file may have turned up.
    pub(super) fn enter(&self, worker: TaskWaker) {
        lock(&self.places).workers.push(worker);
    }

    /// No longer.
    pub(super) fn leave(&self, worker: &TaskWaker) {
        lock(&self.places).workers.retain(|other| other != worker);
    }
}

impl Places {
    /// Wakes all workers.
    fn tell(&self) {
        for worker in &self.workers {
            worker.wake();
        }
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Cache").field(&self.held()).finish()
    }
}

/// Things that are made once and shared for as long as somebody holds them.
pub(super) struct Shelf<K, V> {
    places: Mutex<HashMap<K, Place<V>>>,
    made: Mutex<usize>,
}

/// One place on a shelf.
type Place<V> = Arc<Making<V>>;

/// What is at a place, and whether somebody makes it.
struct Making<V> {
    thing: Mutex<Thing<V>>,
    ended: Condvar,
}

struct Thing<V> {
    made: Weak<V>,
    is_being_made: bool,
}

impl<V> Default for Making<V> {
    fn default() -> Self {
        Self {
            thing: Mutex::new(Thing {
                made: Weak::new(),
                is_being_made: false,
            }),
            ended: Condvar::new(),
        }
    }
}

/// Tells those who wait that nobody makes the thing any more, also after a panic.
struct End<'a, V>(&'a Making<V>);

impl<V> Drop for End<'_, V> {
    fn drop(&mut self) {
        lock(&self.0.thing).is_being_made = false;
        self.0.ended.notify_all();
    }
}

/// Whoever waited for a thing does not want it any more.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cancelled;

/// How often whoever waits for another to make a thing looks whether he still wants it.
const LOOK: Duration = Duration::from_millis(5);

impl<K, V> Default for Shelf<K, V> {
    fn default() -> Self {
        Self {
            places: Mutex::default(),
            made: Mutex::default(),
        }
    }
}

impl<K: Clone + Eq + Hash, V> Shelf<K, V> {
    /// The thing of this name; it is made if nobody holds it. If somebody is making it, it waits for him until
    /// `cancelled` says that nobody wants it any more.
    ///
    /// # Errors
    /// Those of `make`, and [`Cancelled`].
    pub fn get_or_make<E: From<Cancelled>>(
        &self,
        key: &K,
        cancelled: &dyn Fn() -> bool,
        make: impl FnOnce() -> Result<V, E>,
    ) -> Result<Arc<V>, E> {
        let place = self.place(key);
        let mut thing = lock(&place.thing);
        loop {
            if let Some(made) = thing.made.upgrade() {
                return Ok(made);
            }
            if !thing.is_being_made {
                break;
            }
            if cancelled() {
                return Err(Cancelled.into());
            }
            let waited = place.ended.wait_timeout(thing, LOOK);
            thing = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        thing.is_being_made = true;
        drop(thing);
        let end = End(&place);
        let made = Arc::new(make()?);
        *lock(&self.made) += 1;
        lock(&place.thing).made = Arc::downgrade(&made);
        drop(end);
        Ok(made)
    }

    fn place(&self, key: &K) -> Place<V> {
        let mut places = lock(&self.places);
        if let Some(place) = places.get(key) {
            return Arc::clone(place);
        }
        // Places whose thing has died, and at which nobody is, are cleared away when one is added.
        places.retain(|_, place| Arc::strong_count(place) > 1 || place.is_alive());
        let place = Place::default();
        places.insert(key.clone(), Arc::clone(&place));
        place
    }

    /// How many things are alive, and how many were made.
    fn count(&self) -> (usize, usize) {
        let places: Vec<Place<V>> = lock(&self.places).values().cloned().collect();
        let alive = places.iter().filter(|place| place.is_alive());
        (alive.count(), *lock(&self.made))
    }
}

impl<V> Making<V> {
    fn is_alive(&self) -> bool {
        lock(&self.thing).made.strong_count() > 0
    }
}

/// A lock that a panic elsewhere does not close: what it guards is whole between any two operations.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[derive(Clone, Copy, Debug, PartialEq)]
    struct Failed(&'static str);

    impl From<Cancelled> for Failed {
        fn from(_: Cancelled) -> Self {
            Self("cancelled")
        }
    }

    fn wanted() -> bool {
        false
    }

    #[test]
    fn a_thing_is_made_once_and_dies_with_its_last_holder() {
        let shelf = Shelf::<u32, String>::default();
        let make = || Ok::<_, Failed>("hall".to_owned());
        let first = shelf.get_or_make(&1, &wanted, make).unwrap();
        let second = shelf
            .get_or_make(&1, &wanted, || Err(Failed("not asked")))
            .unwrap();
        assert!(Arc::ptr_eq(&first, &second));
        assert_eq!(shelf.count(), (1, 1));
        drop((first, second));
        assert_eq!(shelf.count(), (0, 1));
        let failed = Failed("no more");
        assert_eq!(shelf.get_or_make(&1, &wanted, || Err(failed)), Err(failed));
    }

    #[test]
    fn places_of_dead_things_are_cleared_away() {
        let shelf = Shelf::<u32, u32>::default();
        for key in 0..1000 {
            let _ = shelf.get_or_make(&key, &wanted, || Ok::<_, Failed>(key));
        }
        assert!(lock(&shelf.places).len() <= 2);
    }

    #[test]
    fn many_threads_that_want_one_thing_make_it_once() {
        let shelf = Shelf::<u32, u32>::default();
        let makes = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            let holders: Vec<_> = (0..8)
                .map(|_| {
                    scope.spawn(|| {
                        shelf.get_or_make(&7, &wanted, || {
                            makes.fetch_add(1, Ordering::Relaxed);
                            std::thread::yield_now();
                            Ok::<_, Failed>(7)
                        })
                    })
                })
                .collect();
            let held: Vec<_> = holders
                .into_iter()
                .map(|holder| holder.join().unwrap())
                .collect();
            assert!(held.iter().all(|thing| thing == &Ok(Arc::new(7))));
            assert_eq!(makes.load(Ordering::Relaxed), 1);
        });
    }

    #[test]
    fn a_panic_while_making_leaves_the_place_free() {
        let shelf = Shelf::<u32, u32>::default();
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            shelf.get_or_make(&1, &wanted, || -> Result<u32, Failed> {
                panic!("expected in this test")
            })
        }));
        assert!(panicked.is_err());
        assert_eq!(
            shelf.get_or_make(&1, &wanted, || Ok::<_, Failed>(1)),
            Ok(Arc::new(1))
        );
    }

    #[test]
    fn whoever_waits_for_another_may_give_up_and_holds_nobody_back() {
        let shelf = Shelf::<u32, u32>::default();
        let shelf = &shelf;
        let (finish, finished) = std::sync::mpsc::channel::<()>();
        std::thread::scope(|scope| {
            let slow = scope.spawn(move || {
                shelf.get_or_make(&1, &wanted, || {
                    let _ = finished.recv();
                    Ok::<_, Failed>(1)
                })
            });
            while !shelf.is_being_made(&1) {
                std::thread::yield_now();
            }
            let looks = AtomicUsize::new(0);
            let given_up = || looks.fetch_add(1, Ordering::Relaxed) > 2;
            let answer = shelf.get_or_make(&1, &given_up, || Err(Failed("not asked")));
            assert_eq!(answer, Err(Failed("cancelled")));
            drop(finish);
            assert_eq!(slow.join().unwrap(), Ok(Arc::new(1)));
        });
    }

    impl Shelf<u32, u32> {
        fn is_being_made(&self, key: &u32) -> bool {
            let places = lock(&self.places);
            let place = places.get(key);
            place.is_some_and(|place| lock(&place.thing).is_being_made)
        }
    }
}

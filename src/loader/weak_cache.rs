//! Values that are made once and shared for as long as somebody holds them. Worker threads; not real-time.
//!
//! The cache itself holds nothing: each value lives as long as a loader or an editor holds it, and is freed on the
//! thread of its last holder, which is never the audio thread. Two loaders that want the same value at the same time
//! make it once: the second waits for the first.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

/// Values by key, each made once and shared for as long as somebody holds it.
pub(super) struct WeakCache<K, V> {
    entries: Mutex<HashMap<K, Arc<Entry<V>>>>,
    /// How many values were ever made.
    made: Mutex<usize>,
}

/// One value, and whether somebody is making it.
struct Entry<V> {
    slot: Mutex<Slot<V>>,
    /// Notified whenever nobody makes it any more.
    ended: Condvar,
}

struct Slot<V> {
    value: Weak<V>,
    is_being_made: bool,
}

impl<V> Default for Entry<V> {
    fn default() -> Self {
        Self {
            slot: Mutex::new(Slot {
                value: Weak::new(),
                is_being_made: false,
            }),
            ended: Condvar::new(),
        }
    }
}

/// Tells those who wait that nobody makes the value any more, also after a panic.
struct MakingGuard<'a, V>(&'a Entry<V>);

impl<V> Drop for MakingGuard<'_, V> {
    fn drop(&mut self) {
        lock(&self.0.slot).is_being_made = false;
        self.0.ended.notify_all();
    }
}

/// Whoever waited for a value does not want it any more.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cancelled;

/// How often a thread that waits for another to make a value looks whether it is still wanted.
const LOOK: Duration = Duration::from_millis(5);

impl<K, V> Default for WeakCache<K, V> {
    fn default() -> Self {
        Self {
            entries: Mutex::default(),
            made: Mutex::default(),
        }
    }
}

impl<K: Clone + Eq + Hash, V> WeakCache<K, V> {
    /// The value of this key. It is made if nobody holds it. If another thread is making it, this one waits, until
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
        let entry = self.entry(key);
        let mut slot = lock(&entry.slot);
        loop {
            if let Some(value) = slot.value.upgrade() {
                return Ok(value);
            }
            if !slot.is_being_made {
                break;
            }
            if cancelled() {
                return Err(Cancelled.into());
            }
            let waited = entry.ended.wait_timeout(slot, LOOK);
            slot = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        slot.is_being_made = true;
        drop(slot);
        let guard = MakingGuard(&entry);
        let value = Arc::new(make()?);
        *lock(&self.made) += 1;
        lock(&entry.slot).value = Arc::downgrade(&value);
        drop(guard);
        Ok(value)
    }

    /// The value of this key, if somebody holds it.
    pub fn get(&self, key: &K) -> Option<Arc<V>> {
        let entry = lock(&self.entries).get(key).cloned()?;
        let slot = lock(&entry.slot);
        slot.value.upgrade()
    }

    fn entry(&self, key: &K) -> Arc<Entry<V>> {
        let mut entries = lock(&self.entries);
        if let Some(entry) = entries.get(key) {
            return Arc::clone(entry);
        }
        // Entries whose value is dead, and which nobody uses, are removed when one is added.
        entries.retain(|_, entry| Arc::strong_count(entry) > 1 || entry.is_alive());
        let entry = Arc::<Entry<V>>::default();
        entries.insert(key.clone(), Arc::clone(&entry));
        entry
    }

    /// How many values are alive, and how many were made.
    pub fn count(&self) -> (usize, usize) {
        let entries: Vec<Arc<Entry<V>>> = lock(&self.entries).values().cloned().collect();
        let alive = entries.iter().filter(|entry| entry.is_alive());
        (alive.count(), *lock(&self.made))
    }
}

impl<V> Entry<V> {
    fn is_alive(&self) -> bool {
        lock(&self.slot).value.strong_count() > 0
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
    fn a_value_is_made_once_and_dies_with_its_last_holder() {
        let cache = WeakCache::<u32, String>::default();
        let make = || Ok::<_, Failed>("hall".to_owned());
        let first = cache.get_or_make(&1, &wanted, make).unwrap();
        let second = cache
            .get_or_make(&1, &wanted, || Err(Failed("not asked")))
            .unwrap();
        assert!(Arc::ptr_eq(&first, &second));
        assert_eq!(cache.count(), (1, 1));
        drop((first, second));
        assert_eq!(cache.count(), (0, 1));
        let failed = Failed("no more");
        assert_eq!(cache.get_or_make(&1, &wanted, || Err(failed)), Err(failed));
    }

    #[test]
    fn entries_of_dead_values_are_cleared_away() {
        let cache = WeakCache::<u32, u32>::default();
        for key in 0..1000 {
            let _ = cache.get_or_make(&key, &wanted, || Ok::<_, Failed>(key));
        }
        assert!(lock(&cache.entries).len() <= 2);
    }

    #[test]
    fn many_threads_that_want_one_value_make_it_once() {
        let cache = WeakCache::<u32, u32>::default();
        let makes = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            let holders: Vec<_> = (0..8)
                .map(|_| {
                    scope.spawn(|| {
                        cache.get_or_make(&7, &wanted, || {
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
            assert!(held.iter().all(|value| value == &Ok(Arc::new(7))));
            assert_eq!(makes.load(Ordering::Relaxed), 1);
        });
    }

    #[test]
    fn a_panic_while_making_leaves_the_entry_free() {
        let cache = WeakCache::<u32, u32>::default();
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            cache.get_or_make(&1, &wanted, || -> Result<u32, Failed> {
                panic!("expected in this test")
            })
        }));
        assert!(panicked.is_err());
        assert_eq!(
            cache.get_or_make(&1, &wanted, || Ok::<_, Failed>(1)),
            Ok(Arc::new(1))
        );
    }

    #[test]
    fn whoever_waits_for_another_may_give_up_and_holds_nobody_back() {
        let cache = WeakCache::<u32, u32>::default();
        let cache = &cache;
        let (finish, finished) = std::sync::mpsc::channel::<()>();
        std::thread::scope(|scope| {
            let slow = scope.spawn(move || {
                cache.get_or_make(&1, &wanted, || {
                    let _ = finished.recv();
                    Ok::<_, Failed>(1)
                })
            });
            while !cache.is_being_made(&1) {
                std::thread::yield_now();
            }
            let looks = AtomicUsize::new(0);
            let given_up = || looks.fetch_add(1, Ordering::Relaxed) > 2;
            let answer = cache.get_or_make(&1, &given_up, || Err(Failed("not asked")));
            assert_eq!(answer, Err(Failed("cancelled")));
            drop(finish);
            assert_eq!(slow.join().unwrap(), Ok(Arc::new(1)));
        });
    }

    impl WeakCache<u32, u32> {
        fn is_being_made(&self, key: &u32) -> bool {
            let entries = lock(&self.entries);
            let entry = entries.get(key);
            entry.is_some_and(|entry| lock(&entry.slot).is_being_made)
        }
    }
}

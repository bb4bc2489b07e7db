//! Storage that belongs to one context: objects made and given up there without the system's allocator.

use std::fmt;

use rtrb::PushError;

use super::queue::write_to_all;

/// A fixed number of places for objects of one type, found again by key.
///
/// Lives in one context, usually the real-time one: voices, grains, events. Every method is
/// real-time except [`new`](Self::new): constant time, no allocation. An object that owns heap
/// memory would free it where it is dropped, so keep such objects out, or send what
/// [`remove`](Self::remove) returns home.
///
/// ```
/// use anteroom_exchange::{Pool, PushError};
///
/// let mut voices = Pool::new(2);
/// let a = voices.insert(440.0).unwrap();
/// let b = voices.insert(660.0).unwrap();
/// assert_eq!(voices.insert(880.0), Err(PushError::Full(880.0)));
///
/// assert_eq!(voices.remove(a), Some(440.0));
/// let c = voices.insert(880.0).unwrap();
/// assert_eq!(voices.get(a), None);
/// assert_eq!(voices.get(c), Some(&880.0));
/// # let _ = b;
/// ```
pub struct Pool<T> {
    places: Vec<Place<T>>,
    /// The first free place; `places.len()` or more if there is none.
    free: u32,
    taken: usize,
}

/// Names one object in a [`Pool`], and after that object is gone names nothing.
///
/// A place is told from its earlier tenants by a 32-bit count, so a key that is kept while its place
/// changes hands four thousand million times may find a stranger.
///
/// Copied and compared in real-time: it owns nothing.
///
/// ```
/// use anteroom_exchange::Pool;
///
/// let mut voices = Pool::new(1);
/// let first = voices.insert("A4").unwrap();
/// voices.remove(first);
/// let second = voices.insert("E5").unwrap();
/// assert_ne!(first, second);
/// assert_eq!(voices.get(first), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    place: u32,
    tenancy: u32,
}

struct Place<T> {
    tenancy: u32,
    content: Content<T>,
}

enum Content<T> {
    Free { next: u32 },
    Taken(T),
}

impl<T> Pool<T> {
    /// Makes `capacity` places (at most `u32::MAX`). Not real-time: allocates, and touches the pages.
    /// Freed: the places and what is in them, where the pool is dropped; an object, where it was taken out.
    ///
    /// ```
    /// # use anteroom_exchange::Pool;
    /// let grains: Pool<[f32; 64]> = Pool::new(16);
    /// assert_eq!((grains.len(), grains.capacity()), (0, 16));
    /// ```
    pub fn new(capacity: usize) -> Self {
        let free = (0..u32::try_from(capacity).unwrap_or(u32::MAX)).map(|place| Place {
            tenancy: 0,
            content: Content::Free { next: place + 1 },
        });
        let mut places = Vec::with_capacity(free.len());
        // All of each place: a free one says so in its first bytes only, and may be pages long.
        write_to_all(places.spare_capacity_mut());
        places.extend(free);
        Self {
            places,
            free: 0,
            taken: 0,
        }
    }

    /// Puts an object into a free place. Real-time: `O(1)`.
    ///
    /// # Errors
    ///
    /// Gives the object back if no place is free.
    ///
    /// ```
    /// # use anteroom_exchange::{Pool, PushError};
    /// let mut voices = Pool::new(1);
    /// assert!(voices.insert("A4").is_ok());
    /// assert_eq!(voices.insert("E5"), Err(PushError::Full("E5")));
    /// ```
    pub fn insert(&mut self, object: T) -> Result<Key, PushError<T>> {
        let place = self.free;
        match self.places.get_mut(place as usize) {
            Some(Place {
                tenancy,
                content: content @ Content::Free { .. },
            }) => {
                if let Content::Free { next } = *content {
                    self.free = next;
                }
                *content = Content::Taken(object);
                self.taken += 1;
                Ok(Key {
                    place,
                    tenancy: *tenancy,
                })
            }
            _ => Err(PushError::Full(object)),
        }
    }

    /// Takes an object out, if the key still names one. Real-time: `O(1)`.
    ///
    /// ```
    /// # use anteroom_exchange::Pool;
    /// let mut voices = Pool::new(1);
    /// let voice = voices.insert("A4").unwrap();
    /// assert_eq!(voices.remove(voice), Some("A4"));
    /// assert_eq!(voices.remove(voice), None);
    /// ```
    pub fn remove(&mut self, key: Key) -> Option<T> {
        let place = self.places.get_mut(key.place as usize)?;
        if place.tenancy != key.tenancy || matches!(place.content, Content::Free { .. }) {
            return None;
        }
        let free = Content::Free { next: self.free };
        let content = std::mem::replace(&mut place.content, free);
        place.tenancy = place.tenancy.wrapping_add(1);
        self.free = key.place;
        self.taken -= 1;
        match content {
            Content::Taken(object) => Some(object),
            Content::Free { .. } => None,
        }
    }

    /// The object that the key names, if it is still there. Real-time: `O(1)`.
    ///
    /// ```
    /// # use anteroom_exchange::Pool;
    /// let mut voices = Pool::new(1);
    /// let voice = voices.insert("A4").unwrap();
    /// assert_eq!(voices.get(voice), Some(&"A4"));
    /// ```
    pub fn get(&self, key: Key) -> Option<&T> {
        match self.places.get(key.place as usize)? {
            Place {
                tenancy,
                content: Content::Taken(object),
            } if *tenancy == key.tenancy => Some(object),
            _ => None,
        }
    }

    /// The object that the key names, to be changed. Real-time: `O(1)`.
    ///
    /// ```
    /// # use anteroom_exchange::Pool;
    /// let mut levels = Pool::new(1);
    /// let voice = levels.insert(1.0).unwrap();
    /// if let Some(level) = levels.get_mut(voice) {
    ///     *level *= 0.5;
    /// }
    /// assert_eq!(levels.get(voice), Some(&0.5));
    /// ```
    pub fn get_mut(&mut self, key: Key) -> Option<&mut T> {
        match self.places.get_mut(key.place as usize)? {
            Place {
                tenancy,
                content: Content::Taken(object),
            } if *tenancy == key.tenancy => Some(object),
            _ => None,
        }
    }

    /// All objects with their keys, in no particular order. Real-time: `O(capacity)` in all.
    ///
    /// ```
    /// # use anteroom_exchange::Pool;
    /// let mut levels = Pool::new(4);
    /// let voice = levels.insert(1.0).unwrap();
    /// for (_, level) in levels.iter_mut() {
    ///     *level *= 0.5;
    /// }
    /// assert!(levels.iter_mut().eq([(voice, &mut 0.5)]));
    /// ```
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (Key, &mut T)> {
        let places = (0..).zip(&mut self.places);
        places.filter_map(|(index, place)| match &mut place.content {
            Content::Taken(object) => Some((
                Key {
                    place: index,
                    tenancy: place.tenancy,
                },
                object,
            )),
            Content::Free { .. } => None,
        })
    }

    /// Keeps the objects for which `keep` says so and drops the others here. Real-time if dropping
    /// a `T` is: `O(capacity)`.
    ///
    /// ```
    /// # use anteroom_exchange::Pool;
    /// let mut levels = Pool::new(2);
    /// let loud = levels.insert(0.5).unwrap();
    /// let silent = levels.insert(0.0).unwrap();
    /// levels.retain(|level| *level > 0.0);
    /// assert_eq!((levels.get(loud), levels.get(silent)), (Some(&0.5), None));
    /// ```
    pub fn retain(&mut self, mut keep: impl FnMut(&mut T) -> bool) {
        for place in 0..self.places.len() as u32 {
            let found = self.places.get_mut(place as usize);
            if let Some(Place {
                tenancy,
                content: Content::Taken(object),
            }) = found
                && !keep(object)
            {
                let tenancy = *tenancy;
                self.remove(Key { place, tenancy });
            }
        }
    }

    /// How many objects there are. Real-time.
    ///
    /// ```
    /// # use anteroom_exchange::Pool;
    /// let mut voices = Pool::new(8);
    /// voices.insert("A4").unwrap();
    /// assert_eq!(voices.len(), 1);
    /// ```
    pub fn len(&self) -> usize {
        self.taken
    }

    /// Whether there are none. Real-time.
    ///
    /// ```
    /// # use anteroom_exchange::Pool;
    /// let mut voices = Pool::new(8);
    /// assert!(voices.is_empty());
    /// voices.insert("A4").unwrap();
    /// assert!(!voices.is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.taken == 0
    }

    /// How many objects there is room for in all. Real-time.
    ///
    /// ```
    /// # use anteroom_exchange::Pool;
    /// let mut voices = Pool::new(8);
    /// voices.insert("A4").unwrap();
    /// assert_eq!(voices.capacity(), 8);
    /// ```
    pub fn capacity(&self) -> usize {
        self.places.len()
    }
}

impl<T> fmt::Debug for Pool<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool")
            .field("len", &self.len())
            .field("capacity", &self.capacity())
            .finish()
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_used_and_used_again() {
        let mut pool = Pool::new(3);
        for round in 0..10 {
            let keys: Vec<_> = (0..3)
                .map(|i| pool.insert(round * 3 + i).unwrap())
                .collect();
            assert_eq!(pool.insert(-1), Err(PushError::Full(-1)));
            assert_eq!(pool.len(), 3);
            for (i, key) in keys.iter().enumerate() {
                assert_eq!(pool.remove(*key), Some(round * 3 + i as i32));
                assert_eq!(pool.remove(*key), None);
            }
            assert!(pool.is_empty());
        }
    }

    #[test]
    fn retain_frees_the_places_of_what_it_drops() {
        let mut pool = Pool::new(4);
        let keys: Vec<_> = (0..4).map(|i| pool.insert(i).unwrap()).collect();
        pool.retain(|i| *i % 2 == 0);
        assert_eq!(pool.len(), 2);
        assert_eq!(pool.get(keys[1]), None);
        assert_eq!(pool.get_mut(keys[2]), Some(&mut 2));
        assert!(pool.insert(9).is_ok() && pool.insert(9).is_ok());
        assert_eq!(pool.iter_mut().count(), 4);
    }

    #[test]
    fn no_room_at_all_is_allowed() {
        let mut pool = Pool::new(0);
        assert_eq!(pool.insert(1), Err(PushError::Full(1)));
        assert_eq!(format!("{pool:?}"), "Pool { len: 0, capacity: 0 }");
    }
}

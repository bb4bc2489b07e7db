//! Where objects die: a payload that writes down the thread in which it is dropped.

use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};

/// Keeps the record of the payloads that it makes.
#[derive(Clone, Default)]
pub struct Recorder(Arc<Mutex<Vec<ThreadId>>>);

/// Something that must die in the right thread, and once.
pub struct Mortal(Recorder);

impl Recorder {
    pub fn mortal(&self) -> Mortal {
        Mortal(self.clone())
    }

    /// The threads in which payloads have died so far, one entry for each.
    pub fn deaths(&self) -> Vec<ThreadId> {
        self.0.lock().unwrap().clone()
    }

    /// Asserts that `count` payloads have died and every one of them in this thread.
    pub fn assert_all_died_here(&self, count: usize) {
        let here = thread::current().id();
        let deaths = self.deaths();
        assert_eq!(deaths.len(), count, "each payload dies once");
        assert!(
            deaths.iter().all(|id| *id == here),
            "died in {deaths:?}, not in {here:?}"
        );
    }
}

impl Drop for Mortal {
    fn drop(&mut self) {
        self.0.0.lock().unwrap().push(thread::current().id());
    }
}

//! The lists of impulses that a loader is given: the one that is stepped through, and the project's choices. Not real-time.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::impulse::{MOST_CHOICES, Origin};

use super::super::request::{ListInfo, Request};
use super::{Outlet, Remote};

impl Remote {
    /// Keeps these impulses ready, in place of those before, for `pick`: at most [`MOST_CHOICES`]; more are left out. What
    /// sounds goes on. Says whether there was room for the request.
    pub fn set_choices(&self, mut list: Vec<Origin>) -> bool {
        list.truncate(MOST_CHOICES);
        let list: Arc<[Origin]> = list.into();
        let sent = self.outlet.with(|Outlet { requests, .. }| {
            if requests.is_full() || self.spare.with(|spare| spare.is_taken()) {
                return false;
            }
            let generation = self.signals.next();
            let count = list.len();
            let is_sent = requests.push(Request::Choices { list, generation }).is_ok();
            self.signals.set_list(ListInfo { generation, count });
            is_sent
        });
        self.signals.wake();
        sent
    }

    /// Names the impulses that [`LoaderHandle::step`](crate::loader::LoaderHandle::step) goes through, in their order;
    /// none means the built-in rooms.
    pub fn set_list(&self, list: Vec<Origin>) {
        let list = Arc::new(list);
        // The old one is dropped here, outside of the lock.
        let _old = self.list.with(|held| std::mem::replace(held, list));
    }

    /// Takes back the steps that the worker has not yet seen.
    pub fn reset_steps(&self) {
        // ORDERING: Relaxed, the number alone matters.
        self.signals.steps.store(0, Ordering::Relaxed);
    }
}

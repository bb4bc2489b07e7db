//! Which numbers the worker has seen. It can promise that everything up to a number is settled only if nothing
//! below that number is still on its way.

use std::collections::BTreeSet;

/// The numbers that have arrived, on the two wires that they travel by.
///
/// Requests come one by one and in order. Shape requests overwrite each other, so the newest stands for all
/// before it.
#[derive(Debug, Default)]
pub(super) struct RequestTracker {
    /// Everything up to here has arrived.
    complete: u64,
    /// The newest shape request.
    shape: u64,
    /// Requests beyond `complete`.
    requests: BTreeSet<u64>,
}

impl RequestTracker {
    /// Notes a request. Its number must not be in use by a shape request.
    pub fn request(&mut self, generation: u64) {
        if generation > self.complete {
            self.requests.insert(generation);
        }
        self.advance();
    }

    /// Notes a shape request, and with it all older ones.
    pub fn shape(&mut self, generation: u64) {
        self.shape = self.shape.max(generation);
        self.advance();
    }

    /// The newest number up to which nothing is missing.
    pub fn complete(&self) -> u64 {
        self.complete
    }

    fn advance(&mut self) {
        loop {
            let next = self.complete + 1;
            if self.requests.remove(&next) {
                self.complete = next;
            } else if next <= self.shape {
                // Below the newest shape request there are older ones, and requests that have arrived. A
                // request that has not arrived is being sent at this moment. It settles later, by its
                // own reply, and nobody waits for it by number.
                let until = self
                    .requests
                    .first()
                    .map_or(self.shape, |first| self.shape.min(first - 1));
                self.complete = until;
            } else {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_is_still_on_its_way_holds_back_those_above_it() {
        let mut tracker = RequestTracker::default();
        tracker.request(1);
        assert_eq!(tracker.complete(), 1);
        // 2 is a shape request that was numbered but has not arrived.
        tracker.request(3);
        assert_eq!(tracker.complete(), 1);
        tracker.shape(2);
        assert_eq!(tracker.complete(), 3);
    }

    #[test]
    fn the_newest_shape_stands_for_all_before_it() {
        let mut tracker = RequestTracker::default();
        tracker.shape(4);
        assert_eq!(tracker.complete(), 4);
        tracker.request(6);
        tracker.shape(9);
        assert_eq!(tracker.complete(), 9);
        tracker.request(5);
        assert_eq!(tracker.complete(), 9);
    }
}

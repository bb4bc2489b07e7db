//! Which generations the worker has seen: it can promise that everything up to a number is settled
//! only if nothing below that number is still on its way. Worker thread.

use std::collections::BTreeSet;

/// The numbers that have arrived, on the two wires that they travel by.
///
/// Requests come one by one and in order. Wishes overwrite each other, so the newest stands for all
/// before it.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    /// Everything up to here has arrived.
    complete: u64,
    /// The newest wish.
    wish: u64,
    /// Requests beyond `complete`.
    requests: BTreeSet<u64>,
}

impl Ledger {
    /// Notes a request. Its number must not be in use by a wish.
    pub fn request(&mut self, generation: u64) {
        if generation > self.complete {
            self.requests.insert(generation);
        }
        self.advance();
    }

    /// Notes a wish, and with it all older wishes.
    pub fn wish(&mut self, generation: u64) {
        self.wish = self.wish.max(generation);
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
            } else if next <= self.wish {
                // Below the newest wish there are older wishes and requests that have arrived. A
                // request that has not is possible only while it is being sent; it settles later,
                // by its own reply, and nobody waits for it by number.
                let until = self
                    .requests
                    .first()
                    .map_or(self.wish, |first| self.wish.min(first - 1));
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
        let mut ledger = Ledger::default();
        ledger.request(1);
        assert_eq!(ledger.complete(), 1);
        // 2 is a wish that was numbered but has not arrived.
        ledger.request(3);
        assert_eq!(ledger.complete(), 1);
        ledger.wish(2);
        assert_eq!(ledger.complete(), 3);
    }

    #[test]
    fn the_newest_wish_stands_for_all_before_it() {
        let mut ledger = Ledger::default();
        ledger.wish(4);
        assert_eq!(ledger.complete(), 4);
        ledger.request(6);
        ledger.wish(9);
        assert_eq!(ledger.complete(), 9);
        ledger.request(5);
        assert_eq!(ledger.complete(), 9);
    }
}

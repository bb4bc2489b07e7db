//! Work that is given up as a whole: what it reads deep inside need not be told how.

use std::cell::RefCell;
use std::sync::Arc;

/// Tells whether nobody wants some work any more. Asked on the thread that does it.
pub type GivenUp = Arc<dyn Fn() -> bool + Send + Sync>;

thread_local! {
    /// That of the work that this thread is doing.
    static GIVEN_UP: RefCell<Option<GivenUp>> = const { RefCell::new(None) };
}

/// Does some work on this thread. As soon as `given_up` says so, or what it is part of is given up, no file access of it
/// is waited for any longer.
pub fn while_wanted<T>(given_up: &GivenUp, work: impl FnOnce() -> T) -> T {
    /// Puts back what was there before, after a panic as well.
    struct Back(Option<GivenUp>);

    impl Drop for Back {
        fn drop(&mut self) {
            GIVEN_UP.set(self.0.take());
        }
    }

    let outer = GIVEN_UP.take();
    let given_up = Arc::clone(given_up);
    let both: GivenUp = match outer.clone() {
        Some(outer) => Arc::new(move || outer() || given_up()),
        None => given_up,
    };
    GIVEN_UP.set(Some(both));
    let _back = Back(outer);
    work()
}

/// Whether nobody wants any more what this thread is doing. If nobody has said how to tell, it is wanted.
#[must_use]
pub fn is_given_up() -> bool {
    GIVEN_UP.with_borrow(|given_up| given_up.as_ref().is_some_and(|given_up| given_up()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_wanted_until_its_owner_says_otherwise() {
        let (yes, no): (GivenUp, GivenUp) = (Arc::new(|| true), Arc::new(|| false));
        assert!(!is_given_up());
        while_wanted(&no, || {
            assert!(!is_given_up());
            assert!(while_wanted(&yes, is_given_up));
            assert!(!is_given_up());
        });
        // What is part of it goes with it.
        while_wanted(&yes, || assert!(while_wanted(&no, is_given_up)));
        assert!(!is_given_up());
    }
}

//! A job for the tests that need a worker.

use anteroom::exchange::Job;

/// Pretends to read: answers how many reads there have been.
#[derive(Default)]
pub struct Reads(pub u64);

impl Job for Reads {
    type Command = u64;
    type Output = u64;

    fn run(&mut self, _block: &mut u64, _cancelled: &dyn Fn() -> bool) -> u64 {
        self.0 += 1;
        self.0
    }
}

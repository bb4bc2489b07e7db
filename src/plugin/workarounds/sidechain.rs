//! The sidechain on its way from a shell to the plug-in, past the framework, which is not told of it: the shells say to hosts
//! that there is one more bus, and lend its samples to the plug-in while it is called. Audio thread.
//!
//! Works around nice-plug 0.4.2, whose own auxiliary buses are not as they should be. Seen by reading `wrapper/vst3/wrapper.rs`
//! and `wrapper/util/buffer_management.rs`; `tests/vst3_host/sidechain.rs` and `tests/clap_host/sidechain.rs` ask for what
//! they would not do. May go when all of it is mended.
//!
//! | where | what the framework does |
//! |---|---|
//! | VST3 `setBusArrangements` | compares an auxiliary bus with the arrangement of the main bus: the index begins at 0 where there is a main bus and at 1 where there is none, which is the wrong way round. A mono bus beside a stereo one is refused |
//! | VST3 `getBusInfo` | says that every bus is active by default |
//! | VST3, CLAP `process` | looks for the number of outputs before it reads an auxiliary input (VST3), and reads one beyond the last (both) |
//! | its buffers | copies the samples once more, into memory that no one has touched: a page fault in a host's first block |
//! | CLAP ports | the number of the main output would change with the number of inputs |

#![allow(unsafe_code)]
#![deny(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    clippy::disallowed_macros
)]

use crate::processor::{NO_SIDECHAIN, Sidechain};
use std::ptr::null_mut;
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};

/// The name of the bus.
pub const NAME: &str = "Sidechain";

/// The channels of the bus.
pub const CHANNELS: u32 = 2;

/// Where the sidechain lies while the plug-in is called. Shared by a shell and its plug-in; only the thread that
/// processes a block comes here.
#[derive(Debug)]
pub struct LentSidechain {
    channels: [AtomicPtr<f32>; 2],
    samples: [AtomicUsize; 2],
}

impl Default for LentSidechain {
    fn default() -> Self {
        Self {
            channels: [const { AtomicPtr::new(null_mut()) }; 2],
            samples: [const { AtomicUsize::new(0) }; 2],
        }
    }
}

impl LentSidechain {
    /// Lends the samples for as long as `call` takes. Real-time, wait-free.
    pub fn lend<R>(&self, sidechain: Sidechain<'_>, call: impl FnOnce() -> R) -> R {
        self.set(sidechain);
        let result = call();
        self.set(NO_SIDECHAIN);
        result
    }

    fn set(&self, sidechain: Sidechain<'_>) {
        for (index, channel) in sidechain.into_iter().enumerate() {
            // ORDERING: Relaxed, since one thread writes and reads.
            self.channels[index].store(channel.as_ptr().cast_mut(), Ordering::Relaxed);
            self.samples[index].store(channel.len(), Ordering::Relaxed);
        }
    }

    /// What is lent at this moment, if there is anything. Real-time, wait-free. To be called by the plug-in's `process`
    /// alone, on the thread of the shell that has called it.
    pub fn with<R>(&self, use_it: impl FnOnce(Sidechain<'_>) -> R) -> R {
        let channel = |index: usize| {
            // ORDERING: Relaxed, as above.
            let start = self.channels[index].load(Ordering::Relaxed);
            let samples = self.samples[index].load(Ordering::Relaxed);
            if samples == 0 {
                return &[][..];
            }
            // SAFETY: `lend` was given this slice, on this thread and further up on its stack, and takes it back before it
            // returns; what is made of it here does not outlive this call, and nobody writes there meanwhile.
            unsafe { std::slice::from_raw_parts(start, samples) }
        };
        use_it([channel(0), channel(1)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_there_while_it_is_lent_and_not_after() {
        let lent = LentSidechain::default();
        assert!(lent.with(|sidechain| sidechain == NO_SIDECHAIN));
        let left = [1.0, 2.0];
        let heard = lent.lend([&left, &[]], || {
            lent.with(|[left, right]| (left.to_vec(), right.len()))
        });
        assert_eq!(heard, (vec![1.0, 2.0], 0));
        assert!(lent.with(|sidechain| sidechain == NO_SIDECHAIN));
    }
}

//! Where in the host's block the piece begins that is processed. The shells cut a block where a parameter moves, and the
//! framework is told of each piece as if it was a block: what it says of the transport is that of the host's block.
//! Audio thread.
//!
//! Works around nice-plug 0.4.2, as `host_buffers`, and goes with the pieces.

#![deny(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    clippy::disallowed_macros
)]

use nice_plug::prelude::Transport;
use std::sync::atomic::{AtomicU32, Ordering};

/// The beginning of a piece, in samples from that of the block. The shell says it, the plug-in hears it, on one thread.
#[derive(Debug, Default)]
pub struct Piece(AtomicU32);

impl Piece {
    /// The next piece begins so many samples into the block. Real-time.
    pub fn begins_at(&self, start: u32) {
        // ORDERING: Relaxed, it is read on the same thread.
        self.0.store(start, Ordering::Relaxed);
    }

    /// The position of its first sample in the song, if the host plays one and says where. Real-time.
    #[must_use]
    pub fn position(&self, transport: &Transport) -> Option<i64> {
        // ORDERING: Relaxed, as above.
        let start = i64::from(self.0.load(Ordering::Relaxed));
        let block = transport.pos_samples().filter(|_| transport.playing)?;
        block.checked_add(start)
    }
}

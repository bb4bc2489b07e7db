//! Buffers whose pages are there before the audio thread meets them.

use crate::exchange::touch;

/// The most samples of one pass over the sound path.
pub const PASS_SAMPLES: usize = 512;

/// A buffer of silence. Every page has been written, so the first pass takes no page fault.
/// Not real-time: it allocates.
#[must_use]
pub fn silence(samples: usize) -> Vec<f32> {
    let mut buffer = vec![0.0; samples];
    touch(&mut buffer);
    buffer
}

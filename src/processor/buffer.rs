//! Buffers whose pages are there before the audio thread meets them.

/// A buffer of silence. Every page has been written, so the first pass takes no page fault.
/// Not real-time: it allocates.
#[must_use]
pub fn silence(samples: usize) -> Vec<f32> {
    // A vector of zeros would be mapped lazily; one of anything else is written here and now.
    let mut buffer = vec![1.0; samples];
    buffer.fill(0.0);
    buffer
}

//! State of which only the latest value matters: meters, a picture of the engine, the clock.
//!
//! A triple buffer: the writer always has a free copy to write to, the reader always has a whole
//! one to read. Neither waits for the other, however rarely either comes by.

pub use triple_buffer::{Input as Publisher, Output as Observer};

/// Makes the two ends of a value that one context publishes and one other observes.
///
/// Not real-time: makes three copies of `initial`, and thereby touches their pages.
/// After that [`Publisher::write`] and [`Observer::read`] are wait-free and allocate nothing,
/// if `T` owns no heap memory; write in place by [`Publisher::input_buffer_mut`] and
/// [`Publisher::publish`] if it does, so that a write frees nothing either.
///
/// A second reader needs a second pair.
///
/// ```
/// let (mut audio, mut editor) = anteroom_exchange::observe([0.0_f32; 2]);
/// audio.write([0.5, 0.25]);
/// audio.write([0.6, 0.3]);
/// assert_eq!(editor.read(), &[0.6, 0.3]);
/// assert!(!editor.update());
/// ```
pub fn observe<T: Clone + Send>(initial: T) -> (Publisher<T>, Observer<T>) {
    triple_buffer::triple_buffer(&initial)
}

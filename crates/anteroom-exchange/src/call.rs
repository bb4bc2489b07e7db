//! A message that is a function: the receiver runs it without knowing what it does.

use std::fmt;

/// A function to be run in the receiving context, and three words of arguments for it.
///
/// `Copy`, 32 bytes, owns nothing: sending it, running it and forgetting it never touches the heap.
/// Real-time, if the function is.
///
/// A closure that captures nothing coerces to `run`; one that owns what it captures is sent
/// boxed through [`handoff`](super::handoff) instead, so that it comes home to be freed.
///
/// ```
/// use anteroom_exchange::{Call, queue};
///
/// struct Engine {
///     gain: f64,
/// }
///
/// let (mut tx, mut rx) = queue(4);
/// let set_gain = Call::new(|engine: &mut Engine, [bits, ..]| engine.gain = f64::from_bits(bits));
/// tx.push(set_gain.with([0.5_f64.to_bits(), 0, 0])).unwrap();
///
/// let mut engine = Engine { gain: 1.0 };
/// rx.pop().unwrap().run(&mut engine);
/// assert_eq!(engine.gain, 0.5);
/// ```
pub struct Call<C> {
    /// What the receiver runs.
    pub function: fn(&mut C, [u64; 3]),
    /// What it is given; floats travel as their bits.
    pub arguments: [u64; 3],
}

impl<C> Call<C> {
    /// A call with all arguments zero. Real-time.
    ///
    /// ```
    /// # use anteroom_exchange::Call;
    /// let mute = Call::new(|gain: &mut f32, _| *gain = 0.0);
    /// assert_eq!(mute.arguments, [0; 3]);
    /// ```
    pub fn new(function: fn(&mut C, [u64; 3])) -> Self {
        Self {
            function,
            arguments: [0; 3],
        }
    }

    /// The same function with these arguments. Real-time.
    ///
    /// ```
    /// # use anteroom_exchange::Call;
    /// let seek = Call::new(|position: &mut u64, [frame, ..]| *position = frame);
    /// let to_the_bridge = seek.with([96_000, 0, 0]);
    /// assert_eq!(to_the_bridge.arguments, [96_000, 0, 0]);
    /// // `seek` was copied and is as it was.
    /// assert_eq!(seek.arguments, [0; 3]);
    /// ```
    #[must_use]
    pub fn with(self, arguments: [u64; 3]) -> Self {
        Self { arguments, ..self }
    }

    /// Runs the function on the receiver's state: as real-time as the function is.
    ///
    /// ```
    /// # use anteroom_exchange::Call;
    /// let fade = Call::new(|gain: &mut f32, _| *gain *= 0.5);
    /// let mut gain = 1.0;
    /// fade.run(&mut gain);
    /// fade.run(&mut gain);
    /// assert_eq!(gain, 0.25);
    /// ```
    pub fn run(self, context: &mut C) {
        (self.function)(context, self.arguments);
    }
}

// By hand, because a derive would ask the same of `C`, which is never sent.
impl<C> Clone for Call<C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C> Copy for Call<C> {}

impl<C> fmt::Debug for Call<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("arguments", &self.arguments)
            .finish_non_exhaustive()
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_half_a_cache_line() {
        assert_eq!(size_of::<Call<Vec<u8>>>(), 32);
    }
}

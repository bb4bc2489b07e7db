//! State of which only the latest value matters: meters, a picture of the engine, the clock.
//!
//! A triple buffer: the writer always has a free copy to write to, the reader always has a whole
//! one to read. Neither waits for the other, however rarely either comes by.

use std::fmt;

pub use triple_buffer::{Input as Publisher, Output as Observer};

/// Makes the two ends of a value that one context publishes and one other observes.
///
/// Not real-time: makes three copies of `initial`, and thereby touches their pages.
/// After that [`Publisher::write`] and [`Observer::read`] are wait-free and allocate nothing,
/// if `T` owns no heap memory; write in place by [`Publisher::input_buffer_mut`] and
/// [`Publisher::publish`] if it does, so that a write frees nothing either.
///
/// It has one reader; for more there is [`observe_by`]. The end that is dropped last frees the three
/// copies, so neither is dropped in a real-time context.
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

/// Makes the end of a value that one context publishes, and the ends of `READERS` others that observe it.
///
/// Not real-time: makes three copies of `initial` for each reader.
///
/// ```
/// use anteroom_exchange::observe_by;
///
/// let (mut audio, [mut editor, mut remote]) = observe_by([0.0_f32; 2]);
/// audio.write([0.5, 0.25]);
/// assert_eq!(editor.read(), &[0.5, 0.25]);
/// audio.write([0.6, 0.3]);
/// // Each sees the newest whenever it looks, and not what another has seen.
/// assert_eq!((editor.read(), remote.read()), (&[0.6, 0.3], &[0.6, 0.3]));
/// ```
pub fn observe_by<T: Clone + Send, const READERS: usize>(
    initial: T,
) -> (Broadcast<T>, [Observer<T>; READERS]) {
    let mut publishers = Vec::with_capacity(READERS);
    let observers = [(); READERS].map(|()| {
        let (publisher, observer) = observe(initial.clone());
        publishers.push(publisher);
        observer
    });
    (Broadcast { publishers }, observers)
}

/// The end that publishes a value to several observers: a copy to each, so that none waits for another.
///
/// Real-time: wait-free, but for being made and dropped: the end that is dropped last frees the copies.
///
/// ```
/// # use anteroom_exchange::observe_by;
/// let (mut clock, [mut editor, mut log]) = observe_by(0_u64);
/// clock.write(480);
/// drop(log);
/// clock.write(960);
/// assert_eq!(editor.read(), &960);
/// ```
pub struct Broadcast<T: Send> {
    publishers: Vec<Publisher<T>>,
}

impl<T: Send> Broadcast<T> {
    /// Publishes a value to all. Real-time: wait-free, one copy for each.
    ///
    /// ```
    /// # use anteroom_exchange::observe_by;
    /// let (mut audio, [mut editor]) = observe_by(0.0);
    /// audio.write(0.5);
    /// assert_eq!(editor.read(), &0.5);
    /// ```
    pub fn write(&mut self, value: T)
    where
        T: Copy,
    {
        self.write_with(|place| *place = value);
    }

    /// Has `fill` write the value where it is published from, once for each observer, over some older value.
    ///
    /// Real-time if `fill` is: so a value that owns memory is written without allocating or freeing any.
    ///
    /// ```
    /// # use anteroom_exchange::observe_by;
    /// let (mut audio, [mut editor, mut log]) = observe_by(vec![0.0; 3]);
    /// audio.write_with(|spectrum| spectrum.fill(0.5));
    /// assert_eq!((editor.read(), log.read()), (&vec![0.5; 3], &vec![0.5; 3]));
    /// ```
    pub fn write_with(&mut self, mut fill: impl FnMut(&mut T)) {
        for publisher in &mut self.publishers {
            fill(publisher.input_buffer_mut());
            publisher.publish();
        }
    }
}

impl<T: Send> fmt::Debug for Broadcast<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Broadcast")
            .field("readers", &self.publishers.len())
            .finish()
    }
}

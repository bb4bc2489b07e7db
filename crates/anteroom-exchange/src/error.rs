//! Why something was not sent. Each error says whether there is no room or nobody to receive it, and gives back
//! what was not sent.

use std::error::Error;
use std::fmt;

/// A value that was not sent, and why.
///
/// Real-time to make and to take apart; to drop it is to drop the value.
///
/// ```
/// use anteroom_exchange::{SendError, handoff};
///
/// let (mut source, target) = handoff(1);
/// source.link(Box::new("hall")).unwrap();
/// let refused = source.link(Box::new("plate")).unwrap_err();
/// assert_eq!(refused, SendError::Full(Box::new("plate")));
/// assert_eq!(refused.to_string(), "no room");
///
/// target.close();
/// let refused = source.link(refused.into_inner()).unwrap_err();
/// assert_eq!(refused, SendError::Closed(Box::new("plate")));
/// assert_eq!(refused.to_string(), "the receiver is gone");
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum SendError<T> {
    /// There is no room, or no credit, now. It may be sent later.
    Full(T),
    /// The receiver is gone for good.
    Closed(T),
}

impl<T> SendError<T> {
    /// The value that was not sent. Real-time: wait-free.
    ///
    /// ```
    /// # use anteroom_exchange::SendError;
    /// assert_eq!(SendError::Full(7).into_inner(), 7);
    /// ```
    pub fn into_inner(self) -> T {
        match self {
            Self::Full(value) | Self::Closed(value) => value,
        }
    }

    /// The same reason, with something else made of the value.
    pub(crate) fn map<U>(self, make: impl FnOnce(T) -> U) -> SendError<U> {
        match self {
            Self::Full(value) => SendError::Full(make(value)),
            Self::Closed(value) => SendError::Closed(make(value)),
        }
    }
}

impl<T> fmt::Display for SendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full(_) => "no room",
            Self::Closed(_) => "the receiver is gone",
        })
    }
}

/// Without the value, which need not be printable.
impl<T> fmt::Debug for SendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full(_) => "Full(..)",
            Self::Closed(_) => "Closed(..)",
        })
    }
}

impl<T> Error for SendError<T> {}

/// Why several messages, or a frame, were not sent. Nothing of them was.
///
/// Real-time to make and to look at, as it owns nothing; to print it is not.
///
/// ```
/// use anteroom_exchange::{WriteError, queue, transact};
///
/// let (mut tx, rx) = queue(1);
/// let error = transact(&mut tx, ["mix", "width"].into_iter()).unwrap_err();
/// assert_eq!(error, WriteError::Full { wanted: 2, free: 1 });
/// assert_eq!(error.to_string(), "room for 1, not for 2");
///
/// drop(rx);
/// let error = transact(&mut tx, ["mix"].into_iter()).unwrap_err();
/// assert_eq!(error, WriteError::Closed);
/// assert_eq!(error.to_string(), "the receiver is gone");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteError {
    /// There is not enough room now. What is larger than the whole ring never fits.
    Full {
        /// How much was to be written: messages, or bytes with the length before them.
        wanted: usize,
        /// How much there was room for.
        free: usize,
    },
    /// The receiver is gone for good.
    Closed,
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full { wanted, free } => write!(f, "room for {free}, not for {wanted}"),
            Self::Closed => f.write_str("the receiver is gone"),
        }
    }
}

impl Error for WriteError {}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn they_are_errors_whatever_was_to_be_sent() {
        struct NotDebug;
        let errors: [Box<dyn Error>; 3] = [
            Box::new(SendError::Full(NotDebug)),
            Box::new(SendError::Closed(NotDebug)),
            Box::new(WriteError::Closed),
        ];
        let said = errors.map(|error| format!("{error:?}: {error}"));
        assert_eq!(
            said,
            [
                "Full(..): no room",
                "Closed(..): the receiver is gone",
                "Closed: the receiver is gone"
            ]
        );
    }
}

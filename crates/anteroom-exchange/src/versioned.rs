//! A value with the generation of the wish that it answers.

/// A value that says which wish it answers.
///
/// Each wish takes the next number. Whoever receives an answer compares: one that is older than
/// what is in use was overtaken and goes straight home.
///
/// As real-time as its value is.
///
/// ```
/// use anteroom_exchange::Versioned;
///
/// let in_use = Versioned { generation: 7, value: "hall" };
/// let late = Versioned { generation: 5, value: "plate" };
/// assert!(!late.supersedes(&in_use));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Versioned<T> {
    /// The newest wish that this value satisfies.
    pub generation: u64,
    /// The value itself.
    pub value: T,
}

impl<T> Versioned<T> {
    /// Whether this answers a newer wish than `other` does. Real-time.
    ///
    /// ```
    /// # use anteroom_exchange::Versioned;
    /// let hall = Versioned { generation: 7, value: "hall" };
    /// let plate = Versioned { generation: 8, value: "plate" };
    /// assert!(plate.supersedes(&hall));
    /// assert!(!hall.supersedes(&hall), "it is not newer than itself");
    /// ```
    pub fn supersedes<U>(&self, other: &Versioned<U>) -> bool {
        self.generation > other.generation
    }
}

//! What an engine was made of, for whoever wants to look closer. Not real-time.

use std::sync::{Arc, Weak};

use crate::impulse::{Decoded, Impulse, Shape};

/// The impulse in use at the host's rate, before shaping, and the shape it was given. The samples
/// are held weakly: a status that nobody reads keeps none alive.
#[derive(Clone, Debug, Default)]
pub struct IrHandle {
    file: Weak<Decoded>,
    made: Weak<Impulse>,
    /// The shape it was given.
    pub shape: Shape,
}

impl IrHandle {
    /// Of a file that has the host's rate.
    pub(super) fn of_file(decoded: &Arc<Decoded>, shape: Shape) -> Self {
        Self {
            file: Arc::downgrade(decoded),
            made: Weak::new(),
            shape,
        }
    }

    /// Of samples that were made at the host's rate.
    pub(super) fn of_made(impulse: &Arc<Impulse>, shape: Shape) -> Self {
        Self {
            file: Weak::new(),
            made: Arc::downgrade(impulse),
            shape,
        }
    }

    /// Looks at the samples, unless they are gone.
    pub fn look<R>(&self, look: impl FnOnce(&Impulse) -> R) -> Option<R> {
        if let Some(decoded) = self.file.upgrade() {
            return Some(look(&decoded.impulse));
        }
        self.made.upgrade().map(|impulse| look(&impulse))
    }

    /// Whether both come from the same samples, whatever their shapes.
    #[must_use]
    pub fn is_of(&self, other: &Self) -> bool {
        self.file.ptr_eq(&other.file) && self.made.ptr_eq(&other.made)
    }
}

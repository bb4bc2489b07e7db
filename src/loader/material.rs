//! What an engine was made of, for whoever wants to look closer. Not real-time.

use std::sync::{Arc, Weak};

use crate::impulse::{Decoded, Impulse, Shape};

use super::prepare::Conformed;

/// The impulse in use at the host's rate, before shaping, and the shape it was given. The samples
/// are held weakly: a status that nobody reads keeps none alive.
#[derive(Clone, Debug, Default)]
pub struct Material {
    file: Weak<Decoded>,
    made: Weak<Impulse>,
    /// The shape it was given.
    pub shape: Shape,
}

impl Material {
    pub(super) fn of(conformed: &Conformed, shape: Shape) -> Self {
        let (file, made) = match conformed {
            Conformed::AsItIs(decoded) => (Arc::downgrade(decoded), Weak::new()),
            Conformed::Made(impulse) | Conformed::Repaired(impulse) => {
                (Weak::new(), Arc::downgrade(impulse))
            }
        };
        Self { file, made, shape }
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

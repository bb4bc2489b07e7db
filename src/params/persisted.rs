//! The field of the host's state that is no parameter. Host's main thread.

use nice_plug::params::persist::PersistentField;
use serde_json::{Map, Value};
use std::fmt;
use std::sync::{OnceLock, PoisonError, RwLock};

/// JSON that is saved and loaded with the parameters. Whoever knows what it means ties itself to it;
/// until then it keeps what is loaded.
#[derive(Default)]
pub struct Persisted {
    memory: OnceLock<Memory>,
    kept: RwLock<Option<Value>>,
}

/// Whoever knows what the JSON means.
pub struct Memory {
    /// What is to be saved now.
    pub save: Box<dyn Fn() -> Value + Send + Sync>,
    /// Takes what was loaded.
    pub load: Box<dyn Fn(Value) + Send + Sync>,
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory").finish_non_exhaustive()
    }
}

impl Persisted {
    /// Ties the field to its meaning, once; what was loaded before is handed over.
    pub fn tie(&self, memory: Memory) {
        let kept = self
            .kept
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let memory = self.memory.get_or_init(|| memory);
        if let Some(kept) = kept {
            (memory.load)(kept);
        }
    }
}

impl PersistentField<'_, Value> for Persisted {
    fn set(&self, value: Value) {
        match self.memory.get() {
            Some(memory) => (memory.load)(value),
            None => *self.kept.write().unwrap_or_else(PoisonError::into_inner) = Some(value),
        }
    }

    fn map<F, R>(&self, use_it: F) -> R
    where
        F: Fn(&Value) -> R,
    {
        match self.memory.get() {
            Some(memory) => use_it(&(memory.save)()),
            None => {
                let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
                use_it(kept.as_ref().unwrap_or(&Value::Object(Map::new())))
            }
        }
    }
}

impl fmt::Debug for Persisted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Persisted")
            .field("tied", &self.memory.get().is_some())
            .finish_non_exhaustive()
    }
}

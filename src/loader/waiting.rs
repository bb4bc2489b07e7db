//! A recall that is on its way, for whoever waits for its answer. Not real-time.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crate::exchange::Consumer;

use super::request::{ConfigureError, ConfigureResult};
use super::signals::Signals;
use super::wait::Wait;

/// A recall that was sent. Only the thread that sent it is woken by its answer. Dropped, it is not waited for.
#[derive(Debug)]
pub struct Waiting {
    answers: Consumer<ConfigureResult>,
    generation: u64,
    signals: Arc<Signals>,
}

impl Waiting {
    pub(super) fn new(
        answers: Consumer<ConfigureResult>,
        generation: u64,
        signals: Arc<Signals>,
    ) -> Self {
        Self {
            answers,
            generation,
            signals,
        }
    }

    /// Waits until the engine is linked, as long as `wait` says.
    ///
    /// # Errors
    /// When the answer does not come in time, or can not come.
    pub fn wait(mut self, wait: impl Into<Wait>) -> Result<ConfigureResult, ConfigureError> {
        let mut patience = self.signals.heart.watch(wait.into());
        loop {
            if let Ok(settled) = self.answers.pop() {
                return Ok(settled);
            }
            if self.answers.is_abandoned() && self.answers.is_empty() {
                return Err(ConfigureError::Gone);
            }
            let Some(left) = patience.left() else {
                return Err(ConfigureError::Late {
                    waited: patience.elapsed(),
                    generation: self.generation,
                });
            };
            // The worker unparks us with its answer; the bound is for a worker that ends without, or moves on.
            thread::park_timeout(left.min(Duration::from_millis(100)));
        }
    }
}

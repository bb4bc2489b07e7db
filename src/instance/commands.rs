//! The editor's end of the commands, which announces each: the audio thread may have gone to sleep.

use crate::exchange::{Producer, PushError};
use crate::processor::Command;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// Commands to the audio thread. Not real-time.
pub struct Commands {
    queue: Producer<Command>,
    /// Called after each command was sent.
    notify: Arc<dyn Fn() + Send + Sync>,
}

impl Commands {
    pub(super) fn new(queue: Producer<Command>, notify: Arc<dyn Fn() + Send + Sync>) -> Self {
        Self { queue, notify }
    }

    /// Sends a command, to be read with the next block.
    ///
    /// # Errors
    /// With the command, if there are too many that have not been read.
    pub fn push(&mut self, command: Command) -> Result<(), PushError<Command>> {
        self.queue.push(command)?;
        (self.notify)();
        Ok(())
    }
}

impl Deref for Commands {
    type Target = Producer<Command>;

    fn deref(&self) -> &Producer<Command> {
        &self.queue
    }
}

impl fmt::Debug for Commands {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Commands").finish_non_exhaustive()
    }
}

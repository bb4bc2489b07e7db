//! How long it takes until the audio thread has answered a command: a command waits for the next block, and its reply for
//! the next frame of the editor. Editor thread.

use std::time::{Duration, Instant};

use crate::exchange::Consumer;
use crate::instance::{Command, Commands, Reply};

/// The time between two measurements.
const EVERY: Duration = Duration::from_secs(1);

/// The measurement under way, and the last result.
#[derive(Debug, Default)]
pub struct RoundTrip {
    number: u32,
    sent: Option<Instant>,
    last: Option<Duration>,
}

impl RoundTrip {
    /// Reads what came back, and sends the next command if it is due. While no audio is processed nothing is sent, as a
    /// command wakes a host that sleeps.
    pub fn measure(
        &mut self,
        commands: &mut Commands,
        replies: &mut Consumer<Reply>,
        is_processing: bool,
    ) {
        while let Ok(reply) = replies.pop() {
            if let Reply::Pong(number) = reply {
                self.answered(number);
            }
        }
        if !is_processing {
            *self = Self {
                number: self.number,
                ..Self::default()
            };
        } else if self.sent.is_none_or(|sent| sent.elapsed() >= EVERY) {
            self.number = self.number.wrapping_add(1);
            // If the queue is full, the next second is as good.
            if commands.push(Command::Ping(self.number)).is_ok() {
                self.sent = Some(Instant::now());
            }
        }
    }

    /// A command with this number was answered.
    pub fn answered(&mut self, number: u32) {
        if number == self.number
            && let Some(sent) = self.sent
        {
            self.last = Some(sent.elapsed());
        }
    }

    /// The last result in words.
    pub fn text(&self) -> String {
        match self.last {
            Some(time) => format!("{:.1} ms", time.as_secs_f64() * 1e3),
            None => "no answer yet".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests;

//! How long it takes until the audio thread has answered a command: a command waits for the next block, and its reply for
//! the next frame of the editor. Editor thread.

use std::time::{Duration, Instant};

use crate::exchange::Consumer;
use crate::instance::{Command, Commands, Reply};

/// The time between two measurements.
const EVERY: Duration = Duration::from_secs(1);

/// The measurement under way, and the last result.
#[derive(Debug, Default)]
pub(super) struct RoundTrip {
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
        while let Ok(Reply::Pong(number)) = replies.pop() {
            if number == self.number
                && let Some(sent) = self.sent
            {
                self.last = Some(sent.elapsed());
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

    /// The last result in words.
    pub fn text(&self) -> String {
        match self.last {
            Some(time) => format!("{:.1} ms", time.as_secs_f64() * 1e3),
            None => "no answer yet".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{EVERY, RoundTrip};
    use crate::convolution::Layout;
    use crate::impulse::Shape;
    use crate::instance::instance;
    use crate::loader::Format;
    use crate::processor::Settings;

    #[test]
    fn an_answer_is_measured_and_a_rest_forgets_it() {
        let (mut audio, mut ui_handle, _remote) = instance(|| {}).expect("a thread");
        let room = ui_handle.commands.slots();
        let mut trip = RoundTrip::default();
        let mut measure = |trip: &mut RoundTrip, is_processing| {
            trip.measure(
                &mut ui_handle.commands,
                &mut ui_handle.replies,
                is_processing,
            );
            room - ui_handle.commands.slots()
        };
        assert_eq!(
            measure(&mut trip, false),
            0,
            "nothing wakes a host that sleeps"
        );
        assert_eq!(measure(&mut trip, true), 1);
        assert_eq!(measure(&mut trip, true), 1, "one at a time");
        assert_eq!(trip.text(), "no answer yet");
        let format = Format {
            rate: 48_000,
            layout: Layout::Stereo,
        };
        audio.prepare(format, Shape::default(), 0, false);
        let (mut left, mut right) = ([0.0; 16], [0.0; 16]);
        let channels = &mut [&mut left[..], &mut right[..]];
        audio.process(channels, &Settings::default(), &Shape::default());
        measure(&mut trip, true);
        assert!(trip.text().ends_with(" ms"), "{}", trip.text());
        // The next one is due.
        trip.sent = trip.sent.and_then(|sent| sent.checked_sub(EVERY));
        assert_eq!(measure(&mut trip, true), 1);
        measure(&mut trip, false);
        assert_eq!(trip.text(), "no answer yet");
    }
}

//! What others ask the processor: how long it sounds on, whether anything moves. Audio thread, real-time, wait-free.

use super::Processor;

impl Processor {
    /// Samples that sound on after the last input: pre-delay and the longer impulse of those that sound; `u32::MAX` while
    /// the sound is frozen, a dry sound is played or a room is recorded, which means for ever. Real-time, wait-free.
    #[must_use]
    pub fn tail_samples(&self) -> u32 {
        if self.freeze.is_on() || self.is_sounding() {
            return u32::MAX;
        }
        let tail = self.slots.tail();
        tail.map_or(0, |tail| {
            u32::try_from(tail + self.predelay_samples).unwrap_or(u32::MAX)
        })
    }

    /// Whether a room is being recorded. Real-time, wait-free.
    fn is_capturing(&self) -> bool {
        !self.recorder.is_idle()
    }

    /// Whether something is heard that the host has not sent: a room is recorded, or a dry sound is played. Real-time,
    /// wait-free.
    #[must_use]
    pub fn is_sounding(&self) -> bool {
        self.is_capturing() || !self.player.is_off()
    }

    /// Whether silence will follow as long as silence comes in: the tail has rung out, and nothing moves
    /// or waits for the next block. Real-time, wait-free.
    #[must_use]
    pub fn is_at_rest(&self) -> bool {
        let tail = self.slots.tail().map_or(0, |tail| tail + 1);
        self.silence.is_for(tail + self.predelay_samples)
            && self.player.is_off()
            && self.slots.at_rest()
            && self.predelay.at_rest()
            && self.freeze.is_off()
            && self.cuts.at_rest()
            && self.equalizer.at_rest()
            && self.ducker.at_rest()
            && self.key.at_rest()
            && self.clear.rests_on(1.0)
            && self.mixer.at_rest(self.layout.outputs())
            && self.recorder.is_idle()
            && self.commands.is_empty()
    }
}

//! The player: dry sounds that are added to the plug-in's input, or take its place, so that a room can be heard. Audio
//! thread, real-time, wait-free.
//!
//! It is a part before the sound path. While it is off it touches nothing, so not one bit changes; it is off in an offline
//! render and while the host records. What it plays comes in blocks from the reader (`audition`).
//!
//! Nothing of it clicks: start in the middle, stop, seek and a block that is late are faded over [`FADE_SECONDS`]. To
//! fade before a gap it never plays louder than what is at hand allows: at the last frame that is there it is silent.
//!
//! | file | idea |
//! |---|---|
//! | `stream` | the blocks: asked for, at hand, heard |
//! | `fade` | the gain of the fades |
//! | `obey` | what a command does in which state |
//! | `wiring` | what others ask of the processor about it |

mod fade;
mod obey;
mod stream;
mod wiring;

use std::sync::Arc;

use self::fade::Fade;
use self::stream::{AtHand, Stream};
use super::message::Reply;
use super::ramp::Ramp;
use crate::audition::{
    BLOCK_FRAMES, FinishReason, PlayerCommand, PlayerMix, PlayerReply, PlayerReport, PlayerState,
    Reader, SoundId,
};
use crate::exchange::{Client, Dirty, Producer, Schedule};

/// How long a fade takes, in seconds.
const FADE_SECONDS: f32 = 0.01;
/// Commands that can wait for their time.
const AGENDA: usize = 32;
/// So many frames are at hand before anything is heard, unless the sound is shorter: with the first block alone it would
/// depend on the next waker being in time.
const CUED_FRAMES: usize = 4 * BLOCK_FRAMES;

/// What is marked for an editor that watches: the state, a block that was late, a command that was refused.
pub const PLAYER_NEWS: [usize; 3] = [0, 1, 2];

/// The player's ends of its wires.
#[derive(Debug)]
pub struct PlayerWires {
    /// Asks for blocks.
    pub reader: Client<Reader>,
    /// Changes for an editor that watches.
    pub news: Arc<Dirty>,
}

/// What is done when the fade under way has ended.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Then {
    Stop,
    Play(SoundId),
    Seek(u64),
}

/// Plays one sound.
#[derive(Debug)]
pub struct Player {
    stream: Stream,
    /// Commands that wait for their time.
    agenda: Schedule<u64, PlayerCommand>,
    state: PlayerState,
    sound: SoundId,
    /// Where the next sound begins.
    cue_at: u64,
    mix: PlayerMix,
    fade: Fade,
    /// Set while it fades out for something.
    then: Option<Then>,
    level: Ramp,
    /// Gain of the plug-in's own input.
    input: Ramp,
    /// Gain of the dry signal.
    dry: Ramp,
    /// Whether it has been heard since it was told to play.
    was_heard: bool,
    is_allowed: bool,
    is_recording: bool,
    is_watched: bool,
    news: Arc<Dirty>,
    rate: f32,
    clock: u64,
    late: u64,
}

impl Player {
    /// A player at the end of its wires, or without any. Not real-time.
    pub fn new(wires: Option<PlayerWires>) -> Self {
        let (reader, news) = match wires {
            Some(wires) => (Some(wires.reader), wires.news),
            None => (None, Arc::default()),
        };
        let mix = PlayerMix::default();
        Self {
            stream: Stream::new(reader),
            agenda: Schedule::new(AGENDA),
            state: PlayerState::Off,
            sound: SoundId::default(),
            cue_at: 0,
            mix,
            fade: Fade::new(1),
            then: None,
            level: Ramp::new(gain(mix), 1),
            input: Ramp::new(1.0, 1),
            dry: Ramp::new(1.0, 1),
            was_heard: false,
            is_allowed: true,
            is_recording: false,
            is_watched: false,
            news,
            rate: 48_000.0,
            clock: 0,
            late: 0,
        }
    }

    /// Prepares for a rate in Hz, and is off. `fade` is the time of smoothed controls, in samples. Not real-time.
    pub fn prepare(&mut self, rate: f32, fade: u32, replies: &mut Producer<Reply>) {
        self.finish(FinishReason::Stopped, replies);
        self.rate = rate;
        self.fade = Fade::new((FADE_SECONDS * rate) as usize);
        self.level = Ramp::new(gain(self.mix), fade);
        self.input = Ramp::new(1.0, fade);
        self.dry = Ramp::new(1.0, fade);
        while self.agenda.pop().is_some() {}
    }

    /// Whether it may be heard at all: not in an offline render. Real-time.
    pub fn allow(&mut self, is_allowed: bool, replies: &mut Producer<Reply>) {
        self.is_allowed = is_allowed;
        if !is_allowed {
            self.finish(FinishReason::Stopped, replies);
            self.input.snap(1.0);
            self.dry.snap(1.0);
        }
    }

    /// The host says whether it records. If it begins to, the sound is cut off at once: not a sample of it gets on the
    /// recording. Whether it was cut off. Real-time.
    pub fn set_recording(&mut self, is_recording: bool, replies: &mut Producer<Reply>) -> bool {
        self.is_recording = is_recording;
        if !is_recording || self.is_off() {
            return false;
        }
        self.finish(FinishReason::Recording, replies);
        self.input.snap(1.0);
        self.dry.snap(1.0);
        true
    }

    /// Whether nothing of it is heard or about to be, and nothing of it waits. Real-time.
    pub fn is_off(&self) -> bool {
        self.state == PlayerState::Off && self.agenda.is_empty() && self.is_aside()
    }

    /// Whether input and dry signal pass as they are.
    fn is_aside(&self) -> bool {
        self.input.rests_on(1.0) && self.dry.rests_on(1.0)
    }

    /// Plays into the plug-in's input, in place. Real-time, wait-free.
    pub fn process(&mut self, channels: &mut [&mut [f32]], replies: &mut Producer<Reply>) {
        let samples = channels.first().map_or(0, |block| block.len());
        let mut start = 0;
        while start < samples {
            while let Some((_, command)) = self.agenda.pop_due(&self.clock) {
                self.obey(command, replies);
            }
            let left = (samples - start) as u64;
            let next = self
                .agenda
                .next_key()
                .map_or(left, |next| left.min(next - self.clock));
            let end = start + next as usize;
            self.play(channels, (start, end), replies);
            start = end;
        }
    }

    /// Turns the dry signal down while only the wet one is to be heard. Real-time, wait-free.
    pub fn mute_dry(&mut self, channels: &mut [&mut [f32]]) {
        if self.dry.rests_on(1.0) {
            return;
        }
        let start = self.dry;
        for block in channels {
            self.dry = start;
            for sample in block.iter_mut() {
                *sample *= self.dry.next();
            }
        }
    }

    /// Plays from one sample to another, between which no command is due.
    fn play(
        &mut self,
        channels: &mut [&mut [f32]],
        (start, end): (usize, usize),
        replies: &mut Producer<Reply>,
    ) {
        let is_on = self.state != PlayerState::Off;
        self.input
            .set(if is_on && self.mix.instead { 0.0 } else { 1.0 });
        self.dry
            .set(if is_on && self.mix.wet_only { 0.0 } else { 1.0 });
        if !self.input.rests_on(1.0) {
            let begin = self.input;
            for block in channels.iter_mut() {
                self.input = begin;
                for sample in &mut block[start..end] {
                    *sample *= self.input.next();
                }
            }
        }
        let mut at = start;
        // Whatever ends a turn either plays on or leaves the state in which nothing is heard: a few turns at most.
        for _ in 0..4 {
            if at == end || self.state == PlayerState::Off {
                break;
            }
            let count = end - at;
            if self.state == PlayerState::Cueing && !self.cue(replies) {
                self.clock += count as u64;
                return;
            }
            let done = self.hear(channels, (at, end), replies);
            at += done;
            self.clock += done as u64;
        }
        self.clock += (end - at) as u64;
    }

    /// Looks whether enough is at hand to be heard.
    fn cue(&mut self, replies: &mut Producer<Reply>) -> bool {
        let at_hand = self.stream.look(CUED_FRAMES, self.mix.looped, self.clock);
        if self.stream.has_failed() && at_hand.frames == 0 {
            self.finish(FinishReason::Failed, replies);
            return false;
        }
        let is_enough = at_hand.frames >= CUED_FRAMES || at_hand.ends || self.stream.has_failed();
        if is_enough {
            self.set_state(PlayerState::Playing);
            if !std::mem::replace(&mut self.was_heard, true) {
                self.tell(PlayerReply::Started(self.sound, self.clock), replies);
            }
        }
        is_enough
    }

    /// Plays up to so many samples; how many it were. The state has changed if they were fewer.
    fn hear(
        &mut self,
        channels: &mut [&mut [f32]],
        (start, end): (usize, usize),
        replies: &mut Producer<Reply>,
    ) -> usize {
        let wanted = end - start + self.fade.length();
        let AtHand { frames, ends } = self.stream.look(wanted, self.mix.looped, self.clock);
        // The end of a sound is silent by itself.
        let limit = |left: usize| if ends { usize::MAX } else { left };
        let mut done = 0;
        while start + done < end {
            let left = frames - done;
            if left == 0 {
                self.ran_out(ends, done, replies);
                return done;
            }
            let gain = self.fade.next(self.then.is_some(), limit(left - 1));
            let [l, r] = self.stream.next();
            let level = self.level.next() * gain;
            match channels {
                [left, right, ..] => {
                    left[start + done] += l * level;
                    right[start + done] += r * level;
                }
                [mono] => mono[start + done] += 0.5 * (l + r) * level,
                [] => {}
            }
            done += 1;
            if self.fade.is_silent() && self.then.is_some() {
                self.faded(done, replies);
                return done;
            }
        }
        done
    }

    /// Nothing more is at hand.
    fn ran_out(&mut self, ends: bool, done: usize, replies: &mut Producer<Reply>) {
        let now = self.clock + done as u64;
        if self.then.is_some() {
            self.faded(done, replies);
        } else if ends && self.mix.looped {
            // It was read before it was to be looped: from the beginning, as soon as that is there.
            self.aim(0, now);
        } else if ends {
            self.finish(FinishReason::End, replies);
        } else if self.stream.has_failed() {
            self.finish(FinishReason::Failed, replies);
        } else {
            self.late += 1;
            self.mark(1);
            self.set_state(PlayerState::Cueing);
            self.tell(PlayerReply::Late(self.sound, now), replies);
        }
    }

    /// Marks a change for an editor that watches.
    fn mark(&self, news: usize) {
        if self.is_watched {
            self.news.mark(PLAYER_NEWS[news]);
        }
    }

    fn set_state(&mut self, state: PlayerState) {
        if std::mem::replace(&mut self.state, state) != state {
            self.mark(0);
        }
    }

    fn tell(&self, reply: PlayerReply, replies: &mut Producer<Reply>) {
        // One that finds no room is counted as lost by nobody: the report says the same.
        let _ = replies.push(Reply::Player(reply));
    }

    /// The state, for the snapshot. Real-time.
    pub fn report(&self) -> PlayerReport {
        let (position, length) = self.stream.position();
        let (replies, looks) = self.stream.counts();
        PlayerReport {
            state: self.state,
            sound: self.sound,
            position,
            length,
            clock: self.clock,
            late: self.late,
            replies,
            looks,
            is_recording: self.is_recording,
            is_offline: !self.is_allowed,
        }
    }

    /// Puts the counters back to 0. Real-time.
    pub fn reset_counts(&mut self) {
        self.late = 0;
    }
}

/// The gain of a level.
fn gain(mix: PlayerMix) -> f32 {
    match mix.level_db {
        level if level > -60.0 => 10.0_f32.powf(level.min(24.0) / 20.0),
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests;

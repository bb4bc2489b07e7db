//! What a command does to the player in which state. Audio thread, real-time.

use super::{Player, Then, gain};
use crate::audition::{
    FinishReason, PlayerCommand, PlayerReply, PlayerState, RefusalReason, SoundId, Timed,
};
use crate::exchange::Producer;
use crate::processor::message::Reply;

impl Player {
    /// Takes a command, for now or for later. Real-time, wait-free.
    pub fn command(&mut self, timed: Timed, replies: &mut Producer<Reply>) {
        if timed.at <= self.clock {
            self.obey(timed.command, replies);
        } else if self.agenda.push(timed.at, timed.command).is_err() {
            self.refuse(RefusalReason::Busy, replies);
        }
    }

    /// Obeys a command at the present sample.
    pub(super) fn obey(&mut self, command: PlayerCommand, replies: &mut Producer<Reply>) {
        match (command, self.state) {
            (PlayerCommand::Play(sound), state) => self.play_sound(sound, state, replies),
            (PlayerCommand::Stop, PlayerState::Off) => {}
            (PlayerCommand::Stop, PlayerState::Cueing) => {
                self.finish(FinishReason::Stopped, replies);
            }
            (PlayerCommand::Stop, PlayerState::Playing) => self.then = Some(Then::Stop),
            (PlayerCommand::Seek(frame), PlayerState::Off) => self.cue_at = frame,
            (PlayerCommand::Seek(frame), PlayerState::Cueing) => self.aim(frame, self.clock),
            (PlayerCommand::Seek(frame), PlayerState::Playing) => match self.then {
                // What is to come after the fade begins there.
                Some(Then::Play(_)) => self.cue_at = frame,
                Some(Then::Stop) => {}
                Some(Then::Seek(_)) | None => self.then = Some(Then::Seek(frame)),
            },
            (PlayerCommand::Mix(mix), state) => {
                self.mix = mix;
                self.level.set(gain(mix));
                if state == PlayerState::Off {
                    self.level.snap(gain(mix));
                }
            }
            (PlayerCommand::Watch(is_watched), _) => self.is_watched = is_watched,
        }
    }

    fn play_sound(&mut self, sound: SoundId, state: PlayerState, replies: &mut Producer<Reply>) {
        let refusal = match () {
            () if !self.is_allowed => Some(RefusalReason::Offline),
            () if self.is_recording => Some(RefusalReason::Recording),
            () if !self.stream.has_reader() => Some(RefusalReason::NoReader),
            () => None,
        };
        if let Some(reason) = refusal {
            self.refuse(reason, replies);
            return;
        }
        if state == PlayerState::Playing {
            self.then = Some(Then::Play(sound));
        } else {
            self.begin(sound);
        }
    }

    fn begin(&mut self, sound: SoundId) {
        self.sound = sound;
        self.was_heard = false;
        let at = std::mem::take(&mut self.cue_at);
        self.aim(at, self.clock);
    }

    /// Goes on with a frame of the sound, as soon as that is there.
    pub(super) fn aim(&mut self, frame: u64, now: u64) {
        self.then = None;
        // The beginning of a sound is silent by itself; elsewhere it is faded in.
        if frame == 0 {
            self.fade.open();
        } else {
            self.fade.close();
        }
        self.stream.aim(
            (self.sound, frame),
            (self.rate as u32, self.mix.looped),
            now,
        );
        self.set_state(PlayerState::Cueing);
    }

    /// The fade under way has ended.
    pub(super) fn faded(&mut self, done: usize, replies: &mut Producer<Reply>) {
        let now = self.clock + done as u64;
        match self.then.take() {
            Some(Then::Stop) => self.finish(FinishReason::Stopped, replies),
            Some(Then::Seek(frame)) => self.aim(frame, now),
            Some(Then::Play(sound)) => {
                self.tell(
                    PlayerReply::Finished(self.sound, FinishReason::Stopped, now),
                    replies,
                );
                self.begin(sound);
            }
            None => {}
        }
    }

    /// Is off from here on.
    pub(super) fn finish(&mut self, reason: FinishReason, replies: &mut Producer<Reply>) {
        self.then = None;
        self.fade.close();
        if self.state == PlayerState::Off {
            return;
        }
        self.stream.rest();
        self.set_state(PlayerState::Off);
        self.tell(
            PlayerReply::Finished(self.sound, reason, self.clock),
            replies,
        );
    }

    fn refuse(&mut self, reason: RefusalReason, replies: &mut Producer<Reply>) {
        self.mark(2);
        self.tell(PlayerReply::Refused(reason), replies);
    }
}

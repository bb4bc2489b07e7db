//! The player of dry sounds: has sounds opened, sends the player's commands, and says in words what went wrong. Editor
//! thread.

use std::time::{Duration, Instant};

use super::Controller;
use crate::editor::action::PlayerAction;
use crate::editor::view_model::{DrySound, LoadState, PlayerView};
use crate::instance::{
    Command, Content, FinishReason, PlayerCommand, PlayerMix, PlayerReply, PlayerState,
    RefusalReason, Reply, SoundId, Timed,
};

/// After this time without a block whoever has pressed Play is told that the host does not call.
const NO_BLOCK: Duration = Duration::from_millis(200);
/// How long after a press the reader is awaited although the player has not begun.
const PATIENCE: Duration = Duration::from_secs(5);

/// What the editor knows of the player.
#[derive(Debug, Default)]
pub(super) struct PlayerControl {
    /// The sound that was asked for last.
    opened: Option<(DrySound, SoundId)>,
    /// When Play was pressed, and how many blocks there had been; none once it was heard or could not be.
    pressed: Option<(Instant, u64)>,
    /// What is to be played once an impulse is loaded, and the number of that request.
    pending: Option<(DrySound, PlayerMix, u64)>,
    /// Whether the player was told to mark changes.
    watches: bool,
}

impl Controller {
    /// Does what the row asks for.
    pub(super) fn perform_player(&mut self, action: PlayerAction) {
        match action {
            PlayerAction::Play(sound, mix) => self.play(sound, mix),
            PlayerAction::PlayWhenLoaded(sound, mix) => {
                self.player.pending = Some((sound, mix, self.asked));
            }
            PlayerAction::Stop => {
                (self.player.pending, self.player.pressed) = (None, None);
                self.tell_player(PlayerCommand::Stop);
            }
            // Whoever plays says how it is to be heard: what is off need not be told.
            PlayerAction::Mix(mix) if self.model.player.is_on() => {
                self.tell_player(PlayerCommand::Mix(mix));
            }
            PlayerAction::Mix(_) => {}
            PlayerAction::Seek(share) => {
                let length = self.model.snapshot.player.length;
                let frame = (length as f64 * f64::from(share)) as u64;
                self.tell_player(PlayerCommand::Seek(frame));
            }
        }
        self.repaint.changed();
    }

    /// The window closes: nobody could stop the sound any more.
    pub(super) fn close_player(&mut self) {
        let watches = std::mem::take(&mut self.player).watches;
        if self.ui_handle.snapshots.read().player.state != PlayerState::Off {
            self.tell_player(PlayerCommand::Stop);
        }
        if watches {
            self.tell_player(PlayerCommand::Watch(false));
        }
        self.ui_handle.audition.set_active(false);
    }

    /// Takes what the audio thread has answered, and brings the row up to date.
    pub(super) fn refresh_player(&mut self) {
        while let Ok(reply) = self.ui_handle.replies.pop() {
            match reply {
                Reply::Pong(number) => self.round_trip.answered(number),
                Reply::Player(reply) => self.player_says(reply),
            }
        }
        if self.ui_handle.player_news.take().next().is_some() {
            self.repaint.changed();
        }
        let report = self.model.snapshot.player;
        let is_on = report.state != PlayerState::Off;
        self.look_for_blocks(is_on);
        self.play_pending();
        let waits = self.player.pressed.is_some();
        self.ui_handle.audition.set_active(is_on || waits);
        let seconds = |frames: u64| frames as f32 / self.model.snapshot.rate.max(1.0);
        self.model.player = PlayerView {
            state: match report.state {
                PlayerState::Off if waits => PlayerState::Cueing,
                state => state,
            },
            seconds: seconds(report.position),
            length_seconds: seconds(report.length),
        };
        if is_on {
            self.repaint.changed();
        }
    }

    fn play(&mut self, sound: DrySound, mix: PlayerMix) {
        self.player.pending = None;
        let content = match &sound {
            DrySound::Test(test) => Content::Test(*test),
            DrySound::File(path) => Content::File(path.clone()),
        };
        // A file may have changed since; a test sound has not.
        let known = match &self.player.opened {
            Some((of, id)) if *of == sound && matches!(sound, DrySound::Test(_)) => Some(*id),
            _ => None,
        };
        let opened = match known {
            Some(id) => Ok(id),
            None => self.ui_handle.audition.open(content),
        };
        let id = match opened {
            Ok(id) => id,
            Err(error) => {
                self.show_message(&format!("{} can not be played: {error}.", sound.name()));
                return;
            }
        };
        self.player.opened = Some((sound, id));
        self.player.pressed = Some((Instant::now(), self.model.snapshot.blocks));
        self.ui_handle.audition.set_active(true);
        self.player.watches = true;
        self.tell_player(PlayerCommand::Watch(true));
        self.tell_player(PlayerCommand::Mix(mix));
        self.tell_player(PlayerCommand::Play(id));
    }

    /// Plays what waits for an impulse, if that is loaded.
    fn play_pending(&mut self) {
        let Some((_, _, asked)) = self.player.pending else {
            return;
        };
        if self.end(self.slot).settled() < asked {
            return;
        }
        if let Some((sound, mix, _)) = self.player.pending.take()
            && self.model.load_state == LoadState::Ready
        {
            self.play(sound, mix);
        }
    }

    fn tell_player(&mut self, command: PlayerCommand) {
        let command = Command::Player(Timed::now(command));
        if self.ui_handle.commands.push(command).is_err() {
            self.show_message("The host does not process audio: nothing can be played.");
        }
    }

    /// Says so if the host does not call the plug-in.
    fn look_for_blocks(&mut self, is_on: bool) {
        let Some((since, blocks)) = self.player.pressed else {
            return;
        };
        if is_on || since.elapsed() > PATIENCE {
            self.player.pressed = None;
        } else if since.elapsed() > NO_BLOCK && self.model.snapshot.blocks == blocks {
            self.player.pressed = None;
            self.tell_player(PlayerCommand::Stop);
            self.show_message(
                "The host does not call the plug-in now: start its transport, and play again.",
            );
        }
    }

    fn player_says(&mut self, reply: PlayerReply) {
        let message = match reply {
            PlayerReply::Started(..) => {
                self.player.pressed = None;
                return;
            }
            PlayerReply::Late(..) => "The disk was late: a gap was heard.".to_owned(),
            PlayerReply::Finished(id, FinishReason::Failed, _) => {
                // A reader that has no words was ended with the instance.
                let Some(Err(words)) = self.ui_handle.audition.info(id) else {
                    return;
                };
                format!("{words}.")
            }
            PlayerReply::Finished(_, FinishReason::Recording, _) => {
                "The host records: the dry sound is off.".to_owned()
            }
            PlayerReply::Finished(..) => return,
            PlayerReply::Refused(reason) => match reason {
                RefusalReason::Offline => "The host renders: no dry sound is played.",
                RefusalReason::Recording => "The host records: no dry sound is played.",
                RefusalReason::Busy => "The player has too much to do: try again.",
                RefusalReason::NoReader => "No dry sound can be played here.",
            }
            .to_owned(),
        };
        if !matches!(reply, PlayerReply::Late(..)) {
            self.player.pressed = None;
        }
        self.show_message(&message);
    }
}

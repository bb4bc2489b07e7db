//! What travels between the editor and the player. All of it is `Copy`: nothing can be freed where it is read.

/// A sound that the reader was asked to open. Numbers begin at 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct SoundId(pub u32);

/// A command, and when it is obeyed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Timed {
    /// The sample before which it is obeyed, by the clock of [`PlayerReport::clock`]. What has passed is now.
    pub at: u64,
    /// What is to be done.
    pub command: PlayerCommand,
}

impl Timed {
    /// A command that is obeyed as soon as it is read.
    #[must_use]
    pub const fn now(command: PlayerCommand) -> Self {
        Self { at: 0, command }
    }
}

/// A command to the player. What it means depends on what the player is at:
///
/// | command | off | cueing | playing |
/// |---|---|---|---|
/// | `Play` | begins | begins with this sound instead | fades, then begins |
/// | `Stop` | nothing | off | fades, then off |
/// | `Seek` | the next sound begins there | goes there | fades, then goes there |
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PlayerCommand {
    /// Plays a sound that the reader was asked to open before.
    Play(SoundId),
    /// Stops, with a fade.
    Stop,
    /// Goes to a frame of the sound, at the host's rate.
    Seek(u64),
    /// How it is heard.
    Mix(PlayerMix),
    /// Whether changes are to be marked for the editor.
    Watch(bool),
}

/// How the player is heard.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlayerMix {
    /// Level in dB; -60 and less is silence.
    pub level_db: f32,
    /// Whether it takes the place of the plug-in's input, and is not added to it.
    pub instead: bool,
    /// Whether the dry signal is silent while it plays.
    pub wet_only: bool,
    /// Whether the sound begins again where it ends.
    pub looped: bool,
}

impl Default for PlayerMix {
    fn default() -> Self {
        Self {
            level_db: -6.0,
            instead: false,
            wet_only: false,
            looped: false,
        }
    }
}

/// What the player answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlayerReply {
    /// The first frame of a sound is heard, at this sample of the clock.
    Started(SoundId, u64),
    /// The sound is over, at this sample of the clock.
    Finished(SoundId, FinishReason, u64),
    /// A block was not there in time: silence, until enough is there again.
    Late(SoundId, u64),
    /// A command was not obeyed.
    Refused(RefusalReason),
}

/// Why a sound is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FinishReason {
    /// It came to its end.
    End,
    /// It was stopped, or the host has prepared anew.
    Stopped,
    /// The reader could not read on; it has said why.
    Failed,
    /// The host has begun to record.
    Recording,
}

/// Why a command was not obeyed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalReason {
    /// The host renders offline.
    Offline,
    /// The host records.
    Recording,
    /// Too many commands wait for their time.
    Busy,
    /// There is no reader.
    NoReader,
}

/// What the player is at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PlayerState {
    /// Nothing is played.
    #[default]
    Off,
    /// Silent until enough is there.
    Cueing,
    /// Heard.
    Playing,
}

/// The state of the player after a block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlayerReport {
    /// What it is at.
    pub state: PlayerState,
    /// What it plays, or played last.
    pub sound: SoundId,
    /// The frame of the sound that is heard next, at the host's rate.
    pub position: u64,
    /// How long the sound is, in frames at the host's rate; 0 if that is not known yet.
    pub length: u64,
    /// Samples since the instance was made.
    pub clock: u64,
    /// How often a block was not there in time.
    pub late: u64,
    /// Replies of the reader that were taken.
    pub replies: u64,
    /// Looks at the queue of replies.
    pub looks: u64,
    /// Whether the host says that it records.
    pub is_recording: bool,
    /// Whether the host renders offline.
    pub is_offline: bool,
}

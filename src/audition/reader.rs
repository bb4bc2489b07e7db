//! The reader: opens sounds and fills blocks. It is the job of a thread of its own, the most urgent first.

use std::path::PathBuf;
use std::sync::Arc;

use super::block::ReadBlock;
use super::track::Track;
use super::{Recording, SoundId, TestSound};
use crate::exchange::{Cancel, Job, Shared};
use crate::files::{self, GivenUp};
use crate::impulse::decode::RecordingFile;
use crate::impulse::{Impulse, ImpulseError};

/// Sounds that are kept open: the one that is heard, and the next.
const OPEN: usize = 3;

/// What a sound is.
pub enum Content {
    /// One that is made.
    Test(TestSound),
    /// A file, of any format that loads as an impulse.
    File(PathBuf),
    /// Whatever else can be read.
    Recording(Box<dyn Recording>),
}

impl std::fmt::Debug for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Test(sound) => sound.fmt(f),
            Self::File(path) => path.fmt(f),
            Self::Recording(recording) => f.write_str(recording.name()),
        }
    }
}

/// What the reader is asked.
#[derive(Debug)]
pub enum Ask {
    /// Fill a block. Asked by the player.
    Read(ReadBlock),
    /// Open a sound under this number. Asked by the editor; the content is taken out.
    Open(SoundId, Option<Content>),
}

/// What came of it. The reason is where the editor finds it: [`Audition::info`](super::Audition::info).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It was done.
    Done,
    /// It could not be done.
    Failed,
}

/// What is known of a sound, for people.
#[derive(Clone, Debug, PartialEq)]
pub struct SoundInfo {
    /// Its name.
    pub name: String,
    /// Its rate in Hz.
    pub rate: u32,
    /// 1 or 2.
    pub channels: usize,
    /// Its length in seconds, if it says so.
    pub seconds: Option<f64>,
}

/// What is known of the sounds that were opened last, or why they could not be, the newest last.
pub(super) type Told = Vec<(SoundId, Result<SoundInfo, String>)>;

/// Opens sounds and fills blocks. Not real-time.
pub struct Reader {
    tracks: Vec<(SoundId, Track)>,
    told: Shared<Told>,
    /// Test sounds that were made.
    made: Vec<(TestSound, Arc<Impulse>)>,
    /// Whether its owner is gone: no file is waited for then.
    given_up: GivenUp,
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader")
            .field("tracks", &self.tracks.len())
            .finish_non_exhaustive()
    }
}

impl Reader {
    pub(super) fn new(told: Shared<Told>, gone: Cancel) -> Self {
        Self {
            tracks: Vec::new(),
            told,
            made: Vec::new(),
            given_up: Arc::new(move || gone.is_cancelled()),
        }
    }

    fn open(&mut self, id: SoundId, content: Content) -> Result<(), ImpulseError> {
        let recording: Box<dyn Recording> = match content {
            Content::Test(sound) => Box::new((sound.name().to_owned(), self.made(sound))),
            Content::File(path) => Box::new(RecordingFile::open(&path)?),
            Content::Recording(recording) => recording,
        };
        let seconds = |frames: u64| frames as f64 / f64::from(recording.rate().max(1));
        let info = SoundInfo {
            name: recording.name().to_owned(),
            rate: recording.rate(),
            channels: recording.channels(),
            seconds: recording.frames().map(seconds),
        };
        tell(&self.told, id, Ok(info));
        if self.tracks.len() >= OPEN {
            self.tracks.remove(0);
        }
        self.tracks.push((id, Track::new(recording)));
        Ok(())
    }

    fn made(&mut self, sound: TestSound) -> Arc<Impulse> {
        if let Some((_, made)) = self.made.iter().find(|(of, _)| *of == sound) {
            return Arc::clone(made);
        }
        let made = Arc::new(sound.make());
        self.made.push((sound, Arc::clone(&made)));
        made
    }

    fn read(&mut self, read: &mut ReadBlock) -> Result<(), ImpulseError> {
        let track = self.tracks.iter_mut().find(|(id, _)| *id == read.sound);
        let Some((_, track)) = track else {
            // It could not be opened, and that was told.
            return Err(ImpulseError::Cancelled);
        };
        track.fill((read.at, read.rate, read.looped), &mut read.block)
    }
}

/// Notes what is known of a sound. An error stays what it was.
fn tell(told: &Shared<Told>, id: SoundId, what: Result<SoundInfo, String>) {
    told.with(|told| {
        match told.iter_mut().find(|(of, _)| *of == id) {
            Some((_, before)) if before.is_ok() => *before = what,
            Some(_) => {}
            None => told.push((id, what)),
        }
        let too_many = told.len().saturating_sub(OPEN + 1);
        told.drain(..too_many);
    });
}

impl Job for Reader {
    type Command = Ask;
    type Output = Answer;

    fn run(&mut self, ask: &mut Ask, _cancelled: &dyn Fn() -> bool) -> Answer {
        let given_up = Arc::clone(&self.given_up);
        let (id, done) = files::while_wanted(&given_up, || match ask {
            Ask::Open(id, content) => match content.take() {
                Some(content) => (*id, self.open(*id, content)),
                None => (*id, Ok(())),
            },
            Ask::Read(read) => (read.sound, self.read(read)),
        });
        match done {
            Ok(()) => Answer::Done,
            Err(error) => {
                if error != ImpulseError::Cancelled {
                    tell(&self.told, id, Err(error.to_string()));
                    self.tracks.retain(|(of, _)| *of != id);
                }
                Answer::Failed
            }
        }
    }
}

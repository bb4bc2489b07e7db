//! The editor's end of the reader.

use std::fmt;
use std::io;

use super::SoundId;
use super::block::BLOCKS;
use super::reader::{Answer, Ask, Content, Reader, SoundInfo, Told};
use crate::exchange::{
    Cancel, Client, JobRunner, Priority, Request, SendError, Shared, Waker, Worker,
};

/// Sounds that may be asked for before the reader has opened one.
const OPENINGS: usize = 8;

/// The editor's end: asks the reader to open sounds. Dropping it ends the reader. Not real-time.
pub struct Audition {
    /// Dropped first: whoever is dropped waits for the job in hand.
    gone: Gone,
    worker: Worker<Reader>,
    /// Some until the reader has a thread.
    runner: Option<JobRunner<Reader>>,
    client: Client<Reader>,
    told: Shared<Told>,
    last: u32,
    is_active: bool,
}

/// Tells the reader, when it is dropped, that no file is to be waited for.
struct Gone(Cancel);

impl Drop for Gone {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// Makes both ends of the reader: the editor's, and the player's. The reader has no thread before the first sound is opened:
/// an instance that is never asked to play costs none. Not real-time.
#[must_use]
pub fn audition() -> (Audition, Client<Reader>) {
    let (told, gone) = (Shared::new(Vec::new()), Cancel::new());
    let (worker, runner) = Worker::with_runner(Reader::new(told.clone(), gone.clone()));
    // The player's comes first: whoever finds its question finds the opening that came before it.
    let player = worker.client(BLOCKS);
    let client = worker.client(OPENINGS);
    let audition = Audition {
        gone: Gone(gone),
        worker,
        runner: Some(runner),
        client,
        told,
        last: 0,
        is_active: false,
    };
    (audition, player)
}

/// The same with a reader that is stepped by whoever tests it.
#[cfg(test)]
pub(crate) fn stepped() -> (Audition, Client<Reader>, JobRunner<Reader>) {
    let (mut audition, player) = audition();
    let runner = audition.runner.take();
    let Some(runner) = runner else {
        unreachable!("it has not been started");
    };
    (audition, player, runner)
}

impl Audition {
    /// Asks the reader to open a sound; what comes of it is in [`info`](Self::info). It can be played at once.
    ///
    /// # Errors
    /// The system's if it gives no thread; one in words if too many sounds wait to be opened.
    pub fn open(&mut self, content: Content) -> io::Result<SoundId> {
        if let Some(runner) = self.runner.take() {
            self.worker
                .start(Waker::global(), "anteroom audition", runner)?;
        }
        while let Some(reply) = self.client.reply() {
            debug_assert!(!matches!(reply.command, Ask::Read(_)));
        }
        let id = SoundId(self.last.wrapping_add(1));
        let ask = Ask::Open(id, Some(content));
        match self.client.request(Request::new(ask).at(Priority::URGENT)) {
            Ok(_) => {
                self.last = id.0;
                self.set_active(true);
                self.worker.wake();
                Ok(id)
            }
            Err(SendError::Full(_)) => Err(io::Error::other("the reader has too much to do")),
            Err(SendError::Closed(_)) => {
                Err(io::Error::other("the system gave the reader no thread"))
            }
        }
    }

    /// What is known of a sound, or why it can not be played, in words; `None` while it is not opened yet.
    #[must_use]
    pub fn info(&self, id: SoundId) -> Option<Result<SoundInfo, String>> {
        self.told.with(|told| {
            let found = told.iter().find(|(of, _)| *of == id);
            found.map(|(_, what)| what.clone())
        })
    }

    /// Whether the player may ask for something: then the process's waker looks every few milliseconds.
    pub fn set_active(&mut self, active: bool) {
        if std::mem::replace(&mut self.is_active, active) != active {
            self.worker.set_active(active);
        }
    }

    /// Has the reader look for questions now.
    pub fn wake(&self) {
        self.worker.wake();
    }
}

impl fmt::Debug for Audition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Audition")
            .field("last", &self.last)
            .field("is_active", &self.is_active)
            .field("is_gone", &self.gone.0.is_cancelled())
            .finish_non_exhaustive()
    }
}

// What a reply says is known from elsewhere.
const _: () = assert!(size_of::<Answer>() == 1);

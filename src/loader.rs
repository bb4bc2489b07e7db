//! The worker half of an instance: from a recipe and a shape to an engine that the audio thread
//! takes into use.
//!
//! | part | owner thread | guarantee |
//! |---|---|---|
//! | [`Loader`] | one of a few that all loaders share, or a test that calls [`Loader::step`] | prepares the newest wish; everything it makes dies on it |
//! | [`Remote`] | host's main thread, editor; cloned freely | never waits, except [`Remote::configure`] |
//! | [`AudioEnd`] | audio thread | wait-free, except [`Wishes::wait_settled`], which is for offline renders |
//! | [`Status`] | editor | always whole, the newest one |
//!
//! ```text
//! Remote ── Request (queue) ──▶ Loader ── Versioned<PrimedEngine> (exchange) ──▶ audio thread
//! Wishes ── Wish (latest wins) ──▶ │  ◀── engines that were replaced come home ──┘
//! history buffer of the input (atomics) ────▶ │
//!                                  └── Status (latest wins) ──▶ editor
//! ```
//!
//! Everybody who wants something takes the next number, the *generation*. Wishes are coalesced: only
//! the newest is prepared, and work on an outdated one is given up. The generation that is settled
//! says how far it has come.
//!
//! Errors are values in the [`Status`]; nothing that a file holds can end the thread.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, OnceLock};

use crate::convolution::{Layout, PrimedEngine};
use crate::exchange::{
    Cancel, Flag, Observer, Pace, Producer, Publisher, Shared, TaskWaker, ThreadPool, Versioned,
    Wake, Waker, handoff, history, observe, queue,
};
use crate::files;
use crate::impulse::{Origin, Shape};

mod audio_end;
mod cache;
mod ledger;
mod material;
mod past;
mod prepare;
mod remote;
mod source;
mod spare;
mod stage;
mod status;
mod trim;
mod wait;
mod worker;

use spare::Spare;

pub use audio_end::{Asked, AudioEnd, Wishes};
pub use cache::{Cache, Held};
pub use material::Material;
pub(crate) use source::ROOM_CHANNELS;

pub use remote::{Caller, ConfigureError, Recalled, Remote, file_at};
pub use stage::{STAGES, Stage};
pub use status::{Loaded, Phase, Picture, Status};
pub use wait::Wait;
pub use worker::Loader;

/// Requests that fit between two steps of the worker. More are refused, and the sender is told.
const REQUESTS: usize = 64;

/// Engines that may be away from the worker at once: up to three in the processor's hands, and some
/// on their way.
const ENGINES: usize = 8;

/// How much of the past a reshaped engine hears before it takes over, less one block of the history buffer: 5.3 s at 48 kHz,
/// 1.3 s at 192 kHz, 2 MiB an instance. What still rings of older sound goes with the engine before, in one fade.
const PAST_SAMPLES: usize = 1 << 18;

/// Threads that the loaders of a process share: enough that some go on while others wait for a file, few enough that
/// a hundred instances are no burden.
const THREADS: usize = 4;

/// What an engine is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Format {
    /// The host's sample rate in Hz.
    pub rate: u32,
    /// The channels in and out.
    pub layout: Layout,
}

/// The shape that the audio thread wants, by the host's automation.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Wish {
    /// The shape.
    pub shape: Shape,
    /// Its number; 0 is no wish.
    pub generation: u64,
    /// The number of the newest recall that whoever wished knew of: a shape belongs to one recall, never to the
    /// impulse of another.
    pub recalled: u64,
}

/// What the host's main thread and the editor ask for.
#[derive(Debug)]
pub enum Request {
    /// Prepare for a sample rate and a layout, and recall an impulse: what `activate` needs.
    Configure {
        /// The rate and the layout.
        format: Format,
        /// The impulse. A missing one is silence: the sound depends on nothing that went before.
        origin: Box<Origin>,
        /// Its shape.
        shape: Shape,
        /// Whether the impulse itself is to be saved with the project; `None` leaves that as it is.
        embed: Option<bool>,
        /// The number of the request.
        generation: u64,
        /// Where the answer goes.
        reply: Reply,
    },
    /// Take another impulse. If that fails, the one that is there stays.
    Origin {
        /// The impulse.
        origin: Box<Origin>,
        /// The number of the request.
        generation: u64,
    },
    /// Save the impulse itself with the project from now on, or no longer.
    Embed(bool),
    /// Look again for a file that is missing.
    Retry,
    /// Say in the status how large the embedded impulse is, or about how large it would be.
    Measure,
}

/// The answer to [`Request::Configure`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// The generation that is settled: at least the request's.
    pub generation: u64,
    /// What went wrong, in words. There is an engine all the same: silent, or the one before.
    pub trouble: Option<String>,
}

/// Where the answer to a request goes: a queue for it, and the thread that sleeps until it comes.
#[derive(Debug)]
pub struct Reply {
    answer: Producer<Settled>,
    asker: std::thread::Thread,
}

impl Reply {
    /// Whether nobody waits for it any more.
    fn is_abandoned(&self) -> bool {
        self.answer.is_abandoned()
    }

    /// Answers, and wakes whoever waits. Somebody who has gone away gets nothing.
    fn send(mut self, settled: Settled) {
        let _ = self.answer.push(settled);
        self.asker.unpark();
    }
}

/// The four ends of a loader that has no thread yet; see [`start`] for one that has.
#[derive(Debug)]
pub struct Ends {
    /// The worker itself: call [`Loader::step`].
    pub loader: Loader,
    /// For the host's main thread and the editor.
    pub remote: Remote,
    /// For the audio thread.
    pub audio: AudioEnd,
    /// For the editor.
    pub status: Observer<Status>,
}

/// Makes a loader with its ends. `notify` is called by the worker whenever the status changed, an engine
/// was linked later than the status said, or a [`Caller`] asked for it.
///
/// Not real-time: allocates. Nothing runs until somebody calls [`Loader::step`].
#[must_use]
pub fn loader(cache: Arc<Cache>, notify: impl Fn() + Send + 'static) -> Ends {
    let (requests, inbox) = queue(REQUESTS);
    let (wishes, wanted) = observe(Wish::default());
    let (shapes, brought) = observe(Versioned::<Shape>::default());
    let (source, engines) = handoff::<Versioned<PrimedEngine>>(ENGINES);
    let (recorder, past) = history(2, PAST_SAMPLES);
    let (publisher, status) = observe(Status::default());
    let wires = Arc::new(Wires {
        heart: cache.heart.clone(),
        ..Wires::default()
    });
    let list = Shared::new(Arc::default());
    let spare = Shared::new(Spare::default());
    let origin = Shared::new(Versioned {
        generation: 0,
        value: Arc::<Origin>::default(),
    });
    Ends {
        loader: Loader::new(worker::Ends {
            inbox,
            spare: spare.clone(),
            wishes: wanted,
            engines: source,
            past,
            status: publisher,
            origin: origin.clone(),
            list: list.clone(),
            wires: wires.clone(),
            notify: Box::new(notify),
            cache: cache.clone(),
        }),
        remote: Remote::new(
            (Shared::new(Outlet { requests, shapes }), spare),
            origin,
            list,
            (wires.clone(), cache),
        ),
        audio: AudioEnd {
            wishes: Wishes::new(wishes, brought, wires),
            engines,
            history: recorder,
        },
        status,
    }
}

/// Starts a loader on the few threads that all loaders of the process share, with their common cache. It ends when
/// the last clone of the [`Remote`] is dropped, and with the last loader of the process the threads end, too.
///
/// # Errors
/// The system's word if it gives no thread.
pub fn start(
    notify: impl Fn() + Send + 'static,
) -> io::Result<(Remote, AudioEnd, Observer<Status>)> {
    let Ends {
        mut loader,
        mut remote,
        audio,
        status,
    } = loader(Cache::shared(), notify);
    static POOL: LazyLock<ThreadPool> =
        LazyLock::new(|| ThreadPool::new("anteroom loader", THREADS));
    files::on_return(|| Cache::shared().look_again());
    let cancel: Cancel = remote.wires().cancel.clone();
    let stop = cancel.clone();
    let given_up: files::GivenUp = Arc::new(move || stop.is_cancelled());
    let task = POOL.spawn(cancel, move || {
        files::while_wanted(&given_up, || loader.step())
    })?;
    static PULSE: Waker = Waker::new("anteroom pulse", Pace::DEFAULT);
    let watch = PULSE.watch(remote.wires().flag.clone(), task.waker());
    remote.run_by(task, watch);
    Ok((remote, audio, status))
}

/// Where requests are sent from, by one thread at a time.
#[derive(Debug)]
struct Outlet {
    requests: Producer<Request>,
    /// The shape that the newest recall brought, for the audio thread.
    shapes: Publisher<Versioned<Shape>>,
}

/// What all ends of one loader share.
#[derive(Debug, Default)]
struct Wires {
    /// The last number that was given out.
    generation: AtomicU64,
    /// Everything up to this number is done, or has failed.
    settled: AtomicU64,
    /// Raised by the audio thread when there is something for the worker.
    flag: Arc<Flag>,
    /// Whether the audio thread runs. While it does not, only a configuration is linked.
    active: AtomicBool,
    /// Wakes the worker, for those that may.
    waker: OnceLock<TaskWaker>,
    /// Beats while any loader of the process does something.
    heart: wait::Heartbeat,
    /// Engines that are on their way, in use or on their way home.
    away: AtomicU64,
    /// Engines that came home and were freed.
    buried: AtomicU64,
    /// Steps to the next impulse of the list that the audio thread was asked for, to the previous
    /// if negative, and that the worker has not yet seen.
    steps: AtomicI64,
    /// Whether the audio thread can not take a reshaped engine now: others are in the way, for a while.
    closed: AtomicBool,
    /// Whether such an engine waits for it.
    knocks: AtomicBool,
    /// Raised by a real-time context that wants the loader's `notify` to be called.
    called: Flag,
    /// The number of the newest request that asks for an impulse.
    asked: AtomicU64,
    /// The number of the newest of them that recalls a project.
    recalled: AtomicU64,
    /// How far the worker has come.
    stage: stage::Told,
    /// Set when the worker is to end.
    cancel: Cancel,
}

impl Wires {
    /// The next number. Real-time.
    fn next(&self) -> u64 {
        // ORDERING: Relaxed, the number alone matters; what it is given to travels by its own wire.
        self.generation.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Has the loader's thread call `notify`, within a few milliseconds, while the audio thread runs.
    /// Real-time: two stores.
    fn call(&self) {
        self.called.raise();
        self.flag.raise();
    }

    /// Makes the worker look. Not real-time: a system call.
    fn wake(&self) {
        if let Some(waker) = self.waker.get() {
            waker.wake();
        }
    }
}

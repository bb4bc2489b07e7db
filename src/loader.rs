//! The worker half of an instance: from an origin and a shape to an engine that the audio thread
//! takes into use.
//!
//! | part | owner thread | guarantee |
//! |---|---|---|
//! | [`Loader`] | one of a few that all loaders share, or a test that calls [`Loader::step`] | prepares what was asked for last; everything it makes is freed on it |
//! | [`Remote`] | host's main thread, editor; cloned freely | never waits, except [`Remote::configure`] |
//! | [`AudioHandle`] | audio thread | wait-free, except [`LoaderHandle::wait_settled`], which is for offline renders |
//! | [`Status`] | editor | always whole, the newest one |
//!
//! ```text
//! Remote ────── Request (queue) ───────────────▶ Loader ── Versioned<PrimedEngine> (exchange) ──▶ audio thread
//! LoaderHandle ─ ShapeRequest (latest wins) ───▶ │  ◀── engines that were replaced are returned ──┘
//!                                                │ ── engines of the choices, to wait ready ─────▶ audio thread, and back
//! history buffer of the input (atomics) ─────────────────▶ │
//!                                                └── Status (latest wins) ──▶ editor
//! ```
//!
//! Inside it has three parts, each with one owner:
//!
//! | part | what it decides or holds |
//! |---|---|
//! | `state` | what is wanted, what overtakes what, what is cancelled, what the status says: pure, `Event`s in, `Effect`s out |
//! | `pipeline` | the stages from a file to an engine, with a cache at every seam that pays |
//! | `handoff` | the engines' credits, and the one that waits for room |
//!
//! The `worker` reads the wires, tells the state machine, and carries out what it says.
//!
//! Every request takes the next number, the *generation*. Only the newest is prepared, and work on an outdated one is
//! given up. The generation that is settled says how far the loader has come.
//!
//! Errors are values in the [`Status`]; nothing that a file holds can end the thread.
//!
//! The files, by what they are for:
//!
//! | files | what they hold |
//! |---|---|
//! | `remote`, `audio_handle`, `signals` | the ends of others: host and editor, audio thread, what all of them share |
//! | `request`, `status`, `error` | what travels: what is asked for, what the editor is told, why there is no impulse |
//! | `inbox`, `spare`, `request_tracker` | what has come: the wires, one recall more, which numbers were seen |
//! | `event`, `order` | the words of the state machine, and what it orders from the pipeline |
//! | `wait`, `waiting` | how long somebody waits for the loader, and for what |
//! | `next_prev` | the next and the previous impulse of a list |
//! | `choices` | the project's own choices, each with an engine that waits ready |
//! | `cache`, `weak_cache`, `identity`, `known_places` | shared by all loaders: what was made, where files are |
//! | `preroll` | primes an engine with the recent input |
//! | `stage`, `picture`, `ir_handle` | for the screen: how far a job is, an outline, a closer look |
//! | `copy` | makes the copy of the impulse for the project |
//! | `release_memory` | gives memory back to the system |

use std::io;
use std::sync::{Arc, LazyLock};

use crate::background::BackgroundJob;
use crate::convolution::PrimedEngine;
use crate::exchange::{Observer, Pace, Shared, ThreadPool, Versioned, Waker};
use crate::exchange::{handoff, history, observe, queue};
use crate::files;
use crate::impulse::{MOST_CHOICES, Origin};

mod audio_handle;
mod cache;
mod choices;
mod copy;
mod error;
mod event;
mod handoff;
mod identity;
mod inbox;
mod ir_handle;
mod known_places;
mod next_prev;
mod order;
mod picture;
mod pipeline;
mod preroll;
mod release_memory;
mod remote;
mod request;
mod request_tracker;
mod signals;
mod spare;
mod stage;
mod state;
mod status;
mod wait;
mod waiting;
mod weak_cache;
mod worker;

use choices::Choices;
use handoff::Handoff;
use inbox::Inbox;
use remote::Outlet;
use signals::Signals;
use spare::Spare;
use worker::Ports;

pub use audio_handle::{Asked, AudioHandle, LoaderHandle};
pub use cache::{Cache, Held};
pub use ir_handle::IrHandle;
pub use picture::Picture;
pub(crate) use pipeline::ROOM_CHANNELS;
pub use remote::{Caller, Remote, file_at};
pub use request::{
    Brought, ConfigureError, ConfigureResult, Format, ListInfo, Picked, Recalled, Reply, Request,
    ShapeRequest,
};
pub use stage::{STAGES, Stage};
pub use status::{ChoiceStatus, Loaded, Phase, Status};
pub use wait::Wait;
pub use waiting::Waiting;
pub use worker::Loader;

/// Requests that fit between two steps of the worker. More are refused, and the sender is told.
const REQUESTS: usize = 64;

/// Engines that may be away from the worker at once: up to three in the processor's hands, and some
/// on their way.
const ENGINES: usize = 8;

/// The same of engines that wait ready: two for each place, while one takes the place of the other, and those that sound.
const READY_ENGINES: usize = 2 * MOST_CHOICES + 4;

/// How much of the recent input a reshaped engine is primed with before it takes over, less one block of the history buffer:
/// 5.3 s at 48 kHz, 1.3 s at 192 kHz, 2 MiB an instance. What still rings of older sound goes with the engine before,
/// in one fade.
const TAPE_SAMPLES: usize = 1 << 18;

/// Threads that the loaders of a process share: enough that some go on while others wait for a file, few enough that
/// a hundred instances are no burden.
const THREADS: usize = 4;

/// A loader that has no thread yet, and its three ends; see [`start`] for one that has.
#[derive(Debug)]
pub struct Parts {
    /// The worker itself: call [`Loader::step`].
    pub loader: Loader,
    /// For the host's main thread and the editor.
    pub remote: Remote,
    /// For the audio thread.
    pub audio: AudioHandle,
    /// For the editor.
    pub status: Observer<Status>,
}

/// Makes a loader with its ends. `notify` is called by the worker whenever the status changed, an engine
/// was linked later than the status said, or a [`Caller`] asked for it.
///
/// Not real-time: allocates. Nothing runs until somebody calls [`Loader::step`].
#[must_use]
pub fn loader(cache: Arc<Cache>, notify: impl Fn() + Send + 'static) -> Parts {
    loader_of(Origin::default(), cache, notify)
}

/// The same; `first` is what a project remembers before anything is asked for, and [`Origin::Nothing`] for a slot
/// that is empty then.
#[must_use]
pub fn loader_of(first: Origin, cache: Arc<Cache>, notify: impl Fn() + Send + 'static) -> Parts {
    let first = Arc::new(first);
    let (requests, queued) = queue(REQUESTS);
    let (shapes, wanted) = observe(ShapeRequest::default());
    let (brought, brought_reader) = observe(Versioned::<Brought>::default());
    let (source, engines) = handoff::<Versioned<PrimedEngine>>(ENGINES);
    let (ready_source, ready) = handoff::<Versioned<PrimedEngine>>(READY_ENGINES);
    let (recorder, recent) = history(2, TAPE_SAMPLES);
    let (publisher, status) = observe(Status {
        origin: Arc::clone(&first),
        ..Status::default()
    });
    let signals = Arc::new(Signals {
        heart: cache.heart.clone(),
        ..Signals::default()
    });
    let list = Shared::new(Arc::default());
    let spare = Shared::new(Spare::default());
    let origin = Shared::new(Versioned {
        generation: 0,
        value: first,
    });
    let outlet = Shared::new(Outlet { requests, brought });
    Parts {
        loader: Loader::new(Ports {
            inbox: Inbox::new(queued, spare.clone(), wanted, signals.clone()),
            handoff: Handoff::new(source, recent, signals.clone()),
            choices: Choices::new(ready_source),
            status: publisher,
            origin: origin.clone(),
            list: list.clone(),
            signals: signals.clone(),
            notify: Box::new(notify),
            cache: cache.clone(),
        }),
        remote: Remote::new((outlet, spare), origin, list, (signals.clone(), cache)),
        audio: AudioHandle {
            loader: LoaderHandle::new(shapes, brought_reader, signals),
            engines,
            ready,
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
) -> io::Result<(Remote, AudioHandle, Observer<Status>)> {
    start_of(Origin::default(), notify)
}

/// The same; `first` as in [`loader_of`].
///
/// # Errors
/// As [`start`].
pub fn start_of(
    first: Origin,
    notify: impl Fn() + Send + 'static,
) -> io::Result<(Remote, AudioHandle, Observer<Status>)> {
    let Parts {
        mut loader,
        mut remote,
        audio,
        status,
    } = loader_of(first, Cache::shared(), notify);
    static POOL: LazyLock<ThreadPool> =
        LazyLock::new(|| ThreadPool::new("anteroom loader", THREADS));
    files::on_return(|| Cache::shared().places.look_again());
    let control = remote.signals().job.clone();
    let cancel = control.cancel.clone();
    let given_up: files::GivenUp = Arc::new(move || cancel.is_cancelled());
    let job = BackgroundJob::spawn_in(&POOL, control, move |_| {
        files::while_wanted(&given_up, || loader.step())
    })?;
    static WAKER: Waker = Waker::new("anteroom waker", Pace::DEFAULT);
    let watch = WAKER.watch(remote.signals().flag.clone(), job.waker());
    remote.run_by(job, watch);
    Ok((remote, audio, status))
}

//! Lock-free wires between a real-time audio thread and the rest of a program.
//!
//! It has no `unsafe`, and composes [`rtrb`], [`triple_buffer`] and a few atomics. Contexts (the audio callback, the editor, a worker,
//! a socket thread) own the ends of wires by value; ends are made in pairs, once, where it is allowed
//! to allocate. They are `Send` and not `Clone`, and what changes anything takes `&mut self`, so the
//! compiler sees to it that one thread at a time uses an end.
//!
//! # Four ideas
//!
//! 1. **Credits.** A [`Source`] may have `limit` objects away, and the way home has room for `limit`.
//!    So the real-time side never has to choose between freeing an object, leaking it and waiting.
//! 2. **Nothing precious travels with anything lossy.** Commands are refused when there is no room
//!    and the sender keeps them; state is overwritten; notifications coalesce; objects wait for a
//!    credit. Nothing is ever dropped in silence.
//! 3. **The real-time side wakes nobody.** It pushes, publishes, or raises a [`Flag`]; a [`Waker`]
//!    for the whole process looks at the flags and does the waking.
//! 4. **A lock is at one end only.** What several clients share, they share behind [`Shared`], at
//!    the end that is not real-time; the other end never sees it.
//!
//! # Handles
//!
//! "Real-time" means: wait-free (no loop that another thread can prolong), no allocation or free, no
//! lock, no system call, no wake-up. Making a pair and dropping an end are never real-time: the end
//! that is dropped last frees the wire and what is in it.
//!
//! | handle | whose thread | guarantee | where the old value goes to die |
//! |---|---|---|---|
//! | [`Producer`], [`Consumer`] of [`queue`] | one each, any | real-time; full gives the message back | with the message, where it was popped: let it own nothing |
//! | [`drain`], [`transact`] | the consumer's, the producer's | real-time, bounded; all or nothing | - |
//! | [`Call`] | sent by any, run by any | `Copy`; as real-time as its function | it owns nothing |
//! | [`FrameWriter`], [`FrameReader`] | one each, any | real-time; a frame is seen whole or not at all | - |
//! | [`Source`] | not the real-time one | never waits; no credit gives the object back | here, after [`Source::reclaim`] |
//! | [`Target`], [`RtBox`] | the real-time one | real-time; sending home can not fail | never here; a dropped [`RtBox`] is leaked and counted |
//! | [`Publisher`], [`Broadcast`], [`Observer`] | one each, any | real-time; always a whole value, the newest | overwritten in the publisher's thread |
//! | [`AtomicF32`], [`Dirty`], [`Flag`], [`Cancel`] | any number | real-time loads and stores | - |
//! | [`SeqLockWriter`], [`SeqLockReader`] | any number change, one reads | real-time; all of a change or nothing of it | a copy, read over |
//! | [`Mirror`], [`Replica`] | one each, any | real-time if the operations are | where the operation drops it |
//! | [`Schedule`], [`Pool`] | one, usually the real-time one | real-time, fixed capacity, full refuses | where it was taken out |
//! | [`Part`] | linked into the real-time one | a slice that keeps the whole alive | at home, after [`Source::reclaim`] |
//! | [`Client`] | any, real-time ones too | real-time; too many outstanding gives the command back | commands come home in replies |
//! | [`WakingClient`], [`Worker`], [`JobRunner`], [`WorkerThread`], [`WakeRegistration`] | never the real-time one | named; joined when dropped | on their own thread |
//! | [`ThreadPool`], [`Task`], [`TaskWaker`] | never the real-time one | a few threads for many background halves | on a thread of the pool |
//! | [`Shared`] | any number, none real-time | a lock, at this end only | - |
//! | [`MsQueue`] | any number of workers | lock-free, no allocation | it holds words |
//!
//! # Ordering
//!
//! There is no `SeqCst` and no fence: every hand-over is a `Release` store or exchange that some
//! `Acquire` load reads, argued at the place, so that loom, Miri and ThreadSanitizer all check what
//! is shipped. There is no order *between* two wires: if B must come after A, send both through one.
//!
//! What it costs, beside others that do the same work, is in the repository: `docs/performance.md`.
//!
//! # The files
//!
//! | file | what it is |
//! |---|---|
//! | `queue`, `ms_queue`, `frames`, `call` | messages: by value, among many, of any length, as a function |
//! | `handoff`, `rt_box`, `part` | objects with a way home, held in real time, and slices of them |
//! | `observe`, `mirror`, `seq_lock`, `dirty`, `flag` | state: the latest, copies, changes as one, news, bits |
//! | `history` | the past of a signal |
//! | `schedule`, `pool` | messages that wait for their time; storage of one context |
//! | `work`, `worker_thread`, `thread_pool`, `waker` | work on other threads, and who wakes them |
//! | `shared`, `versioned`, `error`, `sync` | a lock at one end, values with a number, refusals, atomics |

#![forbid(unsafe_code)]
#![deny(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    clippy::disallowed_macros
)]

mod call;
mod dirty;
mod error;
mod flag;
mod frames;
mod handoff;
mod history;
mod mirror;
mod ms_queue;
mod observe;
mod part;
mod pool;
mod queue;
mod rt_box;
mod schedule;
mod seq_lock;
mod shared;
mod sync;
mod thread_pool;
mod versioned;
mod waker;
mod work;
mod worker_thread;

#[cfg(doc)]
#[doc = include_str!("rows.md")]
pub mod rows {
    #[allow(unused_imports, reason = "the page links to them")]
    use super::*;
}

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub use atomic_float::AtomicF32;
pub use rtrb::{Consumer, PeekError, PopError, Producer, PushError};

pub use call::Call;
pub use dirty::{Dirty, Marks};
pub use error::{SendError, WriteError};
pub use flag::{Cancel, Flag};
pub use frames::{FrameReader, FrameWriter, frames};
pub use handoff::{Source, Target, handoff};
pub use history::{HISTORY_BLOCK, HistoryReader, HistoryWriter, OutOfHistory, history};
pub use mirror::{Mirror, Replica, State};
pub use ms_queue::MsQueue;
pub use observe::{Broadcast, Observer, Publisher, observe, observe_by};
pub use part::Part;
pub use pool::{Key, Pool};
pub use queue::{drain, queue, touch, transact};
pub use rt_box::RtBox;
pub use schedule::Schedule;
pub use seq_lock::{Change, SeqLockReader, SeqLockWriter};
pub use shared::Shared;
pub use thread_pool::{Task, TaskWaker, ThreadPool};
pub use versioned::Versioned;
pub use waker::{Pace, REST, TICK, Wake, WakeRegistration, Waker};
pub use work::{
    Client, Job, JobRunner, Outcome, Priority, Refused, Reply, ReplySlot, Request, Ticket,
    WakingClient, Worker, job_fn,
};
pub use worker_thread::WorkerThread;

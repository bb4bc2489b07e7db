//! Work that a real-time context can not do itself: asked for by priority, answered by ticket.
//!
//! | handle | whose thread | guarantee | where the old value goes to die |
//! |---|---|---|---|
//! | [`Client`] | one that asks, real-time ones too | wait-free, wakes nobody | commands come home with their replies |
//! | [`WakingClient`] | one that asks and may make a system call | never waits; unparks the worker | as above |
//! | [`JobRunner`] | the worker's | runs one job at a time, the most urgent first | what nobody waits for dies here |
//! | [`Worker`] | whoever owns it | dropping it ends the job in hand, answers the rest and joins | |
//!
//! Every client has a queue to the job runner and a queue back, each with room for as many as it may have
//! outstanding, so a reply always has a place. A command is also the reply's envelope: whatever
//! became of the job, the command returns to the client with it, so a real-time client can put a
//! buffer in it and never has to free one.
//!
//! There is one exception: a envelope that is sent at the very moment the job runner ends gets no reply. It
//! stays in its queue and is freed once, with it, by the end that is dropped last: that is not on the
//! audio thread, because no client may be dropped there. So a client that [is closed](Client::is_closed)
//! and has no more replies waits for none.
//!
//! The files are `client`, `waking`, `job_runner` and `worker`, one for each handle, and `envelope` for what is between
//! them.

use std::marker::PhantomData;

use super::SendError;

mod client;
mod envelope;
mod job_runner;
mod waking;
mod worker;

pub use client::Client;
pub use job_runner::JobRunner;
pub use waking::WakingClient;
pub use worker::Worker;

/// What a worker does. Not real-time: that is why a worker does it.
///
/// ```
/// use anteroom_exchange::Job;
///
/// struct Peak;
///
/// impl Job for Peak {
///     type Command = Vec<f32>;
///     type Output = f32;
///     fn run(&mut self, samples: &mut Vec<f32>, _cancelled: &dyn Fn() -> bool) -> f32 {
///         samples.iter().fold(0.0, |peak, sample| sample.abs().max(peak))
///     }
/// }
/// assert_eq!(Peak.run(&mut vec![0.25, -0.5], &|| false), 0.5);
/// ```
pub trait Job: Send + 'static {
    /// What it is asked to do; comes back with the reply, so buffers travel in it both ways.
    type Command: Send;
    /// What it answers.
    type Output: Send;

    /// Does it. Runs on the worker's thread: not real-time.
    ///
    /// A long job looks at `cancelled` now and then, and then returns early with any output: it will
    /// not be seen. A panic is caught and reported; `self` must be fit for the next job all the same.
    ///
    /// ```
    /// # use anteroom_exchange::Job;
    /// # struct Blocks;
    /// impl Job for Blocks {
    ///     type Command = u32;
    ///     type Output = u32;
    ///     fn run(&mut self, blocks: &mut u32, cancelled: &dyn Fn() -> bool) -> u32 {
    ///         (0..*blocks).take_while(|_| !cancelled()).count() as u32
    ///     }
    /// }
    /// assert_eq!(Blocks.run(&mut 8, &|| false), 8);
    /// assert_eq!(Blocks.run(&mut 8, &|| true), 0);
    /// ```
    fn run(&mut self, command: &mut Self::Command, cancelled: &dyn Fn() -> bool) -> Self::Output;
}

/// A request on somebody else's behalf that was not sent, with its reply_slot, and why.
///
/// Real-time to take apart.
///
/// ```
/// use anteroom_exchange::{Refused, Request, SendError, Worker, job_fn};
///
/// let (worker, job_runner) = Worker::with_runner(job_fn(|block: &mut u64, _| *block * 512));
/// let (mut editor, mut audio) = (worker.client(1), worker.client(1));
/// drop(job_runner);
/// let reply_slot = audio.reply_slot().unwrap();
/// let refused: Refused<u64> = editor.request_to(Request::new(7), reply_slot).unwrap_err();
/// assert!(matches!(refused, SendError::Closed((Request { command: 7, .. }, _))));
/// ```
pub type Refused<C> = SendError<(Request<C>, ReplySlot)>;

/// A job that is a function of its command and of whether it was cancelled. Not real-time.
///
/// A job that is to be a field of something, or that has much state, is better a type of its own.
///
/// ```
/// use anteroom_exchange::{Outcome, Request, Worker, job_fn};
///
/// let (worker, mut job_runner) = Worker::with_runner(job_fn(|block: &mut u64, _| *block * 512));
/// let mut audio = worker.client(1);
/// audio.request(Request::new(7)).unwrap();
/// job_runner.step();
/// assert_eq!(audio.reply().unwrap().outcome, Outcome::Done(3584));
/// ```
pub fn job_fn<C, O, F>(run: F) -> impl Job<Command = C, Output = O>
where
    C: Send + 'static,
    O: Send + 'static,
    F: FnMut(&mut C, &dyn Fn() -> bool) -> O + Send + 'static,
{
    struct Function<F, C, O>(F, PhantomData<fn(C) -> O>);

    impl<F, C, O> Job for Function<F, C, O>
    where
        C: Send + 'static,
        O: Send + 'static,
        F: FnMut(&mut C, &dyn Fn() -> bool) -> O + Send + 'static,
    {
        type Command = C;
        type Output = O;

        fn run(&mut self, command: &mut C, cancelled: &dyn Fn() -> bool) -> O {
            (self.0)(command, cancelled)
        }
    }

    Function(run, PhantomData)
}

/// How urgent a request is: the smallest is done first, equal ones in the order of their coming.
///
/// A deadline, in frames or whatever is counted, makes a good priority. Real-time: it is a number.
///
/// ```
/// use anteroom_exchange::Priority;
///
/// // The block that is played sooner is read sooner.
/// assert!(Priority(48_000) < Priority(96_000));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Priority(
    /// 0 is the most urgent.
    pub u64,
);

impl Priority {
    /// Somebody will be heard to wait. A number, and so real-time, as the other two.
    ///
    /// ```
    /// # use anteroom_exchange::Priority;
    /// assert!(Priority::URGENT < Priority(1));
    /// ```
    pub const URGENT: Self = Self(0);
    /// Somebody waits. Real-time.
    ///
    /// ```
    /// # use anteroom_exchange::Priority;
    /// assert!(Priority::URGENT < Priority::NORMAL);
    /// ```
    pub const NORMAL: Self = Self(u64::MAX / 2);
    /// When there is nothing else to do. Real-time.
    ///
    /// ```
    /// # use anteroom_exchange::Priority;
    /// assert!(Priority::NORMAL < Priority::IDLE);
    /// ```
    pub const IDLE: Self = Self(u64::MAX);
}

/// What a client asks: a command, how urgent it is, and whether it replaces earlier ones.
///
/// As real-time as its command is.
///
/// ```
/// use anteroom_exchange::{Priority, Request};
///
/// let read = Request::new("block 7").at(Priority::URGENT).about(1);
/// assert_eq!(read.command, "block 7");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request<C> {
    /// What to do.
    pub command: C,
    /// How urgent it is.
    pub priority: Priority,
    /// If set: this client's outstanding requests about the same subject are cancelled, because
    /// only the newest matters. Ten turns of a knob are one load.
    pub subject: Option<u32>,
}

impl<C> Request<C> {
    /// A request of normal priority that replaces nothing. Real-time.
    ///
    /// ```
    /// # use anteroom_exchange::{Priority, Request};
    /// let read = Request::new("block 7");
    /// assert_eq!((read.priority, read.subject), (Priority::NORMAL, None));
    /// ```
    pub fn new(command: C) -> Self {
        Self {
            command,
            priority: Priority::NORMAL,
            subject: None,
        }
    }

    /// The same with this priority. Real-time.
    ///
    /// ```
    /// # use anteroom_exchange::{Priority, Request};
    /// let read = Request::new("block 7").at(Priority::URGENT);
    /// assert_eq!(read.priority, Priority::URGENT);
    /// ```
    #[must_use]
    pub fn at(self, priority: Priority) -> Self {
        Self { priority, ..self }
    }

    /// The same, replacing this client's earlier ones about `subject`. Real-time.
    ///
    /// ```
    /// # use anteroom_exchange::Request;
    /// let size = Request::new("size 0.8").about(3);
    /// assert_eq!(size.subject, Some(3));
    /// ```
    #[must_use]
    pub fn about(self, subject: u32) -> Self {
        Self {
            subject: Some(subject),
            ..self
        }
    }
}

/// Names one outstanding request of one client. Real-time: it is two numbers.
///
/// ```
/// # use anteroom_exchange::{Request, Worker, job_fn};
/// let (worker, mut job_runner) = Worker::with_runner(job_fn(|block: &mut u64, _| *block * 512));
/// let mut audio = worker.client(2);
/// let ticket = audio.request(Request::new(7)).unwrap();
/// assert!(job_runner.step());
/// assert_eq!(audio.reply().unwrap().ticket, ticket);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ticket {
    /// Which of the client's places for outstanding requests it has; nobody else has it meanwhile.
    slot: u32,
    /// How many requests the client had made before, plus one; never used twice.
    number: u64,
}

impl Ticket {
    /// The client's requests are numbered from 1 in the order in which it made them. Real-time.
    ///
    /// ```
    /// # use anteroom_exchange::{Request, Worker, job_fn};
    /// # let (worker, _clerk) = Worker::with_runner(job_fn(|block: &mut u64, _| *block * 512));
    /// let mut audio = worker.client(2);
    /// assert_eq!(audio.request(Request::new(7)).unwrap().number(), 1);
    /// assert_eq!(audio.request(Request::new(8)).unwrap().number(), 2);
    /// ```
    pub fn number(self) -> u64 {
        self.number
    }
}

/// The right to have one reply delivered to the client that issued it, whoever asks.
///
/// It holds one of that client's places until the reply has come, so do not lose it. Real-time: it is
/// three numbers, and travels in a queue as they do.
///
/// ```
/// # use anteroom_exchange::{Outcome, Request, Worker, job_fn};
/// let (worker, mut job_runner) = Worker::with_runner(job_fn(|block: &mut u64, _| *block * 512));
/// let (mut editor, mut audio) = (worker.client(1), worker.client(1));
/// let reply_slot = audio.reply_slot().unwrap();
/// editor.request_to(Request::new(7), reply_slot).unwrap();
/// assert!(job_runner.step());
/// assert_eq!(audio.reply().unwrap().outcome, Outcome::Done(3584));
/// ```
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a reply_slot that is lost keeps its client's place for ever"]
pub struct ReplySlot {
    port: u64,
    ticket: Ticket,
}

impl ReplySlot {
    /// The ticket that the reply will carry. Real-time.
    ///
    /// ```
    /// # use anteroom_exchange::{Worker, job_fn};
    /// # let (worker, _clerk) = Worker::with_runner(job_fn(|block: &mut u64, _| *block * 512));
    /// let mut audio = worker.client(1);
    /// let reply_slot = audio.reply_slot().unwrap();
    /// assert_eq!(reply_slot.ticket().number(), 1);
    /// audio.withdraw(reply_slot);
    /// ```
    pub fn ticket(&self) -> Ticket {
        self.ticket
    }
}

/// What became of a request. To take one in is real-time, to drop its command need not be.
///
/// ```
/// # use anteroom_exchange::{Outcome, Reply, Request, Worker, job_fn};
/// let (worker, mut job_runner) = Worker::with_runner(job_fn(|block: &mut u64, _| *block * 512));
/// let mut audio = worker.client(1);
/// let ticket = audio.request(Request::new(7)).unwrap();
/// assert!(job_runner.step());
/// let reply = Reply { ticket, command: 7, outcome: Outcome::Done(3584) };
/// assert_eq!(audio.reply(), Some(reply));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reply<C, O> {
    /// Which request.
    pub ticket: Ticket,
    /// The command, home again. It may own memory: do not drop it in a real-time context then.
    pub command: C,
    /// What came of it.
    pub outcome: Outcome<O>,
}

/// How a job ended. As real-time as what it holds.
///
/// ```
/// # use anteroom_exchange::{Outcome, Request, Worker, job_fn};
/// let (worker, mut job_runner) = Worker::with_runner(job_fn(|block: &mut u64, _| *block * 512));
/// let mut audio = worker.client(2);
/// let unwanted = audio.request(Request::new(7)).unwrap();
/// audio.request(Request::new(8)).unwrap();
/// audio.cancel(unwanted);
/// while job_runner.step() {}
/// assert_eq!(audio.reply().unwrap().outcome, Outcome::Cancelled);
/// assert_eq!(audio.reply().unwrap().outcome, Outcome::Done(4096));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome<T> {
    /// It was done.
    Done(T),
    /// It was cancelled before it was done, or the worker has ended.
    Cancelled,
    /// It panicked.
    Panicked,
}

/// What crosses from a client to the job runner.
struct Envelope<C> {
    command: C,
    priority: Priority,
    /// Where the reply goes, and under which ticket.
    to: ReplySlot,
}

#[cfg(all(test, not(loom)))]
mod tests;

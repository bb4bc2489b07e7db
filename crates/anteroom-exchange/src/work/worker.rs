//! The thread of a job_runner, and the place where its clients are made.
#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "makes and wakes the thread; never the real-time one"
)]

use std::fmt;
use std::io;
use std::sync::Arc;

use super::client::Client;
use super::envelope::{ClientPort, port};
use super::waking::WakingClient;
use super::{Job, JobRunner};
use crate::{Cancel, Flag, Shared, WakeRegistration, Waker, WorkerThread};

/// A named thread that does jobs for any number of clients, the most urgent first.
///
/// It sleeps while there is nothing to do. Those of its clients that may make a system call wake it;
/// for the real-time ones a [`Waker`] does, while the worker [is active](Self::set_active).
///
/// Dropping it cancels the job in hand, sends all commands home undone, and joins the thread.
/// Not real-time.
///
/// ```
/// use anteroom_exchange::{Job, Outcome, Request, Worker};
///
/// struct Lengths;
///
/// impl Job for Lengths {
///     type Command = String;
///     type Output = usize;
///     fn run(&mut self, text: &mut String, _cancelled: &dyn Fn() -> bool) -> usize {
///         text.len()
///     }
/// }
///
/// let worker = Worker::spawn("lengths", Lengths)?;
/// let mut editor = worker.waking_client(4);
/// let ticket = editor.request(Request::new("hall".to_string())).unwrap();
/// let reply = loop {
///     match editor.reply() {
///         Some(reply) => break reply,
///         None => std::thread::yield_now(),
///     }
/// };
/// assert_eq!((reply.ticket, reply.outcome), (ticket, Outcome::Done(4)));
/// assert_eq!(reply.command, "hall");
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct Worker<J: Job> {
    // Dropped first: it can not be woken for anything after that.
    watch: Option<WakeRegistration>,
    thread: Option<WorkerThread>,
    stop: Cancel,
    flag: Arc<Flag>,
    arrivals: Shared<Vec<ClientPort<J>>>,
    ports: Shared<u64>,
}

impl<J: Job> Worker<J> {
    /// Starts the thread; what real-time clients ask for is seen by [`Waker::global`]. Not real-time: a
    /// system call.
    ///
    /// # Errors
    ///
    /// If the system has no thread to give.
    ///
    /// ```
    /// # use anteroom_exchange::{Request, Worker, job_fn};
    /// let worker = Worker::spawn("disk", job_fn(|block: &mut u64, _| *block * 512))?;
    /// let mut editor = worker.waking_client(1);
    /// editor.request(Request::new(7)).unwrap();
    ///
    /// // Whether it was begun or not, the command comes home.
    /// drop(worker);
    /// assert_eq!(editor.reply().unwrap().command, 7);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn spawn(name: &str, job: J) -> io::Result<Self> {
        Self::spawn_with(Waker::global(), name, job)
    }

    /// As [`spawn`](Self::spawn), with a ticker of the caller's own. Not real-time: a system call.
    ///
    /// # Errors
    ///
    /// If the system has no thread to give.
    ///
    /// ```
    /// # use anteroom_exchange::{Pace, Waker, Worker, job_fn};
    /// static WAKER: Waker = Waker::new("my waker", Pace::DEFAULT);
    /// let worker = Worker::spawn_with(&WAKER, "disk", job_fn(|block: &mut u64, _| *block * 512))?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn spawn_with(waker: &'static Waker, name: &str, job: J) -> io::Result<Self> {
        let (mut worker, job_runner) = Self::with_runner(job);
        worker.start(waker, name, job_runner)?;
        Ok(worker)
    }

    /// Gives the job_runner that was made [with this worker](Self::with_runner) a thread, so that an instance has none before
    /// there is something to do. What was asked for until now is done first. Clients that were made before do not wake it;
    /// [`wake`](Self::wake) does. Not real-time: a system call.
    ///
    /// # Errors
    ///
    /// If the system has no thread to give: the job_runner has ended then.
    ///
    /// ```
    /// # use anteroom_exchange::{Request, Waker, Worker, job_fn};
    /// let (mut worker, job_runner) = Worker::with_runner(job_fn(|block: &mut u64, _| *block * 512));
    /// let mut audio = worker.client(1);
    /// audio.request(Request::new(7)).unwrap();
    /// worker.start(Waker::global(), "disk", job_runner)?;
    /// worker.wake();
    /// while audio.reply().is_none() {
    ///     std::thread::yield_now();
    /// }
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn start(
        &mut self,
        waker: &'static Waker,
        name: &str,
        mut job_runner: JobRunner<J>,
    ) -> io::Result<()> {
        let thread = WorkerThread::spawn_with(name, self.stop.clone(), move || job_runner.step())?;
        self.watch = Some(waker.watch(self.flag.clone(), thread.thread().clone()));
        self.thread = Some(thread);
        Ok(())
    }

    /// Makes a worker without a thread, whose job_runner is stepped by the caller. Not real-time.
    ///
    /// ```
    /// # use anteroom_exchange::{Request, Worker, job_fn};
    /// let (worker, mut job_runner) = Worker::with_runner(job_fn(|(): &mut (), _| ()));
    /// let mut audio = worker.client(1);
    /// audio.request(Request::new(())).unwrap();
    /// assert!(job_runner.step());
    /// assert!(audio.reply().is_some());
    /// assert!(!job_runner.step());
    /// ```
    pub fn with_runner(job: J) -> (Self, JobRunner<J>) {
        let arrivals = Shared::new(Vec::new());
        let stop = Cancel::new();
        let job_runner = JobRunner::new(job, arrivals.clone(), stop.clone());
        let worker = Self {
            watch: None,
            thread: None,
            stop,
            flag: Arc::default(),
            arrivals,
            ports: Shared::new(0),
        };
        (worker, job_runner)
    }

    /// Makes a client for a real-time context, with at most `limit` requests outstanding.
    ///
    /// Not real-time: allocates both queues and touches their pages. Freed: a command, where its reply
    /// was taken; with the client gone, on the worker's thread; the queues, by the end that is dropped last.
    ///
    /// ```
    /// # use anteroom_exchange::{Request, SendError, Worker, job_fn};
    /// # let (worker, job_runner) = Worker::with_runner(job_fn(|block: &mut u64, _| *block * 512));
    /// let mut audio = worker.client(2);
    /// for block in [7, 8] {
    ///     audio.request(Request::new(block)).unwrap();
    /// }
    /// assert_eq!(audio.request(Request::new(9)), Err(SendError::Full(9)));
    /// # drop(job_runner);
    /// ```
    pub fn client(&self, limit: usize) -> Client<J> {
        let id = self.ports.with(|id| {
            *id += 1;
            *id
        });
        let (port, ends) = port(id, limit);
        self.arrivals.with(|arrivals| arrivals.push(port));
        Client::new(ends, self.flag.clone(), limit)
    }

    /// Makes a client for a context that may make a system call, with at most `limit` requests
    /// outstanding. Not real-time.
    ///
    /// ```
    /// # use anteroom_exchange::{Request, Worker, job_fn};
    /// # let (worker, mut job_runner) = Worker::with_runner(job_fn(|block: &mut u64, _| *block * 512));
    /// let mut editor = worker.waking_client(1);
    /// editor.request(Request::new(7)).unwrap();
    /// assert!(job_runner.step());
    /// assert_eq!(editor.reply().unwrap().command, 7);
    /// ```
    pub fn waking_client(&self, limit: usize) -> WakingClient<J> {
        let client = self.client(limit);
        // Without a thread of ours there is nobody to wake: the job runner is stepped by whoever has it.
        let thread = self.thread.as_ref().map(|thread| thread.thread().clone());
        WakingClient::new(client, thread)
    }

    /// Says whether real-time clients are running, so that their requests are looked for.
    ///
    /// Not real-time. What they have asked for already is seen at once.
    ///
    /// ```
    /// # use anteroom_exchange::{Request, Worker, job_fn};
    /// let worker = Worker::spawn("disk", job_fn(|block: &mut u64, _| *block * 512))?;
    /// let mut audio = worker.client(1);
    /// audio.request(Request::new(7)).unwrap();
    /// worker.set_active(true);
    /// while audio.reply().is_none() {
    ///     std::thread::yield_now();
    /// }
    /// assert_eq!(audio.outstanding(), 0);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn set_active(&self, active: bool) {
        if let Some(watch) = &self.watch {
            watch.set_active(active);
        }
    }

    /// Makes the thread look for work. Not real-time.
    ///
    /// ```
    /// # use anteroom_exchange::{Request, Worker, job_fn};
    /// let worker = Worker::spawn("disk", job_fn(|block: &mut u64, _| *block * 512))?;
    /// let mut audio = worker.client(1);
    /// audio.request(Request::new(7)).unwrap();
    /// worker.wake();
    /// while audio.reply().is_none() {
    ///     std::thread::yield_now();
    /// }
    /// assert_eq!(audio.outstanding(), 0);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn wake(&self) {
        if let Some(thread) = &self.thread {
            thread.wake();
        }
    }
}

impl<J: Job> fmt::Debug for Worker<J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Worker").field(&self.thread).finish()
    }
}

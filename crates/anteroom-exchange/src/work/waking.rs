//! The client of a worker in a context that may wake it.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::thread::Thread;

use super::{Client, Job, Refused, ReplySlot, Request, Ticket};
use crate::SendError;

/// Asks a worker from a context that may make a system call: the worker begins at once.
///
/// Not real-time: [`request`](Self::request) unparks a sleeping thread. It dereferences to the
/// [`Client`] for everything that wakes nobody.
///
/// ```
/// # use anteroom_exchange::{Request, Worker, job_fn};
/// let worker = Worker::spawn("disk", job_fn(|block: &mut u64, _| *block * 512))?;
/// let mut editor = worker.waking_client(1);
/// editor.request(Request::new(7)).unwrap();
/// while editor.outstanding() > 0 {
///     editor.reply();
///     std::thread::yield_now();
/// }
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct WakingClient<J: Job> {
    client: Client<J>,
    /// The worker's, if it has one of its own.
    thread: Option<Thread>,
}

#[allow(clippy::disallowed_methods, reason = "waking is what it is for")]
impl<J: Job> WakingClient<J> {
    pub(super) fn new(client: Client<J>, thread: Option<Thread>) -> Self {
        Self { client, thread }
    }

    fn wake(&self) {
        if let Some(thread) = &self.thread {
            thread.unpark();
        }
    }

    /// Asks for something and wakes the worker. Not real-time.
    ///
    /// # Errors
    ///
    /// As [`Client::request`].
    ///
    /// ```
    /// # use anteroom_exchange::{Request, SendError, Worker, job_fn};
    /// # let (worker, job_runner) = Worker::with_runner(job_fn(|block: &mut u64, _| *block * 512));
    /// let mut editor = worker.waking_client(1);
    /// assert_eq!(editor.request(Request::new(7)).unwrap().number(), 1);
    /// assert_eq!(editor.request(Request::new(8)), Err(SendError::Full(8)));
    /// # drop(job_runner);
    /// ```
    pub fn request(
        &mut self,
        request: Request<J::Command>,
    ) -> Result<Ticket, SendError<J::Command>> {
        let ticket = self.client.request(request)?;
        self.wake();
        Ok(ticket)
    }

    /// As [`Client::request_to`], and wakes the worker. Not real-time.
    ///
    /// # Errors
    ///
    /// As [`Client::request_to`].
    ///
    /// ```
    /// # use anteroom_exchange::{Request, Worker, job_fn};
    /// # let (worker, mut job_runner) = Worker::with_runner(job_fn(|block: &mut u64, _| *block * 512));
    /// let (mut editor, mut audio) = (worker.waking_client(1), worker.client(1));
    /// let reply_slot = audio.reply_slot().unwrap();
    /// editor.request_to(Request::new(7), reply_slot).unwrap();
    /// assert!(job_runner.step());
    /// assert_eq!(audio.reply().unwrap().command, 7);
    /// ```
    pub fn request_to(
        &mut self,
        request: Request<J::Command>,
        to: ReplySlot,
    ) -> Result<(), Refused<J::Command>> {
        self.client.request_to(request, to)?;
        self.wake();
        Ok(())
    }
}

impl<J: Job> Deref for WakingClient<J> {
    type Target = Client<J>;

    fn deref(&self) -> &Client<J> {
        &self.client
    }
}

impl<J: Job> DerefMut for WakingClient<J> {
    fn deref_mut(&mut self) -> &mut Client<J> {
        &mut self.client
    }
}

impl<J: Job> fmt::Debug for WakingClient<J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.client.fmt(f)
    }
}

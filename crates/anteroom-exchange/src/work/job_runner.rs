//! The half of a worker that works: takes envelopes, does the most urgent job, answers.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::envelope::ClientPort;
use super::{Envelope, Job, Outcome, Priority, Reply};
use crate::{Cancel, Schedule, Shared};

/// Does the jobs, one for each [`step`](Self::step). A [`Worker`](super::Worker) is a thread that
/// steps one; a test, or an offline render, steps its own.
///
/// Not real-time.
///
/// ```
/// # use anteroom_exchange::{Outcome, Request, Worker, job_fn};
/// let (worker, job_runner) = Worker::with_runner(job_fn(|block: &mut u64, _| *block * 512));
/// let mut audio = worker.client(1);
/// audio.request(Request::new(7)).unwrap();
///
/// // When it ends, every command goes home undone.
/// drop(job_runner);
/// let reply = audio.reply().unwrap();
/// assert_eq!((reply.command, reply.outcome), (7, Outcome::Cancelled));
/// assert!(audio.is_closed());
/// ```
pub struct JobRunner<J: Job> {
    job: J,
    ports: Vec<ClientPort<J>>,
    /// Desks that were set up since we last looked.
    arrivals: Shared<Vec<ClientPort<J>>>,
    /// What is to be done, by urgency; has room for all that may be outstanding.
    list: Schedule<Priority, Envelope<J::Command>>,
    stop: Cancel,
}

impl<J: Job> JobRunner<J> {
    pub(super) fn new(job: J, arrivals: Shared<Vec<ClientPort<J>>>, stop: Cancel) -> Self {
        Self {
            job,
            ports: Vec::new(),
            arrivals,
            list: Schedule::new(0),
            stop,
        }
    }

    /// Takes all envelopes in and does the most urgent job; `false` if there was none.
    ///
    /// Not real-time: the job is done here, and there is room to be made for new clients.
    ///
    /// ```
    /// # use anteroom_exchange::{Priority, Request, Worker, job_fn};
    /// let (worker, mut job_runner) = Worker::with_runner(job_fn(|block: &mut u64, _| *block * 512));
    /// let mut audio = worker.client(2);
    /// audio.request(Request::new(7)).unwrap();
    /// audio.request(Request::new(8).at(Priority::URGENT)).unwrap();
    /// assert!(job_runner.step());
    /// assert_eq!(audio.reply().unwrap().command, 8);
    /// assert!(job_runner.step());
    /// assert!(!job_runner.step());
    /// ```
    pub fn step(&mut self) -> bool {
        self.take_in();
        let Some((_, envelope)) = self.list.pop() else {
            return false;
        };
        self.work_off(envelope);
        true
    }

    fn take_in(&mut self) {
        self.ports.extend(self.arrivals.with(std::mem::take));
        // Room for all who are here now: what was made for those who have gone is used again.
        let wanted: usize = self.ports.iter().map(|port| port.limit).sum();
        self.list.grow(wanted.saturating_sub(self.list.capacity()));

        for port in &mut self.ports {
            // No more than there is room for; the rest waits where it is.
            while self.list.len() < self.list.capacity()
                && let Ok(envelope) = port.envelopes.pop()
            {
                let priority = envelope.priority;
                // Room was looked for, so this does not refuse.
                let _ = self.list.push(priority, envelope);
            }
        }
        // Its envelopes were taken in, so nothing of a client that has gone is forgotten here.
        self.ports
            .retain(|port| !port.replies.is_abandoned() || !port.envelopes.is_empty());
    }

    fn work_off(&mut self, envelope: Envelope<J::Command>) {
        let Envelope {
            mut command, to, ..
        } = envelope;
        let Some(port) = self.ports.iter_mut().find(|port| port.id == to.port) else {
            // Nobody waits for it: the command dies here.
            return;
        };
        let cancelled = || self.stop.is_cancelled() || !port.wants(to.ticket);
        let outcome = if cancelled() {
            Outcome::Cancelled
        } else {
            let run = || self.job.run(&mut command, &cancelled);
            match catch_unwind(AssertUnwindSafe(run)) {
                Ok(_) if cancelled() => Outcome::Cancelled,
                Ok(output) => Outcome::Done(output),
                Err(_) => Outcome::Panicked,
            }
        };
        // A place in the queue goes with each reply_slot. If the client is gone, what is in the queue
        // dies with the queue, and that is here: we are its last owner.
        let _ = port.replies.push(Reply {
            ticket: to.ticket,
            command,
            outcome,
        });
    }
}

impl<J: Job> Drop for JobRunner<J> {
    fn drop(&mut self) {
        // All commands go home, undone.
        self.stop.cancel();
        while self.step() {}
    }
}

impl<J: Job> fmt::Debug for JobRunner<J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JobRunner")
            .field("ports", &self.ports.len())
            .field("waiting", &self.list.len())
            .finish_non_exhaustive()
    }
}

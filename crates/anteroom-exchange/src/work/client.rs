//! The client of a worker in a real-time context.

use std::fmt;
use std::sync::Arc;

use rtrb::PushError;

use super::envelope::Ends;
use super::{Envelope, Job, Refused, Reply, ReplySlot, Request, Ticket};
use crate::{Flag, SendError};

/// Asks a worker, from a real-time context or any other.
///
/// Every method but [`close`](Self::close) is real-time: wait-free, no allocation, no system call.
/// While the worker [is active](super::Worker::set_active) it sees a request within a
/// [`TICK`](crate::TICK), the first one after a silence within a
/// [`REST`](crate::REST), or as soon as anybody else wakes it.
///
/// Never drop a client in a real-time context: send it to where it may be dropped. Requests that are
/// outstanding then are not done, or their replies are dropped by the worker.
///
/// ```
/// # use anteroom_exchange::{Outcome, Request, Worker, job_fn};
/// let (worker, mut job_runner) = Worker::with_runner(job_fn(|block: &mut u64, _| *block * 512));
/// let mut audio = worker.client(1);
/// audio.request(Request::new(7)).unwrap();
/// assert!(audio.reply().is_none(), "it never waits");
///
/// assert!(job_runner.step());
/// let reply = audio.reply().unwrap();
/// assert_eq!((reply.command, reply.outcome), (7, Outcome::Done(3584)));
/// ```
pub struct Client<J: Job> {
    ends: Ends<J>,
    flag: Arc<Flag>,
    /// What each slot is used for; the free ones are in `free`.
    slots: Vec<Slot>,
    free: Vec<u32>,
    /// How many tickets were ever given.
    tickets: u64,
}

#[derive(Clone, Copy, Default)]
struct Slot {
    /// The number of the request that has the slot; 0 if it is free.
    number: u64,
    subject: Option<u32>,
}

impl<J: Job> Client<J> {
    pub(super) fn new(ends: Ends<J>, flag: Arc<Flag>, limit: usize) -> Self {
        let limit = u32::try_from(limit).unwrap_or(u32::MAX);
        Self {
            ends,
            flag,
            slots: (0..limit).map(|_| Slot::default()).collect(),
            free: (0..limit).rev().collect(),
            tickets: 0,
        }
    }

    /// Asks for something; the reply comes by [`reply`](Self::reply).
    ///
    /// Real-time: wait-free; with a subject it looks at each of the outstanding requests once.
    ///
    /// # Errors
    ///
    /// Gives the command back: [`SendError::Full`] if as many requests are outstanding as may be,
    /// [`SendError::Closed`] if the worker is gone.
    ///
    /// ```
    /// # use anteroom_exchange::{Request, SendError, Worker, job_fn};
    /// # let (worker, job_runner) = Worker::with_runner(job_fn(|block: &mut u64, _| *block * 512));
    /// let mut audio = worker.client(1);
    /// assert!(audio.request(Request::new(7)).is_ok());
    /// assert_eq!(audio.request(Request::new(8)), Err(SendError::Full(8)), "one may be outstanding");
    /// # drop(job_runner);
    /// ```
    pub fn request(
        &mut self,
        request: Request<J::Command>,
    ) -> Result<Ticket, SendError<J::Command>> {
        if self.is_closed() {
            return Err(SendError::Closed(request.command));
        }
        let subject = request.subject;
        let Some(reply_slot) = self.permit_about(subject) else {
            return Err(SendError::Full(request.command));
        };
        let ticket = reply_slot.ticket();
        self.send(request, reply_slot).map_err(|error| {
            error.map(|(request, reply_slot)| {
                self.withdraw(reply_slot);
                request.command
            })
        })?;
        if let Some(subject) = subject {
            self.cancel_about(subject, ticket);
        }
        Ok(ticket)
    }

    /// Asks for something whose reply is to go to the client that issued the reply_slot. Real-time:
    /// wait-free.
    ///
    /// # Errors
    ///
    /// Gives both back: [`SendError::Full`] if this client's queue is full, [`SendError::Closed`] if the
    /// worker is gone.
    ///
    /// ```
    /// # use anteroom_exchange::{Request, Worker, job_fn};
    /// let (worker, job_runner) = Worker::with_runner(job_fn(|block: &mut u64, _| *block * 512));
    /// let (mut editor, mut audio) = (worker.client(1), worker.client(2));
    /// let reply_slot = audio.reply_slot().unwrap();
    /// assert!(editor.request_to(Request::new(7), reply_slot).is_ok());
    ///
    /// let reply_slot = audio.reply_slot().unwrap();
    /// let refused = editor.request_to(Request::new(8), reply_slot).unwrap_err();
    /// let (request, _permit) = refused.into_inner();
    /// assert_eq!(request.command, 8, "the editor's queue has room for one");
    /// # drop(job_runner);
    /// ```
    pub fn request_to(
        &mut self,
        request: Request<J::Command>,
        to: ReplySlot,
    ) -> Result<(), Refused<J::Command>> {
        if self.is_closed() {
            return Err(SendError::Closed((request, to)));
        }
        self.send(request, to)
    }

    /// Lets somebody else, another client of the same worker, have one reply sent here.
    ///
    /// `None` if as many replies are outstanding as may be. The reply_slot counts as outstanding until
    /// its reply was received, or until it is [withdrawn](Self::withdraw). Real-time: wait-free.
    ///
    /// ```
    /// # use anteroom_exchange::{Worker, job_fn};
    /// # let (worker, _clerk) = Worker::with_runner(job_fn(|block: &mut u64, _| *block * 512));
    /// let mut audio = worker.client(1);
    /// let reply_slot = audio.reply_slot();
    /// assert!(reply_slot.is_some());
    /// assert_eq!(audio.reply_slot(), None);
    /// ```
    pub fn reply_slot(&mut self) -> Option<ReplySlot> {
        self.permit_about(None)
    }

    /// Takes an unused reply_slot of this client back. Those of other clients are ignored. Real-time:
    /// wait-free.
    ///
    /// ```
    /// # use anteroom_exchange::{Worker, job_fn};
    /// # let (worker, _clerk) = Worker::with_runner(job_fn(|block: &mut u64, _| *block * 512));
    /// let mut audio = worker.client(1);
    /// let reply_slot = audio.reply_slot().unwrap();
    /// assert_eq!(audio.outstanding(), 1);
    /// audio.withdraw(reply_slot);
    /// assert_eq!(audio.outstanding(), 0);
    /// ```
    pub fn withdraw(&mut self, reply_slot: ReplySlot) {
        if reply_slot.port == self.ends.id {
            self.release(reply_slot.ticket);
        }
    }

    /// Takes the next reply, in the order in which jobs were finished.
    ///
    /// The command in it has come home; see [`Reply::command`]. Real-time: wait-free; `None` if there
    /// is none yet.
    ///
    /// ```
    /// # use anteroom_exchange::{Request, Worker, job_fn};
    /// let (worker, mut job_runner) = Worker::with_runner(job_fn(|block: &mut u64, _| *block * 512));
    /// let mut audio = worker.client(1);
    /// audio.request(Request::new(7)).unwrap();
    /// assert_eq!(audio.reply(), None);
    /// assert!(job_runner.step());
    /// assert_eq!(audio.reply().unwrap().command, 7);
    /// ```
    pub fn reply(&mut self) -> Option<Reply<J::Command, J::Output>> {
        let reply = self.ends.replies.pop().ok()?;
        self.release(reply.ticket);
        Some(reply)
    }

    /// Says that a request is no longer wanted. Its reply still comes, soon.
    ///
    /// It is not done at all if it was not begun; a job in work can see it. A ticket whose reply was
    /// received already cancels nothing. Real-time: wait-free, one store.
    ///
    /// ```
    /// # use anteroom_exchange::{Outcome, Request, Worker, job_fn};
    /// # let (worker, mut job_runner) = Worker::with_runner(job_fn(|block: &mut u64, _| *block * 512));
    /// let mut audio = worker.client(1);
    /// let ticket = audio.request(Request::new(7)).unwrap();
    /// audio.cancel(ticket);
    /// assert!(job_runner.step());
    /// assert_eq!(audio.reply().unwrap().outcome, Outcome::Cancelled);
    /// ```
    pub fn cancel(&self, ticket: Ticket) {
        // Whoever has the slot now may have been cancelled too, and that must not be written over.
        if let Some(slot) = self.slots.get(ticket.slot as usize)
            && slot.number == ticket.number
        {
            self.ends.cancellations.insert(ticket);
        }
    }

    /// How many replies are still to be received. Real-time: wait-free.
    ///
    /// ```
    /// # use anteroom_exchange::{Request, Worker, job_fn};
    /// # let (worker, mut job_runner) = Worker::with_runner(job_fn(|block: &mut u64, _| *block * 512));
    /// let mut audio = worker.client(4);
    /// audio.request(Request::new(7)).unwrap();
    /// assert!(job_runner.step());
    /// assert_eq!(audio.outstanding(), 1, "done, but not received");
    /// audio.reply();
    /// assert_eq!(audio.outstanding(), 0);
    /// ```
    pub fn outstanding(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// Whether the worker is gone. Replies that it has sent before can still be received. Real-time:
    /// wait-free.
    ///
    /// ```
    /// # use anteroom_exchange::{Request, SendError, Worker, job_fn};
    /// let (worker, mut job_runner) = Worker::with_runner(job_fn(|block: &mut u64, _| *block * 512));
    /// let mut audio = worker.client(1);
    /// assert!(!job_runner.step(), "it knows the client now");
    /// drop(job_runner);
    /// assert!(audio.is_closed());
    /// assert_eq!(audio.request(Request::new(7)), Err(SendError::Closed(7)));
    /// ```
    pub fn is_closed(&self) -> bool {
        self.ends.envelopes.is_abandoned()
    }

    /// Ends this client. Not real-time: may free both queues and what is in them.
    ///
    /// The same as dropping it. A request in work sees that it is cancelled; its command and its
    /// output die on the worker. So does everything that was asked for and not begun.
    ///
    /// ```
    /// # use anteroom_exchange::{Request, Worker, job_fn};
    /// let (worker, mut job_runner) = Worker::with_runner(job_fn(|block: &mut u64, _| *block * 512));
    /// let mut audio = worker.client(1);
    /// audio.request(Request::new(7)).unwrap();
    /// audio.close();
    /// assert!(job_runner.step(), "the command dies here");
    /// ```
    pub fn close(self) {}

    fn permit_about(&mut self, subject: Option<u32>) -> Option<ReplySlot> {
        let index = *self.free.last()?;
        let slot = self.slots.get_mut(index as usize)?;
        self.free.pop();
        self.tickets += 1;
        let number = self.tickets;
        *slot = Slot { number, subject };
        let ticket = Ticket {
            slot: index,
            number,
        };
        Some(ReplySlot {
            port: self.ends.id,
            ticket,
        })
    }

    fn send(
        &mut self,
        request: Request<J::Command>,
        to: ReplySlot,
    ) -> Result<(), Refused<J::Command>> {
        let envelope = Envelope {
            command: request.command,
            priority: request.priority,
            to,
        };
        match self.ends.envelopes.push(envelope) {
            Ok(()) => {
                self.flag.raise();
                Ok(())
            }
            Err(PushError::Full(envelope)) => {
                let request = Request {
                    command: envelope.command,
                    ..request
                };
                Err(SendError::Full((request, envelope.to)))
            }
        }
    }

    fn release(&mut self, ticket: Ticket) {
        // The number guards against a ticket that does not have the slot any more; and as no slot is
        // in the list twice, the list never outgrows what was allocated for it.
        if let Some(slot) = self.slots.get_mut(ticket.slot as usize)
            && slot.number == ticket.number
        {
            *slot = Slot::default();
            self.free.push(ticket.slot);
        }
    }

    fn cancel_about(&self, subject: u32, newest: Ticket) {
        for (index, slot) in (0..).zip(&self.slots) {
            let older = Ticket {
                slot: index,
                number: slot.number,
            };
            if slot.number != 0 && slot.subject == Some(subject) && older != newest {
                self.cancel(older);
            }
        }
    }
}

impl<J: Job> fmt::Debug for Client<J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("outstanding", &self.outstanding())
            .field("limit", &self.slots.len())
            .finish()
    }
}

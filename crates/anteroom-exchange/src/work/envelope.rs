//! The two sides of the counter between one client and the job runner, and the cancellations on it.

use std::sync::Arc;

use rtrb::{Consumer, Producer};

use super::{Envelope, Job, Reply, Ticket};
use crate::queue;
use crate::sync::{AtomicU64, Ordering};

/// The job_runner's side.
pub(super) struct ClientPort<J: Job> {
    /// Never used twice in a worker, so that a late reply finds its own client or none.
    pub id: u64,
    pub limit: usize,
    pub envelopes: Consumer<Envelope<J::Command>>,
    pub replies: Producer<Reply<J::Command, J::Output>>,
    pub cancellations: Cancellations,
}

/// The client's side.
pub(super) struct Ends<J: Job> {
    pub id: u64,
    pub envelopes: Producer<Envelope<J::Command>>,
    pub replies: Consumer<Reply<J::Command, J::Output>>,
    pub cancellations: Cancellations,
}

pub(super) fn port<J: Job>(id: u64, limit: usize) -> (ClientPort<J>, Ends<J>) {
    let (to_clerk, envelopes) = queue(limit);
    let (replies, from_clerk) = queue(limit);
    let cancellations = Cancellations::new(limit);
    let port = ClientPort {
        id,
        limit,
        envelopes,
        replies,
        cancellations: cancellations.clone(),
    };
    let ends = Ends {
        id,
        envelopes: to_clerk,
        replies: from_clerk,
        cancellations,
    };
    (port, ends)
}

impl<J: Job> ClientPort<J> {
    /// Whether the client waits for this reply. Wait-free, but only the job runner asks: not real-time.
    pub fn wants(&self, ticket: Ticket) -> bool {
        !self.replies.is_abandoned() && !self.cancellations.contains(ticket)
    }
}

/// For each of a client's slots the number of the last request in it that was cancelled.
///
/// Numbers are never used twice, so nothing has to be reset when a slot is used again, and a
/// cancellation that comes too late for its request cancels nothing else.
#[derive(Clone)]
pub(super) struct Cancellations(Arc<[AtomicU64]>);

impl Cancellations {
    fn new(limit: usize) -> Self {
        Self((0..limit).map(|_| AtomicU64::new(0)).collect())
    }

    /// Real-time: one store.
    pub fn insert(&self, ticket: Ticket) {
        if let Some(slot) = self.0.get(ticket.slot as usize) {
            // ORDERING: Relaxed, because it is a wish: nothing is read on the strength of it.
            slot.store(ticket.number, Ordering::Relaxed);
        }
    }

    /// Whether this very request was cancelled. Real-time: one load.
    pub fn contains(&self, ticket: Ticket) -> bool {
        let slot = self.0.get(ticket.slot as usize);
        // ORDERING: Relaxed, as above.
        slot.is_some_and(|slot| slot.load(Ordering::Relaxed) == ticket.number)
    }
}

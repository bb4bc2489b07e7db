//! What others have sent to a loader and it has not read yet, and who waits for an answer. Worker thread.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::exchange::{Consumer, Observer, Shared};

use super::event::{Arrivals, Next};
use super::request::{ConfigureResult, Reply, Request, ShapeRequest};
use super::signals::Signals;
use super::spare::Spare;

/// The worker's ends of the wires that requests come by.
pub(super) struct Inbox {
    requests: Consumer<Request>,
    /// Where a recall waits that found the queue full.
    spare: Shared<Spare>,
    shapes: Observer<ShapeRequest>,
    signals: Arc<Signals>,
    /// Who waits for the newest configuration to be settled.
    replies: Vec<Reply>,
}

impl Inbox {
    pub fn new(
        requests: Consumer<Request>,
        spare: Shared<Spare>,
        shapes: Observer<ShapeRequest>,
        signals: Arc<Signals>,
    ) -> Self {
        Self {
            requests,
            spare,
            shapes,
            signals,
            replies: Vec::new(),
        }
    }

    /// The next request, with the numbers of those that it has overtaken on its way.
    pub fn take_request(&mut self) -> Option<(Request, Vec<u64>)> {
        if let Ok(request) = self.requests.pop() {
            return Some((request, Vec::new()));
        }
        let requests = &self.requests;
        // What is there came after all that was in the queue, but not after what has come since.
        let spare = |spare: &mut Spare| requests.is_empty().then(|| spare.take()).flatten();
        self.spare.with(spare)
    }

    /// Looks for a new shape. It is to be looked for before the requests are read: its sender has known of the
    /// requests before it.
    pub fn look_for_shape(&mut self) {
        self.shapes.update();
    }

    /// The shape that was there when it was looked for.
    pub fn shape(&self) -> ShapeRequest {
        *self.shapes.output_buffer()
    }

    /// The steps that were asked for since the last time, all at once.
    pub fn take_steps(&self) -> i64 {
        // ORDERING: Relaxed, the number alone matters.
        self.signals.steps.swap(0, Ordering::Relaxed)
    }

    /// Somebody waits for an answer.
    pub fn add_asker(&mut self, reply: Reply) {
        self.replies.push(reply);
    }

    /// Whether somebody asked for an answer and has not got it.
    pub fn has_askers(&self) -> bool {
        !self.replies.is_empty()
    }

    /// Answers everybody.
    pub fn answer(&mut self, result: &ConfigureResult) {
        for reply in self.replies.drain(..) {
            reply.send(result.clone());
        }
    }
}

impl Arrivals for Inbox {
    fn next_request(&self) -> Next {
        match self.requests.peek() {
            Ok(Request::Configure { .. }) => Next::Configure,
            Ok(Request::Origin { .. }) => Next::Choose,
            Ok(_) => Next::Other,
            Err(_) if self.spare.with(|spare| spare.is_taken()) => Next::Configure,
            Err(_) => Next::Nothing,
        }
    }

    fn has_shape(&self) -> bool {
        self.shapes.updated()
    }

    fn has_steps(&self) -> bool {
        // ORDERING: Relaxed, the shape request carries them over.
        self.signals.steps.load(Ordering::Relaxed) != 0
    }

    fn is_awaited(&self) -> bool {
        !self.replies.iter().all(Reply::is_abandoned)
    }
}

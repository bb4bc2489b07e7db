//! What is wanted, as far as the worker has read. Worker thread.

use std::sync::Arc;

use crate::impulse::{Origin, Shape};

use super::super::{Format, Reply, Request, Spare};
use super::Loader;

/// What is wanted, as far as the worker has read.
pub(super) struct Wanted {
    pub origin: Arc<Origin>,
    pub origin_generation: u64,
    /// Whether the origin comes from a project, so that a missing file means silence.
    pub recall: bool,
    pub format: Option<Format>,
    pub shape: Shape,
    pub shape_generation: u64,
    /// The number of the newest recall.
    pub recalled: u64,
    /// The number of the last wish that was read.
    pub wish: u64,
    /// The newest number of all.
    pub newest: u64,
    pub embed: bool,
    /// What has changed since the last job.
    pub due: Due,
    /// What was wanted before the choice that is not yet proven.
    pub before: Before,
    /// Whether the last choice was no good, and what is due came beside it: then the status goes on saying so.
    pub refused: bool,
}

/// An origin, to come back to.
#[derive(Default)]
pub(super) struct Before {
    pub origin: Arc<Origin>,
    pub generation: u64,
    /// Whether it came from a project.
    pub recall: bool,
}

/// How much of the work a change calls for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Due {
    Nothing,
    /// The shape may have changed.
    Shape,
    /// The origin may have changed.
    Origin,
    /// The format may have changed, and whatever was linked before is thrown away.
    Engine,
}

impl Loader {
    /// The next request to be read. Somebody waits for a configuration, so it is done before anything that came
    /// after it, but for a newer one, which takes its place. When nobody waits any more, as its file is slow, a choice
    /// takes its place as well.
    pub(super) fn next_request(&mut self) -> Option<Request> {
        let is_recall = self.wanted.due == Due::Engine && self.wanted.recall;
        if is_recall && !self.is_overtaken() {
            return None;
        }
        if let Ok(request) = self.ends.inbox.pop() {
            return Some(request);
        }
        let inbox = &self.ends.inbox;
        // What is there came after all that was in the queue, but not after what has come since.
        let spare = |spare: &mut Spare| inbox.is_empty().then(|| spare.take()).flatten();
        let (request, overtaken) = self.ends.spare.with(spare)?;
        for generation in overtaken {
            self.ledger.request(generation);
        }
        Some(request)
    }

    /// Whether the next request takes the place of a configuration.
    pub(super) fn is_overtaken(&self) -> bool {
        match self.ends.inbox.peek() {
            Ok(Request::Configure { .. }) => true,
            Ok(Request::Origin { .. }) => self.replies.iter().all(Reply::is_abandoned),
            Ok(_) => false,
            Err(_) => self.ends.spare.with(|spare| spare.is_taken()),
        }
    }

    /// Whether there is a request to be read.
    pub(super) fn has_requests(&self) -> bool {
        !self.ends.inbox.is_empty() || self.ends.spare.with(|spare| spare.is_taken())
    }

    /// Notes a request.
    pub(super) fn take(&mut self, request: Request) {
        let wanted = &mut self.wanted;
        match request {
            Request::Configure {
                format,
                origin,
                shape,
                embed,
                generation,
                reply,
            } => {
                self.ledger.request(generation);
                wanted.newest = wanted.newest.max(generation);
                wanted.embed = embed.unwrap_or(wanted.embed);
                if let Origin::File(file) = &*origin {
                    // What a project brings along is never thrown away unasked.
                    wanted.embed |= file.embedded.is_some();
                }
                wanted.origin = Arc::new(*origin);
                wanted.origin_generation = generation;
                wanted.recall = true;
                wanted.format = Some(format);
                // Wishes of somebody who knew of it are read after it: what was wished before belongs to another.
                wanted.recalled = generation;
                wanted.shape = shape;
                wanted.shape_generation = generation;
                wanted.due = Due::Engine;
                wanted.refused = false;
                // The last credit is for this one.
                self.waiting = None;
                self.replies.push(reply);
            }
            Request::Origin { origin, generation } => {
                self.ledger.request(generation);
                wanted.newest = wanted.newest.max(generation);
                // What a project remembers counts, also while it is searched for.
                if wanted.due < Due::Origin || wanted.recall {
                    wanted.before = Before {
                        origin: Arc::clone(&wanted.origin),
                        generation: wanted.origin_generation,
                        recall: wanted.recall,
                    };
                }
                wanted.origin = Arc::new(*origin);
                wanted.origin_generation = generation;
                wanted.recall = false;
                // A configuration that it overtakes is still to be answered with an engine.
                wanted.due = wanted.due.max(Due::Origin);
                wanted.refused = false;
            }
            Request::Embed(on) => {
                wanted.embed = on;
                if let (true, Some(sound)) = (on, &mut self.current.sound)
                    && sound.instead.is_some()
                {
                    // From now on the project remembers what sounds.
                    sound.note = None;
                }
                self.leave_out_copy();
                self.copying.try_again();
            }
            Request::Retry => {
                if self.missed.is_some() {
                    wanted.due = wanted.due.max(Due::Origin);
                }
            }
            Request::Measure => self.copying.asked = true,
        }
    }

    /// Notes the newest wish of the audio thread, if it is not for an impulse that is still to be read.
    pub(super) fn take_wish(&mut self) -> bool {
        let wish = *self.ends.wishes.output_buffer();
        let wanted = &mut self.wanted;
        if wish.generation == wanted.wish || wish.recalled > wanted.recalled {
            return false;
        }
        wanted.wish = wish.generation;
        self.ledger.wish(wish.generation);
        wanted.newest = wanted.newest.max(wish.generation);
        if wish.recalled == wanted.recalled && wish.generation > wanted.shape_generation {
            wanted.shape = wish.shape;
            wanted.shape_generation = wish.generation;
        }
        if self.current.sound.is_some() {
            wanted.due = wanted.due.max(Due::Shape);
        } else if wanted.due == Due::Nothing {
            // There is nothing to shape; a missing file is not searched for at every turn of a knob.
            self.settle(None);
        }
        true
    }
}

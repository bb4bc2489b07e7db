//! The worker: reads the wires, tells the state machine what has come, and carries out what it decides. Worker thread.
//!
//! `choices` reads what has to do with lists of impulses, `copies` makes the copy in the project.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::background::{Job, JobWaker};
use crate::convolution::PrimedEngine;
use crate::exchange::{Publisher, Shared, Versioned};
use crate::impulse::Origin;

use super::cache::Cache;
use super::choices::Choices;
use super::copy::Packing;
use super::error::LoadError;
use super::event::{Effect, Event, Headline};
use super::handoff::Handoff;
use super::inbox::Inbox;
use super::ir_handle::IrHandle;
use super::order::{Due, Order};
use super::pipeline::{Made, Products, describe, prepare};
use super::release_memory::release_memory;
use super::request::Request;
use super::signals::Signals;
use super::state::State;
use super::status::Status;

/// The worker's ends of its wires.
pub(super) struct Ports {
    pub inbox: Inbox,
    pub handoff: Handoff,
    pub choices: Choices,
    pub status: Publisher<Status>,
    /// What a project should remember.
    pub origin: Shared<Versioned<Arc<Origin>>>,
    /// The impulses that are stepped through.
    pub list: Shared<Arc<Vec<Origin>>>,
    pub signals: Arc<Signals>,
    pub notify: Box<dyn Fn() + Send>,
    pub cache: Arc<Cache>,
}

/// The worker half of an instance. A thread loops [`step`](Self::step), or a test calls it.
pub struct Loader {
    ports: Ports,
    state: State,
    /// What is in use.
    products: Products,
    /// What the last job has made, until it is in use.
    made: Option<Made>,
    packing: Packing,
    /// The number of the last pick that was read.
    picked: u64,
    /// What the status said last.
    said: Status,
    /// Whether a job has taken memory since it was given back.
    has_used_memory: bool,
    /// What is entered with the cache, to be woken when a file turns up.
    entered: Option<JobWaker>,
}

impl Loader {
    pub(super) fn new(ports: Ports) -> Self {
        let first = ports.origin.with(|slot| Arc::clone(&slot.value));
        Self {
            ports,
            state: State::new(first),
            products: Products::default(),
            made: None,
            packing: Packing::default(),
            picked: 0,
            said: Status::default(),
            has_used_memory: false,
            entered: None,
        }
    }

    /// Does one thing, if there is one to do, and says whether there was. Not real-time; it may take
    /// as long as a file takes to be read.
    pub fn step(&mut self) -> bool {
        self.enter();
        if self.ports.signals.called.take() {
            (self.ports.notify)();
        }
        let mut worked = self.ports.handoff.free_returned();
        worked |= self.ports.choices.free_returned();
        self.has_used_memory |= worked;
        worked |= self.read();
        if self.send_waiting() {
            worked = true;
            // Published long ago, but only now there to be taken.
            (self.ports.notify)();
            self.apply(Event::Sent);
        }
        self.ports.handoff.show_in_flight();
        if let Some(hash) = self.state.missing() {
            let hint = self.ports.cache.places.hint(hash);
            self.apply(Event::Whereabouts(hint));
        }
        if self.state.has_work() {
            self.apply(Event::Read);
            worked = true;
            self.has_used_memory = true;
        }
        if self.prepare_choice() {
            worked = true;
            self.has_used_memory = true;
        }
        // A little of it at least: a shape that never rests does not keep it from being done.
        if self.copy() {
            worked = true;
            self.has_used_memory = true;
        }
        // When there is nothing more to do, the memory goes back.
        if !worked && std::mem::take(&mut self.has_used_memory) {
            release_memory();
        }
        worked
    }

    /// Reads what is to be read now, in its order; says whether there was anything.
    fn read(&mut self) -> bool {
        let mut any = false;
        self.ports.inbox.look_for_shape();
        while self.state.reads_requests(&self.ports.inbox)
            && let Some((request, overtaken)) = self.ports.inbox.take_request()
        {
            for generation in overtaken {
                self.apply(Event::Overtaken(generation));
            }
            self.take(request);
            any = true;
        }
        if self.state.reads_steps() {
            any |= self.take_steps();
        }
        if self.state.reads_shape(&self.ports.inbox) {
            let request = self.ports.inbox.shape();
            if self.state.wants_shape(&request) && self.take_pick(&request) {
                self.ports.choices.outdate(request.shaped);
                self.apply(Event::Shape(request));
                any = true;
            }
        }
        any
    }

    fn take(&mut self, request: Request) {
        let event = match request {
            Request::Configure {
                recalled,
                generation,
                reply,
            } => {
                self.ports.inbox.add_asker(reply);
                self.take_list(recalled.choices.as_deref(), generation);
                Event::Configure(recalled, generation)
            }
            Request::Origin { origin, generation } => Event::Choose(Arc::new(*origin), generation),
            Request::Choices { list, generation } => {
                self.take_list(Some(&list[..]), generation);
                Event::Listed(generation)
            }
            Request::Embed(on) => Event::Embed(on),
            Request::Retry => {
                self.ports.choices.look_again();
                Event::Retry
            }
            Request::Measure => Event::Measure,
        };
        self.apply(event);
    }

    /// Tells the state machine what has happened, and does what it says.
    fn apply(&mut self, event: Event) {
        for effect in self.state.handle(event) {
            self.carry_out(effect);
        }
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Prepare(order) => self.prepare(&order),
            Effect::Adopt => {
                if let Some(made) = self.made.take() {
                    self.products = made.products;
                    if let Some(engine) = made.engine {
                        self.send(engine);
                    }
                }
            }
            Effect::Clear => self.products = Products::default(),
            Effect::Silence(format, generation) => {
                let (inputs, outputs) = (format.layout.inputs(), format.layout.outputs());
                let value = PrimedEngine::nothing(inputs, outputs);
                self.send(Box::new(Versioned { generation, value }));
            }
            Effect::DropWaiting => self.ports.handoff.drop_waiting(),
            Effect::Remember {
                newest,
                generation,
                origin: value,
            } => self.ports.origin.with(|slot| {
                if slot.generation <= newest {
                    *slot = Versioned { generation, value };
                }
            }),
            Effect::Publish(headline) => self.publish_status(headline),
            Effect::Settle { complete, result } => {
                self.ports.handoff.settle(complete);
                self.ports.inbox.answer(&result);
            }
        }
    }

    /// Does the job that was ordered.
    fn prepare(&mut self, order: &Order) {
        // What is known now; whatever becomes known during the search is news afterwards.
        let hint = match &*order.origin {
            Origin::File(file) if order.due >= Due::Origin => {
                Some(self.ports.cache.places.hint(&file.hash))
            }
            _ => None,
        };
        // A job is other people's code on a stranger's file: should it panic, it has failed.
        let made = catch_unwind(AssertUnwindSafe(|| self.run(order))).unwrap_or_else(|_| {
            let name = order.origin.name();
            let message = format!("{name}: an internal error, please report it");
            Err(LoadError::Failed(message))
        });
        match made {
            Ok(made) => {
                let shape = made.products.kernel.as_ref().map(|kernel| kernel.asked);
                let info = made.info.clone();
                self.made = Some(made);
                self.apply(Event::Prepared(Box::new(info), shape));
            }
            Err(error) => self.apply(Event::Failed(error, hint)),
        }
    }

    /// The work itself. It changes nothing, so it may end anywhere.
    fn run(&self, order: &Order) -> Result<Made, LoadError> {
        let Ports {
            inbox,
            handoff,
            signals,
            cache,
            ..
        } = &self.ports;
        let cancel = || {
            // Asked often while anything is done, so it is the job's heartbeat as well.
            signals.heart.beat();
            signals.job.cancel.is_cancelled() || self.state.gives_up(inbox)
        };
        let job = Job {
            cancel: &cancel,
            progress: &signals.job.progress,
        };
        // ORDERING: Relaxed, a hint.
        let is_active = || signals.active.load(Ordering::Relaxed);
        prepare(
            order,
            &self.products,
            (cache, handoff.history()),
            &is_active,
            &job,
        )
    }

    fn send(&mut self, engine: Box<Versioned<PrimedEngine>>) {
        let is_awaited = self.ports.inbox.has_askers();
        self.ports.handoff.send(engine, is_awaited);
    }

    fn send_waiting(&mut self) -> bool {
        let is_awaited = self.ports.inbox.has_askers();
        self.ports.handoff.send_waiting(is_awaited)
    }

    /// Publishes the status, with what is in use.
    fn publish_status(&mut self, headline: Headline) {
        let Products {
            raw,
            resampled,
            kernel,
            ..
        } = &self.products;
        let resampled = resampled.as_ref().map(|(_, _, resampled)| resampled);
        let loaded = raw.as_ref().map(|raw| {
            let (name, note) = (headline.origin.name(), headline.note.as_deref());
            Arc::new(describe(name, note, raw, resampled))
        });
        self.say(Status {
            phase: headline.phase,
            origin: headline.origin,
            loaded,
            // While nobody plays it, it is known but not prepared: better no picture than the last one's.
            picture: kernel
                .as_ref()
                .map_or_else(Arc::default, |used| Arc::clone(&used.kernel.picture)),
            ir: match (kernel, resampled) {
                (Some(kernel), Some(resampled)) => resampled.handle(kernel.done),
                _ => IrHandle::default(),
            },
            embedded_bytes: headline.embedded_bytes,
            generation: headline.generation,
            revision: headline.revision,
            choices: self.ports.choices.status(),
        });
    }

    fn say(&mut self, status: Status) {
        self.said = status.clone();
        self.ports.status.write(status);
        (self.ports.notify)();
    }

    /// Has this worker woken when a missing file turns up.
    fn enter(&mut self) {
        if let (None, Some(waker)) = (&self.entered, self.ports.signals.waker.get()) {
            self.ports.cache.places.enter(waker.clone());
            self.entered = Some(waker.clone());
        }
    }
}

impl Drop for Loader {
    fn drop(&mut self) {
        if let Some(waker) = &self.entered {
            self.ports.cache.places.leave(waker);
        }
    }
}

impl fmt::Debug for Loader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loader")
            .field("phase", self.state.phase())
            .field("newest", &self.state.newest())
            .finish_non_exhaustive()
    }
}

mod choices;
mod copies;

#[cfg(test)]
mod tests;

//! The worker and lists of impulses: steps through one, and the project's choices, which are kept ready. Worker thread.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::background::{Job, Progress};
use crate::exchange::Versioned;
use crate::impulse::Origin;

use super::super::error::LoadError;
use super::super::event::{Arrivals, Event, Next};
use super::super::next_prev::further_on;
use super::super::pipeline::{Made, prepare};
use super::super::request::ShapeRequest;
use super::super::status::Status;
use super::Loader;

impl Loader {
    /// Takes the steps through the list that were asked for, whether an editor is open or not.
    pub(super) fn take_steps(&mut self) -> bool {
        let steps = self.ports.inbox.take_steps();
        if steps == 0 {
            return false;
        }
        let list = self.ports.list.with(|list| Arc::clone(list));
        let (from, known) = self.state.origin();
        let Some(origin) = further_on(&list, from, steps) else {
            return true;
        };
        let origin = Arc::new(origin);
        if let Some(generation) = self.remember(&origin, known) {
            self.apply(Event::Choose(origin, generation));
        }
        true
    }

    /// Lets the project remember an impulse, and gives it a number; none if somebody has asked for another one since the
    /// number `known`: that is newer.
    fn remember(&self, origin: &Arc<Origin>, known: u64) -> Option<u64> {
        self.ports.origin.with(|slot| {
            (slot.generation == known).then(|| {
                let generation = self.ports.signals.next();
                let value = Arc::clone(origin);
                *slot = Versioned { generation, value };
                generation
            })
        })
    }

    /// Takes the pick that comes with a shape request, if it is a new one. False while a recall is to be done first: then
    /// the request is not to be read yet.
    pub(super) fn take_pick(&mut self, request: &ShapeRequest) -> bool {
        let pick = request.picked;
        if pick.number <= self.picked || request.recalled != self.state.recalled() {
            return true;
        }
        if !self.state.reads_steps() {
            return false;
        }
        self.picked = pick.number;
        let (_, known) = self.state.origin();
        // What was chosen after it counts.
        if pick.number < known {
            return true;
        }
        let choices = &self.ports.choices;
        if let Some(made) = choices.taken(pick.place, pick.taken) {
            if let Some(generation) = self.remember(&made.info.origin, known) {
                let shape = made.products.kernel.as_ref().map(|kernel| kernel.asked);
                let info = Box::new(made.info.clone());
                self.made = Some(made);
                self.apply(Event::Picked(info, shape, generation));
            }
        } else if let Some(origin) = choices.origin(pick.place)
            && let Some(generation) = self.remember(&origin, known)
        {
            self.apply(Event::Choose(origin, generation));
        }
        true
    }

    /// Takes another list of choices, if there is one. What was made for the list before counts no longer.
    pub(super) fn take_list(&mut self, list: Option<&[Origin]>, generation: u64) {
        let choices = &mut self.ports.choices;
        choices.outdate(generation);
        choices.look_again();
        if list.is_some_and(|list| choices.set(list)) {
            self.publish_choices();
        }
    }

    /// Prepares one of the choices that is not ready, when there is nothing else to do; says whether there was one.
    pub(super) fn prepare_choice(&mut self) -> bool {
        // ORDERING: Relaxed, a hint.
        let is_active = self.ports.signals.active.load(Ordering::Relaxed);
        if self.ports.choices.is_empty() || !is_active || self.state.has_work() {
            return false;
        }
        self.ports.choices.look_for(&self.ports.cache.places);
        let Some((format, shape)) = self.state.engines_for() else {
            return false;
        };
        let newest = self.state.newest();
        let Some((place, order)) = self.ports.choices.due(format, shape, newest) else {
            return false;
        };
        let hint = self.ports.choices.hint(place, &self.ports.cache.places);
        let (signals, inbox) = (&self.ports.signals, &self.ports.inbox);
        let cancel = || {
            signals.heart.beat();
            let has_mail = inbox.next_request() != Next::Nothing || inbox.has_shape();
            signals.job.cancel.is_cancelled() || has_mail || inbox.has_steps()
        };
        // Nobody is shown how far this has come.
        let progress = Progress::default();
        let job = Job {
            cancel: &cancel,
            progress: &progress,
        };
        let shared = (&*self.ports.cache, self.ports.handoff.history());
        let products = self.ports.choices.products(place);
        // As with any job: other people's code on a stranger's file.
        let made = catch_unwind(AssertUnwindSafe(|| {
            prepare(&order, &products, shared, &|| true, &job)
        }));
        let made: Result<Made, LoadError> = made.unwrap_or_else(|_| {
            let name = order.origin.name();
            let message = format!("{name}: an internal error, please report it");
            Err(LoadError::Failed(message))
        });
        drop(products);
        match made {
            Ok(made) => self.ports.choices.send(place, made),
            Err(LoadError::Cancelled) => return true,
            Err(error) => self.ports.choices.fail(place, &error, hint),
        }
        self.publish_choices();
        true
    }

    fn publish_choices(&mut self) {
        let choices = self.ports.choices.status();
        self.say(Status {
            choices,
            ..self.said.clone()
        });
    }
}

//! The worker: reads what is wanted, prepares the newest of it, links it, and buries what comes home.

use std::fmt;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::convolution::{Engine, PrimedEngine};
use crate::exchange::{
    Consumer, HistoryReader, Observer, Publisher, SendError, Shared, Source, TaskWaker, Versioned,
};
use crate::impulse::{Origin, Shape};

use super::cache::{Cache, Hint, bits};
use super::ledger::Ledger;
use super::past::hear_on;
use super::source::{Trouble, same};
use super::status::{Phase, Status};
use super::trim::trim;
use super::{Format, Reply, Request, Spare, Wires, Wish};

mod copy;
mod job;
mod steps;
mod tell;
mod wanted;

use copy::Copying;
use job::{Current, Outcome};
use wanted::{Before, Due, Wanted};

/// Engines that may be away unless one is needed to answer a [`Request::Configure`]: for that there
/// is always a credit left.
const RESERVE: usize = 1;

/// The worker's ends of its wires.
pub(super) struct Ends {
    pub inbox: Consumer<Request>,
    pub spare: Shared<Spare>,
    pub wishes: Observer<Wish>,
    pub engines: Source<Versioned<PrimedEngine>>,
    pub past: HistoryReader,
    pub status: Publisher<Status>,
    pub origin: Shared<Versioned<Arc<Origin>>>,
    pub list: Shared<Arc<Vec<Origin>>>,
    pub wires: Arc<Wires>,
    pub notify: Box<dyn Fn() + Send>,
    pub cache: Arc<Cache>,
}

/// The worker half of an instance. A thread loops [`step`](Self::step), or a test calls it.
pub struct Loader {
    ends: Ends,
    ledger: Ledger,
    wanted: Wanted,
    /// What is in use.
    current: Current,
    /// An engine that waits for a credit, or for room; a newer one replaces it.
    waiting: Option<Box<Versioned<PrimedEngine>>>,
    /// Who waits for the newest configuration to be settled.
    replies: Vec<Reply>,
    /// What was published last.
    said: Status,
    /// Whether the last job was given up: then the next one is finished even if the shape moves on,
    /// so that a shape that never rests is followed all the same.
    gave_up: bool,
    /// The file that is missing, by its hash, and what was known of it when it was missed.
    missed: Option<(String, Hint)>,
    /// What is to be done about the copy in the project.
    copying: Copying,
    /// Whether a job has taken memory since it was given back.
    untidy: bool,
    /// What is entered with the cache, to be woken when a file turns up.
    entered: Option<TaskWaker>,
}

impl Loader {
    pub(super) fn new(ends: Ends) -> Self {
        Self {
            ends,
            ledger: Ledger::default(),
            wanted: Wanted {
                origin: Arc::default(),
                origin_generation: 0,
                recall: true,
                format: None,
                shape: Shape::default(),
                shape_generation: 0,
                recalled: 0,
                wish: 0,
                newest: 0,
                embed: false,
                due: Due::Nothing,
                before: Before {
                    recall: true,
                    ..Before::default()
                },
                refused: false,
            },
            current: Current::default(),
            waiting: None,
            replies: Vec::new(),
            said: Status::default(),
            gave_up: false,
            missed: None,
            copying: Copying::default(),
            untidy: false,
            entered: None,
        }
    }

    /// Does one thing, if there is one to do, and says whether there was. Not real-time; it may take
    /// as long as a file takes to be read.
    pub fn step(&mut self) -> bool {
        self.enter();
        if self.ends.wires.called.take() {
            (self.ends.notify)();
        }
        // Whatever came home dies here.
        let mut worked = false;
        while self.ends.engines.reclaim().is_some() {
            (worked, self.untidy) = (true, true);
            // ORDERING: Relaxed, a number to show.
            self.ends.wires.buried.fetch_add(1, Ordering::Relaxed);
        }
        // Whoever wished has known of what was asked for before it, so the wish is looked for before the requests,
        // and read after them.
        self.ends.wishes.update();
        while let Some(request) = self.next_request() {
            self.take(request);
            worked = true;
        }
        if self.wanted.due < Due::Engine {
            // From whatever has been asked for.
            worked |= self.take_steps();
        }
        // ORDERING: Relaxed, the wish carries them over.
        if self.wanted.due < Due::Engine || self.ends.wires.steps.load(Ordering::Relaxed) == 0 {
            // Steps that were asked for before it come before it.
            worked |= self.take_wish();
        }
        if self.send_waiting() {
            worked = true;
            // Said long ago, but only now there to be taken.
            (self.ends.notify)();
            // What is still to be done settles what came after it.
            if self.wanted.due == Due::Nothing {
                self.settle(None);
            }
        }
        let away = self.ends.engines.in_flight() as u64;
        self.ends.wires.away.store(away, Ordering::Relaxed);
        self.look_for_missing();
        if self.wanted.due > Due::Nothing {
            self.work();
            worked = true;
            self.untidy = true;
        }
        // A little at least: a shape that never rests does not keep it from being done.
        if self.copy() {
            worked = true;
            self.untidy = true;
        }
        // When there is nothing more to do, what that took goes back.
        if !worked && mem::take(&mut self.untidy) {
            trim();
        }
        worked
    }

    /// Prepares what is wanted now.
    fn work(&mut self) {
        let due = mem::replace(&mut self.wanted.due, Due::Nothing);
        let is_new = self
            .current
            .sound
            .as_ref()
            .is_none_or(|sound| !same(&self.wanted.origin, &sound.origin));
        if is_new {
            self.say(|status, wanted| {
                status.phase = Phase::Loading {
                    what: wanted.origin.name().to_owned(),
                };
                status.generation = wanted.newest;
            });
        }
        // What is known now; whatever becomes known during the search is news afterwards.
        let hint = match &*self.wanted.origin {
            Origin::File(file) if due >= Due::Origin => {
                Some((file.hash.clone(), self.ends.cache.hint(&file.hash)))
            }
            _ => None,
        };
        // A job is other people's code on a stranger's file: should it panic, it has failed.
        let outcome = catch_unwind(AssertUnwindSafe(|| self.job(due))).unwrap_or_else(|_| {
            Err(Trouble::Failed(format!(
                "{}: an internal error, please report it",
                self.wanted.origin.name()
            )))
        });
        self.gave_up = matches!(outcome, Err(Trouble::Cancelled));
        match outcome {
            Ok(outcome) => self.succeed(outcome),
            Err(Trouble::Cancelled) => {
                // Whatever overtook it is still to be read; nothing is settled.
                self.wanted.due = self.wanted.due.max(due);
            }
            Err(trouble) => self.fail(due, trouble, hint),
        }
    }

    /// Takes what a job has made into use.
    fn succeed(&mut self, outcome: Outcome) {
        let (engine, current) = match outcome {
            Outcome::Engine(engine, current) => (Some(engine), current),
            Outcome::Nothing(current) => (None, current),
        };
        let sound = current.sound.as_ref();
        let is_change = !self.wanted.recall
            && sound.map(|new| &new.content) != self.current.sound.as_ref().map(|old| &old.content);
        self.current = current;
        if let Some(sound) = &self.current.sound {
            self.wanted.origin = Arc::clone(&sound.origin);
        }
        self.missed = None;
        if let Some(engine) = engine {
            self.link(engine);
        }
        self.leave_out_copy();
        if let Some(sound) = &self.current.sound {
            self.complete(&sound.origin);
        }
        let refused = mem::take(&mut self.wanted.refused);
        self.say(|status, wanted| {
            if !refused {
                status.phase = Phase::Ready;
            }
            status.generation = wanted.newest;
            status.revision += u64::from(is_change);
        });
        self.settle(None);
    }

    /// A job has failed. What was in use stays in use; but silence takes the place of an impulse
    /// that a project remembers and that is not to be had.
    fn fail(&mut self, due: Due, trouble: Trouble, hint: Option<(String, Hint)>) {
        if due == Due::Engine {
            self.current = Current::default();
        }
        if self.wanted.recall {
            self.missed = hint.filter(|_| matches!(trouble, Trouble::Missing { .. }));
        } else if due >= Due::Origin {
            self.go_back();
        }
        if due == Due::Shape {
            self.wanted.refused = false;
        }
        if let (Due::Engine, Some(Format { layout, .. })) = (due, self.wanted.format) {
            self.link(Box::new(Versioned {
                generation: self.wanted.newest,
                value: PrimedEngine::new(Engine::silent(layout.inputs(), layout.outputs())),
            }));
        }
        self.say(|status, wanted| {
            status.phase = trouble.phase();
            status.generation = wanted.newest;
        });
        if self.wanted.due == Due::Nothing {
            self.settle(Some(trouble.message()));
        }
    }

    /// A choice was no good: the project goes on remembering what it had.
    fn go_back(&mut self) {
        let Before {
            origin,
            generation,
            recall,
        } = mem::take(&mut self.wanted.before);
        let failed = mem::replace(&mut self.wanted.origin_generation, generation);
        // By its old number, too: nothing has been chosen.
        self.remember(failed, generation, &origin);
        (self.wanted.origin, self.wanted.recall) = (origin, recall);
        // What came together with it is wanted all the same: a shape, or a search that it overtook.
        let known = self.current.prepared.as_ref();
        if known.is_some_and(|(_, shape, _)| bits(shape) != bits(&self.wanted.shape)) {
            self.wanted.due = Due::Shape;
            self.wanted.refused = true;
        }
        if recall && self.current.sound.is_none() && self.missed.is_none() {
            self.wanted.due = Due::Origin;
        }
    }

    /// Links an engine, or keeps it until there is a credit. The newest wins.
    fn link(&mut self, engine: Box<Versioned<PrimedEngine>>) {
        self.waiting = Some(engine);
        self.send_waiting();
    }

    fn send_waiting(&mut self) -> bool {
        let wires = &self.ends.wires;
        let knock = |knocks| wires.knocks.store(knocks, Ordering::Relaxed);
        let Some(mut engine) = self.waiting.take() else {
            // ORDERING: Relaxed here and below, hints; the flag is raised after a change of `closed`.
            knock(false);
            return false;
        };
        if engine.value.primed_to.is_some() && wires.closed.load(Ordering::Relaxed) {
            // It would wait there, and what it does not hear meanwhile the audio thread would have to make up for.
            knock(true);
            self.waiting = Some(engine);
            return false;
        }
        let engines = &mut self.ends.engines;
        let reserve = if self.replies.is_empty() { RESERVE } else { 0 };
        if engines.in_flight() + reserve >= engines.limit() {
            self.waiting = Some(engine);
            return false;
        }
        hear_on(&mut engine.value, &self.ends.past);
        knock(false);
        match engines.link(engine) {
            Ok(()) => true,
            Err(SendError::Full(engine)) => {
                self.waiting = Some(engine);
                false
            }
            // With the audio end gone nobody will ever want it.
            Err(SendError::Closed(_)) => false,
        }
    }

    /// Tries again for a missing file when it may have turned up.
    fn look_for_missing(&mut self) {
        let news = |(hash, hint): &(String, Hint)| self.ends.cache.hint(hash) != *hint;
        if self.missed.as_ref().is_some_and(news) {
            self.missed = None;
            self.wanted.due = self.wanted.due.max(Due::Origin);
        }
    }

    /// Has this worker woken when a missing file turns up.
    fn enter(&mut self) {
        if let (None, Some(waker)) = (&self.entered, self.ends.wires.waker.get()) {
            self.ends.cache.enter(waker.clone());
            self.entered = Some(waker.clone());
        }
    }
}

impl Drop for Loader {
    fn drop(&mut self) {
        if let Some(waker) = &self.entered {
            self.ends.cache.leave(waker);
        }
    }
}

impl fmt::Debug for Loader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loader")
            .field("phase", &self.said.phase)
            .field("newest", &self.wanted.newest)
            .finish_non_exhaustive()
    }
}

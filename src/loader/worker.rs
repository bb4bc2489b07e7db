//! The worker: reads what is wanted, prepares the newest of it, links it, and buries what comes home.

use std::fmt;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::convolution::{Engine, Entrant};
use crate::exchange::{Consumer, Observer, Publisher, Shared, Source, Stamped, TapeReader};
use crate::impulse::{Origin, Shape, embed};

use super::cache::{Cache, Hint, Prepared, bits};
use super::ledger::Ledger;
use super::past::hear;
use super::prepare::{Conformed, conform, describe, kernel};
use super::source::{Raw, Sound, Trouble, find, same};
use super::status::{Phase, Status};
use super::{Format, Material, Reply, Request, Settled, Wires, Wish};

/// Engines that may be away unless one is needed to answer a [`Request::Configure`]: for that there
/// is always a credit left.
const RESERVE: usize = 1;

/// The worker's ends of its wires.
pub(super) struct Ends {
    pub inbox: Consumer<Request>,
    pub wishes: Observer<Wish>,
    pub engines: Source<Stamped<Entrant>>,
    pub past: TapeReader,
    pub status: Publisher<Status>,
    pub origin: Shared<Stamped<Arc<Origin>>>,
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
    /// An engine that waits for a credit; a newer one replaces it.
    waiting: Option<Box<Stamped<Entrant>>>,
    /// Who waits for the newest configuration to be settled.
    replies: Vec<Reply>,
    /// What was published last.
    said: Status,
    /// Whether the last job was given up: then the next one is finished even if the shape moves on,
    /// so that a shape that never rests is followed all the same.
    gave_up: bool,
    /// The file that is missing, by its hash, and what was known of it when it was missed.
    missed: Option<(String, Hint)>,
    /// The thread that is entered with the cache, to be woken when a file turns up.
    entered: Option<std::thread::Thread>,
}

/// What is wanted, as far as the worker has read.
struct Wanted {
    origin: Arc<Origin>,
    origin_generation: u64,
    /// Whether the origin comes from a project, so that a missing file means silence.
    recall: bool,
    format: Option<Format>,
    shape: Shape,
    shape_generation: u64,
    /// The newest number of all.
    newest: u64,
    embed: bool,
    /// What has changed since the last job.
    due: Due,
    /// The origin before the choice that is not yet proven, and whether it came from a project.
    before: (Arc<Origin>, bool),
}

/// How much of the work a change calls for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    Nothing,
    /// The shape may have changed.
    Shape,
    /// The origin may have changed.
    Origin,
    /// The format may have changed, and whatever was linked before is thrown away.
    Engine,
}

/// What is in use, kept so that nothing is read or resampled twice.
#[derive(Default)]
struct Current {
    sound: Option<Sound>,
    conformed: Option<(Format, Conformed)>,
    prepared: Option<(Format, Shape, Arc<Prepared>)>,
}

/// What a job came to.
enum Outcome {
    /// An engine for this format, and what it is made of.
    Engine(Box<Stamped<Entrant>>, Current),
    /// What is linked already is what is wanted; or nobody can use an engine now.
    Nothing(Current),
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
                newest: 0,
                embed: false,
                due: Due::Nothing,
                before: (Arc::default(), true),
            },
            current: Current::default(),
            waiting: None,
            replies: Vec::new(),
            said: Status::default(),
            gave_up: false,
            missed: None,
            entered: None,
        }
    }

    /// Does one thing, if there is one to do, and says whether there was. Not real-time; it may take
    /// as long as a file takes to be read.
    pub fn step(&mut self) -> bool {
        self.enter();
        // Whatever came home dies here.
        let mut worked = false;
        while self.ends.engines.reclaim().is_some() {
            worked = true;
        }
        // Somebody waits for a configuration, so it is done before anything that came after it.
        while self.wanted.due < Due::Engine
            && let Ok(request) = self.ends.inbox.pop()
        {
            self.take(request);
            worked = true;
        }
        worked |= self.take_wish();
        if self.send_waiting() {
            self.settle(None);
            worked = true;
        }
        self.look_for_missing();
        if self.wanted.due > Due::Nothing {
            self.work();
            worked = true;
        }
        worked
    }

    /// Notes a request.
    fn take(&mut self, request: Request) {
        let wanted = &mut self.wanted;
        match request {
            Request::Configure {
                format,
                origin,
                shape,
                generation,
                reply,
            } => {
                self.ledger.request(generation);
                wanted.newest = wanted.newest.max(generation);
                if let Origin::File(file) = &*origin {
                    // What a project brings along is never thrown away unasked.
                    wanted.embed |= file.embedded.is_some();
                }
                wanted.origin = Arc::new(*origin);
                wanted.origin_generation = generation;
                wanted.recall = true;
                wanted.format = Some(format);
                if generation > wanted.shape_generation {
                    wanted.shape = shape;
                    wanted.shape_generation = generation;
                }
                wanted.due = Due::Engine;
                // The last credit is for this one.
                self.waiting = None;
                self.replies.push(reply);
            }
            Request::Origin { origin, generation } => {
                self.ledger.request(generation);
                wanted.newest = wanted.newest.max(generation);
                if wanted.due < Due::Origin {
                    wanted.before = (Arc::clone(&wanted.origin), wanted.recall);
                }
                wanted.origin = Arc::new(*origin);
                wanted.origin_generation = generation;
                wanted.recall = false;
                wanted.due = Due::Origin;
            }
            Request::Embed(on) => {
                wanted.embed = on;
                self.embed_or_not();
            }
            Request::Retry => {
                if self.missed.is_some() {
                    wanted.due = wanted.due.max(Due::Origin);
                }
            }
            Request::Measure => self.measure(),
        }
    }

    /// Notes the newest wish of the audio thread.
    fn take_wish(&mut self) -> bool {
        if !self.ends.wishes.update() {
            return false;
        }
        let wish = *self.ends.wishes.output_buffer();
        self.ledger.wish(wish.generation);
        let wanted = &mut self.wanted;
        wanted.newest = wanted.newest.max(wish.generation);
        if wish.generation > wanted.shape_generation {
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

    /// The work itself. It changes nothing, so it may end anywhere.
    fn job(&self, due: Due) -> Result<Outcome, Trouble> {
        let Self { ends, wanted, .. } = self;
        let overtaken = || match due {
            Due::Nothing | Due::Engine => false,
            Due::Shape => !ends.inbox.is_empty() || (!self.gave_up && ends.wishes.updated()),
            Due::Origin => !ends.inbox.is_empty(),
        };
        let cancelled = || ends.wires.cancel.is_cancelled() || overtaken();
        let sound = match &self.current.sound {
            Some(sound) if same(&wanted.origin, &sound.origin) => sound.clone(),
            _ => find(&wanted.origin, &ends.cache)?,
        };
        // ORDERING: Relaxed, a hint; while nobody takes engines they would only pile up.
        let active = ends.wires.active.load(Ordering::Relaxed);
        let Some(format) = wanted.format.filter(|_| active || due == Due::Engine) else {
            return Ok(Outcome::Nothing(Current {
                sound: Some(sound),
                ..Current::default()
            }));
        };
        let known = (self.current.sound.as_ref()).filter(|known| known.content == sound.content);
        let conformed = match &self.current.conformed {
            Some((of, conformed)) if known.is_some() && of.rate == format.rate => conformed.clone(),
            _ => conform(&sound, format.rate, &ends.cache)?,
        };
        let prepared = match &self.current.prepared {
            Some((of, shape, prepared))
                if known.is_some() && *of == format && bits(shape) == bits(&wanted.shape) =>
            {
                if due < Due::Engine {
                    return Ok(Outcome::Nothing(Current {
                        conformed: Some((format, conformed)),
                        prepared: Some((format, wanted.shape, Arc::clone(prepared))),
                        sound: Some(sound),
                    }));
                }
                Arc::clone(prepared)
            }
            _ => kernel(
                &sound,
                &conformed,
                (format, wanted.shape),
                &ends.cache,
                &cancelled,
            )?,
        };
        let mut entrant = Entrant::new(Engine::new(Arc::clone(&prepared.kernel)));
        // The same impulse in a new shape goes on where the old shape was; another one does not.
        if known.is_some() && due < Due::Engine {
            hear(&mut entrant, &ends.past, &cancelled)?;
        }
        let engine = Box::new(Stamped {
            generation: wanted.newest,
            value: entrant,
        });
        Ok(Outcome::Engine(
            engine,
            Current {
                conformed: Some((format, conformed)),
                prepared: Some((format, wanted.shape, prepared)),
                sound: Some(sound),
            },
        ))
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
        self.embed_or_not();
        if let Some(sound) = &self.current.sound {
            self.remember(&sound.origin);
        }
        self.say(|status, wanted| {
            status.phase = Phase::Ready;
            status.generation = wanted.newest;
            status.revision += u64::from(is_change);
        });
        self.settle(None);
    }

    /// A job has failed. What was in use stays in use; but silence takes the place of an impulse
    /// that a project remembers and that is not to be had.
    fn fail(&mut self, due: Due, trouble: Trouble, hint: Option<(String, Hint)>) {
        if self.wanted.recall {
            self.missed = hint.filter(|_| matches!(trouble, Trouble::Missing { .. }));
            if due == Due::Engine {
                self.current = Current::default();
            }
        } else {
            // The choice was no good: the project goes on remembering what it had.
            (self.wanted.origin, self.wanted.recall) = self.wanted.before.clone();
            self.remember(&self.wanted.origin);
        }
        if let (Due::Engine, Some(Format { layout, .. })) = (due, self.wanted.format) {
            self.link(Box::new(Stamped {
                generation: self.wanted.newest,
                value: Entrant::new(Engine::silent(layout.inputs(), layout.outputs())),
            }));
        }
        self.say(|status, wanted| {
            status.phase = trouble.phase();
            status.generation = wanted.newest;
        });
        self.settle(Some(trouble.message()));
    }

    /// Everything that was read is done: tells those who wait.
    fn settle(&mut self, trouble: Option<&str>) {
        if self.waiting.is_none() {
            // ORDERING: Release, so that whoever sees the number finds the engine.
            self.ends
                .wires
                .settled
                .store(self.ledger.complete(), Ordering::Release);
        }
        let settled = Settled {
            generation: self.wanted.newest,
            trouble: trouble.map(str::to_owned),
        };
        for reply in self.replies.drain(..) {
            reply.send(settled.clone());
        }
    }

    /// Links an engine, or keeps it until there is a credit. The newest wins.
    fn link(&mut self, engine: Box<Stamped<Entrant>>) {
        self.waiting = Some(engine);
        self.send_waiting();
    }

    fn send_waiting(&mut self) -> bool {
        let Some(engine) = self.waiting.take() else {
            return false;
        };
        let engines = &mut self.ends.engines;
        let reserve = if self.replies.is_empty() { RESERVE } else { 0 };
        if engines.in_flight() + reserve >= engines.limit() {
            self.waiting = Some(engine);
            return false;
        }
        match engines.link(engine) {
            Ok(()) => true,
            Err(engine) => {
                // With the audio end gone nobody will ever want it.
                self.waiting = (!engines.is_closed()).then_some(engine);
                false
            }
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

    /// Lets the project remember an origin, unless it was asked for something newer.
    fn remember(&self, origin: &Arc<Origin>) {
        let generation = self.wanted.origin_generation;
        self.ends.origin.with(|slot| {
            if slot.generation <= generation {
                slot.value = Arc::clone(origin);
            }
        });
    }

    /// Packs the impulse into its origin, or takes it out, as wanted.
    fn embed_or_not(&mut self) {
        let wanted = self.wanted.embed;
        let Some(sound) = &mut self.current.sound else {
            return;
        };
        let (Origin::File(file), Raw::File(decoded)) = (&*sound.origin, &sound.raw) else {
            return;
        };
        if wanted == file.embedded.is_some() {
            return;
        }
        let mut file = file.clone();
        file.embedded = match wanted {
            true => embed::pack(&decoded.impulse, decoded.bits).ok(),
            false => None,
        };
        let origin = Arc::new(Origin::File(file));
        sound.origin = Arc::clone(&origin);
        self.wanted.origin = Arc::clone(&origin);
        self.remember(&origin);
        self.say(|status, _| status.revision += 1);
    }

    /// Finds out how large the embedded impulse is, or would be.
    fn measure(&mut self) {
        let Some(sound) = &self.current.sound else {
            return;
        };
        let (Origin::File(file), Raw::File(decoded)) = (&*sound.origin, &sound.raw) else {
            return;
        };
        let bytes = match &file.embedded {
            Some(embedded) => Some(embedded.data.len()),
            None => embed::pack(&decoded.impulse, decoded.bits)
                .ok()
                .map(|packed| packed.data.len()),
        };
        self.say(|status, _| status.embedded_bytes = bytes);
    }

    /// Publishes the status after a change, with what is in use.
    fn say(&mut self, change: impl FnOnce(&mut Status, &Wanted)) {
        let before = self.said.origin.clone();
        change(&mut self.said, &self.wanted);
        match &self.current.sound {
            None => {
                self.said.loaded = None;
                self.said.picture = Arc::default();
                self.said.material = Material::default();
                self.said.origin = Arc::clone(&self.wanted.origin);
            }
            Some(sound) => {
                let conformed = self
                    .current
                    .conformed
                    .as_ref()
                    .map(|(_, conformed)| conformed);
                self.said.loaded = Some(Arc::new(describe(sound, conformed)));
                self.said.origin = Arc::clone(&sound.origin);
                if let Some((_, shape, prepared)) = &self.current.prepared {
                    self.said.picture = Arc::clone(&prepared.picture);
                    if let Some(conformed) = conformed {
                        self.said.material = Material::of(conformed, *shape);
                    }
                }
            }
        }
        if !same(&before, &self.said.origin) {
            self.said.embedded_bytes = None;
        }
        self.ends.status.write(self.said.clone());
        (self.ends.notify)();
    }

    /// Has this thread woken when a missing file turns up.
    fn enter(&mut self) {
        if self.entered.is_none() {
            let thread = std::thread::current();
            self.ends.cache.enter(thread.clone());
            self.entered = Some(thread);
        }
    }
}

impl Drop for Loader {
    fn drop(&mut self) {
        if let Some(thread) = &self.entered {
            self.ends.cache.leave(thread);
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

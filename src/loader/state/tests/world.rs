//! What the state machine has to do with, without threads: senders, a worker that reads and carries out, and a
//! pipeline whose files are good or bad.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::convolution::Layout;
use crate::impulse::embed::{Codec, Embedded};
use crate::impulse::{FileRef, Origin, Shape};
use crate::loader::error::LoadError;
use crate::loader::event::{Arrivals, Effect, Event, Headline, Next};
use crate::loader::identity::{Content, is_same};
use crate::loader::known_places::Hint;
use crate::loader::order::{Due, Order, SoundInfo};
use crate::loader::request::{ConfigureResult, Format, Recalled, ShapeRequest};
use crate::loader::state::State;
use crate::loader::status::Phase;

const FORMAT: Format = Format {
    rate: 48_000,
    layout: Layout::Stereo,
};

/// What was sent and not read.
#[derive(Default)]
pub struct Mail {
    pub requests: VecDeque<Event>,
    pub shape: ShapeRequest,
    pub has_shape: bool,
    /// Configurations that are to be answered.
    pub unanswered: usize,
    /// Whether those who asked for them have stopped waiting.
    pub is_abandoned: bool,
}

impl Arrivals for Mail {
    fn next_request(&self) -> Next {
        match self.requests.front() {
            Some(Event::Configure(..)) => Next::Configure,
            Some(Event::Choose(..)) => Next::Choose,
            Some(_) => Next::Other,
            None => Next::Nothing,
        }
    }

    fn has_shape(&self) -> bool {
        self.has_shape
    }

    fn has_steps(&self) -> bool {
        false
    }

    fn is_awaited(&self) -> bool {
        self.unanswered > 0 && !self.is_abandoned
    }
}

/// Everything that the state machine has to do with.
pub struct World {
    pub state: State,
    pub mail: Mail,
    /// The last number that was given out.
    pub number: u64,
    /// The number of the newest recall.
    pub recalled: u64,
    /// Which of the files can be read, by their number.
    pub good: [bool; FILES],
    /// How often files have turned up.
    pub turned_up: u64,
    pub running: Option<Order>,
    pub made: Option<(Option<usize>, u64)>,
    /// The file in use, or silence; and the number of the engine.
    pub engine: Option<(Option<usize>, u64)>,
    pub remembered: (u64, Arc<Origin>),
    pub settled: u64,
    pub answers: Vec<ConfigureResult>,
    pub status: Vec<Headline>,
    pub jobs: usize,
}

pub const FILES: usize = 4;

/// A file as a project knows it, or as the user has just chosen it.
pub fn file(number: usize, is_known: bool) -> Origin {
    Origin::File(FileRef {
        name: format!("{number}.wav"),
        absolute: format!("/{number}.wav").into(),
        hash: match is_known {
            true => format!("hash {number}"),
            false => String::new(),
        },
        ..FileRef::default()
    })
}

/// The number of a file.
pub fn number(origin: &Origin) -> usize {
    let digit = origin.name().bytes().next().unwrap_or_default();
    usize::from(digit.wrapping_sub(b'0'))
}

pub fn shape(number: u64) -> Shape {
    Shape {
        attack_ms: number as f32,
        ..Shape::default()
    }
}

pub fn has_copy(origin: &Origin) -> bool {
    matches!(origin, Origin::File(file) if file.embedded.is_some())
}

impl World {
    pub fn new() -> Self {
        Self {
            state: State::new(Arc::default()),
            mail: Mail::default(),
            number: 0,
            recalled: 0,
            good: [true, true, true, false],
            turned_up: 0,
            running: None,
            made: None,
            engine: None,
            remembered: (0, Arc::default()),
            settled: 0,
            answers: Vec::new(),
            status: Vec::new(),
            jobs: 0,
        }
    }

    pub fn next_number(&mut self) -> u64 {
        self.number += 1;
        self.number
    }

    /// A project is recalled, and somebody waits for it.
    pub fn recall(&mut self, number: usize) -> u64 {
        let generation = self.next_number();
        self.recalled = generation;
        let origin = file(number, true);
        self.remembered = (generation, Arc::new(origin.clone()));
        let recalled = Recalled::of(FORMAT, origin, shape(generation));
        let event = Event::Configure(Box::new(recalled), generation);
        self.mail.requests.push_back(event);
        self.mail.unanswered += 1;
        self.mail.is_abandoned = false;
        generation
    }

    pub fn choose(&mut self, number: usize) -> u64 {
        let generation = self.next_number();
        let origin = Arc::new(file(number, false));
        self.remembered = (generation, Arc::clone(&origin));
        self.mail
            .requests
            .push_back(Event::Choose(origin, generation));
        generation
    }

    /// The audio thread has taken the engine of a file that waited ready.
    pub fn pick(&mut self, number: usize) -> u64 {
        let generation = self.next_number();
        let origin = Arc::new(file(number, true));
        self.remembered = (generation, Arc::clone(&origin));
        self.made = Some((Some(number), generation));
        let info = SoundInfo {
            content: Content::File(format!("hash {number}"), None),
            origin,
            note: None,
            instead: None,
        };
        let shape = Some(shape(self.recalled));
        self.apply(Event::Picked(Box::new(info), shape, generation));
        generation
    }

    /// Another shape is wanted by somebody who knows of all recalls.
    pub fn reshape(&mut self) -> u64 {
        let generation = self.next_number();
        self.mail.shape = ShapeRequest {
            shape: shape(generation),
            generation,
            recalled: self.recalled,
            ..ShapeRequest::default()
        };
        self.mail.has_shape = true;
        generation
    }

    pub fn send(&mut self, event: Event) {
        self.mail.requests.push_back(event);
    }

    /// What the worker does before a job; says whether a job runs now.
    pub fn read(&mut self) -> bool {
        self.mail.has_shape = false;
        let request = self.mail.shape;
        while self.state.reads_requests(&self.mail)
            && let Some(event) = self.mail.requests.pop_front()
        {
            self.apply(event);
        }
        if self.state.reads_shape(&self.mail) && self.state.wants_shape(&request) {
            self.apply(Event::Shape(request));
        }
        if self.state.missing().is_some() {
            self.apply(Event::Whereabouts(self.hint()));
        }
        if self.state.has_work() {
            self.apply(Event::Read);
        }
        self.running.is_some()
    }

    pub fn hint(&self) -> Hint {
        Hint {
            found: None,
            changes: self.turned_up,
        }
    }

    /// The job ends.
    pub fn finish(&mut self) {
        let Some(order) = self.running.take() else {
            return;
        };
        let at = number(&order.origin);
        let is_chosen = matches!(&*order.origin, Origin::File(file) if file.hash.is_empty());
        let known = order.in_use.clone();
        let known = known.filter(|info| is_same(&order.origin, &info.origin));
        let hint = (order.due >= Due::Origin).then(|| self.hint());
        let message = format!("{at}.wav is no good");
        if self.state.gives_up(&self.mail) {
            self.apply(Event::Failed(LoadError::Cancelled, hint));
        } else if known.is_none() && !self.good[at] && is_chosen {
            self.apply(Event::Failed(LoadError::Failed(message), hint));
        } else if known.is_none() && !self.good[at] {
            let file = Box::default();
            self.apply(Event::Failed(LoadError::Missing { file, message }, hint));
        } else {
            let info = known.unwrap_or_else(|| SoundInfo {
                content: Content::File(format!("hash {at}"), None),
                origin: Arc::new(match has_copy(&order.origin) {
                    true => (*order.origin).clone(),
                    false => file(at, true),
                }),
                note: None,
                instead: None,
            });
            self.made = Some((Some(at), order.generation));
            let shape = order.format.map(|_| order.shape);
            self.apply(Event::Prepared(Box::new(info), shape));
        }
    }

    /// Until there is nothing to do.
    pub fn rest(&mut self) {
        let mut turns = 0;
        self.finish();
        while self.read() || self.pack() {
            self.finish();
            turns += 1;
            assert!(turns < 1000, "it does not come to rest");
        }
    }

    pub fn pack(&mut self) -> bool {
        let is_to_pack = self.state.to_pack().is_some();
        if is_to_pack {
            self.apply(Event::Packed(Embedded {
                codec: Codec::Pcm,
                rate: 48_000,
                channels: 1,
                frames: 1,
                data: String::new(),
            }));
        }
        is_to_pack
    }

    pub fn apply(&mut self, event: Event) {
        for effect in self.state.handle(event) {
            match effect {
                Effect::Prepare(order) => {
                    assert!(self.running.is_none(), "two jobs at once");
                    self.jobs += 1;
                    self.running = Some(*order);
                }
                Effect::Adopt => {
                    let made = self.made.take();
                    assert!(made.is_some(), "nothing was made");
                    made.into_iter().for_each(|made| self.link(made));
                }
                Effect::Clear => self.engine = None,
                Effect::Silence(_, generation) => self.link((None, generation)),
                Effect::DropWaiting => {}
                Effect::Remember {
                    newest,
                    generation,
                    origin,
                } => {
                    if self.remembered.0 <= newest {
                        self.remembered = (generation, origin);
                    }
                }
                Effect::Publish(headline) => self.status.push(headline),
                Effect::Settle { complete, result } => {
                    assert!(complete >= self.settled && complete <= self.number);
                    self.settled = complete;
                    for _ in 0..std::mem::take(&mut self.mail.unanswered) {
                        self.answers.push(result.clone());
                    }
                }
            }
        }
    }

    pub fn link(&mut self, engine: (Option<usize>, u64)) {
        let before = self.engine.map_or(0, |(_, generation)| generation);
        assert!(engine.1 >= before, "an older engine came after a newer one");
        self.engine = Some(engine);
    }

    pub fn phase(&self) -> Phase {
        self.status
            .last()
            .map(|said| said.phase.clone())
            .unwrap_or_default()
    }

    pub fn in_use(&self) -> Option<usize> {
        self.engine.and_then(|(file, _)| file)
    }
}

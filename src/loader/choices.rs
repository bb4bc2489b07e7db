//! The project's choices: impulses that are kept prepared, each with an engine that waits ready on the audio thread, so that
//! a pick sounds at its very sample. Worker thread.
//!
//! An engine that waits ready is cleared on the audio thread when it has played, and waits again. It is made anew here when
//! the list, the shape or the format is another one: then it was made before the number `since`.
//!
//! Spectra and samples come from the common cache, so engines of one impulse share them. They are held here, so that another
//! shape, or a pick that comes before the engine is ready, repeats no stage for nothing. What all of it takes is told in the
//! [status](super::Status).

use std::sync::Arc;

use crate::convolution::PrimedEngine;
use crate::exchange::{Source, Versioned};
use crate::impulse::{Impulse, Origin, Shape};

use super::error::LoadError;
use super::known_places::{Hint, KnownPlaces};
use super::order::{Due, Order, SoundInfo};
use super::pipeline::{Made, Products, Raw};
use super::request::Format;
use super::status::{ChoiceStatus, Phase};

/// The list, and the way of its engines to the audio thread and back.
#[derive(Debug)]
pub(super) struct Choices {
    engines: Source<Versioned<PrimedEngine>>,
    entries: Vec<Entry>,
    /// What was made before this number is for something that is over.
    since: u64,
}

/// One of the choices.
#[derive(Clone, Debug)]
struct Entry {
    origin: Arc<Origin>,
    /// What is known of it, once it was found.
    info: Option<SoundInfo>,
    products: Products,
    /// The generation of its engine; 0 while it has none.
    sent: u64,
    /// The memory of its engine, bytes.
    engine_bytes: usize,
    /// Why it is not to be had.
    problem: Option<Problem>,
}

#[derive(Clone, Debug)]
struct Problem {
    phase: Phase,
    /// The file that is missing, by its hash, and what was known of it when it was looked for.
    missing: Option<(String, Hint)>,
}

impl Choices {
    /// None, at the sending end of their engines.
    pub fn new(engines: Source<Versioned<PrimedEngine>>) -> Self {
        Self {
            engines,
            entries: Vec::new(),
            since: 0,
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Frees the engines that were returned; says whether there were any. A choice whose newest engine comes back, because
    /// the audio thread did not know of it yet, is not ready any more.
    pub fn free_returned(&mut self) -> bool {
        let mut any = false;
        while let Some(engine) = self.engines.reclaim() {
            any = true;
            let place = engine.value.place;
            let entry = place.and_then(|place| self.entries.get_mut(place));
            if let Some(entry) = entry.filter(|entry| entry.sent == engine.generation) {
                entry.sent = 0;
            }
        }
        any
    }

    /// What was made before this number is for something that is over.
    pub fn outdate(&mut self, number: u64) {
        self.since = self.since.max(number);
    }

    /// Takes another list; says whether it is another one. What is in both stays prepared.
    pub fn set(&mut self, list: &[Origin]) -> bool {
        let is_same = |(origin, entry): (&Origin, &Entry)| *origin == *entry.origin;
        if list.len() == self.entries.len() && list.iter().zip(&self.entries).all(is_same) {
            return false;
        }
        let known = |origin: &Origin| self.entries.iter().find(|entry| *entry.origin == *origin);
        let entry = |origin| match known(origin) {
            Some(entry) => Entry {
                sent: 0,
                ..entry.clone()
            },
            None => Entry::new(origin),
        };
        self.entries = list.iter().map(entry).collect();
        true
    }

    /// Looks again for whatever was not to be had.
    pub fn look_again(&mut self) {
        for entry in &mut self.entries {
            entry.forgive();
        }
    }

    /// Looks again for a missing file of which more is known than when it was looked for.
    pub fn look_for(&mut self, places: &KnownPlaces) {
        for entry in &mut self.entries {
            let missing = (entry.problem.as_ref()).and_then(|problem| problem.missing.as_ref());
            if missing.is_some_and(|(hash, was)| places.hint(hash) != *was) {
                entry.forgive();
            }
        }
    }

    /// What is known of the whereabouts of a choice, if it is a file.
    pub fn hint(&self, place: usize, places: &KnownPlaces) -> Option<Hint> {
        match &*self.entries.get(place)?.origin {
            Origin::File(file) => Some(places.hint(&file.hash)),
            Origin::Room(..) | Origin::Nothing => None,
        }
    }

    /// The first choice that is not ready, and the order for it; none if there is no credit for an engine either.
    pub fn due(&self, format: Format, shape: Shape, generation: u64) -> Option<(usize, Order)> {
        if self.engines.is_closed() || self.engines.in_flight() == self.engines.limit() {
            return None;
        }
        let is_due = |entry: &Entry| entry.problem.is_none() && !entry.is_ready(self.since);
        let place = self.entries.iter().position(is_due)?;
        let entry = &self.entries[place];
        let order = Order {
            // An engine without a past, whatever is prepared already.
            due: Due::Engine,
            origin: Arc::clone(&entry.origin),
            format: Some(format),
            shape,
            generation,
            in_use: entry.info.clone(),
        };
        Some((place, order))
    }

    /// What is prepared of a choice.
    pub fn products(&self, place: usize) -> Products {
        let entry = self.entries.get(place);
        entry.map_or_else(Products::default, |entry| entry.products.clone())
    }

    /// Takes what was made of a choice, and sends its engine.
    pub fn send(&mut self, place: usize, made: Made) {
        let (Some(entry), Some(mut engine)) = (self.entries.get_mut(place), made.engine) else {
            return;
        };
        engine.value.place = Some(place);
        entry.info = Some(made.info);
        entry.products = made.products;
        // Samples at the host's rate are kept; what the decay stage made of them is dear to hold and made again.
        entry.products.decayed = None;
        entry.sent = engine.generation;
        entry.engine_bytes = engine.value.engine.bytes();
        // With the audio end gone nobody will ever want it; that there is a credit was looked at before.
        let _ = self.engines.link(engine);
    }

    /// A choice is not to be had. With what was known of its whereabouts when it was looked for.
    pub fn fail(&mut self, place: usize, error: &LoadError, hint: Option<Hint>) {
        let Some(entry) = self.entries.get_mut(place) else {
            return;
        };
        let missing = match (error, &*entry.origin) {
            (LoadError::Missing { .. }, Origin::File(file)) => {
                hint.map(|hint| (file.hash.clone(), hint))
            }
            _ => None,
        };
        entry.problem = Some(Problem {
            phase: error.phase(),
            missing,
        });
    }

    /// What a choice is made of, if the engine of this generation is of it as it is now.
    pub fn taken(&self, place: usize, generation: u64) -> Option<Made> {
        let entry = self.entries.get(place)?;
        if generation == 0 || generation < self.since {
            return None;
        }
        Some(Made {
            info: entry.info.clone()?,
            products: entry.products.clone(),
            engine: None,
        })
    }

    /// Where a choice comes from; beyond the end of the list it is the last one.
    pub fn origin(&self, place: usize) -> Option<Arc<Origin>> {
        let entry = self.entries.get(place).or(self.entries.last())?;
        Some(Arc::clone(&entry.origin))
    }

    /// All of them, for the editor.
    pub fn status(&self) -> Arc<[ChoiceStatus]> {
        let entries = self.entries.iter();
        entries.map(|entry| entry.status(self.since)).collect()
    }
}

impl Entry {
    fn new(origin: &Origin) -> Self {
        Self {
            origin: Arc::new(origin.clone()),
            info: None,
            products: Products::default(),
            sent: 0,
            engine_bytes: 0,
            problem: None,
        }
    }

    fn is_ready(&self, since: u64) -> bool {
        self.sent > 0 && self.sent >= since
    }

    fn forgive(&mut self) {
        self.problem = None;
    }

    fn status(&self, since: u64) -> ChoiceStatus {
        let phase = match &self.problem {
            Some(problem) => problem.phase.clone(),
            None if self.is_ready(since) => Phase::Ready,
            None => Phase::Loading {
                what: self.origin.name().to_owned(),
            },
        };
        ChoiceStatus {
            origin: Arc::clone(&self.origin),
            phase,
            bytes: self.bytes(),
        }
    }

    /// What it takes: samples, spectra, and its engine.
    fn bytes(&self) -> usize {
        let Products {
            raw,
            resampled,
            kernel,
            ..
        } = &self.products;
        let raw = match raw {
            Some(Raw::File(decoded)) => bytes_of(&decoded.impulse),
            Some(Raw::Room(_)) | None => 0,
        };
        let resampled = (resampled.as_ref()).filter(|(_, _, resampled)| !resampled.is_the_file());
        let resampled = resampled.map_or(0, |(_, _, resampled)| bytes_of(resampled.impulse()));
        let spectra = (kernel.as_ref()).map_or(0, |used| used.kernel.kernel.bytes());
        raw + resampled + spectra + self.engine_bytes
    }
}

fn bytes_of(impulse: &Impulse) -> usize {
    let channels = impulse.channels.iter();
    channels.map(|channel| size_of_val(&channel[..])).sum()
}

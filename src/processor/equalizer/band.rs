//! One band of the equaliser, or one half of a steep cut: an analogue filter that moves. Audio thread.

use super::design::{Coefficients, Kind, SECTIONS, design};
use super::section::Section;
use crate::processor::math::{exp, ln};
use crate::processor::ramp::Ramp;

/// Samples between two designs. In between the coefficients go in straight lines.
const GRID_SAMPLES: u32 = 32;

/// Where a filter is meant to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::processor) struct Place {
    /// Frequency in Hz.
    pub(in crate::processor) hz: f32,
    /// Gain in dB; a cut has none.
    pub(in crate::processor) db: f32,
    /// Q.
    pub(in crate::processor) q: f32,
}

/// A filter that moves to its place in pitch, in dB and in the logarithm of Q.
#[derive(Debug)]
pub(super) struct Band {
    kind: Kind,
    rate: f32,
    /// Where it was told to be: what is told again costs nothing.
    wanted: Place,
    pitch: Ramp,
    db: Ramp,
    sharpness: Ramp,
    sections: [Section; SECTIONS],
    /// Samples until the next design; at 0 it is due.
    due: u32,
    /// Whether the sections are on their way, or have to set out.
    moves: bool,
    /// Whether it has a gain that rests on 0 dB: it is then left out.
    flat: bool,
}

impl Band {
    /// A filter at rest in its place. Not real-time.
    pub(super) fn new(kind: Kind, place: Place, rate: f32, fade_samples: u32) -> Self {
        let ramp = |value: f32| Ramp::new(value, fade_samples);
        let mut band = Self {
            kind,
            rate,
            wanted: place,
            pitch: ramp(ln(place.hz)),
            db: ramp(place.db),
            sharpness: ramp(ln(place.q)),
            sections: [Section::new(Coefficients::THROUGH); SECTIONS],
            due: 0,
            moves: false,
            flat: false,
        };
        band.reset(place);
        band
    }

    /// Moves to a place. If it does nothing yet it begins there, and only its gain moves. Real-time.
    pub(super) fn set(&mut self, place: Place) {
        if place == self.wanted {
            return;
        }
        self.wanted = place;
        if self.flat {
            self.pitch.snap(ln(place.hz));
            self.sharpness.snap(ln(place.q));
            if place.db == 0.0 {
                return;
            }
            self.flat = false;
            self.arrive();
        }
        let aims = [ln(place.hz), place.db, ln(place.q)];
        let ramps = [&mut self.pitch, &mut self.db, &mut self.sharpness];
        for (ramp, aim) in ramps.into_iter().zip(aims) {
            if ramp.target() != aim {
                ramp.set(aim);
                self.moves = true;
            }
        }
    }

    /// Takes a place at once, and forgets the past. Real-time.
    pub(super) fn reset(&mut self, place: Place) {
        self.wanted = place;
        self.pitch.snap(ln(place.hz));
        self.db.snap(place.db);
        self.sharpness.snap(ln(place.q));
        self.flat = self.kind.has_gain() && place.db == 0.0;
        if !self.flat {
            self.arrive();
        }
        self.forget();
    }

    /// Whether nothing moves. Real-time.
    pub(super) fn at_rest(&self) -> bool {
        !self.moves
    }

    /// Whether it is left out. Real-time.
    pub(super) fn is_flat(&self) -> bool {
        self.flat
    }

    /// What it does to the power of a frequency, given as `tan(w / 2)` with `w` in radians a sample.
    pub(super) fn power(&self, warped: f64) -> f64 {
        if self.flat {
            return 1.0;
        }
        let sections = self.sections.iter();
        sections.map(|section| section.power(warped)).product()
    }

    fn forget(&mut self) {
        for section in &mut self.sections {
            section.forget();
        }
    }

    /// Puts the sections where the ramps are.
    fn arrive(&mut self) {
        let at = self.design();
        for (section, at) in self.sections.iter_mut().zip(at) {
            section.snap(at);
        }
        self.due = 0;
        self.moves = false;
    }

    fn design(&self) -> [Coefficients; SECTIONS] {
        design(
            self.kind,
            exp(self.pitch.value()).into(),
            self.db.value().into(),
            exp(self.sharpness.value()).into(),
            self.rate.into(),
        )
    }

    /// Filters one frame. Real-time.
    #[inline]
    pub(super) fn tick(&mut self, frame: &mut [f64; 2]) {
        if self.flat {
            return;
        }
        if self.due == 0 {
            self.turn();
        }
        if self.flat {
            return;
        }
        self.due -= 1;
        for section in &mut self.sections {
            section.tick(frame);
        }
    }

    /// What is done once a grid.
    fn turn(&mut self) {
        for section in &mut self.sections {
            section.settle();
        }
        let ramps = [&mut self.pitch, &mut self.db, &mut self.sharpness];
        let arrived = ramps.iter().all(|ramp| ramp.at_rest());
        if self.moves && arrived {
            self.arrive();
            if self.kind.has_gain() && self.db.rests_on(0.0) {
                self.flat = true;
                self.forget();
            }
        } else if self.moves {
            for ramp in ramps {
                ramp.advance(GRID_SAMPLES);
            }
            let at = self.design();
            for (section, at) in self.sections.iter_mut().zip(at) {
                section.go(at, GRID_SAMPLES);
            }
        }
        self.due = GRID_SAMPLES;
    }
}

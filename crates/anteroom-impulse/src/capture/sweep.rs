//! The sweep that is played: exponential, with marks before and after it and silence for the room.
//!
//! Its phase is synchronised (Novak 2015): the product of lowest frequency and growth time is a whole number, so that a
//! harmonic is the same sweep, only earlier. For this it lasts a little longer or shorter than was asked for. It fades in
//! over whole periods of its lowest frequency, which leaves it some energy down to 0 Hz: what is not in the sweep can
//! not be measured. The same numbers give the same samples, on every machine.
//!
//! ```text
//! silence  mark (twice if two sweeps follow)   sweep   silence   [sweep   silence]   mark  silence
//! ```
//!
//! Of two sweeps the first is on the left channel and the second on the right; all marks are on the left, so that they
//! come by the same way.

use super::marks::{AGAIN_S, MARK_S, band, mark};
use super::{CaptureError, MAX_FRAMES};
use crate::math::{exp2, log2, power_of_db, sin_cos};

/// Where the first mark is; from there to the sweep; from the last mark to the end. In seconds.
const LEAD_S: f64 = 0.5;
const GAP_S: f64 = 2.0;
const END_S: f64 = 1.0;
/// The sweep is over after this, at most; with its silence.
const SHORTEST_TAIL_S: f64 = 5.0;
/// How long the last moments fade, at most.
const FADE_OUT_S: f64 = 0.02;

/// What a sweep is asked to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SweepSpec {
    /// How long one sweep lasts, about, in seconds: 1 to 100.
    pub seconds: f64,
    /// The lowest frequency in Hz: at least 1.
    pub low_hz: f64,
    /// The highest frequency in Hz: at least twice the lowest, and at most 0.49 of the rate.
    pub high_hz: f64,
    /// The level of its peaks in dB of full scale: -60 to 0.
    pub level_db: f64,
    /// The sample rate in Hz: 8,000 to 384,000.
    pub rate: u32,
    /// How many sweeps there are, one after the other, each on a channel of its own: 1 or 2.
    pub passes: usize,
}

impl SweepSpec {
    /// The sweep that is looked for where nothing else is said: one of 20 s from 10 Hz to 0.47 of the rate at -12 dB.
    #[must_use]
    pub fn new(rate: u32) -> Self {
        Self {
            seconds: 20.0,
            low_hz: 10.0,
            high_hz: 0.47 * f64::from(rate),
            level_db: -12.0,
            rate,
            passes: 1,
        }
    }
}

/// What is being played at a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SweepPart {
    /// Silence and the first marks.
    Before,
    /// The sweep of this channel.
    Sweep(usize),
    /// The silence after it, in which the room rings out.
    Silence(usize),
    /// The last mark, and silence.
    After,
}

/// A sweep that can be played.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sweep {
    spec: SweepSpec,
    /// Lowest frequency times growth time.
    cycles: f64,
    /// The time in which the frequency grows by the factor e, in seconds.
    growth_s: f64,
    seconds: f64,
    gain: f64,
}

impl Sweep {
    /// The sweep that is nearest to what was asked for.
    ///
    /// # Errors
    /// [`CaptureError::Sweep`], which says what is allowed.
    pub fn new(spec: SweepSpec) -> Result<Self, CaptureError> {
        let refuse = |reason: String| Err(CaptureError::Sweep(reason));
        let SweepSpec {
            low_hz,
            high_hz,
            rate,
            ..
        } = spec;
        if !(8_000..=384_000).contains(&rate) {
            return refuse(format!("a rate of {rate} Hz: it is 8000 to 384000"));
        }
        if !(1.0..=100.0).contains(&spec.seconds) {
            return refuse(format!("{} s: a sweep lasts 1 to 100 s", spec.seconds));
        }
        if !(-60.0..=0.0).contains(&spec.level_db) {
            return refuse(format!("{} dB: the level is -60 to 0 dB", spec.level_db));
        }
        let highest = 0.49 * f64::from(rate);
        let in_range = low_hz >= 1.0 && high_hz >= 2.0 * low_hz && high_hz <= highest;
        if !in_range {
            return refuse(format!(
                "{low_hz}-{high_hz} Hz: the range begins at 1 Hz or above, spans an octave or more, and at {rate} Hz ends at {highest:.0} Hz or below"
            ));
        }
        if !(1..=2).contains(&spec.passes) {
            return refuse("there are 1 or 2 channels".into());
        }
        let asked = low_hz * spec.seconds / ln(high_hz / low_hz);
        let sweep = Self::of_cycles(spec, asked.round().max(1.0));
        if sweep.seconds > 1.5 * spec.seconds {
            return refuse(format!(
                "from {low_hz} Hz on a sweep lasts {:.1} s or more",
                sweep.seconds
            ));
        }
        let frames = sweep.pass_frames() + sweep.tail_frames();
        if frames > MAX_FRAMES {
            let most = spec.seconds * MAX_FRAMES as f64 / frames as f64;
            return refuse(format!("at {rate} Hz a sweep lasts {most:.0} s at most"));
        }
        Ok(sweep)
    }

    /// The sweep with this product of lowest frequency and growth time.
    pub(super) fn of_cycles(spec: SweepSpec, cycles: f64) -> Self {
        let growth_s = cycles / spec.low_hz;
        Self {
            spec,
            cycles,
            growth_s,
            seconds: growth_s * ln(spec.high_hz / spec.low_hz),
            gain: power_of_db(spec.level_db / 2.0),
        }
    }

    /// What it was asked to be.
    #[must_use]
    pub fn spec(&self) -> &SweepSpec {
        &self.spec
    }

    /// How long one sweep lasts, in seconds.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.seconds
    }

    /// The time in which the frequency grows by the factor e, in seconds.
    #[must_use]
    pub fn growth_s(&self) -> f64 {
        self.growth_s
    }

    /// How many channels there are.
    #[must_use]
    pub fn channels(&self) -> usize {
        self.spec.passes
    }

    /// How many frames there are in all, with marks and silence.
    #[must_use]
    pub fn frames(&self) -> usize {
        self.last_mark() + self.frame(END_S)
    }

    /// What is being played at a frame.
    #[must_use]
    pub fn part_at(&self, frame: usize) -> SweepPart {
        if frame >= self.last_mark() {
            return SweepPart::After;
        }
        let begun = (0..self.channels())
            .rev()
            .find(|pass| frame >= self.start(*pass));
        match begun {
            None => SweepPart::Before,
            Some(pass) if frame < self.start(pass) + self.pass_frames() => SweepPart::Sweep(pass),
            Some(pass) => SweepPart::Silence(pass),
        }
    }

    fn frame(&self, seconds: f64) -> usize {
        (seconds * f64::from(self.spec.rate)).round() as usize
    }

    /// The frames of one sweep alone.
    pub(super) fn pass_frames(&self) -> usize {
        (self.seconds * f64::from(self.spec.rate)).ceil() as usize
    }

    /// The silence after one.
    fn tail_frames(&self) -> usize {
        self.frame((self.seconds / 2.0).max(SHORTEST_TAIL_S))
    }

    /// Where a sweep begins, in frames.
    pub(super) fn start(&self, pass: usize) -> usize {
        self.frame(LEAD_S + GAP_S) + pass * (self.pass_frames() + self.tail_frames())
    }

    /// Where the first mark begins, in frames.
    pub(super) fn first_mark(&self) -> usize {
        self.frame(LEAD_S)
    }

    /// Where the last mark begins, in frames.
    pub(super) fn last_mark(&self) -> usize {
        self.start(self.spec.passes)
    }

    /// Fills a block with what a channel plays from a frame on.
    pub fn fill(&self, channel: usize, from: usize, block: &mut [f32]) {
        for (frame, sample) in (from..).zip(block) {
            *sample = self.at(channel, frame as f64) as f32;
        }
    }

    /// What a channel plays at a frame, which need not be a whole one.
    pub(super) fn at(&self, channel: usize, frame: f64) -> f64 {
        let rate = f64::from(self.spec.rate);
        let since = |frames: usize| (frame - frames as f64) / rate;
        let mut sample = self.tone(since(self.start(channel)), self.spec.rate);
        if channel == 0 {
            let first = since(self.first_mark());
            let mut marks = mark(first, band(self.spec.rate));
            if self.spec.passes == 2 {
                marks += mark(first - AGAIN_S, band(self.spec.rate));
            }
            marks += mark(since(self.last_mark()), band(self.spec.rate));
            sample += marks * self.gain;
        }
        sample
    }

    /// One sweep, so many seconds after it began, as a recorder of a rate can hold it: above 0.47 of that rate it fades.
    pub(super) fn tone(&self, seconds: f64, rate: u32) -> f64 {
        if !(0.0..self.seconds).contains(&seconds) {
            return 0.0;
        }
        let growth = exp2(seconds / (self.growth_s * std::f64::consts::LN_2));
        let cycles = self.cycles * growth;
        let sine = sin_cos(std::f64::consts::TAU * (cycles - cycles.floor())).0;
        let mut gain = self.gain * rise(seconds / self.fade_in_s());
        gain *= rise((self.seconds - seconds) / FADE_OUT_S.min(self.seconds / 50.0));
        if rate < self.spec.rate {
            let share = self.spec.low_hz * growth / f64::from(rate);
            gain *= rise((0.49 - share) / 0.02);
        }
        sine * gain
    }

    /// Whole periods of the lowest frequency, of 5 ms or more together.
    fn fade_in_s(&self) -> f64 {
        let period = 1.0 / self.spec.low_hz;
        (0.005 / period).ceil().max(1.0) * period.min(self.seconds / 4.0)
    }
}

/// From 0 at 0 to 1 at 1, without corners.
pub(super) fn rise(x: f64) -> f64 {
    let x = x.clamp(0.0, 1.0);
    0.5 - 0.5 * sin_cos(std::f64::consts::PI * x).1
}

/// The natural logarithm, the same on every machine.
fn ln(x: f64) -> f64 {
    log2(x) * std::f64::consts::LN_2
}

// The marks stand clear of each other and of the sweep.
const _: () = assert!(AGAIN_S > 2.0 * MARK_S && GAP_S > AGAIN_S + 2.0 * MARK_S);

#[cfg(test)]
mod tests;

//! An impulse under the shaping controls: what the worker does between decoding and transforming.
//!
//! Off the audio thread. The steps, in this order, each skipped at its default:
//!
//! ```text
//! start > size > decay, damping  >  length > reverse > attack > normalize
//! '------- decay_with --------'     '------------ trim_with ------------'
//! ```
//!
//! The first half is dear and the second is cheap, so whoever keeps what the first one made can move the
//! controls of the second at little cost.
//!
//! With every control at its default and `normalize` off nothing is touched, bit for bit.
//!
//! `decay` and `reverse` are stages of their own.

use std::ops::{Range, RangeInclusive};

use super::loudness::unity_gain;
use super::math::sin_cos;
use super::parallel::for_each_parallel;
use super::resample::convert;
use super::{Impulse, ImpulseError};

mod decay;
mod reverse;

pub use decay::ratio as decay_ratio;

/// The version of what the controls do to an impulse: of every number that comes out of [`shape`], beside the law of
/// [loudness](crate::LOUDNESS_LAW). Golden hashes pin it (`tests/shapes.rs` here, `tests/golden` of the plug-in); who
/// changes one changes this, so that a state can say which law it was heard with.
///
/// Law 1 lengthened with noise that knew nothing of the other channels. Law 2: at 100 % nothing is touched; tails have
/// the recording's covariance; its noise goes with the distance from 100 % and is gone at 80 and 125 %; a sound that its
/// file cuts off goes on; [`Shape::reverse`] leaves out what is 60 dB below the loudest moment.
pub const SHAPING_LAW: u32 = 2;

/// Samples that are gone through between two looks at whether they are still wanted.
const PART: usize = 1 << 16;
/// The fade at a cut end, in ms; short ends fade over a tenth of their length.
const CUT_FADE_MS: f32 = 10.0;

/// Makes [`Shape`] of one line for each of its values.
macro_rules! shape_fields {
    ($( $(#[$doc:meta])+ $field:ident: $value:ty = $default:literal $(in $range:expr)?, )+) => {
        /// What is done to an impulse, in the units of the parameters.
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct Shape {
            $($(#[$doc])+ pub $field: $value,)+
        }

        impl Default for Shape {
            fn default() -> Self {
                Self { $($field: $default),+ }
            }
        }

        /// A shape as numbers that can be compared and hashed exactly.
        pub type ShapeBits = [u32; [$(stringify!($field)),+].len()];

        impl Shape {
            /// Every value within its range; what is not a number becomes the default.
            #[must_use]
            pub fn clamped(mut self) -> Self {
                $($( self.$field = fit(self.$field, $range, $default); )?)+
                self
            }

            /// All of it as bits: equal if the shapes are, to the last bit.
            #[must_use]
            pub fn bits(&self) -> ShapeBits {
                [$(self.$field.key()),+]
            }
        }
    };
}

shape_fields! {
    /// Cut away from the beginning, in ms.
    start_ms: f32 = 0.0 in 0.0..=500.0,
    /// How much of the length is kept, in percent.
    length_percent: f32 = 100.0 in 1.0..=100.0,
    /// The fade-in, in ms.
    attack_ms: f32 = 0.0 in 0.0..=500.0,
    /// The reverberation time in relation to the file's, in percent.
    decay_percent: f32 = 100.0 in 25.0..=400.0,
    /// The stretch in time, in percent: a larger room, lower in pitch.
    size_percent: f32 = 100.0 in 50.0..=200.0,
    /// The reverberation time at high frequencies in relation to the rest, in percent.
    damping_percent: f32 = 100.0 in 25.0..=100.0,
    /// The impulse backwards, without the inaudible beginning that its end would be.
    reverse: bool = false,
    /// Pink noise comes out as loud as it went in.
    normalize: bool = true,
}

/// The bits of one value.
trait Key {
    fn key(self) -> u32;
}

impl Key for f32 {
    fn key(self) -> u32 {
        self.to_bits()
    }
}

impl Key for bool {
    fn key(self) -> u32 {
        self.into()
    }
}

fn fit(value: f32, range: RangeInclusive<f32>, default: f32) -> f32 {
    if value.is_nan() {
        default
    } else {
        value.clamp(*range.start(), *range.end())
    }
}

impl Shape {
    /// The part of it that the decay stage depends on; what [`trim_with`] alone looks at is at its default.
    #[must_use]
    pub fn decay_part(&self) -> Self {
        let Self {
            length_percent,
            attack_ms,
            reverse,
            normalize,
            ..
        } = Self::default();
        Self {
            length_percent,
            attack_ms,
            reverse,
            normalize,
            ..*self
        }
    }

    /// Whether size, decay or damping move samples or remake them. Otherwise every sample that is kept stays as
    /// it is, and [`trim_with`] does all there is to do.
    #[must_use]
    pub fn has_decay_stage(&self) -> bool {
        let shape = self.clamped();
        shape.size_percent != 100.0 || redecays(&shape)
    }
}

/// The impulse in its shape.
#[must_use]
pub fn shape(impulse: &Impulse, shape: &Shape) -> Impulse {
    // A shape that nobody cancels always comes back.
    shape_with(impulse, shape, &|| false).unwrap_or_else(|| impulse.clone())
}

/// The impulse in its shape, or `None` as soon as `cancelled` says that nobody wants it any more.
/// It is asked between the stages and, in the long ones, every few milliseconds.
///
/// These are the two halves [`decay_with`] and [`trim_with`], without a copy in between.
#[must_use]
pub fn shape_with(
    impulse: &Impulse,
    shape: &Shape,
    cancelled: &dyn Fn() -> bool,
) -> Option<Impulse> {
    if !shape.has_decay_stage() {
        return trim_with(impulse, shape, cancelled);
    }
    let decayed = decay_with(impulse, shape, cancelled)?;
    let whole = decayed.frames();
    finish(decayed, whole, &shape.clamped(), cancelled)
}

/// The dear half: start, size, decay, damping. `None` if cancelled.
///
/// The other controls change nothing here, so what it made can be kept while they move.
#[must_use]
pub fn decay_with(
    impulse: &Impulse,
    shape: &Shape,
    cancelled: &dyn Fn() -> bool,
) -> Option<Impulse> {
    let shape = shape.clamped();
    let frames = impulse.frames();
    let mut decayed = copy(impulse, start(impulse, &shape)..frames, cancelled)?;
    if shape.size_percent != 100.0 {
        stretch(&mut decayed, shape.size_percent, cancelled)?;
    }
    if redecays(&shape) {
        decay::redecay(
            &mut decayed,
            shape.decay_percent,
            shape.damping_percent,
            cancelled,
        )?;
    }
    Some(decayed)
}

/// The cheap half: length, reverse, attack, normalize; the start as well, where the dear half is left out.
/// `None` if cancelled.
///
/// It is made of what [`decay_with`] made of the same shape, or of the impulse itself where the shape
/// [has no decay stage](Shape::has_decay_stage).
#[must_use]
pub fn trim_with(
    impulse: &Impulse,
    shape: &Shape,
    cancelled: &dyn Fn() -> bool,
) -> Option<Impulse> {
    let shape = shape.clamped();
    let start = match shape.has_decay_stage() {
        true => 0,
        false => start(impulse, &shape),
    };
    let whole = impulse.frames() - start;
    // Only what is kept is copied.
    let end = start + kept(whole, shape.length_percent);
    finish(
        copy(impulse, start..end, cancelled)?,
        whole,
        &shape,
        cancelled,
    )
}

/// The cheap half in place, of an impulse that was `whole` frames long. `None` if cancelled.
fn finish(
    mut shaped: Impulse,
    whole: usize,
    shape: &Shape,
    cancelled: &dyn Fn() -> bool,
) -> Option<Impulse> {
    if shape.length_percent < 100.0 {
        cut_end(&mut shaped, kept(whole, shape.length_percent));
    }
    if shape.reverse {
        let audible = reverse::audible(&shaped, cancelled)?;
        if audible < shaped.frames() {
            cut_end(&mut shaped, audible);
        }
        for channel in &mut shaped.channels {
            reverse::turn_round(channel, cancelled)?;
        }
    }
    if shape.attack_ms > 0.0 {
        fade_in(&mut shaped, shape.attack_ms);
    }
    if shape.normalize {
        normalize(&mut shaped, cancelled)?;
    }
    (!cancelled()).then_some(shaped)
}

/// Whether a shape has another reverberation time.
fn redecays(shape: &Shape) -> bool {
    shape.decay_percent != 100.0 || shape.damping_percent != 100.0
}

/// The first sample that is kept; at least one is.
fn start(impulse: &Impulse, shape: &Shape) -> usize {
    samples(shape.start_ms, impulse.rate).min(impulse.frames().saturating_sub(1))
}

/// How many of so many samples are kept.
fn kept(frames: usize, percent: f32) -> usize {
    ((frames as f64 * f64::from(percent) / 100.0).ceil() as usize).clamp(1, frames.max(1))
}

/// Some frames of the impulse. `None` if cancelled.
fn copy(impulse: &Impulse, frames: Range<usize>, cancelled: &dyn Fn() -> bool) -> Option<Impulse> {
    let part = |row: &Vec<f32>| {
        let end = frames.end.min(row.len());
        let from = row.get(frames.start..end).unwrap_or_default();
        let mut to = Vec::with_capacity(from.len());
        for part in from.chunks(PART) {
            if cancelled() {
                return None;
            }
            to.extend_from_slice(part);
        }
        Some(to)
    };
    Some(Impulse {
        channels: impulse.channels.iter().map(part).collect::<Option<_>>()?,
        rate: impulse.rate,
    })
}

fn samples(ms: f32, rate: u32) -> usize {
    (f64::from(ms) * f64::from(rate) / 1000.0).round() as usize
}

/// Plays the impulse slower or faster. The energy stays, so that it is as loud as before.
fn stretch(impulse: &mut Impulse, percent: f32, cancelled: &dyn Fn() -> bool) -> Option<()> {
    // Steps of a thousandth are finer than anyone hears, and give the resampler a simple ratio.
    let to = (percent * 10.0).round() as u32;
    let gain = (1000.0 / f64::from(to)).sqrt();
    for_each_parallel(&mut impulse.channels, cancelled, |_, channel, cancelled| {
        match convert(channel, (1000, to), gain, cancelled) {
            Ok(stretched) => *channel = stretched,
            Err(ImpulseError::Cancelled) => return None,
            Err(_) => {}
        }
        Some(())
    })
}

/// Keeps the first part, with a short fade at the new end.
fn cut_end(impulse: &mut Impulse, kept: usize) {
    let fade = raised_cosine(samples(CUT_FADE_MS, impulse.rate).min(kept / 10), kept);
    for channel in &mut impulse.channels {
        channel.truncate(kept);
        for (sample, gain) in channel.iter_mut().rev().zip(&fade) {
            *sample *= gain;
        }
    }
}

fn fade_in(impulse: &mut Impulse, attack_ms: f32) {
    let fade = raised_cosine(samples(attack_ms, impulse.rate), impulse.frames());
    for channel in &mut impulse.channels {
        for (sample, gain) in channel.iter_mut().zip(&fade) {
            *sample *= gain;
        }
    }
}

/// From 0 to 1 without corners, in so many steps; the first of them, at most so many.
fn raised_cosine(steps: usize, most: usize) -> Vec<f32> {
    let at = |step| std::f32::consts::PI * ((step as f32 + 0.5) / steps as f32);
    // Our own cosine: the system's is not the same to the bit everywhere.
    let cos = |angle: f32| sin_cos(f64::from(angle)).1 as f32;
    (0..steps.min(most))
        .map(|step| 0.5 - 0.5 * cos(at(step)))
        .collect()
}

/// Scales all channels alike, so that [pink noise](super::loudness) comes out as loud as it went in. `None` if
/// cancelled.
fn normalize(impulse: &mut Impulse, cancelled: &dyn Fn() -> bool) -> Option<()> {
    let gain = unity_gain(&impulse.channels, impulse.rate, cancelled)?;
    for part in impulse
        .channels
        .iter_mut()
        .flat_map(|row| row.chunks_mut(PART))
    {
        if cancelled() {
            return None;
        }
        for sample in part {
            *sample = (f64::from(*sample) * gain) as f32;
        }
    }
    Some(())
}

#[cfg(test)]
mod tests;

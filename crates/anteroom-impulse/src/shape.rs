//! An impulse under the shaping controls: what the worker does between decoding and transforming.
//!
//! Off the audio thread. The steps, in this order, each skipped at its default:
//!
//! ```text
//! start > size > decay by octave >  distance > early, tail, gap > length > reverse > attack > normalize
//! '--------- decay_with --------'   '--------------------------- trim_with ----------------------------'
//! ```
//!
//! The first half is dear and the second is cheap, so whoever keeps what the first one made can move the
//! controls of the second at little cost.
//!
//! Decay by octave is decay, damping and the control of each octave.
//!
//! With every control at its default and `normalize` off nothing is touched, bit for bit.
//!
//! A room is [made again](crate::RoomRecipe::placed) for another distance before it comes here.
//!
//! An impulse whose tail is to move is taken apart beside that: [`trim_apart_with`].
//!
//! `decay`, `distance`, `early_tail` and `reverse` are stages of their own; `parts` is where an impulse parts into first
//! sound, early reflections and tail; `versions` are other tails of the same sound; `values` are the controls.

use std::ops::Range;

use super::loudness::unity_gain;
use super::math::sin_cos;
use super::parallel::for_each_parallel;
use super::resample::convert;
use super::{Impulse, ImpulseError};

mod decay;
mod distance;
mod early_tail;
mod parts;
mod reverse;
mod values;
mod versions;

pub use decay::ratio as decay_ratio;
use parts::Parts;
pub use values::{Shape, ShapeBits};

/// An impulse in its shape.
#[derive(Clone, Debug, PartialEq)]
pub struct Shaped {
    /// The impulse.
    pub impulse: Impulse,
    /// Where its tail is to move: the channels of its early part, and then those of two other versions of its tail, which
    /// are as loud in each octave and have nothing in common with it or with each other.
    pub apart: Option<Impulse>,
}

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
    let whole_only = Shape {
        moves: false,
        ..shape.clamped()
    };
    Some(finish(decayed, whole, &whole_only, cancelled)?.impulse)
}

/// The dear half: start, size, decay by octave. `None` if cancelled.
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
    if shape.redecays() {
        decay::redecay(&mut decayed, &shape, cancelled)?;
    }
    Some(decayed)
}

/// The cheap half: distance, early and tail, length, reverse, attack, normalize; the start as well, where the dear half is left out.
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
    let whole_only = Shape {
        moves: false,
        ..*shape
    };
    Some(trim_apart_with(impulse, &whole_only, cancelled)?.impulse)
}

/// The same, and what it is taken apart into where its tail is to move. `None` if cancelled.
///
/// The early part is what `early` and the tail what `tail` acts on; both go through the same stages as the whole.
#[must_use]
pub fn trim_apart_with(
    impulse: &Impulse,
    shape: &Shape,
    cancelled: &dyn Fn() -> bool,
) -> Option<Shaped> {
    let shape = shape.clamped();
    let start = match shape.has_decay_stage() {
        true => 0,
        false => start(impulse, &shape),
    };
    let whole = impulse.frames() - start;
    // Only what is kept is copied, where nothing is moved beyond it.
    let end = match early_tail::acts(&shape) || distance::acts(&shape) || shape.moves {
        true => impulse.frames(),
        false => start + kept(whole, &shape, impulse.rate),
    };
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
) -> Option<Shaped> {
    let moves_tail = early_tail::acts(shape);
    let parts = match moves_tail || distance::acts(shape) || shape.moves {
        true => Some(Parts::of(&shaped, shape, cancelled)?),
        false => None,
    };
    if let Some(parts) = parts.as_ref().filter(|_| distance::acts(shape)) {
        distance::apply(&mut shaped, shape, parts, cancelled)?;
    }
    let mut apart = match parts.as_ref().filter(|_| shape.moves) {
        Some(parts) => Some(early_tail::apart(&shaped, shape, parts, cancelled)?),
        None => None,
    };
    let mut gain = None;
    let mut whole = whole;
    if let Some(parts) = parts.as_ref().filter(|_| moves_tail) {
        // The loudness is that of the whole: a tail that is turned down must not turn the rest up.
        if shape.normalize {
            let mut plain = shaped.clone();
            trim(&mut plain, None, whole, shape, cancelled)?;
            gain = Some(unity_gain(&plain.channels, plain.rate, cancelled)?);
        }
        early_tail::apply(&mut shaped, shape, parts, cancelled)?;
        whole += samples(shape.gap_ms, shaped.rate);
    }
    trim(&mut shaped, apart.as_mut(), whole, shape, cancelled)?;
    if shape.normalize {
        let gain = match gain {
            Some(gain) => gain,
            None => unity_gain(&shaped.channels, shaped.rate, cancelled)?,
        };
        scale(&mut shaped, gain, cancelled)?;
        if let Some(apart) = &mut apart {
            scale(apart, gain, cancelled)?;
        }
    }
    if let (Some(apart), Some(parts)) = (&mut apart, &parts) {
        versions::add(apart, shape, parts, cancelled)?;
    }
    (!cancelled()).then_some(Shaped {
        impulse: shaped,
        apart,
    })
}

/// Length, reverse and attack, of an impulse and of what it was taken `apart` into. `None` if cancelled.
fn trim(
    shaped: &mut Impulse,
    mut apart: Option<&mut Impulse>,
    whole: usize,
    shape: &Shape,
    cancelled: &dyn Fn() -> bool,
) -> Option<()> {
    let mut each = |shaped: &mut Impulse, act: &dyn Fn(&mut Impulse) -> Option<()>| {
        act(shaped)?;
        apart.as_deref_mut().map_or(Some(()), act)
    };
    let kept = kept(whole, shape, shaped.rate);
    let cuts = match shape.length_s > 0.0 {
        true => kept < whole,
        false => shape.length_percent < 100.0,
    };
    let cut = |kept| {
        move |impulse: &mut Impulse| {
            cut_end(impulse, kept);
            Some(())
        }
    };
    if cuts {
        each(shaped, &cut(kept))?;
    }
    if shape.reverse {
        let audible = reverse::audible(shaped, cancelled)?;
        if audible < shaped.frames() {
            each(shaped, &cut(audible))?;
        }
        each(shaped, &|impulse| {
            let mut channels = impulse.channels.iter_mut();
            channels.try_for_each(|channel| reverse::turn_round(channel, cancelled))
        })?;
    }
    if shape.attack_ms > 0.0 {
        each(shaped, &|impulse| {
            fade_in(impulse, shape.attack_ms);
            Some(())
        })?;
    }
    Some(())
}

/// The first sample that is kept; at least one is.
fn start(impulse: &Impulse, shape: &Shape) -> usize {
    samples(shape.start_ms, impulse.rate).min(impulse.frames().saturating_sub(1))
}

/// How many of so many samples are kept: a share of them, or a time.
fn kept(frames: usize, shape: &Shape, rate: u32) -> usize {
    let kept = match shape.length_s > 0.0 {
        true => (f64::from(shape.length_s) * f64::from(rate)).round(),
        false => (frames as f64 * f64::from(shape.length_percent) / 100.0).ceil(),
    };
    (kept as usize).clamp(1, frames.max(1))
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

/// Scales all channels alike. `None` if cancelled.
fn scale(impulse: &mut Impulse, gain: f64, cancelled: &dyn Fn() -> bool) -> Option<()> {
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

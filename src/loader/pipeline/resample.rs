//! The second stage: the impulse at the host's rate. A room is made here, at 48 kHz, for the distance it
//! is heard from, and brought to that rate as a file is. Worker thread.

use std::sync::Arc;

use crate::background::Job;
use crate::impulse::resample::resample_with;
use crate::impulse::{Decoded, Impulse, ImpulseError, Shape};

use super::super::cache::Cache;
use super::super::error::LoadError;
use super::super::ir_handle::IrHandle;
use super::super::stage::Stage;
use super::sound::{ROOM_CHANNELS, Raw, Sound};

/// An impulse at the host's rate.
#[derive(Clone, Debug)]
pub(in crate::loader) enum Resampled {
    /// The file has that rate.
    AsItIs(Arc<Decoded>),
    /// It was resampled; a room was made before.
    Made(Arc<Impulse>),
    /// The same, without the file's constant offset.
    Repaired(Arc<Impulse>),
}

impl Resampled {
    /// The samples.
    pub fn impulse(&self) -> &Impulse {
        match self {
            Self::AsItIs(decoded) => &decoded.impulse,
            Self::Made(impulse) | Self::Repaired(impulse) => impulse,
        }
    }

    /// Whether it is the file itself, with no samples of its own.
    pub fn is_the_file(&self) -> bool {
        matches!(self, Self::AsItIs(_))
    }

    /// Whether the file's constant offset was taken away.
    pub fn is_repaired(&self) -> bool {
        matches!(self, Self::Repaired(_))
    }

    /// For whoever wants to look closer at an engine that was made of it in this shape.
    pub fn handle(&self, shape: Shape) -> IrHandle {
        match self {
            Self::AsItIs(decoded) => IrHandle::of_file(decoded, shape),
            Self::Made(impulse) | Self::Repaired(impulse) => IrHandle::of_made(impulse, shape),
        }
    }
}

/// The impulse at a rate in Hz, repaired or not.
pub(in crate::loader) fn resample(
    sound: &Sound,
    (rate, is_repaired): (u32, bool),
    cache: &Cache,
    job: &Job<'_>,
) -> Result<Resampled, LoadError> {
    let key = (sound.info.content.repaired_if(is_repaired), rate);
    match &sound.raw {
        Raw::File(decoded) if decoded.impulse.rate == rate && !is_repaired => {
            Ok(Resampled::AsItIs(Arc::clone(decoded)))
        }
        Raw::File(decoded) => {
            let progress = job.progress;
            let report = |share| Stage::Resampling.report(progress, share);
            let make = || match is_repaired {
                true if decoded.impulse.rate == rate => Ok(decoded.repaired().into_owned()),
                true => resample_with(&decoded.repaired(), rate, job.cancel, &report),
                false => resample_with(&decoded.impulse, rate, job.cancel, &report),
            };
            let made = cache.resampled.get_or_make(&key, job.cancel, make);
            let made = made.map_err(|error| match error {
                ImpulseError::Cancelled => LoadError::Cancelled,
                error => LoadError::Failed(error.to_string()),
            })?;
            Ok(match is_repaired {
                true => Resampled::Repaired(made),
                false => Resampled::Made(made),
            })
        }
        Raw::Room(recipe) => {
            let make = || {
                let made = recipe.render_with(rate, ROOM_CHANNELS, job.cancel);
                made.ok_or(LoadError::Cancelled)
            };
            let made = cache.resampled.get_or_make(&key, job.cancel, make);
            made.map(Resampled::Made)
        }
    }
}

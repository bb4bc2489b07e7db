//! From samples to a kernel: conform to the rate, shape, transform. Worker thread.
//!
//! Each stage is shared through the cache. A change of the shape begins at the second stage: the
//! file is neither read nor resampled again.

use std::sync::Arc;

use crate::convolution::{Kernel, Matrix, PrepareError};
use crate::impulse::resample::resample_with;
use crate::impulse::{Decoded, Impulse, ImpulseError, Shape, shape_with};

use super::Format;
use super::cache::{Cache, Content, Prepared, bits};
use super::source::{ROOM_CHANNELS, Raw, Sound, Trouble};
use super::stage::{Stage, Told};
use super::status::{Loaded, Picture};

/// An impulse at the host's rate.
#[derive(Clone, Debug)]
pub(super) enum Conformed {
    /// The file has that rate.
    AsItIs(Arc<Decoded>),
    /// It was resampled, or made at that rate.
    Made(Arc<Impulse>),
    /// The same, without the file's constant offset.
    Repaired(Arc<Impulse>),
}

impl Conformed {
    /// The samples.
    pub fn impulse(&self) -> &Impulse {
        match self {
            Self::AsItIs(decoded) => &decoded.impulse,
            Self::Made(impulse) | Self::Repaired(impulse) => impulse,
        }
    }

    /// Whether the file's constant offset was taken away.
    pub fn is_repaired(&self) -> bool {
        matches!(self, Self::Repaired(_))
    }
}

/// What samples are known by that were repaired, or were not.
fn content(sound: &Sound, is_repaired: bool) -> Content {
    match &sound.content {
        Content::File(hash, channels_as) if is_repaired => {
            Content::Repaired(hash.clone(), *channels_as)
        }
        content => content.clone(),
    }
}

/// The impulse at a rate in Hz, repaired or not. Tells how far it has come, and ends early, with
/// [`Trouble::Cancelled`], once `cancelled` says so.
pub(super) fn conform(
    sound: &Sound,
    (rate, is_repaired): (u32, bool),
    cache: &Cache,
    (stage, cancelled): (&Told, &dyn Fn() -> bool),
) -> Result<Conformed, Trouble> {
    let told = |share| stage.tell_share(Stage::Conforming, share);
    let key = || (content(sound, is_repaired), rate);
    match &sound.raw {
        Raw::File(decoded) if decoded.impulse.rate == rate && !is_repaired => {
            Ok(Conformed::AsItIs(Arc::clone(decoded)))
        }
        Raw::File(decoded) => {
            let make = || match is_repaired {
                true if decoded.impulse.rate == rate => Ok(decoded.repaired().into_owned()),
                true => resample_with(&decoded.repaired(), rate, cancelled, &told),
                false => resample_with(&decoded.impulse, rate, cancelled, &told),
            };
            let kind: fn(Arc<Impulse>) -> Conformed = match is_repaired {
                true => Conformed::Repaired,
                false => Conformed::Made,
            };
            let made = cache.conformed.get_or_make(&key(), cancelled, make);
            made.map(kind).map_err(|error| match error {
                ImpulseError::Cancelled => Trouble::Cancelled,
                error => Trouble::Failed(error.to_string()),
            })
        }
        Raw::Room(recipe) => {
            let make = || {
                let made = recipe.render_with(rate, ROOM_CHANNELS, cancelled);
                made.ok_or(Trouble::Cancelled)
            };
            cache
                .conformed
                .get_or_make(&key(), cancelled, make)
                .map(Conformed::Made)
        }
    }
}

/// The kernel of a conformed impulse in a shape. Tells how far it has come, and ends early, with
/// [`Trouble::Cancelled`], once `cancelled` says so.
pub(super) fn kernel(
    sound: &Sound,
    conformed: &Conformed,
    wanted: (Format, Shape),
    cache: &Cache,
    (stage, cancelled): (&Told, &dyn Fn() -> bool),
) -> Result<Arc<Prepared>, Trouble> {
    let (format, shape) = wanted;
    let key = (
        content(sound, conformed.is_repaired()),
        bits(&shape),
        format.rate,
        format.layout,
    );
    cache.kernels.get_or_make(&key, cancelled, || {
        stage.tell(Stage::Shaping);
        let shaped =
            shape_with(conformed.impulse(), &shape, cancelled).ok_or(Trouble::Cancelled)?;
        stage.tell(Stage::Preparing);
        let matrix = Matrix::for_layout(format.layout, shaped.channels.len());
        let kernel = Kernel::prepare_with(&shaped.channels, &matrix, cancelled);
        let kernel = kernel.map_err(|error| match error {
            PrepareError::Cancelled => Trouble::Cancelled,
            error => Trouble::Failed(format!("{}: {error}", sound.origin.name())),
        })?;
        let picture = Picture::of_with(&shaped, cancelled).ok_or(Trouble::Cancelled)?;
        Ok(Prepared {
            kernel,
            picture: Arc::new(picture),
        })
    })
}

/// What to tell the user about an impulse.
pub(super) fn describe(sound: &Sound, conformed: Option<&Conformed>) -> Loaded {
    let name = sound.origin.name().to_owned();
    let mut loaded = match (&sound.raw, conformed) {
        (Raw::File(decoded), _) => Loaded {
            name,
            channels: decoded.impulse.channels.len(),
            rate: decoded.impulse.rate,
            frames: decoded.impulse.frames(),
            bits: decoded.bits,
            format: decoded.format.clone(),
            notes: decoded.notes.clone(),
            channels_as: decoded.channels_as,
        },
        (Raw::Room(_), Some(conformed)) => Loaded {
            name,
            channels: conformed.impulse().channels.len(),
            rate: conformed.impulse().rate,
            frames: conformed.impulse().frames(),
            format: "room".into(),
            ..Loaded::default()
        },
        (Raw::Room(_), None) => Loaded {
            name,
            channels: ROOM_CHANNELS,
            format: "room".into(),
            ..Loaded::default()
        },
    };
    if let Raw::File(decoded) = &sound.raw {
        let done = conformed.map(Conformed::is_repaired);
        loaded.notes.extend(decoded.repair_note(done));
    }
    loaded.notes.extend(sound.note.clone());
    loaded
}

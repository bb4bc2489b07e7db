//! From what is wanted to an engine, stage by stage. Worker thread.
//!
//! ```text
//! find ──▶ decoded ──▶ resampled ──▶ decayed ──▶ trimmed ──▶ partitioned ──▶ primed engine
//!          cached      cached        cached                  cached
//! ```
//!
//! | stage | depends on | where |
//! |---|---|---|
//! | find, decode | the origin: a file, or the recipe of a room | `find.rs` |
//! | resample | the host's rate, and whether the file's offset is repaired; of a room the distance | `resample.rs` |
//! | decay | start, size, decay, damping | `decay.rs`, called by `partition.rs` |
//! | trim | distance, but of a room; early, tail, gap; length, reverse, attack, normalize; whether the tail moves | `trim.rs`, called by `partition.rs` |
//! | partition | the layout | `partition.rs` |
//! | prime | the recent input | `preroll.rs` |
//!
//! `sound` is what is found, `describe` says what the screen shows of it. The caches are shared by all instances and
//! hold nothing themselves: what an instance uses is held by its [`Products`]. A job changes nothing, so it may end
//! anywhere.

use std::sync::Arc;

use crate::background::Job;
use crate::convolution::{Engine, PrimedEngine};
use crate::exchange::{HistoryReader, Versioned};
use crate::impulse::{Origin, Shape};

use super::cache::{Cache, CachedKernel};
use super::error::LoadError;
use super::identity::{Content, is_same};
use super::order::{Due, Order, SoundInfo};
use super::preroll::prime;
use super::request::Format;
use super::stage::Stage;

mod decay;
mod describe;
mod find;
mod partition;
mod resample;
mod sound;
mod trim;

use decay::Decayed;
use resample::Resampled;
use sound::Sound;

pub(super) use describe::describe;
pub(crate) use sound::ROOM_CHANNELS;
pub(super) use sound::Raw;

/// What is in use, kept so that no stage is repeated for nothing.
#[derive(Clone, Debug, Default)]
pub(super) struct Products {
    /// The samples, or how they are made.
    pub raw: Option<Raw>,
    /// The samples at the host's rate. They are known by the content: of a room at its distance.
    pub resampled: Option<(Format, Content, Resampled)>,
    /// What the decay stage made of them, where it changed them.
    pub decayed: Option<Decayed>,
    /// The kernel.
    pub kernel: Option<KernelInUse>,
}

/// A kernel, and what it was made for.
#[derive(Clone, Debug)]
pub(super) struct KernelInUse {
    pub format: Format,
    /// The shape that was asked for.
    pub asked: Shape,
    /// What of it was done to the samples at the host's rate.
    pub done: Shape,
    pub kernel: Arc<CachedKernel>,
}

/// What a job came to.
pub(super) struct Made {
    /// What is known of the impulse.
    pub info: SoundInfo,
    /// What it is made of.
    pub products: Products,
    /// An engine for the order's format; none if what is linked already is what is wanted, or if nobody can use an
    /// engine now.
    pub engine: Option<Box<Versioned<PrimedEngine>>>,
}

/// Does what was ordered. While the audio thread is not active, which may change at any time, an engine is made only
/// for a configuration.
pub(super) fn prepare(
    order: &Order,
    products: &Products,
    (cache, history): (&Cache, &HistoryReader),
    is_active: &dyn Fn() -> bool,
    job: &Job<'_>,
) -> Result<Made, LoadError> {
    if *order.origin == Origin::Nothing {
        return Ok(nothing(order, is_active()));
    }
    Stage::Reading.begin(job.progress);
    let in_use = order.in_use.clone().zip(products.raw.clone());
    let sound = match in_use.map(|(info, raw)| Sound { info, raw }) {
        Some(sound) if is_same(&order.origin, &sound.info.origin) => sound,
        _ => find::find(&order.origin, cache, job)?,
    };
    let is_known = (order.in_use.as_ref()).is_some_and(|info| info.content == sound.info.content);
    // While nobody takes engines they would only pile up.
    let Some(format) = order
        .format
        .filter(|_| order.due == Due::Engine || is_active())
    else {
        // Of the same impulse there is still a picture to show.
        let kept = Some(products).filter(|_| is_known);
        return Ok(Made {
            info: sound.info,
            products: Products {
                raw: Some(sound.raw),
                resampled: kept.and_then(|kept| kept.resampled.clone()),
                decayed: kept.and_then(|kept| kept.decayed.clone()),
                kernel: kept.and_then(|kept| kept.kernel.clone()),
            },
            engine: None,
        });
    };
    Stage::Resampling.begin(job.progress);
    let (placed, shape) = sound.placed(&order.shape);
    let is_repaired = sound.is_repaired(order.shape.normalize);
    let kept = (products.resampled.as_ref()).filter(|(of, content, resampled)| {
        let is_same = *content == placed.info.content && of.rate == format.rate;
        is_same && resampled.is_repaired() == is_repaired
    });
    let resampled = match kept {
        Some((_, _, resampled)) => resampled.clone(),
        None => resample::resample(&placed, (format.rate, is_repaired), cache, job)?,
    };
    let same_kernel = products.kernel.as_ref().filter(|kernel| {
        kept.is_some() && kernel.format == format && kernel.done.bits() == shape.bits()
    });
    let is_in_use = same_kernel.is_some();
    let (kernel, decayed) = match same_kernel {
        Some(kernel) => (Arc::clone(&kernel.kernel), products.decayed.clone()),
        None => partition::kernel(
            (&placed, &resampled),
            (format, &shape),
            products.decayed.as_ref(),
            cache,
            job,
        )?,
    };
    let mut engine = None;
    if !is_in_use || order.due == Due::Engine {
        Stage::Preparing.begin(job.progress);
        if job.is_cancelled() {
            return Err(LoadError::Cancelled);
        }
        let mut entrant = PrimedEngine::new(Engine::new(Arc::clone(&kernel.kernel)));
        entrant.profile = Some(Arc::clone(&kernel.profile));
        entrant.moves = kernel.moves;
        // The same impulse in a new shape goes on where the old shape was; another one does not.
        if is_known && order.due < Due::Engine {
            prime(&mut entrant, history, job.cancel)?;
        }
        engine = Some(Box::new(Versioned {
            generation: order.generation,
            value: entrant,
        }));
    }
    Ok(Made {
        info: sound.info,
        products: Products {
            raw: Some(sound.raw),
            resampled: Some((format, placed.info.content, resampled)),
            decayed,
            kernel: Some(KernelInUse {
                format,
                asked: order.shape,
                done: shape,
                kernel,
            }),
        },
        engine,
    })
}

/// What there is of no impulse: silence, in place of what sounded before.
fn nothing(order: &Order, is_active: bool) -> Made {
    let before = order.in_use.as_ref().map(|info| &info.content);
    let is_change = before != Some(&Content::Nothing);
    let format = order.format.filter(|_| match order.due {
        Due::Engine => true,
        _ => is_active && is_change,
    });
    Made {
        info: SoundInfo {
            content: Content::Nothing,
            origin: Arc::clone(&order.origin),
            note: None,
            instead: None,
        },
        products: Products::default(),
        engine: format.map(|format| {
            let (inputs, outputs) = (format.layout.inputs(), format.layout.outputs());
            Box::new(Versioned {
                generation: order.generation,
                value: PrimedEngine::nothing(inputs, outputs),
            })
        }),
    }
}

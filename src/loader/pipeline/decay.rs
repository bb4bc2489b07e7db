//! The third stage: start, size, decay and damping. It is dear, so what it made is kept while only the controls of
//! the next stage move. Worker thread.

use std::sync::Arc;

use crate::background::Job;
use crate::impulse::shape::decay_with;
use crate::impulse::{Impulse, Shape};

use super::super::cache::Cache;
use super::super::error::LoadError;
use super::super::identity::{Content, DecayedKey};
use super::super::stage::Stage;
use super::resample::Resampled;

/// An impulse after the decay stage, and what it is known by.
#[derive(Clone, Debug)]
pub(in crate::loader) struct Decayed {
    key: DecayedKey,
    impulse: Arc<Impulse>,
}

impl Decayed {
    /// The samples.
    pub fn impulse(&self) -> &Impulse {
        &self.impulse
    }

    /// What the decay stage makes of these samples in this shape, if somebody holds it. `kept` is looked at first.
    pub fn known(
        (content, resampled): (&Content, &Resampled),
        shape: &Shape,
        kept: Option<&Self>,
        cache: &Cache,
    ) -> Option<Self> {
        let key = key((content, resampled), shape)?;
        match kept.filter(|kept| kept.key == key) {
            Some(kept) => Some(kept.clone()),
            None => {
                let impulse = cache.decayed.get(&key)?;
                Some(Self { key, impulse })
            }
        }
    }
}

/// The key of a decayed impulse; none where the stage has nothing to do and the next one begins with the samples.
fn key((content, resampled): (&Content, &Resampled), shape: &Shape) -> Option<DecayedKey> {
    shape.has_decay_stage().then(|| {
        (
            content.repaired_if(resampled.is_repaired()),
            shape.decay_part().bits(),
            resampled.impulse().rate,
        )
    })
}

/// What the decay stage makes of these samples in this shape; none where it has nothing to do.
pub(in crate::loader) fn decay(
    (content, resampled): (&Content, &Resampled),
    shape: &Shape,
    cache: &Cache,
    job: &Job<'_>,
) -> Result<Option<Decayed>, LoadError> {
    let Some(key) = key((content, resampled), shape) else {
        return Ok(None);
    };
    Stage::Shaping.begin(job.progress);
    let impulse = cache.decayed.get_or_make(&key, job.cancel, || {
        decay_with(resampled.impulse(), shape, job.cancel).ok_or(LoadError::Cancelled)
    })?;
    Ok(Some(Decayed { key, impulse }))
}

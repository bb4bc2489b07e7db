//! The fourth stage: distance, early, tail and gap, length, reverse, attack and normalize; start as well, where the decay
//! stage has nothing to do. It is cheap, so only the kernel that is made of it is kept. Where the tail is to move, the
//! impulse is taken apart here. Worker thread.

use crate::background::Job;
use crate::impulse::Shape;
use crate::impulse::shape::{Shaped, trim_apart_with};

use super::super::error::LoadError;
use super::super::stage::Stage;
use super::decay::Decayed;
use super::resample::Resampled;

/// The impulse in its shape, made of what the decay stage has made, or of the samples where that had nothing to do.
pub(in crate::loader) fn trim(
    resampled: &Resampled,
    decayed: Option<&Decayed>,
    shape: &Shape,
    job: &Job<'_>,
) -> Result<Shaped, LoadError> {
    Stage::Shaping.begin(job.progress);
    let before = decayed.map_or(resampled.impulse(), Decayed::impulse);
    trim_apart_with(before, shape, job.cancel).ok_or(LoadError::Cancelled)
}

//! The last stage that is kept: the shaped impulse, transformed for the engines. Worker thread.

use std::sync::Arc;

use crate::background::Job;
use crate::convolution::{Kernel, MOVING_PARTS, Matrix, PrepareError, Profile};
use crate::impulse::shape::Shaped;
use crate::impulse::{Impulse, Shape, profile};

use super::super::cache::{Cache, CachedKernel};
use super::super::error::LoadError;
use super::super::picture::Picture;
use super::super::request::Format;
use super::super::stage::Stage;
use super::decay::{Decayed, decay};
use super::resample::Resampled;
use super::sound::Sound;
use super::trim::trim;

/// The kernel of an impulse at the host's rate in a shape, and what the decay stage made of it, if somebody holds that
/// now. The stages before are gone through only if nobody holds the kernel.
pub(in crate::loader) fn kernel(
    (sound, resampled): (&Sound, &Resampled),
    (format, shape): (Format, &Shape),
    kept: Option<&Decayed>,
    cache: &Cache,
    job: &Job<'_>,
) -> Result<(Arc<CachedKernel>, Option<Decayed>), LoadError> {
    let content = &sound.info.content;
    let mut decayed = Decayed::known((content, resampled), shape, kept, cache);
    let key = (
        content.repaired_if(resampled.is_repaired()),
        shape.bits(),
        format.rate,
        format.layout,
    );
    let kernel = cache.kernels.get_or_make(&key, job.cancel, || {
        if decayed.is_none() {
            decayed = decay((content, resampled), shape, cache, job)?;
        }
        let trimmed = trim(resampled, decayed.as_ref(), shape, job)?;
        Stage::Preparing.begin(job.progress);
        partition(&trimmed, format, sound.info.origin.name(), job)
    })?;
    Ok((kernel, decayed))
}

/// The kernel of a shaped impulse, its profile and its picture. Of what it is taken apart into, the kernel has all.
fn partition(
    Shaped {
        impulse: trimmed,
        apart,
    }: &Shaped,
    format: Format,
    name: &str,
    job: &Job<'_>,
) -> Result<CachedKernel, LoadError> {
    let matrix = Matrix::for_layout(format.layout, trimmed.channels.len());
    let kernel = match apart {
        None => Kernel::prepare_with(&trimmed.channels, &matrix, job.cancel),
        Some(apart) => {
            let all = [&trimmed.channels[..], &apart.channels[..]].concat();
            let matrix = matrix.repeated(MOVING_PARTS, trimmed.channels.len());
            Kernel::prepare_sparse_with(&all, &matrix, job.cancel)
        }
    };
    let kernel = kernel.map_err(|error| match error {
        PrepareError::Cancelled => LoadError::Cancelled,
        error => LoadError::Failed(format!("{name}: {error}")),
    })?;
    let picture = Picture::of_with(trimmed, job.cancel).ok_or(LoadError::Cancelled)?;
    let (sums, energy) = profile(&answers(trimmed, &matrix), trimmed.rate, job.cancel)
        .ok_or(LoadError::Cancelled)?;
    Ok(CachedKernel {
        kernel,
        moves: apart.is_some(),
        profile: Arc::new(Profile::new(sums, energy as f32)),
        picture: Arc::new(picture),
    })
}

/// What each output answers when all inputs get the same.
fn answers(impulse: &Impulse, matrix: &Matrix) -> Vec<Vec<f32>> {
    let mut answers = vec![vec![0.0_f32; impulse.frames()]; matrix.outputs];
    for path in &matrix.paths {
        let answer = answers.get_mut(path.output).into_iter().flatten();
        let channel = impulse.channels.get(path.channel).into_iter().flatten();
        for (answer, sample) in answer.zip(channel) {
            *answer += path.gain * sample;
        }
    }
    answers
}

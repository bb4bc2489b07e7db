//! From a matrix and the channels of an impulse to one response for each pair of ends.
//!
//! Not real-time: every engine starts here when it is prepared.

use super::{Matrix, PrepareError};

/// The longest response that an engine takes, in samples (about 90 s at 192 kHz).
pub const MAX_RESPONSE: usize = 1 << 24;

/// Samples that are gone through between two looks at whether they are still wanted.
pub(super) const PART: usize = 1 << 16;

/// The response from one input to one output.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Route {
    pub input: usize,
    pub output: usize,
    /// Samples, without zeros at the end.
    pub response: Vec<f32>,
}

/// The routes that carry any sound, ordered by output, then by input.
///
/// # Errors
/// When a path leads out of range, or a sample or a gain is not finite, or a channel is too long; and when
/// `cancelled` says so, which is asked every few milliseconds.
pub(crate) fn routes(
    channels: &[Vec<f32>],
    matrix: &Matrix,
    cancelled: &dyn Fn() -> bool,
) -> Result<Vec<Route>, PrepareError> {
    let asked = || match cancelled() {
        true => Err(PrepareError::Cancelled),
        false => Ok(()),
    };
    for (channel, samples) in channels.iter().enumerate() {
        if samples.len() > MAX_RESPONSE {
            return Err(PrepareError::TooLong {
                frames: samples.len(),
                most: MAX_RESPONSE,
            });
        }
        for part in samples.chunks(PART) {
            asked()?;
            if !part.iter().all(|sample| sample.is_finite()) {
                return Err(PrepareError::NotFinite { channel });
            }
        }
    }
    let mut routes: Vec<Route> = Vec::new();
    for path in &matrix.paths {
        let samples = channels
            .get(path.channel)
            .filter(|_| path.input < matrix.inputs && path.output < matrix.outputs);
        let (Some(samples), true) = (samples, path.gain.is_finite()) else {
            return Err(PrepareError::BadPath {
                input: path.input,
                output: path.output,
                channel: path.channel,
            });
        };
        let found = routes
            .iter_mut()
            .find(|r| r.input == path.input && r.output == path.output);
        match found {
            Some(route) => {
                if route.response.len() < samples.len() {
                    route.response.resize(samples.len(), 0.0);
                }
                let sums = route.response.chunks_mut(PART);
                for (sums, part) in sums.zip(samples.chunks(PART)) {
                    asked()?;
                    for (sum, sample) in sums.iter_mut().zip(part) {
                        *sum += path.gain * sample;
                    }
                }
            }
            None => {
                let mut response = Vec::with_capacity(samples.len());
                for part in samples.chunks(PART) {
                    asked()?;
                    response.extend(part.iter().map(|sample| path.gain * sample));
                }
                routes.push(Route {
                    input: path.input,
                    output: path.output,
                    response,
                });
            }
        }
    }
    for route in &mut routes {
        let used = route
            .response
            .iter()
            .rposition(|sample| *sample != 0.0)
            .map_or(0, |last| last + 1);
        route.response.truncate(used);
    }
    routes.retain(|route| !route.response.is_empty());
    routes.sort_by_key(|route| (route.output, route.input));
    Ok(routes)
}

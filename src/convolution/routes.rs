//! From a matrix and the channels of an impulse to one response for each pair of ends.
//!
//! Not real-time: every engine starts here when it is prepared.

use super::{Matrix, PrepareError};

/// The longest response that an engine takes, in samples (about 90 s at 192 kHz).
pub const MAX_RESPONSE: usize = 1 << 24;

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
/// When a path leads out of range, or a sample or a gain is not finite, or a channel is too long.
pub(crate) fn routes(channels: &[Vec<f32>], matrix: &Matrix) -> Result<Vec<Route>, PrepareError> {
    for (channel, samples) in channels.iter().enumerate() {
        if samples.len() > MAX_RESPONSE {
            return Err(PrepareError::TooLong {
                frames: samples.len(),
                most: MAX_RESPONSE,
            });
        }
        if !samples.iter().all(|sample| sample.is_finite()) {
            return Err(PrepareError::NotFinite { channel });
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
                for (sum, sample) in route.response.iter_mut().zip(samples) {
                    *sum += path.gain * sample;
                }
            }
            None => routes.push(Route {
                input: path.input,
                output: path.output,
                response: samples.iter().map(|sample| path.gain * sample).collect(),
            }),
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

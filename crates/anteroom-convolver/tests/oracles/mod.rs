//! Two other ways to convolve, to hold the engine against: the definition in double precision, and plain partitions of
//! one size. They share no code with the engine.

mod direct;
mod uniform;

use anteroom_convolver::Matrix;

#[allow(unused_imports, reason = "the benchmark wants only the other one")]
pub use direct::Direct;
pub use uniform::Uniform;

/// The response from one input to one output.
#[derive(Clone, Debug)]
struct Route {
    input: usize,
    output: usize,
    response: Vec<f32>,
}

/// One route for each pair of ends that any path joins: the sum of the paths' channels times their gains.
fn routes(channels: &[Vec<f32>], matrix: &Matrix) -> Vec<Route> {
    let mut routes = Vec::new();
    for output in 0..matrix.outputs {
        for input in 0..matrix.inputs {
            let mut response = Vec::new();
            let here = matrix.paths.iter();
            for path in here.filter(|path| (path.input, path.output) == (input, output)) {
                let samples = &channels[path.channel];
                response.resize(samples.len().max(response.len()), 0.0);
                for (sum, sample) in response.iter_mut().zip(samples) {
                    *sum += path.gain * sample;
                }
            }
            while response.last() == Some(&0.0) {
                response.pop();
            }
            if !response.is_empty() {
                routes.push(Route {
                    input,
                    output,
                    response,
                });
            }
        }
    }
    routes
}

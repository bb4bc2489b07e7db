//! A prepared impulse: immutable, shared by any number of engines and instances.
//!
//! Made on the worker, read by audio threads, dropped by whoever is last (the worker keeps one).

use std::sync::Arc;

use super::{
    Matrix, PrepareError,
    routes::{Route, routes},
};

/// An impulse prepared for one matrix. `Send + Sync`; an [`Engine`](super::Engine) adds its history to it.
#[derive(Debug)]
pub struct Kernel {
    pub(crate) inputs: usize,
    pub(crate) outputs: usize,
    pub(crate) tail: usize,
    pub(crate) routes: Vec<Route>,
}

impl Kernel {
    /// Prepares the impulse's channels for a matrix. Not real-time: allocates and transforms.
    ///
    /// Zeros at the end of a response are dropped. Channels may differ in length, and may be empty.
    ///
    /// # Errors
    /// When a path of the matrix leads out of range, a sample or gain is not finite, or a channel is
    /// longer than [`MAX_RESPONSE`](super::MAX_RESPONSE).
    pub fn prepare(channels: &[Vec<f32>], matrix: &Matrix) -> Result<Arc<Self>, PrepareError> {
        let routes = routes(channels, matrix)?;
        let tail = routes
            .iter()
            .map(|route| route.response.len())
            .max()
            .unwrap_or(0);
        Ok(Arc::new(Self {
            inputs: matrix.inputs,
            outputs: matrix.outputs,
            tail,
            routes,
        }))
    }

    /// A kernel that answers everything with silence.
    pub fn silent(inputs: usize, outputs: usize) -> Arc<Self> {
        Arc::new(Self {
            inputs,
            outputs,
            tail: 0,
            routes: Vec::new(),
        })
    }

    /// Number of input channels.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Number of output channels.
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// Length of the longest response, samples.
    pub fn tail(&self) -> usize {
        self.tail
    }
}

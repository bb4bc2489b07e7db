//! The engine of the product. Made on the worker, then owned by the audio thread.

use std::{fmt, sync::Arc};

use super::{Convolver, Kernel, uniform::Bursts};

/// Convolution without latency for impulses of any length.
pub struct Engine {
    kernel: Arc<Kernel>,
    bursts: Bursts,
}

impl Engine {
    /// Makes an engine with an empty history. Allocates and touches all its memory.
    pub fn new(kernel: Arc<Kernel>) -> Self {
        let sizes = [64, 512, 4096, 32768];
        let bursts = Bursts::new(&kernel.routes, kernel.inputs, kernel.outputs, &sizes);
        Self { kernel, bursts }
    }

    /// An engine that answers everything with silence. Allocates.
    pub fn silent(inputs: usize, outputs: usize) -> Self {
        Self::new(Kernel::silent(inputs, outputs))
    }

    /// The prepared impulse that this engine shares.
    pub fn kernel(&self) -> &Arc<Kernel> {
        &self.kernel
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine")
            .field("tail", &self.kernel.tail)
            .finish_non_exhaustive()
    }
}

impl Convolver for Engine {
    fn inputs(&self) -> usize {
        self.kernel.inputs
    }

    fn outputs(&self) -> usize {
        self.kernel.outputs
    }

    fn tail(&self) -> usize {
        self.kernel.tail
    }

    fn process(&mut self, input: &[&[f32]], output: &mut [&mut [f32]]) {
        self.bursts.process(input, output);
    }

    fn reset(&mut self) {
        self.bursts.reset();
    }
}

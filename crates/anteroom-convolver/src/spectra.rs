//! The prepared spectra of one level of a kernel.

use super::{
    Isa,
    multiply::Shape,
    plan::Level,
    transform::{Cell, Transform, spectrum},
};

/// Cells that are made between two looks at whether they are still wanted.
const CELLS: usize = 1 << 14;

/// The spectra of a level's partitions.
pub(crate) struct Spectra {
    pub transform: &'static Transform,
    pub shape: Shape,
    /// Whether the spectra are too large for the nearer caches.
    pub far: bool,
    pub cells: Vec<Cell>,
}

impl Spectra {
    /// Transforms the partitions of a level. Not real-time. `None` as soon as `cancelled` says so, which is asked
    /// every few milliseconds.
    pub fn new(
        isa: Isa,
        transform: &'static Transform,
        level: &Level,
        (inputs, responses): (usize, &[Vec<f32>]),
        cancelled: &dyn Fn() -> bool,
    ) -> Option<Self> {
        let shape = Shape {
            inputs,
            responses: responses.len(),
            parts: level.parts,
        };
        let count = transform.cells() * shape.responses * shape.parts;
        let mut cells = Vec::with_capacity(count);
        while cells.len() < count {
            if cancelled() {
                return None;
            }
            cells.resize(count.min(cells.len() + CELLS), Cell::ZERO);
        }
        let mut work = vec![Cell::ZERO; transform.cells()];
        let mut taps = vec![0.0; level.size];
        // The way there and back multiplies by the size; a power of two costs no precision.
        let scale = 1.0 / level.size as f32;
        for (index, response) in responses.iter().enumerate() {
            let pieces = response
                .get(level.offset()..)
                .unwrap_or(&[])
                .chunks(level.size);
            for (part, piece) in pieces.take(level.parts).enumerate() {
                if cancelled() {
                    return None;
                }
                taps.fill(0.0);
                for (slot, tap) in taps.iter_mut().zip(piece) {
                    *slot = tap * scale;
                }
                let first = shape.kernel(0, index) + part;
                let spacing = shape.kernel(1, index) + part - first;
                let blocks = [Some(&taps[..]), None];
                spectrum(
                    isa,
                    transform,
                    blocks,
                    &mut work,
                    (&mut cells[first..], spacing),
                );
            }
        }
        Some(Self {
            transform,
            shape,
            far: level.far,
            cells,
        })
    }
}

//! The prepared spectra of one level of a kernel.

use super::{
    Isa,
    multiply::{Shape, Term},
    plan::{Extents, Level},
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
    /// What the output sums that this level has anything of are the sums of here.
    pub output_sums: Vec<Vec<Term>>,
    /// Which of them each output sum is.
    pub places: Vec<Option<usize>>,
    pub cells: Vec<Cell>,
}

impl Spectra {
    /// Transforms the partitions of a level. Not real-time. `None` as soon as `cancelled` says so, which is asked
    /// every few milliseconds.
    pub fn new(
        isa: Isa,
        transform: &'static Transform,
        level: &Level,
        ((inputs, responses), extents): ((usize, &[Vec<f32>]), &Extents<'_>),
        cancelled: &dyn Fn() -> bool,
    ) -> Option<Self> {
        let taps = level.taps();
        let used: Vec<usize> = (0..responses.len())
            .filter(|response| extents.reaches(*response, &taps))
            .collect();
        // Only what is used here is kept, and so has another number.
        let renumbered = |term: &Term| {
            let response = used.iter().position(|used| *used == term.response)?;
            Some(Term { response, ..*term })
        };
        let (mut output_sums, mut places) = (Vec::new(), Vec::new());
        for terms in extents.output_sums {
            let terms: Vec<Term> = terms.iter().filter_map(renumbered).collect();
            places.push((!terms.is_empty()).then_some(output_sums.len()));
            if !terms.is_empty() {
                output_sums.push(terms);
            }
        }
        let responses: Vec<&Vec<f32>> = used.iter().map(|used| &responses[*used]).collect();
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
            output_sums,
            places,
            cells,
        })
    }
}

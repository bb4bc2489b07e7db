//! One level of an engine: its history, and the work items on it.

use super::{
    super::{
        kernel::Kernel,
        multiply::Multiply,
        simd::run,
        spectra::Spectra,
        transform::{Cell, ForwardFirst, ForwardLast, InverseFirst, InverseLast, Middle},
        work_items::{WorkItem, WorkKind},
    },
    prefaulted,
    skip_work::SkippedWork,
};

/// The last blocks of the input, for the levels' first passes: per input a ring of `span` samples.
#[derive(Clone, Copy)]
pub(super) struct Past<'a> {
    pub samples: &'a [f32],
    pub span: usize,
}

/// The history of a level.
pub(super) struct Level {
    /// Blocks complete since the reset; work is being done on the last of them.
    pub blocks: usize,
    /// The place of that block's spectrum in the history, and of its samples in the ring of the past.
    slot: usize,
    later: usize,
    /// The place of the block before it, unless it is the first.
    earlier: Option<usize>,
    /// What of the work on that block is left out.
    skipped: SkippedWork,
    /// Whether the two halves of the answers are nothing but silence.
    silent: [bool; 2],
    /// Spectra of the input: see [`Shape`](super::super::multiply::Shape).
    history: Vec<Cell>,
    /// For the transforms of inputs, then of output sums; one after the other.
    work: Vec<Cell>,
    /// The sums of the products of one set of cells, one output sum after the other.
    sums: Vec<Cell>,
    /// Answers, one output sum after the other: two halves, one being played while the other is made.
    answers: [Vec<f32>; 2],
}

impl Level {
    /// A level with an empty history. Allocates and touches all its memory.
    pub fn new(spectra: &Spectra, inputs: usize) -> Self {
        let output_sums = spectra.output_sums.len();
        let Spectra {
            transform, shape, ..
        } = spectra;
        Self {
            blocks: 0,
            slot: 0,
            later: 0,
            earlier: None,
            skipped: SkippedWork::default(),
            silent: [false; 2],
            sums: prefaulted(Cell::ZERO, transform.lanes() * output_sums),
            history: prefaulted(Cell::ZERO, transform.cells() * shape.inputs * shape.parts),
            work: prefaulted(Cell::ZERO, transform.cells() * inputs.max(output_sums)),
            answers: [(); 2].map(|()| prefaulted(0.0, transform.size * output_sums)),
        }
    }

    /// Memory, bytes.
    pub fn bytes(&self) -> usize {
        let cells = self.history.len() + self.work.len() + self.sums.len();
        let answers = self.answers.iter().map(|half| size_of_val(&half[..]));
        cells * size_of::<Cell>() + answers.sum::<usize>()
    }

    /// Its block is complete: notes what all the work on it will need.
    pub fn end_block(&mut self, spectra: &Spectra, span: usize, skipped: SkippedWork) {
        // This is block `block`, counted from 0; slots run backwards, so that older spectra follow newer ones.
        let (block, size, parts) = (self.blocks, spectra.transform.size, spectra.shape.parts);
        self.slot = parts - 1 - block % parts;
        self.later = block * size % span;
        self.earlier = (block > 0).then(|| (self.later + span - size) % span);
        self.blocks += 1;
        self.skipped = skipped;
        self.silent[(self.blocks + 1) & 1] = skipped.silent >= self.known(spectra);
    }

    /// How many spectra the history has so far, at most as many as there are partitions.
    fn known(&self, spectra: &Spectra) -> usize {
        self.blocks.min(spectra.shape.parts)
    }

    /// Its answer from `position` on, within one block of this level; none while nothing is due.
    pub fn ready(
        &self,
        spectra: &Spectra,
        output_sum: usize,
        position: usize,
        count: usize,
    ) -> Option<&[f32]> {
        // The first answer is due two periods after the beginning.
        let size = spectra.transform.size;
        let place = spectra.places.get(output_sum).copied().flatten()?;
        let at = place * size + (position & (size - 1));
        let half = self.blocks & 1;
        (self.blocks >= 2 && !self.silent[half]).then(|| &self.answers[half][at..at + count])
    }

    /// Does one work item of the work on the block that was completed last.
    pub fn run(&mut self, kernel: &Kernel, spectra: &Spectra, item: &WorkItem, past: Past<'_>) {
        let skipped = match item.kind {
            WorkKind::ForwardFirst | WorkKind::ForwardMiddle(_) | WorkKind::ForwardLast => {
                self.skipped.silent > 0
            }
            WorkKind::Multiply(..)
            | WorkKind::InverseFirst
            | WorkKind::InverseMiddle(_)
            | WorkKind::InverseLast => self.skipped.answer || self.silent[(self.blocks + 1) & 1],
        };
        if skipped {
            return;
        }
        let channels = usize::from(item.channels.0)..usize::from(item.channels.1);
        if let WorkKind::Multiply(share, shares) = item.kind {
            return self.multiply(kernel, spectra, item, (share, shares));
        }
        for channel in channels {
            self.pass(kernel, spectra, item, channel, past);
        }
    }

    /// A pass of a transform, there or back, of one channel.
    #[inline]
    fn pass(
        &mut self,
        kernel: &Kernel,
        spectra: &Spectra,
        item: &WorkItem,
        channel: usize,
        past: Past<'_>,
    ) {
        let Spectra {
            transform, shape, ..
        } = spectra;
        let (isa, columns, lanes) = (kernel.isa, item.columns, transform.lanes());
        let work = &mut self.work[channel * transform.cells()..][..transform.cells()];
        match item.kind {
            WorkKind::ForwardFirst => {
                let ring = &past.samples[channel * past.span..][..past.span];
                let task = ForwardFirst {
                    pass: &transform.passes[0],
                    columns,
                    earlier: self.earlier.map(|at| &ring[at..at + transform.size]),
                    later: Some(&ring[self.later..self.later + transform.size]),
                    to: work,
                };
                run(isa, 16, task);
            }
            WorkKind::ForwardMiddle(pass) | WorkKind::InverseMiddle(pass) => {
                let task = Middle {
                    pass: &transform.passes[pass],
                    columns,
                    joins: matches!(item.kind, WorkKind::InverseMiddle(_)),
                    cells: work,
                };
                run(isa, 16, task);
            }
            WorkKind::ForwardLast => {
                let first = shape.history(0, channel) + self.slot;
                let task = ForwardLast {
                    transform,
                    range: columns,
                    from: work,
                    to: &mut self.history[first..],
                    spacing: shape.history(1, 0),
                };
                run(isa, lanes, task);
            }
            // Of all output sums at once: see `multiply`.
            WorkKind::Multiply(..) => {}
            WorkKind::InverseFirst => {
                let task = InverseFirst {
                    transform,
                    start: columns.from,
                    from: &self.sums[channel * lanes..][..lanes],
                    to: work,
                };
                run(isa, lanes, task);
            }
            WorkKind::InverseLast => {
                // It will be played when one more block is complete.
                let answer = &mut self.answers[(self.blocks + 1) & 1];
                let task = InverseLast {
                    pass: &transform.passes[0],
                    columns,
                    cells: work,
                    later: &mut answer[channel * transform.size..][..transform.size],
                };
                run(isa, 16, task);
            }
        }
    }

    /// Products and sums of all output sums.
    fn multiply(
        &mut self,
        kernel: &Kernel,
        spectra: &Spectra,
        item: &WorkItem,
        share: (usize, usize),
    ) {
        let task = Multiply {
            shape: spectra.shape,
            cells: item.columns,
            share,
            far: spectra.far,
            newest: self.slot,
            silent: self.skipped.silent,
            known: self.known(spectra),
            history: &self.history,
            kernel: &spectra.cells,
            output_sums: &spectra.output_sums,
            sums: &mut self.sums,
            spacing: spectra.transform.lanes(),
        };
        run(kernel.isa, 16, task);
    }
}

//! One level of an engine: its history, and the pieces of work on it.

use super::{
    super::{
        kernel::Kernel,
        multiply::Multiply,
        program::{Piece, Work},
        simd::run,
        spectra::Spectra,
        transform::{Cell, Final, First, Leaves, Middle, Roots},
    },
    touched,
    unheard::Spared,
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
    spared: Spared,
    /// Whether the two halves of the answers are nothing but silence.
    silent: [bool; 2],
    /// Spectra of the input: see [`Shape`](super::super::multiply::Shape).
    history: Vec<Cell>,
    /// For the transforms of inputs, then of voices; one after the other.
    work: Vec<Cell>,
    /// The sums of the products of one set of cells, voice by voice.
    sums: Vec<Cell>,
    /// Answers, voice by voice: two halves, one being played while the other is made.
    answers: [Vec<f32>; 2],
}

impl Level {
    /// A level with an empty history. Allocates and touches all its memory.
    pub fn new(spectra: &Spectra, inputs: usize, voices: usize) -> Self {
        let Spectra {
            transform, shape, ..
        } = spectra;
        Self {
            blocks: 0,
            slot: 0,
            later: 0,
            earlier: None,
            spared: Spared::default(),
            silent: [false; 2],
            sums: touched(Cell::ZERO, transform.lanes() * voices),
            history: touched(Cell::ZERO, transform.cells() * shape.inputs * shape.parts),
            work: touched(Cell::ZERO, transform.cells() * inputs.max(voices)),
            answers: [(); 2].map(|()| touched(0.0, transform.size * voices)),
        }
    }

    /// Memory, bytes.
    pub fn bytes(&self) -> usize {
        let cells = self.history.len() + self.work.len() + self.sums.len();
        let answers = self.answers.iter().map(|half| size_of_val(&half[..]));
        cells * size_of::<Cell>() + answers.sum::<usize>()
    }

    /// Its block is complete: notes what all the work on it will need.
    pub fn turn(&mut self, spectra: &Spectra, span: usize, spared: Spared) {
        // This is block `block`, counted from 0; slots run backwards, so that older spectra follow newer ones.
        let (block, size, parts) = (self.blocks, spectra.transform.size, spectra.shape.parts);
        self.slot = parts - 1 - block % parts;
        self.later = block * size % span;
        self.earlier = (block > 0).then(|| (self.later + span - size) % span);
        self.blocks += 1;
        self.spared = spared;
        self.silent[(self.blocks + 1) & 1] = spared.silent >= self.known(spectra);
    }

    /// How many spectra the history has so far, at most as many as there are partitions.
    fn known(&self, spectra: &Spectra) -> usize {
        self.blocks.min(spectra.shape.parts)
    }

    /// What it has to say from `position` on, which is in one block of this level; None while nothing is due.
    pub fn ready(
        &self,
        spectra: &Spectra,
        voice: usize,
        position: usize,
        count: usize,
    ) -> Option<&[f32]> {
        // The first answer is due two periods after the beginning.
        let size = spectra.transform.size;
        let at = voice * size + (position & (size - 1));
        let half = self.blocks & 1;
        (self.blocks >= 2 && !self.silent[half]).then(|| &self.answers[half][at..at + count])
    }

    /// Does one piece of the work on the block that was completed last.
    pub fn run(&mut self, kernel: &Kernel, spectra: &Spectra, piece: &Piece, past: Past<'_>) {
        let spared = match piece.work {
            Work::First | Work::Down(_) | Work::Leaves => self.spared.silent > 0,
            Work::Multiply(..) | Work::Roots | Work::Up(_) | Work::Final => {
                self.spared.answer || self.silent[(self.blocks + 1) & 1]
            }
        };
        if spared {
            return;
        }
        let channels = usize::from(piece.channels.0)..usize::from(piece.channels.1);
        if let Work::Multiply(share, shares) = piece.work {
            return self.multiply(kernel, spectra, piece, (share, shares));
        }
        for channel in channels {
            self.pass(kernel, spectra, piece, channel, past);
        }
    }

    /// A pass of a transform, there or back, of one channel.
    #[inline]
    fn pass(
        &mut self,
        kernel: &Kernel,
        spectra: &Spectra,
        piece: &Piece,
        channel: usize,
        past: Past<'_>,
    ) {
        let Spectra {
            transform, shape, ..
        } = spectra;
        let (isa, columns, lanes) = (kernel.isa, piece.columns, transform.lanes());
        let work = &mut self.work[channel * transform.cells()..][..transform.cells()];
        match piece.work {
            Work::First => {
                let ring = &past.samples[channel * past.span..][..past.span];
                let task = First {
                    pass: &transform.passes[0],
                    columns,
                    earlier: self.earlier.map(|at| &ring[at..at + transform.size]),
                    later: Some(&ring[self.later..self.later + transform.size]),
                    to: work,
                };
                run(isa, 16, task);
            }
            Work::Down(pass) | Work::Up(pass) => {
                let task = Middle {
                    pass: &transform.passes[pass],
                    columns,
                    joins: matches!(piece.work, Work::Up(_)),
                    cells: work,
                };
                run(isa, 16, task);
            }
            Work::Leaves => {
                let first = shape.history(0, channel) + self.slot;
                let task = Leaves {
                    transform,
                    range: columns,
                    from: work,
                    to: &mut self.history[first..],
                    spacing: shape.history(1, 0),
                };
                run(isa, lanes, task);
            }
            // Of all voices at once: see `multiply`.
            Work::Multiply(..) => {}
            Work::Roots => {
                let task = Roots {
                    transform,
                    start: columns.from,
                    from: &self.sums[channel * lanes..][..lanes],
                    to: work,
                };
                run(isa, lanes, task);
            }
            Work::Final => {
                // It will be played when one more block is complete.
                let answer = &mut self.answers[(self.blocks + 1) & 1];
                let task = Final {
                    pass: &transform.passes[0],
                    columns,
                    cells: work,
                    later: &mut answer[channel * transform.size..][..transform.size],
                };
                run(isa, 16, task);
            }
        }
    }

    /// Products and sums of all voices.
    fn multiply(
        &mut self,
        kernel: &Kernel,
        spectra: &Spectra,
        piece: &Piece,
        share: (usize, usize),
    ) {
        let task = Multiply {
            shape: spectra.shape,
            cells: piece.columns,
            share,
            far: spectra.far,
            newest: self.slot,
            silent: self.spared.silent,
            known: self.known(spectra),
            history: &self.history,
            kernel: &spectra.cells,
            voices: &kernel.voices,
            sums: &mut self.sums,
            spacing: spectra.transform.lanes(),
        };
        run(kernel.isa, 16, task);
    }
}

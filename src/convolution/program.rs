//! The work that one block of a level takes, as a list of small pieces with fixed costs.
//!
//! Made when a kernel is prepared; the audio thread only walks along it.

use super::transform::{Columns, Transform};

/// What a piece costs at most, if it can be cut, in picoseconds on the machine that the model was measured on.
const PIECE: u64 = 250_000;

/// Largest number of cells that is worked on depth first: they stay in the nearer caches.
const NEAR_CELLS: usize = 256;

/// How many channels, paths and partitions a level has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Size {
    pub inputs: usize,
    pub voices: usize,
    pub responses: usize,
    /// Products per voice, summed over the voices.
    pub terms: usize,
    pub parts: usize,
}

/// A kind of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Work {
    /// First pass of the transform of an input.
    First,
    /// A pass of the way there, in the middle.
    Down(usize),
    /// Last pass, into the history.
    Leaves,
    /// Products and sums, all voices.
    Multiply,
    /// First pass of the way back.
    Roots,
    /// A pass of the way back, in the middle.
    Up(usize),
    /// Last pass of the way back, into the samples of a voice.
    Final,
}

/// A piece.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece {
    pub work: Work,
    /// Inputs or voices.
    pub channels: (u16, u16),
    pub columns: Columns,
    /// Picoseconds of the model.
    pub cost: u64,
}

/// What one unit of each kind of work costs, in picoseconds of the model. A unit is one cell, that is
/// 16 complex numbers, of one channel; of a product, one cell of one partition.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Costs {
    pub first: u64,
    pub middle: u64,
    pub leaves: u64,
    pub roots: u64,
    pub last: u64,
    pub product: u64,
    /// Of a piece, whatever it does.
    pub piece: u64,
}

/// All the pieces of a block, in their order.
pub(crate) fn program(transform: &Transform, size: Size, costs: &Costs) -> Vec<Piece> {
    let mut list = List {
        pieces: Vec::new(),
        costs: *costs,
    };
    let cells = transform.cells();
    let (inputs, voices) = (size.inputs, size.voices);
    let Some((first, middle)) = transform.passes.split_first() else {
        return Vec::new();
    };
    list.cut(
        Work::First,
        inputs,
        0,
        cells / first.radix,
        1,
        costs.first * first.radix as u64,
    );
    let blocks = if cells > NEAR_CELLS { first.radix } else { 1 };
    let block = cells / blocks;
    let product = costs.product * (size.terms * size.parts) as u64 + costs.leaves / 4;
    for start in (0..cells).step_by(block) {
        for (index, pass) in middle.iter().enumerate() {
            let cost = costs.middle * pass.radix as u64;
            list.cut(
                Work::Down(index + 1),
                inputs,
                start / pass.radix,
                block / pass.radix,
                1,
                cost,
            );
        }
        list.cut(
            Work::Leaves,
            inputs,
            start,
            block,
            transform.lanes(),
            costs.leaves,
        );
        list.cut(Work::Multiply, 1, start, block, 1, product);
        list.cut(
            Work::Roots,
            voices,
            start,
            block,
            transform.lanes(),
            costs.roots,
        );
        for (index, pass) in middle.iter().enumerate().rev() {
            let cost = costs.middle * pass.radix as u64;
            list.cut(
                Work::Up(index + 1),
                voices,
                start / pass.radix,
                block / pass.radix,
                1,
                cost,
            );
        }
    }
    list.cut(
        Work::Final,
        voices,
        0,
        cells / first.radix,
        1,
        costs.last * first.radix as u64,
    );
    list.pieces
}

struct List {
    pieces: Vec<Piece>,
    costs: Costs,
}

impl List {
    /// Adds the work on `count` columns of every channel, cut into multiples of `step` columns.
    fn cut(
        &mut self,
        work: Work,
        channels: usize,
        from: usize,
        count: usize,
        step: usize,
        cost: u64,
    ) {
        let mut add = |channels: (usize, usize), from, count| {
            let units = (channels.1 - channels.0) * count;
            let cost = self.costs.piece + cost * units as u64;
            let channels = (channels.0 as u16, channels.1 as u16);
            self.pieces.push(Piece {
                work,
                channels,
                columns: Columns { from, count },
                cost,
            });
        };
        if cost * (channels * count) as u64 <= PIECE {
            return add((0, channels), from, count);
        }
        // Pieces of one size, as near to the wanted cost as the step allows.
        let most = ((PIECE / (cost * step as u64)) as usize).max(1) * step;
        let pieces = count.div_ceil(most);
        for channel in 0..channels {
            let mut done = 0;
            for piece in 0..pieces {
                let end = ((piece + 1) * count / pieces)
                    .next_multiple_of(step)
                    .min(count);
                if end > done {
                    add((channel, channel + 1), from + done, end - done);
                }
                done = end;
            }
        }
    }
}

//! The work that one block of a level takes, as a list of small pieces with fixed costs.
//!
//! Made when a kernel is prepared; the audio thread only walks along it.

use super::{
    cost::{Prices, Size},
    transform::{Columns, Transform},
};

/// Largest number of cells that is worked on depth first: they stay in the nearer caches.
const NEAR_CELLS: usize = 256;

/// A kind of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Work {
    /// First pass of the transform of an input.
    First,
    /// A pass of the way there, in the middle.
    Down(usize),
    /// Last pass, into the history.
    Leaves,
    /// Products and sums, all voices: one of so many shares of the partitions.
    Multiply(usize, usize),
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

/// All the pieces of a block, in their order. `bytes` of spectra compete for the caches.
pub(crate) fn program(
    prices: Prices,
    transform: &Transform,
    size: Size,
    bytes: usize,
) -> Vec<Piece> {
    let mut list = List {
        pieces: Vec::new(),
        prices,
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
        prices.first(first.radix, transform.size),
    );
    let blocks = if cells > NEAR_CELLS { first.radix } else { 1 };
    let block = cells / blocks;
    let lanes = transform.lanes();
    for start in (0..cells).step_by(block) {
        for (index, pass) in middle.iter().enumerate() {
            let cost = prices.middle(pass.radix);
            list.cut(
                Work::Down(index + 1),
                inputs,
                start / pass.radix,
                block / pass.radix,
                1,
                cost,
            );
        }
        // Spectrum, product and the way back of a few cells at a time: they are still at hand, and pieces that
        // wait for memory are mixed with pieces that do not.
        let product = prices.multiply(size, bytes);
        let shares = (product.div_ceil(prices.most()) as usize).clamp(1, size.parts);
        for set in (start..start + block).step_by(lanes) {
            let leaves = prices.leaves(lanes, transform.size);
            list.cut(Work::Leaves, inputs, set, lanes, lanes, leaves);
            if shares == 1 {
                list.cut(Work::Multiply(0, 1), 1, set, lanes, 1, product);
            } else {
                // Many partitions make even one cell too large a piece.
                for (cell, share) in
                    (set..set + lanes).flat_map(|cell| (0..shares).map(move |share| (cell, share)))
                {
                    list.cut(
                        Work::Multiply(share, shares),
                        1,
                        cell,
                        1,
                        1,
                        product / shares as u64,
                    );
                }
            }
            list.cut(
                Work::Roots,
                voices,
                set,
                lanes,
                lanes,
                prices.roots(lanes, transform.size),
            );
        }
        for (index, pass) in middle.iter().enumerate().rev() {
            let cost = prices.middle(pass.radix);
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
        prices.last(first.radix, transform.size),
    );
    list.pieces
}

struct List {
    pieces: Vec<Piece>,
    prices: Prices,
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
        let prices = self.prices;
        let mut add = |channels: (usize, usize), from, count| {
            let units = (channels.1 - channels.0) * count;
            let cost = prices.piece() + cost * units as u64;
            let channels = (channels.0 as u16, channels.1 as u16);
            self.pieces.push(Piece {
                work,
                channels,
                columns: Columns { from, count },
                cost,
            });
        };
        if cost * (channels * count) as u64 <= prices.most() {
            return add((0, channels), from, count);
        }
        // Pieces of one size, as near to the wanted cost as the step allows.
        let most = ((prices.most() / (cost * step as u64)) as usize).max(1) * step;
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

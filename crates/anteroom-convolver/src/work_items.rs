//! The work that one block of a level takes, as a list of small work items with fixed costs.
//!
//! Made when a kernel is prepared; the audio thread only walks along it.

use super::{
    cost::{CostTable, Size},
    transform::{Columns, Transform},
};

/// Largest number of cells that is worked on depth first: they stay in the nearer caches.
const NEAR_CELLS: usize = 256;

/// A kind of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WorkKind {
    /// First pass of the transform of an input.
    ForwardFirst,
    /// A pass of the way there, in the middle.
    ForwardMiddle(usize),
    /// Last pass, into the history.
    ForwardLast,
    /// Products and sums, all output sums: one of so many shares of the partitions.
    Multiply(usize, usize),
    /// First pass of the way back.
    InverseFirst,
    /// A pass of the way back, in the middle.
    InverseMiddle(usize),
    /// Last pass of the way back, into the samples of a output sum.
    InverseLast,
}

/// A work item.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WorkItem {
    pub kind: WorkKind,
    /// Inputs or output sums.
    pub channels: (u16, u16),
    pub columns: Columns,
    /// Picoseconds of the model.
    pub cost: u64,
}

/// All the work items of a block, in their order. `bytes` of spectra compete for the caches.
pub(crate) fn work_items(
    costs: CostTable,
    transform: &Transform,
    size: Size,
    bytes: usize,
) -> Vec<WorkItem> {
    let mut list = List {
        items: Vec::new(),
        costs,
    };
    let cells = transform.cells();
    let (inputs, output_sums) = (size.inputs, size.output_sums);
    let Some((first, middle)) = transform.passes.split_first() else {
        return Vec::new();
    };
    list.cut(
        WorkKind::ForwardFirst,
        inputs,
        0,
        cells / first.radix,
        1,
        costs.forward_first(first.radix, transform.size),
    );
    let blocks = if cells > NEAR_CELLS { first.radix } else { 1 };
    let block = cells / blocks;
    let lanes = transform.lanes();
    for start in (0..cells).step_by(block) {
        for (index, pass) in middle.iter().enumerate() {
            let cost = costs.middle(pass.radix);
            list.cut(
                WorkKind::ForwardMiddle(index + 1),
                inputs,
                start / pass.radix,
                block / pass.radix,
                1,
                cost,
            );
        }
        // Spectrum, product and the way back of a few cells at a time: they are still at hand, and work items that
        // wait for memory are mixed with work items that do not.
        let product = costs.multiply(size, bytes);
        let shares = shares(size, bytes);
        for set in (start..start + block).step_by(lanes) {
            let leaves = costs.forward_last(lanes, transform.size);
            list.cut(WorkKind::ForwardLast, inputs, set, lanes, lanes, leaves);
            if shares == 1 {
                list.cut(WorkKind::Multiply(0, 1), 1, set, lanes, 1, product);
            } else {
                // Many partitions make even one cell too large a work item.
                for (cell, share) in
                    (set..set + lanes).flat_map(|cell| (0..shares).map(move |share| (cell, share)))
                {
                    list.cut(
                        WorkKind::Multiply(share, shares),
                        1,
                        cell,
                        1,
                        1,
                        product / shares as u64,
                    );
                }
            }
            list.cut(
                WorkKind::InverseFirst,
                output_sums,
                set,
                lanes,
                lanes,
                costs.inverse_first(lanes, transform.size),
            );
        }
        for (index, pass) in middle.iter().enumerate().rev() {
            let cost = costs.middle(pass.radix);
            list.cut(
                WorkKind::InverseMiddle(index + 1),
                output_sums,
                start / pass.radix,
                block / pass.radix,
                1,
                cost,
            );
        }
    }
    list.cut(
        WorkKind::InverseLast,
        output_sums,
        0,
        cells / first.radix,
        1,
        costs.inverse_last(first.radix, transform.size),
    );
    list.items
}

/// How many shares the partitions of a cell are summed up in.
///
/// By the wide costs always: the order of a sum is in its last bits, which are to be the same for all sets.
fn shares(size: Size, bytes: usize) -> usize {
    let costs = CostTable::Wide;
    let shares = costs.multiply(size, bytes).div_ceil(costs.most());
    (shares as usize).clamp(1, size.parts)
}

struct List {
    items: Vec<WorkItem>,
    costs: CostTable,
}

impl List {
    /// Adds the work on `count` columns of every channel, cut into multiples of `step` columns.
    fn cut(
        &mut self,
        kind: WorkKind,
        channels: usize,
        from: usize,
        count: usize,
        step: usize,
        cost: u64,
    ) {
        let costs = self.costs;
        let mut add = |channels: (usize, usize), from, count| {
            let units = (channels.1 - channels.0) * count;
            let cost = costs.item() + cost * units as u64;
            let channels = (channels.0 as u16, channels.1 as u16);
            self.items.push(WorkItem {
                kind,
                channels,
                columns: Columns { from, count },
                cost,
            });
        };
        if cost * (channels * count) as u64 <= costs.most() {
            return add((0, channels), from, count);
        }
        // Pieces of one size, as near to the wanted cost as the step allows.
        let most = ((costs.most() / (cost * step as u64)) as usize).max(1) * step;
        let items = count.div_ceil(most);
        for channel in 0..channels {
            let mut done = 0;
            for item in 0..items {
                let end = ((item + 1) * count / items)
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

//! How a response is cut into a head and levels of growing partitions, and what work a block of each level takes.
//!
//! Level i has partitions of `N_i` samples from tap `2 N_i` on: one period to collect its input, and one
//! whole period to do the work (Gardner 1995). So `P_i = 2 N_(i+1) / N_i - 2` partitions lie between a level
//! and the next. Which sizes to use is found by trying all of them with a cost model (Garcia 2002; with
//! measured costs instead of operations, as Wefers 2015 has it).
//!
//! The model is fixed, not measured where it runs: the same impulse has the same plan on every machine, and the
//! same schedule on every one with the same instructions.

use super::{
    cost::{CostTable, Size, is_far},
    fir::TAPS,
    transform::{ORDERS, transform},
    work_items::{WorkItem, work_items},
};

/// Block of the schedule when there are no levels, samples.
const SHORTEST: usize = 64;

/// The largest partition is at most one in so many of the response. Larger ones can be cheaper by a few percent,
/// but the last one is mostly empty, and their buffers are large.
const FEWEST: usize = 8;

/// What the direct form costs, in picoseconds of the model for each tap, term and sample.
const TAP: f64 = 30.0;

/// What it costs to add a level's answer to the output, in picoseconds for each output sum and sample.
const ADD: f64 = 150.0;

/// The engine's dimensions, without the partitions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Dimensions {
    /// What work items cost. (The sizes are chosen by the wide costs always, so that they are the same everywhere.)
    pub costs: CostTable,
    pub inputs: usize,
    pub output_sums: usize,
    pub responses: usize,
    pub terms: usize,
    /// Longest response, samples.
    pub tail: usize,
}

/// A level of partitions.
#[derive(Debug)]
pub(crate) struct Level {
    /// N, samples.
    pub size: usize,
    /// Partitions, at least 1.
    pub parts: usize,
    /// Whether the spectra of this level and all smaller ones are too large for the second cache.
    pub far: bool,
    /// The work for one block of N samples.
    pub items: Vec<WorkItem>,
    /// What it costs, in picoseconds of the model for each sample.
    pub rate: i64,
}

impl Level {
    /// The first tap.
    pub fn offset(&self) -> usize {
        2 * self.size
    }
}

/// The cut of a response.
#[derive(Debug)]
pub(crate) struct Plan {
    /// Block of the schedule, samples: the smallest partition.
    pub block: usize,
    /// Taps in direct form, a multiple of [`TAPS`].
    pub head: usize,
    /// From small to large; each size divides the next.
    pub levels: Vec<Level>,
}

impl Plan {
    /// The cheapest plan.
    pub fn new(of: Dimensions) -> Self {
        let orders: Vec<u32> = ORDERS.collect();
        let mut best: Option<(f64, Vec<usize>)> = None;
        for choice in 0..1_u32 << orders.len() {
            let chosen = orders
                .iter()
                .enumerate()
                .filter(|(bit, _)| choice >> bit & 1 == 1);
            let sizes: Vec<usize> = chosen.map(|(_, order)| 1 << order).collect();
            if let Some(cost) = estimate(of, &sizes)
                && best.as_ref().is_none_or(|(least, _)| cost < *least)
            {
                best = Some((cost, sizes));
            }
        }
        Self::with(of, &best.map_or(Vec::new(), |(_, sizes)| sizes))
    }

    /// The plan with given sizes, which grow and are worth their place.
    pub fn with(of: Dimensions, sizes: &[usize]) -> Self {
        let levels: Vec<Level> = cut(of, sizes)
            .filter_map(|(size, parts, bytes)| {
                let items = work_items(of.costs, transform(size)?, dimensions(of, parts), bytes);
                let cost: u64 = items.iter().map(|item| item.cost).sum();
                Some(Level {
                    size,
                    parts,
                    far: is_far(bytes),
                    items,
                    rate: cost.div_ceil(size as u64) as i64,
                })
            })
            .collect();
        let block = levels.first().map_or(SHORTEST, |level| level.size);
        let head = levels
            .first()
            .map_or(of.tail, Level::offset)
            .next_multiple_of(TAPS);
        Self {
            block,
            head,
            levels,
        }
    }
}

/// Size, partitions and bytes of spectra up to and with this level, for each level.
fn cut(of: Dimensions, sizes: &[usize]) -> impl Iterator<Item = (usize, usize, usize)> {
    let mut bytes = 0;
    sizes.iter().enumerate().map(move |(level, &size)| {
        let end = sizes.get(level + 1).map_or(of.tail, |next| 2 * next);
        let parts = end.saturating_sub(2 * size).div_ceil(size);
        bytes += parts * size * 8 * (of.inputs + of.responses);
        (size, parts, bytes)
    })
}

fn dimensions(of: Dimensions, parts: usize) -> Size {
    Size {
        inputs: of.inputs,
        output_sums: of.output_sums,
        spectra: of.inputs + of.responses,
        terms: of.terms,
        parts,
    }
}

/// Picoseconds of the model for a sample; None when a level would have nothing to do or is too large.
fn estimate(of: Dimensions, sizes: &[usize]) -> Option<f64> {
    let head = sizes.first().map_or(of.tail, |size| 2 * size);
    let mut cost = TAP * (head * of.terms) as f64;
    for (size, parts, bytes) in cut(of, sizes) {
        if parts == 0 || (size > 512 && size * FEWEST > of.tail) {
            return None;
        }
        let block = CostTable::Wide.block(transform(size)?, dimensions(of, parts), bytes);
        cost += block as f64 / size as f64 + ADD * of.output_sums as f64;
    }
    Some(cost)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEREO: Dimensions = Dimensions {
        costs: CostTable::Narrow,
        inputs: 2,
        output_sums: 2,
        responses: 2,
        terms: 2,
        tail: 480_000,
    };

    #[test]
    fn plans_cover_the_response_without_gaps() {
        for tail in [
            0,
            1,
            63,
            128,
            129,
            1_000,
            5_000,
            48_000,
            480_000,
            1_440_000,
            1 << 24,
        ] {
            let plan = Plan::new(Dimensions { tail, ..STEREO });
            let mut end = plan.head;
            for level in &plan.levels {
                assert_eq!(level.offset(), end, "{tail}");
                assert!(level.parts > 0);
                end += level.parts * level.size;
            }
            assert!(end >= tail);
        }
    }
}

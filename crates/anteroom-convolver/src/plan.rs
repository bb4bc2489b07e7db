//! How a response is cut into a head and levels of growing partitions, and what work a block of each level takes.
//!
//! Level i has partitions of `N_i` samples from tap `2 N_i` on: one period to collect its input, and one
//! whole period to do the work (Gardner 1995). So `P_i = 2 N_(i+1) / N_i - 2` partitions lie between a level
//! and the next. Which sizes to use is found by trying all of them with a cost model (Garcia 2002; with
//! measured costs instead of operations, as Wefers 2015 has it).
//!
//! The model is fixed, not measured where it runs: the same impulse has the same plan on every machine, and the
//! same schedule on every one with the same instructions.

use std::ops::Range;

use super::{
    cost::{CostTable, Size, is_far},
    fir::TAPS,
    multiply::Term,
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
pub(crate) struct Dimensions<'a> {
    /// What work items cost. (The sizes are chosen by the wide costs always, so that they are the same everywhere.)
    pub costs: CostTable,
    pub inputs: usize,
    pub output_sums: usize,
    pub responses: usize,
    pub terms: usize,
    /// Longest response, samples.
    pub tail: usize,
    /// Which taps of each response count; none where all of them do, up to the tail.
    pub extents: Option<&'a Extents<'a>>,
}

/// Output sums and their responses, of which some begin late or end early: there they cost nothing.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Extents<'a> {
    pub output_sums: &'a [Vec<Term>],
    /// By response: from its first tap to its last.
    pub responses: Vec<Range<usize>>,
}

impl Extents<'_> {
    /// Whether a response has anything among these taps.
    pub fn reaches(&self, response: usize, taps: &Range<usize>) -> bool {
        let of = self.responses.get(response);
        of.is_some_and(|of| of.start < taps.end && taps.start < of.end)
    }

    /// How many output sums, responses and terms have anything among these taps.
    fn count(&self, taps: &Range<usize>) -> [usize; 3] {
        let used = |term: &&Term| self.reaches(term.response, taps);
        let terms = self.output_sums.iter();
        let terms = terms.map(|terms| terms.iter().filter(used).count());
        let responses = 0..self.responses.len();
        [
            terms.clone().filter(|terms| *terms > 0).count(),
            responses.filter(|place| self.reaches(*place, taps)).count(),
            terms.sum(),
        ]
    }
}

impl Dimensions<'_> {
    /// How many output sums, responses and terms have anything among these taps.
    fn among(&self, taps: Range<usize>) -> [usize; 3] {
        match self.extents {
            None => [self.output_sums, self.responses, self.terms],
            Some(extents) => extents.count(&taps),
        }
    }
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

    /// All its taps.
    pub fn taps(&self) -> Range<usize> {
        self.offset()..self.offset() + self.parts * self.size
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
    pub fn new(of: Dimensions<'_>) -> Self {
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
    pub fn with(of: Dimensions<'_>, sizes: &[usize]) -> Self {
        let levels: Vec<Level> = cut(of, sizes)
            .filter_map(|(size, parts, bytes)| {
                let items = work_items(
                    of.costs,
                    transform(size)?,
                    dimensions(of, size, parts),
                    bytes,
                );
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
fn cut<'a>(
    of: Dimensions<'a>,
    sizes: &'a [usize],
) -> impl Iterator<Item = (usize, usize, usize)> + 'a {
    let mut bytes = 0;
    sizes.iter().enumerate().map(move |(level, &size)| {
        let end = sizes.get(level + 1).map_or(of.tail, |next| 2 * next);
        let parts = end.saturating_sub(2 * size).div_ceil(size);
        let [_, responses, _] = of.among(2 * size..(2 + parts) * size);
        bytes += parts * size * 8 * (of.inputs + responses);
        (size, parts, bytes)
    })
}

fn dimensions(of: Dimensions<'_>, size: usize, parts: usize) -> Size {
    let [output_sums, responses, terms] = of.among(2 * size..(2 + parts) * size);
    Size {
        inputs: of.inputs,
        output_sums,
        spectra: of.inputs + responses,
        terms,
        parts,
    }
}

/// Picoseconds of the model for a sample; None when a level would have nothing to do or is too large.
fn estimate(of: Dimensions<'_>, sizes: &[usize]) -> Option<f64> {
    let head = sizes.first().map_or(of.tail, |size| 2 * size);
    let [_, _, terms] = of.among(0..head);
    let mut cost = TAP * (head * terms) as f64;
    for (size, parts, bytes) in cut(of, sizes) {
        if parts == 0 || (size > 512 && size * FEWEST > of.tail) {
            return None;
        }
        let dimensions = dimensions(of, size, parts);
        let block = CostTable::Wide.block(transform(size)?, dimensions, bytes);
        cost += block as f64 / size as f64 + ADD * dimensions.output_sums as f64;
    }
    Some(cost)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEREO: Dimensions<'_> = Dimensions {
        costs: CostTable::Narrow,
        inputs: 2,
        output_sums: 2,
        responses: 2,
        terms: 2,
        tail: 480_000,
        extents: None,
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

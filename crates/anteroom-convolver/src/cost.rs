//! What each kind of work costs, in picoseconds.
//!
//! The numbers were measured in place: whole engines ran for long, and the shortest time of each block was
//! explained by the work items that it had. There are two tables, as wide vectors make arithmetic cheaper while
//! memory stays as slow: AVX-512 on a Zen 5, and AVX2 on a Zen 3, which serves all other sets. They are fixed: the
//! same impulse has the same schedule on every machine with the same instructions. What matters is that they are
//! right in proportion: the schedule is as even as the costs are true.

use super::{simd::Isa, transform::Transform};

/// How many channels, paths and partitions a level has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Size {
    pub inputs: usize,
    pub output_sums: usize,
    /// Spectra per partition: those of the inputs and of the responses.
    pub spectra: usize,
    /// Products per partition, summed over the output sums.
    pub terms: usize,
    pub parts: usize,
}

/// Bytes of spectra that stay in the second cache between two blocks of a level.
const NEAR_BYTES: usize = 500_000;

/// Whether so many bytes of spectra are beyond the second cache.
pub(crate) fn is_far(bytes: usize) -> bool {
    bytes > NEAR_BYTES
}

/// Largest transform whose samples and numbers stay in the second cache from one pass to the next.
const NEAR_SIZE: usize = 1 << 14;

/// A table of costs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum CostTable {
    /// Vectors of 16.
    Wide,
    /// Vectors of 8 or fewer.
    Narrow,
}

impl CostTable {
    /// The table of an instruction set.
    pub fn of(isa: Isa) -> Self {
        match isa {
            Isa::Avx512 => Self::Wide,
            Isa::Avx2 | Isa::Neon | Isa::Portable => Self::Narrow,
        }
    }

    /// What a work item costs at most, if it can be cut.
    pub fn most(self) -> u64 {
        match self {
            Self::Wide => 250_000,
            Self::Narrow => 400_000,
        }
    }

    /// Of a work item, whatever it does.
    pub fn item(self) -> u64 {
        match self {
            Self::Wide => 20_000,
            Self::Narrow => 30_000,
        }
    }

    /// One column of the first pass: as many cells as the radix.
    pub fn forward_first(self, radix: usize, size: usize) -> u64 {
        let cell = match (self, radix, size) {
            (Self::Wide, 4, ..=NEAR_SIZE) => 5_400,
            (Self::Wide, 4, _) => 8_000,
            (Self::Wide, ..) => 7_500,
            (Self::Narrow, 4, ..=8_192) => 7_000,
            (Self::Narrow, 4, _) => 10_500,
            (Self::Narrow, _, ..=8_192) => 9_000,
            (Self::Narrow, ..) => 21_500,
        };
        cell * radix as u64
    }

    /// One column of a pass in the middle.
    pub fn middle(self, radix: usize) -> u64 {
        let cell = match (self, radix) {
            (Self::Wide, 4) => 2_300,
            (Self::Wide, 8) => 3_300,
            (Self::Wide, _) => 4_300,
            (Self::Narrow, 4) => 4_500,
            (Self::Narrow, 8) => 7_000,
            (Self::Narrow, _) => 9_800,
        };
        cell * radix as u64
    }

    /// One cell of the pass among neighbours, into the history.
    pub fn forward_last(self, lanes: usize, size: usize) -> u64 {
        match (self, lanes, size) {
            (Self::Wide, 4, _) => 18_000,
            (Self::Wide, 8, _) => 10_000,
            (Self::Wide, _, ..4_096) => 5_400,
            (Self::Wide, _, ..=8_192) => 6_500,
            (Self::Wide, _, ..=NEAR_SIZE) => 8_200,
            (Self::Wide, ..) => 12_000,
            (Self::Narrow, 4, _) => 24_000,
            (Self::Narrow, _, ..4_096) => 14_000,
            (Self::Narrow, _, ..=8_192) => 17_000,
            (Self::Narrow, ..) => 27_000,
        }
    }

    /// One cell of the same pass on the way back.
    pub fn inverse_first(self, lanes: usize, size: usize) -> u64 {
        match (self, lanes, size) {
            (Self::Wide, 4, _) => 20_000,
            (Self::Wide, 8, _) => 10_000,
            (Self::Wide, ..) => 5_200,
            (Self::Narrow, 4, _) => 24_000,
            (Self::Narrow, _, ..=NEAR_SIZE) => 16_000,
            (Self::Narrow, ..) => 24_000,
        }
    }

    /// One cell of the products of all partitions and output sums. `bytes` of spectra compete for the caches.
    pub fn multiply(self, size: Size, bytes: usize) -> u64 {
        let (products, cells) = (size.terms * size.parts, size.spectra * size.parts);
        let (product, cell) = match (self, bytes) {
            (Self::Wide, ..250_000) => (1_600, 0),
            (Self::Wide, 250_000..=NEAR_BYTES) => (1_900, 0),
            (Self::Wide, 500_001..2_000_000) => (3_200, 0),
            (Self::Wide, 2_000_000..8_000_000) => (7_000, 0),
            (Self::Wide, _) => (9_700, 0),
            // Far away it is the reading that takes the time, and each spectrum is read once for all paths.
            (Self::Narrow, ..=NEAR_BYTES) => (1_500, 1_100),
            (Self::Narrow, 500_001..2_000_000) => (1_500, 3_600),
            (Self::Narrow, 2_000_000..8_000_000) => (1_500, 7_000),
            (Self::Narrow, _) => (1_500, 9_300),
        };
        product * products as u64 + cell * cells as u64 + 5_000
    }

    /// One column of the last pass of the way back.
    pub fn inverse_last(self, radix: usize, size: usize) -> u64 {
        let cell = match (self, radix, size) {
            (Self::Wide, 4, ..=NEAR_SIZE) => 2_500,
            (Self::Wide, 4, _) => 6_000,
            (Self::Wide, ..) => 5_000,
            (Self::Narrow, 4, ..=NEAR_SIZE) => 5_000,
            (Self::Narrow, 4, _) => 7_600,
            (Self::Narrow, _, ..=NEAR_SIZE) => 7_000,
            (Self::Narrow, ..) => 12_300,
        };
        cell * radix as u64
    }

    /// All the work for a block of a level, nearly: work items are counted as if none was cut.
    pub fn block(self, transform: &Transform, size: Size, bytes: usize) -> u64 {
        let cells = transform.cells() as u64;
        let lanes = transform.lanes();
        let n = transform.size;
        let mut channel = (self.forward_last(lanes, n) + self.inverse_first(lanes, n)) * cells;
        let mut items = 3;
        for (index, pass) in transform.passes.iter().enumerate() {
            let columns = cells / pass.radix as u64;
            let both = if index == 0 {
                self.forward_first(pass.radix, n) + self.inverse_last(pass.radix, n)
            } else {
                2 * self.middle(pass.radix)
            };
            channel += both * columns;
            items += 2;
        }
        // Inputs go one way and output sums the other.
        channel * (size.inputs + size.output_sums) as u64 / 2
            + self.multiply(size, bytes) * cells
            + items * self.item()
    }
}

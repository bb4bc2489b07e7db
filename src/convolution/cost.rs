//! What each kind of work costs, in picoseconds.
//!
//! The numbers were measured in place, in long runs of whole engines on one machine (Zen 5, AVX-512), and are
//! fixed: the same impulse has the same plan and the same schedule everywhere. What matters is that they
//! are right in proportion: the schedule is as even as the costs are true.

use super::transform::Transform;

/// How many channels, paths and partitions a level has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Size {
    pub inputs: usize,
    pub voices: usize,
    /// Products per partition, summed over the voices.
    pub terms: usize,
    pub parts: usize,
}

/// Of a piece, whatever it does.
pub(crate) const PIECE: u64 = 20_000;

/// Bytes of spectra that stay in the second cache between two blocks of a level.
const NEAR_BYTES: usize = 500_000;

/// Whether so many bytes of spectra are beyond the second cache.
pub(crate) fn is_far(bytes: usize) -> bool {
    bytes > NEAR_BYTES
}

/// Largest transform whose samples and numbers stay in the second cache from one pass to the next.
const NEAR_SIZE: usize = 1 << 14;

/// One column of the first pass: as many cells as the radix.
pub(crate) fn first(radix: usize, size: usize) -> u64 {
    let cell = match (radix, size) {
        (4, ..=NEAR_SIZE) => 5_400,
        (4, _) => 8_000,
        _ => 7_500,
    };
    cell * radix as u64
}

/// One column of a pass in the middle.
pub(crate) fn middle(radix: usize) -> u64 {
    let cell = match radix {
        4 => 2_300,
        8 => 3_300,
        _ => 4_300,
    };
    cell * radix as u64
}

/// One cell of the pass among neighbours, into the history.
pub(crate) fn leaves(lanes: usize, size: usize) -> u64 {
    match (lanes, size) {
        (4, _) => 18_000,
        (8, _) => 10_000,
        (_, ..4_096) => 5_400,
        (_, ..=8_192) => 6_500,
        (_, ..=NEAR_SIZE) => 8_200,
        _ => 12_000,
    }
}

/// One cell of the same pass on the way back.
pub(crate) fn roots(lanes: usize) -> u64 {
    match lanes {
        4 => 20_000,
        8 => 10_000,
        _ => 5_200,
    }
}

/// One cell of the products of all partitions and voices.
pub(crate) fn multiply(size: Size, bytes: usize) -> u64 {
    let product = match bytes {
        ..250_000 => 1_600,
        250_000..=NEAR_BYTES => 1_900,
        500_001..2_000_000 => 3_200,
        2_000_000..8_000_000 => 7_000,
        _ => 9_700,
    };
    product * (size.terms * size.parts) as u64 + 5_000
}

/// One column of the last pass of the way back.
pub(crate) fn last(radix: usize, size: usize) -> u64 {
    let cell = match (radix, size) {
        (4, ..=NEAR_SIZE) => 2_500,
        (4, _) => 6_000,
        _ => 5_000,
    };
    cell * radix as u64
}

/// All the work for a block of a level, nearly: pieces are counted as if none was cut.
pub(crate) fn block_cost(transform: &Transform, size: Size, bytes: usize) -> u64 {
    let cells = transform.cells() as u64;
    let lanes = transform.lanes();
    let n = transform.size;
    let mut channel = (leaves(lanes, n) + roots(lanes)) * cells;
    let mut pieces = 3;
    for (index, pass) in transform.passes.iter().enumerate() {
        let columns = cells / pass.radix as u64;
        let both = if index == 0 {
            first(pass.radix, n) + last(pass.radix, n)
        } else {
            2 * middle(pass.radix)
        };
        channel += both * columns;
        pieces += 2;
    }
    // Inputs go one way and voices the other.
    channel * (size.inputs + size.voices) as u64 / 2
        + multiply(size, bytes) * cells
        + pieces * PIECE
}

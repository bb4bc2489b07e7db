//! A whole transform at once, for the spectra of an impulse.

use super::super::simd::{Isa, run};
use super::{Cell, Columns, ForwardFirst, ForwardLast, Middle, Transform};

/// The spectrum of two real blocks of N samples, or of one and silence. Not real-time: it takes its time.
///
/// `blocks` are the earlier and the later one; cell `c` goes to `to[c * spacing]`; `work` has a transform's cells.
pub(crate) fn spectrum(
    isa: Isa,
    transform: &Transform,
    blocks: [Option<&[f32]>; 2],
    work: &mut [Cell],
    (to, spacing): (&mut [Cell], usize),
) {
    let [earlier, later] = blocks;
    for (index, pass) in transform.passes.iter().enumerate() {
        let columns = Columns {
            from: 0,
            count: transform.cells() / pass.radix,
        };
        if index == 0 {
            let task = ForwardFirst {
                pass,
                columns,
                earlier,
                later,
                to: work,
            };
            run(isa, 16, task);
        } else {
            let task = Middle {
                pass,
                columns,
                joins: false,
                cells: work,
            };
            run(isa, 16, task);
        }
    }
    let task = ForwardLast {
        transform,
        range: Columns {
            from: 0,
            count: transform.cells(),
        },
        from: work,
        to,
        spacing,
    };
    run(isa, transform.lanes(), task);
}

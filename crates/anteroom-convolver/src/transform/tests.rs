//! The transform against its definition, and there and back.

use super::super::simd::{Isa, run};
use super::*;

/// The whole transform of two real blocks.
fn forward(isa: Isa, plan: &Transform, earlier: &[f32], later: &[f32]) -> Vec<Cell> {
    let mut work = vec![Cell::ZERO; plan.cells()];
    let mut cells = work.clone();
    let blocks = [Some(earlier), Some(later)];
    spectrum(isa, plan, blocks, &mut work, (&mut cells, 1));
    cells
}

fn backward(isa: Isa, plan: &Transform, mut cells: Vec<Cell>) -> Vec<f32> {
    for start in (0..plan.cells()).step_by(plan.lanes()) {
        let from = cells[start..start + plan.lanes()].to_vec();
        let task = InverseFirst {
            transform: plan,
            start,
            from: &from,
            to: &mut cells,
        };
        run(isa, plan.lanes(), task);
    }
    let mut later = vec![0.0; plan.size];
    for (index, pass) in plan.passes.iter().enumerate().rev() {
        let columns = Columns {
            from: 0,
            count: plan.cells() / pass.radix,
        };
        if index == 0 {
            run(
                isa,
                16,
                InverseLast {
                    pass,
                    columns,
                    cells: &cells,
                    later: &mut later,
                },
            );
        } else {
            run(
                isa,
                16,
                Middle {
                    pass,
                    columns,
                    joins: true,
                    cells: &mut cells,
                },
            );
        }
    }
    later
}

fn noise(seed: u32, count: usize) -> Vec<f32> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

/// The angle of each bin of a spectrum, in turns, by following the tower without any arithmetic on numbers.
fn angles(plan: &Transform, order: u32) -> Vec<f64> {
    let mut angles = vec![0.25];
    for radix in radices(order) {
        angles = angles
            .into_iter()
            .flat_map(|angle| split_angle(angle, radix, &mut Vec::new()))
            .collect();
    }
    let lanes = plan.lanes();
    let mut sorted = vec![0.0; plan.size];
    for (block, angle) in angles.into_iter().enumerate() {
        for (element, leaf) in split_angle(angle, 16, &mut Vec::new())
            .into_iter()
            .enumerate()
        {
            sorted[block / lanes * 16 * lanes + element * lanes + block % lanes] = leaf;
        }
    }
    sorted
}

#[test]
fn a_spectrum_is_the_polynomial_at_the_roots() {
    for isa in Isa::available() {
        for order in 6..=10 {
            let plan = transform(1 << order).unwrap();
            let (earlier, later) = (noise(1, plan.size), noise(2, plan.size));
            let spectrum = forward(isa, plan, &earlier, &later);
            for (bin, angle) in angles(plan, order).into_iter().enumerate().step_by(7) {
                let (mut re, mut im) = (0.0, 0.0);
                for (power, (a, b)) in earlier.iter().zip(&later).enumerate() {
                    let (sin, cos) = (TAU * (angle * power as f64).fract()).sin_cos();
                    re += f64::from(*a) * cos - f64::from(*b) * sin;
                    im += f64::from(*a) * sin + f64::from(*b) * cos;
                }
                let cell = &spectrum[bin / 16];
                let error =
                    (re - f64::from(cell.re[bin % 16])).hypot(im - f64::from(cell.im[bin % 16]));
                assert!(
                    error < 5e-5,
                    "{isa:?}, order {order}, bin {bin}: off by {error}"
                );
            }
        }
    }
}

#[test]
fn there_and_back_gives_the_later_block() {
    for isa in Isa::available() {
        for order in ORDERS {
            let plan = transform(1 << order).unwrap();
            let (earlier, later) = (noise(3, plan.size), noise(4, plan.size));
            let back = backward(isa, plan, forward(isa, plan, &earlier, &later));
            let scale = 1.0 / plan.size as f32;
            for (a, b) in back.iter().zip(&later) {
                assert!((a * scale - b).abs() < 2e-6, "{isa:?}, order {order}");
            }
        }
    }
}

#[test]
fn sizes_without_a_transform_are_refused() {
    for size in [0, 1, 32, 63, 96, 1 << 17] {
        assert!(transform(size).is_none(), "{size}");
    }
}

//! What every processor has: the scalar path.

use super::Simd;

/// Vectors of four numbers in plain Rust; the compiler may know better.
///
/// Where the processor can, products are `FUSED` with what they are added to, as the vector units do it: the bits are
/// those of every other set. Where it can not, that would take a hundred times as long.
#[derive(Clone, Copy)]
pub struct Portable<const FUSED: bool>;

impl<const FUSED: bool> Simd for Portable<FUSED> {
    const LANES: usize = 4;
    type V = [f32; 4];

    #[inline(always)]
    fn splat(self, value: f32) -> [f32; 4] {
        [value; 4]
    }

    #[inline(always)]
    fn load(self, from: &[f32]) -> [f32; 4] {
        [from[0], from[1], from[2], from[3]]
    }

    #[inline(always)]
    fn store(self, value: [f32; 4], to: &mut [f32]) {
        to[..4].copy_from_slice(&value);
    }

    #[inline(always)]
    fn add(self, a: [f32; 4], b: [f32; 4]) -> [f32; 4] {
        [a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]]
    }

    #[inline(always)]
    fn sub(self, a: [f32; 4], b: [f32; 4]) -> [f32; 4] {
        [a[0] - b[0], a[1] - b[1], a[2] - b[2], a[3] - b[3]]
    }

    #[inline(always)]
    fn mul(self, a: [f32; 4], b: [f32; 4]) -> [f32; 4] {
        [a[0] * b[0], a[1] * b[1], a[2] * b[2], a[3] * b[3]]
    }

    #[inline(always)]
    fn mul_add(self, a: [f32; 4], b: [f32; 4], c: [f32; 4]) -> [f32; 4] {
        if FUSED {
            // Written out: a closure would be compiled for the plain processor.
            [
                a[0].mul_add(b[0], c[0]),
                a[1].mul_add(b[1], c[1]),
                a[2].mul_add(b[2], c[2]),
                a[3].mul_add(b[3], c[3]),
            ]
        } else {
            self.add(self.mul(a, b), c)
        }
    }

    #[inline(always)]
    fn mul_sub_from(self, a: [f32; 4], b: [f32; 4], c: [f32; 4]) -> [f32; 4] {
        if FUSED {
            self.mul_add([-a[0], -a[1], -a[2], -a[3]], b, c)
        } else {
            self.sub(c, self.mul(a, b))
        }
    }

    #[inline(always)]
    fn transpose(self, rows: &mut [[f32; 4]]) {
        let [a, b, c, d] = [rows[0], rows[1], rows[2], rows[3]];
        for lane in 0..4 {
            rows[lane] = [a[lane], b[lane], c[lane], d[lane]];
        }
    }
}

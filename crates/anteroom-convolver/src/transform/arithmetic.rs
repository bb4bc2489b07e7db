//! Complex vectors, and the butterflies of radix 2 to 16 that all passes are made of.

use super::super::simd::Simd;
use super::Cell;

/// A complex vector: real parts, imaginary parts.
pub(super) type C<S> = [<S as Simd>::V; 2];

#[inline(always)]
pub(super) fn load<S: Simd>(s: S, cell: &Cell, lane: usize) -> C<S> {
    [s.load(&cell.re[lane..]), s.load(&cell.im[lane..])]
}

#[inline(always)]
pub(super) fn store<S: Simd>(s: S, value: C<S>, cell: &mut Cell, lane: usize) {
    s.store(value[0], &mut cell.re[lane..]);
    s.store(value[1], &mut cell.im[lane..]);
}

#[inline(always)]
pub(super) fn splat<S: Simd>(s: S, value: [f32; 2]) -> C<S> {
    [s.splat(value[0]), s.splat(value[1])]
}

#[inline(always)]
fn add<S: Simd>(s: S, a: C<S>, b: C<S>) -> C<S> {
    [s.add(a[0], b[0]), s.add(a[1], b[1])]
}

#[inline(always)]
fn sub<S: Simd>(s: S, a: C<S>, b: C<S>) -> C<S> {
    [s.sub(a[0], b[0]), s.sub(a[1], b[1])]
}

/// a + ib
#[inline(always)]
fn add_turned<S: Simd>(s: S, a: C<S>, b: C<S>) -> C<S> {
    [s.sub(a[0], b[1]), s.add(a[1], b[0])]
}

/// a - ib
#[inline(always)]
fn sub_turned<S: Simd>(s: S, a: C<S>, b: C<S>) -> C<S> {
    [s.add(a[0], b[1]), s.sub(a[1], b[0])]
}

#[inline(always)]
pub(super) fn mul<S: Simd>(s: S, a: C<S>, b: C<S>) -> C<S> {
    [
        s.mul_sub_from(a[1], b[1], s.mul(a[0], b[0])),
        s.mul_add(a[0], b[1], s.mul(a[1], b[0])),
    ]
}

/// a times the conjugate of b
#[inline(always)]
fn mul_conj<S: Simd>(s: S, a: C<S>, b: C<S>) -> C<S> {
    [
        s.mul_add(a[1], b[1], s.mul(a[0], b[0])),
        s.mul_sub_from(a[0], b[1], s.mul(a[1], b[0])),
    ]
}

#[inline(always)]
fn split2<S: Simd>(s: S, a: &mut [C<S>], at: [usize; 2], w: C<S>) {
    let (x, y) = (a[at[0]], mul(s, a[at[1]], w));
    a[at[0]] = add(s, x, y);
    a[at[1]] = sub(s, x, y);
}

#[inline(always)]
fn join2<S: Simd>(s: S, a: &mut [C<S>], at: [usize; 2], w: C<S>) {
    let (x, y) = (a[at[0]], a[at[1]]);
    a[at[0]] = add(s, x, y);
    a[at[1]] = mul_conj(s, sub(s, x, y), w);
}

#[inline(always)]
pub(super) fn split4<S: Simd>(s: S, a: &mut [C<S>], at: [usize; 4], w: [C<S>; 3]) {
    let (x0, x1) = (a[at[0]], mul(s, a[at[1]], w[0]));
    let (x2, x3) = (mul(s, a[at[2]], w[1]), mul(s, a[at[3]], w[2]));
    let (even, odd) = (add(s, x0, x2), sub(s, x0, x2));
    let (sum, difference) = (add(s, x1, x3), sub(s, x1, x3));
    a[at[0]] = add(s, even, sum);
    a[at[1]] = add_turned(s, odd, difference);
    a[at[2]] = sub(s, even, sum);
    a[at[3]] = sub_turned(s, odd, difference);
}

#[inline(always)]
pub(super) fn join4<S: Simd>(s: S, a: &mut [C<S>], at: [usize; 4], w: [C<S>; 3]) {
    let (x0, x1, x2, x3) = (a[at[0]], a[at[1]], a[at[2]], a[at[3]]);
    let (even, odd) = (add(s, x0, x2), sub(s, x0, x2));
    let (sum, difference) = (add(s, x1, x3), sub(s, x1, x3));
    a[at[0]] = add(s, even, sum);
    a[at[1]] = mul_conj(s, sub_turned(s, odd, difference), w[0]);
    a[at[2]] = mul_conj(s, sub(s, even, sum), w[1]);
    a[at[3]] = mul_conj(s, add_turned(s, odd, difference), w[2]);
}

#[inline(always)]
fn three<S: Simd>(s: S, w: &[[f32; 2]], at: usize) -> [C<S>; 3] {
    [splat(s, w[at]), splat(s, w[at + 1]), splat(s, w[at + 2])]
}

/// Splits one column of a block; `w` are the block's factors.
#[inline(always)]
pub(super) fn split<S: Simd, const R: usize>(s: S, a: &mut [C<S>; R], w: &[[f32; 2]]) {
    match R {
        4 => split4(s, a, [0, 1, 2, 3], three(s, w, 0)),
        8 => {
            let root = splat(s, w[0]);
            split2(s, a, [0, 4], root);
            split2(s, a, [1, 5], root);
            split2(s, a, [2, 6], root);
            split2(s, a, [3, 7], root);
            split4(s, a, [0, 1, 2, 3], three(s, w, 1));
            split4(s, a, [4, 5, 6, 7], three(s, w, 4));
        }
        _ => {
            let root = three(s, w, 0);
            split4(s, a, [0, 4, 8, 12], root);
            split4(s, a, [1, 5, 9, 13], root);
            split4(s, a, [2, 6, 10, 14], root);
            split4(s, a, [3, 7, 11, 15], root);
            split4(s, a, [0, 1, 2, 3], three(s, w, 3));
            split4(s, a, [4, 5, 6, 7], three(s, w, 6));
            split4(s, a, [8, 9, 10, 11], three(s, w, 9));
            split4(s, a, [12, 13, 14, 15], three(s, w, 12));
        }
    }
}

/// Undoes [`split`], times R.
#[inline(always)]
pub(super) fn join<S: Simd, const R: usize>(s: S, a: &mut [C<S>; R], w: &[[f32; 2]]) {
    match R {
        4 => join4(s, a, [0, 1, 2, 3], three(s, w, 0)),
        8 => {
            join4(s, a, [0, 1, 2, 3], three(s, w, 1));
            join4(s, a, [4, 5, 6, 7], three(s, w, 4));
            let root = splat(s, w[0]);
            join2(s, a, [0, 4], root);
            join2(s, a, [1, 5], root);
            join2(s, a, [2, 6], root);
            join2(s, a, [3, 7], root);
        }
        _ => {
            join4(s, a, [0, 1, 2, 3], three(s, w, 3));
            join4(s, a, [4, 5, 6, 7], three(s, w, 6));
            join4(s, a, [8, 9, 10, 11], three(s, w, 9));
            join4(s, a, [12, 13, 14, 15], three(s, w, 12));
            let root = three(s, w, 0);
            join4(s, a, [0, 4, 8, 12], root);
            join4(s, a, [1, 5, 9, 13], root);
            join4(s, a, [2, 6, 10, 14], root);
            join4(s, a, [3, 7, 11, 15], root);
        }
    }
}

//! The vectors of x86-64: who may use which, and the arithmetic that the sets have in common.
//!
//! `avx2` has vectors of 8 numbers, `avx512` of 16.

#![allow(unsafe_code)]

use super::{Isa, Simd, Task, portable::Portable};

/// Proof of FMA.
#[derive(Clone, Copy)]
pub struct Fma(());

/// Proof of AVX2 and FMA: vectors of 8.
#[derive(Clone, Copy)]
pub struct Avx2(());

/// Proof of AVX2 and FMA: vectors of 4, for the shortest transforms.
#[derive(Clone, Copy)]
pub struct Avx2x4(());

/// Proof of AVX-512F, AVX2 and FMA: vectors of 16.
#[derive(Clone, Copy)]
pub struct Avx512(());

impl Fma {
    /// The token, if the processor has the instructions.
    pub fn detect() -> Option<Self> {
        is_x86_feature_detected!("fma").then_some(Self(()))
    }
}

impl Avx2 {
    /// The token, if the processor has the instructions.
    pub fn detect() -> Option<Self> {
        (is_x86_feature_detected!("avx2") && Fma::detect().is_some()).then_some(Self(()))
    }

    /// The same proof for narrower vectors.
    fn narrow(self) -> Avx2x4 {
        Avx2x4(())
    }
}

impl Avx512 {
    /// The token, if the processor has the instructions.
    pub fn detect() -> Option<Self> {
        (is_x86_feature_detected!("avx512f") && Avx2::detect().is_some()).then_some(Self(()))
    }
}

/// The widest vectors of the set that are not wider than `lanes`.
#[inline]
pub fn run<T: Task>(isa: Isa, lanes: usize, task: T) {
    // Detection reads one cached word.
    match (isa, lanes, Avx512::detect(), Avx2::detect()) {
        // SAFETY: The token exists, so the processor has AVX-512F, AVX2 and FMA.
        (Isa::Avx512, 16.., Some(token), _) => unsafe { enter_avx512(task, token) },
        // SAFETY: The token exists, so the processor has AVX2 and FMA.
        (Isa::Avx512 | Isa::Avx2, 8.., _, Some(token)) => unsafe { enter_avx2(task, token) },
        // SAFETY: The token exists, so the processor has AVX2 and FMA.
        (Isa::Avx512 | Isa::Avx2, _, _, Some(token)) => unsafe { enter_avx2(task, token.narrow()) },
        _ => match Fma::detect() {
            // SAFETY: The token exists, so the processor has FMA.
            Some(Fma(())) => unsafe { enter_fma(task) },
            None => task.run(Portable::<false>),
        },
    }
}

#[target_feature(enable = "avx512f,avx2,fma")]
fn enter_avx512<T: Task>(task: T, token: Avx512) {
    task.run(token);
}

#[target_feature(enable = "fma")]
fn enter_fma<T: Task>(task: T) {
    task.run(Portable::<true>);
}

#[target_feature(enable = "avx2,fma")]
fn enter_avx2<T: Task, S: Simd>(task: T, token: S) {
    task.run(token);
}

/// The arithmetic that the sets have in common.
macro_rules! arithmetic {
    ($lanes:literal, $vector:ty, $splat:ident, $load:ident, $store:ident, $add:ident, $sub:ident, $mul:ident,
     $fmadd:ident, $fnmadd:ident) => {
        const LANES: usize = $lanes;
        type V = $vector;

        #[inline(always)]
        fn splat(self, value: f32) -> $vector {
            // SAFETY: `self` proves that the processor has the instruction.
            unsafe { $splat(value) }
        }

        #[inline(always)]
        fn load(self, from: &[f32]) -> $vector {
            let from: &[f32] = &from[..$lanes];
            // SAFETY: `self` proves the instruction; the slice has as many numbers as are read, and the
            // instruction does not need alignment.
            unsafe { $load(from.as_ptr()) }
        }

        #[inline(always)]
        fn store(self, value: $vector, to: &mut [f32]) {
            let to: &mut [f32] = &mut to[..$lanes];
            // SAFETY: `self` proves the instruction; the slice has as many numbers as are written, and the
            // instruction does not need alignment.
            unsafe { $store(to.as_mut_ptr(), value) }
        }

        #[inline(always)]
        fn prefetch<T>(self, soon: &T) {
            for line in 0..size_of::<T>().div_ceil(64) {
                let address = std::ptr::from_ref(soon)
                    .cast::<i8>()
                    .wrapping_add(64 * line);
                // SAFETY: SSE is part of the target, and a prefetch of any address has no effect but on time.
                unsafe { _mm_prefetch::<_MM_HINT_T0>(address) }
            }
        }

        #[inline(always)]
        fn add(self, a: $vector, b: $vector) -> $vector {
            // SAFETY: `self` proves that the processor has the instruction.
            unsafe { $add(a, b) }
        }

        #[inline(always)]
        fn sub(self, a: $vector, b: $vector) -> $vector {
            // SAFETY: `self` proves that the processor has the instruction.
            unsafe { $sub(a, b) }
        }

        #[inline(always)]
        fn mul(self, a: $vector, b: $vector) -> $vector {
            // SAFETY: `self` proves that the processor has the instruction.
            unsafe { $mul(a, b) }
        }

        #[inline(always)]
        fn mul_add(self, a: $vector, b: $vector, c: $vector) -> $vector {
            // SAFETY: `self` proves that the processor has the instruction.
            unsafe { $fmadd(a, b, c) }
        }

        #[inline(always)]
        fn mul_sub_from(self, a: $vector, b: $vector, c: $vector) -> $vector {
            // SAFETY: `self` proves that the processor has the instruction.
            unsafe { $fnmadd(a, b, c) }
        }
    };
}

// After the macro, which they use.
mod avx2;
mod avx512;

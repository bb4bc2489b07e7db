//! The vectors of AArch64.

#![allow(unsafe_code)]

use std::arch::aarch64::*;

use super::Simd;

/// Vectors of 4. Every AArch64 target that Rust has a standard library for has NEON.
#[derive(Clone, Copy)]
pub struct Neon(());

impl Neon {
    /// The token; the target itself is the proof.
    pub fn new() -> Self {
        Self(())
    }
}

impl Simd for Neon {
    const LANES: usize = 4;
    type V = float32x4_t;

    #[inline(always)]
    fn splat(self, value: f32) -> float32x4_t {
        // SAFETY: NEON is part of the target.
        unsafe { vdupq_n_f32(value) }
    }

    #[inline(always)]
    fn load(self, from: &[f32]) -> float32x4_t {
        let from: &[f32] = &from[..4];
        // SAFETY: NEON is part of the target; the slice has the four numbers that are read.
        unsafe { vld1q_f32(from.as_ptr()) }
    }

    #[inline(always)]
    fn store(self, value: float32x4_t, to: &mut [f32]) {
        let to: &mut [f32] = &mut to[..4];
        // SAFETY: NEON is part of the target; the slice has the four numbers that are written.
        unsafe { vst1q_f32(to.as_mut_ptr(), value) }
    }

    #[inline(always)]
    fn add(self, a: float32x4_t, b: float32x4_t) -> float32x4_t {
        // SAFETY: NEON is part of the target.
        unsafe { vaddq_f32(a, b) }
    }

    #[inline(always)]
    fn sub(self, a: float32x4_t, b: float32x4_t) -> float32x4_t {
        // SAFETY: NEON is part of the target.
        unsafe { vsubq_f32(a, b) }
    }

    #[inline(always)]
    fn mul(self, a: float32x4_t, b: float32x4_t) -> float32x4_t {
        // SAFETY: NEON is part of the target.
        unsafe { vmulq_f32(a, b) }
    }

    #[inline(always)]
    fn mul_add(self, a: float32x4_t, b: float32x4_t, c: float32x4_t) -> float32x4_t {
        // SAFETY: NEON is part of the target.
        unsafe { vfmaq_f32(c, a, b) }
    }

    #[inline(always)]
    fn mul_sub_from(self, a: float32x4_t, b: float32x4_t, c: float32x4_t) -> float32x4_t {
        // SAFETY: NEON is part of the target.
        unsafe { vfmsq_f32(c, a, b) }
    }

    #[inline(always)]
    fn transpose(self, rows: &mut [float32x4_t]) {
        // SAFETY: NEON is part of the target.
        unsafe {
            let even_ab = vreinterpretq_f64_f32(vtrn1q_f32(rows[0], rows[1]));
            let odd_ab = vreinterpretq_f64_f32(vtrn2q_f32(rows[0], rows[1]));
            let even_cd = vreinterpretq_f64_f32(vtrn1q_f32(rows[2], rows[3]));
            let odd_cd = vreinterpretq_f64_f32(vtrn2q_f32(rows[2], rows[3]));
            rows[0] = vreinterpretq_f32_f64(vtrn1q_f64(even_ab, even_cd));
            rows[1] = vreinterpretq_f32_f64(vtrn1q_f64(odd_ab, odd_cd));
            rows[2] = vreinterpretq_f32_f64(vtrn2q_f64(even_ab, even_cd));
            rows[3] = vreinterpretq_f32_f64(vtrn2q_f64(odd_ab, odd_cd));
        }
    }
}

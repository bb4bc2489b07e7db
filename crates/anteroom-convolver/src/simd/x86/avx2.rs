//! Vectors of 8 numbers, and of 4 for the shortest transforms.

use std::arch::x86_64::*;

use super::{super::Simd, Avx2, Avx2x4};

impl Simd for Avx2x4 {
    arithmetic!(
        4,
        __m128,
        _mm_set1_ps,
        _mm_loadu_ps,
        _mm_storeu_ps,
        _mm_add_ps,
        _mm_sub_ps,
        _mm_mul_ps,
        _mm_fmadd_ps,
        _mm_fnmadd_ps
    );

    #[inline(always)]
    fn transpose(self, rows: &mut [__m128]) {
        // SAFETY: `self` proves that the processor has the instructions.
        unsafe {
            let low_ab = _mm_unpacklo_ps(rows[0], rows[1]);
            let high_ab = _mm_unpackhi_ps(rows[0], rows[1]);
            let low_cd = _mm_unpacklo_ps(rows[2], rows[3]);
            let high_cd = _mm_unpackhi_ps(rows[2], rows[3]);
            rows[0] = _mm_movelh_ps(low_ab, low_cd);
            rows[1] = _mm_movehl_ps(low_cd, low_ab);
            rows[2] = _mm_movelh_ps(high_ab, high_cd);
            rows[3] = _mm_movehl_ps(high_cd, high_ab);
        }
    }
}

impl Simd for Avx2 {
    arithmetic!(
        8,
        __m256,
        _mm256_set1_ps,
        _mm256_loadu_ps,
        _mm256_storeu_ps,
        _mm256_add_ps,
        _mm256_sub_ps,
        _mm256_mul_ps,
        _mm256_fmadd_ps,
        _mm256_fnmadd_ps
    );

    #[inline(always)]
    fn transpose(self, rows: &mut [__m256]) {
        // SAFETY: `self` proves that the processor has the instructions.
        unsafe {
            // Transposes the four 4 x 4 quarters in place, then swaps the two off the diagonal.
            for half in 0..2 {
                let [a, b, c, d] = [
                    rows[4 * half],
                    rows[4 * half + 1],
                    rows[4 * half + 2],
                    rows[4 * half + 3],
                ];
                let low_ab = _mm256_unpacklo_ps(a, b);
                let high_ab = _mm256_unpackhi_ps(a, b);
                let low_cd = _mm256_unpacklo_ps(c, d);
                let high_cd = _mm256_unpackhi_ps(c, d);
                rows[4 * half] = _mm256_shuffle_ps::<0x44>(low_ab, low_cd);
                rows[4 * half + 1] = _mm256_shuffle_ps::<0xEE>(low_ab, low_cd);
                rows[4 * half + 2] = _mm256_shuffle_ps::<0x44>(high_ab, high_cd);
                rows[4 * half + 3] = _mm256_shuffle_ps::<0xEE>(high_ab, high_cd);
            }
            for row in 0..4 {
                let (upper, lower) = (rows[row], rows[row + 4]);
                rows[row] = _mm256_permute2f128_ps::<0x20>(upper, lower);
                rows[row + 4] = _mm256_permute2f128_ps::<0x31>(upper, lower);
            }
        }
    }
}

//! Vectors of 16 numbers.

use std::arch::x86_64::*;

use super::{super::Simd, Avx512};

impl Simd for Avx512 {
    arithmetic!(
        16,
        __m512,
        _mm512_set1_ps,
        _mm512_loadu_ps,
        _mm512_storeu_ps,
        _mm512_add_ps,
        _mm512_sub_ps,
        _mm512_mul_ps,
        _mm512_fmadd_ps,
        _mm512_fnmadd_ps
    );

    #[inline(always)]
    fn transpose(self, rows: &mut [__m512]) {
        // SAFETY: `self` proves that the processor has the instructions.
        unsafe {
            // Transposes the sixteen 4 x 4 squares in place, then the 4 x 4 square of squares.
            for band in 0..4 {
                let at = 4 * band;
                let low_ab = _mm512_unpacklo_ps(rows[at], rows[at + 1]);
                let high_ab = _mm512_unpackhi_ps(rows[at], rows[at + 1]);
                let low_cd = _mm512_unpacklo_ps(rows[at + 2], rows[at + 3]);
                let high_cd = _mm512_unpackhi_ps(rows[at + 2], rows[at + 3]);
                rows[at] = _mm512_shuffle_ps::<0x44>(low_ab, low_cd);
                rows[at + 1] = _mm512_shuffle_ps::<0xEE>(low_ab, low_cd);
                rows[at + 2] = _mm512_shuffle_ps::<0x44>(high_ab, high_cd);
                rows[at + 3] = _mm512_shuffle_ps::<0xEE>(high_ab, high_cd);
            }
            for row in 0..4 {
                let [a, b, c, d] = [rows[row], rows[row + 4], rows[row + 8], rows[row + 12]];
                let even_ab = _mm512_shuffle_f32x4::<0x88>(a, b);
                let odd_ab = _mm512_shuffle_f32x4::<0xDD>(a, b);
                let even_cd = _mm512_shuffle_f32x4::<0x88>(c, d);
                let odd_cd = _mm512_shuffle_f32x4::<0xDD>(c, d);
                rows[row] = _mm512_shuffle_f32x4::<0x88>(even_ab, even_cd);
                rows[row + 4] = _mm512_shuffle_f32x4::<0x88>(odd_ab, odd_cd);
                rows[row + 8] = _mm512_shuffle_f32x4::<0xDD>(even_ab, even_cd);
                rows[row + 12] = _mm512_shuffle_f32x4::<0xDD>(odd_ab, odd_cd);
            }
        }
    }
}

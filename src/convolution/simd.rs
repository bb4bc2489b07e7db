//! The vector units of the processor behind one trait. The only file with `unsafe`.
//!
//! All arithmetic of the engine is written once, in safe code, over [`Simd`]; here each instruction set
//! says how it loads, stores, adds and multiplies. A value of an instruction set's type is a token: it is
//! made only after the processor was asked for the instructions, so whoever holds one may use them.
//! [`run`] enters a function compiled for the instruction set and hands it the token; what is inlined into
//! it (all of the engine's arithmetic is) is compiled for that set too.
//!
//! Results may differ between instruction sets in the last bits, as some fuse multiply and add; they never
//! depend on anything else.

#![allow(unsafe_code)]

/// An instruction set that the arithmetic is compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Isa {
    /// What every processor has.
    Portable,
    /// x86-64 with AVX2 and FMA: 8 lanes.
    Avx2,
    /// x86-64 with AVX-512F: 16 lanes.
    Avx512,
    /// AArch64: 4 lanes.
    Neon,
}

impl Isa {
    /// Every set that this processor has; the best is last. Not real-time: may allocate.
    pub fn available() -> Vec<Self> {
        let mut found = vec![Self::Portable];
        #[cfg(target_arch = "x86_64")]
        {
            if x86::Avx2::detect().is_some() {
                found.push(Self::Avx2);
            }
            if x86::Avx512::detect().is_some() {
                found.push(Self::Avx512);
            }
        }
        #[cfg(target_arch = "aarch64")]
        found.push(Self::Neon);
        found
    }

    /// The best set of this processor.
    pub fn best() -> Self {
        Self::available().pop().unwrap_or(Self::Portable)
    }
}

/// Vectors of `LANES` numbers and what can be done with them.
pub(crate) trait Simd: Copy {
    /// Numbers in a vector: 4, 8 or 16.
    const LANES: usize;
    /// The vector.
    type V: Copy;

    /// All lanes alike.
    fn splat(self, value: f32) -> Self::V;
    /// The first `LANES` numbers of a slice, which must have as many.
    fn load(self, from: &[f32]) -> Self::V;
    /// Writes the first `LANES` numbers of a slice, which must have as many.
    fn store(self, value: Self::V, to: &mut [f32]);
    /// a + b
    fn add(self, a: Self::V, b: Self::V) -> Self::V;
    /// a - b
    fn sub(self, a: Self::V, b: Self::V) -> Self::V;
    /// a * b
    fn mul(self, a: Self::V, b: Self::V) -> Self::V;
    /// a * b + c
    fn mul_add(self, a: Self::V, b: Self::V, c: Self::V) -> Self::V;
    /// c - a * b
    fn mul_sub_from(self, a: Self::V, b: Self::V, c: Self::V) -> Self::V;
    /// Swaps rows and columns of `LANES` vectors.
    fn transpose(self, rows: &mut [Self::V]);
    /// Asks for the cache lines of some numbers ahead of their use. Only a hint; may do nothing.
    #[inline(always)]
    fn prefetch<T>(self, _soon: &T) {}
}

/// A piece of arithmetic that runs on any instruction set.
pub(crate) trait Task {
    /// Does it. Implementations are `#[inline(always)]`, so that they are compiled for the set.
    fn run<S: Simd>(self, simd: S);
}

/// Runs a task on vectors of at most `lanes` lanes (4, 8 or 16) of the instruction set. Real-time.
///
/// A set that the processor does not have is answered with the portable one.
#[inline]
pub(crate) fn run<T: Task>(isa: Isa, lanes: usize, task: T) {
    // All other sets have 4 lanes, which are never too many.
    #[cfg(not(target_arch = "x86_64"))]
    let _ = lanes;
    match isa {
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2 | Isa::Avx512 => x86::run(isa, lanes, task),
        #[cfg(target_arch = "aarch64")]
        Isa::Neon => task.run(neon::Neon::new()),
        _ => task.run(Portable),
    }
}

/// Vectors of four numbers in plain Rust; the compiler may know better.
#[derive(Clone, Copy)]
struct Portable;

impl Simd for Portable {
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
        self.add(self.mul(a, b), c)
    }

    #[inline(always)]
    fn mul_sub_from(self, a: [f32; 4], b: [f32; 4], c: [f32; 4]) -> [f32; 4] {
        self.sub(c, self.mul(a, b))
    }

    #[inline(always)]
    fn transpose(self, rows: &mut [[f32; 4]]) {
        let [a, b, c, d] = [rows[0], rows[1], rows[2], rows[3]];
        for lane in 0..4 {
            rows[lane] = [a[lane], b[lane], c[lane], d[lane]];
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;

    use super::{Isa, Portable, Simd, Task};

    /// Proof of AVX2 and FMA: vectors of 8.
    #[derive(Clone, Copy)]
    pub struct Avx2(());

    /// Proof of AVX2 and FMA: vectors of 4, for the shortest transforms.
    #[derive(Clone, Copy)]
    pub struct Avx2x4(());

    /// Proof of AVX-512F, AVX2 and FMA: vectors of 16.
    #[derive(Clone, Copy)]
    pub struct Avx512(());

    impl Avx2 {
        /// The token, if the processor has the instructions.
        pub fn detect() -> Option<Self> {
            (is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"))
                .then_some(Self(()))
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
            (_, 8.., _, Some(token)) => unsafe { enter_avx2(task, token) },
            // SAFETY: The token exists, so the processor has AVX2 and FMA.
            (_, _, _, Some(token)) => unsafe { enter_avx2(task, token.narrow()) },
            _ => task.run(Portable),
        }
    }

    #[target_feature(enable = "avx512f,avx2,fma")]
    fn enter_avx512<T: Task>(task: T, token: Avx512) {
        task.run(token);
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
}

#[cfg(target_arch = "aarch64")]
mod neon {
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
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every operation of every set, lane by lane, against plain arithmetic on numbers that need no rounding.
    struct Everything;

    impl Task for Everything {
        fn run<S: Simd>(self, s: S) {
            let a: Vec<f32> = (0..16).map(|lane| lane as f32 - 3.0).collect();
            let b: Vec<f32> = (0..16).map(|lane| 2.0 * lane as f32 + 1.0).collect();
            let (va, vb, vc) = (s.load(&a), s.load(&b), s.splat(0.5));
            let check = |vector: S::V, truth: &dyn Fn(usize) -> f32| {
                let mut lanes = [f32::NAN; 17];
                s.store(vector, &mut lanes);
                assert!((0..S::LANES).all(|lane| lanes[lane] == truth(lane)));
                assert!(lanes[S::LANES].is_nan(), "one lane too many was written");
            };
            check(s.add(va, vb), &|lane| a[lane] + b[lane]);
            check(s.sub(va, vb), &|lane| a[lane] - b[lane]);
            check(s.mul(va, vb), &|lane| a[lane] * b[lane]);
            check(s.mul_add(va, vb, vc), &|lane| a[lane] * b[lane] + 0.5);
            check(s.mul_sub_from(va, vb, vc), &|lane| 0.5 - a[lane] * b[lane]);

            let square: Vec<f32> = (0..256).map(|index| index as f32).collect();
            let mut rows = [s.splat(0.0); 16];
            for row in 0..S::LANES {
                rows[row] = s.load(&square[16 * row..]);
            }
            s.transpose(&mut rows[..S::LANES]);
            for column in 0..S::LANES {
                check(rows[column], &|row| square[16 * row + column]);
            }
        }
    }

    #[test]
    fn every_set_does_what_it_says() {
        for isa in Isa::available() {
            for lanes in [4, 8, 16] {
                run(isa, lanes, Everything);
            }
        }
    }

    #[test]
    #[should_panic]
    fn a_slice_that_is_too_short_is_not_read() {
        struct Short;
        impl Task for Short {
            fn run<S: Simd>(self, simd: S) {
                simd.load(&[0.0; 3]);
            }
        }
        run(Isa::best(), 16, Short);
    }
}

//! The vector units of the processor behind one trait. The folder below is the engine's only place with
//! `unsafe`: one file for each instruction set.
//!
//! All arithmetic of the engine is written once, in safe code, over [`Simd`]; here each instruction set
//! says how it loads, stores, adds and multiplies. A value of an instruction set's type is a token: it is
//! made only after the processor was asked for the instructions, so whoever holds one may use them.
//! [`run`] enters a function compiled for the instruction set and hands it the token; what is inlined into
//! it (all of the engine's arithmetic is) is compiled for that set too.
//!
//! All sets of a processor give the same bits, and so do all processors that fuse multiply and add. One
//! that can not rounds twice, and differs in the last bits. Results never depend on
//! anything else.
//!
//! The files are `x86`, `neon` for AArch64, and `portable` for every other processor.

use std::ffi::OsStr;

#[cfg(target_arch = "aarch64")]
mod neon;
mod portable;
#[cfg(target_arch = "x86_64")]
mod x86;

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

    /// The set that kernels are prepared for: the best of this processor, or the one that the variable `ANTEROOM_ISA`
    /// names (`portable`, `avx2`, `avx512` or `neon`), if the processor has it. That is for comparing sets: they give
    /// the same bits. Not real-time: may allocate.
    pub fn best() -> Self {
        Self::chosen(
            &Self::available(),
            std::env::var_os("ANTEROOM_ISA").as_deref(),
        )
    }

    /// The set of this name, if it is one of those that are there; otherwise the last of them.
    fn chosen(available: &[Self], name: Option<&OsStr>) -> Self {
        let named = name.and_then(|name| available.iter().find(|isa| name == isa.name()));
        let last = available.last();
        *named.or(last).unwrap_or(&Self::Portable)
    }

    /// Its name, in small letters.
    pub fn name(self) -> &'static str {
        match self {
            Self::Portable => "portable",
            Self::Avx2 => "avx2",
            Self::Avx512 => "avx512",
            Self::Neon => "neon",
        }
    }

    /// Whether this processor adds a product without rounding it first. On all that do, every set gives the same bits.
    pub fn fuses() -> bool {
        #[cfg(target_arch = "x86_64")]
        return x86::Fma::detect().is_some();
        #[cfg(not(target_arch = "x86_64"))]
        return cfg!(target_arch = "aarch64");
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
/// A set that the processor does not have is answered with one that it has.
#[inline]
pub(crate) fn run<T: Task>(isa: Isa, lanes: usize, task: T) {
    #[cfg(target_arch = "x86_64")]
    x86::run(isa, lanes, task);
    // All other sets have 4 lanes, which are never too many.
    #[cfg(not(target_arch = "x86_64"))]
    let _ = lanes;
    #[cfg(target_arch = "aarch64")]
    match isa {
        Isa::Neon => task.run(neon::Neon::new()),
        _ => task.run(portable::Portable::<true>),
    }
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    {
        let _ = isa;
        task.run(portable::Portable::<false>);
    }
}

#[cfg(test)]
mod tests;

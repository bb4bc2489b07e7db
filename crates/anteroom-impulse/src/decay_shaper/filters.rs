//! The octave filters of [`Bands`](super::bands::Bands): the same for all channels of an impulse.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::analyze::{Octave, bend};
use crate::f32x4::{F32x4, LANES};
use crate::fft::TwiddleTable;

/// A band is heard up to this many times its centre: what lies above is 58 dB down.
const REACHES: f64 = 4.0;
/// Bins from one worked-out gain to the next.
const EVERY: usize = 8;
/// Gains that are worked out between two looks at whether they are still wanted.
const ASK: usize = 1 << 10;

/// The filters for the sizes that were asked for. Each is made once, whichever channel asks first.
#[derive(Debug, Default)]
pub(crate) struct FilterCache {
    known: Mutex<Vec<Arc<Filters>>>,
    large: Mutex<()>,
}

impl FilterCache {
    /// Those for transforms of `size` samples. Others wait while they are made. `None` if cancelled.
    pub(super) fn filters(
        &self,
        size: usize,
        rate: f64,
        centres: &[f64],
        cancelled: &dyn Fn() -> bool,
    ) -> Option<Arc<Filters>> {
        // What is on the filters is whole, whatever became of the thread that put it there.
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(filters) = known.iter().find(|filters| filters.size == size) {
            return Some(Arc::clone(filters));
        }
        let filters = Arc::new(Filters::new(size, rate, centres, cancelled)?);
        known.push(Arc::clone(&filters));
        Some(filters)
    }

    /// Bands of long sounds are one channel's at a time: for two there would be twice the memory. Others wait.
    pub(super) fn alone(&self) -> MutexGuard<'_, ()> {
        self.large.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The filters of all octaves, for one size and rate.
#[derive(Debug)]
pub(super) struct Filters {
    pub rate: f64,
    /// Samples, a power of two.
    pub size: usize,
    /// For the transform of the whole sound.
    pub twiddles: Arc<TwiddleTable>,
    pub octaves: usize,
    pub sets: Vec<Set>,
}

/// Octaves that are made together.
#[derive(Debug)]
pub(super) struct Set {
    /// Their numbers.
    pub octaves: Vec<usize>,
    /// For the transform that makes them: as long as the highest needs.
    pub twiddles: Arc<TwiddleTable>,
    /// What their filters let through at every eighth bin.
    gains: Vec<F32x4>,
}

impl Set {
    /// What the filters let through at a bin. The filters are smooth: a line joins every eighth bin. The very last
    /// is left out: it stands for two frequencies.
    pub fn gain(&self, bin: usize) -> F32x4 {
        F32x4::of(|lane| self.gain_of(lane, bin))
    }

    /// The same of one of them.
    pub fn gain_of(&self, lane: usize, bin: usize) -> f32 {
        if bin >= self.twiddles.size() / 2 {
            return 0.0;
        }
        let at = bin / EVERY;
        let (from, to) = (self.gains[at].0[lane], self.gains[at + 1].0[lane]);
        let part = (bin % EVERY) as f32 / EVERY as f32;
        from * (1.0 - part) + to * part
    }
}

impl Filters {
    fn new(size: usize, rate: f64, centres: &[f64], cancelled: &dyn Fn() -> bool) -> Option<Self> {
        let twiddles = TwiddleTable::new_with(size, cancelled)?;
        let filters: Vec<Octave> = centres.iter().map(|&hz| Octave::new(hz, rate)).collect();
        let numbers: Vec<usize> = (0..centres.len()).rev().collect();
        let mut sets = Vec::new();
        // From the highest down, so that each set is as small as its highest allows.
        for octaves in numbers.chunks(LANES) {
            let highest = octaves.first().map_or(rate, |&octave| centres[octave]);
            let mut own = size;
            while own > 64 && rate / size as f64 * own as f64 / 4.0 >= highest * REACHES {
                own /= 2;
            }
            let step_hz = rate / size as f64;
            sets.push(Set {
                octaves: octaves.to_vec(),
                gains: gains(octaves, &filters, own, (rate, step_hz), cancelled)?,
                twiddles: match own == size {
                    true => Arc::clone(&twiddles),
                    false => TwiddleTable::new_with(own, cancelled)?,
                },
            });
        }
        Some(Self {
            rate,
            size,
            octaves: centres.len(),
            sets,
            twiddles,
        })
    }
}

/// What the filters of some octaves let through at every eighth bin, for a transform of `size` samples whose bins are
/// `step_hz` apart. `None` if cancelled.
fn gains(
    octaves: &[usize],
    filters: &[Octave],
    size: usize,
    (rate, step_hz): (f64, f64),
    cancelled: &dyn Fn() -> bool,
) -> Option<Vec<F32x4>> {
    let gain = |bin: usize| {
        let bent = bend(bin as f64 * step_hz, rate);
        F32x4::of(|lane| match octaves.get(lane) {
            Some(&octave) => filters[octave].power_at(bent).sqrt() as f32,
            None => 0.0,
        })
    };
    let count = (size / 2).div_ceil(EVERY) + 1;
    let mut gains = Vec::with_capacity(count);
    for at in 0..count {
        if at % ASK == 0 && cancelled() {
            return None;
        }
        gains.push(gain(at * EVERY));
    }
    Some(gains)
}

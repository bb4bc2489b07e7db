//! The octave filters of [`Bands`](super::bands::Bands): the same for all channels of an impulse.

use std::sync::{Arc, Mutex, PoisonError};

use crate::impulse::analyze::{Octave, bend};
use crate::impulse::fft::Circle;
use crate::impulse::four::{Four, LANES};

/// A band is heard up to this many times its centre: what lies above is 58 dB down.
const REACHES: f64 = 4.0;
/// Bins from one worked-out gain to the next.
const EVERY: usize = 8;

/// The filters for the sizes that were asked for. Each is made once, whichever channel asks first.
#[derive(Debug, Default)]
pub(in crate::impulse) struct Shelf(Mutex<Vec<Arc<Filters>>>);

impl Shelf {
    /// Those for transforms of `size` samples. Others wait while they are made.
    pub(super) fn filters(&self, size: usize, rate: f64, centres: &[f64]) -> Arc<Filters> {
        // What is on the shelf is whole, whatever became of the thread that put it there.
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(filters) = known.iter().find(|filters| filters.size == size) {
            return Arc::clone(filters);
        }
        let filters = Arc::new(Filters::new(size, rate, centres));
        known.push(Arc::clone(&filters));
        filters
    }
}

/// The filters of all octaves, for one size and rate.
#[derive(Debug)]
pub(super) struct Filters {
    pub rate: f64,
    /// Samples, a power of two.
    pub size: usize,
    /// For the transform of the whole sound.
    pub circle: Arc<Circle>,
    pub octaves: usize,
    pub sets: Vec<Set>,
}

/// Octaves that are made together.
#[derive(Debug)]
pub(super) struct Set {
    /// Their numbers.
    pub octaves: Vec<usize>,
    /// For the transform that makes them: as long as the highest needs.
    pub circle: Arc<Circle>,
    /// What their filters let through, bin by bin.
    pub gains: Vec<Four>,
}

impl Filters {
    fn new(size: usize, rate: f64, centres: &[f64]) -> Self {
        let circle = Circle::new(size);
        let filters: Vec<Octave> = centres.iter().map(|&hz| Octave::new(hz, rate)).collect();
        let numbers: Vec<usize> = (0..centres.len()).rev().collect();
        // From the highest down, so that each set is as small as its highest allows.
        let sets = numbers.chunks(LANES).map(|octaves| {
            let highest = octaves.first().map_or(rate, |&octave| centres[octave]);
            let mut own = size;
            while own > 64 && rate / size as f64 * own as f64 / 4.0 >= highest * REACHES {
                own /= 2;
            }
            let gains = gains(octaves, &filters, own, rate, rate / size as f64);
            Set {
                octaves: octaves.to_vec(),
                circle: match own == size {
                    true => Arc::clone(&circle),
                    false => Circle::new(own),
                },
                gains,
            }
        });
        Self {
            rate,
            size,
            octaves: centres.len(),
            sets: sets.collect(),
            circle,
        }
    }
}

/// What the filters of some octaves let through, for a transform of `size` samples whose bins are `step_hz` apart.
fn gains(octaves: &[usize], filters: &[Octave], size: usize, rate: f64, step_hz: f64) -> Vec<Four> {
    let gain = |bin: usize| {
        let bent = bend(bin as f64 * step_hz, rate);
        Four::of(|lane| match octaves.get(lane) {
            Some(&octave) => filters[octave].power_at(bent).sqrt() as f32,
            None => 0.0,
        })
    };
    // The filters are smooth: a line joins every eighth bin. The very last is left out: it stands for two
    // frequencies.
    let mut gains = Vec::with_capacity(size / 2);
    let mut from = gain(0);
    for bin in (0..size / 2).step_by(EVERY) {
        let to = gain(bin + EVERY);
        let part = |k: usize| k as f32 / EVERY as f32;
        gains.extend((0..EVERY).map(|k| from * (1.0 - part(k)) + to * part(k)));
        from = to;
    }
    gains
}

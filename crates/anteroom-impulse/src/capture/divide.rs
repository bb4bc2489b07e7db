//! One spectrum by another: what was recorded by what was played.
//!
//! Where the sweep has more energy than the noise the quotient is exact; where it has not, it would be noise alone, and
//! is turned down (Kirkeby's regularisation). How much noise there is shows in the quotient itself: long before the sound,
//! and apart from the first harmonics, there is nothing else. Noise of the room, of the recorder, and what distortion
//! leaves at frequencies that the sweep hardly has, all count.
//!
//! Nothing else is taken away at the low end, so that an impulse stays causal: a filter without phase at 10 Hz would ring
//! long before the sound. At the high end the last few percent of the range fall to nothing, which rings for a
//! millisecond.

use std::fmt;
use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};

use super::spectral::{Bands, quick_size, real_ends};
use super::sweep::rise;
use super::{CaptureError, wanted};

/// The share of the highest frequency from which on the quotient falls.
const FALL: f64 = 0.94;
/// The power in relation to the strongest bin of the sweep that is nothing; the same as long as the noise is not known.
const NOTHING: f64 = 1e-14;
const ROUGHLY: f64 = 1e-8;
/// Where the noise is listened to, in lengths of the sweep before the sound: apart from its harmonics, and at the other
/// end of the circle where a constant offset shows that distortion makes as long as the sweep lasts.
const QUIET: [(f64, f64); 2] = [(0.6, 0.35), (0.95, 0.75)];
/// Bins between two looks at whether the work is still wanted.
const PIECE: usize = 1 << 14;
/// Noise counts a tenth: the silence around an impulse, which is cut off, has most of it.
const SHARE: f64 = 0.1;
/// A band is no more than this much worse than noise alone.
const WORST: f64 = 0.01;

/// The power of a bin for each sample of a noise.
fn noise(samples: &[f64], rate: f64) -> Option<Bands> {
    let size = quick_size(samples.len());
    let forward = RealFftPlanner::<f64>::new().plan_fft_forward(size);
    let mut block = forward.make_input_vec();
    let mut bins = forward.make_output_vec();
    let mut energy = 0.0;
    let length = samples.len() as f64;
    for (frame, (slot, &sample)) in block.iter_mut().zip(samples).enumerate() {
        // Hann's window: what rumbles does not leak upwards.
        let window = rise(1.0 - (2.0 * (frame as f64 + 0.5) / length - 1.0).abs());
        *slot = sample * window;
        energy += window * window;
    }
    forward.process(&mut block, &mut bins).ok()?;
    Some(Bands::of(&bins, rate).map(|_, power| power / energy.max(1.0)))
}

/// What divides by one sweep.
pub(super) struct Divider {
    rate: f64,
    top_hz: f64,
    /// How long the sweep is.
    frames: usize,
    forward: Arc<dyn RealToComplex<f64>>,
    inverse: Arc<dyn ComplexToReal<f64>>,
    sweep: Vec<Complex<f64>>,
    bands: Bands,
    strongest: f64,
}

impl fmt::Debug for Divider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Divider")
            .field("size", &self.size())
            .finish_non_exhaustive()
    }
}

impl Divider {
    /// For recordings of so many frames or fewer.
    pub fn new(
        sweep: &[f32],
        frames: usize,
        (rate, top_hz): (f64, f64),
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Self, CaptureError> {
        wanted(cancelled)?;
        let size = quick_size(frames.max(sweep.len()));
        let mut planner = RealFftPlanner::<f64>::new();
        let forward = planner.plan_fft_forward(size);
        let inverse = planner.plan_fft_inverse(size);
        let mut block = forward.make_input_vec();
        for (slot, &sample) in block.iter_mut().zip(sweep) {
            *slot = f64::from(sample);
        }
        let mut bins = forward.make_output_vec();
        forward.process(&mut block, &mut bins).map_err(failed)?;
        wanted(cancelled)?;
        let strongest = bins
            .iter()
            .fold(0.0_f64, |most, bin| most.max(bin.norm_sqr()));
        if strongest <= 0.0 {
            return Err(CaptureError::recording("the sweep is silent"));
        }
        Ok(Self {
            rate,
            top_hz,
            frames: sweep.len(),
            forward,
            inverse,
            bands: Bands::of(&bins, rate),
            sweep: bins,
            strongest,
        })
    }

    /// The frames of a quotient: what lies before its beginning is at its end.
    pub fn size(&self) -> usize {
        self.forward.len()
    }

    /// The quotient, as well as noise allows. The sweep is `before` frames after the first of the samples, and so is what
    /// comes at once in the quotient.
    pub fn divide(
        &self,
        samples: impl Iterator<Item = f64>,
        before: usize,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Vec<f64>, CaptureError> {
        let heard = self.spectrum(samples, cancelled)?;
        let rough = self.quotient(heard.clone(), &|_| self.strongest * ROUGHLY, cancelled)?;
        let quotient = self.samples(rough, cancelled)?;
        // What lies before the beginning is at the end.
        let early = |share: f64| self.size() + before - (share * self.frames as f64) as usize;
        let quiet = QUIET.map(|(from, to)| {
            let part = quotient.get(early(from)..early(to));
            part.and_then(|part| noise(part, self.rate))
        });
        let [Some(near), Some(far)] = quiet else {
            return Ok(quotient);
        };
        let noise = near.map(|band, near| near.max(far.get(band)));
        drop(quotient);
        let power = Bands::of(&heard, self.rate);
        let regular = power.map(|band, power| {
            // As it was in the recording.
            let noise = noise.get(band) * self.size() as f64 * self.bands.get(band);
            let signal = (power - noise).max(WORST * noise).max(f64::MIN_POSITIVE);
            self.bands.get(band) * SHARE * noise / signal
        });
        let least = self.strongest * NOTHING;
        let quotient = self.quotient(heard, &|hz| regular.at(hz).max(least), cancelled)?;
        self.samples(quotient, cancelled)
    }

    /// The quotient where nothing is known of the noise.
    pub fn divide_roughly(
        &self,
        samples: impl Iterator<Item = f64>,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Vec<f64>, CaptureError> {
        let heard = self.spectrum(samples, cancelled)?;
        let quotient = self.quotient(heard, &|_| self.strongest * ROUGHLY, cancelled)?;
        self.samples(quotient, cancelled)
    }

    fn spectrum(
        &self,
        samples: impl Iterator<Item = f64>,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Vec<Complex<f64>>, CaptureError> {
        wanted(cancelled)?;
        let mut block = self.forward.make_input_vec();
        for (slot, sample) in block.iter_mut().zip(samples) {
            *slot = sample;
        }
        let mut bins = self.forward.make_output_vec();
        self.forward
            .process(&mut block, &mut bins)
            .map_err(failed)?;
        Ok(bins)
    }

    /// A spectrum divided by the sweep's, whose power is raised by so much at each frequency.
    fn quotient(
        &self,
        mut bins: Vec<Complex<f64>>,
        raised: &dyn Fn(f64) -> f64,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Vec<Complex<f64>>, CaptureError> {
        let step = self.rate / self.size() as f64;
        let scale = 1.0 / self.size() as f64;
        for (number, (bin, sweep)) in bins.iter_mut().zip(&self.sweep).enumerate() {
            if number % PIECE == 0 {
                wanted(cancelled)?;
            }
            let hz = number as f64 * step;
            let gain = match hz < FALL * self.top_hz {
                true => scale,
                false => rise((1.0 - hz / self.top_hz) / (1.0 - FALL)) * scale,
            };
            *bin *= match gain > 0.0 {
                true => sweep.conj() * (gain / (sweep.norm_sqr() + raised(hz))),
                false => Complex::default(),
            };
        }
        Ok(bins)
    }

    fn samples(
        &self,
        mut bins: Vec<Complex<f64>>,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Vec<f64>, CaptureError> {
        wanted(cancelled)?;
        real_ends(&mut bins);
        let mut block = self.inverse.make_output_vec();
        self.inverse
            .process(&mut bins, &mut block)
            .map_err(failed)?;
        Ok(block)
    }
}

fn failed(_: realfft::FftError) -> CaptureError {
    CaptureError::recording("its spectrum can not be worked out")
}

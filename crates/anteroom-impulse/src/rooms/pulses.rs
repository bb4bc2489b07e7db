//! Pulses whose colour changes with time: what arrives late has gone a longer way.
//!
//! Time is cut into slices. Each pulse goes to the two nearest, in parts that sum to one, and each
//! slice through a filter of minimum phase, so that nothing is heard before its pulse.

use super::RENDER_HZ;
use super::minimum_phase::LogSpectrum;
use crate::fft::Fft;
use crate::math::{exp2, sin_cos};

/// From slice to slice, in samples.
const HOP: usize = 2048;
/// The transform in which a filter is made, and, half of it, the filter's length.
const DESIGN: usize = 2048;
/// The transform in which a slice is filtered: two hops, the interpolation and the filter.
const BLOCK: usize = 8192;
/// Half the length of the kernel that places a pulse between samples.
const REACH: usize = 16;
/// What is weaker than this, as a power of two, is left at it: -180 dB.
const FAINTEST: f64 = -30.0;

/// Something that arrives.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pulse {
    /// In samples at [`RENDER_HZ`].
    pub at: f64,
    /// As an amplitude.
    pub gain: f64,
}

/// What becomes of a pulse on its way.
#[derive(Debug)]
pub(super) struct Colour {
    start: LogSpectrum,
    /// A second.
    fall: LogSpectrum,
}

impl Colour {
    /// From the logarithms to base two of the magnitude at a frequency in Hz: at the beginning, and how
    /// much is added to it every second.
    pub fn new(start: impl Fn(f64) -> f64, fall: impl Fn(f64) -> f64) -> Self {
        Self {
            start: LogSpectrum::new(DESIGN, RENDER_HZ, start),
            fall: LogSpectrum::new(DESIGN, RENDER_HZ, fall),
        }
    }
}

/// `frames` samples of these pulses, which are in the order of their times. `None` if cancelled,
/// which is asked every slice.
pub(super) fn render(
    pulses: &[Pulse],
    frames: usize,
    colour: &Colour,
    cancelled: &dyn Fn() -> bool,
) -> Option<Vec<f32>> {
    let mut out = vec![0.0f32; frames];
    let kernel = Kernel::new();
    let (mut design, mut block) = (Fft::new(DESIGN), Fft::new(BLOCK));
    let (mut dre, mut dim) = (vec![0.0f32; DESIGN / 2 + 1], vec![0.0f32; DESIGN / 2 + 1]);
    let mut spectra = [(); 4].map(|()| vec![0.0f32; BLOCK / 2 + 1]);
    let (mut filter, mut samples) = (vec![0.0f32; DESIGN], vec![0.0f32; BLOCK]);
    for slice in 0..=frames.div_ceil(HOP) {
        if cancelled() {
            return None;
        }
        let here = inside(pulses, (slice as f64 - 1.0, slice as f64 + 1.0));
        if here.is_empty() {
            continue;
        }
        // The samples begin a hop and half a kernel before the slice.
        samples.fill(0.0);
        for pulse in here {
            let away = pulse.at / HOP as f64 - slice as f64;
            let gain = pulse.gain * (1.0 - away.abs());
            kernel.place(&mut samples, (away + 1.0) * HOP as f64 + REACH as f64, gain);
        }
        let seconds = (slice * HOP) as f64 / f64::from(RENDER_HZ);
        for bin in 0..dre.len() {
            let log = |at: fn(&LogSpectrum) -> &Vec<f32>| {
                let (start, fall) = (at(&colour.start)[bin], at(&colour.fall)[bin]);
                f64::from(start) + seconds * f64::from(fall)
            };
            let size = exp2(log(|spectrum| &spectrum.re).max(FAINTEST));
            let (sin, cos) = sin_cos(log(|spectrum| &spectrum.im) * std::f64::consts::LN_2);
            (dre[bin], dim[bin]) = ((size * cos) as f32, (size * sin) as f32);
        }
        design.inverse(&dre, &dim, &mut filter);
        // Its end is faded, as the transform is circular.
        for (i, tap) in filter[DESIGN / 4..DESIGN / 2].iter_mut().enumerate() {
            *tap *= 1.0 - i as f32 / (DESIGN / 4) as f32;
        }
        let [fre, fim, sre, sim] = &mut spectra;
        block.forward(&filter[..DESIGN / 2], fre, fim);
        block.forward(&samples, sre, sim);
        for bin in 0..fre.len() {
            let (a, b, c, d) = (fre[bin], fim[bin], sre[bin], sim[bin]);
            (sre[bin], sim[bin]) = (a * c - b * d, a * d + b * c);
        }
        block.inverse(sre, sim, &mut samples);
        let start = (slice * HOP) as i64 - (HOP + REACH) as i64;
        for (i, sample) in samples.iter().enumerate() {
            let at = usize::try_from(start + i as i64).ok();
            if let Some(sum) = at.and_then(|at| out.get_mut(at)) {
                *sum += sample;
            }
        }
    }
    Some(out)
}

/// The pulses between two times in hops.
fn inside(pulses: &[Pulse], (from, to): (f64, f64)) -> &[Pulse] {
    let before = |hops: f64| pulses.partition_point(|pulse| pulse.at < hops * HOP as f64);
    &pulses[before(from)..before(to)]
}

/// The kernel that places a pulse between samples: a windowed sinc, at so many places between two.
#[derive(Debug)]
struct Kernel(Vec<[f32; 2 * REACH]>);

/// Places between two samples: a pulse is at most half of that off, 65 nanoseconds.
const PLACES: usize = 160;

impl Kernel {
    fn new() -> Self {
        Self((0..PLACES).map(Self::at).collect())
    }

    fn at(place: usize) -> [f32; 2 * REACH] {
        let part = place as f64 / PLACES as f64;
        let (sin, _) = sin_cos(std::f64::consts::PI * part);
        std::array::from_fn(|k| {
            let x = k as f64 + 1.0 - REACH as f64 - part;
            let (_, window) = sin_cos(std::f64::consts::PI * x / REACH as f64);
            // sin(pi (k - part)) = -(-1)^k sin(pi part), and the reach is even.
            let sign = if k % 2 == 0 { 1.0 } else { -1.0 };
            let sinc = match place {
                0 => f64::from(u8::from(k + 1 == REACH)),
                _ => sign * sin / (std::f64::consts::PI * x),
            };
            (sinc * (0.5 + 0.5 * window)) as f32
        })
    }

    /// Adds a pulse at this many samples, which is at least [`REACH`].
    fn place(&self, samples: &mut [f32], at: f64, gain: f64) {
        let places = (at * PLACES as f64 + 0.5).floor() as usize;
        let (first, gain) = (places / PLACES + 1 - REACH, gain as f32);
        let taps = &self.0[places % PLACES];
        for (sample, tap) in samples.iter_mut().skip(first).zip(taps) {
            *sample += gain * tap;
        }
    }
}

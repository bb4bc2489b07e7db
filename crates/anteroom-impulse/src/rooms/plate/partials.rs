//! Sums of decaying sines, by inverse transforms.
//!
//! A sum of thousands of sines, sample by sample, is slow. In a windowed frame each of them is a lobe of a few
//! bins, and from one frame to the next it only turns and shrinks: so the lobe is worked out once, with the decay
//! in it, and each frame costs one turn and a dozen bins a sine. Source: X. Rodet and P. Depalle, "Spectral
//! envelopes and inverse FFT synthesis", AES Convention 93 (1992).

use std::cmp::Reverse;
use std::f64::consts::{LOG2_10, TAU};

use crate::fft::{Fft, TwiddleTable};
use crate::math::{exp2, sin_cos};

/// Samples in a frame.
const FRAME: usize = 4096;
/// From frame to frame: a quarter, at which the window adds up to a constant.
const HOP: usize = FRAME / 4;
/// Frames that begin before time zero.
const BEFORE: usize = FRAME / HOP - 1;
/// Bins of a lobe.
const LOBE: usize = 12;
/// Bins below zero that a lobe may reach.
const MARGIN: usize = LOBE;
/// The window of Blackman and Harris with four terms, side lobes at -92 dB, scaled to add up to 1. The terms
/// are halves of the cosines' weights: for turns of -3 to 3.
const WINDOW: [f64; 4] = [0.25, -0.170_135_89, 0.049_226_48, -0.004_069_69];
/// A sine is left out once it has fallen by this much, in dB.
const END_DB: f64 = 90.0;
/// Sines that are worked on between two looks at whether they are still wanted.
const ASK: usize = 1 << 12;

/// A sine that decays.
#[derive(Clone, Copy, Debug)]
pub(super) struct Partial {
    /// Its frequency, in cycles a sample.
    pub frequency: f64,
    /// In how many samples it falls by 60 dB.
    pub rt60: f64,
    /// Its amplitude at time zero, where it begins as a sine.
    pub amplitude: f64,
}

type Complex = (f64, f64);

fn product((a, b): Complex, (c, d): Complex) -> Complex {
    (a * c - b * d, a * d + b * c)
}

/// One of them as the frames see it.
struct Lobe {
    /// Frames in which it is heard.
    life: usize,
    /// The first of its bins.
    bin: usize,
    re: [f32; LOBE],
    im: [f32; LOBE],
    /// Where it is at the beginning of the frame, and how it goes on from one to the next.
    state: Complex,
    step: Complex,
}

impl Partial {
    /// How it goes on in so many samples.
    fn after(&self, samples: f64) -> Complex {
        let level = exp2(-3.0 * LOG2_10 * samples / self.rt60);
        let turns = self.frequency * samples;
        let (sin, cos) = sin_cos(TAU * (turns - turns.floor()));
        (level * cos, level * sin)
    }

    /// In samples.
    fn life(&self) -> usize {
        (self.rt60 * END_DB / 60.0) as usize
    }

    fn lobe(&self) -> Lobe {
        let centre = self.frequency * FRAME as f64;
        let first = centre.floor() - (LOBE / 2 - 1) as f64;
        // The transform of a decaying turn is (1 - z^N) / (1 - z), and one of a bin further round for each term
        // of the window.
        let end = self.after(FRAME as f64);
        let one = self.after(1.0);
        let (sin, cos) = sin_cos(TAU / FRAME as f64);
        let (start_sin, start_cos) = sin_cos(TAU * (3.0 - first) / FRAME as f64);
        let mut z = product(one, (start_cos, start_sin));
        let terms: [Complex; LOBE + 6] = std::array::from_fn(|_| {
            let (re, im) = (1.0 - z.0, -z.1);
            let size = re * re + im * im;
            z = product(z, (cos, -sin));
            product((1.0 - end.0, -end.1), (re / size, -im / size))
        });
        let at = |i: usize| {
            let pair = |k: usize| {
                let (a, b) = (terms[i + 3 - k], terms[i + 3 + k]);
                (WINDOW[k] * (a.0 + b.0), WINDOW[k] * (a.1 + b.1))
            };
            let middle = terms[i + 3];
            let [one, two, three] = [pair(1), pair(2), pair(3)];
            (
                WINDOW[0] * middle.0 + one.0 + two.0 + three.0,
                WINDOW[0] * middle.1 + one.1 + two.1 + three.1,
            )
        };
        let state = self.after(-((BEFORE * HOP) as f64));
        Lobe {
            life: self.life().div_ceil(HOP) + BEFORE,
            bin: (first + MARGIN as f64) as usize,
            re: std::array::from_fn(|i| at(i).0 as f32),
            im: std::array::from_fn(|i| at(i).1 as f32),
            // A sine is the real part of a turn that begins at -i.
            state: product(state, (0.0, -self.amplitude)),
            step: self.after(HOP as f64),
        }
    }
}

/// The sum of `partials`, from time zero until the last has fallen by 90 dB, `longest` samples at most. `None` if
/// cancelled.
pub(super) fn sum(
    partials: impl Iterator<Item = Partial>,
    longest: usize,
    cancelled: &dyn Fn() -> bool,
) -> Option<Vec<f32>> {
    let mut lobes = Vec::new();
    let mut samples = 0;
    for partial in partials {
        if lobes.len() % ASK == 0 && cancelled() {
            return None;
        }
        samples = longest.min(samples.max(partial.life()));
        lobes.push(partial.lobe());
    }
    // Those that end first are at the end. The order of equals stays, so that the bits do.
    lobes.sort_by_key(|lobe| Reverse(lobe.life));
    let mut fft = Fft::<f32>::on(&TwiddleTable::new(FRAME));
    let mut out = vec![0.0f32; samples];
    let mut frame = vec![0.0f32; FRAME];
    let bins = fft.bins();
    let (mut re, mut im) = (vec![0.0f32; bins], vec![0.0f32; bins]);
    let (mut lobes_re, mut lobes_im) = (
        vec![0.0f32; bins + MARGIN + LOBE],
        vec![0.0f32; bins + MARGIN + LOBE],
    );
    for number in 0..samples.div_ceil(HOP) + BEFORE {
        lobes_re.fill(0.0);
        lobes_im.fill(0.0);
        let alive = lobes.partition_point(|lobe| lobe.life > number);
        for some in lobes[..alive].chunks_mut(ASK) {
            if cancelled() {
                return None;
            }
            some.iter_mut()
                .for_each(|lobe| lobe.add(&mut lobes_re, &mut lobes_im));
        }
        // The real part: each bin and the one opposite, conjugate. What lies below zero comes round.
        for bin in 0..bins {
            let (x, y) = (lobes_re[bin + MARGIN], lobes_im[bin + MARGIN]);
            let (x_m, y_m) = match MARGIN.checked_sub(bin) {
                Some(opposite) => (lobes_re[opposite], lobes_im[opposite]),
                None => (0.0, 0.0),
            };
            (re[bin], im[bin]) = (0.5 * (x + x_m), 0.5 * (y - y_m));
        }
        (im[0], im[bins - 1]) = (0.0, 0.0);
        fft.inverse(&re, &im, &mut frame);
        let skipped = (BEFORE * HOP).saturating_sub(number * HOP);
        let start = (number * HOP).saturating_sub(BEFORE * HOP);
        for (sample, value) in out[start..].iter_mut().zip(&frame[skipped..]) {
            *sample += value;
        }
    }
    Some(out)
}

impl Lobe {
    #[inline]
    fn add(&mut self, re: &mut [f32], im: &mut [f32]) {
        let (x, y) = (self.state.0 as f32, self.state.1 as f32);
        let re = &mut re[self.bin..self.bin + LOBE];
        let im = &mut im[self.bin..self.bin + LOBE];
        for i in 0..LOBE {
            re[i] += x * self.re[i] - y * self.im[i];
            im[i] += x * self.im[i] + y * self.re[i];
        }
        self.state = product(self.state, self.step);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_add_up_to_decaying_sines() {
        let partials = [
            (0.0007, 90_000.0, 1.0),
            (0.013, 30_000.0, 0.5),
            (0.1234, 100_000.0, 0.7),
            (0.41, 12_000.0, 0.3),
        ]
        .map(|(frequency, rt60, amplitude)| Partial {
            frequency,
            rt60,
            amplitude,
        });
        let sum = sum(partials.into_iter(), 1 << 20, &|| false).expect("nobody cancels it");
        assert_eq!(sum.len(), 150_000);
        for (at, &got) in sum.iter().enumerate().step_by(7) {
            let want: f64 = partials
                .iter()
                .map(|p| {
                    let level = 10f64.powf(-3.0 * at as f64 / p.rt60);
                    p.amplitude * level * (TAU * p.frequency * at as f64).sin()
                })
                .sum();
            assert!((f64::from(got) - want).abs() < 2e-4, "{at}: {got}, {want}");
        }
    }
}

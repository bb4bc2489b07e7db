//! Loudspeakers, telephones, cabinets: boxes and cones that pass a band and resonate in it.
//!
//! Each is a spectrum of filters that electronics and loudspeaker design use, with the uneven
//! response of a cone that breaks up, made minimum phase: so it begins at once and rings as long as
//! it resonates. A device has one loudspeaker, so both inputs come out of it, and two microphones.

use super::minimum_phase::LogSpectrum;
use super::{Model, RENDER_HZ, RoomRecipe};
use crate::fft::Fft;
use crate::math::{exp2, log2, power_of_db, sin_cos};
use crate::rng::Rng;

/// The transform in which a response is made.
const SIZE: usize = 16_384;
/// The length of the impulse, in samples.
const FRAMES: usize = 8_192;
/// How long sound takes to the microphone, which is 23 cm away, in samples. So there is also room for
/// the beginning of an interpolation, which other rates take: cut off, it would fill what a device
/// keeps out.
const NEAR: usize = 32;

/// What passes: a band with a resonance or two, and an uneven middle.
#[derive(Debug)]
struct Response {
    /// In Hz, and the order of the Butterworth filter.
    low_cut: (f64, usize),
    high_cut: (f64, usize),
    /// In Hz, quality, dB.
    peaks: &'static [(f64, f64, f64)],
    /// Where the cone breaks up, in Hz, and by how much it is uneven, in dB.
    uneven: (f64, f64, f64),
}

/// How many peaks and dips a cone that breaks up has.
const UNEVEN: usize = 12;

fn response(model: Model) -> Response {
    match model {
        // ITU-T G.712: 300 to 3400 Hz; the ear piece rises towards its end.
        Model::Telephone => Response {
            low_cut: (300.0, 4),
            high_cut: (3_400.0, 6),
            peaks: &[(900.0, 1.5, 2.0), (2_400.0, 2.5, 6.0)],
            uneven: (600.0, 3_000.0, 2.0),
        },
        Model::Radio => Response {
            low_cut: (130.0, 2),
            high_cut: (4_600.0, 4),
            peaks: &[(210.0, 2.0, 6.0), (700.0, 1.0, -3.0), (2_900.0, 2.0, 4.0)],
            uneven: (500.0, 4_500.0, 4.0),
        },
        Model::Megaphone => Response {
            low_cut: (480.0, 4),
            high_cut: (5_200.0, 4),
            peaks: &[(850.0, 5.0, 6.0), (1_750.0, 6.0, 8.0), (3_100.0, 6.0, 5.0)],
            uneven: (600.0, 5_000.0, 5.0),
        },
        Model::GuitarCabinet => Response {
            low_cut: (75.0, 2),
            high_cut: (5_000.0, 6),
            peaks: &[(115.0, 1.6, 5.0), (420.0, 0.9, -4.0), (2_700.0, 1.2, 8.0)],
            uneven: (900.0, 6_500.0, 4.0),
        },
        Model::BassCabinet => Response {
            low_cut: (42.0, 4),
            high_cut: (4_200.0, 4),
            peaks: &[(80.0, 1.4, 4.0), (600.0, 0.9, -4.0), (1_900.0, 1.2, 4.0)],
            uneven: (700.0, 4_500.0, 3.0),
        },
        // One cone in a small box.
        _ => Response {
            low_cut: (115.0, 3),
            high_cut: (11_500.0, 3),
            peaks: &[(150.0, 1.5, 2.0), (1_300.0, 0.8, 4.0), (4_200.0, 2.0, -3.0)],
            uneven: (800.0, 11_000.0, 2.5),
        },
    }
}

impl Response {
    /// The logarithm to base two of the magnitude at a frequency.
    fn log2_at(&self, hz: f64, cone: &[(f64, f64, f64)]) -> f64 {
        let hz = hz.max(1.0);
        let cut = |ratio: f64, order: usize| {
            let power = (0..2 * order).fold(1.0, |power, _| power * ratio);
            -0.5 * log2(1.0 + power)
        };
        let resonances: f64 = self
            .peaks
            .iter()
            .chain(cone)
            .map(|&peak| resonance(hz, peak))
            .sum();
        let (low, high) = (self.low_cut, self.high_cut);
        // Through the air a cut reaches no deeper than this: -72 dB.
        (cut(low.0 / hz, low.1) + cut(hz / high.0, high.1)).max(-12.0) + resonances
    }

    /// The peaks and dips of the cone, as a microphone at one place has them.
    fn cone(&self, rng: &mut Rng) -> [(f64, f64, f64); UNEVEN] {
        let (from, to, db) = self.uneven;
        let mut any = || (rng.next_u64() >> 11) as f64 / (1u64 << 53) as f64;
        std::array::from_fn(|i| {
            let share = (i as f64 + any()) / UNEVEN as f64;
            let hz = from * exp2(share * log2(to / from));
            (hz, 4.0 + 6.0 * any(), db * (2.0 * any() - 1.0))
        })
    }
}

/// A bell as equalizers have it: the logarithm to base two of its magnitude.
fn resonance(hz: f64, (centre, quality, db): (f64, f64, f64)) -> f64 {
    let (x, gain) = (hz / centre, power_of_db(db / 4.0));
    let square = |value: f64| value * value;
    let apart = square(1.0 - x * x);
    0.5 * log2((apart + square(x * gain / quality)) / (apart + square(x / (gain * quality))))
}

/// The impulse of each path at [`RENDER_HZ`]. `None` if cancelled.
pub(super) fn render(
    recipe: &RoomRecipe,
    paths: &[usize],
    cancelled: &dyn Fn() -> bool,
) -> Option<Vec<Vec<f32>>> {
    let microphones = [0, 1].map(|side| (!cancelled()).then(|| microphone(recipe, side)));
    let [Some(left), Some(right)] = microphones else {
        return None;
    };
    let heard = |path: &usize| {
        if path.is_multiple_of(2) {
            &left
        } else {
            &right
        }
    };
    Some(paths.iter().map(|path| heard(path).clone()).collect())
}

/// What one of the two microphones hears, with an energy of one.
fn microphone(recipe: &RoomRecipe, side: u64) -> Vec<f32> {
    let response = response(recipe.model);
    let mut rng = Rng::new(u64::from(recipe.seed), 0xDE71 + side);
    let cone = response.cone(&mut rng);
    let log = LogSpectrum::new(SIZE, RENDER_HZ, |hz| response.log2_at(hz, &cone));
    let (mut re, mut im) = (log.re, log.im);
    for (re, im) in re.iter_mut().zip(&mut im) {
        let (sin, cos) = sin_cos(f64::from(*im) * std::f64::consts::LN_2);
        let size = exp2(f64::from(*re));
        (*re, *im) = ((size * cos) as f32, (size * sin) as f32);
    }
    let mut samples = vec![0.0f32; SIZE];
    Fft::new(SIZE).inverse(&re, &im, &mut samples);
    samples.rotate_right(NEAR);
    samples[..NEAR].fill(0.0);
    samples.truncate(FRAMES);
    for (i, sample) in samples[FRAMES / 2..].iter_mut().enumerate() {
        let left = 1.0 - i as f32 / (FRAMES / 2) as f32;
        *sample *= left * left;
    }
    let energy: f64 = samples.iter().map(|&x| f64::from(x) * f64::from(x)).sum();
    let scale = 1.0 / energy.sqrt();
    samples
        .iter_mut()
        .for_each(|x| *x = (f64::from(*x) * scale) as f32);
    samples
}

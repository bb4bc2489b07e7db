//! The wet signal's equaliser: a low shelf, two bells and a high shelf, and the steep cuts. Audio thread.
//!
//! A band at 0 dB is exactly transparent and costs nothing. The response is that of the analogue filter up to half the
//! sample rate, without the squeeze of the bilinear transform, and without delay.
//!
//! | file | idea |
//! |---|---|
//! | `warp` | the map between digital and analogue frequencies |
//! | `design` | from an analogue filter to digital sections |
//! | `section` | one section, which moves |
//! | `band` | one filter, smoothed |
//! | `steep` | the cuts with 24 dB an octave |
//! | `complex` | complex numbers |

mod band;
mod complex;
mod design;
mod section;
mod steep;
mod warp;

pub(super) use band::Place;
pub(super) use steep::SteepCut;

use band::Band;
use design::Kind;

use super::Settings;

/// What a band does, from the lowest to the highest.
const KINDS: [Kind; BANDS] = [Kind::LowShelf, Kind::Bell, Kind::Bell, Kind::HighShelf];

/// Bands of the equaliser.
pub(super) const BANDS: usize = 4;

/// Where the settings want the bands.
pub(super) fn places(settings: &Settings) -> [Place; BANDS] {
    let place = |hz, db, q| Place { hz, db, q };
    [
        place(settings.eq1_freq, settings.eq1_gain, settings.eq1_q),
        place(settings.eq2_freq, settings.eq2_gain, settings.eq2_q),
        place(settings.eq3_freq, settings.eq3_gain, settings.eq3_q),
        place(settings.eq4_freq, settings.eq4_gain, settings.eq4_q),
    ]
}

/// The bands of the wet signal, for one or two channels.
#[derive(Debug)]
pub(super) struct Equalizer {
    bands: [Band; BANDS],
}

impl Equalizer {
    /// An equaliser at rest in these places, whose moves take `fade_samples`. Not real-time.
    pub(super) fn new(places: [Place; BANDS], rate: f32, fade_samples: u32) -> Self {
        let band = |i: usize| Band::new(KINDS[i], places[i], rate, fade_samples);
        Self {
            bands: std::array::from_fn(band),
        }
    }

    /// Moves the bands. Real-time.
    pub(super) fn set(&mut self, places: [Place; BANDS]) {
        for (band, place) in self.bands.iter_mut().zip(places) {
            band.set(place);
        }
    }

    /// Takes the places at once and forgets the past. Real-time.
    pub(super) fn reset(&mut self, places: [Place; BANDS]) {
        for (band, place) in self.bands.iter_mut().zip(places) {
            band.reset(place);
        }
    }

    /// What it does to the power of a frequency, given as `tan(w / 2)` with `w` in radians a sample.
    pub(super) fn power(&self, warped: f64) -> f64 {
        self.bands.iter().map(|band| band.power(warped)).product()
    }

    /// Whether nothing moves. Real-time.
    pub(super) fn at_rest(&self) -> bool {
        self.bands.iter().all(Band::at_rest)
    }

    /// Filters one block in place, one or two channels. Real-time, wait-free.
    pub(super) fn process(&mut self, channels: &mut [&mut [f32]]) {
        if self.bands.iter().all(Band::is_flat) {
            return;
        }
        each_frame(channels, |frame| {
            for band in &mut self.bands {
                band.tick(frame);
            }
        });
    }
}

/// Goes over the frames of one or two channels in double precision.
fn each_frame(channels: &mut [&mut [f32]], mut work: impl FnMut(&mut [f64; 2])) {
    match channels {
        [left, right] => {
            for (left, right) in left.iter_mut().zip(right.iter_mut()) {
                let mut frame = [f64::from(*left), f64::from(*right)];
                work(&mut frame);
                [*left, *right] = frame.map(|x| x as f32);
            }
        }
        [mono] => {
            for x in mono.iter_mut() {
                let mut frame = [f64::from(*x), 0.0];
                work(&mut frame);
                *x = frame[0] as f32;
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests;

//! What each octave of a sound is: how long it rings, up to where it is good, and how it would go on.

use super::Octave;
use super::band_analyzer::{Spectra, in_octave};
use crate::analyze::Decay;
use crate::math::{db_of_power, power_of_db};
use crate::stft::{Grid, OVERLAP};

/// What is this far below the loudest frame, as a ratio of powers, is silence.
const NOTHING: f64 = 1e-12;

/// Parts of the end that are left out where no noise is found with them: many files are faded out over their noise,
/// which then seems to go on decaying.
const FADED_OUT: [usize; 3] = [0, 8, 4];
/// A sound without noise is seen in so many blocks, each as long as the gaps between the echoes of a slow delay.
const BLOCKS: usize = 20;
/// The line that it goes on by is fitted to these blocks: neither its beginning nor a fade at its end.
const FITTED: std::ops::Range<usize> = 7..18;
/// Its end is no longer good where it is this far below the line, in dB,
const FADED_DB: f64 = -3.0;
/// but no more than this part of it.
const MOST_FADED: usize = 6;
/// Frames that are averaged for that.
const LOOK: usize = 4;
/// How much steeper or flatter than its reverberation time says a sound may go on.
const BENT: f64 = 4.0;

/// The frames until nothing is left but the silence at the end of a file. Where there is some, the
/// frames that reach into it do not count.
fn sounding(energy: &[f64]) -> usize {
    let loudest = energy.iter().copied().fold(0.0, f64::max);
    let last = energy
        .iter()
        .rposition(|&energy| energy > loudest * NOTHING);
    match last.map_or(0, |last| last + 1) {
        all if all == energy.len() => all,
        some => some.saturating_sub(OVERLAP).max(1),
    }
}

/// Measures every octave; what can not be measured takes after its neighbours.
/// `None` if cancelled.
pub(super) fn octaves(
    sound: &Spectra,
    grid: &Grid,
    first: usize,
    cancelled: &dyn Fn() -> bool,
) -> Option<Vec<Octave>> {
    let last = sound.frames.saturating_sub(OVERLAP).max(first + 1);
    let mut measured: Vec<Option<Octave>> = Vec::new();
    for weights in &grid.weights {
        if cancelled() {
            return None;
        }
        let mut energy = in_octave(&sound.energy, weights, first);
        energy.truncate(last.saturating_sub(first).max(1));
        measured.push(measure(&energy, grid.frame_rate()).map(|octave| octave.after(first)));
    }
    // A sound that is too short for any line decays over its own length, for want of better.
    let seconds = (last.saturating_sub(first).max(1)) as f64 / grid.frame_rate();
    let unknown = Octave {
        time: seconds,
        knee: last,
        floor: last,
        slope: -60.0 / seconds / grid.frame_rate(),
    };
    let nearest = |i: usize| {
        let known = measured
            .iter()
            .enumerate()
            .filter_map(|(j, m)| Some((j, (*m)?)));
        known
            .min_by_key(|(j, _)| j.abs_diff(i))
            .map_or(unknown, |(_, octave)| octave)
    };
    let all = measured.iter().enumerate();
    let all = all.map(|(i, m)| m.unwrap_or_else(|| nearest(i)));
    Some(all.collect())
}

impl Octave {
    fn after(self, frames: usize) -> Self {
        Self {
            knee: self.knee + frames,
            floor: self.floor + frames,
            ..self
        }
    }
}

/// One octave from the energies of its frames.
fn measure(energy: &[f64], frame_rate: f64) -> Option<Octave> {
    let time = Decay::of(energy, frame_rate).longest_time()?;
    let straight = -60.0 / time / frame_rate;
    let last = sounding(energy);
    let without = |part: usize| last - last.checked_div(part).unwrap_or(0);
    let noisy = FADED_OUT.into_iter().find_map(|part| {
        let decay = Decay::of(&energy[..without(part)], frame_rate);
        let (floor, _) = decay.floor()?;
        Some((floor, decay.slope()))
    });
    let octave = |knee: usize, floor: usize, slope: f64| Octave {
        time,
        knee: knee.clamp(1, last),
        floor: floor.min(last),
        slope,
    };
    if let Some((floor, slope)) = noisy {
        let slope = if slope < 0.0 { slope } else { straight };
        // Where sound and noise are equally loud the sound is already spoilt: it is left 10 dB earlier.
        let early = (-10.0 / slope) as usize;
        return Some(octave(floor.saturating_sub(early), floor, slope));
    }
    let (level, slope) = late_line(&energy[..last])
        .filter(|(_, slope)| (straight * BENT..straight / BENT).contains(slope))
        .unwrap_or((f64::NEG_INFINITY, straight));
    let end = before_fade(&energy[..last], |frame| level + slope * frame);
    Some(octave(end, last, slope))
}

/// The straight line of the late part in dB: its level at the first frame, and its slope per frame.
fn late_line(energy: &[f64]) -> Option<(f64, f64)> {
    let length = energy.len() / BLOCKS;
    let [mut n, mut x, mut y, mut xx, mut xy] = [0.0; 5];
    for block in FITTED.filter(|_| length > 0) {
        let frames = &energy[block * length..(block + 1) * length];
        let mean = frames.iter().sum::<f64>() / length as f64;
        if mean <= 0.0 {
            continue;
        }
        let (at, db) = ((block as f64 + 0.5) * length as f64, db_of_power(mean));
        n += 1.0;
        x += at;
        y += db;
        xx += at * at;
        xy += at * db;
    }
    let spread = n * xx - x * x;
    let slope = (n * xy - x * y) / spread;
    (n > 4.0 && spread > 0.0).then(|| ((y - slope * x) / n, slope))
}

/// Where a fade at the end of a file begins, if the sound would follow this line in dB.
fn before_fade(energy: &[f64], line: impl Fn(f64) -> f64) -> usize {
    let mut end = energy.len();
    let least = end - end / MOST_FADED;
    while end > least + LOOK {
        let frames = &energy[end - LOOK..end];
        let mean = frames.iter().sum::<f64>() / LOOK as f64;
        let middle = end as f64 - LOOK as f64 / 2.0;
        if mean >= power_of_db(line(middle) + FADED_DB) {
            break;
        }
        end -= LOOK;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A second of frames; falls by 60 dB in so many seconds.
    fn falling(seconds: f64) -> Vec<f64> {
        let level = |frame: usize| power_of_db(-60.0 / seconds * frame as f64 / 100.0);
        (0..100).map(level).collect()
    }

    #[test]
    fn a_sound_that_its_file_fades_out_is_good_up_to_the_fade() {
        let mut energy = falling(2.0);
        for (i, energy) in energy[90..].iter_mut().enumerate() {
            *energy *= power_of_db(-4.0 * (i as f64 + 0.5));
        }
        let octave = measure(&energy, 100.0).expect("it decays");
        assert!((86..=92).contains(&octave.knee), "{octave:?}");
        assert!((octave.slope + 0.3).abs() < 0.03, "{octave:?}");
        // Without a fade it is good to the end.
        let octave = measure(&falling(2.0), 100.0).expect("it decays");
        assert_eq!(octave.knee, 100);
    }

    #[test]
    fn noise_that_its_file_fades_out_is_noise() {
        let mut energy: Vec<f64> = falling(0.6).iter().map(|energy| energy + 1e-5).collect();
        for (i, energy) in energy[90..].iter_mut().enumerate() {
            *energy *= power_of_db(-3.0 * i as f64);
        }
        let octave = measure(&energy, 100.0).expect("it decays");
        assert!((38..=46).contains(&octave.knee), "{octave:?}");
    }
}

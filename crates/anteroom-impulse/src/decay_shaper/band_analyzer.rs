//! Listening: a sound in short-time spectra, and the reverberation times that are heard in it.

use std::sync::Arc;

use super::bands::Bands;
use super::filters::FilterCache;
use crate::analyze::Decay;
use crate::f32x4::{F32x4, LANES};
use crate::stft::{Grid, OVERLAP};

/// From this frequency on a short decay is listened to in short frames, in Hz.
const SHORT_FROM_HZ: f64 = 900.0;
/// Decays from here on are slow enough for long frames, and for half as many of them, in seconds.
const SLOW_S: f64 = 1.5;

/// Spectra of a sound may always take so many bytes, and half of what its samples take.
const KEPT_BYTES: usize = 8 << 20;
/// Rows of four frames between two looks at whether they are still wanted.
pub(super) const ROWS: usize = 4;

/// A sound in short-time spectra.
pub(super) struct Spectra {
    /// The real parts: four frames at a time, bin after bin. Those of a long sound are there for its beginning only,
    /// where they are needed most often; the others are worked out again.
    pub re: Vec<F32x4>,
    /// The imaginary parts.
    pub im: Vec<F32x4>,
    /// Energy by frame, group after group within a frame.
    pub energy: Vec<f64>,
    /// How many frames there are.
    pub frames: usize,
}

/// The two resolutions that a sound is heard at.
#[derive(Debug)]
pub(crate) struct BandAnalyzer {
    /// For all octaves, and for changing the sound.
    pub grid: Grid,
    /// For the higher octaves, where the direct sound is gone within milliseconds.
    short: Grid,
    /// Whether results are checked by whole octave bands, and those for the last length of sounds.
    careful: Option<Arc<FilterCache>>,
    bands: Option<Bands>,
}

impl BandAnalyzer {
    pub fn new(rate: u32) -> Self {
        Self {
            grid: Grid::new(rate),
            short: Grid::short(rate),
            careful: None,
            bands: None,
        }
    }

    /// Those that check by whole octave bands, as an analysis does: for recordings, whose direct sound
    /// may stand out by far. Their filters are taken from the filters.
    pub fn careful(rate: u32, filters: &Arc<FilterCache>) -> Self {
        Self {
            careful: Some(Arc::clone(filters)),
            ..Self::new(rate)
        }
    }

    /// Whether a sound of so many samples is checked by whole octave bands.
    pub fn checks(&self, samples: usize) -> bool {
        self.careful.is_some() && Bands::fit(samples, self.grid.rate)
    }

    /// The reverberation times by whole octave bands. `None` if cancelled, and from ears that are not careful.
    pub fn times_by_bands(
        &mut self,
        samples: &[f32],
        start: usize,
        cancelled: &dyn Fn() -> bool,
    ) -> Option<Vec<Option<f64>>> {
        let filters = Arc::clone(self.careful.as_ref()?);
        let large = Bands::are_large(samples.len(), self.grid.rate);
        let _alone = large.then(|| filters.alone());
        let known = self.bands.take().filter(|bands| bands.suit(samples.len()));
        let mut bands = match known {
            Some(bands) => bands,
            None => {
                let (rate, centres) = (self.grid.rate, &self.grid.centres);
                Bands::new(samples.len(), rate, centres, &filters, cancelled)?
            }
        };
        let times = bands.times(samples, start, cancelled)?;
        self.bands = Some(bands).filter(|_| !large);
        Some(times)
    }

    /// Gives back the memory of the bands.
    pub fn forget(&mut self) {
        self.bands = None;
    }

    /// Spectra and energies of all frames. `None` if cancelled.
    pub(super) fn spectra(
        &mut self,
        samples: &[f32],
        cancelled: &dyn Fn() -> bool,
    ) -> Option<Spectra> {
        spectra_of(samples, &mut self.grid, (0, 1), cancelled, true)
    }

    /// The reverberation times of all octaves in seconds, as far as they can be measured. They are
    /// expected to be about `target`.
    pub fn times(
        &mut self,
        samples: &[f32],
        start: usize,
        target: &[f64],
        cancelled: &dyn Fn() -> bool,
    ) -> Option<Vec<Option<f64>>> {
        let first = self.grid.frame_at(start);
        let every = match target.iter().all(|&target| target > SLOW_S) {
            true => 2,
            false => 1,
        };
        let sound = spectra_of(samples, &mut self.grid, (first, every), cancelled, false)?;
        let is_short = |octave: usize| target.get(octave).is_some_and(|&target| target <= SLOW_S);
        let fine = self.fine(samples, start, &is_short, cancelled)?;
        self.read(&sound, (0, every), fine.as_ref(), &is_short, cancelled)
    }

    /// The same of a sound that was heard already.
    pub(super) fn times_of(
        &mut self,
        sound: &Spectra,
        samples: &[f32],
        start: usize,
        cancelled: &dyn Fn() -> bool,
    ) -> Option<Vec<Option<f64>>> {
        let first = self.grid.frame_at(start);
        let fine = self.fine(samples, start, &|_| true, cancelled)?;
        self.read(sound, (first, 1), fine.as_ref(), &|_| true, cancelled)
    }

    /// The sound in short frames from the onset on, if any octave needs them.
    fn fine(
        &mut self,
        samples: &[f32],
        start: usize,
        is_short: &dyn Fn(usize) -> bool,
        cancelled: &dyn Fn() -> bool,
    ) -> Option<Option<Spectra>> {
        let mut octaves = self.grid.centres.iter().enumerate();
        if !octaves.any(|(i, &centre)| centre > SHORT_FROM_HZ && is_short(i)) {
            return Some(None);
        }
        let first = self.short.frame_at(start);
        spectra_of(samples, &mut self.short, (first, 1), cancelled, false).map(Some)
    }

    fn read(
        &self,
        sound: &Spectra,
        (first, every): (usize, usize),
        fine: Option<&Spectra>,
        is_short: &dyn Fn(usize) -> bool,
        cancelled: &dyn Fn() -> bool,
    ) -> Option<Vec<Option<f64>>> {
        let one = |(i, &centre): (usize, &f64)| {
            let (grid, sound, first, every) = match fine {
                Some(fine) if centre > SHORT_FROM_HZ && is_short(i) => (&self.short, fine, 0, 1),
                _ => (&self.grid, sound, first, every),
            };
            let mut energy = in_octave(&sound.energy, grid.weights.get(i)?, first);
            let beyond_the_end = OVERLAP / every + first;
            energy.truncate(sound.frames.saturating_sub(beyond_the_end).max(1));
            Decay::of(&energy, grid.frame_rate() / every as f64).longest_time()
        };
        let mut times = Vec::new();
        for octave in self.grid.centres.iter().enumerate() {
            if cancelled() {
                return None;
            }
            times.push(one(octave));
        }
        Some(times)
    }
}

/// Energies of the frames from the first on by steps; and their spectra, if they are to be kept, as many as
/// take no more memory than is sensible.
fn spectra_of(
    samples: &[f32],
    grid: &mut Grid,
    (first, every): (usize, usize),
    cancelled: &dyn Fn() -> bool,
    keep: bool,
) -> Option<Spectra> {
    let bins = grid.fft.bins();
    let frames = (grid.frames(samples.len()).saturating_sub(first)).div_ceil(every);
    let groups = grid.group_hz.len();
    let rows = frames.div_ceil(LANES);
    let most = KEPT_BYTES.max(size_of_val(samples) / 2) / (2 * bins * size_of::<F32x4>());
    let kept = if keep { rows.min(most) } else { 0 };
    let row = || vec![F32x4::default(); bins];
    let (mut re, mut im) = (row(), row());
    let mut sound = Spectra {
        re: Vec::with_capacity(kept * bins),
        im: Vec::with_capacity(kept * bins),
        energy: vec![0.0; rows * LANES * groups],
        frames,
    };
    for row in 0..rows {
        if row % ROWS == 0 && cancelled() {
            return None;
        }
        let frame = first + row * LANES * every;
        grid.analyse(samples, (frame, every), &mut re, &mut im);
        if row < kept {
            sound.re.extend_from_slice(&re);
            sound.im.extend_from_slice(&im);
        }
        let energy = &mut sound.energy[row * LANES * groups..][..LANES * groups];
        for (group, edges) in grid.groups.windows(2).enumerate() {
            let bins = re[edges[0]..edges[1]].iter().zip(&im[edges[0]..edges[1]]);
            let mut sum = F32x4::default();
            for (&re, &im) in bins {
                sum += re * re + im * im;
            }
            for (lane, &sum) in sum.0.iter().enumerate() {
                energy[lane * groups + group] = f64::from(sum);
            }
        }
    }
    sound.energy.truncate(frames * groups);
    Some(sound)
}

/// The energy of one octave from `first` on.
pub(super) fn in_octave(energy: &[f64], weights: &[f64], first: usize) -> Vec<f64> {
    let frames = energy.chunks_exact(weights.len()).skip(first);
    let sum = |frame: &[f64]| frame.iter().zip(weights).map(|(e, w)| e * w).sum();
    frames.map(sum).collect()
}

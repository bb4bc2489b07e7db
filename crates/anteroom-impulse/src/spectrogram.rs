//! How the spectrum of an impulse changes with time, for drawing.
//!
//! Off the audio thread; a few milliseconds for a second of sound.

use super::fft::Fft;
use super::math::{db_of_power, exp2, log2};

/// Samples of one spectrum: 43 ms at 48 kHz, bins 23 Hz apart.
const WINDOW: usize = 2048;
/// The most columns that are made; an impulse that is longer has them further apart.
const COLUMNS: usize = 480;
/// The rows, at equal musical intervals.
const ROWS: usize = 128;
/// The lowest row in Hz.
pub const LOWEST_HZ: f64 = 31.25;
/// The highest row in Hz, or half the sample rate where that is less.
const HIGHEST_HZ: f64 = 20_000.0;
/// The level of the darkest value, in dB below the strongest.
pub const RANGE_DB: f64 = 96.0;

/// Levels by time and frequency.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spectrogram {
    /// How many columns there are, evenly over the whole impulse.
    pub columns: usize,
    /// How many rows there are, at equal musical intervals from [`LOWEST_HZ`] to `highest_hz`.
    pub rows: usize,
    /// The frequency of the highest row, Hz, rounded.
    pub highest_hz: u32,
    /// Row by row, the highest frequency first: 255 is the strongest of all, 0 lies [`RANGE_DB`]
    /// or more below.
    pub levels: Vec<u8>,
}

impl Spectrogram {
    /// Looks at one channel. Silence, and no samples at all, give no columns.
    #[must_use]
    pub fn of(samples: &[f32], rate: u32) -> Self {
        let rate = f64::from(rate.max(1));
        let highest = HIGHEST_HZ.min(rate / 2.0);
        if samples.iter().all(|sample| *sample == 0.0) || highest <= LOWEST_HZ {
            return Self::default();
        }
        let columns = samples.len().div_ceil(WINDOW / 8).clamp(1, COLUMNS);
        let edges = edges(rate, highest);
        let mut powers = vec![0.0_f32; columns * ROWS];
        let mut fft = Fft::new(WINDOW);
        let (mut re, mut im) = (vec![0.0; fft.bins()], vec![0.0; fft.bins()]);
        let mut frame = vec![0.0; WINDOW];
        let window = hann();
        for column in 0..columns {
            // The window lies around the middle of its column, so that an onset stands where it is.
            let middle = (column * 2 + 1) * samples.len() / (columns * 2);
            for (index, (value, weight)) in frame.iter_mut().zip(&window).enumerate() {
                let at = (middle + index).checked_sub(WINDOW / 2);
                *value = at.and_then(|at| samples.get(at)).unwrap_or(&0.0) * weight;
            }
            fft.forward(&frame, &mut re, &mut im);
            for (row, (from, to)) in edges.iter().enumerate() {
                // The strongest bin of the row: a mean would hide the lines of a room's modes.
                let bins = re[*from..*to].iter().zip(&im[*from..*to]);
                powers[row * columns + column] =
                    bins.fold(0.0, |power, (re, im)| f32::max(power, re * re + im * im));
            }
        }
        let most = powers
            .iter()
            .fold(0.0, |most, power| f32::max(most, *power));
        let level = |power: &f32| {
            let below = db_of_power(f64::from(*power) / f64::from(most.max(f32::MIN_POSITIVE)));
            ((1.0 + below / RANGE_DB).clamp(0.0, 1.0) * 255.0).round() as u8
        };
        Self {
            columns,
            rows: ROWS,
            highest_hz: highest.round() as u32,
            levels: powers.iter().map(level).collect(),
        }
    }
}

fn hann() -> Vec<f32> {
    let turn = std::f64::consts::TAU / WINDOW as f64;
    let value = |index: usize| (0.5 - 0.5 * (index as f64 * turn).cos()) as f32;
    (0..WINDOW).map(value).collect()
}

/// The bins of each row, the highest first: from, and one past.
fn edges(rate: f64, highest: f64) -> Vec<(usize, usize)> {
    let octaves = log2(highest / LOWEST_HZ);
    let bin = |row: f64| LOWEST_HZ * exp2(octaves * row / ROWS as f64) / rate * WINDOW as f64;
    let last = WINDOW / 2;
    (0..ROWS)
        .rev()
        .map(|row| {
            let from = (bin(row as f64).round() as usize).min(last);
            let to = (bin(row as f64 + 1.0).round() as usize).clamp(from + 1, last + 1);
            (from, to)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_has_no_columns() {
        assert_eq!(Spectrogram::of(&[0.0; 100], 48_000), Spectrogram::default());
        assert_eq!(Spectrogram::of(&[], 48_000), Spectrogram::default());
    }

    #[test]
    fn a_tone_stands_in_its_row_and_while_it_sounds() {
        let tone = |index: usize| (index as f64 * 1000.0 / 48_000.0 * std::f64::consts::TAU).sin();
        let mut samples: Vec<f32> = (0..48_000).map(|index| tone(index) as f32).collect();
        samples.resize(96_000, 0.0);
        let picture = Spectrogram::of(&samples, 48_000);
        assert_eq!(picture.levels.len(), picture.columns * picture.rows);
        let strongest = |column: usize| {
            let level = |row: &usize| picture.levels[row * picture.columns + column];
            let row = (0..picture.rows).max_by_key(level).expect("rows");
            (row, level(&row))
        };
        let (row, level) = strongest(picture.columns / 4);
        let octaves = log2(20_000.0 / LOWEST_HZ);
        let place = log2(1000.0 / LOWEST_HZ) / octaves * picture.rows as f64;
        let found = picture.rows as f64 - 1.0 - row as f64;
        assert!((found - place).abs() < 3.0, "{found} for {place}");
        assert!(level > 250);
        assert_eq!(strongest(picture.columns * 3 / 4).1, 0);
    }

    #[test]
    fn a_click_and_a_low_rate_are_drawn_too() {
        let mut click = vec![0.0; 10];
        click[0] = 1.0;
        let picture = Spectrogram::of(&click, 8_000);
        assert_eq!((picture.columns, picture.highest_hz), (1, 4_000));
        assert!(picture.levels.contains(&255));
    }
}

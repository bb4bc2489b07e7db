//! The spectrum of the wet signal as it sounds, from the samples that the audio thread records. Whoever looks makes it: an
//! instance whose editor is closed spends nothing on it but a store for each sample. Editor thread.

use crate::exchange::HistoryReader;
use crate::impulse::spectrum::{SPECTRUM_SAMPLES, SpectrumAnalyzer, SpectrumLevels};

/// The reading end of the recorded samples, and what makes spectra of them.
#[derive(Debug)]
pub struct LiveSpectrum {
    samples: HistoryReader,
    /// Made when it is looked at first.
    analyzer: Option<Box<SpectrumAnalyzer>>,
    past: [Vec<f32>; 2],
    /// The position up to which it was looked at last.
    seen: u64,
}

impl LiveSpectrum {
    pub(super) fn new(samples: HistoryReader) -> Self {
        Self {
            samples,
            analyzer: None,
            past: [Vec::new(), Vec::new()],
            seen: 0,
        }
    }

    /// The newest levels at a rate in Hz, if something was recorded since the last look.
    pub fn update(&mut self, rate: f32) -> Option<SpectrumLevels> {
        let head = self.samples.head();
        let from = head.checked_sub(SPECTRUM_SAMPLES as u64)?;
        if head == self.seen {
            return None;
        }
        for channel in &mut self.past {
            channel.resize(SPECTRUM_SAMPLES, 0.0);
        }
        let mut past = self.past.each_mut().map(Vec::as_mut_slice);
        // If the writer comes over it meanwhile, the next look will do.
        self.samples.read(from, &mut past).ok()?;
        self.seen = head;
        let [left, right] = &self.past;
        let is_mono = right.iter().all(|sample| *sample == 0.0);
        let analyzer = self.analyzer.get_or_insert_default();
        let both = [left.as_slice(), right.as_slice()];
        let channels = if is_mono { &both[..1] } else { &both[..] };
        Some(analyzer.measure(channels, rate.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::history;
    use crate::impulse::spectrum::{SPECTRUM_FLOOR_DB, point_hz};

    #[test]
    fn what_was_recorded_is_seen_once() {
        let (mut writer, reader) = history(2, 0);
        let mut spectrum = LiveSpectrum::new(reader);
        assert_eq!(spectrum.update(48_000.0), None);
        let turn = std::f64::consts::TAU * point_hz(60) / 48_000.0;
        let sine: Vec<f32> = (0..6_000)
            .map(|i| (turn * f64::from(i)).sin() as f32)
            .collect();
        for block in sine.chunks(500) {
            writer.write(&[block]);
        }
        let levels = spectrum.update(48_000.0).expect("something");
        // A single channel is as loud as two that are alike.
        assert!(levels[60].abs() < 1.5, "{}", levels[60]);
        assert_eq!(spectrum.update(48_000.0), None);
        writer.write(&[&[0.0; 5_000], &[0.0; 5_000]]);
        let levels = spectrum.update(48_000.0).expect("something");
        assert!(levels.iter().all(|level| *level == SPECTRUM_FLOOR_DB));
    }
}

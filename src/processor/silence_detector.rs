//! How long the input has been silent, and whether the wet signal is. Audio thread.

/// Looks at the sound path's two ends, pass by pass.
#[derive(Clone, Copy, Debug)]
pub struct SilenceDetector {
    /// Samples since the last input that was not 0; `usize::MAX` when there was none.
    since: usize,
    /// Whether the wet signal of the last pass was 0 throughout.
    wet: bool,
}

impl SilenceDetector {
    /// All sound was forgotten.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            since: usize::MAX,
            wet: true,
        }
    }

    /// Takes in the input of one pass, all channels of one length. Real-time, wait-free.
    pub fn read_input(&mut self, input: &[&mut [f32]]) {
        let samples = input.first().map_or(0, |block| block.len());
        // From the end: where something sounds, the search is short.
        let last = input
            .iter()
            .filter_map(|block| block.iter().rposition(|sample| *sample != 0.0))
            .max();
        self.since = match last {
            Some(last) => samples - 1 - last,
            None => self.since.saturating_add(samples),
        };
    }

    /// Takes in the wet signal of one pass. Real-time, wait-free.
    pub fn read_wet(&mut self, wet: &[&mut [f32]]) {
        self.wet = wet
            .iter()
            .all(|block| block.iter().all(|sample| *sample == 0.0));
    }

    /// Whether the input was silent for at least `samples`, and the wet signal is.
    #[must_use]
    pub fn is_for(&self, samples: usize) -> bool {
        self.wet && self.since >= samples
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_is_counted_from_the_last_sound_of_any_channel() {
        let mut quiet = SilenceDetector::new();
        assert!(quiet.is_for(usize::MAX), "nothing was ever heard");
        quiet.read_input(&[&mut [0.0, 1.0, 0.0], &mut [0.0, 0.0, 0.0]]);
        assert!(quiet.is_for(1) && !quiet.is_for(2));
        quiet.read_input(&[&mut [0.0, 0.0], &mut [0.0, -0.0]]);
        assert!(quiet.is_for(3) && !quiet.is_for(4));
        quiet.read_input(&[&mut [0.0, 0.0], &mut [0.0, 1e-20]]);
        assert!(quiet.is_for(0) && !quiet.is_for(1));
        quiet.read_input(&[]);
        assert!(!quiet.is_for(1));
    }

    #[test]
    fn a_wet_signal_is_not_silence() {
        let mut quiet = SilenceDetector::new();
        quiet.read_wet(&[&mut [0.0, 0.0], &mut [0.0, 1e-30]]);
        assert!(!quiet.is_for(0));
        quiet.read_wet(&[&mut [0.0, -0.0]]);
        assert!(quiet.is_for(0));
    }
}

//! The last stretch of the wet signal, always recorded: what there is to be frozen.

use super::super::buffer::silence;

/// A ring of the last samples of up to two channels.
#[derive(Debug)]
pub(super) struct Recent {
    channels: [Vec<f32>; 2],
    /// Where the next sample goes.
    at: usize,
    /// Samples since all was forgotten, as far as they are still there.
    known: usize,
    /// How many channels are recorded.
    count: usize,
}

/// Numbers below this are silence: far below what can be heard, and far above denormal numbers.
const SILENCE: f32 = 1e-12;

impl Recent {
    /// For so many samples. Not real-time.
    pub fn new(samples: usize) -> Self {
        Self {
            channels: [silence(samples), silence(samples)],
            at: 0,
            known: 0,
            count: 2,
        }
    }

    /// Forgets all. Real-time; what is older is not read again.
    pub fn clear(&mut self) {
        self.known = 0;
    }

    /// Records what is heard. Real-time.
    pub fn record(&mut self, wet: &[&mut [f32]]) {
        let samples = wet.first().map_or(0, |block| block.len());
        let size = self.channels[0].len();
        self.count = wet.len();
        for (ring, block) in self.channels.iter_mut().zip(wet) {
            let (mut at, mut rest) = (self.at, &**block);
            while !rest.is_empty() {
                let count = rest.len().min(size - at);
                ring[at..at + count].copy_from_slice(&rest[..count]);
                (at, rest) = ((at + count) % size, &rest[count..]);
            }
        }
        self.at = (self.at + samples) % size;
        self.known = (self.known + samples).min(size);
    }

    /// Reads one channel from `ago` samples before the newest one on; what is not known is silence. Real-time.
    pub fn read(&self, channel: usize, ago: usize, to: &mut [f32]) {
        if channel >= self.count {
            // Of another layout, before this one.
            return to.fill(0.0);
        }
        let ring = &self.channels[channel];
        let size = ring.len();
        let from = (self.at + size - ago.min(size)) % size;
        let whole = to.len().min(size - from);
        let (first, second) = to.split_at_mut(whole);
        first.copy_from_slice(&ring[from..from + whole]);
        second.copy_from_slice(&ring[..second.len()]);
        let unknown = ago.saturating_sub(self.known).min(to.len());
        to[..unknown].fill(0.0);
        for sample in &mut to[unknown..] {
            if sample.abs() < SILENCE {
                *sample = 0.0;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_gives_back_what_was_recorded_and_nothing_from_before() {
        let mut recent = Recent::new(100);
        let mut block: Vec<f32> = (0..70_u8).map(f32::from).collect();
        let mut other = vec![1.0; 70];
        recent.record(&[&mut block, &mut other]);
        recent.clear();
        for _ in 0..2 {
            recent.record(&[&mut block[..33], &mut other[..33]]);
        }
        let mut read = [9.0; 70];
        recent.read(0, 70, &mut read);
        assert_eq!(read[..5], [0.0, 0.0, 0.0, 0.0, 0.0]);
        assert_eq!(read[36..38], [32.0, 0.0]);
        assert_eq!(read[69], 32.0);
        recent.read(1, 70, &mut read);
        assert_eq!((read[3], read[4]), (0.0, 1.0));
    }
}

//! How long blocks take, as shares of their duration: the mean, the worst, and what 99 of 100 stay
//! under. Audio thread.

/// The classes of the histogram: each is a quarter of an octave wide.
const CLASSES: usize = 64;
/// The upper end of the lowest class, as a share of the deadline.
const LOWEST: f32 = 1.0 / 8192.0;
/// When this many blocks are counted, half of them are forgotten.
const MOST: u32 = 1 << 20;

/// The loads so far.
#[derive(Clone, Copy, Debug)]
pub struct CpuMeter {
    counts: [u32; CLASSES],
    total: u32,
    /// Mean, in which a block fades with a hundred newer ones.
    pub mean: f32,
    /// The worst since [`reset`](Self::reset).
    pub worst: f32,
}

impl Default for CpuMeter {
    fn default() -> Self {
        Self {
            counts: [0; CLASSES],
            total: 0,
            mean: 0.0,
            worst: 0.0,
        }
    }
}

impl CpuMeter {
    /// Enters a block. Real-time, wait-free.
    pub fn record(&mut self, share: f32) {
        self.mean += (share - self.mean) * 0.01;
        self.worst = self.worst.max(share);
        let class = (4.0 * (share / LOWEST).max(1.0).log2()).ceil() as usize;
        self.counts[class.min(CLASSES - 1)] += 1;
        self.total += 1;
        if self.total >= MOST {
            self.total = 0;
            for count in &mut self.counts {
                *count /= 2;
                self.total += *count;
            }
        }
    }

    /// What 99 of 100 blocks stay under: exact to a fifth. 0 before the first block.
    /// Real-time, wait-free: looks at 64 numbers at most.
    #[must_use]
    pub fn p99(&self) -> f32 {
        let allowed = self.total / 100;
        let mut above = 0;
        for (class, count) in self.counts.iter().enumerate().rev() {
            above += count;
            if above > allowed {
                return (LOWEST * (class as f32 / 4.0).exp2()).min(self.worst);
            }
        }
        0.0
    }

    /// Forgets all but the mean. Real-time, wait-free.
    pub fn reset(&mut self) {
        *self = Self {
            mean: self.mean,
            ..Self::default()
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slowest_of_a_hundred_is_left_out() {
        let mut loads = CpuMeter::default();
        assert_eq!(loads.p99(), 0.0);
        for block in 0..1000 {
            loads.record(if block % 200 == 0 { 0.5 } else { 0.01 });
        }
        assert!((0.01..0.012).contains(&loads.p99()), "{}", loads.p99());
        assert_eq!(loads.worst, 0.5);
        for _ in 0..50 {
            loads.record(0.2);
        }
        assert!((0.2..0.24).contains(&loads.p99()), "{}", loads.p99());
        loads.reset();
        assert_eq!((loads.p99(), loads.worst), (0.0, 0.0));
    }

    #[test]
    fn counting_for_ever_overflows_nothing() {
        let mut loads = CpuMeter::default();
        for _ in 0..3 * MOST {
            loads.record(0.001);
        }
        assert!(loads.total < MOST);
        assert!((0.000_99..=0.001).contains(&loads.p99()));
    }
}

//! How long everything is that the freeze works with, by the sample rate.

/// The length of a frame at 44.1 and 48 kHz: 171 ms there.
const FRAME: usize = 8192;

/// All lengths, in samples. They grow with the rate, so that they stay the same in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sizes {
    /// A frame, whose spectrum is taken; a power of two.
    pub frame: usize,
    /// From one frame to the next, half a frame.
    pub hop: usize,
    /// From the switch to the first frame.
    pub opening: usize,
    /// What is kept of the past when a sound is frozen.
    pub past: usize,
    /// A cross-fade, 21 ms.
    pub fade: usize,
    /// How much of the past is looked for further back.
    pub template: usize,
    /// How many places it is looked for at, one beside the other.
    pub range: usize,
    /// Every so many samples are looked at first.
    pub thin: usize,
}

impl Sizes {
    /// The sizes at a rate in Hz.
    pub fn at(rate: f32) -> Self {
        let mut frame = FRAME;
        // The power of two next to the rate, as a ratio to 48 kHz.
        while frame < 1 << 16 && rate > 67_882.0 * frame as f32 / FRAME as f32 {
            frame *= 2;
        }
        while frame > 2048 && rate < 33_941.0 * frame as f32 / FRAME as f32 {
            frame /= 2;
        }
        Self {
            frame,
            hop: frame / 2,
            opening: frame,
            past: frame + frame / 2,
            fade: frame / 8,
            template: frame / 8,
            range: frame / 4,
            thin: (frame / 1024).max(4),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_about_as_long_at_every_rate() {
        for (rate, frame) in [
            (8_000.0, 2048),
            (22_050.0, 4096),
            (44_100.0, 8192),
            (48_000.0, 8192),
            (88_200.0, 16_384),
            (96_000.0, 16_384),
            (192_000.0, 32_768),
            (384_000.0, 65_536),
            (768_000.0, 65_536),
        ] {
            assert_eq!(Sizes::at(rate).frame, frame, "{rate} Hz");
        }
    }
}

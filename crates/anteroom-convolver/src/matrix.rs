//! Which input reaches which output through which channel of the impulse.
//!
//! Plain data; made off the audio thread, read while a kernel is prepared.

/// The channel layouts of the plug-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Layout {
    /// One input, one output.
    Mono,
    /// One input, two outputs.
    MonoToStereo,
    /// Two inputs, two outputs.
    Stereo,
}

impl Layout {
    /// Number of input channels.
    pub fn inputs(self) -> usize {
        match self {
            Self::Mono | Self::MonoToStereo => 1,
            Self::Stereo => 2,
        }
    }

    /// Number of output channels.
    pub fn outputs(self) -> usize {
        match self {
            Self::Mono => 1,
            Self::MonoToStereo | Self::Stereo => 2,
        }
    }
}

/// One way from an input to an output.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Path {
    /// Index of the input channel.
    pub input: usize,
    /// Index of the output channel.
    pub output: usize,
    /// Index into the channels of the impulse.
    pub channel: usize,
    /// Linear gain.
    pub gain: f32,
}

/// All the ways from the inputs to the outputs. Paths that share both ends add up.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    /// Number of input channels.
    pub inputs: usize,
    /// Number of output channels.
    pub outputs: usize,
    /// The paths, in any order.
    pub paths: Vec<Path>,
}

impl Matrix {
    /// The matrix of a layout for an impulse of 1, 2 or 4 channels.
    ///
    /// * Stereo: one channel serves both sides; two are left and right; four are
    ///   left to left, left to right, right to left, right to right.
    /// * Mono to stereo: the one input is both the left and the right of the stereo rule.
    /// * Mono: the mean of the two outputs of mono to stereo.
    ///
    /// Three channels are used as two, more than four as four, and none gives no path.
    pub fn for_layout(layout: Layout, impulse_channels: usize) -> Self {
        // The stereo rule: (input, output, channel).
        let stereo: &[(usize, usize, usize)] = match impulse_channels {
            0 => &[],
            1 => &[(0, 0, 0), (1, 1, 0)],
            2 | 3 => &[(0, 0, 0), (1, 1, 1)],
            _ => &[(0, 0, 0), (0, 1, 1), (1, 0, 2), (1, 1, 3)],
        };
        let paths = stereo
            .iter()
            .map(|&(input, output, channel)| match layout {
                Layout::Stereo => Path {
                    input,
                    output,
                    channel,
                    gain: 1.0,
                },
                Layout::MonoToStereo => Path {
                    input: 0,
                    output,
                    channel,
                    gain: 1.0,
                },
                Layout::Mono => Path {
                    input: 0,
                    output: 0,
                    channel,
                    gain: 0.5,
                },
            })
            .collect();
        Self {
            inputs: layout.inputs(),
            outputs: layout.outputs(),
            paths,
        }
    }

    /// The same ways for several impulses at once, each to outputs of its own: the channels of the impulses follow each
    /// other, `channels` of each, and so do their outputs.
    #[must_use]
    pub fn repeated(&self, impulses: usize, channels: usize) -> Self {
        let of = |impulse: usize| {
            self.paths.iter().map(move |path| Path {
                output: path.output + impulse * self.outputs,
                channel: path.channel + impulse * channels,
                ..*path
            })
        };
        Self {
            inputs: self.inputs,
            outputs: self.outputs * impulses,
            paths: (0..impulses).flat_map(of).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mono_is_the_mean_of_mono_to_stereo() {
        for channels in [1, 2, 4] {
            let wide = Matrix::for_layout(Layout::MonoToStereo, channels);
            let mono = Matrix::for_layout(Layout::Mono, channels);
            for channel in 0..channels {
                let of = |matrix: &Matrix| -> f32 {
                    matrix
                        .paths
                        .iter()
                        .filter(|p| p.channel == channel)
                        .map(|p| p.gain)
                        .sum()
                };
                assert_eq!(of(&mono), of(&wide) / 2.0);
            }
        }
    }

    #[test]
    fn several_impulses_have_outputs_of_their_own() {
        let matrix = Matrix::for_layout(Layout::Stereo, 2).repeated(3, 2);
        let ends = matrix.paths.iter();
        let ends: Vec<_> = ends.map(|p| (p.channel, p.input, p.output)).collect();
        assert_eq!((matrix.inputs, matrix.outputs), (2, 6));
        let wanted = [
            (0, 0, 0),
            (1, 1, 1),
            (2, 0, 2),
            (3, 1, 3),
            (4, 0, 4),
            (5, 1, 5),
        ];
        assert_eq!(ends, wanted);
    }

    #[test]
    fn true_stereo_crosses_over() {
        let matrix = Matrix::for_layout(Layout::Stereo, 4);
        let ends: Vec<_> = matrix
            .paths
            .iter()
            .map(|p| (p.channel, p.input, p.output))
            .collect();
        assert_eq!(ends, [(0, 0, 0), (1, 0, 1), (2, 1, 0), (3, 1, 1)]);
    }
}

//! The controls of shaping: their ranges and defaults, and what can be asked of a set of them. Any thread.

use std::ops::RangeInclusive;

#[cfg(doc)]
use super::trim_with;

/// Makes [`Shape`] of one line for each of its values.
macro_rules! shape_fields {
    ($( $(#[$doc:meta])+ $field:ident: $value:ty = $default:literal $(in $range:expr)?, )+) => {
        /// What is done to an impulse, in the units of the parameters.
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct Shape {
            $($(#[$doc])+ pub $field: $value,)+
        }

        impl Default for Shape {
            fn default() -> Self {
                Self { $($field: $default),+ }
            }
        }

        /// A shape as numbers that can be compared and hashed exactly.
        pub type ShapeBits = [u32; [$(stringify!($field)),+].len()];

        impl Shape {
            /// Every value within its range; what is not a number becomes the default.
            #[must_use]
            pub fn clamped(mut self) -> Self {
                $($( self.$field = fit(self.$field, $range, $default); )?)+
                self
            }

            /// All of it as bits: equal if the shapes are, to the last bit.
            #[must_use]
            pub fn bits(&self) -> ShapeBits {
                [$(self.$field.key()),+]
            }
        }
    };
}

shape_fields! {
    /// Cut away from the beginning, in ms.
    start_ms: f32 = 0.0 in 0.0..=500.0,
    /// How much of the length is kept, in percent.
    length_percent: f32 = 100.0 in 1.0..=100.0,
    /// The fade-in, in ms.
    attack_ms: f32 = 0.0 in 0.0..=500.0,
    /// The reverberation time in relation to the file's, in percent.
    decay_percent: f32 = 100.0 in 25.0..=400.0,
    /// The stretch in time, in percent: a larger room, lower in pitch.
    size_percent: f32 = 100.0 in 50.0..=200.0,
    /// The reverberation time at high frequencies in relation to the rest, in percent.
    damping_percent: f32 = 100.0 in 25.0..=100.0,
    /// The reverberation time of the octave at 63 Hz, in percent of what decay and damping make it.
    decay_63_percent: f32 = 100.0 in 25.0..=400.0,
    /// The reverberation time of the octave at 125 Hz, in percent of what decay and damping make it.
    decay_125_percent: f32 = 100.0 in 25.0..=400.0,
    /// The reverberation time of the octave at 250 Hz, in percent of what decay and damping make it.
    decay_250_percent: f32 = 100.0 in 25.0..=400.0,
    /// The reverberation time of the octave at 500 Hz, in percent of what decay and damping make it.
    decay_500_percent: f32 = 100.0 in 25.0..=400.0,
    /// The reverberation time of the octave at 1 kHz, in percent of what decay and damping make it.
    decay_1k_percent: f32 = 100.0 in 25.0..=400.0,
    /// The reverberation time of the octave at 2 kHz, in percent of what decay and damping make it.
    decay_2k_percent: f32 = 100.0 in 25.0..=400.0,
    /// The reverberation time of the octave at 4 kHz, in percent of what decay and damping make it.
    decay_4k_percent: f32 = 100.0 in 25.0..=400.0,
    /// The reverberation time of the octave at 8 kHz, in percent of what decay and damping make it.
    decay_8k_percent: f32 = 100.0 in 25.0..=400.0,
    /// Gain of the early reflections in dB; at -60 they are silent.
    early_db: f32 = 0.0 in -60.0..=12.0,
    /// Gain of the tail in dB; at -60 it is silent.
    tail_db: f32 = 0.0 in -60.0..=12.0,
    /// How much later the tail comes, in ms.
    gap_ms: f32 = 0.0 in 0.0..=200.0,
    /// Where the tail begins after the onset, in ms; 0 is the measured mixing time.
    split_ms: f32 = 0.0 in 0.0..=250.0,
    /// How much of the length is kept, in s, in place of `length_percent`; 0 leaves it to that.
    length_s: f32 = 0.0 in 0.0..=360.0,
    /// From how far away it is heard, in percent: -100 is a quarter of the distance, 100 four times.
    distance_percent: f32 = 0.0 in -100.0..=100.0,
    /// The impulse backwards, without the inaudible beginning that its end would be.
    reverse: bool = false,
    /// Pink noise comes out as loud as it went in.
    normalize: bool = true,
    /// Its tail is to move, for which it is [taken apart](super::trim_apart_with). The impulse itself stays as it is.
    moves: bool = false,
}

/// The bits of one value.
trait Key {
    fn key(self) -> u32;
}

impl Key for f32 {
    fn key(self) -> u32 {
        self.to_bits()
    }
}

impl Key for bool {
    fn key(self) -> u32 {
        self.into()
    }
}

fn fit(value: f32, range: RangeInclusive<f32>, default: f32) -> f32 {
    if value.is_nan() {
        default
    } else {
        value.clamp(*range.start(), *range.end())
    }
}

impl Shape {
    /// The part of it that the decay stage depends on; what [`trim_with`] alone looks at is at its default.
    #[must_use]
    pub fn decay_part(&self) -> Self {
        let Self {
            early_db,
            tail_db,
            gap_ms,
            split_ms,
            distance_percent,
            length_percent,
            length_s,
            attack_ms,
            reverse,
            normalize,
            moves,
            ..
        } = Self::default();
        Self {
            early_db,
            tail_db,
            gap_ms,
            split_ms,
            distance_percent,
            length_percent,
            length_s,
            attack_ms,
            reverse,
            normalize,
            moves,
            ..*self
        }
    }

    /// What the octaves' own controls say, from 63 Hz to 8 kHz, in percent.
    #[must_use]
    pub fn octaves(&self) -> [f32; 8] {
        [
            self.decay_63_percent,
            self.decay_125_percent,
            self.decay_250_percent,
            self.decay_500_percent,
            self.decay_1k_percent,
            self.decay_2k_percent,
            self.decay_4k_percent,
            self.decay_8k_percent,
        ]
    }

    /// Whether size, decay or damping move samples or remake them. Otherwise every sample that is kept stays as
    /// it is, and [`trim_with`] does all there is to do.
    #[must_use]
    pub fn has_decay_stage(&self) -> bool {
        let shape = self.clamped();
        shape.size_percent != 100.0 || shape.redecays()
    }

    /// Whether it has another reverberation time.
    pub(super) fn redecays(&self) -> bool {
        let all = [self.decay_percent, self.damping_percent];
        all.into_iter()
            .chain(self.octaves())
            .any(|percent| percent != 100.0)
    }
}

//! What comes in at the door: samples that no converter could have made are replaced by silence
//! and counted, so that one bad block can not poison a reverb tail of ten seconds. Audio thread.

/// The largest input that is taken for sound: +120 dB over full scale.
pub const LOUDEST: f32 = 1e6;

/// Smaller inputs than this are silence: below -600 dBFS, where only denormals live.
const FAINTEST: f32 = 1e-30;

/// Replaces NaN, infinities and samples beyond [`LOUDEST`] by 0 in `samples` and returns how many
/// there were. Denormals become 0 as well, but are not counted: they are no fault of the host.
/// Real-time, wait-free.
pub fn repair(samples: &mut [f32]) -> u32 {
    let mut repaired = 0;
    for sample in samples {
        let size = sample.abs();
        // A comparison with NaN is false, so NaN is among the bad samples.
        let sound = size <= LOUDEST;
        repaired += u32::from(!sound);
        // Written in any case: a loop without branches is compiled to vectors.
        let kept = sound & (size >= FAINTEST);
        *sample = if kept { *sample } else { 0.0 };
    }
    repaired
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_and_counts_what_is_not_sound() {
        let mut block = [
            0.5,
            f32::NAN,
            f32::INFINITY,
            f32::NEG_INFINITY,
            1.1e6,
            -1e6,
            1e-40,
        ];
        assert_eq!(repair(&mut block), 4);
        assert_eq!(block, [0.5, 0.0, 0.0, 0.0, 0.0, -1e6, 0.0]);
    }
}

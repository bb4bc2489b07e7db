//! The same impulse at another sample rate.
//!
//! Off the audio thread. The conversion is rubato's synchronous FFT resampler in double precision:
//! no interpolation between filter phases, its delay removed and its tail flushed. The samples are
//! scaled by old rate / new rate, because a convolution sums over samples: twice as many of them
//! would otherwise be twice as loud.

use std::sync::atomic::{AtomicUsize, Ordering};

use rubato::audioadapter_buffers::owned::InterleavedOwned;
use rubato::{Fft, FixedSync, Resampler, WindowFunction};

use super::aside::side_by_side;
use super::{Impulse, ImpulseError};

/// The length of the anti-aliasing filter, in samples of the input: long enough for a cut-off
/// within 2 % of the lower Nyquist frequency.
const FILTER: usize = 2048;

/// The impulse at `rate` Hz: `ceil(frames * rate / old rate)` samples, as loud in a convolution as
/// the original. At its own rate it comes back bit for bit.
///
/// # Errors
/// [`ImpulseError::Unsupported`] if either rate is 0.
pub fn resample(impulse: &Impulse, rate: u32) -> Result<Impulse, ImpulseError> {
    resample_with(impulse, rate, &|| false, &|_| ())
}

/// The same, given up as soon as `cancelled` says that nobody wants it any more. It is asked before
/// each channel. `told` hears after each how much is done, 0..=1, on whichever thread did it.
///
/// # Errors
/// As [`resample`], and [`ImpulseError::Cancelled`].
pub fn resample_with(
    impulse: &Impulse,
    rate: u32,
    cancelled: &dyn Fn() -> bool,
    told: &(dyn Fn(f32) + Sync),
) -> Result<Impulse, ImpulseError> {
    if impulse.rate == rate {
        return Ok(impulse.clone());
    }
    let gain = f64::from(impulse.rate) / f64::from(rate.max(1));
    let count = impulse.channels.len() as f32;
    let converted_so_far = AtomicUsize::new(0);
    let mut converted: Vec<_> = impulse
        .channels
        .iter()
        .map(|channel| (channel, None))
        .collect();
    let done = side_by_side(
        &mut converted,
        cancelled,
        |_, (channel, result), cancelled| {
            if cancelled() {
                return None;
            }
            *result = Some(convert(channel, impulse.rate, rate, gain));
            // ORDERING: Relaxed, a number to show.
            let before = converted_so_far.fetch_add(1, Ordering::Relaxed);
            told((before + 1) as f32 / count);
            Some(())
        },
    );
    done.ok_or(ImpulseError::Cancelled)?;
    let channels: Result<Vec<_>, _> = converted.into_iter().filter_map(|(_, made)| made).collect();
    Ok(Impulse {
        channels: channels?,
        rate,
    })
}

/// One channel from one rate to another, every sample multiplied by `gain`.
pub(super) fn convert(
    samples: &[f32],
    from: u32,
    to: u32,
    gain: f64,
) -> Result<Vec<f32>, ImpulseError> {
    let fail = |reason: String| ImpulseError::unsupported("resampling", reason);
    let mut resampler = Fft::<f64>::new_custom(
        from as usize,
        to as usize,
        FILTER,
        1,
        1,
        WindowFunction::BlackmanHarris2,
        FixedSync::Input,
    )
    .map_err(|error| fail(error.to_string()))?;
    let input: Vec<f64> = samples.iter().map(|&sample| f64::from(sample)).collect();
    let frames = input.len();
    let input = InterleavedOwned::new_from(input, 1, frames).map_err(|e| fail(e.to_string()))?;
    let output = resampler.process_all(&input, frames, None);
    let output = output.map_err(|error| fail(error.to_string()))?.take_data();
    // Rubato's length comes from a floating-point ratio; ours is exact.
    let wanted = (frames as u64 * u64::from(to)).div_ceil(u64::from(from.max(1))) as usize;
    let mut output: Vec<f32> = output
        .iter()
        .map(|&sample| (sample * gain) as f32)
        .collect();
    output.resize(wanted.max(1), 0.0);
    Ok(output)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[test]
    fn resampling_tells_how_many_channels_are_done() {
        let impulse = Impulse {
            channels: vec![vec![0.5; 4800]; 4],
            rate: 44_100,
        };
        let shares = Mutex::new(Vec::new());
        let told = |share| shares.lock().expect("no panic").push(share);
        let made = resample_with(&impulse, 48_000, &|| false, &told).expect("two good rates");
        assert_eq!(made.channels.len(), 4);
        let mut shares = shares.into_inner().expect("no panic");
        // Two threads may tell in another order than they count.
        shares.sort_by(f32::total_cmp);
        assert_eq!(shares, [0.25, 0.5, 0.75, 1.0]);
    }
}

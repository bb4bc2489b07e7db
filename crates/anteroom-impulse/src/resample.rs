//! The same impulse at another sample rate.
//!
//! Off the audio thread. The conversion is rubato's synchronous FFT resampler in double precision:
//! no interpolation between filter phases, its delay removed and its tail flushed. The samples are
//! scaled by old rate / new rate, because a convolution sums over samples: twice as many of them
//! would otherwise be twice as loud.

use std::sync::atomic::{AtomicUsize, Ordering};

use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Indexing, Resampler, WindowFunction};

use super::parallel::for_each_parallel;
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

/// The same, given up as soon as `cancelled` says that nobody wants it any more. It is asked every
/// few milliseconds. Beside what comes out it takes little memory, however long the impulse is. `told` hears after each how much is done, 0..=1, on whichever thread did it.
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
    let done = for_each_parallel(
        &mut converted,
        cancelled,
        |_, (channel, result), cancelled| {
            let made = convert(channel, (impulse.rate, rate), gain, cancelled);
            if made == Err(ImpulseError::Cancelled) {
                return None;
            }
            *result = Some(made);
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

/// One channel from one rate to another, every sample multiplied by `gain`, piece by piece.
///
/// # Errors
/// As [`resample_with`].
pub(super) fn convert(
    samples: &[f32],
    (from, to): (u32, u32),
    gain: f64,
    cancelled: &dyn Fn() -> bool,
) -> Result<Vec<f32>, ImpulseError> {
    let fail = |reason: String| ImpulseError::unsupported("resampling", reason);
    if cancelled() {
        return Err(ImpulseError::Cancelled);
    }
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
    let frames = samples.len();
    // Rubato's length comes from a floating-point ratio; ours is exact.
    let wanted = (frames as u64 * u64::from(to)).div_ceil(u64::from(from.max(1))) as usize;
    let most = ((resampler.resample_ratio() * frames as f64).ceil() as usize).min(wanted.max(1));
    let mut output: Vec<f32> = Vec::new();
    output
        .try_reserve_exact(wanted.max(1))
        .map_err(|_| fail("there is not enough memory for it".into()))?;
    // What comes before the first sample is the filter's delay.
    let mut delay = resampler.output_delay();
    let piece = resampler.input_frames_next();
    let mut came = vec![0.0; piece];
    let mut went = vec![0.0; resampler.output_frames_max()];
    let mut pieces = samples.chunks(piece);
    while output.len() < most {
        if cancelled() {
            return Err(ImpulseError::Cancelled);
        }
        // After the end comes silence, until the filter has let everything go.
        let next = pieces.next().unwrap_or_default();
        for (slot, &sample) in came.iter_mut().zip(next) {
            *slot = f64::from(sample);
        }
        let indexing = Indexing {
            input_offset: 0,
            output_offset: 0,
            active_channels_mask: None,
            partial_len: (next.len() < piece).then_some(next.len()),
        };
        let room = went.len();
        let input = InterleavedSlice::new(&came[..], 1, piece);
        let input = input.map_err(|error| fail(error.to_string()))?;
        let target = InterleavedSlice::new_mut(&mut went[..], 1, room);
        let mut target = target.map_err(|error| fail(error.to_string()))?;
        let (_, made) = resampler
            .process_into_buffer(&input, &mut target, Some(&indexing))
            .map_err(|error| fail(error.to_string()))?;
        let skipped = delay.min(made);
        delay -= skipped;
        let left = most - output.len();
        let made = went[skipped..made].iter().take(left);
        output.extend(made.map(|&sample| (sample * gain) as f32));
    }
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

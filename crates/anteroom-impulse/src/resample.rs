//! The same impulse at another sample rate.
//!
//! Off the audio thread, and the same bits on every machine. A sharp filter without phase takes away what one of the
//! two rates can not hold, in blocks of a transform of our own, and leaves twice as many samples as the lower rate
//! needs (`band_limiter`). From those a short kernel of one of many phases makes each sample that is asked for
//! (`interpolator`). Both filter with kernels of `kaiser`. Nothing is delayed by as much as a thousandth of a sample;
//! up to 98 % of half the lower rate the ripple is below 0.001 dB, and from half the lower rate on everything is 130 dB
//! softer.
//!
//! `stream` does the same to a recording that is played, piece by piece from anywhere, and does not scale it.
//!
//! The samples are scaled by old rate / new rate, because a convolution sums over samples: twice as many of them
//! would otherwise be twice as loud.
//!
//! A filter without phase rings before a sound as well as after it, and before the first sample there is no room. An
//! impulse that begins with its loudest sample would lose 2.5 dB from 48 to 96 kHz. So the first sample stays one
//! sample, which is the same at both rates and rings not at all, and what the others ring before the beginning is
//! turned round there, which keeps its energy.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::parallel::for_each_parallel;
use super::{Impulse, ImpulseError};

mod band_limiter;
mod interpolator;
pub(crate) mod kaiser;
mod stream;

use band_limiter::BandLimiter;
use interpolator::Interpolator;
pub use stream::StreamResampler;

/// The impulse at `rate` Hz: `ceil(frames * rate / old rate)` samples, as loud in a convolution as
/// the original. At its own rate it comes back bit for bit.
///
/// # Errors
/// [`ImpulseError::Unsupported`] if either rate is 0.
pub fn resample(impulse: &Impulse, rate: u32) -> Result<Impulse, ImpulseError> {
    resample_with(impulse, rate, &|| false, &|_| ())
}

/// The same, given up as soon as `cancelled` says that nobody wants it any more. It is asked every
/// few milliseconds. Beside what comes out it takes little memory, however long the impulse is. `told` hears after
/// each channel how much is done, 0..=1, on whichever thread did it.
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
    let fail = |reason: &str| ImpulseError::unsupported("resampling", reason);
    if cancelled() {
        return Err(ImpulseError::Cancelled);
    }
    if from == 0 || to == 0 {
        return Err(fail("a sample rate of 0 Hz"));
    }
    let wanted = (samples.len() as u64 * u64::from(to)).div_ceil(u64::from(from)) as usize;
    let wanted = wanted.max(1);
    let mut output: Vec<f32> = Vec::new();
    output
        .try_reserve_exact(wanted)
        .map_err(|_| fail("there is not enough memory for it"))?;
    let done = convert_into((&mut output, wanted), samples, (from, to), gain, cancelled);
    done.ok_or(ImpulseError::Cancelled)?;
    Ok(output)
}

/// The same, into memory that is there, so many samples. `None` if cancelled.
fn convert_into(
    (output, wanted): (&mut Vec<f32>, usize),
    samples: &[f32],
    (from, to): (u32, u32),
    gain: f64,
    cancelled: &dyn Fn() -> bool,
) -> Option<()> {
    // The first one is put there at the end.
    let first = samples.first().copied().unwrap_or_default();
    let mut limiter = BandLimiter::new(samples, (from, to), gain, cancelled)?;
    let before = (limiter.lead() as u64 * u64::from(to) / u64::from(from)) as usize;
    let mut interpolator = Interpolator::new((from, to), &limiter, before);
    // What rings before the beginning, the farthest first.
    let mut rung: Vec<f32> = Vec::with_capacity(before);
    while output.len() < wanted {
        if cancelled() {
            return None;
        }
        limiter.next(cancelled)?;
        interpolator.take(limiter.made(), |sample| {
            if rung.len() < before {
                rung.push(sample);
            } else if output.len() < wanted {
                output.push(sample);
            }
        });
    }
    for (sample, rung) in output.iter_mut().skip(1).zip(rung.iter().rev()) {
        *sample += rung;
    }
    if let Some(sample) = output.first_mut() {
        *sample += (f64::from(first) * gain * f64::from(to) / f64::from(from)) as f32;
    }
    Some(())
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

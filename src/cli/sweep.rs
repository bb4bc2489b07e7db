//! `anteroom sweep`: what is played into a room to record it.

use std::path::PathBuf;

use anteroom::impulse::capture::{CaptureError, Sweep, SweepSpec};

use super::Fail;
use super::output::{Bits, WavFile};
use super::progress::progress;

/// Frames that are written at once.
const BLOCK: usize = 1 << 16;

/// What `sweep` is told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The WAV file to write; `-` is standard output.
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,
    /// How long the sweep lasts, 1 to 100 s. It is a little more or less, so that harmonics can be told apart.
    #[arg(long, value_name = "S", default_value_t = 20.0)]
    seconds: f64,
    /// The lowest and the highest frequency in Hz; by default 10 Hz to 0.47 of the rate. A recording of another range
    /// needs the sweep's file to be deconvolved.
    #[arg(long, value_name = "LOW-HIGH", value_parser = range)]
    range: Option<(f64, f64)>,
    /// The level of its peaks in dB of full scale, -60 to 0.
    #[arg(
        long,
        value_name = "DB",
        default_value_t = -12.0,
        allow_negative_numbers = true
    )]
    level: f64,
    /// The sample rate in Hz, 8000 to 384000.
    #[arg(long, value_name = "HZ", default_value_t = 48_000)]
    rate: u32,
    /// 1 for one loudspeaker; 2 for two, the left one first and then the right one.
    #[arg(long, default_value = "1", value_parser = ["1", "2"])]
    channels: String,
    /// The sample format.
    #[arg(long, value_enum, default_value = "24")]
    bits: Bits,
}

/// Reads `LOW-HIGH`: `20-20000`, `20-20k`, `20 Hz - 20 kHz`.
fn range(text: &str) -> Result<(f64, f64), String> {
    let hertz = |text: &str| {
        let text = text.trim().to_ascii_lowercase();
        let text = text.strip_suffix("hz").unwrap_or(&text).trim_end();
        let (number, unit) = match text.strip_suffix('k') {
            Some(number) => (number.trim_end(), 1000.0),
            None => (text, 1.0),
        };
        let value: f64 = number.parse().ok()?;
        value.is_finite().then_some(value * unit)
    };
    let both = text.split_once('-');
    both.and_then(|(low, high)| Some((hertz(low)?, hertz(high)?)))
        .ok_or_else(|| "it is LOW-HIGH in Hz, as 20-20000".into())
}

/// Writes a sweep.
pub fn run(args: &Args) -> Result<(), Fail> {
    let default = SweepSpec::new(args.rate);
    let (low_hz, high_hz) = args.range.unwrap_or((default.low_hz, default.high_hz));
    let spec = SweepSpec {
        seconds: args.seconds,
        low_hz,
        high_hz,
        level_db: args.level,
        rate: args.rate,
        passes: args.channels.parse().unwrap_or(1),
    };
    let sweep = Sweep::new(spec).map_err(|error| match error {
        CaptureError::Sweep(reason) => Fail::Usage(reason),
        other => Fail::input(other),
    })?;
    let channels = sweep.channels();
    let mut wav = WavFile::new(&args.output, args.rate, channels as u16, args.bits)?;
    let bar = progress(sweep.frames(), &args.output);
    let mut rows = vec![vec![0.0_f32; BLOCK]; channels];
    for from in (0..sweep.frames()).step_by(BLOCK) {
        let count = BLOCK.min(sweep.frames() - from);
        for (channel, row) in rows.iter_mut().enumerate() {
            sweep.fill(channel, from, &mut row[..count]);
        }
        wav.append(&rows, count)?;
        bar.set_position((from + count) as u64);
    }
    bar.finish_and_clear();
    wav.finish()?;
    let each = if channels == 2 { ", twice" } else { "" };
    eprintln!(
        "note: a sweep of {:.2} s{each}, {:.1} s in all with marks and silence",
        sweep.seconds(),
        sweep.frames() as f64 / f64::from(args.rate),
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::range;

    #[test]
    fn a_range_is_read_as_people_write_it() {
        for text in ["20-20000", "20-20k", " 20 Hz - 20 kHz", "20hz-20KHZ"] {
            assert_eq!(range(text), Ok((20.0, 20_000.0)), "{text}");
        }
        for text in ["", "20", "20-", "a-b", "20-inf", "-20-40"] {
            assert!(range(text).is_err(), "{text}");
        }
    }
}

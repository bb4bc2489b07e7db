//! `anteroom deconvolve`: from the recording of a sweep, a pistol or a balloon to an impulse.

use std::path::PathBuf;

use anteroom::impulse::analyze;
use anteroom::impulse::capture::{Capture, CaptureError, Played, Quality, Trim};
use anteroom::impulse::capture::{deconvolve, from_shot};
use clap::ValueEnum;
use serde_json::{Value, json};

use super::input::{is_piped, recording};
use super::output::{Bits, WavFile, is_stream, say};
use super::progress::progress;
use super::{Fail, plot};

/// What `deconvolve` is told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The recording, of one microphone or two; `-` is standard input.
    #[arg(value_name = "RECORDING")]
    recording: PathBuf,
    /// The WAV file to write the impulse to; `-` is standard output.
    #[arg(short, long, value_name = "IR")]
    output: PathBuf,
    /// The file that was played, where it is not a sweep of the default range and level. Any sweep will do.
    #[arg(long, value_name = "FILE")]
    sweep: Option<PathBuf>,
    /// The recording is of a starter pistol, a balloon or a clap: it is trimmed, not deconvolved.
    #[arg(long, conflicts_with = "sweep")]
    impulse: bool,
    /// Begin shortly before the sound and fade out where it sinks into the noise, or leave the ends as they are.
    #[arg(long, value_enum, default_value = "auto")]
    trim: Trims,
    /// Print what was found as JSON: latency, drift, harmonics, signal to noise by octaves.
    #[arg(long)]
    json: bool,
    /// Draw waveform, decay curves and spectrogram of the impulse into a .png or .svg file.
    #[arg(long, value_name = "FILE")]
    plot: Option<PathBuf>,
}

/// What is done to the ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Trims {
    Auto,
    None,
}

/// Parts of the work, for the progress bar.
const PARTS: usize = 100;

/// Makes an impulse of a recording.
pub fn run(args: &Args) -> Result<(), Fail> {
    let kind = args.plot.as_deref().map(plot::Kind::of).transpose()?;
    if args.json && is_stream(&args.output) {
        let reason = "-o - and --json both write to standard output: choose one";
        return Err(Fail::Usage(reason.into()));
    }
    if args.sweep.as_deref().is_some_and(is_piped) && is_piped(&args.recording) {
        let reason = "standard input can be read once, and '-' is there twice";
        return Err(Fail::Usage(reason.into()));
    }
    let played = match &args.sweep {
        Some(path) => Played::File(recording(path)?),
        None => Played::Default,
    };
    let recorded = recording(&args.recording)?;
    let bar = progress(PARTS, &args.output);
    let told = |share: f32| bar.set_position((share * PARTS as f32) as u64);
    let trim = match args.trim {
        Trims::Auto => Trim::Auto,
        Trims::None => Trim::None,
    };
    let watch: (&dyn Fn() -> bool, &dyn Fn(f32)) = (&|| false, &told);
    let made = match args.impulse {
        true => from_shot(recorded, trim, watch),
        false => deconvolve(recorded, &played, trim, watch),
    };
    bar.finish_and_clear();
    let made = made.map_err(|error| refused(args, &error))?;
    let impulse = &made.impulse;
    let channels = impulse.channels.len() as u16;
    let mut wav = WavFile::new(&args.output, impulse.rate, channels, Bits::Float)?;
    wav.append(&impulse.channels, impulse.frames())?;
    if let (Some(path), Some(kind)) = (&args.plot, kind) {
        let name = args.output.file_name().unwrap_or_default();
        let analysis = analyze(impulse);
        plot::draw(path, kind, &name.to_string_lossy(), impulse, &analysis)?;
    }
    wav.finish()?;
    report(args, &made)
}

/// A refusal that names the file.
fn refused(args: &Args, error: &CaptureError) -> Fail {
    let name = match is_piped(&args.recording) {
        true => "standard input".into(),
        false => args.recording.display().to_string(),
    };
    Fail::Input(format!("{name} is not usable: {error}"))
}

/// Says what was found.
fn report(args: &Args, made: &Capture) -> Result<(), Fail> {
    if args.json {
        let impulse = &made.impulse;
        let report: Value = json!({
            "recording": args.recording.display().to_string(),
            "output": args.output.display().to_string(),
            "rate": impulse.rate,
            "channels": impulse.channels.len(),
            "frames": impulse.frames(),
            "seconds": impulse.seconds(),
            "quality": made.quality,
            "notes": made.notes,
        });
        return say(&format!("{report:#}"));
    }
    for note in &made.notes {
        eprintln!("note: {note}");
    }
    // The sound itself may be on standard output.
    eprint!("{}", table(made));
    Ok(())
}

/// What was found, as people read it; `-` is not known.
fn table(made: &Capture) -> String {
    let (impulse, quality) = (&made.impulse, &made.quality);
    let mut text = format!(
        "{} channels, {} Hz, {:.3} s; the recording's peak is {:.1} dB\n",
        impulse.channels.len(),
        impulse.rate,
        impulse.seconds(),
        quality.recorded_peak_db,
    );
    text += &played(quality);
    for (number, channel) in quality.channels.iter().enumerate() {
        text += &format!(
            "channel {}: peak {:.1} dB, above the noise in dB: all {}",
            number + 1,
            channel.peak_db,
            decimals(channel.snr_db, 0),
        );
        for octave in &channel.octaves {
            let snr = decimals(octave.snr_db, 0);
            text += &format!(", {:.0} Hz {snr}", octave.centre_hz);
        }
        text += "\n";
    }
    text
}

/// What was found of the sweep.
fn played(quality: &Quality) -> String {
    let Some(sweep) = &quality.sweep else {
        return String::new();
    };
    let drift = match (quality.drift_ppm, quality.drift_error_ppm) {
        (Some(drift), Some(error)) => format!("{drift:.3} ppm, to within {error:.3}"),
        _ => "not known".into(),
    };
    let mut text = format!(
        "sweep: {:.0} to {:.0} Hz in {:.2} s, {} of them; latency {} samples, {} ms; drift {drift}\n",
        sweep.low_hz,
        sweep.high_hz,
        sweep.seconds,
        sweep.passes,
        quality
            .latency_samples
            .map_or("-".into(), |samples| samples.to_string()),
        decimals(quality.latency_ms, 2),
    );
    if let Some(harmonics) = &quality.harmonics {
        text += &format!(
            "distortion: second harmonic {} dB, third {} dB, noise {} dB\n",
            decimals(harmonics.second_db, 1),
            decimals(harmonics.third_db, 1),
            decimals(harmonics.noise_db, 1),
        );
    }
    text
}

fn decimals(value: Option<f64>, digits: usize) -> String {
    value.map_or("-".into(), |value| format!("{value:.digits$}"))
}

//! `anteroom analyze`: room acoustics from an impulse response, as a table, JSON or a picture.

use std::borrow::Cow;
use std::path::PathBuf;

use anteroom::impulse::analyze::{Analysis, ChannelAnalysis, Measures, analyze};
use anteroom::impulse::{ChannelsAs, Repair};
use serde_json::json;

use super::input::{self, Repairs};
use super::output::say;
use super::{Fail, choice, plot};

/// What `analyze` is told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The impulse response; `-` is standard input.
    #[arg(value_name = "IR")]
    impulse: PathBuf,
    /// Measure with a constant offset taken away, or as it is; `auto` takes it away.
    #[arg(long, value_enum, default_value = "auto")]
    repair: Repairs,
    /// What the channels of a file with three or more are; without it the file's own word counts.
    #[arg(long, value_name = choice::CHANNELS_AS, value_parser = choice::channels_as)]
    channels_as: Option<ChannelsAs>,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
    /// Draw waveform, decay curves and spectrogram into a .png or .svg file.
    #[arg(long, value_name = "FILE")]
    plot: Option<PathBuf>,
}

/// Measures an impulse.
pub fn run(args: &Args) -> Result<(), Fail> {
    let kind = args.plot.as_deref().map(plot::Kind::of).transpose()?;
    let mut decoded = input::impulse(&args.impulse, args.channels_as)?;
    let is_repaired = Repair::from(args.repair).is_wanted(true);
    let note = decoded.repair_note(Some(is_repaired));
    decoded.notes.extend(note);
    let impulse = match is_repaired {
        true => decoded.repaired(),
        false => Cow::Borrowed(&decoded.impulse),
    };
    let analysis = analyze(&impulse);
    if let (Some(path), Some(kind)) = (&args.plot, kind) {
        let name = args
            .impulse
            .file_name()
            .unwrap_or_default()
            .to_string_lossy();
        plot::draw(path, kind, &name, &impulse, &analysis)?;
    }
    if args.json {
        let report = json!({
            "file": args.impulse.display().to_string(),
            "format": decoded.format,
            "notes": decoded.notes,
            "analysis": analysis,
        });
        return say(&format!("{report:#}"));
    }
    for note in &decoded.notes {
        eprintln!("note: {note}");
    }
    say(table(&analysis).trim_end())
}

/// The measures of all channels, as people read them; `-` is not measurable, and `*` stands at a T30
/// that is none after ISO 3382.
fn table(analysis: &Analysis) -> String {
    let mut text = format!(
        "{} channels, {} Hz, {} frames, {:.3} s\n",
        analysis.channels.len(),
        analysis.rate,
        analysis.frames,
        analysis.seconds
    );
    for (number, channel) in analysis.channels.iter().enumerate() {
        text += &channel_table(number + 1, channel);
    }
    if text.contains('*') {
        text += "\n* the decay is bent or cut off: less than 45 dB of it, or T20 and T30 differ by more than 10 %\n";
    }
    text
}

fn channel_table(number: usize, channel: &ChannelAnalysis) -> String {
    let mut text = format!(
        "\nchannel {number}: peak {:.1} dB, onset {:.1} ms\n{:>10} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>9} {:>8}\n",
        channel.peak_db,
        channel.onset_ms,
        "band",
        "EDT s",
        "T20 s",
        "T30 s",
        "C50 dB",
        "C80 dB",
        "D50 %",
        "Ts ms",
        "noise dB",
        "knee s",
    );
    for measures in std::iter::once(&channel.broadband).chain(&channel.bands) {
        text += &row(measures);
    }
    text
}

fn row(measures: &Measures) -> String {
    let band = match measures.centre_hz {
        None => "all".to_owned(),
        Some(centre) if centre < 100.0 => format!("{centre} Hz"),
        Some(centre) => format!("{centre:.0} Hz"),
    };
    let number = |value: Option<f64>, digits: usize| match value {
        Some(value) => format!("{value:.digits$}"),
        None => "-".to_owned(),
    };
    let t30 = match measures.t30_s {
        Some(_) if !measures.t30_is_reliable() => number(measures.t30_s, 3) + "*",
        _ => number(measures.t30_s, 3),
    };
    format!(
        "{band:>10} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>9} {:>8}\n",
        number(measures.edt_s, 3),
        number(measures.t20_s, 3),
        t30,
        number(measures.c50_db, 1),
        number(measures.c80_db, 1),
        number(measures.d50_percent, 1),
        number(measures.ts_ms, 1),
        number(measures.noise_db, 1),
        number(measures.knee_s, 2),
    )
}

//! `anteroom analyze`: room acoustics from an impulse response, as a table, JSON or a picture.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use anteroom::impulse::analyze::{
    Analysis, ChannelAnalysis, Iacc, Measures, analyze, model_mixing_time_ms,
};
use anteroom::impulse::rooms::Character;
use anteroom::impulse::{ChannelsAs, Impulse, Origin, Repair};
use serde_json::{Value, json};

use super::input::{self, Repairs};
use super::output::say;
use super::{Fail, choice, plot};

/// What `analyze` is told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The impulse response; `-` is standard input.
    #[arg(value_name = "IR", required_unless_present = "room")]
    impulse: Option<PathBuf>,
    /// Measure a built-in room; `anteroom room --list` names them.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["impulse", "repair", "channels_as"])]
    room: Option<String>,
    /// The sample rate of the built-in room in Hz.
    #[arg(long, value_name = "HZ", default_value_t = 48_000, conflicts_with = "impulse", value_parser = clap::value_parser!(u32).range(8_000..=384_000))]
    rate: u32,
    /// 1, 2 or 4 channels of the built-in room.
    #[arg(long, default_value = "2", conflicts_with = "impulse", value_parser = ["1", "2", "4"])]
    channels: String,
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

/// What is measured.
struct Subject {
    /// What it is called on a plot.
    name: String,
    impulse: Impulse,
    /// What the report says of where it comes from.
    report: Value,
    notes: Vec<String>,
    /// The mixing time that volume and surface give.
    model_mixing_time_ms: Option<f64>,
}

/// Measures an impulse.
pub fn run(args: &Args) -> Result<(), Fail> {
    let kind = args.plot.as_deref().map(plot::Kind::of).transpose()?;
    let subject = match (&args.room, &args.impulse) {
        (Some(name), _) => built_in(name, args)?,
        (None, Some(path)) => file(path, args)?,
        (None, None) => return Err(Fail::Usage("there is nothing to measure".into())),
    };
    let mut analysis = analyze(&subject.impulse);
    analysis.model_mixing_time_ms = subject.model_mixing_time_ms;
    if let (Some(path), Some(kind)) = (&args.plot, kind) {
        plot::draw(path, kind, &subject.name, &subject.impulse, &analysis)?;
    }
    if args.json {
        let mut report = subject.report;
        report["notes"] = json!(subject.notes);
        report["analysis"] = json!(analysis);
        return say(&format!("{report:#}"));
    }
    for note in &subject.notes {
        eprintln!("note: {note}");
    }
    say(table(&analysis).trim_end())
}

/// A built-in room.
fn built_in(name: &str, args: &Args) -> Result<Subject, Fail> {
    let Origin::Room(name, recipe) = choice::room(name)? else {
        return Err(Fail::Usage(format!("'{name}' is not a room")));
    };
    let channels = args.channels.parse().unwrap_or(2);
    // Only air between walls has a volume and a surface.
    let is_room = recipe.character == Character::Room;
    Ok(Subject {
        name: name.clone(),
        impulse: recipe.render(args.rate, channels),
        report: json!({ "room": name }),
        notes: Vec::new(),
        model_mixing_time_ms: is_room
            .then(|| model_mixing_time_ms(recipe.size_m))
            .flatten(),
    })
}

/// A file.
fn file(path: &Path, args: &Args) -> Result<Subject, Fail> {
    let mut decoded = input::impulse(path, args.channels_as)?;
    let is_repaired = Repair::from(args.repair).is_wanted(true);
    let note = decoded.repair_note(Some(is_repaired));
    decoded.notes.extend(note);
    let name = path.file_name().unwrap_or_default();
    let repaired = match decoded.repaired() {
        Cow::Owned(repaired) if is_repaired => Some(repaired),
        _ => None,
    };
    Ok(Subject {
        name: name.to_string_lossy().into_owned(),
        report: json!({ "file": path.display().to_string(), "format": decoded.format }),
        notes: decoded.notes,
        impulse: repaired.unwrap_or(decoded.impulse),
        model_mixing_time_ms: None,
    })
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
    if let Some(iacc) = &analysis.iacc {
        text += &iacc_table(iacc);
    }
    if let Some(ms) = analysis.model_mixing_time_ms {
        text += &format!("\nperceptual mixing time from volume and surface: {ms:.0} ms\n");
    }
    if text.contains('*') {
        text += "\n* the decay is bent or cut off: less than 45 dB of it, or T20 and T30 differ by more than 10 %\n";
    }
    text
}

fn channel_table(which: usize, channel: &ChannelAnalysis) -> String {
    let mut text = format!(
        "\nchannel {which}: peak {:.1} dB, onset {:.1} ms\n{:>10} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>9} {:>8}\n",
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
    let density = &channel.echo_density;
    text += &format!(
        "echo density: {} at 20 ms, {} at 50 ms, {} at 100 ms; mixing time {} ms, perceptual {} ms\n",
        number(density.at_20_ms, 2),
        number(density.at_50_ms, 2),
        number(density.at_100_ms, 2),
        number(density.mixing_time_ms, 0),
        number(density.perceptual_mixing_time_ms, 0),
    );
    text += &format!(
        "bass ratio: {}; gain at 0 Hz: {} dB, energy below 20 Hz: {} dB\n",
        number(channel.bass_ratio, 2),
        number(channel.dc_gain_db, 1),
        number(channel.below_20_hz_db, 1),
    );
    text
}

/// What left and right have in common.
fn iacc_table(iacc: &Iacc) -> String {
    let (mut heads, mut early, mut late) = (String::new(), String::new(), String::new());
    for band in &iacc.bands {
        heads += &format!(" {:>8}", format!("{:.0} Hz", band.centre_hz));
        early += &format!(" {:>8}", number(band.early, 2));
        late += &format!(" {:>8}", number(band.late, 2));
    }
    let (e3, l3) = (number(iacc.e3, 2), number(iacc.l3, 2));
    format!(
        "\nleft and right: E3 and L3 are the means of 500, 1000 and 2000 Hz\n{:>10}{heads} {:>8}\n{:>10}{early} {e3:>8}\n{:>10}{late} {l3:>8}\n",
        "IACC", "E3, L3", "early", "late"
    )
}

/// A value; `-` is not measurable.
fn number(value: Option<f64>, digits: usize) -> String {
    match value {
        Some(value) => format!("{value:.digits$}"),
        None => "-".to_owned(),
    }
}

fn row(measures: &Measures) -> String {
    let band = match measures.centre_hz {
        None => "all".to_owned(),
        Some(centre) if centre < 100.0 => format!("{centre} Hz"),
        Some(centre) => format!("{centre:.0} Hz"),
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

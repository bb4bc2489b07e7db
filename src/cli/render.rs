//! `anteroom render`: a file through the same instance that the plug-in runs, offline.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anteroom::convolution::Layout;
use anteroom::impulse::Origin;
use anteroom::instance::{AudioSide, UiHandle, instance};
use anteroom::loader::{Cache, Format, Wait, file_at};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use super::Fail;
use super::choice::{Choice, room};
use super::input::{is_piped, piped_impulse, recording};
use super::output::{Bits, WavFile, is_stream, say};

/// Frames between two moves of the progress bar.
const PROGRESS: usize = 1 << 15;

/// What `render` is told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The dry sound: a WAV file, or anything that can be decoded, with 1 or 2 channels; `-` is standard input.
    #[arg(value_name = "IN")]
    input: PathBuf,
    /// The WAV file to write; `-` is standard output.
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    #[command(flatten)]
    choice: Choice,
    /// What follows the input: the whole tail, nothing, or so many seconds.
    #[arg(long, default_value = "auto", value_name = "auto|none|SECONDS", value_parser = tail)]
    tail: Tail,
    /// Frames per block, as a host would ask for them. The result does not depend on it.
    #[arg(long, default_value_t = 512, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=65_536))]
    block: u32,
    /// The sample format of the output.
    #[arg(long, value_enum, default_value = "float")]
    bits: Bits,
    /// Keep a mono input mono; otherwise its reverb is stereo.
    #[arg(long)]
    mono: bool,
    /// Print a report as JSON.
    #[arg(long)]
    json: bool,
}

/// What follows the input.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Tail {
    Auto,
    None,
    Seconds(f64),
}

fn tail(text: &str) -> Result<Tail, String> {
    match text {
        "auto" => Ok(Tail::Auto),
        "none" => Ok(Tail::None),
        _ => match text.parse::<f64>() {
            Ok(seconds) if (0.0..=3600.0).contains(&seconds) => Ok(Tail::Seconds(seconds)),
            _ => Err("it is 'auto', 'none', or 0 to 3600 seconds".into()),
        },
    }
}

/// Renders a file.
pub fn run(args: &Args) -> Result<(), Fail> {
    let began = Instant::now();
    if args.json && is_stream(&args.output) {
        let reason = "-o - and --json both write to standard output: choose one";
        return Err(Fail::Usage(reason.into()));
    }
    // Samples from a pipe are in no file: they are found for as long as they are held.
    let mut held = None;
    let origin = match (&args.choice.ir, &args.choice.room) {
        (Some(path), _) if is_piped(path) && is_piped(&args.input) => {
            let reason = "standard input can be read once, and '-' is there twice";
            return Err(Fail::Usage(reason.into()));
        }
        (Some(path), _) if is_piped(path) => {
            let (file, decoded) = piped_impulse(args.choice.channels_as)?;
            held = Some(Cache::shared().hold(&file, decoded));
            args.choice.applied_to(Origin::File(file))
        }
        // The loader reads the file, once.
        (Some(path), _) => args.choice.applied_to(file_at(path)),
        (None, Some(name)) => room(name)?,
        (None, None) => Origin::default(),
    };
    let dry = recording(&args.input)?;
    let layout = match dry.channels.len() {
        1 if args.mono => Layout::Mono,
        1 => Layout::MonoToStereo,
        2 if args.mono => {
            return Err(Fail::Input(format!("{} is not mono", args.input.display())));
        }
        2 => Layout::Stereo,
        many => {
            return Err(Fail::Input(format!(
                "{} has {many} channels, and 1 or 2 can be rendered",
                args.input.display()
            )));
        }
    };
    let format = Format {
        rate: dry.rate,
        layout,
    };

    let mut player = Player::new(format, origin, &args.choice)?;
    drop(held);
    let frames = dry.channels.first().map_or(0, Vec::len);
    let after = match args.tail {
        Tail::Auto => player.tail,
        Tail::None => 0,
        Tail::Seconds(seconds) => (seconds * f64::from(dry.rate)).round() as usize,
    };
    let played = Instant::now();
    let mut wav = WavFile::new(&args.output, dry.rate, layout.outputs() as u16, args.bits)?;
    let peak = player.play(&dry.channels, frames + after, args, &mut wav)?;
    let clipped = wav.finish()?;

    let mut notes = player.notes;
    if layout == Layout::MonoToStereo {
        notes.push("the input is mono: the output is stereo (--mono keeps it mono)".into());
    }
    if clipped > 0 {
        notes.push(format!(
            "{clipped} samples were too loud for integers and were clipped"
        ));
    }
    let repaired = player.ui_handle.snapshots.read().repaired;
    if repaired > 0 {
        notes.push(format!(
            "{repaired} samples of the input made no sense and are silence now"
        ));
    }
    for note in &notes {
        eprintln!("note: {note}");
    }
    if !args.json {
        return Ok(());
    }
    let report: Value = json!({
        "input": args.input.display().to_string(),
        "output": args.output.display().to_string(),
        "impulse": player.name,
        "rate": dry.rate,
        "channels_in": layout.inputs(),
        "channels_out": layout.outputs(),
        "frames_in": frames,
        "frames_out": frames + after,
        "tail_frames": after,
        "block": args.block,
        "peak": peak,
        "clipped": clipped,
        "repaired": repaired,
        "seconds_to_prepare": (played - began).as_secs_f64(),
        "seconds_to_play": played.elapsed().as_secs_f64(),
        "notes": notes,
    });
    say(&format!("{report:#}"))
}

/// An instance that is ready to play.
struct Player {
    audio: AudioSide,
    ui_handle: UiHandle,
    // Held, because the loader ends with it.
    _remote: anteroom::loader::Remote,
    layout: Layout,
    /// Frames that sound after the last of the input.
    tail: usize,
    name: String,
    notes: Vec<String>,
}

impl Player {
    fn new(format: Format, origin: Origin, choice: &Choice) -> Result<Self, Fail> {
        let (mut audio, mut ui_handle, remote) = instance(|| {}).map_err(Fail::input)?;
        let shape = choice.values().shape();
        let settled = remote
            .configure(format, origin, shape, Wait::WhileItMoves)
            .map_err(Fail::input)?;
        if let Some(error) = settled.error {
            return Err(Fail::Input(error));
        }
        audio.prepare(format, shape, settled.generation, true);
        let status = ui_handle.status.read();
        let loaded = status.loaded.as_deref().cloned().unwrap_or_default();
        let predelay = choice.values().settings().predelay * 1e-3 * format.rate as f32;
        let tail = predelay.round() as usize + status.picture.frames.saturating_sub(1);
        Ok(Self {
            audio,
            ui_handle,
            _remote: remote,
            layout: format.layout,
            tail,
            name: loaded.name,
            notes: loaded.notes,
        })
    }

    /// Plays the dry channels, and silence after them, into the file: `total` frames in all.
    /// Returns the greatest magnitude.
    fn play(
        &mut self,
        dry: &[Vec<f32>],
        total: usize,
        args: &Args,
        wav: &mut WavFile,
    ) -> Result<f32, Fail> {
        let values = args.choice.values();
        let (settings, shape) = (values.settings(), values.shape());
        let bar = progress(total, &args.output);
        let block = args.block as usize;
        let mut channels = vec![vec![0.0_f32; block]; self.layout.outputs()];
        let mut peak = 0.0_f32;
        let mut done = 0;
        while done < total {
            let count = block.min(total - done);
            for (place, channel) in channels.iter_mut().enumerate() {
                // Beyond the inputs the content does not matter.
                let source = dry
                    .get(place)
                    .and_then(|dry| dry.get(done..))
                    .unwrap_or(&[]);
                for (frame, sample) in channel.iter_mut().enumerate() {
                    *sample = source.get(frame).copied().unwrap_or(0.0);
                }
            }
            let mut blocks: Vec<&mut [f32]> = channels
                .iter_mut()
                .map(|channel| channel.split_at_mut(count).0)
                .collect();
            self.audio.process(&mut blocks, &settings, &shape);
            for sample in blocks.iter().flat_map(|block| block.iter()) {
                peak = peak.max(sample.abs());
            }
            wav.append(&channels, count)?;
            if done / PROGRESS != (done + count) / PROGRESS {
                bar.set_position((done + count) as u64);
            }
            done += count;
        }
        bar.finish_and_clear();
        Ok(peak)
    }
}

/// A bar on standard error, if that is a terminal.
fn progress(total: usize, output: &Path) -> ProgressBar {
    let bar = ProgressBar::new(total as u64);
    let style = ProgressStyle::with_template("{msg} {wide_bar} {percent:>3} %  {eta}");
    if let Ok(style) = style {
        bar.set_style(style);
    }
    let name = output.file_name().unwrap_or(output.as_os_str());
    bar.set_message(name.to_string_lossy().into_owned());
    bar
}

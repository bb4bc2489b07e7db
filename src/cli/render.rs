//! `anteroom render`: a file through the same instance that the plug-in runs, offline.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anteroom::convolution::Layout;
use anteroom::impulse::Origin;
use anteroom::instance::{AudioSide, UiHandle, instance};
use anteroom::loader::{Cache, Format, Recalled, Remote, Wait, file_at};
use anteroom::params::{Note, is_tempo};
use anteroom::processor::predelay_samples;
use serde_json::{Value, json};

use super::Fail;
use super::choice::{Choice, room};
use super::input::{is_piped, piped_impulse, recording};
use super::output::{Bits, WavFile, is_stream, say};
use super::progress::progress;

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
    /// What the ducker listens to with duck_key=sidechain: a recording of the same sample rate with 1 or 2 channels; without
    /// it the sidechain is silent.
    #[arg(long, value_name = "FILE")]
    sidechain: Option<PathBuf>,
    /// The tempo that notes are counted in, in beats a minute.
    #[arg(long, default_value_t = Note::ITS_TEMPO, value_name = "BPM", value_parser = tempo)]
    tempo: f64,
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

fn tempo(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(bpm) if is_tempo(bpm) => Ok(bpm),
        _ => Err("it is 1 to 1000 beats a minute".into()),
    }
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
    let second = args.choice.second(|path| Ok(file_at(path)))?;
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

    let sidechain = match &args.sidechain {
        Some(path) => sidechain(path, dry.rate)?,
        None => Vec::new(),
    };
    let mut player = Player::new(format, (origin, second), args)?;
    drop(held);
    let frames = dry.channels.first().map_or(0, Vec::len);
    let after = match args.tail {
        Tail::Auto => player.tail,
        Tail::None => 0,
        Tail::Seconds(seconds) => (seconds * f64::from(dry.rate)).round() as usize,
    };
    let played = Instant::now();
    let mut wav = WavFile::new(&args.output, dry.rate, layout.outputs() as u16, args.bits)?;
    let peak = player.play([&dry.channels, &sidechain], frames + after, args, &mut wav)?;
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
        "impulse_b": player.second,
        "rate": dry.rate,
        "channels_in": layout.inputs(),
        "channels_out": layout.outputs(),
        "frames_in": frames,
        "frames_out": frames + after,
        "tail_frames": after,
        "block": args.block,
        "tempo": args.tempo,
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
    _remote: Remote,
    layout: Layout,
    /// Frames that sound after the last of the input.
    tail: usize,
    name: String,
    /// The name of the second impulse, if there is one.
    second: Option<String>,
    notes: Vec<String>,
}

impl Player {
    fn new(
        format: Format,
        (origin, second): (Origin, Option<Origin>),
        args: &Args,
    ) -> Result<Self, Fail> {
        let (mut audio, mut ui_handle, remote) = instance(|| {}).map_err(Fail::input)?;
        let values = args.choice.values();
        let (settings, shape) = (values.settings(), values.shape_at(args.tempo));
        let has_second = second.is_some();
        let wait = Wait::WhileItMoves;
        let other = second
            .zip(remote.second())
            .map(|(origin, end)| end.begin_recall(Recalled::of(format, origin, shape)));
        let settled = remote
            .configure(format, origin, shape, wait)
            .map_err(Fail::input)?;
        let other = other.map(|other| other.wait(wait)).transpose();
        let other = other.map_err(Fail::input)?.and_then(|it| it.error);
        if let Some(error) = settled.error.or(other) {
            return Err(Fail::Input(error));
        }
        audio.prepare(format, shape, settled.generation, true);
        audio.set_tempo(args.tempo);
        let statuses = [&mut ui_handle.status, &mut ui_handle.second_status];
        let [(first, frames), (second, frames_of_second)] = statuses.map(|status| {
            let status = status.read();
            let loaded = status.loaded.as_deref().cloned().unwrap_or_default();
            (loaded, status.picture.frames)
        });
        // The longer of those that sound.
        let frames = match settings.blend {
            _ if !has_second => frames,
            0.0 => frames,
            100.0 => frames_of_second,
            _ => frames.max(frames_of_second),
        };
        let predelay = predelay_samples(&settings, args.tempo, format.rate as f32);
        let tail = predelay + frames.saturating_sub(1);
        let mut notes = first.notes;
        notes.extend(second.notes);
        Ok(Self {
            audio,
            ui_handle,
            _remote: remote,
            layout: format.layout,
            tail,
            name: first.name,
            second: has_second.then_some(second.name),
            notes,
        })
    }

    /// Plays the dry channels beside those of the sidechain, and silence after them, into the file: `total` frames in all.
    /// Returns the greatest magnitude.
    fn play(
        &mut self,
        [dry, sidechain]: [&[Vec<f32>]; 2],
        total: usize,
        args: &Args,
        wav: &mut WavFile,
    ) -> Result<f32, Fail> {
        let values = args.choice.values();
        let (settings, shape) = (values.settings(), values.shape_at(args.tempo));
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
            let asked = self.audio.asked();
            let key = [0, 1].map(|place| {
                let channel = sidechain.get(place).map_or(&[][..], Vec::as_slice);
                channel.get(done..).unwrap_or_default()
            });
            self.audio
                .process_as_of(asked, &mut blocks, key, &settings, &shape);
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

/// What the ducker listens to: the channels of a recording.
fn sidechain(path: &Path, rate: u32) -> Result<Vec<Vec<f32>>, Fail> {
    if is_piped(path) {
        let reason = "the sidechain comes from a file, not from standard input";
        return Err(Fail::Usage(reason.into()));
    }
    let key = recording(path)?;
    let name = path.display();
    if key.rate != rate {
        let told = key.rate;
        let reason = format!("{name} has {told} Hz, and the input {rate} Hz");
        return Err(Fail::Input(reason));
    }
    match key.channels.len() {
        1 | 2 => Ok(key.channels),
        many => Err(Fail::Input(format!(
            "{name} has {many} channels, and a sidechain has 1 or 2"
        ))),
    }
}

//! What the screen shows, as plain data: no framework, no atomics, no references into the plug-in.
//! The adapter fills a model for each frame; tests make one by hand.

use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use crate::instance::{ChannelsAs, Spectrogram};
use crate::params::PARAMS;
use crate::state::path_text;

/// Everything that one frame is drawn from.
#[derive(Clone, Debug)]
pub struct Model {
    /// The controls' normalised values, in the order of [`PARAMS`], as the user set them.
    pub values: [f32; PARAMS.len()],
    /// The same with the host's modulation added.
    pub heard: [f32; PARAMS.len()],
    /// Which impulse the project asks for.
    pub source: Source,
    /// How far the wish for it has come.
    pub phase: Phase,
    /// What sounds at present, if anything.
    pub loaded: Option<Loaded>,
    /// The picture of what sounds.
    pub picture: Arc<Picture>,
    /// What the channels of the file are taken for; none where there is nothing to choose.
    pub channels_as: Option<ChannelsAs>,
    /// Whether the impulse is stored inside the project.
    pub embed: bool,
    /// What embedding adds, or would add, to the project; none while nothing is loaded.
    pub embed_size: Option<EmbedSize>,
    /// The names of the built-in rooms.
    pub rooms: Vec<String>,
    /// The user's presets.
    pub presets: Vec<Named>,
    /// Levels of this frame.
    pub meters: Meters,
    /// What the audio thread and the worker report about themselves.
    pub report: Report,
    /// The host's sample rate, Hz; 0 before the first activation.
    pub rate: f32,
    /// The zoom that was chosen for the editor, 1 is 100 %.
    pub zoom: f32,
    /// The zoom in force: less than the chosen one where the window is too small for it.
    pub zoom_now: f32,
}

/// How much larger a project is with the impulse in it, bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmbedSize {
    /// As it is packed.
    Known(u64),
    /// It has not been packed: not more than this.
    AtMost(u64),
}

/// A preset of the user's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// Its name.
    pub name: String,
    /// The words that it is found by.
    pub tags: Vec<String>,
}

/// Where an impulse comes from, as far as choosing goes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A built-in room, by name.
    Room(String),
    /// A file.
    #[serde(with = "path_text")]
    File(PathBuf),
}

impl Source {
    /// The name that people read.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Room(name) => name.clone(),
            Self::File(path) => path.file_name().map_or_else(
                || path.display().to_string(),
                |name| name.to_string_lossy().into_owned(),
            ),
        }
    }
}

/// How far the wish for an impulse has come.
#[derive(Clone, Debug, PartialEq)]
pub enum Phase {
    /// The worker prepares it: what it does, and how much is done, 0..=1, if known.
    Loading {
        /// What is being prepared, for people.
        what: String,
        /// The share that is done.
        done: Option<f32>,
    },
    /// It sounds.
    Ready,
    /// The file is not where it was.
    Missing {
        /// Its name.
        name: String,
        /// The folder that it was in.
        place: String,
        /// What else is wrong, such as a damaged copy in the project; a sentence.
        also: Option<String>,
    },
    /// It can not be used.
    Failed {
        /// The reason, with the file's name.
        reason: String,
    },
}

/// What sounds, in figures.
#[derive(Clone, Debug, PartialEq)]
pub struct Loaded {
    /// Its name.
    pub name: String,
    /// 1, 2 or 4.
    pub channels: usize,
    /// The rate of the file, Hz.
    pub rate: u32,
    /// The length of the whole impulse, unshaped, seconds.
    pub seconds: f32,
    /// Encoding and bits, such as `WAV, 24 bit`, empty for rooms.
    pub format: String,
    /// What was repaired, dropped or converted.
    pub notes: Vec<String>,
}

/// One vertical slice of a waveform.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Column {
    /// Smallest sample.
    pub min: f32,
    /// Largest sample.
    pub max: f32,
}

/// The picture of an impulse, before and after shaping.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Picture {
    /// The unshaped impulse in equal slices of time.
    pub original: Vec<Column>,
    /// Its length, seconds.
    pub original_seconds: f32,
    /// The shaped impulse in equal slices of time.
    pub shaped: Vec<Column>,
    /// Its length, seconds.
    pub shaped_seconds: f32,
    /// Energy decay curves of the shaped impulse per octave band.
    pub decays: Vec<Decay>,
    /// The spectrum of the shaped impulse over time.
    pub spectrogram: Arc<Spectrogram>,
    /// Acoustic figures of the unshaped impulse.
    pub before: Figures,
    /// Acoustic figures of the shaped impulse.
    pub after: Figures,
}

/// The energy decay curve of one band, dB below its start.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decay {
    /// Centre of the octave band, Hz; 0 is the whole spectrum.
    pub hertz: f32,
    /// When the curve begins, seconds from the start of the shaped impulse.
    pub start: f32,
    /// The time between two levels, seconds.
    pub step: f32,
    /// Levels, dB.
    pub curve: Vec<f32>,
}

/// Acoustic figures after ISO 3382, where the impulse allows them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Figures {
    /// Reverberation time from -5 to -35 dB, seconds.
    pub t30: Option<f32>,
    /// Early decay time, seconds.
    pub edt: Option<f32>,
    /// Clarity, dB.
    pub c80: Option<f32>,
}

/// Peak and mean level of one channel, linear.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Level {
    /// Largest magnitude since the last reading.
    pub peak: f32,
    /// Root of the mean square.
    pub rms: f32,
}

/// The levels of left and right (equal for mono).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Meters {
    /// What comes in.
    pub input: [Level; 2],
    /// What the reverb adds.
    pub wet: [Level; 2],
    /// What goes out.
    pub output: [Level; 2],
}

/// The real-time contract in figures. Shares are of the deadline, 1 is all of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// Mean load.
    pub mean: f32,
    /// Load of the worst block since the counters were reset.
    pub worst: f32,
    /// What 99 of 100 blocks stay under.
    pub p99: Option<f32>,
    /// Names and values, in the order in which they are shown.
    pub lines: Vec<(String, String)>,
}

impl Default for Model {
    fn default() -> Self {
        let values = PARAMS.map(|control| control.normalized(control.default));
        Self {
            values,
            heard: values,
            source: Source::Room(String::new()),
            phase: Phase::Ready,
            loaded: None,
            channels_as: None,
            picture: Arc::default(),
            embed: false,
            embed_size: None,
            rooms: Vec::new(),
            presets: Vec::new(),
            meters: Meters::default(),
            report: Report::default(),
            rate: 0.0,
            zoom: 1.0,
            zoom_now: 1.0,
        }
    }
}

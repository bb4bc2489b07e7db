//! What the screen shows, as plain data: no framework, no atomics, no references into the plug-in. The controller brings
//! it up to date for each frame; tests make one by hand.
//!
//! What the audio thread and the loader publish is shown as they publish it ([`Snapshot`], [`Loaded`]). Only what is
//! made for the screen is defined here.

mod player;
mod room;

use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use self::player::{DrySound, PlayerView};
pub use self::room::{Course, OwnRoom, RoomDecay, RoomInfo};
pub use crate::instance::{
    CapturePhase, CaptureSettings, CaptureState, CaptureWays, ChannelQuality, ChannelsAs, Level,
    Loaded, OctaveQuality, PlayerState, Quality, Shape, Slot, Snapshot, Spectrogram,
    SpectrumLevels, Sweep, SweepPart, Taken, TestSound,
};
use crate::params::{Note, PARAMS};
use crate::state::path_text;
pub use crate::state::{FactoryPreset, PresetName, RoomRecipe};

/// Everything that one frame is drawn from.
#[derive(Clone, Debug)]
pub struct ViewModel {
    /// The controls' normalised values, in the order of [`PARAMS`], as the user set them.
    pub values: [f32; PARAMS.len()],
    /// The same with the host's modulation added.
    pub modulated: [f32; PARAMS.len()],
    /// The slot that is shown, and into which impulses are loaded.
    pub slot: Slot,
    /// Which impulse the project asks for in this slot.
    pub source: ImpulseSource,
    /// Its recipe, if it is made from one.
    pub recipe: Option<Arc<RoomRecipe>>,
    /// How far the loader has come with it.
    pub load_state: LoadState,
    /// Which impulse the project asks for in the other slot.
    pub other_source: ImpulseSource,
    /// How far the loader has come with that.
    pub other_load_state: LoadState,
    /// The project's own choices, of which `pick` picks one for the first slot.
    pub choices: Vec<ChoiceInfo>,
    /// The impulse in use, if there is one.
    pub loaded: Option<Arc<Loaded>>,
    /// The same, as it is drawn.
    pub ir: Arc<IrView>,
    /// Whether the impulse is stored inside the project.
    pub embed: bool,
    /// What embedding adds, or would add, to the project; none while nothing is loaded.
    pub embed_size: Option<EmbedSize>,
    /// The built-in rooms, each category in one place.
    pub rooms: Vec<RoomInfo>,
    /// The user's presets.
    pub presets: Vec<PresetInfo>,
    /// The presets that come with the plug-in, each category in one place.
    pub factory: &'static [FactoryPreset],
    /// The room that is being recorded, or was last.
    pub capture: CaptureView,
    /// The preset that the present sound began as.
    pub preset: Option<CurrentPreset>,
    /// The state of the audio thread after its last block. Its levels are 0 while no blocks come.
    pub snapshot: Snapshot,
    /// The player of dry sounds.
    pub player: PlayerView,
    /// The spectrum of the wet signal as it sounds, in dB; none while nothing is heard, or nobody looks.
    pub spectrum: Option<Box<SpectrumLevels>>,
    /// The host's tempo, beats a minute.
    pub bpm: f64,
    /// Names and values of the report's counters, in the order in which they are shown.
    pub counters: Vec<(String, String)>,
    /// The zoom that was chosen for the editor; 1 is 100 %.
    pub zoom: f32,
    /// The zoom in force: less than the chosen one where the window is too small for it.
    pub effective_zoom: f32,
    /// The colours that the user has chosen.
    pub scheme: Scheme,
    /// Whether it is the first start: the screen says what is where.
    pub welcome: bool,
}

/// The recording of a room, as it is shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CaptureView {
    /// How far it has come.
    pub phase: CapturePhase,
    /// Whether it waits for a block that the host does not process.
    pub without_host: bool,
}

/// How much larger a project is with the impulse in it, bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmbedSize {
    /// As it is packed.
    Known(u64),
    /// It has not been packed yet: at most this.
    AtMost(u64),
}

/// One of the project's own choices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChoiceInfo {
    /// What it is.
    pub source: ImpulseSource,
    /// Whether it waits ready: a pick sounds at once.
    pub is_ready: bool,
    /// Why it can not be used, in a sentence.
    pub problem: Option<String>,
    /// The memory that it takes, bytes; what it shares with others is counted in each.
    pub bytes: u64,
}

/// One of the user's presets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PresetInfo {
    /// Its name.
    pub name: String,
    /// Its tags.
    pub tags: Vec<String>,
}

/// The preset that the present sound began as.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CurrentPreset {
    /// Which one.
    pub preset: PresetName,
    /// Whether the sound has been changed since.
    pub changed: bool,
}

/// Where an impulse comes from: as much as it takes to choose it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImpulseSource {
    /// A built-in room, by name.
    Room(String),
    /// A room that the user has made: its name, and its recipe as a text.
    Own(String, String),
    /// A file.
    #[serde(with = "path_text")]
    File(PathBuf),
}

impl ImpulseSource {
    /// No impulse: that of an empty slot.
    #[must_use]
    pub fn nothing() -> Self {
        Self::Room(String::new())
    }

    /// Whether it is no impulse.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        *self == Self::nothing()
    }

    /// The name that is shown; empty for nothing.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Room(name) | Self::Own(name, _) => name.clone(),
            Self::File(path) => path.file_name().map_or_else(
                || path_text::shown(path),
                |name| name.to_string_lossy().into_owned(),
            ),
        }
    }
}

/// Which colours the editor has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scheme {
    /// Dark grey and amber.
    #[default]
    Dark,
    /// Light grey and brown.
    Light,
    /// Black, white and yellow: text at 7:1 or better, edges at 4.5:1 or better.
    HighContrast,
}

impl Scheme {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Dark, Self::Light, Self::HighContrast];

    /// What it is called.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Dark => "Dark",
            Self::Light => "Light",
            Self::HighContrast => "High contrast",
        }
    }
}

/// How far the loader has come, in words for the user.
#[derive(Clone, Debug, PartialEq)]
pub enum LoadState {
    /// It is at work.
    Loading {
        /// What it does, with the name of the impulse.
        what: String,
        /// The share that is done, 0..=1, if known.
        done: Option<f32>,
    },
    /// The impulse is in use.
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
    /// The impulse can not be used.
    Failed {
        /// The reason, with the file's name.
        reason: String,
    },
}

/// One vertical slice of a waveform.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Column {
    /// Smallest sample.
    pub min: f32,
    /// Largest sample.
    pub max: f32,
}

/// An impulse response as it is drawn, before and after shaping.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IrView {
    /// The unshaped impulse in equal slices of time.
    pub original: Vec<Column>,
    /// Its length, seconds.
    pub original_seconds: f32,
    /// The shaped impulse in equal slices of time.
    pub shaped: Vec<Column>,
    /// Its length, seconds.
    pub shaped_seconds: f32,
    /// Energy decay curves of the shaped impulse, one for each octave band.
    pub decays: Vec<DecayCurve>,
    /// The spectrum of the shaped impulse over time.
    pub spectrogram: Arc<Spectrogram>,
    /// Room acoustics of the unshaped impulse.
    pub before: Acoustics,
    /// Room acoustics of the shaped impulse.
    pub after: Acoustics,
    /// The shape that `after` was measured with.
    pub shape: Shape,
    /// From when on the reflections of the unshaped impulse are dense, seconds after its first sound.
    pub mixing_seconds: Option<f32>,
}

/// The energy decay curve of one band, dB below its start.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DecayCurve {
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
pub struct Acoustics {
    /// Reverberation time from -5 to -35 dB, seconds.
    pub t30: Option<f32>,
    /// Early decay time, seconds.
    pub edt: Option<f32>,
    /// Clarity, dB.
    pub c80: Option<f32>,
    /// Reverberation times of the octaves from 63 Hz to 8 kHz, seconds.
    pub octaves: [Option<f32>; 8],
}

impl ViewModel {
    /// The impulses that the project asks for, of the first slot and of the second.
    #[must_use]
    pub fn sources(&self) -> [&ImpulseSource; 2] {
        match self.slot {
            Slot::First => [&self.source, &self.other_source],
            Slot::Second => [&self.other_source, &self.source],
        }
    }
}

impl Default for ViewModel {
    fn default() -> Self {
        let values = PARAMS.map(|control| control.normalized(control.default));
        Self {
            values,
            modulated: values,
            slot: Slot::First,
            source: ImpulseSource::nothing(),
            recipe: None,
            load_state: LoadState::Ready,
            other_source: ImpulseSource::nothing(),
            other_load_state: LoadState::Ready,
            choices: Vec::new(),
            loaded: None,
            ir: Arc::default(),
            embed: false,
            embed_size: None,
            rooms: Vec::new(),
            presets: Vec::new(),
            factory: &[],
            capture: CaptureView::default(),
            preset: None,
            snapshot: Snapshot::default(),
            player: PlayerView::default(),
            spectrum: None,
            bpm: Note::ITS_TEMPO,
            counters: Vec::new(),
            zoom: 1.0,
            effective_zoom: 1.0,
            scheme: Scheme::Dark,
            welcome: false,
        }
    }
}

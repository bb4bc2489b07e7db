//! Brings the view model up to date with what the instance publishes. Editor thread.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Controller;
use super::own_rooms::source_of_room;
use crate::editor::panels::header::Page;
use crate::editor::view_model::{EmbedSize, ImpulseSource, LoadState};
use crate::instance::{self, Level, Remote, STAGES, Slot, Snapshot, Stage, Status, UiHandle};
use crate::state::{Origin, factory_presets};

/// After this time without a block no audio is taken to be processed.
const NO_AUDIO: Duration = Duration::from_millis(300);

/// How fast the spectrum falls, dB a second.
const FALL_DB: f32 = 40.0;

/// Knows when the audio thread processed its last block.
#[derive(Debug)]
pub(super) struct AudioActivity {
    blocks: u64,
    seen: Instant,
    /// When there was a spectrum last.
    spectrum: Instant,
}

impl AudioActivity {
    pub fn new() -> Self {
        Self {
            blocks: 0,
            seen: Instant::now(),
            spectrum: Instant::now(),
        }
    }

    /// Whether blocks came lately.
    fn is_processing(&self) -> bool {
        self.seen.elapsed() <= NO_AUDIO
    }

    /// Seconds since this was asked last, one at most.
    fn since_spectrum(&mut self) -> f32 {
        let last = std::mem::replace(&mut self.spectrum, Instant::now());
        last.elapsed().as_secs_f32().min(1.0)
    }

    /// The snapshot to be shown. While no blocks come, the last snapshot stays as it is: its levels are not those of now.
    fn shown(&mut self, mut snapshot: Snapshot) -> Snapshot {
        if snapshot.blocks != self.blocks {
            (self.blocks, self.seen) = (snapshot.blocks, Instant::now());
        }
        if !self.is_processing() {
            for levels in [&mut snapshot.input, &mut snapshot.wet, &mut snapshot.output] {
                *levels = [Level::default(); 2];
            }
        }
        snapshot
    }
}

impl Controller {
    /// Brings the view model up to date. It only reads atomics and the newest messages. `zoom` is the zoom in force.
    pub(super) fn refresh(&mut self, zoom: f32) {
        for (index, param) in self.params.params().iter().enumerate() {
            self.model.values[index] = param.normalized();
            self.model.modulated[index] = param.spec().normalized(param.plain());
        }
        (self.model.zoom, self.model.effective_zoom) = (self.view.zoom, zoom);
        if self.model.rooms.is_empty() {
            self.list_rooms();
            self.model.factory = factory_presets();
        }
        let snapshot = *self.ui_handle.snapshots.read();
        self.model.snapshot = self.audio.shown(snapshot);
        self.refresh_capture();
        self.model.bpm = self.params.tempo.bpm();
        self.refresh_spectrum();
        self.model.slot = self.slot;
        let other = match self.slot {
            Slot::First => Slot::Second,
            Slot::Second => Slot::First,
        };
        self.model.source = self.note_origin(self.slot);
        self.note_recipe();
        self.model.other_source = self.note_origin(other);
        self.refresh_choices();
        let status = self.status_of(other).clone();
        self.model.other_load_state = self.load_state(other, &status);
        let status = self.status_of(self.slot).clone();
        self.status(&status);
        if let Some(ir) = self.ir_view.update(&status) {
            self.model.ir = ir;
        }
        self.refresh_player();
        self.model.preset = self.current_preset();
        if let Some(settings) = self.user_data.settings() {
            self.model.scheme = settings.scheme;
            self.model.welcome = !settings.welcomed;
        }
        // A page of text that is seldom shown.
        if self.screen.header.page == Page::Report {
            let UiHandle {
                commands, replies, ..
            } = &mut self.ui_handle;
            self.round_trip
                .measure(commands, replies, self.audio.is_processing());
            let round_trip = self.round_trip.text();
            self.model.counters = counters(&snapshot, &self.remote, round_trip);
        }
    }

    /// The spectrum as it is now, if it is in view. It falls as slowly as can be followed with the eye.
    fn refresh_spectrum(&mut self) {
        let in_view =
            self.screen.header.page == Page::Impulse && self.screen.ir_display.shows_spectrum();
        if !in_view || !self.audio.is_processing() {
            self.model.spectrum = None;
            return;
        }
        if let Some(levels) = self.ui_handle.spectrum.update(self.model.snapshot.rate) {
            let fall = FALL_DB * self.audio.since_spectrum();
            let shown = self.model.spectrum.get_or_insert_with(|| Box::new(levels));
            for (shown, level) in shown.iter_mut().zip(levels) {
                *shown = level.max(*shown - fall);
            }
        }
    }

    /// What a slot's impulse is listed as. All that is known of it is noted, for when it is chosen again.
    fn note_origin(&mut self, slot: Slot) -> ImpulseSource {
        let origin = self.end(slot).origin();
        let source = source_of(&origin);
        // A room of the user's own says all there is to know of it.
        let is_own = matches!(source, ImpulseSource::Own(..));
        if !is_own && self.known_origins.get(&source) != Some(&*origin) {
            self.known_origins.insert(source.clone(), (*origin).clone());
        }
        source
    }

    /// The recipe of the impulse in the slot that is shown, if it is a room.
    fn note_recipe(&mut self) {
        let origin = self.end(self.slot).origin();
        let recipe = match &*origin {
            Origin::Room(_, recipe) => Some(recipe),
            Origin::File(_) | Origin::Nothing => None,
        };
        if self.model.recipe.as_deref() != recipe {
            self.model.recipe = recipe.cloned().map(Arc::new);
        }
    }

    /// How far a slot's loader has come.
    fn load_state(&self, slot: Slot, status: &Status) -> LoadState {
        let end = self.end(slot);
        match &status.phase {
            instance::Phase::Idle | instance::Phase::Ready => LoadState::Ready,
            instance::Phase::Loading { what } => LoadState::Loading {
                what: loading_text(what, end.stage()),
                // While a file is searched for it is not known.
                done: Some(end.progress()).filter(|done| *done > 0.0),
            },
            instance::Phase::Missing { file, message } => LoadState::Missing {
                name: file.name.clone(),
                place: folder(&file.absolute.to_string_lossy()),
                also: also(&file.name, message),
            },
            instance::Phase::Failed { message } => LoadState::Failed {
                reason: message.clone(),
            },
        }
    }

    fn status(&mut self, status: &Status) {
        self.model.load_state = self.load_state(self.slot, status);
        self.model.loaded.clone_from(&status.loaded);
        self.model.embed = matches!(&*status.origin, Origin::File(file) if file.embedded.is_some());
        // Opening an editor packs nothing: until the impulse is embedded, its size is an estimate.
        self.model.embed_size = match (&*status.origin, status.loaded.as_deref()) {
            (Origin::File(file), _) if file.embedded.is_some() => {
                let bytes = file.embedded.as_ref().map(|copy| copy.data.len() as u64);
                bytes.map(EmbedSize::Known)
            }
            (_, Some(loaded)) => Some(EmbedSize::AtMost(max_embed_size(loaded))),
            (_, None) => None,
        };
    }
}

/// What the loader does, in words, with the step that it is at.
fn loading_text(what: &str, stage: Stage) -> String {
    let verb = match stage {
        Stage::Reading => "Reading",
        Stage::Resampling => "Fitting to the sample rate:",
        Stage::Shaping => "Shaping",
        Stage::Preparing => "Preparing",
    };
    let number = STAGES.iter().position(|other| *other == stage);
    let number = number.map_or(1, |index| index + 1);
    format!("{verb} {what} (step {number} of {})", STAGES.len())
}

/// The folder of a file, whichever system its project was saved on. Where paths begin with `/`, a `\` is a letter.
fn folder(file: &str) -> String {
    let is_separator = |letter| match file.starts_with('/') {
        true => letter == '/',
        false => matches!(letter, '/' | '\\'),
    };
    match file.rsplit_once(is_separator) {
        Some(("", _)) => "/".to_owned(),
        Some((folder, _)) => folder.to_owned(),
        None => file.to_owned(),
    }
}

/// The origin of an impulse, as the browser lists it.
pub(super) fn source_of(origin: &Origin) -> ImpulseSource {
    match origin {
        Origin::Room(name, recipe) => source_of_room(name, recipe),
        Origin::File(file) => ImpulseSource::File(file.absolute.clone()),
        Origin::Nothing => ImpulseSource::nothing(),
    }
}

/// What else is wrong with a missing file, if the message says more than that it is missing.
fn also(name: &str, message: &str) -> Option<String> {
    let plain = message.starts_with(&format!("{name} is missing: "));
    (!plain).then(|| message.to_owned())
}

/// What an impulse takes at most in a project, bytes: its samples unpacked, as text.
fn max_embed_size(loaded: &instance::Loaded) -> u64 {
    let bytes = u64::from(loaded.bits.unwrap_or(32).div_ceil(8));
    let samples = (loaded.frames as u64).saturating_mul(loaded.channels as u64);
    let raw = samples.saturating_mul(bytes);
    // Base64: four letters for three bytes.
    raw.div_ceil(3).saturating_mul(4)
}

/// The counters of the report.
fn counters(snapshot: &Snapshot, remote: &Remote, round_trip: String) -> Vec<(String, String)> {
    let (away, freed) = remote.engines();
    let settled = remote.settled();
    let waiting = if snapshot.waiting { ", one waits" } else { "" };
    let tail = match snapshot.tail {
        u32::MAX => "endless".to_owned(),
        tail => format!("{tail} samples"),
    };
    let lines = [
        ("Engines running", format!("{}{waiting}", snapshot.engines)),
        ("Impulse changes", snapshot.swaps.to_string()),
        ("Engines on their way or in use", away.to_string()),
        ("Engines retired and freed", freed.to_string()),
        (
            "Generation in use / settled",
            format!("{} / {settled}", snapshot.generation),
        ),
        ("Input samples repaired", snapshot.repaired.to_string()),
        ("Blocks processed", snapshot.blocks.to_string()),
        ("Tail", tail),
        ("Dry sound: gaps", snapshot.player.late.to_string()),
        ("Commands read", snapshot.commands.to_string()),
        ("Replies lost", snapshot.replies_lost.to_string()),
        ("Answer of the audio thread", round_trip),
    ];
    lines
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

//! Filling the model from what the instance reports.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::App;
use crate::editor::model::{
    Column, Decay, EmbedSize, Figures, Level, Loaded, Meters, Phase, Picture, Report, Source,
};
use crate::editor::view::Page;
use crate::instance::{
    self, Analysis, Findings, Material, Measures, Remote, STAGES, Snapshot, Stage, Status,
};
use crate::state::Origin;

/// After this time without a block the audio thread is taken to rest.
const SILENCE: Duration = Duration::from_millis(300);

/// What the model's picture was made from.
#[derive(Debug, Default)]
pub(super) struct Drawn {
    picture: Arc<instance::Picture>,
    findings: Findings,
    asked: Material,
}

impl App {
    /// Brings the model up to date. Reads atomics and the newest messages only. `zoom` is the one in
    /// force.
    pub(super) fn fill(&mut self, zoom: f32) {
        for (index, param) in self.params.params().iter().enumerate() {
            self.model.values[index] = param.normalized();
            self.model.heard[index] = param.spec().normalized(param.plain());
        }
        (self.model.zoom, self.model.zoom_now) = (self.window.zoom, zoom);
        if self.model.rooms.is_empty() {
            self.model.rooms = Origin::room_names().map(String::from).collect();
        }
        let snapshot = *self.desk.snapshots.read();
        self.levels(&snapshot);
        self.model.rate = snapshot.rate;
        let origin = self.remote.origin();
        self.model.source = source(&origin);
        let known = self.known.get(&self.model.source);
        if known != Some(&*origin) {
            self.known
                .insert(self.model.source.clone(), (*origin).clone());
        }
        let status = self.desk.status.read().clone();
        self.status(&status);
        // A page of text, which is shown seldom.
        if self.view.page == Page::Report {
            self.model.report = report(&snapshot, &self.remote);
        }
    }

    fn levels(&mut self, snapshot: &Snapshot) {
        if snapshot.blocks != self.blocks.0 {
            self.blocks = (snapshot.blocks, Instant::now());
        }
        // A snapshot that stands still is the last word of an audio thread that rests.
        self.model.meters = if self.blocks.1.elapsed() > SILENCE {
            Meters::default()
        } else {
            let levels = |levels: [crate::instance::Level; 2]| {
                levels.map(|level| Level {
                    peak: level.peak,
                    rms: level.rms,
                })
            };
            Meters {
                input: levels(snapshot.input),
                wet: levels(snapshot.wet),
                output: levels(snapshot.output),
            }
        };
    }

    fn status(&mut self, status: &Status) {
        self.model.phase = match &status.phase {
            instance::Phase::Idle | instance::Phase::Ready => Phase::Ready,
            instance::Phase::Loading { what } => Phase::Loading {
                what: loading(what, self.remote.stage()),
                // While a file is still searched for, nobody knows.
                done: Some(self.remote.progress()).filter(|done| *done > 0.0),
            },
            instance::Phase::Missing { file, message } => Phase::Missing {
                name: file.name.clone(),
                place: folder(&file.absolute.to_string_lossy()),
                also: also(&file.name, message),
            },
            instance::Phase::Failed { message } => Phase::Failed {
                reason: message.clone(),
            },
        };
        self.model.loaded = status.loaded.as_deref().map(|loaded| Loaded {
            name: loaded.name.clone(),
            channels: loaded.channels,
            rate: loaded.rate,
            seconds: loaded.frames as f32 / loaded.rate.max(1) as f32,
            format: format(loaded),
            notes: loaded.notes.clone(),
        });
        let loaded = status.loaded.as_deref();
        self.model.channels_as = loaded.and_then(|loaded| loaded.channels_as);
        self.model.embed = matches!(&*status.origin, Origin::File(file) if file.embedded.is_some());
        // Opening an editor packs nothing: what embedding would cost is estimated until somebody asks for it.
        self.model.embed_size = match (&*status.origin, status.loaded.as_deref()) {
            (Origin::File(file), _) if file.embedded.is_some() => {
                let bytes = file.embedded.as_ref().map(|copy| copy.data.len() as u64);
                bytes.map(EmbedSize::Known)
            }
            (_, Some(loaded)) => Some(EmbedSize::AtMost(most(loaded))),
            (_, None) => None,
        };
        self.picture(status);
    }

    /// Makes the picture anew when there is something new to show. The curves of the shape before
    /// stay until those of the new one are known.
    fn picture(&mut self, status: &Status) {
        let drawn = &mut self.drawn;
        let mut stale = !Arc::ptr_eq(&drawn.picture, &status.picture);
        if let Some(study) = &mut self.study {
            let asked = &status.material;
            if !drawn.asked.is_of(asked) || drawn.asked.shape != asked.shape {
                study.look_at(asked.clone());
                drawn.asked = asked.clone();
            }
            if let Some(findings) = study.news() {
                drawn.findings = findings.clone();
                stale = true;
            }
        }
        if stale {
            drawn.picture = Arc::clone(&status.picture);
            let of_this = drawn.findings.material.is_of(&status.material);
            let findings = of_this.then_some(&drawn.findings);
            self.model.picture = Arc::new(picture(&status.picture, findings));
        }
    }
}

/// What the loader does, in words, and how much of it there is.
fn loading(what: &str, stage: Stage) -> String {
    let verb = match stage {
        Stage::Reading => "Reading",
        Stage::Conforming => "Fitting to the sample rate:",
        Stage::Shaping => "Shaping",
        Stage::Preparing => "Preparing",
    };
    let number = STAGES.iter().position(|other| *other == stage);
    let number = number.map_or(1, |index| index + 1);
    format!("{verb} {what} (step {number} of {})", STAGES.len())
}

/// The folder of a file, whichever system its project was saved on.
fn folder(file: &str) -> String {
    match file.rsplit_once(['/', '\\']) {
        Some(("", _)) => "/".to_owned(),
        Some((folder, _)) => folder.to_owned(),
        None => file.to_owned(),
    }
}

/// What a project's origin is called in the browser.
pub(super) fn source(origin: &Origin) -> Source {
    match origin {
        Origin::Room(name, _) => Source::Room(name.clone()),
        Origin::File(file) => Source::File(file.absolute.clone()),
    }
}

/// What there is to say of a missing file besides that it is missing.
fn also(name: &str, message: &str) -> Option<String> {
    let plain = message.starts_with(&format!("{name} is missing: "));
    (!plain).then(|| message.to_owned())
}

/// What an impulse takes at most in a project, bytes: its samples unpacked, as text.
fn most(loaded: &instance::Loaded) -> u64 {
    let bytes = u64::from(loaded.bits.unwrap_or(32).div_ceil(8));
    let samples = (loaded.frames as u64).saturating_mul(loaded.channels as u64);
    let raw = samples.saturating_mul(bytes);
    // Base64: four letters for three bytes.
    raw.div_ceil(3).saturating_mul(4)
}

/// The kind of file in words; a room says nothing.
fn format(loaded: &instance::Loaded) -> String {
    match loaded.bits {
        _ if loaded.format == "room" => String::new(),
        Some(bits) => format!("{}, {bits} bit", loaded.format),
        None => loaded.format.clone(),
    }
}

fn picture(shaped: &instance::Picture, findings: Option<&Findings>) -> Picture {
    let mut picture = Picture {
        shaped: columns(shaped),
        shaped_seconds: shaped.seconds as f32,
        ..Picture::default()
    };
    let Some(findings) = findings else {
        return picture;
    };
    picture.original = columns(&findings.original);
    picture.original_seconds = findings.original.seconds as f32;
    picture.spectrogram = Arc::clone(&findings.spectrogram);
    // The first channel speaks for all: in a room they differ less than the bands do.
    let first = |analysis: &Option<Arc<Analysis>>| {
        let analysis = analysis.as_ref()?;
        analysis.channels.first().cloned()
    };
    if let Some(before) = first(&findings.before) {
        picture.before = figures(&before.broadband);
    }
    if let Some(after) = first(&findings.after) {
        picture.after = figures(&after.broadband);
        let bands = after.bands.iter().chain([&after.broadband]);
        picture.decays = bands.map(|band| decay(band, after.onset_ms)).collect();
    }
    picture
}

fn figures(band: &Measures) -> Figures {
    let seconds = |value: Option<f64>| value.map(|value| value as f32);
    Figures {
        t30: seconds(band.t30_s.or(band.t20_s)),
        edt: seconds(band.edt_s),
        c80: seconds(band.c80_db),
    }
}

fn decay(band: &Measures, onset_ms: f64) -> Decay {
    Decay {
        hertz: band.centre_hz.unwrap_or(0.0) as f32,
        start: onset_ms as f32 / 1000.0,
        step: band.curve.step_s as f32,
        curve: band.curve.db.clone(),
    }
}

/// One outline for all channels.
fn columns(from: &instance::Picture) -> Vec<Column> {
    let count = from.channels.iter().map(Vec::len).max().unwrap_or(0);
    let columns = (0..count).map(|index| {
        let all = from.channels.iter();
        let all = all.filter_map(|channel| channel.get(index));
        all.fold(Column::default(), |column, [min, max]| Column {
            min: column.min.min(*min),
            max: column.max.max(*max),
        })
    });
    columns.collect()
}

fn report(snapshot: &Snapshot, remote: &Remote) -> Report {
    let (away, freed) = remote.engines();
    let settled = remote.settled();
    let waiting = if snapshot.waiting { ", one waits" } else { "" };
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
        ("Tail", format!("{} samples", snapshot.tail)),
        ("Commands read", snapshot.commands.to_string()),
        ("Replies lost", snapshot.replies_lost.to_string()),
        (
            "Allocations on the audio thread",
            "0, by construction".into(),
        ),
    ];
    Report {
        mean: snapshot.load_mean,
        worst: snapshot.load_worst,
        p99: Some(snapshot.load_p99),
        lines: lines
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
    }
}

//! A stage for the screen: a model made by hand, and what the user asked for, gathered.

use std::sync::Arc;

use anteroom::editor::view_model::{
    Acoustics, Column, DecayCurve, ImpulseSource, IrView, Level, LoadState, Loaded, RoomInfo,
    Snapshot, Spectrogram,
};
use anteroom::editor::widgets::theme;
use anteroom::editor::{Action, Screen, ViewModel};
use anteroom::params::PARAMS;
use egui_kittest::Harness;

use crate::raster::Raster;

/// The screen under test.
pub struct Stage {
    pub model: ViewModel,
    pub screen: Screen,
    pub actions: Vec<Action>,
}

impl Stage {
    /// Draws a frame and does to the model what the plug-in would do.
    fn frame(&mut self, ui: &mut egui::Ui) {
        let actions = self.screen.show(ui, &self.model);
        for action in &actions {
            match action {
                Action::Set(id, value) => {
                    let index = PARAMS.iter().position(|control| control.id == *id);
                    let index = index.expect("the screen sets controls that exist");
                    self.model.values[index] = *value;
                    self.model.modulated[index] = *value;
                }
                Action::Choose(source) => self.model.source = source.clone(),
                Action::EditRoom(name, recipe) => {
                    let text = serde_json::to_string(recipe).expect("plain data");
                    self.model.source = ImpulseSource::Own(name.clone(), text);
                    self.model.recipe = Some(Arc::new((**recipe).clone()));
                }
                Action::Embed(embed) => self.model.embed = *embed,
                _ => {}
            }
        }
        self.actions.extend(actions);
    }
}

/// A harness at a size in points and a scale, with the software painter.
pub fn harness(model: ViewModel, size: [f32; 2], scale: f32) -> Harness<'static, Stage> {
    harness_with(model, Screen::default(), size, scale)
}

/// The same with a prepared screen.
pub fn harness_with(
    model: ViewModel,
    screen: Screen,
    size: [f32; 2],
    scale: f32,
) -> Harness<'static, Stage> {
    harness_set_up(model, screen, (size, scale), theme::apply)
}

/// The same with a context that `set_up` prepares.
pub fn harness_set_up(
    model: ViewModel,
    screen: Screen,
    (size, scale): ([f32; 2], f32),
    set_up: impl FnOnce(&egui::Context) + 'static,
) -> Harness<'static, Stage> {
    let stage = Stage {
        model,
        screen,
        actions: Vec::new(),
    };
    Harness::builder()
        .with_size(size)
        .with_pixels_per_point(scale)
        .with_render_cursor(false)
        // Fast enough for double clicks, which are a matter of time.
        .with_step_dt(1.0 / 60.0)
        .with_max_steps(12)
        .with_context_setup(set_up)
        .renderer(Raster::default())
        .build_ui_state(|ui, stage: &mut Stage| stage.frame(ui), stage)
}

/// A hall as it would sound: noise that decays, with bands that decay at rates of their own.
pub fn model() -> ViewModel {
    let seconds = 2.6;
    let original = columns(seconds, 2.1, 1);
    let bands = [125.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0];
    let mut decays: Vec<DecayCurve> = bands
        .iter()
        .enumerate()
        .map(|(index, hertz)| decay(*hertz, 2.5 - 0.24 * index as f32, seconds))
        .collect();
    decays.push(decay(0.0, 2.0, seconds));
    let figures = Acoustics {
        t30: Some(2.04),
        edt: Some(1.87),
        c80: Some(1.4),
        octaves: [2.5, 2.4, 2.2, 2.1, 1.9, 1.6, 1.2, 0.8].map(Some),
    };
    let level = |peak, rms| {
        [
            Level { peak, rms },
            Level {
                peak: peak * 0.8,
                rms: rms * 0.8,
            },
        ]
    };
    ViewModel {
        source: ImpulseSource::Room("Large hall".into()),
        load_state: LoadState::Ready,
        loaded: Some(Arc::new(Loaded {
            name: "Large hall".into(),
            channels: 4,
            rate: 48000,
            frames: 124_800,
            format: "room".into(),
            ..Loaded::default()
        })),
        ir: Arc::new(IrView {
            shaped: original.clone(),
            shaped_seconds: seconds,
            original,
            original_seconds: seconds,
            decays,
            spectrogram: Arc::new(spectrogram(seconds)),
            before: figures,
            after: figures,
            mixing_seconds: Some(0.06),
            ..IrView::default()
        }),
        rooms: [
            "Small room",
            "Studio",
            "Chamber",
            "Concert hall",
            "Large hall",
            "Cathedral",
            "Plate",
        ]
        .map(|name| RoomInfo {
            name: name.into(),
            ..RoomInfo::default()
        })
        .to_vec(),
        snapshot: Snapshot {
            input: level(0.5, 0.15),
            wet: level(0.3, 0.1),
            output: level(0.62, 0.2),
            load_mean: 0.021,
            load_worst: 0.048,
            load_p99: 0.031,
            rate: 48000.0,
            ..Snapshot::default()
        },
        counters: [
            ("Engines running", "1"),
            ("Impulse changes", "12"),
            ("Input samples repaired", "0"),
        ]
        .map(|(name, value)| (name.into(), value.into()))
        .to_vec(),
        ..ViewModel::default()
    }
}

/// The spectrum of such a hall: what is high dies away first.
fn spectrogram(seconds: f32) -> Spectrogram {
    let (columns, rows) = (120, 64);
    let level = |index: usize| {
        let (row, column) = (index / columns, index % columns);
        let t60 = 0.8 + 1.8 * row as f32 / rows as f32;
        let below = 60.0 * seconds * column as f32 / columns as f32 / t60;
        (255.0 * (1.0 - below / 96.0).clamp(0.0, 1.0)) as u8
    };
    Spectrogram {
        columns,
        rows,
        highest_hz: 20_000,
        levels: (0..columns * rows).map(level).collect(),
    }
}

/// Slices of decaying noise from a small generator, the same on every machine.
pub fn columns(seconds: f32, t60: f32, seed: u32) -> Vec<Column> {
    let mut state = seed;
    let mut random = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 24) as f32
    };
    (0..1024)
        .map(|index| {
            let time = seconds * index as f32 / 1024.0;
            let level = 10.0_f32.powf(-3.0 * time / t60);
            Column {
                min: -level * (0.35 + 0.65 * random()),
                max: level * (0.35 + 0.65 * random()),
            }
        })
        .collect()
}

fn decay(hertz: f32, t60: f32, seconds: f32) -> DecayCurve {
    let step = seconds / 127.0;
    let curve = (0..128).map(|index| -60.0 * step * index as f32 / t60);
    DecayCurve {
        hertz,
        start: 0.0,
        step,
        curve: curve.collect(),
    }
}

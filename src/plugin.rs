//! The plug-in: the framework's traits over an [`instance`](crate::instance), wiring only.
//!
//! | method | thread | what it does |
//! |---|---|---|
//! | `default`, `editor` | host's main | makes the instance and its editor |
//! | `activate` | host's main | waits for the impulse, prepares the audio side |
//! | `reset`, `process` | audio | reads the parameters, runs the audio side |
//! | `deactivate` | host's main | tells the worker that nobody listens |
//!
//! | file | idea |
//! |---|---|
//! | `state_sync` | what a project remembers, and when it counts |
//! | `state` | states that are damaged, old or new |
//! | `wake` | gets a host that sleeps to call again |
//! | `clap`, `vst3` | the entry points; the lists of presets |
//! | `window` | the editor's window inside the host's: size, zoom, frames |
//! | `workarounds` | what is here only because of the framework's faults |

mod clap;
mod state;
mod state_sync;
mod vst3;
mod wake;
mod window;
mod workarounds;

pub use self::clap::clap_entry;
pub use self::vst3::GetPluginFactory;
#[doc(hidden)]
pub use self::workarounds::handshake::without_editor;

use self::state_sync::Recall;
use self::window::PluginEditor;
use self::workarounds::background_thread::{self, BlockTask, BlockedSignal};
use self::workarounds::handshake::{self, InstanceInfo};
use crate::convolution::Layout;
use crate::exchange::SeqLockReader;
use crate::impulse::Shape;
use crate::instance::{AudioSide, UiHandle, instance};
use crate::loader::{Asked, Format};
use crate::params::{AnteroomParams, RemotePage, Tempo, pack};
use crate::processor::Settings;
use crate::state::{CLAP_ID, FIELD, NAME, VENDOR, VST3_CLASS_ID};
use nice_plug::prelude::*;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// One instance, as the framework holds it. The host's main thread makes and drops it; the audio
/// thread has it for as long as it processes.
pub struct Anteroom {
    info: InstanceInfo,
    /// The instance, unless this is the guard's keeper or the system gave no thread: then the input
    /// passes through.
    parts: Option<Parts>,
    /// For the keeper: when the framework's thread is parked.
    parked: Option<BlockedSignal>,
}

/// The wires of an instance that plays.
struct Parts {
    audio: AudioSide,
    /// What the host asks for: all of a state or a preset, or nothing of it.
    heard: SeqLockReader<Heard>,
    /// The host's tempo.
    tempo: Tempo,
    /// The editor's ends, until it takes them.
    ui_handle: Option<UiHandle>,
    recall: Arc<Recall>,
}

/// What the audio thread has read of the parameters, and of what the loader was asked for.
#[derive(Clone, Copy, Debug)]
struct Heard {
    settings: Settings,
    shape: Shape,
    /// Whether the controls for the next and the previous impulse are down.
    down: [bool; 2],
    /// Of each slot.
    asked: [Asked; 2],
}

impl Heard {
    /// Reads all of it. Real-time.
    fn read(params: &AnteroomParams, audio: &AudioSide) -> Self {
        let values = params.plain_values();
        Self {
            settings: values.settings(),
            shape: values.shape_at(params.tempo.bpm()),
            down: [params.next.value(), params.previous.value()],
            asked: audio.asked(),
        }
    }
}

impl std::fmt::Debug for Anteroom {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Anteroom")
            .field("params", &self.info.params)
            .field("plays", &self.parts.is_some())
            .finish_non_exhaustive()
    }
}

impl Parts {
    /// Makes an instance for what is info of it. `None` if the system gives no thread.
    fn new(InstanceInfo { params, wake, .. }: &InstanceInfo) -> Option<Self> {
        // The editor looks by itself as often as it needs to; a host that sleeps does not.
        let news = Arc::clone(wake);
        match instance(move || news.arrived()) {
            Ok((audio, ui_handle, remote)) => {
                wake.tie(remote.caller());
                Some(Self {
                    heard: params.seq_lock.reader(Heard::read(params, &audio)),
                    tempo: Tempo::default(),
                    audio,
                    ui_handle: Some(ui_handle),
                    recall: Recall::new(params, remote),
                })
            }
            Err(error) => {
                nice_error!("no thread for the loader: {error}; the input passes through");
                state_sync::without_loader(params);
                None
            }
        }
    }
}

impl Default for Anteroom {
    fn default() -> Self {
        let info = InstanceInfo::default();
        let parts = match background_thread::making_leaked_instance() {
            true => None,
            false => Parts::new(&info),
        };
        handshake::announce(&info);
        Self {
            info,
            parts,
            parked: None,
        }
    }
}

/// A layout with one main bus each way.
const fn layout(inputs: u32, outputs: u32) -> AudioIOLayout {
    AudioIOLayout {
        main_input_channels: NonZeroU32::new(inputs),
        main_output_channels: NonZeroU32::new(outputs),
        ..AudioIOLayout::const_default()
    }
}

/// What the host means by a layout; one that was never offered is taken for stereo.
fn layout_of(layout: &AudioIOLayout) -> Layout {
    let channels = |count: Option<NonZeroU32>| count.map_or(0, NonZeroU32::get);
    match (
        channels(layout.main_input_channels),
        channels(layout.main_output_channels),
    ) {
        (1, 1) => Layout::Mono,
        (1, 2) => Layout::MonoToStereo,
        _ => Layout::Stereo,
    }
}

#[deny(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    clippy::disallowed_macros
)]
impl Plugin for Anteroom {
    const NAME: &'static str = NAME;
    const VENDOR: &'static str = VENDOR;
    const URL: &'static str = "";
    const EMAIL: &'static str = "";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");

    const AUDIO_IO_LAYOUTS: &'static [AudioIOLayout] = &[layout(2, 2), layout(1, 2), layout(1, 1)];
    const SAMPLE_ACCURATE_AUTOMATION: bool = true;

    type Editor = PluginEditor;
    type SysExMessage = ();
    type BackgroundTask = BlockTask;

    fn task_executor(&mut self) -> TaskExecutor<Self> {
        let (executor, parked) = background_thread::executor::<Self>();
        self.parked = Some(parked);
        executor
    }

    fn params(&self) -> Arc<dyn Params> {
        self.info.params.clone()
    }

    fn editor(&mut self, executor: AsyncExecutor<Self>) -> Option<Self::Editor> {
        if background_thread::making_leaked_instance() {
            background_thread::occupy(&executor, self.parked.as_ref()?);
            return None;
        }
        let parts = self.parts.as_mut()?;
        Some(PluginEditor::new(
            self.info.params.clone(),
            handshake::offer(parts.ui_handle.take()?)?,
            parts.recall.remote().clone(),
            parts.recall.project().clone(),
        ))
    }

    fn setup_logger() -> Option<bool> {
        // A host's terminal is not ours: the framework logs only when it is asked to.
        match std::env::var_os("NICE_LOG") {
            Some(_) => None,
            None => Some(false),
        }
    }

    fn filter_state(found: &mut PluginState) {
        state::repair(found);
        // The framework would set the parameters one by one, and hand over the project last.
        pack(found, FIELD);
    }

    fn activate(
        &mut self,
        layout: &AudioIOLayout,
        config: &BufferConfig,
        _context: &mut impl ActivateContext<Self>,
    ) -> bool {
        let Some(parts) = &mut self.parts else {
            return true;
        };
        let format = Format {
            rate: config.sample_rate.round() as u32,
            layout: layout_of(layout),
        };
        let params = &self.info.params;
        let offline = config.process_mode == ProcessMode::Offline;
        let (shape, answer) = parts.recall.activate(format, params, offline);
        let generation = match answer {
            Ok(settled) => settled.generation,
            Err(error) => {
                nice_error!("{error}");
                error.generation()
            }
        };
        parts.audio.prepare(format, shape, generation, offline);
        let alone = params.states.hold();
        parts.heard = params.seq_lock.reader(Heard::read(params, &parts.audio));
        drop(alone);
        self.tell_start();
        self.tell_tail();
        true
    }

    fn reset(&mut self) {
        if let Some(parts) = &mut self.parts {
            parts.audio.reset();
        }
        self.tell_start();
    }

    fn process(
        &mut self,
        buffer: &mut Buffer,
        _aux: &mut AuxiliaryBuffers,
        context: &mut impl ProcessContext<Self>,
    ) -> ProcessStatus {
        let Some(parts) = &mut self.parts else {
            return ProcessStatus::KeepAlive;
        };
        let params = &self.info.params;
        // Offline nothing is loaded while a block is played, but before it or after it.
        let _alone = parts.audio.is_offline().then(|| params.states.hold());
        let Parts {
            audio,
            heard,
            tempo,
            ..
        } = parts;
        // A tempo that moves within a host's block is the beginning of a block here.
        tempo.hear(context.transport().tempo);
        params.tempo.keep(tempo);
        audio.set_tempo(tempo.bpm());
        audio.set_position(self.info.piece.position(context.transport()));
        audio.set_recording(context.transport().recording);
        let heard = heard.read(|| Heard::read(params, audio));
        audio.step_as_of(heard.asked, heard.down);
        self.info.sidechain.with(|sidechain| {
            audio.process_as_of(
                heard.asked,
                buffer.as_slice(),
                sidechain,
                &heard.settings,
                &heard.shape,
            );
        });
        // A change that is not complete yet is heard one block later.
        let newest = (params.plain_values().settings(), params.shape());
        let is_newest = (heard.settings, heard.shape) == newest;
        let rests = is_newest && audio.is_at_rest(&heard.shape);
        match (rests, self.tell_tail()) {
            // To the shell this means: silence follows as long as silence comes in.
            (true, _) => ProcessStatus::Normal,
            (false, 0) => ProcessStatus::KeepAlive,
            (false, tail) => ProcessStatus::Tail(tail),
        }
    }

    fn deactivate(&mut self) {
        if let Some(parts) = &self.parts {
            parts.recall.deactivate();
        }
    }
}

impl Anteroom {
    /// Tells the VST3 shell that a render begins here. Real-time.
    fn tell_start(&self) {
        // ORDERING: Relaxed, a number that nothing else depends on.
        self.info.starts.fetch_add(1, Ordering::Relaxed);
    }

    /// Tells the shells how long the tail is, in samples, and whether it sounds of its own. Real-time.
    fn tell_tail(&self) -> u32 {
        let (tail, sounding) = match &self.parts {
            Some(parts) => (parts.audio.tail_samples(), parts.audio.is_sounding()),
            None => (0, false),
        };
        // ORDERING: Relaxed, values that nothing else depends on.
        self.info.tail.store(tail, Ordering::Relaxed);
        self.info.sounding.store(sounding, Ordering::Relaxed);
        tail
    }
}

impl ClapPlugin for Anteroom {
    const CLAP_ID: &'static str = CLAP_ID;
    const CLAP_DESCRIPTION: Option<&'static str> =
        Some("Convolution reverb without latency, whose room can change while it plays");
    const CLAP_MANUAL_URL: Option<&'static str> = None;
    const CLAP_SUPPORT_URL: Option<&'static str> = None;
    const CLAP_FEATURES: &'static [ClapFeature] = &[
        ClapFeature::AudioEffect,
        ClapFeature::Reverb,
        ClapFeature::Stereo,
        ClapFeature::Mono,
    ];

    fn remote_controls(&self, context: &mut impl RemoteControlsContext) {
        let params = self.info.params.params();
        context.add_section("Anteroom", |section| {
            for remote in RemotePage::ALL {
                section.add_page(remote.name(), |page| {
                    for slot in remote.slots() {
                        match slot {
                            Some(index) => params[index].add_to(page),
                            None => page.add_spacer(),
                        }
                    }
                });
            }
        });
    }
}

impl Vst3Plugin for Anteroom {
    const VST3_CLASS_ID: [u8; 16] = VST3_CLASS_ID;
    const VST3_SUBCATEGORIES: &'static [Vst3SubCategory] =
        &[Vst3SubCategory::Fx, Vst3SubCategory::Reverb];
}

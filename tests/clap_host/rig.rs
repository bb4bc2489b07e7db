//! A small CLAP host, in process: sanitizers and allocation checks see everything.

#![allow(unsafe_code)]

use clack_extensions::audio_ports_config::PluginAudioPortsConfig;
use clack_extensions::gui::{GuiSize, HostGui, HostGuiImpl, PluginGui, Window};
use clack_extensions::latency::PluginLatency;
use clack_extensions::params::{ParamInfoBuffer, PluginParams};
use clack_extensions::render::{PluginRender, RenderMode};
use clack_extensions::state::PluginState;
use clack_extensions::tail::{PluginTail, TailLength};
use clack_host::events::Pckn;
use clack_host::events::event_types::ParamValueEvent;
use clack_host::prelude::*;
use clack_host::utils::ClapId;
use std::sync::atomic::{AtomicBool, Ordering};

/// What the plug-in may ask its host for.
#[derive(Default)]
pub struct Shared {
    callback: AtomicBool,
}

impl<'a> SharedHandler<'a> for Shared {
    fn request_restart(&self) {}
    fn request_process(&self) {}
    fn request_callback(&self) {
        self.callback.store(true, Ordering::Release);
    }
}

impl HostGuiImpl for Shared {
    fn resize_hints_changed(&self) {}
    fn request_resize(&self, _: GuiSize) -> Result<(), HostError> {
        Ok(())
    }
    fn request_show(&self) -> Result<(), HostError> {
        Ok(())
    }
    fn request_hide(&self) -> Result<(), HostError> {
        Ok(())
    }
    fn closed(&self, _: bool) {}
}

/// The host.
pub struct Host;

impl HostHandlers for Host {
    type Shared<'a> = Shared;
    type MainThread<'a> = ();
    type AudioProcessor<'a> = ();

    fn declare_extensions(builder: &mut HostExtensions<Self>, _: &Self::Shared<'_>) {
        builder.register::<HostGui>();
    }
}

/// One instance, as the host's main thread holds it.
pub struct Rig {
    pub plugin: PluginInstance<Host>,
    pub ids: Vec<ClapId>,
}

impl Rig {
    /// An instance of the plug-in that is linked into this program.
    pub fn new() -> Self {
        Self::from_entry(&Self::entry())
    }

    /// The plug-in that is linked into this program.
    pub fn entry() -> PluginEntry {
        // SAFETY: the framework's entry is a CLAP entry, which is what the host library's type
        // stands for, field by field.
        let entry = unsafe {
            PluginEntry::load_from_raw(&*(&raw const anteroom::plugin::clap_entry).cast(), c"")
        };
        entry.expect("the entry opens")
    }

    /// The plug-in in a file, to make instances of.
    pub fn load_file(file: &std::path::Path) -> PluginEntry {
        // SAFETY: loads what cargo has built from this source.
        let entry = unsafe { PluginEntry::load(file) };
        entry.expect("the library can be loaded")
    }

    /// Gives the editor, which has been made, a window to sit in. The window outlives the editor.
    pub fn set_parent(&mut self, gui: PluginGui, window: usize) {
        #[cfg(windows)]
        // SAFETY: the caller keeps the window until the editor is destroyed.
        let window = unsafe { Window::from_win32_hwnd(window as *mut _) };
        #[cfg(not(windows))]
        let window = Window::from_x11_handle(window as _);
        // SAFETY: the caller keeps the window until the editor is destroyed.
        let moved = unsafe { gui.set_parent(&self.plugin.plugin_handle(), window) };
        moved.expect("it moves in");
    }

    pub fn from_entry(entry: &PluginEntry) -> Self {
        let info = HostInfo::new("Anteroom tests", "Anteroom", "", "1").expect("plain text");
        let id = c"org.anteroom.anteroom";
        let made = PluginInstance::<Host>::new(|()| Shared::default(), |_| (), entry, id, &info);
        let mut plugin = made.expect("an instance");
        let handle = plugin.plugin_handle();
        let params = handle.get_extension::<PluginParams>().expect("parameters");
        let ids = (0..params.count(&handle))
            .map(|index| {
                let mut buffer = ParamInfoBuffer::new();
                let info = params.get_info(&handle, index, &mut buffer);
                info.expect("a parameter").id
            })
            .collect();
        Self { plugin, ids }
    }

    /// The number of the parameter with this id, by its place in the list.
    pub fn id(&self, id: &str) -> ClapId {
        let place = anteroom::params::host_ids().position(|known| known == id);
        self.ids[place.expect("a parameter")]
    }

    /// The id of the parameter with this name, whether it is a control or not.
    pub fn named(&mut self, name: &str) -> ClapId {
        let handle = self.plugin.plugin_handle();
        let params = handle.get_extension::<PluginParams>().expect("parameters");
        let found = (0..params.count(&handle)).find_map(|index| {
            let mut buffer = ParamInfoBuffer::new();
            let info = params.get_info(&handle, index, &mut buffer)?;
            (info.name == name.as_bytes()).then_some(info.id)
        });
        found.expect("a parameter of this name")
    }

    pub fn position(&mut self, control: &str) -> f64 {
        let id = self.id(control);
        let handle = self.plugin.plugin_handle();
        let params = handle.get_extension::<PluginParams>().expect("parameters");
        params.get_value(&handle, id).expect("a value")
    }

    /// Chooses a layout by its place: stereo, mono to stereo, mono.
    pub fn select(&mut self, layout: u32) {
        let handle = self.plugin.plugin_handle();
        let layouts = handle.get_extension::<PluginAudioPortsConfig>();
        let layouts = layouts.expect("layouts");
        assert_eq!(layouts.count(&handle), 3);
        let id = ClapId::new(layout);
        layouts.select(&handle, id).expect("the layout is taken");
    }

    pub fn offline(&mut self, offline: bool) {
        let handle = self.plugin.plugin_handle();
        let render = handle.get_extension::<PluginRender>().expect("render");
        let mode = match offline {
            true => RenderMode::Offline,
            false => RenderMode::Realtime,
        };
        render.set(&handle, mode).expect("both modes");
    }

    pub fn latency(&mut self) -> u32 {
        let handle = self.plugin.plugin_handle();
        let latency = handle.get_extension::<PluginLatency>();
        latency.map_or(0, |latency| latency.get(&handle))
    }

    pub fn save(&mut self) -> Vec<u8> {
        let handle = self.plugin.plugin_handle();
        let states = handle.get_extension::<PluginState>().expect("state");
        let mut bytes = Vec::new();
        states.save(&handle, &mut bytes).expect("it is saved");
        bytes
    }

    pub fn load(&mut self, mut bytes: &[u8]) -> bool {
        let handle = self.plugin.plugin_handle();
        let states = handle.get_extension::<PluginState>().expect("state");
        states.load(&handle, &mut bytes).is_ok()
    }

    pub fn activate(&mut self, rate: f64, most: usize) -> StoppedPluginAudioProcessor<Host> {
        let configuration = PluginAudioConfiguration {
            sample_rate: rate,
            min_frames_count: 1,
            max_frames_count: most as u32,
        };
        let activated = self.plugin.activate(|_, _| (), configuration);
        activated.expect("it activates")
    }

    /// What a host's main loop does: calls back if it was asked to.
    pub fn pump(&mut self) {
        let asked = (self.plugin)
            .access_shared_handler(|shared| shared.callback.swap(false, Ordering::AcqRel));
        if asked {
            self.plugin.call_on_main_thread_callback();
        }
    }
}

/// A block of the audio thread, made once: processing it allocates nothing.
pub struct Block {
    events: EventBuffer,
    input: Vec<Vec<f32>>,
    pub output: Vec<Vec<f32>>,
    ins: AudioPorts,
    outs: AudioPorts,
}

impl Block {
    pub fn new(inputs: usize, outputs: usize, most: usize) -> Self {
        Self {
            events: EventBuffer::with_capacity(64),
            input: vec![vec![0.0; most]; inputs],
            output: vec![vec![0.0; most]; outputs],
            ins: AudioPorts::with_capacity(inputs, 1),
            outs: AudioPorts::with_capacity(outputs, 1),
        }
    }

    /// Automates a parameter in the next block; times must not go back.
    pub fn automate(&mut self, id: ClapId, time: usize, to: f64) {
        let event = ParamValueEvent::new(time as u32, id, Pckn::match_all(), to);
        self.events.push(&event);
    }

    /// Fills the input.
    pub fn feed(&mut self, samples: usize, sample: impl Fn(usize, usize) -> f32) {
        for (channel, input) in self.input.iter_mut().enumerate() {
            for (index, value) in input.iter_mut().enumerate().take(samples) {
                *value = sample(channel, index);
            }
        }
    }

    /// Processes, and forgets the automation. `inside` is called around the plug-in itself.
    pub fn process_in(
        &mut self,
        plugin: &mut StartedPluginAudioProcessor<Host>,
        samples: usize,
        inside: impl FnOnce(&mut dyn FnMut()),
    ) {
        self.process_telling(plugin, samples, &mut OutputEvents::void(), inside);
    }

    /// The same, with a place for what the plug-in tells its host.
    pub fn process_telling(
        &mut self,
        plugin: &mut StartedPluginAudioProcessor<Host>,
        samples: usize,
        told: &mut OutputEvents,
        inside: impl FnOnce(&mut dyn FnMut()),
    ) {
        let inputs = self.ins.with_input_buffers([AudioPortBuffer {
            latency: 0,
            channels: AudioPortBufferType::f32_input_only(
                (self.input.iter_mut()).map(|b| InputChannel::variable(&mut b[..samples])),
            ),
        }]);
        let mut outputs = self.outs.with_output_buffers([AudioPortBuffer {
            latency: 0,
            channels: AudioPortBufferType::f32_output_only(
                self.output.iter_mut().map(|b| &mut b[..samples]),
            ),
        }]);
        let events = self.events.as_input();
        let mut ended = Ok(());
        inside(&mut || {
            let status = plugin.process(&inputs, &mut outputs, &events, told, None, None);
            ended = status.map(|_| ());
        });
        ended.expect("the block is processed");
        self.events.clear();
    }

    pub fn process(&mut self, plugin: &mut StartedPluginAudioProcessor<Host>, samples: usize) {
        self.process_in(plugin, samples, |process| process());
    }
}

/// The tail in samples, as the audio thread is told.
pub fn tail(plugin: &mut StartedPluginAudioProcessor<Host>) -> u32 {
    let handle = plugin.plugin_handle();
    let tail = handle.get_extension::<PluginTail>().expect("tail");
    match tail.get(&handle) {
        TailLength::Finite(samples) => samples,
        TailLength::Infinite => u32::MAX,
    }
}

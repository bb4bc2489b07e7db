//! A CLAP host for one plug-in in the test's own process: a parent window, parameters, and an audio
//! thread that is asked for a block now and then.

use std::sync::atomic::{AtomicBool, Ordering};

use clack_extensions::gui::{GuiSize, HostGui, HostGuiImpl, PluginGui};
use clack_extensions::params::{
    HostParams, HostParamsImplMainThread, HostParamsImplShared, ParamClearFlags, ParamInfoBuffer,
    ParamRescanFlags, PluginParams,
};
use clack_extensions::state::PluginState;
use clack_host::entry::EntryDescriptor;
use clack_host::events::spaces::CoreEventSpace;
use clack_host::prelude::*;
use clack_host::utils::ClapId;

use crate::display::{self, Display, WindowId};
use crate::layout;

/// What the plug-in asks of its host.
#[derive(Default)]
pub struct Asked {
    callback: AtomicBool,
    closed: AtomicBool,
}

impl<'a> SharedHandler<'a> for Asked {
    fn request_restart(&self) {}
    fn request_process(&self) {}
    fn request_callback(&self) {
        self.callback.store(true, Ordering::Release);
    }
}

impl HostGuiImpl for Asked {
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
    fn closed(&self, _: bool) {
        self.closed.store(true, Ordering::Release);
    }
}

impl HostParamsImplShared for Asked {
    fn request_flush(&self) {}
}

pub struct Main;

impl MainThreadHandler<'_> for Main {}

impl HostParamsImplMainThread for Main {
    fn rescan(&self, _: ParamRescanFlags) {}
    fn clear(&self, _: ClapId, _: ParamClearFlags) {}
}

struct Handlers;

impl HostHandlers for Handlers {
    type Shared<'a> = Asked;
    type MainThread<'a> = Main;
    type AudioProcessor<'a> = ();

    fn declare_extensions(builder: &mut HostExtensions<Self>, _: &Self::Shared<'_>) {
        builder.register::<HostGui>().register::<HostParams>();
    }
}

/// What a control is called.
fn name_of(id: &str) -> &'static str {
    let control = anteroom::params::param_of(id);
    control.expect("a control").name
}

/// The host.
pub struct Host {
    plugin: PluginInstance<Handlers>,
    audio: Option<StartedPluginAudioProcessor<Handlers>>,
    gui: PluginGui,
    params: PluginParams,
    window: WindowId,
    begun: usize,
    ended: usize,
    blocks: usize,
    /// Whether blocks of audio are asked for.
    pub playing: bool,
}

impl Host {
    /// Makes an instance and lets it play.
    pub fn new() -> Self {
        let entry: *const _ = &raw const anteroom::plugin::clap_entry;
        // SAFETY: both types are the entry point of the CLAP standard, and it is a static.
        let entry = unsafe { &*entry.cast::<EntryDescriptor>() };
        // SAFETY: the entry is sound, or the tests are here to show that it is not.
        let entry = unsafe { PluginEntry::load_from_raw(entry, c"/none") }.expect("an entry");
        let info = HostInfo::new("Anteroom window test", "Anteroom", "", "1").expect("names");
        let mut plugin = PluginInstance::<Handlers>::new(
            |()| Asked::default(),
            |_| Main,
            &entry,
            c"org.anteroom.anteroom",
            &info,
        )
        .expect("an instance");
        let configuration = PluginAudioConfiguration {
            sample_rate: 48_000.0,
            min_frames_count: 1,
            max_frames_count: 512,
        };
        let stopped = plugin
            .activate(|_, _| (), configuration)
            .expect("activation");
        let audio = stopped.start_processing().expect("a start");
        let handle = plugin.plugin_handle();
        let gui = handle.get_extension::<PluginGui>().expect("an editor");
        let params = handle.get_extension::<PluginParams>().expect("parameters");
        Self {
            plugin,
            audio: Some(audio),
            gui,
            params,
            window: display::NO_WINDOW,
            begun: 0,
            ended: 0,
            blocks: 0,
            playing: true,
        }
    }

    /// Opens the editor in a window of its size.
    pub fn open(&mut self, display: &Display) {
        self.embed(display);
        self.show();
    }

    /// Makes the editor and the window that it will be in, but does not show it yet.
    pub fn embed(&mut self, display: &Display) {
        let handle = self.plugin.plugin_handle();
        assert!(self.gui.is_api_supported(&handle, display::WINDOWS));
        self.gui
            .create(&handle, display::WINDOWS)
            .expect("an editor");
        let size = self.gui.get_size(&handle).expect("a size");
        assert!(self.gui.can_resize(&handle));
        self.window = display.window([size.width, size.height]);
        let window = display::handle(self.window);
        // SAFETY: the window lives until the editor is destroyed.
        unsafe { self.gui.set_parent(&handle, window) }.expect("a parent");
    }

    /// Whether the editor can be made.
    pub fn try_create(&mut self) -> bool {
        let handle = self.plugin.plugin_handle();
        self.gui.create(&handle, display::WINDOWS).is_ok()
    }

    /// Shows the editor.
    pub fn show(&mut self) {
        let handle = self.plugin.plugin_handle();
        self.gui.show(&handle).expect("a window");
    }

    /// Hides the editor.
    pub fn hide(&mut self) {
        let handle = self.plugin.plugin_handle();
        self.gui.hide(&handle).expect("no window");
    }

    /// Closes the editor and its window.
    pub fn close(&mut self, display: &Display) {
        self.gui.destroy(&self.plugin.plugin_handle());
        display.destroy(self.window);
        self.pump();
    }

    pub fn size(&mut self) -> [u32; 2] {
        let size = self.gui.get_size(&self.plugin.plugin_handle());
        size.map_or([0, 0], |size| [size.width, size.height])
    }

    /// Resizes the editor, as a host does whose window is pulled at its corner.
    pub fn resize(&mut self, display: &Display, size: [u32; 2]) {
        let handle = self.plugin.plugin_handle();
        let [width, height] = size;
        let wanted = GuiSize { width, height };
        assert_eq!(self.gui.adjust_size(&handle, wanted), Some(wanted));
        display.resize(self.window, size);
        self.gui.set_size(&handle, wanted).expect("a size");
    }

    /// Asks for a size, as a host may that has not asked which are possible. Says whether it was taken.
    pub fn ask_for(&mut self, [width, height]: [u32; 2]) -> bool {
        let handle = self.plugin.plugin_handle();
        let wanted = GuiSize { width, height };
        // Whatever it answers, it must answer.
        let _ = self.gui.adjust_size(&handle, wanted);
        self.gui.set_size(&handle, wanted).is_ok()
    }

    /// Suggests a scale.
    pub fn scale(&mut self, scale: f64) -> bool {
        self.gui
            .set_scale(&self.plugin.plugin_handle(), scale)
            .is_ok()
    }

    /// Whether the plug-in has said that its editor is closed, since the last time.
    pub fn was_closed(&mut self) -> bool {
        self.plugin
            .access_shared_handler(|shared: &Asked| shared.closed.swap(false, Ordering::AcqRel))
    }

    /// CpuMeter the saved state with another project in it, as JSON.
    pub fn load_project(&mut self, project: &str) {
        let saved = self.saved();
        // The length comes first.
        let mut state: serde_json::Value = serde_json::from_slice(&saved[8..]).expect("a state");
        state["fields"]["project"] = project.into();
        let text = state.to_string();
        let mut bytes = (text.len() as u64).to_le_bytes().to_vec();
        bytes.extend(text.into_bytes());
        self.load(&bytes);
    }

    /// The window that the editor is in.
    pub fn window(&self) -> WindowId {
        self.window
    }

    /// What the host would save.
    pub fn saved(&mut self) -> Vec<u8> {
        let handle = self.plugin.plugin_handle();
        let states = handle.get_extension::<PluginState>().expect("a state");
        let mut bytes = Vec::new();
        states.save(&handle, &mut bytes).expect("a state");
        bytes
    }

    /// The same, to be read.
    pub fn state(&mut self) -> String {
        String::from_utf8_lossy(&self.saved()).into_owned()
    }

    /// CpuMeter what was saved.
    pub fn load(&mut self, saved: &[u8]) {
        let handle = self.plugin.plugin_handle();
        let states = handle.get_extension::<PluginState>().expect("a state");
        let mut saved = saved;
        states.load(&handle, &mut saved).expect("a state");
    }

    /// How often the plug-in said that the impulse has changed.
    pub fn changes(&mut self) -> u32 {
        let param = self.named("Impulse changes");
        let handle = self.plugin.plugin_handle();
        self.params.get_value(&handle, param).expect("a value") as u32
    }

    fn named(&mut self, name: &str) -> ClapId {
        let handle = self.plugin.plugin_handle();
        let mut buffer = ParamInfoBuffer::new();
        (0..self.params.count(&handle))
            .find_map(|index| {
                let info = self.params.get_info(&handle, index, &mut buffer)?;
                (info.name == name.as_bytes()).then_some(info.id)
            })
            .expect("a parameter")
    }

    fn id(&mut self, id: &str) -> ClapId {
        self.named(name_of(id))
    }

    /// The value of a control as the host knows it, in its unit.
    pub fn value(&mut self, id: &str) -> f32 {
        let param = self.id(id);
        let handle = self.plugin.plugin_handle();
        let value = self.params.get_value(&handle, param).expect("a value");
        anteroom::params::param_of(id)
            .expect("a control")
            .plain(value as f32)
    }

    /// Where a control's knob is on the screen, pixels.
    pub fn place(&self, id: &str) -> [i32; 2] {
        layout::position_of(name_of(id))
    }

    /// Where a control's value is, which opens a field when it is clicked.
    pub fn place_of_value(&self, id: &str) -> [i32; 2] {
        layout::position_of(&format!("Type {}", name_of(id)))
    }

    /// Gestures that the host saw begin and end.
    pub fn gestures(&self) -> (usize, usize) {
        (self.begun, self.ended)
    }

    /// One turn of the host: a block of audio, and what the plug-in asked for.
    pub fn pump(&mut self) {
        if self.playing {
            self.block();
        }
        let asked = self
            .plugin
            .access_shared_handler(|shared: &Asked| shared.callback.swap(false, Ordering::AcqRel));
        if asked {
            self.plugin.call_on_main_thread_callback();
        }
        display::pump();
    }

    fn block(&mut self) {
        let Some(audio) = &mut self.audio else {
            return;
        };
        // A beat that dies away, so that the meters have something to do.
        self.blocks += 1;
        let level = 0.2 * 0.95_f32.powi((self.blocks % 64) as i32);
        let wave = std::array::from_fn(|index| if index % 8 < 4 { level } else { -level });
        let mut input: [[f32; 256]; 2] = [wave; 2];
        let mut output = [[0.0_f32; 256]; 2];
        let (mut ins, mut outs) = (
            AudioPorts::with_capacity(2, 1),
            AudioPorts::with_capacity(2, 1),
        );
        let inputs = ins.with_input_buffers([AudioPortBuffer {
            latency: 0,
            channels: AudioPortBufferType::f32_input_only(
                input.iter_mut().map(InputChannel::variable),
            ),
        }]);
        let mut outputs = outs.with_output_buffers([AudioPortBuffer {
            latency: 0,
            channels: AudioPortBufferType::f32_output_only(
                output.iter_mut().map(|channel| channel.as_mut_slice()),
            ),
        }]);
        let mut events = EventBuffer::new();
        audio
            .process(
                &inputs,
                &mut outputs,
                &InputEvents::empty(),
                &mut OutputEvents::from_buffer(&mut events),
                None,
                None,
            )
            .expect("a block");
        for event in &events {
            match event.as_core_event() {
                Some(CoreEventSpace::ParamGestureBegin(_)) => self.begun += 1,
                Some(CoreEventSpace::ParamGestureEnd(_)) => self.ended += 1,
                _ => {}
            }
        }
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        if let Some(audio) = self.audio.take() {
            self.plugin.deactivate(audio.stop_processing());
        }
    }
}

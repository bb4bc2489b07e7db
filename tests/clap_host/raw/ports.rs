//! What a host asks of the ports, and how it renders.

#![allow(unsafe_code)]

use super::Raw;
use clap_sys::ext::audio_ports::{
    CLAP_EXT_AUDIO_PORTS, clap_audio_port_info, clap_plugin_audio_ports,
};
use clap_sys::ext::audio_ports_activation::{
    CLAP_EXT_AUDIO_PORTS_ACTIVATION, clap_plugin_audio_ports_activation,
};
use clap_sys::ext::audio_ports_config::{
    CLAP_EXT_AUDIO_PORTS_CONFIG, clap_audio_ports_config, clap_plugin_audio_ports_config,
};
use clap_sys::ext::render::{CLAP_EXT_RENDER, CLAP_RENDER_OFFLINE, clap_plugin_render};

impl Raw {
    /// How many ports there are.
    pub fn port_count(&self, is_input: bool) -> u32 {
        let ports: &clap_plugin_audio_ports = self.extension(CLAP_EXT_AUDIO_PORTS);
        // SAFETY: the plug-in's own function.
        unsafe { ports.count.expect("a table")(self.plugin, is_input) }
    }

    /// What is said of a port, if there is one.
    pub fn port_info(&self, is_input: bool, index: u32) -> Option<clap_audio_port_info> {
        let ports: &clap_plugin_audio_ports = self.extension(CLAP_EXT_AUDIO_PORTS);
        // SAFETY: the plug-in's own function, and a place of ours.
        unsafe {
            let get = ports.get.expect("a table");
            assert!(!get(self.plugin, index, is_input, std::ptr::null_mut()));
            let mut info: clap_audio_port_info = std::mem::zeroed();
            get(self.plugin, index, is_input, &raw mut info).then_some(info)
        }
    }

    /// What is said of a layout, if there is one.
    pub fn layout(&self, index: u32) -> Option<clap_audio_ports_config> {
        let layouts: &clap_plugin_audio_ports_config = self.extension(CLAP_EXT_AUDIO_PORTS_CONFIG);
        // SAFETY: the plug-in's own function, and a place of ours.
        unsafe {
            let get = layouts.get.expect("a table");
            assert!(!get(self.plugin, index, std::ptr::null_mut()));
            let mut info: clap_audio_ports_config = std::mem::zeroed();
            get(self.plugin, index, &raw mut info).then_some(info)
        }
    }

    /// Switches a port, and says whether the plug-in agreed.
    pub fn switch_port(&self, is_input: bool, index: u32, active: bool) -> bool {
        let ports: &clap_plugin_audio_ports_activation =
            self.extension(CLAP_EXT_AUDIO_PORTS_ACTIVATION);
        // SAFETY: the plug-in's own functions.
        unsafe {
            assert!(ports.can_activate_while_processing.expect("a table")(
                self.plugin
            ));
            ports.set_active.expect("a table")(self.plugin, is_input, index, active, 32)
        }
    }

    /// Renders offline from the next activation on.
    pub fn offline(&self) {
        let render: &clap_plugin_render = self.extension(CLAP_EXT_RENDER);
        // SAFETY: the plug-in's own function.
        unsafe {
            assert!(render.set.expect("a table")(
                self.plugin,
                CLAP_RENDER_OFFLINE
            ))
        };
    }
}

//! What a host gives with a block, as it lies in memory: events, ports, and the block itself.

#![allow(unsafe_code)]

use clap_sys::audio_buffer::clap_audio_buffer;
use clap_sys::events::{
    CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_PARAM_MOD, CLAP_EVENT_PARAM_VALUE, CLAP_EVENT_TRANSPORT,
    CLAP_TRANSPORT_HAS_TEMPO, clap_event_header, clap_event_param_mod, clap_event_param_value,
    clap_event_transport, clap_input_events,
};
use clap_sys::process::clap_process;

/// One event in memory of its own.
enum Held {
    None,
    Param(Box<clap_event_param_mod>),
    Transport(Box<clap_event_transport>),
}

impl Held {
    fn header(&self) -> *const clap_event_header {
        match self {
            Self::None => std::ptr::null(),
            Self::Param(event) => (&raw const **event).cast(),
            Self::Transport(event) => (&raw const **event).cast(),
        }
    }
}

/// What a host says of its transport: the tempo, and nothing else.
pub fn transport(time: u32, bpm: f64) -> clap_event_transport {
    // SAFETY: plain data, for which zeroes are a value.
    let mut transport: clap_event_transport = unsafe { std::mem::zeroed() };
    transport.header = clap_event_header {
        size: size_of::<clap_event_transport>() as u32,
        time,
        space_id: CLAP_CORE_EVENT_SPACE_ID,
        type_: CLAP_EVENT_TRANSPORT,
        flags: 0,
    };
    transport.flags = CLAP_TRANSPORT_HAS_TEMPO;
    transport.tempo = bpm;
    transport
}

/// Events as they lie in memory, each as long as its header says or shorter.
#[derive(Default)]
pub struct Events {
    held: Vec<Held>,
    /// How many the list says there are, if not so many.
    pub says: Option<u32>,
}

impl Events {
    /// Sets a parameter.
    pub fn set(mut self, time: u32, id: u32, to: f64) -> Self {
        let size = size_of::<clap_event_param_value>() as u32;
        self.add(
            time,
            id,
            to,
            (size, CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_PARAM_VALUE),
        );
        self
    }

    /// Modulates a parameter.
    pub fn modulate(mut self, time: u32, id: u32, by: f64) -> Self {
        let size = size_of::<clap_event_param_mod>() as u32;
        self.add(
            time,
            id,
            by,
            (size, CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_PARAM_MOD),
        );
        self
    }

    /// An event of this size, space and type, whatever that is.
    pub fn add(
        &mut self,
        time: u32,
        id: u32,
        value: f64,
        (size, space_id, type_): (u32, u16, u16),
    ) {
        // Both kinds lie the same in memory.
        self.held.push(Held::Param(Box::new(clap_event_param_mod {
            header: clap_event_header {
                size,
                time,
                space_id,
                type_,
                flags: 0,
            },
            param_id: id,
            cookie: std::ptr::null_mut(),
            note_id: -1,
            port_index: -1,
            channel: -1,
            key: -1,
            amount: value,
        })));
    }

    /// An event that is not there.
    pub fn add_none(&mut self) {
        self.held.push(Held::None);
    }

    /// The transport changes.
    pub fn add_transport(&mut self, event: clap_event_transport) {
        self.held.push(Held::Transport(Box::new(event)));
    }

    pub fn list(&self) -> clap_input_events {
        unsafe extern "C" fn size(list: *const clap_input_events) -> u32 {
            // SAFETY: the events that the list was made of.
            let events = unsafe { &*(*list).ctx.cast::<Events>() };
            events.says.unwrap_or(events.held.len() as u32)
        }
        unsafe extern "C" fn get(
            list: *const clap_input_events,
            index: u32,
        ) -> *const clap_event_header {
            // SAFETY: as above.
            let events = unsafe { &*(*list).ctx.cast::<Events>() };
            let held = events.held.get(index as usize);
            held.map_or(std::ptr::null(), Held::header)
        }
        clap_input_events {
            ctx: (&raw const *self).cast_mut().cast(),
            size: Some(size),
            get: Some(get),
        }
    }
}

/// A block of nothing: no ports, no events.
pub fn block(frames: u32) -> clap_process {
    clap_process {
        steady_time: -1,
        frames_count: frames,
        transport: std::ptr::null(),
        audio_inputs: std::ptr::null(),
        audio_outputs: std::ptr::null_mut(),
        audio_inputs_count: 0,
        audio_outputs_count: 0,
        in_events: std::ptr::null(),
        out_events: std::ptr::null(),
    }
}

/// A port of channels of 32 bits.
pub fn port(channels: &mut [*mut f32]) -> clap_audio_buffer {
    clap_audio_buffer {
        data32: channels.as_mut_ptr(),
        data64: std::ptr::null_mut(),
        channel_count: channels.len() as u32,
        latency: 0,
        constant_mask: 0,
    }
}

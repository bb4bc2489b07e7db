//! The events of one CLAP block that move a parameter or the tempo, in the order of their time. Audio thread.
//!
//! Works around nice-plug 0.4.2 (`wrapper/clap/wrapper.rs`). Reproduced by `tests/clap_host/misuse/events.rs`. May go when the
//! framework clamps event times and asks for no callback from the audio thread.
//!
//! The framework would read them itself, but it takes the host's times at their word: one beyond the block
//! makes it write beyond the buffers. It also asks for a callback on the main thread for each of them. So
//! our shell reads them, sets the parameters, and gives the framework pieces without events, cut where a
//! parameter or the tempo moves. The tempo goes in steps: how fast a host says that it is changing is not looked at, since
//! the next event tells where it has come to. Events of other kinds mean nothing to a reverb and are passed over.

#![allow(unsafe_code)]
#![deny(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    clippy::disallowed_macros
)]

use clap_sys::events::{
    CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_PARAM_MOD, CLAP_EVENT_PARAM_VALUE, CLAP_EVENT_TRANSPORT,
    CLAP_TRANSPORT_HAS_TEMPO, clap_event_header, clap_event_param_mod, clap_event_param_value,
    clap_event_transport, clap_input_events,
};
use clap_sys::id::clap_id;
use nice_plug::prelude::ParamPtr;

/// Events of one block that are looked at: the last ones, if there are more.
const MOST_EVENTS: usize = 8192;

/// What happens, in the host's numbers: of a parameter a position of 0 to 1, or steps; its place is the index into the table.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Move {
    /// A parameter is set.
    To(usize, f64),
    /// It is moved by so much, until the next modulation.
    By(usize, f64),
    /// The tempo changes, to so many beats a minute.
    Tempo(f64),
}

/// One event.
#[derive(Clone, Copy, Debug)]
struct Event {
    /// When, in samples from the beginning of the block.
    time: u32,
    /// Its number, so that equal times keep the host's order.
    order: u32,
    what: Move,
}

/// Takes the events of a block and applies them by time.
#[derive(Debug)]
pub struct Events {
    /// The host's ids and what they stand for, in the order of the ids.
    table: Vec<(clap_id, ParamPtr)>,
    events: Vec<Event>,
    /// How many of them have been applied.
    applied: usize,
    /// The tempo that an event has brought, until a block tells another.
    tempo: Option<f64>,
}

impl Events {
    /// Room for the events of one block. The pointers must be valid whenever a method is called.
    #[must_use]
    pub fn new(mut table: Vec<(clap_id, ParamPtr)>) -> Self {
        table.sort_unstable_by_key(|(id, _)| *id);
        let none = Event {
            time: 0,
            order: 0,
            what: Move::Tempo(0.0),
        };
        let mut events = vec![none; MOST_EVENTS];
        crate::exchange::touch(&mut events);
        events.clear();
        Self {
            table,
            events,
            applied: 0,
            tempo: None,
        }
    }

    /// The tempo that an event has brought since a block last told one, in beats a minute. Real-time.
    #[must_use]
    pub fn tempo(&self) -> Option<f64> {
        self.tempo
    }

    /// A block tells the tempo itself. Real-time.
    pub fn forget_tempo(&mut self) {
        self.tempo = None;
    }

    /// Reads the host's events for a block of so many samples. Times beyond its end count as its last sample.
    /// Real-time, as far as the host's own functions are.
    ///
    /// # Safety
    /// `list` is null or valid, and so are its events.
    pub unsafe fn read(&mut self, list: *const clap_input_events, frames: u32) {
        self.events.clear();
        self.applied = 0;
        if list.is_null() {
            return;
        }
        // SAFETY: not null, so valid by the caller's promise.
        let (Some(size), Some(get)) = (unsafe { ((*list).size, (*list).get) }) else {
            return;
        };
        // SAFETY: as above.
        let count = unsafe { size(list) };
        for index in count.saturating_sub(MOST_EVENTS as u32)..count {
            // SAFETY: the index is below the count; what comes is null or valid.
            if let Some((time, what)) = unsafe { self.moved(get(list, index)) } {
                self.events.push(Event {
                    time: time.min(frames.saturating_sub(1)),
                    order: index,
                    what,
                });
            }
        }
        self.events
            .sort_unstable_by_key(|event| (event.time, event.order));
    }

    /// Applies every event of `time` or before that has not been yet. Returns when the next one comes, if
    /// there is one in this block. Real-time.
    pub fn apply(&mut self, time: u32) -> Option<u32> {
        while let Some(event) = self.events.get(self.applied).copied() {
            if event.time > time {
                return Some(event.time);
            }
            match event.what {
                Move::To(param, value) => {
                    self.with_param(param, |param, steps| {
                        let position = (value as f32 / steps).clamp(0.0, 1.0);
                        // SAFETY: as `with_param` says.
                        unsafe { param._internal_set_normalized_value(position) };
                    });
                }
                Move::By(param, amount) => {
                    self.with_param(param, |param, steps| {
                        let amount = (amount as f32 / steps).clamp(-1.0, 1.0);
                        // SAFETY: as `with_param` says.
                        unsafe { param._internal_modulate_value(amount) };
                    });
                }
                Move::Tempo(bpm) => self.tempo = Some(bpm),
            }
            self.applied += 1;
        }
        None
    }

    /// Uses a parameter and the number of its steps. The pointer leads into the parameters, which the owner of the table
    /// keeps alive; the setters store into atomics, which any thread may do.
    fn with_param(&self, param: usize, use_it: impl FnOnce(&ParamPtr, f32)) {
        if let Some((_, param)) = self.table.get(param) {
            // SAFETY: as above.
            let steps = unsafe { param.step_count() }.unwrap_or(1) as f32;
            use_it(param, steps);
        }
    }

    /// What an event moves, and when: if it is one of those, whole, and a number.
    ///
    /// # Safety
    /// `event` is null or points to as many bytes as it says, at least a header.
    unsafe fn moved(&self, event: *const clap_event_header) -> Option<(u32, Move)> {
        if event.is_null() {
            return None;
        }
        let place = |id: clap_id| self.table.binary_search_by_key(&id, |(id, _)| *id).ok();
        // SAFETY: not null, so there is a header; what follows it is read only if the event is as long.
        unsafe {
            let header = event.read_unaligned();
            if header.space_id != CLAP_CORE_EVENT_SPACE_ID {
                return None;
            }
            let holds = |size: usize| header.size as usize >= size;
            let (what, number) = match header.type_ {
                CLAP_EVENT_PARAM_VALUE if holds(size_of::<clap_event_param_value>()) => {
                    let event = event.cast::<clap_event_param_value>().read_unaligned();
                    (Move::To(place(event.param_id)?, event.value), event.value)
                }
                CLAP_EVENT_PARAM_MOD if holds(size_of::<clap_event_param_mod>()) => {
                    let event = event.cast::<clap_event_param_mod>().read_unaligned();
                    (Move::By(place(event.param_id)?, event.amount), event.amount)
                }
                CLAP_EVENT_TRANSPORT if holds(size_of::<clap_event_transport>()) => {
                    let event = event.cast::<clap_event_transport>().read_unaligned();
                    let bpm = tempo_of(&event)?;
                    (Move::Tempo(bpm), bpm)
                }
                _ => return None,
            };
            number.is_finite().then_some((header.time, what))
        }
    }
}

/// The tempo that a transport tells, in beats a minute.
pub fn tempo_of(transport: &clap_event_transport) -> Option<f64> {
    (transport.flags & CLAP_TRANSPORT_HAS_TEMPO != 0).then_some(transport.tempo)
}

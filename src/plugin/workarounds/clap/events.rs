//! The parameter events of one CLAP block, in the order of their time. Audio thread.
//!
//! Works around nice-plug 0.4.2 (`wrapper/clap/wrapper.rs`). Reproduced by `tests/clap_host/misuse/events.rs`. May go when the
//! framework clamps event times and asks for no callback from the audio thread.
//!
//! The framework would read them itself, but it takes the host's times at their word: one beyond the block
//! makes it write beyond the buffers. It also asks for a callback on the main thread for each of them. So
//! our shell reads them, sets the parameters, and gives the framework pieces without events, cut where a
//! parameter moves. Events of other kinds mean nothing to a reverb and are passed over.

#![allow(unsafe_code)]
#![deny(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    clippy::disallowed_macros
)]

use clap_sys::events::{
    CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_PARAM_MOD, CLAP_EVENT_PARAM_VALUE, clap_event_header,
    clap_event_param_mod, clap_event_param_value, clap_input_events,
};
use clap_sys::id::clap_id;
use nice_plug::prelude::ParamPtr;

/// Events of one block that are looked at: the last ones, if there are more.
const MOST_EVENTS: usize = 8192;

/// What happens to a parameter, in the host's numbers: a position of 0 to 1, or steps.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Move {
    /// It is set.
    To(f64),
    /// It is moved by so much, until the next modulation.
    By(f64),
}

/// One event.
#[derive(Clone, Copy, Debug)]
struct Event {
    /// When, in samples from the beginning of the block.
    time: u32,
    /// Its number, so that equal times keep the host's order.
    order: u32,
    /// Which parameter, as an index into the table.
    param: usize,
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
}

impl Events {
    /// Room for the events of one block. The pointers must be valid whenever a method is called.
    #[must_use]
    pub fn new(mut table: Vec<(clap_id, ParamPtr)>) -> Self {
        table.sort_unstable_by_key(|(id, _)| *id);
        let none = Event {
            time: 0,
            order: 0,
            param: 0,
            what: Move::To(0.0),
        };
        let mut events = vec![none; MOST_EVENTS];
        crate::exchange::touch(&mut events);
        events.clear();
        Self {
            table,
            events,
            applied: 0,
        }
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
            if let Some((time, id, what)) = unsafe { moved(get(list, index)) }
                && let Ok(param) = self.table.binary_search_by_key(&id, |(id, _)| *id)
            {
                self.events.push(Event {
                    time: time.min(frames.saturating_sub(1)),
                    order: index,
                    param,
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
        while let Some(event) = self.events.get(self.applied) {
            if event.time > time {
                return Some(event.time);
            }
            if let Some((_, param)) = self.table.get(event.param) {
                // SAFETY: the pointer leads into the parameters, which the owner of the table keeps alive;
                // the setters store into atomics, which any thread may do.
                unsafe {
                    let steps = param.step_count().unwrap_or(1) as f32;
                    match event.what {
                        Move::To(value) => {
                            let position = (value as f32 / steps).clamp(0.0, 1.0);
                            param._internal_set_normalized_value(position);
                        }
                        Move::By(amount) => {
                            let amount = (amount as f32 / steps).clamp(-1.0, 1.0);
                            param._internal_modulate_value(amount);
                        }
                    }
                }
            }
            self.applied += 1;
        }
        None
    }
}

/// What an event does to which parameter, and when: if it is one of those, whole, and a number.
///
/// # Safety
/// `event` is null or points to as many bytes as it says, at least a header.
unsafe fn moved(event: *const clap_event_header) -> Option<(u32, clap_id, Move)> {
    if event.is_null() {
        return None;
    }
    // SAFETY: not null, so there is a header; what follows it is read only if the event is as long.
    unsafe {
        let header = event.read_unaligned();
        if header.space_id != CLAP_CORE_EVENT_SPACE_ID {
            return None;
        }
        let holds = |size: usize| header.size as usize >= size;
        let (id, what, number) = match header.type_ {
            CLAP_EVENT_PARAM_VALUE if holds(size_of::<clap_event_param_value>()) => {
                let event = event.cast::<clap_event_param_value>().read_unaligned();
                (event.param_id, Move::To(event.value), event.value)
            }
            CLAP_EVENT_PARAM_MOD if holds(size_of::<clap_event_param_mod>()) => {
                let event = event.cast::<clap_event_param_mod>().read_unaligned();
                (event.param_id, Move::By(event.amount), event.amount)
            }
            _ => return None,
        };
        number.is_finite().then_some((header.time, id, what))
    }
}

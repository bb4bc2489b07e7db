//! The host's run loop, for the framework: with handlers that end. Host's main thread.
//!
//! Works around nice-plug 0.4.2. Reproduced by `tests/vst3_host/editor.rs`, which counts open sockets. May go when the handler is
//! dropped with its view.
//!
//! The framework hears of its own messages through a pair of sockets and a handler, which it registers with the host's
//! run loop for each opening. The handler keeps a counted reference to itself, so it is never dropped, and its sockets
//! stay open (`nice-plug` 0.4.2, `RunLoopEventHandler::new`). So the framework is given a run loop of ours:
//!
//! ```text
//! register   ──▶ a relay of ours is registered with the host, and keeps the framework's handler
//! leave      ──▶ the relay is unregistered with the host
//! end        ──▶ when nobody is left but the handler itself: its own reference is taken from it, and it is dropped
//! unregister ──▶ said by the handler while it is dropped: nothing is left to do
//! ```
//!
//! If the framework drops its handlers itself one day, there is no such reference, and nothing is taken.

#![allow(unsafe_code)]

use nice_plug::wrapper::vst3::vst3::Steinberg::Linux::*;
use nice_plug::wrapper::vst3::vst3::Steinberg::*;
use nice_plug::wrapper::vst3::vst3::com_scrape_types::Unknown;
use nice_plug::wrapper::vst3::vst3::{Class, ComPtr, ComRef, ComWrapper};
use std::sync::{Mutex, MutexGuard, PoisonError};

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The host's run loop, and what the framework has registered with it.
pub struct RunLoop {
    pub host: ComPtr<IRunLoop>,
    relays: Mutex<Vec<ComWrapper<Relay>>>,
}

impl RunLoop {
    /// Around the host's.
    pub fn new(host: ComPtr<IRunLoop>) -> Self {
        Self {
            host,
            relays: Mutex::default(),
        }
    }

    /// Registers a handler of the framework's. A host that refuses it is not told on: the framework would panic.
    ///
    /// # Safety
    /// `handler` is null or valid.
    pub unsafe fn register(&self, handler: *mut IEventHandler, descriptor: i32) -> tresult {
        // SAFETY: the caller's promise.
        let Some(handler) = (unsafe { ComRef::from_raw(handler) }) else {
            return kInvalidArgument;
        };
        let relay = ComWrapper::new(Relay(Mutex::new(Some(handler.to_com_ptr()))));
        let result = match relay.as_com_ref::<IEventHandler>() {
            // SAFETY: the host counts a reference of its own.
            Some(ours) => unsafe { self.host.registerEventHandler(ours.as_ptr(), descriptor) },
            None => kResultFalse,
        };
        if result != kResultOk {
            nice_plug::nice_warn!("the host's run loop refuses the editor: {result}");
        }
        lock(&self.relays).push(relay);
        kResultOk
    }

    /// Said by a handler that is being dropped. It has been unregistered before.
    pub fn unregister(&self) -> tresult {
        kResultOk
    }

    /// Takes all handlers from the host.
    pub fn leave(&self) {
        for relay in lock(&self.relays).iter() {
            if let Some(ours) = relay.as_com_ref::<IEventHandler>() {
                // SAFETY: the pointer that the host was given.
                unsafe { self.host.unregisterEventHandler(ours.as_ptr()) };
            }
        }
    }

    /// The framework's handlers: nothing is passed on to them any more.
    pub fn handlers(&self) -> Vec<ComPtr<IEventHandler>> {
        let relays = std::mem::take(&mut *lock(&self.relays));
        let handlers = relays.iter().filter_map(|relay| lock(&relay.0).take());
        handlers.collect()
    }
}

/// A handler of the framework's, as the host knows it.
struct Relay(Mutex<Option<ComPtr<IEventHandler>>>);

impl Class for Relay {
    type Interfaces = (IEventHandler,);
}

impl IEventHandlerTrait for Relay {
    unsafe fn onFDIsSet(&self, descriptor: FileDescriptor) {
        // Not locked during the call, in which the host may close the editor.
        let handler = lock(&self.0).clone();
        if let Some(handler) = handler {
            // SAFETY: the caller's promises are those of the same method.
            unsafe { handler.onFDIsSet(descriptor) };
            let ended = lock(&self.0).is_none();
            if ended {
                // The editor was closed meanwhile, and could not drop what was being called.
                end(handler);
            }
        }
    }
}

/// Handlers that are to be dropped.
#[derive(Default)]
pub struct Endings(Mutex<Vec<ComPtr<IEventHandler>>>);

impl Endings {
    /// Takes over handlers that the host no longer calls.
    pub fn take(&self, handlers: Vec<ComPtr<IEventHandler>>) {
        lock(&self.0).extend(handlers);
    }

    /// Drops those that nobody else uses. To be called when the framework has let go of them.
    pub fn end(&self) {
        let handlers = std::mem::take(&mut *lock(&self.0));
        handlers.into_iter().for_each(end);
    }
}

/// Drops a handler that the framework has let go of, with the reference to itself.
fn end(handler: ComPtr<IEventHandler>) {
    let handler = handler.into_raw();
    // SAFETY: `handler` has a reference of ours, which the first release gives back. If one is left after that, it is
    // the handler's own, as the framework has let go of its one: nothing else counts any.
    unsafe {
        if IEventHandler::release(handler) == 1 {
            IEventHandler::release(handler);
        }
    }
}

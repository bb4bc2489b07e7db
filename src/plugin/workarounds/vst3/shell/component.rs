//! The component of a VST3 instance: buses, activation and the state that hosts save.
//!
//! A part of the [shell](super), and goes with it.

#![allow(unsafe_code)]

use super::super::stream;
use super::{Shell, sidechain};
use crate::plugin::state;
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::*;
use nice_plug::wrapper::vst3::vst3::Steinberg::*;
use std::sync::atomic::Ordering;

impl IPluginBaseTrait for Shell {
    pass_on! { IPluginBaseTrait:
        initialize(context: *mut FUnknown) -> tresult;
        terminate() -> tresult;
    }
}

impl IComponentTrait for Shell {
    pass_on! { IComponentTrait:
        getControllerClassId(class: *mut TUID) -> tresult;
        setIoMode(mode: IoMode) -> tresult;
        getRoutingInfo(input: *mut RoutingInfo, output: *mut RoutingInfo) -> tresult;
        setState(state: *mut IBStream) -> tresult;
    }

    unsafe fn getBusCount(&self, media: MediaType, dir: BusDirection) -> int32 {
        // SAFETY: the caller's promises are those of the same method.
        let own = unsafe { self.inner.getBusCount(media, dir) };
        own + int32::from(sidechain::is_beside(media, dir))
    }

    unsafe fn getState(&self, state: *mut IBStream) -> tresult {
        let Some(saved) = state::saved(&self.told.params) else {
            return kResultFalse;
        };
        // SAFETY: the caller's promise.
        unsafe { stream::write(state, &saved) }
    }

    unsafe fn getBusInfo(
        &self,
        media: MediaType,
        dir: BusDirection,
        index: int32,
        bus: *mut BusInfo,
    ) -> tresult {
        if index < 0 || bus.is_null() {
            return kInvalidArgument;
        }
        if sidechain::is_beside(media, dir) && sidechain::is_meant(dir, index) {
            // SAFETY: not null, so there is a place.
            unsafe { bus.write_unaligned(self.sidechain.info()) };
            return kResultOk;
        }
        // SAFETY: the caller's promises are those of the same method.
        unsafe { self.inner.getBusInfo(media, dir, index, bus) }
    }

    unsafe fn activateBus(
        &self,
        media: MediaType,
        dir: BusDirection,
        index: int32,
        state: TBool,
    ) -> tresult {
        if index < 0 {
            return kInvalidArgument;
        }
        if sidechain::is_beside(media, dir) && sidechain::is_meant(dir, index) {
            self.sidechain.activate(state != 0);
            return kResultOk;
        }
        // SAFETY: the caller's promises are those of the same method.
        unsafe { self.inner.activateBus(media, dir, index, state) }
    }

    unsafe fn setActive(&self, state: TBool) -> tresult {
        if state == 0 {
            self.active.store(false, Ordering::Release);
            self.processing.store(false, Ordering::Relaxed);
            // SAFETY: the caller's promises are those of the same method.
            let end = || unsafe { self.inner.setActive(state) };
            // A block that does not end is the host's fault; the framework has a lock of its own.
            return self.between_blocks(|_| end()).unwrap_or_else(end);
        }
        let (inputs, outputs) = (
            self.channels(BusDirections_::kInput),
            self.channels(BusDirections_::kOutput),
        );
        let activated = self.between_blocks(|stage| {
            // SAFETY: the caller's promises are those of the same method.
            let result = unsafe { self.inner.setActive(state) };
            if result == kResultOk {
                stage.prepare(inputs, outputs, self.most.load(Ordering::Relaxed));
            }
            self.active.store(result == kResultOk, Ordering::Release);
            result
        });
        activated.unwrap_or(kResultFalse)
    }
}

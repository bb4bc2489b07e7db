//! The edit controller of a VST3 instance: parameters and the view.
//!
//! A part of the [shell](super), and goes with it.

#![allow(unsafe_code)]

use super::super::view;
use super::Shell;
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::*;
use nice_plug::wrapper::vst3::vst3::Steinberg::*;

impl IEditControllerTrait for Shell {
    pass_on! { IEditControllerTrait:
        setComponentState(state: *mut IBStream) -> tresult;
        setState(state: *mut IBStream) -> tresult;
        getState(state: *mut IBStream) -> tresult;
        getParameterCount() -> int32;
        getParamStringByValue(id: ParamID, value: ParamValue, text: *mut String128) -> tresult;
        getParamValueByString(id: ParamID, text: *mut TChar, value: *mut ParamValue) -> tresult;
        normalizedParamToPlain(id: ParamID, value: ParamValue) -> ParamValue;
        plainParamToNormalized(id: ParamID, value: ParamValue) -> ParamValue;
        getParamNormalized(id: ParamID) -> ParamValue;
        setParamNormalized(id: ParamID, value: ParamValue) -> tresult;
        setComponentHandler(handler: *mut IComponentHandler) -> tresult;
    }

    unsafe fn getParameterInfo(&self, index: int32, info: *mut ParameterInfo) -> tresult {
        // SAFETY: the caller's promises are those of the same methods.
        unsafe {
            if index >= self.inner.getParameterCount() {
                return kInvalidArgument;
            }
            let result = self.inner.getParameterInfo(index, info);
            if result == kResultOk
                && let Some(info) = info.as_mut()
            {
                without_space(&mut info.units);
            }
            result
        }
    }

    unsafe fn createView(&self, name: FIDString) -> *mut IPlugView {
        // SAFETY: the caller's promises are those of the same method, whose reference goes on.
        unsafe { view::around(self.inner.createView(name)) }
    }
}

/// Takes the space from the front of a unit: with it, the framework writes a value and its unit in one text, but VST3
/// hosts put one there themselves.
fn without_space(unit: &mut String128) {
    if unit[0] == u16::from(b' ') {
        unit.copy_within(1.., 0);
        unit[unit.len() - 1] = 0;
    }
}

#[cfg(test)]
mod tests;

//! The editor's view that a host meets: the framework's, with the faults of its edges kept outside. Host's main thread.
//!
//! Works around nice-plug 0.4.2 and nice-plug-egui 0.6.0. Each line was reproduced by a test of `tests/vst3_host/misuse.rs` or
//! `tests/vst3_host/editor.rs`, and may go when the framework's view answers that call as this one does.
//!
//! | method | what the framework does | what this view does |
//! |---|---|---|
//! | any | panics on another thread than the opener's | refuses |
//! | `setFrame` | its run-loop handler is never dropped | hands out a [run loop](super::run_loop) that drops it |
//! | `setFrame` | panics if there are no sockets to be had | leaves out the run loop |
//! | `onSize`, `checkSizeConstraint` | computes beyond the ends of its numbers | refuses |
//! | `isPlatformTypeSupported`, `attached` | reads a null pointer | refuses |
//! | `setContentScaleFactor` | panics at a scale of 0 | refuses |
//! | released | the window stays if the host has forgotten `removed` | closes it |
//!
//! What may panic behind the framework's methods is held where it is called: in the editor.

#![allow(unsafe_code)]

use super::run_loop::{Endings, RunLoop};
use crate::editor::panic_guard;
use nice_plug::wrapper::vst3::vst3::Steinberg::Linux::IRunLoop;
use nice_plug::wrapper::vst3::vst3::Steinberg::*;
use nice_plug::wrapper::vst3::vst3::{Class, ComPtr, ComRef, ComWrapper};
use std::ffi::c_void;
use std::mem::ManuallyDrop;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

/// One view.
pub struct View {
    /// The framework's view. Dropped before the endings.
    inner: ManuallyDrop<ComPtr<IPlugView>>,
    /// The same, by its other interface.
    scale: ManuallyDrop<Option<ComPtr<IPlugViewContentScaleSupport>>>,
    /// This view, as the host knows it; not counted.
    this: Arc<AtomicPtr<IPlugView>>,
    state: Mutex<State>,
    /// The framework's handlers that could not be dropped yet.
    endings: ManuallyDrop<Endings>,
}

#[derive(Default)]
struct State {
    /// The thread that opened the window, while it is open.
    opener: Option<ThreadId>,
    run_loop: Option<ComWrapper<LoopFrame>>,
}

impl Class for View {
    type Interfaces = (IPlugView, IPlugViewContentScaleSupport);
}

/// A view around the framework's, which it takes over with its reference; null stays null.
///
/// # Safety
/// `inner` is null or a view with a reference for the caller.
pub unsafe fn around(inner: *mut IPlugView) -> *mut IPlugView {
    // SAFETY: the caller's promise.
    let Some(inner) = (unsafe { ComPtr::from_raw(inner) }) else {
        return std::ptr::null_mut();
    };
    let this = Arc::<AtomicPtr<IPlugView>>::default();
    let view = ComWrapper::new(View {
        scale: ManuallyDrop::new(inner.cast()),
        inner: ManuallyDrop::new(inner),
        this: Arc::clone(&this),
        state: Mutex::default(),
        endings: ManuallyDrop::default(),
    });
    let view = view
        .to_com_ptr::<IPlugView>()
        .map_or(std::ptr::null_mut(), ComPtr::into_raw);
    this.store(view, Ordering::Release);
    view
}

impl View {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether this thread may use the window: that which has opened it, or any while it is closed.
    fn may(&self) -> bool {
        let may = (self.state().opener).is_none_or(|opener| opener == thread::current().id());
        if !may {
            nice_plug::nice_warn!("the host uses the editor from a thread that has not opened it");
        }
        may
    }

    /// Calls the framework, if this thread may.
    fn call(&self, work: impl FnOnce(&ComPtr<IPlugView>) -> tresult) -> tresult {
        match self.may() {
            true => work(&self.inner),
            false => kResultFalse,
        }
    }

    /// Takes the host's frame from the framework, and its run loop with it.
    fn leave_frame(&self) -> tresult {
        let frame = self.state().run_loop.take();
        if let Some(frame) = &frame {
            frame.run_loop.leave();
        }
        // SAFETY: null takes the frame away.
        let result = unsafe { self.inner.setFrame(std::ptr::null_mut()) };
        if let Some(frame) = frame {
            let handlers = frame.run_loop.handlers();
            self.endings.take(handlers);
            if result == kResultOk {
                self.endings.end();
            }
        }
        result
    }
}

impl Drop for View {
    fn drop(&mut self) {
        panic_guard::catch_or("closing the view", (), || {
            self.this.store(std::ptr::null_mut(), Ordering::Release);
            let open = self.state().opener.is_some();
            if open && self.may() {
                // SAFETY: the window is open, and this is the thread that has opened it.
                unsafe { self.inner.removed() };
            }
            self.leave_frame();
        });
        // SAFETY: none of them is used after this; the handlers end when the framework's view has let go of them.
        unsafe {
            ManuallyDrop::drop(&mut self.scale);
            ManuallyDrop::drop(&mut self.inner);
            self.endings.end();
            ManuallyDrop::drop(&mut self.endings);
        }
    }
}

/// The width and height of a rectangle, if there is one of that size.
fn extent(rect: &ViewRect) -> Option<(int32, int32)> {
    let width = rect.right.checked_sub(rect.left)?;
    let height = rect.bottom.checked_sub(rect.top)?;
    Some((width, height))
}

impl IPlugViewTrait for View {
    unsafe fn isPlatformTypeSupported(&self, kind: FIDString) -> tresult {
        if kind.is_null() {
            return kInvalidArgument;
        }
        // SAFETY: the caller's promises are those of the same method.
        unsafe { self.inner.isPlatformTypeSupported(kind) }
    }

    unsafe fn attached(&self, parent: *mut c_void, kind: FIDString) -> tresult {
        if parent.is_null() || kind.is_null() {
            return kInvalidArgument;
        }
        self.call(|inner| {
            // SAFETY: the caller's promises are those of the same method.
            let result = unsafe { inner.attached(parent, kind) };
            if result == kResultOk {
                self.state().opener = Some(thread::current().id());
            }
            result
        })
    }

    unsafe fn removed(&self) -> tresult {
        self.call(|inner| {
            // SAFETY: the caller's promises are those of the same method.
            let result = unsafe { inner.removed() };
            self.state().opener = None;
            result
        })
    }

    unsafe fn onWheel(&self, distance: f32) -> tresult {
        // SAFETY: the caller's promises are those of the same method.
        self.call(|inner| unsafe { inner.onWheel(distance) })
    }

    unsafe fn onKeyDown(&self, key: char16, code: int16, modifiers: int16) -> tresult {
        // SAFETY: as above.
        self.call(|inner| unsafe { inner.onKeyDown(key, code, modifiers) })
    }

    unsafe fn onKeyUp(&self, key: char16, code: int16, modifiers: int16) -> tresult {
        // SAFETY: as above.
        self.call(|inner| unsafe { inner.onKeyUp(key, code, modifiers) })
    }

    unsafe fn getSize(&self, size: *mut ViewRect) -> tresult {
        if size.is_null() {
            return kInvalidArgument;
        }
        // SAFETY: as above; this one may be asked by any thread.
        unsafe { self.inner.getSize(size) }
    }

    unsafe fn onSize(&self, size: *mut ViewRect) -> tresult {
        // SAFETY: null, or the host's to read.
        let Some((right, bottom)) = unsafe { size.as_ref() }.and_then(extent) else {
            return kInvalidArgument;
        };
        // Only its extent counts. One that is empty or negative is taken for the smallest there is.
        let mut size = ViewRect {
            left: 0,
            top: 0,
            right: right.max(1),
            bottom: bottom.max(1),
        };
        // SAFETY: as above.
        self.call(|inner| unsafe { inner.onSize(&mut size) })
    }

    unsafe fn onFocus(&self, state: TBool) -> tresult {
        // SAFETY: as above.
        self.call(|inner| unsafe { inner.onFocus(state) })
    }

    unsafe fn setFrame(&self, frame: *mut IPlugFrame) -> tresult {
        self.call(|inner| {
            let left = self.leave_frame();
            // SAFETY: null, or the host's frame.
            let Some(frame) = (unsafe { ComRef::from_raw(frame) }) else {
                return left;
            };
            let host = Frame {
                frame: frame.to_com_ptr(),
                view: Arc::clone(&self.this),
            };
            let run_loop = frame.cast::<IRunLoop>().filter(|_| sockets_are_left());
            let Some(run_loop) = run_loop else {
                let ours = ComWrapper::new(host);
                let raw = ours.as_com_ref::<IPlugFrame>();
                // SAFETY: the framework counts a reference of its own.
                return raw.map_or(kResultFalse, |raw| unsafe { inner.setFrame(raw.as_ptr()) });
            };
            let ours = ComWrapper::new(LoopFrame {
                host,
                run_loop: RunLoop::new(run_loop),
            });
            let raw = ours.as_com_ref::<IPlugFrame>();
            // SAFETY: as above.
            let set = raw.map_or(kResultFalse, |raw| unsafe { inner.setFrame(raw.as_ptr()) });
            self.state().run_loop = Some(ours);
            set
        })
    }

    unsafe fn canResize(&self) -> tresult {
        // SAFETY: as above; this one may be asked by any thread.
        unsafe { self.inner.canResize() }
    }

    unsafe fn checkSizeConstraint(&self, rect: *mut ViewRect) -> tresult {
        // SAFETY: null, or the host's to read and to write.
        let Some(rect) = (unsafe { rect.as_mut() }) else {
            return kInvalidArgument;
        };
        let Some((right, bottom)) = extent(rect) else {
            return kInvalidArgument;
        };
        let mut size = ViewRect {
            left: 0,
            top: 0,
            right: right.max(1),
            bottom: bottom.max(1),
        };
        // SAFETY: as above.
        let result = self.call(|inner| unsafe { inner.checkSizeConstraint(&mut size) });
        if result == kResultOk {
            rect.right = rect.left.saturating_add(size.right);
            rect.bottom = rect.top.saturating_add(size.bottom);
        }
        result
    }
}

impl IPlugViewContentScaleSupportTrait for View {
    unsafe fn setContentScaleFactor(
        &self,
        factor: IPlugViewContentScaleSupport_::ScaleFactor,
    ) -> tresult {
        if !factor.is_normal() || factor < 0.0 {
            return kInvalidArgument;
        }
        let Some(scale) = &*self.scale else {
            return kNotImplemented;
        };
        // SAFETY: as above.
        self.call(|_| unsafe { scale.setContentScaleFactor(factor) })
    }
}

/// Whether the system gives two sockets more, which is what the framework takes for granted.
#[cfg(all(unix, not(target_os = "macos")))]
fn sockets_are_left() -> bool {
    std::os::unix::net::UnixStream::pair().is_ok()
}

/// The framework has no run loop there.
#[cfg(not(all(unix, not(target_os = "macos"))))]
fn sockets_are_left() -> bool {
    false
}

/// The host's frame, for the framework.
struct Frame {
    frame: ComPtr<IPlugFrame>,
    /// Our view, which the host knows; null when it is gone.
    view: Arc<AtomicPtr<IPlugView>>,
}

impl Frame {
    /// Has the host resize our view.
    ///
    /// # Safety
    /// `size` is null or valid.
    unsafe fn resize(&self, size: *mut ViewRect) -> tresult {
        let view = self.view.load(Ordering::Acquire);
        if view.is_null() || size.is_null() {
            return kResultFalse;
        }
        // SAFETY: the view is there: it takes itself out before it goes, on the thread that this is called on.
        unsafe { self.frame.resizeView(view, size) }
    }
}

impl Class for Frame {
    type Interfaces = (IPlugFrame,);
}

impl IPlugFrameTrait for Frame {
    unsafe fn resizeView(&self, _view: *mut IPlugView, size: *mut ViewRect) -> tresult {
        // SAFETY: the caller's promise.
        unsafe { self.resize(size) }
    }
}

/// The same with the host's run loop.
struct LoopFrame {
    host: Frame,
    run_loop: RunLoop,
}

impl Class for LoopFrame {
    type Interfaces = (IPlugFrame, IRunLoop);
}

impl IPlugFrameTrait for LoopFrame {
    unsafe fn resizeView(&self, _view: *mut IPlugView, size: *mut ViewRect) -> tresult {
        // SAFETY: the caller's promise.
        unsafe { self.host.resize(size) }
    }
}

mod linux {
    use super::LoopFrame;
    use nice_plug::wrapper::vst3::vst3::Steinberg::Linux::*;
    use nice_plug::wrapper::vst3::vst3::Steinberg::tresult;

    impl IRunLoopTrait for LoopFrame {
        unsafe fn registerEventHandler(
            &self,
            handler: *mut IEventHandler,
            descriptor: FileDescriptor,
        ) -> tresult {
            // SAFETY: the caller's promise.
            unsafe { self.run_loop.register(handler, descriptor) }
        }

        unsafe fn unregisterEventHandler(&self, _handler: *mut IEventHandler) -> tresult {
            self.run_loop.unregister()
        }

        unsafe fn registerTimer(
            &self,
            handler: *mut ITimerHandler,
            milliseconds: TimerInterval,
        ) -> tresult {
            // SAFETY: the caller's promises are those of the same method.
            unsafe { self.run_loop.host.registerTimer(handler, milliseconds) }
        }

        unsafe fn unregisterTimer(&self, handler: *mut ITimerHandler) -> tresult {
            // SAFETY: as above.
            unsafe { self.run_loop.host.unregisterTimer(handler) }
        }
    }
}

//! An open editor, and the frame and run loop that its host has for it.

#![allow(unsafe_code)]

use super::Rig;
use nice_plug::wrapper::vst3::vst3::Steinberg::Linux::{
    FileDescriptor, IEventHandler, IEventHandlerTrait, IRunLoop, IRunLoopTrait, ITimerHandler,
    TimerInterval,
};
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::*;
use nice_plug::wrapper::vst3::vst3::Steinberg::*;
use nice_plug::wrapper::vst3::vst3::{Class, ComPtr, ComRef, ComWrapper};
use std::ffi::c_void;
use std::sync::Mutex;

/// An open editor.
pub struct View {
    view: ComPtr<IPlugView>,
    frame: ComWrapper<Frame>,
    _bare: ComWrapper<BareFrame>,
}

impl View {
    /// Opens the editor in a window, for a host with or without a run loop.
    pub fn open(rig: &Rig, window: usize, run_loop: bool) -> Self {
        let frame = Frame::new();
        let bare = ComWrapper::new(BareFrame);
        let raw = match run_loop {
            true => frame.as_com_ref::<IPlugFrame>(),
            false => bare.as_com_ref::<IPlugFrame>(),
        };
        let raw = raw.expect("ours").as_ptr();
        let kind = match cfg!(windows) {
            true => c"HWND".as_ptr(),
            false => c"X11EmbedWindowID".as_ptr(),
        };
        // SAFETY: the calls are those of a host's main thread; the frames outlive the view.
        unsafe {
            let view = rig.controller.createView(c"editor".as_ptr());
            let view = ComPtr::from_raw(view).expect("there is an editor");
            assert_eq!(view.isPlatformTypeSupported(kind), kResultOk);
            let mut size: ViewRect = std::mem::zeroed();
            assert_eq!(view.getSize(&mut size), kResultOk);
            assert!(size.right > 100 && size.bottom > 100);
            assert_eq!(view.setFrame(raw), kResultOk);
            assert_eq!(view.attached(window as *mut c_void, kind), kResultOk);
            Self {
                view,
                frame,
                _bare: bare,
            }
        }
    }

    /// Does what a host's main loop does.
    pub fn pump(&self) {
        self.frame.pump();
    }

    pub fn close(self) {
        self.leave(true, true);
    }

    /// Closes the editor as a host does that may forget to say so, or to take its frame back.
    pub fn leave(self, removed: bool, frame: bool) {
        // SAFETY: as above.
        unsafe {
            if removed {
                assert_eq!(self.view.removed(), kResultOk);
            }
            if frame {
                self.view.setFrame(std::ptr::null_mut());
            }
        }
        self.frame.pump();
        drop(self.view);
        let left = self.frame.handlers.lock().expect("no panic").len();
        assert_eq!(left, 0, "handlers that are left with the host");
    }

    /// Gives the view a size, from corner to corner; whether it was taken.
    pub fn on_size(&self, [left, top, right, bottom]: [i32; 4]) -> bool {
        let mut rect = ViewRect {
            left,
            top,
            right,
            bottom,
        };
        // SAFETY: as above.
        unsafe {
            // Whatever it answers, it must answer.
            self.view.checkSizeConstraint(&mut rect);
            self.view.onSize(&mut rect) == kResultOk
        }
    }

    /// Suggests a scale.
    pub fn scale(&self, factor: f32) -> bool {
        let scale = self.view.cast::<IPlugViewContentScaleSupport>();
        // SAFETY: as above.
        unsafe { scale.expect("ours").setContentScaleFactor(factor) == kResultOk }
    }

    /// Calls with nothing where something should be.
    pub fn calls_with_nothing(&self) {
        let none: *mut c_void = std::ptr::null_mut();
        // SAFETY: null is what is tested.
        unsafe {
            assert_ne!(self.view.isPlatformTypeSupported(none.cast()), kResultOk);
            assert_ne!(self.view.attached(none, none.cast()), kResultOk);
            assert_ne!(self.view.getSize(none.cast()), kResultOk);
            assert_ne!(self.view.onSize(none.cast()), kResultOk);
            assert_ne!(self.view.checkSizeConstraint(none.cast()), kResultOk);
        }
    }

    /// The width and height that it has.
    pub fn size(&self) -> [i32; 2] {
        // SAFETY: a place for the answer, zeroes being a value of plain data.
        unsafe {
            let mut size: ViewRect = std::mem::zeroed();
            assert_eq!(self.view.getSize(&mut size), kResultOk);
            [size.right - size.left, size.bottom - size.top]
        }
    }
}

#[cfg(unix)]
fn is_ready(fd: FileDescriptor) -> bool {
    let mut poll = libc::pollfd {
        fd,
        events: libc::POLLIN,
        revents: 0,
    };
    // SAFETY: one descriptor.
    unsafe { libc::poll(&mut poll, 1, 0) == 1 }
}

/// Nothing is read there: windows have messages.
#[cfg(windows)]
fn is_ready(_: FileDescriptor) -> bool {
    false
}

/// A frame around a view, with the host's run loop.
struct Frame {
    handlers: Mutex<Vec<(Handle, FileDescriptor)>>,
}

struct Handle(ComPtr<IEventHandler>);

// SAFETY: called on the one thread of the test that pumps.
unsafe impl Send for Handle {}

impl Frame {
    fn new() -> ComWrapper<Self> {
        ComWrapper::new(Self {
            handlers: Mutex::new(Vec::new()),
        })
    }

    /// Tells the plug-in about descriptors that can be read.
    fn pump(&self) {
        let ready: Vec<(ComPtr<IEventHandler>, FileDescriptor)> = {
            let handlers = self.handlers.lock().expect("no panic");
            (handlers.iter())
                .filter(|(_, fd)| is_ready(*fd))
                .map(|(handler, fd)| (handler.0.clone(), *fd))
                .collect()
        };
        for (handler, fd) in ready {
            // SAFETY: registered by the plug-in.
            unsafe { handler.onFDIsSet(fd) };
        }
    }
}

impl Class for Frame {
    type Interfaces = (IPlugFrame, IRunLoop);
}

impl IPlugFrameTrait for Frame {
    unsafe fn resizeView(&self, view: *mut IPlugView, size: *mut ViewRect) -> tresult {
        // SAFETY: the plug-in gives its own view.
        match unsafe { ComRef::from_raw(view) } {
            // SAFETY: a size to read.
            Some(view) => unsafe { view.onSize(size) },
            None => kInvalidArgument,
        }
    }
}

impl IRunLoopTrait for Frame {
    unsafe fn registerEventHandler(
        &self,
        handler: *mut IEventHandler,
        fd: FileDescriptor,
    ) -> tresult {
        // SAFETY: the plug-in gives its own handler.
        let Some(handler) = (unsafe { ComRef::from_raw(handler) }) else {
            return kInvalidArgument;
        };
        let mut handlers = self.handlers.lock().expect("no panic");
        handlers.push((Handle(handler.to_com_ptr()), fd));
        kResultOk
    }

    unsafe fn unregisterEventHandler(&self, handler: *mut IEventHandler) -> tresult {
        // What is dropped may call here again, so it is dropped after the lock.
        let removed: Vec<_> = {
            let mut handlers = self.handlers.lock().expect("no panic");
            let place = handlers
                .iter()
                .position(|(held, _)| held.0.as_ptr() == handler);
            place
                .map(|place| handlers.remove(place))
                .into_iter()
                .collect()
        };
        drop(removed);
        kResultOk
    }

    unsafe fn registerTimer(&self, _: *mut ITimerHandler, _: TimerInterval) -> tresult {
        kResultFalse
    }

    unsafe fn unregisterTimer(&self, _: *mut ITimerHandler) -> tresult {
        kResultFalse
    }
}

/// A frame without a run loop.
struct BareFrame;

impl Class for BareFrame {
    type Interfaces = (IPlugFrame,);
}

impl IPlugFrameTrait for BareFrame {
    unsafe fn resizeView(&self, _: *mut IPlugView, _: *mut ViewRect) -> tresult {
        kResultFalse
    }
}

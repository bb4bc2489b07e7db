//! The drop target of a window in OLE, registered in place of the toolkit's, which passes nothing on
//! (<https://learn.microsoft.com/windows/win32/api/oleidl/nn-oleidl-idroptarget>).

#![allow(unsafe_code)]

use std::ffi::OsString;
use std::os::windows::ffi::OsStringExt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use nice_plug_egui::baseview::{WindowContext, WindowWaker};
use raw_window_handle::{HasWindowHandle, RawWindowHandle};
use windows::Win32::Foundation::{HWND, POINTL};
use windows::Win32::System::Com::{DVASPECT_CONTENT, FORMATETC, IDataObject, TYMED_HGLOBAL};
use windows::Win32::System::Ole::{
    CF_HDROP, DROPEFFECT, DROPEFFECT_COPY, DROPEFFECT_LINK, DROPEFFECT_NONE, IDropTarget,
    IDropTarget_Impl, RegisterDragDrop, ReleaseStgMedium, RevokeDragDrop,
};
use windows::Win32::System::SystemServices::MODIFIERKEYS_FLAGS;
use windows::core::{Ref, Result, implement};
use windows_sys::Win32::UI::Shell::DragQueryFileW;

/// What asks the system for the number of files, in place of a file's number.
const COUNT: u32 = u32::MAX;

/// What has come of files.
#[derive(Debug, Default)]
struct Drag {
    dragging: bool,
    dropped: Vec<PathBuf>,
}

/// The window's end of a drop target. The other end is the system's until the window is destroyed.
#[derive(Debug)]
pub struct DropTarget(Arc<Mutex<Drag>>);

impl DropTarget {
    /// The drop target of a window that the toolkit has made, if the system takes it. On the window's thread.
    pub fn of(window: &WindowContext) -> Option<Self> {
        let RawWindowHandle::Win32(handle) = window.window_handle().ok()?.as_raw() else {
            return None;
        };
        let handle = HWND(handle.hwnd.get() as *mut _);
        let drag = Arc::<Mutex<Drag>>::default();
        let target = IDropTarget::from(Receiver {
            drag: Arc::clone(&drag),
            waker: window.waker(),
        });
        // SAFETY: the window is being made on this thread, on which the toolkit has initialised OLE. The toolkit takes
        // back whatever is registered before it destroys the window.
        unsafe {
            // That of the toolkit; if there is none, there is nothing to take back.
            let _ = RevokeDragDrop(handle);
            RegisterDragDrop(handle, &target).ok()?;
        }
        Some(Self(drag))
    }

    /// Whether files are dragged over the window.
    pub fn dragging(&self) -> bool {
        lock(&self.0).dragging
    }

    /// The files that were dropped since the last call.
    pub fn take(&self) -> Vec<PathBuf> {
        std::mem::take(&mut lock(&self.0).dropped)
    }
}

/// A panic elsewhere does not close the lock: what it guards is whole between any two operations.
fn lock(drag: &Mutex<Drag>) -> MutexGuard<'_, Drag> {
    drag.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the system tells about drags.
#[implement(IDropTarget)]
struct Receiver {
    drag: Arc<Mutex<Drag>>,
    waker: WindowWaker,
}

impl Receiver {
    /// Says what would be done with what is dragged, of what whoever drags it allows.
    ///
    /// # Safety
    /// `effect` is null or may be read and written.
    unsafe fn answer(&self, effect: *mut DROPEFFECT) {
        let takes = lock(&self.drag).dragging;
        // SAFETY: the caller's promise.
        if let Some(effect) = unsafe { effect.as_mut() } {
            *effect = match takes {
                true if effect.contains(DROPEFFECT_COPY) => DROPEFFECT_COPY,
                true if effect.contains(DROPEFFECT_LINK) => DROPEFFECT_LINK,
                _ => DROPEFFECT_NONE,
            };
        }
        self.waker.request_redraw();
    }
}

impl IDropTarget_Impl for Receiver_Impl {
    fn DragEnter(
        &self,
        data: Ref<'_, IDataObject>,
        _keys: MODIFIERKEYS_FLAGS,
        _at: &POINTL,
        effect: *mut DROPEFFECT,
    ) -> Result<()> {
        lock(&self.drag).dragging = data.as_ref().is_some_and(|data| !files(data).is_empty());
        // SAFETY: the system gives a place for the answer.
        unsafe { self.answer(effect) };
        Ok(())
    }

    fn DragOver(
        &self,
        _keys: MODIFIERKEYS_FLAGS,
        _at: &POINTL,
        effect: *mut DROPEFFECT,
    ) -> Result<()> {
        // SAFETY: the system gives a place for the answer.
        unsafe { self.answer(effect) };
        Ok(())
    }

    fn DragLeave(&self) -> Result<()> {
        lock(&self.drag).dragging = false;
        self.waker.request_redraw();
        Ok(())
    }

    fn Drop(
        &self,
        data: Ref<'_, IDataObject>,
        _keys: MODIFIERKEYS_FLAGS,
        _at: &POINTL,
        effect: *mut DROPEFFECT,
    ) -> Result<()> {
        let found = data.as_ref().map(files).unwrap_or_default();
        let mut drag = lock(&self.drag);
        drag.dragging = !found.is_empty();
        drag.dropped.extend(found);
        drop(drag);
        // SAFETY: the system gives a place for the answer.
        unsafe { self.answer(effect) };
        lock(&self.drag).dragging = false;
        Ok(())
    }
}

/// The files of what is dragged; none if it is something else.
fn files(data: &IDataObject) -> Vec<PathBuf> {
    let format = FORMATETC {
        cfFormat: CF_HDROP.0,
        ptd: std::ptr::null_mut(),
        dwAspect: DVASPECT_CONTENT.0,
        lindex: -1,
        tymed: TYMED_HGLOBAL.0 as u32,
    };
    // SAFETY: the format lives until the end of the call. What comes is a list of files, which is asked for its names
    // and given back.
    unsafe {
        let Ok(mut medium) = data.GetData(&raw const format) else {
            return Vec::new();
        };
        let list = medium.u.hGlobal.0;
        let count = DragQueryFileW(list, COUNT, std::ptr::null_mut(), 0);
        let name = |index| {
            let length = DragQueryFileW(list, index, std::ptr::null_mut(), 0);
            // With the zero at its end.
            let mut letters = vec![0; length as usize + 1];
            let room = letters.len() as u32;
            let written = DragQueryFileW(list, index, letters.as_mut_ptr(), room);
            letters.truncate(written as usize);
            PathBuf::from(OsString::from_wide(&letters))
        };
        let names = (0..count).map(name).collect();
        ReleaseStgMedium(&raw mut medium);
        names
    }
}

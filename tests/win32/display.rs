//! Windows of Windows, and a hand on mouse and keyboard. The messages are those that the system would send.

use std::path::Path;
use std::ptr::null_mut;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use clack_extensions::gui::{self, GuiApiType, GuiConfiguration};
use windows::Win32::System::Ole::IDropTarget;
use windows::core::Interface;
use windows_sys::Win32::Foundation::{HWND, LPARAM};
use windows_sys::Win32::UI::Input::KeyboardAndMouse::{GetFocus, MAPVK_VK_TO_VSC, MapVirtualKeyW};
use windows_sys::Win32::UI::WindowsAndMessaging::{
    CreateWindowExW, DestroyWindow, DispatchMessageW, GW_CHILD, GW_HWNDNEXT, GetPropW, GetWindow,
    MSG, PM_REMOVE, PeekMessageW, PostMessageW, SWP_NOMOVE, SWP_NOZORDER, SetWindowPos,
    TranslateMessage, WM_CHAR, WM_KEYDOWN, WM_KEYUP, WM_LBUTTONDOWN, WM_LBUTTONUP, WM_MOUSEMOVE,
    WS_CLIPCHILDREN, WS_POPUP, WS_VISIBLE,
};
use windows_sys::w;

use crate::frame;

/// How a host asks for windows of this system.
pub const WINDOWS: GuiConfiguration<'static> = GuiConfiguration {
    api_type: GuiApiType::WIN32,
    is_floating: false,
};

/// The key that ends what is typed.
const ENTER: u16 = 0x0d;

/// What a window is known by.
pub type WindowId = HWND;

/// What no window is known by.
pub const NO_WINDOW: WindowId = null_mut();

/// A window, as CLAP has it.
pub fn handle(window: WindowId) -> gui::Window<'static, 'static> {
    // SAFETY: the tests keep the window until the editor is destroyed.
    unsafe { gui::Window::from_win32_hwnd(window) }
}

/// What a host's main loop does beside its calls: hands out the messages for its windows and those in them.
pub fn pump() {
    // SAFETY: zeroes are a value of plain data; the messages are for windows of this thread.
    unsafe {
        let mut message: MSG = std::mem::zeroed();
        // A window that is drawn without an end must not keep the host from its other work.
        for _ in 0..200 {
            if PeekMessageW(&raw mut message, null_mut(), 0, 0, PM_REMOVE) == 0 {
                break;
            }
            TranslateMessage(&raw const message);
            DispatchMessageW(&raw const message);
        }
    }
}

/// One test has the display at a time: there is one keyboard, and one last frame.
static ONE: Mutex<()> = Mutex::new(());

/// The display.
pub struct Display {
    _alone: MutexGuard<'static, ()>,
}

impl Display {
    pub fn open() -> Self {
        let alone = ONE.lock().unwrap_or_else(PoisonError::into_inner);
        let own = Path::new(env!("CARGO_TARGET_TMPDIR"));
        // SAFETY: the tests take turns. What the user keeps is not to be touched by them.
        unsafe { std::env::set_var("APPDATA", own) };
        frame::watch();
        frame::forget();
        Self { _alone: alone }
    }

    /// A plain window of a size, pixels, to put an editor into.
    pub fn window(&self, [width, height]: [u32; 2]) -> WindowId {
        // SAFETY: a class that every process has; the texts end with a zero.
        let window = unsafe {
            CreateWindowExW(
                0,
                w!("STATIC"),
                w!("Anteroom tests"),
                WS_POPUP | WS_VISIBLE | WS_CLIPCHILDREN,
                0,
                0,
                width as i32,
                height as i32,
                null_mut(),
                null_mut(),
                null_mut(),
                std::ptr::null(),
            )
        };
        assert!(!window.is_null(), "the system gives a window");
        pump();
        window
    }

    /// Gives a window another size.
    pub fn resize(&self, window: WindowId, [width, height]: [u32; 2]) {
        let flags = SWP_NOMOVE | SWP_NOZORDER;
        // SAFETY: a window of this thread.
        unsafe { SetWindowPos(window, null_mut(), 0, 0, width as i32, height as i32, flags) };
        pump();
    }

    pub fn destroy(&self, window: WindowId) {
        // SAFETY: a window of this thread.
        unsafe { DestroyWindow(window) };
        pump();
    }

    /// How many editors sit in a window.
    pub fn editors(&self, window: WindowId) -> usize {
        // SAFETY: asks about windows; one that is gone has no next.
        let next = |window, which| unsafe { GetWindow(window, which) };
        let mut child = next(window, GW_CHILD);
        let mut count = 0;
        while !child.is_null() {
            count += 1;
            child = next(child, GW_HWNDNEXT);
        }
        count
    }

    /// The editor in a window.
    fn editor(&self, window: WindowId) -> WindowId {
        // SAFETY: asks about a window of this thread.
        let editor = unsafe { GetWindow(window, GW_CHILD) };
        assert!(!editor.is_null(), "there is an editor");
        editor
    }

    fn send(&self, window: WindowId, message: u32, keys: usize, rest: LPARAM) {
        let editor = self.editor(window);
        // SAFETY: messages of plain numbers to a window of this thread.
        let sent = unsafe { PostMessageW(editor, message, keys, rest) };
        assert_ne!(sent, 0, "the message is taken");
    }

    /// Moves the pointer, with the first button down or not.
    fn move_to(&self, window: WindowId, [x, y]: [i32; 2], down: bool) {
        let at = (y as isize) << 16 | (x as isize & 0xffff);
        self.send(window, WM_MOUSEMOVE, usize::from(down), at);
    }

    pub fn point(&self, window: WindowId, at: [i32; 2]) {
        self.move_to(window, at, false);
    }

    fn press(&self, window: WindowId, [x, y]: [i32; 2], down: bool) {
        let at = (y as isize) << 16 | (x as isize & 0xffff);
        let message = if down { WM_LBUTTONDOWN } else { WM_LBUTTONUP };
        self.send(window, message, usize::from(down), at);
    }

    /// Drags as a hand does, in steps that take time; `meanwhile` is called at each.
    pub fn drag(
        &self,
        window: WindowId,
        [x, y]: [i32; 2],
        by: [i32; 2],
        mut meanwhile: impl FnMut(),
    ) {
        let mut rest = || {
            meanwhile();
            std::thread::sleep(Duration::from_millis(40));
            meanwhile();
        };
        self.point(window, [x, y]);
        rest();
        self.press(window, [x, y], true);
        rest();
        for step in 1..=10 {
            let at = [x + by[0] * step / 10, y + by[1] * step / 10];
            self.move_to(window, at, true);
            rest();
        }
        self.press(window, [x + by[0], y + by[1]], false);
        rest();
    }

    /// Presses and lets go of the first button at a place.
    pub fn click(&self, window: WindowId, at: [i32; 2], mut meanwhile: impl FnMut()) {
        for down in [true, false] {
            self.point(window, at);
            self.press(window, at, down);
            meanwhile();
            std::thread::sleep(Duration::from_millis(40));
            meanwhile();
        }
    }

    /// Whether the editor in a window has the keyboard.
    pub fn has_keyboard(&self, window: WindowId) -> bool {
        // SAFETY: asks for a window of this thread.
        unsafe { GetFocus() == self.editor(window) }
    }

    /// Presses the keys of some digits, and Enter.
    pub fn type_text(&self, window: WindowId, digits: &str, mut meanwhile: impl FnMut()) {
        // A digit's key has its number among the letters.
        let keys = digits.bytes().map(u16::from).chain([ENTER]);
        for key in keys {
            // SAFETY: asks for a number.
            let scan = unsafe { MapVirtualKeyW(key.into(), MAPVK_VK_TO_VSC) };
            let rest = (scan as isize) << 16 | 1;
            self.send(window, WM_KEYDOWN, key.into(), rest);
            if key != ENTER {
                self.send(window, WM_CHAR, key.into(), rest);
            }
            meanwhile();
            self.send(window, WM_KEYUP, key.into(), rest | 3 << 30);
            meanwhile();
            std::thread::sleep(Duration::from_millis(20));
            meanwhile();
        }
    }

    /// What the editor in a window has registered for drops. The system keeps it with the window.
    pub fn drop_target(&self, window: WindowId) -> IDropTarget {
        let editor = self.editor(window);
        // SAFETY: the property has a pointer to the target, which lives as long as it is registered; it is counted anew.
        unsafe {
            let target = GetPropW(editor, w!("OleDropTargetInterface"));
            assert!(!target.is_null(), "a drop target is registered");
            IDropTarget::from_raw_borrowed(&target)
                .expect("it is not null")
                .clone()
        }
    }
}

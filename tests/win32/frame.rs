//! The frame that a window shows next: read back from the graphics system whenever a frame is to be shown, because the
//! function that shows it begins with a jump to here.

use std::collections::HashSet;
use std::ffi::c_void;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, Once, OnceLock, PoisonError};

use windows_sys::Win32::Foundation::RECT;
use windows_sys::Win32::Graphics::Gdi::{HDC, WindowFromDC};
use windows_sys::Win32::Graphics::OpenGL::{GL_RGBA, GL_UNSIGNED_BYTE, glReadPixels};
use windows_sys::Win32::System::LibraryLoader::{GetProcAddress, LoadLibraryW};
use windows_sys::Win32::System::Memory::{PAGE_EXECUTE_READWRITE, VirtualProtect};
use windows_sys::Win32::UI::WindowsAndMessaging::GetClientRect;
use windows_sys::core::BOOL;
use windows_sys::w;

/// How far around a place is looked, pixels.
const AROUND: i32 = 30;

/// A frame: width, height, and the pixels from the lowest line up.
#[derive(Default)]
struct Frame {
    size: [u32; 2],
    pixels: Vec<[u8; 4]>,
}

static LAST: Mutex<Option<Frame>> = Mutex::new(None);

type Show = unsafe extern "system" fn(HDC) -> BOOL;

/// What shows a frame, below the function that is replaced.
static BELOW: OnceLock<Show> = OnceLock::new();

fn last() -> MutexGuard<'static, Option<Frame>> {
    LAST.lock().unwrap_or_else(PoisonError::into_inner)
}

/// From now on every frame of this process is read.
pub fn watch() {
    static ONCE: Once = Once::new();
    // SAFETY: both functions are of this type. The first is one of the system's, longer than the jump that is written over
    // its beginning: move a number into a register, jump there. Nobody shows a frame meanwhile.
    ONCE.call_once(|| unsafe {
        let graphics = LoadLibraryW(w!("opengl32.dll"));
        let below = GetProcAddress(graphics, c"wglSwapBuffers".as_ptr().cast());
        let below = below.expect("the graphics system shows frames");
        let _ = BELOW.set(std::mem::transmute::<
            unsafe extern "system" fn() -> isize,
            Show,
        >(below));
        let windows = LoadLibraryW(w!("gdi32.dll"));
        let shown = GetProcAddress(windows, c"SwapBuffers".as_ptr().cast());
        let shown = shown.expect("the window system shows frames") as *mut u8;
        let mut jump = vec![0x48, 0xb8];
        jump.extend((show as Show as usize).to_le_bytes());
        jump.extend([0xff, 0xe0]);
        let mut before = 0;
        let place = shown.cast::<c_void>();
        let may = VirtualProtect(place, jump.len(), PAGE_EXECUTE_READWRITE, &raw mut before);
        assert_ne!(may, 0, "the function can be replaced");
        std::ptr::copy_nonoverlapping(jump.as_ptr(), shown, jump.len());
    });
}

/// Reads the frame, and shows it.
unsafe extern "system" fn show(device: HDC) -> BOOL {
    // SAFETY: called with what the replaced function was called with; the pixels have a place of their size.
    unsafe {
        let mut area: RECT = std::mem::zeroed();
        GetClientRect(WindowFromDC(device), &raw mut area);
        let size = [area.right, area.bottom].map(|side| side.max(0) as u32);
        let mut pixels = vec![[0_u8; 4]; size[0] as usize * size[1] as usize];
        let into = pixels.as_mut_ptr().cast();
        let (width, height) = (area.right, area.bottom);
        glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE, into);
        *last() = Some(Frame { size, pixels });
        BELOW.get().map_or(0, |below| below(device))
    }
}

/// Forgets the last frame.
pub fn forget() {
    *last() = None;
}

/// The size of the last frame, pixels.
pub fn size() -> [u32; 2] {
    last().as_ref().map_or([0, 0], |frame| frame.size)
}

/// How many colours there are in the last frame.
pub fn colours() -> usize {
    let last = last();
    let colours = last.iter().flat_map(|frame| &frame.pixels);
    colours.collect::<HashSet<_>>().len()
}

/// The pixels around a place of the last frame.
pub fn around([x, y]: [i32; 2]) -> Vec<[u8; 4]> {
    let last = last();
    let frame = last.as_ref().expect("a frame was drawn");
    let [width, height] = frame.size.map(|side| side as i32);
    let mut found = Vec::new();
    for line in (y - AROUND).max(0)..(y + AROUND).min(height) {
        for column in (x - AROUND).max(0)..(x + AROUND).min(width) {
            let at = (height - 1 - line) * width + column;
            found.push(frame.pixels[at as usize]);
        }
    }
    found
}

/// Keeps the last frame as a picture among what was built.
pub fn save(name: &str) {
    let last = last();
    let frame = last.as_ref().expect("a frame was drawn");
    let [width, height] = frame.size;
    let lines = frame.pixels.chunks_exact(width as usize).rev().flatten();
    let rgb = lines.flat_map(|[red, green, blue, _]| [*red, *green, *blue]);
    let image = image::RgbImage::from_raw(width, height, rgb.collect()).expect("an image");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    image.save(folder.join(name)).expect("a file");
}

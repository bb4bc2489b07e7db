//! An X server without a screen, and a hand on its mouse.

use std::os::unix::process::CommandExt;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use clack_extensions::gui::{self, GuiApiType, GuiConfiguration};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    ConnectionExt, CreateWindowAux, ImageFormat, InputFocus, Window, WindowClass,
};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

use crate::server;

/// The size of the screen, pixels.
pub const SCREEN: [u16; 2] = [1600, 1000];

/// How a host asks for windows of this system.
pub const WINDOWS: GuiConfiguration<'static> = GuiConfiguration {
    api_type: GuiApiType::X11,
    is_floating: false,
};

/// What a window is known by.
pub type WindowId = Window;

/// What no window is known by.
pub const NO_WINDOW: WindowId = 0;

/// A window, as CLAP has it.
pub fn handle(window: WindowId) -> gui::Window<'static, 'static> {
    gui::Window::from_x11_handle(window.into())
}

/// What a host's main loop does beside its calls: here the editor's window has a thread of its own.
pub fn pump() {}

/// One test has the display at a time.
static ONE: Mutex<()> = Mutex::new(());

/// The server's name. It serves all tests of the process and ends with it: the window system's
/// libraries keep connections of their own, and end a process that loses its server.
static SERVER: OnceLock<Option<String>> = OnceLock::new();

/// A connection to the server.
pub struct Display {
    connection: RustConnection,
    root: Window,
    _alone: MutexGuard<'static, ()>,
}

impl Display {
    /// Connects to the server. None if there is none to start; that fails where all has to be there.
    pub fn open() -> Option<Self> {
        let alone = ONE.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(name) = SERVER.get_or_init(start) else {
            assert!(std::env::var_os("CI").is_none(), "Xvfb is not installed");
            eprintln!("skipped: Xvfb is not installed (apt install xvfb libegl1 libgl1-mesa-dri)");
            return None;
        };
        let (connection, screen) = x11rb::connect(Some(name)).expect("a connection");
        let root = connection.setup().roots[screen].root;
        Some(Self {
            connection,
            root,
            _alone: alone,
        })
    }

    /// The connection itself.
    pub fn connection(&self) -> &RustConnection {
        &self.connection
    }

    /// A plain window of a size, pixels, to put an editor into.
    pub fn window(&self, [width, height]: [u32; 2]) -> Window {
        let window = self.connection.generate_id().expect("an id");
        let (width, height) = (width as u16, height as u16);
        self.connection
            .create_window(
                x11rb::COPY_DEPTH_FROM_PARENT,
                window,
                self.root,
                0,
                0,
                width,
                height,
                0,
                WindowClass::INPUT_OUTPUT,
                x11rb::COPY_FROM_PARENT,
                &CreateWindowAux::new().background_pixel(0),
            )
            .expect("a window");
        self.connection.map_window(window).expect("a window");
        self.connection.sync().expect("a server");
        window
    }

    /// Gives a window another size.
    pub fn resize(&self, window: Window, [width, height]: [u32; 2]) {
        let size = x11rb::protocol::xproto::ConfigureWindowAux::new()
            .width(width)
            .height(height);
        self.connection
            .configure_window(window, &size)
            .expect("a window");
        self.connection.sync().expect("a server");
    }

    pub fn destroy(&self, window: Window) {
        self.connection.destroy_window(window).expect("a window");
        self.connection.sync().expect("a server");
    }

    fn pixels(&self) -> Vec<u8> {
        let [width, height] = SCREEN;
        let image = self
            .connection
            .get_image(ImageFormat::Z_PIXMAP, self.root, 0, 0, width, height, !0)
            .expect("a server");
        image.reply().expect("an image").data
    }

    /// How many colours there are on the screen.
    pub fn colours(&self) -> usize {
        let pixels = self.pixels();
        let colours = pixels
            .chunks_exact(4)
            .map(|pixel| [pixel[0], pixel[1], pixel[2]]);
        colours.collect::<std::collections::HashSet<_>>().len()
    }

    /// Keeps a picture of the screen among what was built.
    pub fn save(&self, name: &str) {
        let [width, height] = SCREEN.map(u32::from);
        let rgb = self.pixels();
        let rgb = rgb
            .chunks_exact(4)
            .flat_map(|pixel| [pixel[2], pixel[1], pixel[0]]);
        let image = image::RgbImage::from_raw(width, height, rgb.collect()).expect("an image");
        let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
        image.save(folder.join(name)).expect("a file");
    }

    fn fake(&self, kind: u8, detail: u8, [x, y]: [i32; 2]) {
        self.connection
            .xtest_fake_input(kind, detail, 0, self.root, x as i16, y as i16, 0)
            .expect("a server");
        self.connection.sync().expect("a server");
    }

    /// Moves the pointer.
    pub fn point(&self, at: [i32; 2]) {
        self.fake(6, 0, at);
    }

    /// Presses or lets go of the first button.
    pub fn press(&self, down: bool) {
        self.fake(if down { 4 } else { 5 }, 1, [0, 0]);
    }

    /// Presses and lets go of the first button at a place.
    pub fn click(&self, at: [i32; 2]) {
        self.point(at);
        self.press(true);
        self.press(false);
    }

    /// Presses and lets go of the key that types this, by its number among the server's symbols: a digit or a small
    /// letter is its own, Enter is `0xff0d`, Escape `0xff1b`, the arrow up `0xff52`.
    pub fn key(&self, symbol: u32) {
        let setup = self.connection.setup();
        let (first, last) = (setup.min_keycode, setup.max_keycode);
        let map = self
            .connection
            .get_keyboard_mapping(first, last - first + 1);
        let map = map.expect("a server").reply().expect("a keyboard");
        let each = usize::from(map.keysyms_per_keycode);
        let place = map.keysyms.chunks(each).position(|key| key[0] == symbol);
        let code = first + place.expect("a key that types this") as u8;
        self.fake(2, code, [0, 0]);
        self.fake(3, code, [0, 0]);
    }

    /// Has the server do all of this before it listens to anybody else.
    pub fn at_once(&self, work: impl FnOnce()) {
        self.connection.grab_server().expect("a server");
        work();
        self.connection.ungrab_server().expect("a server");
        self.connection.sync().expect("a server");
    }

    /// A plain window within a window.
    pub fn part(&self, window: Window) -> Window {
        let part = self.window([10, 10]);
        self.connection
            .reparent_window(part, window, 0, 0)
            .expect("a window");
        self.connection.sync().expect("a server");
        part
    }

    /// Gives the keyboard to a window.
    pub fn focus(&self, window: Window) {
        let time = x11rb::CURRENT_TIME;
        self.connection
            .set_input_focus(InputFocus::PARENT, window, time)
            .expect("a server");
        self.connection.sync().expect("a server");
    }

    /// Who has the keyboard.
    pub fn focused(&self) -> Window {
        let focus = self.connection.get_input_focus().expect("a server");
        focus.reply().expect("an answer").focus
    }

    /// The first window within a window, and its size in pixels.
    pub fn inner(&self, window: Window) -> Option<(Window, [u32; 2])> {
        let tree = self.connection.query_tree(window).ok()?.reply().ok()?;
        let inner = *tree.children.first()?;
        let place = self.connection.get_geometry(inner).ok()?.reply().ok()?;
        Some((inner, [place.width, place.height].map(u32::from)))
    }

    /// Drags as a hand does, in steps that take time; `meanwhile` is called at each.
    pub fn drag(&self, [x, y]: [i32; 2], by: [i32; 2], mut meanwhile: impl FnMut()) {
        let mut rest = || {
            meanwhile();
            std::thread::sleep(Duration::from_millis(40));
        };
        self.point([x, y]);
        rest();
        self.press(true);
        rest();
        for step in 1..=10 {
            self.point([x + by[0] * step / 10, y + by[1] * step / 10]);
            rest();
        }
        self.press(false);
        rest();
    }
}

/// Starts a server that ends when this process does.
fn start() -> Option<String> {
    let (_, name) = server::start(SCREEN, |mut command| {
        // SAFETY: between fork and exec there is one system call, which may be made there.
        unsafe {
            command.pre_exec(
                || match libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) {
                    0 => Ok(()),
                    _ => Err(std::io::Error::last_os_error()),
                },
            );
        }
        // The signal comes when the thread ends that started the server: one that never does.
        let (sender, started) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let _ = sender.send(command.spawn());
            loop {
                std::thread::park();
            }
        });
        started.recv().ok()?.ok()
    })?;
    // SAFETY: the tests take turns, and nothing of this process has looked for a display yet.
    unsafe {
        std::env::set_var("DISPLAY", &name);
        // What the user keeps is not to be touched by tests.
        std::env::set_var("XDG_DATA_HOME", env!("CARGO_TARGET_TMPDIR"));
    }
    Some(name)
}

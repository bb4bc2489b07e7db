//! The window: opens the screen inside the host's, at the size and zoom that the project stores,
//! as often as the host likes. Opened and asked on the host's main thread; drawn there as well, but
//! on X11 on a thread of the window's own.

mod end;
mod first;
mod handle;
mod keys;
mod size;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use egui::ViewportCommand;
use nice_plug::context::gui::GuiContext;
use nice_plug::editor::dpi::{LogicalSize, NativeSize, PhysicalSize};
use nice_plug::editor::{Editor, HostMethods, ParentWindowHandle, ResizeHint, SpawnedEditor};
use nice_plug_egui::{
    EguiEditorState, EguiNiceSettings, Frame, GraphicsConfig, NiceEguiApp, RepaintNotifier,
    baseview, create_egui_editor,
};

use self::end::Alive;
use self::first::Frames;
use self::handle::{Handle, Held};
use self::keys::Keyboard;
use self::size::Limits;

use super::border::{self, Place};
use super::desk::App;
use super::drop::Drops;
use super::still::Still;
use super::theme;
use crate::exchange::Shared;
use crate::instance::{Desk, Remote};
use crate::params::AnteroomParams;
use crate::state::Project;

/// How long a host may take to resize the window.
const PATIENCE: Duration = Duration::from_millis(500);

/// The editor of one instance.
#[derive(Debug)]
pub struct Window {
    app: Arc<Mutex<App>>,
    project: Shared<Project>,
    /// Width and height of the open window in native pixels, in one number; 0 while it is closed.
    extent: Arc<AtomicU64>,
    /// How large a window can be: as of the last opening.
    limits: Mutex<Option<Limits>>,
}

impl Window {
    /// The editor of an instance, closed. `project` is what it shares with the state that the host
    /// saves.
    #[must_use]
    pub fn new(
        params: Arc<AnteroomParams>,
        desk: Desk,
        remote: Remote,
        project: Shared<Project>,
    ) -> Self {
        Self {
            app: Arc::new(Mutex::new(App::new(params, desk, remote, project.clone()))),
            project,
            extent: Arc::default(),
            limits: Mutex::new(None),
        }
    }

    /// The size at which it opens, in the window system's logical pixels: the project's points, zoomed, as far as the
    /// screen can show that.
    fn opening(&self) -> NativeSize<u32> {
        // Not by way of the app: on X11 its frames are drawn on a thread of the window's, which may
        // be telling the host something that the host's main thread has to do first.
        let view = self.project.with(|project| project.view.clone());
        self.limits().opening(&view)
    }

    /// How large a window can be, as far as is known already; otherwise the window system is asked.
    fn limits(&self) -> Limits {
        let mut limits = self.limits.lock().unwrap_or_else(PoisonError::into_inner);
        *limits.get_or_insert_with(Limits::look)
    }

    /// Looks again how large a window can be: screens come and go.
    fn look(&self) -> Limits {
        let limits = Limits::look();
        let mut known = self.limits.lock().unwrap_or_else(PoisonError::into_inner);
        *known.insert(limits)
    }
}

fn lock(app: &Mutex<App>) -> MutexGuard<'_, App> {
    app.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Editor for Window {
    type Handle = Handle;

    fn spawn(
        &self,
        parent: Option<ParentWindowHandle>,
        wait_for_parent: bool,
        fallback_scale_factor: Option<f64>,
        gui_context: GuiContext,
        host: Option<HostMethods>,
    ) -> Result<SpawnedEditor<Self::Handle>, Box<dyn std::error::Error>> {
        let scale = fallback_scale_factor.and_then(size::sound);
        border::attempt("opening the editor", || {
            self.make(parent, wait_for_parent, scale, gui_context, host)
        })
        .unwrap_or_else(|| Err("the editor can not be made: a fault of the plug-in".into()))
    }

    fn size(&self) -> NativeSize<u32> {
        // ORDERING: Relaxed, a number that nothing else depends on.
        let extent = self.extent.load(Ordering::Relaxed);
        if extent != 0 {
            return NativeSize::new((extent >> 32) as u32, extent as u32);
        }
        let [width, height] = size::smallest();
        border::hold("telling its size", NativeSize::new(width, height), || {
            self.opening()
        })
    }

    fn resize_hint(&self) -> ResizeHint {
        // Half of the smallest size in points: below its smallest size the screen zooms out.
        let [width, height] = size::smallest();
        let smallest = NativeSize::new(width, height);
        let largest = border::hold("telling its limits", smallest, || {
            self.limits().fit(NativeSize::new(u32::MAX, u32::MAX), 1.0)
        });
        ResizeHint::resizable().with_min_max_physical_size(
            Some(PhysicalSize::new(width, height)),
            Some(PhysicalSize::new(largest.width, largest.height)),
        )
    }
}

impl Window {
    /// Makes the window and all that belongs to it.
    fn make(
        &self,
        parent: Option<ParentWindowHandle>,
        wait_for_parent: bool,
        scale: Option<f64>,
        gui_context: GuiContext,
        host: Option<HostMethods>,
    ) -> Result<SpawnedEditor<Handle>, Box<dyn std::error::Error>> {
        border::strike(Place::Opening);
        let limits = self.look();
        let opening = self.opening();
        let opening = LogicalSize::new(opening.width as f32, opening.height as f32);
        // The framework's own zoom is left at 1: it does not count it in what it tells the host.
        let state = EguiEditorState::from_size(opening, 1.0);
        let mut settings = EguiNiceSettings::new()
            .with_tile("Anteroom")
            .with_resize_hint(self.resize_hint())
            .with_graphics_config(graphics());
        if first::X11 {
            settings.repaint_poll_interval = first::NO_POLL;
        }
        let (alive, ended) = end::pair();
        let frames = Frames::default();
        let keyboard = Keyboard::default();
        let face = Face {
            alive: Some(alive),
            frames: frames.clone(),
            app: Arc::clone(&self.app),
            extent: Arc::clone(&self.extent),
            quiet_until: Instant::now(),
            drops: Drops::default(),
            still: Still::default(),
            keyboard: keyboard.clone(),
            broken: false,
        };
        // Made anew for each window, because the framework fixes the size when it is made.
        // The screen decides by itself when it is drawn: a notifier that the audio thread calls
        // would have it drawn twice in the time of one frame.
        let SpawnedEditor {
            handle: inner,
            window,
        } = create_egui_editor(state, RepaintNotifier::new(), settings, face)
            .ok_or("the editor can not be made")?
            .spawn(parent, wait_for_parent, scale, gui_context, host)?;
        let window = Held::new(window, ended, keyboard.clone());
        let handle = Handle {
            inner,
            frames,
            keyboard,
            limits,
        };
        if first::X11 {
            // Its thread has to be asked something before it can be told to stop, which it forgets when it begins. And
            // the scale of the system, which is known now, may have made it too large.
            handle.settle_size(&window);
        }
        Ok(SpawnedEditor { handle, window })
    }
}

/// No more of the graphics card than flat surfaces need: where it is a program, that counts.
fn graphics() -> GraphicsConfig {
    let mut graphics = GraphicsConfig {
        dithering: false,
        ..GraphicsConfig::default()
    };
    graphics.gl_config.depth_bits = 0;
    graphics.gl_config.stencil_bits = 0;
    graphics
}

/// The colour behind everything, as the window is cleared to it: not converted to linear light,
/// because the frame is not either.
fn ground() -> egui::Rgba {
    let [red, green, blue, _] = theme::GROUND.to_array().map(|part| f32::from(part) / 255.0);
    egui::Rgba::from_rgb(red, green, blue)
}

/// The screen inside one open window.
struct Face {
    /// Some until the window's thread builds the screen.
    alive: Option<Alive>,
    frames: Frames,
    app: Arc<Mutex<App>>,
    extent: Arc<AtomicU64>,
    /// Until then the zoom is not fitted to the window.
    quiet_until: Instant,
    drops: Drops,
    still: Still,
    keyboard: Keyboard,
    /// Whether a frame has panicked: then nothing is drawn any more, and the window closes.
    broken: bool,
}

impl NiceEguiApp for Face {
    fn build(
        &mut self,
        egui_ctx: egui::Context,
        nice_gui_ctx: GuiContext,
        frame: &mut Frame,
    ) -> Result<(), baseview::HandlerError> {
        if let Some(alive) = self.alive.take() {
            alive.hold();
        }
        let built = border::attempt("building the editor", || {
            // By now the toolkit has loaded it for this window.
            crate::mapped::keep(c"libEGL.so.1");
            crate::mapped::keep_this();
            self.frames.serve(&egui_ctx);
            self.drops = Drops::onto(frame.baseview_window());
            self.keyboard.serve(frame.baseview_window());
            frame.set_clear_color(ground());
            lock(&self.app).open(&egui_ctx, nice_gui_ctx);
        });
        built.ok_or_else(|| baseview::HandlerError::from_boxed("a fault of the plug-in".into()))
    }

    fn ui(&mut self, ui: &mut egui::Ui, frame: &mut Frame) {
        if self.broken {
            return;
        }
        border::strike(Place::Thread);
        if border::attempt("drawing the editor", || self.draw(ui, frame)).is_none() {
            self.broken = true;
            frame.baseview_window().request_close();
        }
    }
}

impl Face {
    fn draw(&mut self, ui: &mut egui::Ui, frame: &Frame) {
        border::strike(Place::Frame);
        self.frames.drawn(|| frame.baseview_window().waker());
        let size = frame.baseview_window().size().to_native_size::<u32>();
        let extent = u64::from(size.width) << 32 | u64::from(size.height);
        self.extent.store(extent, Ordering::Relaxed);
        let mut app = lock(&self.app);
        let ctx = ui.ctx().clone();
        let now = ctx.zoom_factor();
        let points = ctx.content_rect().size();
        let wanted = app.window.zoom;
        let dropped = self.drops.take();
        app.dropped(dropped, self.drops.hovering);
        app.frame(ui, now);
        self.keyboard.settle(&ctx);
        self.still.settle(&ctx, ui.layer_id());
        if app.window.zoom != wanted {
            // The host is given time to resize the window, as the framework has asked it to.
            self.quiet_until = Instant::now() + PATIENCE;
        }
        if Instant::now() < self.quiet_until {
            return;
        }
        // What the window gives, in logical pixels, and the zoom that shows all of the screen.
        let window = points * now;
        let wanted = size::chosen(wanted);
        let zoom = size::fitting(window, wanted);
        if (zoom - now).abs() > 0.001 {
            // A new zoom makes the framework resize the window; here the window stays.
            ctx.set_zoom_factor(zoom);
            ctx.send_viewport_cmd(ViewportCommand::InnerSize(window / zoom));
        } else if zoom >= wanted {
            app.resized(points.x, points.y);
        }
    }
}

impl Drop for Face {
    /// The framework tells a screen that it is closed by dropping it.
    fn drop(&mut self) {
        self.extent.store(0, Ordering::Relaxed);
        border::hold("closing the editor", (), || lock(&self.app).close());
    }
}

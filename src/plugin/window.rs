//! The window: opens the screen inside the host's window, at the size and zoom that the project stores, as often as the
//! host likes. It is opened and asked on the host's main thread. It is drawn there too, except on X11, where the window
//! has a thread of its own.
//!
//! `size` says which sizes a window can have, `handle` is what the framework holds of it, `frame_cache` copies pixels that
//! have not changed, and `accessibility` hands the screen to assistive tools.

mod accessibility;
mod frame_cache;
mod handle;
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

use self::frame_cache::FrameCache;
use self::handle::{OpenWindow, WindowHandle};
use self::size::Limits;
use super::workarounds::window::file_drop::FileDrop;
use super::workarounds::window::first_frame::{self, FrameRequests};
use super::workarounds::window::keyboard_focus::KeyboardFocus;
use super::workarounds::window::thread_join::{self, ThreadGuard};
use crate::editor::Controller;
use crate::editor::panic_guard::{self, FaultPoint};
use crate::editor::view_model::Scheme;
use crate::editor::widgets::theme::{recolor, schemes};
use crate::exchange::Shared;
use crate::instance::{Remote, UiHandle};
use crate::params::AnteroomParams;
use crate::state::Project;

/// How long a host may take to resize the window after the zoom was changed.
const RESIZE_TIME: Duration = Duration::from_millis(500);

/// The editor of one instance.
#[derive(Debug)]
pub struct PluginEditor {
    controller: Arc<Mutex<Controller>>,
    project: Shared<Project>,
    /// Width and height of the open window in native pixels, packed into one number; 0 while it is closed.
    extent: Arc<AtomicU64>,
    /// The limits of its size, as of the last opening.
    limits: Mutex<Option<Limits>>,
}

impl PluginEditor {
    /// The editor of an instance, closed. `project` is what it shares with the state that the host
    /// saves.
    #[must_use]
    pub fn new(
        params: Arc<AnteroomParams>,
        ui_handle: UiHandle,
        remote: Remote,
        project: Shared<Project>,
    ) -> Self {
        Self {
            controller: Arc::new(Mutex::new(Controller::new(
                params,
                ui_handle,
                remote,
                project.clone(),
            ))),
            project,
            extent: Arc::default(),
            limits: Mutex::new(None),
        }
    }

    /// The size at which it opens, logical pixels of the window system: that of the project, zoomed, as far as the screen
    /// can show it.
    fn opening_size(&self) -> NativeSize<u32> {
        // Not from the controller. On X11 the window's thread locks it while it draws, and may be waiting for this thread.
        let view = self.project.with(|project| project.view.clone());
        self.limits().opening(&view)
    }

    /// The limits of the window's size. The window system is asked if they are not known yet.
    fn limits(&self) -> Limits {
        let mut limits = self.limits.lock().unwrap_or_else(PoisonError::into_inner);
        *limits.get_or_insert_with(Limits::query)
    }

    /// The limits as they are now: screens come and go.
    fn query_limits(&self) -> Limits {
        let limits = Limits::query();
        let mut known = self.limits.lock().unwrap_or_else(PoisonError::into_inner);
        *known.insert(limits)
    }
}

fn lock(controller: &Mutex<Controller>) -> MutexGuard<'_, Controller> {
    controller.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Editor for PluginEditor {
    type Handle = WindowHandle;

    fn spawn(
        &self,
        parent: Option<ParentWindowHandle>,
        wait_for_parent: bool,
        fallback_scale_factor: Option<f64>,
        gui_context: GuiContext,
        host: Option<HostMethods>,
    ) -> Result<SpawnedEditor<Self::Handle>, Box<dyn std::error::Error>> {
        let scale = fallback_scale_factor.and_then(size::valid_scale);
        panic_guard::catch("opening the editor", || {
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
        panic_guard::catch_or("telling its size", NativeSize::new(width, height), || {
            self.opening_size()
        })
    }

    fn resize_hint(&self) -> ResizeHint {
        // Half of the screen's smallest size: in a smaller window the screen is drawn at a smaller zoom.
        let [width, height] = size::smallest();
        let smallest = NativeSize::new(width, height);
        let largest = panic_guard::catch_or("telling its limits", smallest, || {
            self.limits().fit(NativeSize::new(u32::MAX, u32::MAX), 1.0)
        });
        ResizeHint::resizable().with_min_max_physical_size(
            Some(PhysicalSize::new(width, height)),
            Some(PhysicalSize::new(largest.width, largest.height)),
        )
    }
}

impl PluginEditor {
    /// Makes the window and all that belongs to it.
    fn make(
        &self,
        parent: Option<ParentWindowHandle>,
        wait_for_parent: bool,
        scale: Option<f64>,
        gui_context: GuiContext,
        host: Option<HostMethods>,
    ) -> Result<SpawnedEditor<WindowHandle>, Box<dyn std::error::Error>> {
        panic_guard::fault_point(FaultPoint::Opening);
        let limits = self.query_limits();
        let opening = self.opening_size();
        let opening = LogicalSize::new(opening.width as f32, opening.height as f32);
        // The framework's own zoom is left at 1, because it is not included in the sizes that it tells the host.
        let state = EguiEditorState::from_size(opening, 1.0);
        let mut settings = EguiNiceSettings::new()
            .with_tile("Anteroom")
            .with_resize_hint(self.resize_hint())
            .with_graphics_config(graphics());
        if first_frame::X11 {
            settings.repaint_poll_interval = first_frame::NO_POLL;
        }
        let (guard, join) = thread_join::pair();
        let frame_requests = FrameRequests::default();
        let keyboard_focus = KeyboardFocus::default();
        let editor_window = EditorWindow {
            guard: Some(guard),
            frame_requests: frame_requests.clone(),
            controller: Arc::clone(&self.controller),
            extent: Arc::clone(&self.extent),
            resizing_until: Instant::now(),
            file_drop: FileDrop::default(),
            frame_cache: FrameCache::default(),
            keyboard_focus: keyboard_focus.clone(),
            broken: false,
        };
        // Made anew for each window, because the framework fixes the size when it is made. The notifier is not used: the
        // screen requests its frames itself, and a notifier that the audio thread calls would have it drawn twice as often.
        let SpawnedEditor {
            handle: inner,
            window,
        } = create_egui_editor(state, RepaintNotifier::new(), settings, editor_window)
            .ok_or("the editor can not be made")?
            .spawn(parent, wait_for_parent, scale, gui_context, host)?;
        let window = OpenWindow::new(window, join, keyboard_focus.clone());
        let handle = WindowHandle {
            inner,
            frame_requests,
            keyboard_focus,
            limits,
        };
        if first_frame::X11 {
            // Waits for the first answer of the window's thread: a request to stop that comes before its start is lost.
            // The scale of the system, which is known now, may also have made the window too large.
            handle.fit_size(&window);
        }
        Ok(SpawnedEditor { handle, window })
    }
}

/// No depth or stencil buffer and no dithering: flat surfaces need none, and software rendering would be slower with them.
fn graphics() -> GraphicsConfig {
    let mut graphics = GraphicsConfig {
        dithering: false,
        ..GraphicsConfig::default()
    };
    graphics.gl_config.depth_bits = 0;
    graphics.gl_config.stencil_bits = 0;
    graphics
}

/// The colour that the window is cleared to. It is not converted to linear light, because the frame is not either.
fn ground(scheme: Scheme) -> egui::Rgba {
    let ground = schemes::palette(scheme).ground;
    let [red, green, blue, _] = ground.to_array().map(|part| f32::from(part) / 255.0);
    egui::Rgba::from_rgb(red, green, blue)
}

/// One open window: draws the screen and takes its input.
struct EditorWindow {
    /// Some until the window's thread begins.
    guard: Option<ThreadGuard>,
    frame_requests: FrameRequests,
    controller: Arc<Mutex<Controller>>,
    extent: Arc<AtomicU64>,
    /// Until then the host may still be resizing the window, and the zoom is not fitted to it.
    resizing_until: Instant,
    file_drop: FileDrop,
    frame_cache: FrameCache,
    keyboard_focus: KeyboardFocus,
    /// Whether a frame has panicked: then nothing is drawn any more, and the window closes.
    broken: bool,
}

impl NiceEguiApp for EditorWindow {
    fn build(
        &mut self,
        egui_ctx: egui::Context,
        nice_gui_ctx: GuiContext,
        frame: &mut Frame,
    ) -> Result<(), baseview::HandlerError> {
        if let Some(guard) = self.guard.take() {
            guard.keep_on_thread();
        }
        let built = panic_guard::catch("building the editor", || {
            if first_frame::X11 {
                // The toolkit has loaded libEGL by now. On other systems windows have no threads of their own.
                crate::pin_library::pin(c"libEGL.so.1");
                crate::pin_library::pin_self();
            }
            self.frame_requests.connect(&egui_ctx);
            self.file_drop = FileDrop::new(frame.baseview_window());
            self.keyboard_focus.connect(frame.baseview_window());
            let window = frame.baseview_window();
            accessibility::connect(&egui_ctx, window, &self.frame_requests);
            frame.set_clear_color(ground(Scheme::Dark));
            lock(&self.controller).open(&egui_ctx, nice_gui_ctx);
        });
        built.ok_or_else(|| baseview::HandlerError::from_boxed("a fault of the plug-in".into()))
    }

    fn ui(&mut self, ui: &mut egui::Ui, frame: &mut Frame) {
        if self.broken {
            return;
        }
        panic_guard::fault_point(FaultPoint::Thread);
        if panic_guard::catch("drawing the editor", || self.draw(ui, frame)).is_none() {
            self.broken = true;
            frame.baseview_window().request_close();
        }
        frame.set_clear_color(ground(recolor::chosen(ui.ctx())));
    }
}

impl EditorWindow {
    fn draw(&mut self, ui: &mut egui::Ui, frame: &Frame) {
        panic_guard::fault_point(FaultPoint::Frame);
        self.frame_requests
            .enable(|| frame.baseview_window().waker());
        let size = frame.baseview_window().size().to_native_size::<u32>();
        let extent = u64::from(size.width) << 32 | u64::from(size.height);
        self.extent.store(extent, Ordering::Relaxed);
        let mut controller = lock(&self.controller);
        let ctx = ui.ctx().clone();
        let now = ctx.zoom_factor();
        let points = ctx.content_rect().size();
        let wanted = controller.view.zoom;
        let dropped = self.file_drop.take();
        controller.dropped(dropped, self.file_drop.dragging);
        controller.frame(ui, now);
        self.keyboard_focus.update(&ctx);
        let scheme = recolor::chosen(&ctx);
        self.frame_cache.apply(&ctx, ui.layer_id(), scheme);
        if controller.view.zoom != wanted {
            // The framework has asked the host to resize the window: give it time.
            self.resizing_until = Instant::now() + RESIZE_TIME;
        }
        if Instant::now() < self.resizing_until {
            return;
        }
        // The size of the window in logical pixels, and the zoom at which all of the screen fits.
        let window = points * now;
        let wanted = size::clamp_zoom(wanted);
        let zoom = size::fit_zoom(window, wanted);
        if (zoom - now).abs() > 0.001 {
            // A new zoom makes the framework resize the window: keep its size.
            ctx.set_zoom_factor(zoom);
            ctx.send_viewport_cmd(ViewportCommand::InnerSize(window / zoom));
        } else if zoom >= wanted {
            controller.resized(points.x, points.y);
        }
    }
}

impl Drop for EditorWindow {
    /// The framework drops this when the window is closed.
    fn drop(&mut self) {
        self.extent.store(0, Ordering::Relaxed);
        panic_guard::catch_or("closing the editor", (), || lock(&self.controller).close());
    }
}

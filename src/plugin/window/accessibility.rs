//! The screen for assistive tools: screen readers, switches, magnifiers. egui makes a tree of all that is on the screen
//! (AccessKit); here it is handed to the system, and what the tools ask for is handed back. The window's thread, but for
//! [`Requests`], which comes from any.
//!
//! The toolkit knows nothing of it: a plug-in of egui sees the input of each frame before it is drawn, and its output
//! afterwards. No tree is made while nobody asks for one.
//!
//! | part | what it hands the tree to |
//! |---|---|
//! | `unix` | AT-SPI on D-Bus, on a thread that AccessKit has for the process, and only while AT-SPI is on |
//! | `probe` | the question whether it is, asked on a thread that ends with the answer |
//! | `windows` | UI Automation, by messages to the window |
//! | `macos` | the system's protocol for views |

#[cfg(target_os = "macos")]
mod macos;
#[cfg(target_os = "linux")]
mod probe;
#[cfg(target_os = "linux")]
mod unix;
#[cfg(windows)]
mod windows;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use egui::accesskit::{
    Action, ActionHandler, ActionRequest, ActivationHandler, DeactivationHandler, TreeUpdate,
};
use egui::{Context, Event, FullOutput, RawInput, ViewportCommand};
use nice_plug_egui::baseview::WindowContext;

#[cfg(target_os = "macos")]
use self::macos::Platform;
#[cfg(target_os = "linux")]
use self::unix::Platform;
#[cfg(windows)]
use self::windows::Platform;
use crate::plugin::workarounds::window::first_frame::FrameRequests;

/// What the window is called.
const NAME: &str = "Anteroom";

/// Makes the screen of a window accessible. To be called before its first frame.
pub fn connect(ctx: &Context, window: &WindowContext, frames: &FrameRequests) {
    let requests = Requests::new(frames.clone());
    if let Some(platform) = Platform::of(window, &requests) {
        ctx.add_plugin(Bridge {
            requests,
            platform: Mutex::new(platform),
            enabled: false,
        });
    }
}

/// What assistive tools ask for, from whichever thread they ask.
#[derive(Clone, Debug)]
pub struct Requests(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// Whether anybody wants the tree.
    active: AtomicBool,
    asked: Mutex<Vec<ActionRequest>>,
    frames: FrameRequests,
}

impl Requests {
    fn new(frames: FrameRequests) -> Self {
        Self(Arc::new(Inner {
            active: AtomicBool::new(false),
            asked: Mutex::default(),
            frames,
        }))
    }

    fn set_active(&self, active: bool) {
        // ORDERING: Relaxed, a flag that nothing else depends on.
        self.0.active.store(active, Ordering::Relaxed);
        self.wake();
    }

    fn is_active(&self) -> bool {
        self.0.active.load(Ordering::Relaxed)
    }

    /// Has the next frame drawn now.
    fn wake(&self) {
        self.0.frames.request(Duration::ZERO);
    }

    fn take(&self) -> Vec<ActionRequest> {
        let mut asked = self.0.asked.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut asked)
    }
}

impl ActivationHandler for Requests {
    fn request_initial_tree(&mut self) -> Option<TreeUpdate> {
        // The next frame makes it.
        self.set_active(true);
        None
    }
}

impl ActionHandler for Requests {
    fn do_action(&mut self, request: ActionRequest) {
        let mut asked = self.0.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.push(request);
        drop(asked);
        self.wake();
    }
}

impl DeactivationHandler for Requests {
    fn deactivate_accessibility(&mut self) {
        self.set_active(false);
    }
}

/// The part that egui calls.
struct Bridge {
    requests: Requests,
    platform: Mutex<Platform>,
    /// Whether egui makes the tree.
    enabled: bool,
}

impl egui::Plugin for Bridge {
    fn debug_name(&self) -> &'static str {
        "accessibility"
    }

    fn input_hook(&mut self, ctx: &Context, input: &mut RawInput) {
        let platform = self.platform.get_mut();
        let platform = platform.unwrap_or_else(PoisonError::into_inner);
        platform.update(input.viewport().focused.unwrap_or(false));
        let wanted = self.requests.is_active();
        if wanted != self.enabled {
            self.enabled = wanted;
            match wanted {
                true => ctx.enable_accesskit(),
                false => ctx.disable_accesskit(),
            }
        }
        for request in self.requests.take() {
            if request.action == Action::Focus {
                // What has the focus is to hear the keys, too.
                ctx.send_viewport_cmd(ViewportCommand::Focus);
            }
            input.events.push(Event::AccessKitActionRequest(request));
        }
    }

    fn output_hook(&mut self, _: &Context, output: &mut FullOutput) {
        let Some(mut update) = output.platform_output.accesskit_update.take() else {
            return;
        };
        complete(&mut update);
        let platform = self.platform.get_mut();
        platform
            .unwrap_or_else(PoisonError::into_inner)
            .show(update);
    }
}

/// Adds what egui leaves out: the window's name; and for AT-SPI, which has numbers for values and no words, the words as a
/// description, so that they are spoken with their unit.
fn complete(update: &mut TreeUpdate) {
    let root = update.tree.as_ref().map(|tree| tree.root);
    for (id, node) in &mut update.nodes {
        if Some(*id) == root {
            node.set_label(NAME);
        }
        let has_words = cfg!(target_os = "linux")
            && node.numeric_value().is_some()
            && node.description().is_none();
        if let Some(words) = node.value().filter(|_| has_words) {
            let words = words.to_owned();
            node.set_description(words);
        }
    }
}

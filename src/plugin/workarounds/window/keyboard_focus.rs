//! The keyboard focus. It belongs to the host; while a text field of ours is open, our window has it. It is taken at every
//! press of a button, and given back when the field is left or the window goes away.
//!
//! Works around baseview 0.4.2 on X11. Reproduced by `tests/window/keys.rs`. May go when it asks the server who has the
//! focus, and gives it back.
//!
//! The toolkit takes the focus too, but only when it believes that its window has none. It believes the last focus event
//! of X11, and there are such events that say nothing of that: when the pointer crosses the window, or another program
//! grabs the keyboard for a moment. Also, the host may take the focus after the press: a window manager that raises a
//! window at a click gives the focus to the host's part of it. So the server is asked who has the focus, and for a while
//! after a press it is taken again:
//!
//! ```text
//! press ──▶ a field is open ──▶ ours? no ──▶ take it, check again in each frame for [`RETAKE_TIME`]
//! later ──▶ a field is open ──▶ ours? no ──▶ somebody wants it: leave the field
//! field left, window closed or hidden ──▶ ours? yes ──▶ give it back to the host
//! ```
//!
//! The toolkit takes it before a frame can see who had it, and what an earlier frame saw may no longer be so: the user was
//! in another program then. So only windows of the host are remembered, those inside the same top-level window as ours.
//! If none was seen, the focus goes to the top-level window.
//!
//! On other systems nothing is done: there the toolkit's own way works.
//!
//! `x11` asks and tells the X server.

#[cfg(target_os = "linux")]
mod x11;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use egui::Event;
use nice_plug_egui::baseview::WindowContext;

/// How long after a press the focus is taken again if somebody else gets it.
const RETAKE_TIME: Duration = Duration::from_millis(700);

/// The window system's keyboard focus, as one window of ours uses it.
trait FocusSystem: Send {
    /// The window that has the focus; `None` if that is not known.
    fn owner(&self) -> Option<u32>;
    /// Whether that is our window.
    fn is_ours(&self, owner: u32) -> bool;
    /// Whether that is inside the same top-level window as ours.
    fn is_hosts(&self, owner: u32) -> bool;
    /// Takes the focus for our window.
    fn take(&self);
    /// Gives the focus to a window, or else to the top-level window that ours is in.
    fn give(&self, to: Option<u32>);
}

/// The focus of one window. Shared between the window's thread and the host's main thread.
#[derive(Clone, Default)]
pub struct KeyboardFocus(Arc<Mutex<State>>);

impl std::fmt::Debug for KeyboardFocus {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyboardFocus").finish_non_exhaustive()
    }
}

#[derive(Default)]
struct State {
    system: Option<Box<dyn FocusSystem>>,
    /// The window other than ours that had the focus last.
    other: Option<u32>,
    /// The window of the host that had the focus last.
    host: Option<u32>,
    /// Whether a field was open in the last frame.
    typing: bool,
    /// Until then the focus is taken again.
    retake_until: Option<Instant>,
    /// Whether the window is hidden or closing.
    hidden: bool,
    /// Whether the open field is to be left in the next frame.
    leave_field: bool,
}

/// What matters here of one frame.
#[derive(Clone, Copy, Debug)]
struct FrameInput {
    /// A text field is open.
    typing: bool,
    /// A button was pressed.
    pressed: bool,
    /// There was any event.
    touched: bool,
}

impl KeyboardFocus {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins to manage the focus of a window that has just been made.
    pub fn connect(&self, window: &WindowContext) {
        #[cfg(target_os = "linux")]
        {
            self.state().system =
                x11::X11Focus::of(window).map(|focus| Box::new(focus) as Box<dyn FocusSystem>);
        }
        #[cfg(not(target_os = "linux"))]
        let _ = window;
    }

    /// At the end of a frame: takes the focus or gives it back. A field that has lost it to somebody else is left.
    pub fn update(&self, ctx: &egui::Context) {
        let (pressed, touched) = ctx.input(|input| {
            let press = |event: &Event| matches!(event, Event::PointerButton { pressed: true, .. });
            (
                input.events.iter().any(press),
                !input.raw.events.is_empty() || !input.events.is_empty(),
            )
        });
        let input = FrameInput {
            typing: ctx.text_edit_focused(),
            pressed,
            touched,
        };
        let stays = self.state().update(input, Instant::now());
        if !stays {
            ctx.memory_mut(|memory| {
                if let Some(id) = memory.focused() {
                    memory.surrender_focus(id);
                }
            });
            ctx.request_repaint();
        }
    }

    /// Gives the focus back to the host: the window closes or is hidden. Any thread.
    pub fn give_back(&self) {
        self.state().give_back();
    }

    /// The window is shown again. Any thread.
    pub fn window_shown(&self) {
        self.state().hidden = false;
    }
}

impl State {
    /// Takes the focus or gives it back, as this frame needs it; whether an open field stays open.
    fn update(&mut self, input: FrameInput, now: Instant) -> bool {
        if self.hidden || !(input.typing || self.typing || input.touched) {
            return true;
        }
        if std::mem::take(&mut self.leave_field) && input.typing {
            return false;
        }
        let Some(system) = &self.system else {
            return true;
        };
        let Some(owner) = system.owner() else {
            return true;
        };
        let ours = system.is_ours(owner);
        if !ours && self.other != Some(owner) {
            self.other = Some(owner);
            if system.is_hosts(owner) {
                self.host = Some(owner);
            }
        }
        if !input.typing {
            if self.typing && ours {
                return_to_host(system.as_ref(), self.host);
            }
            (self.typing, self.retake_until) = (false, None);
            return true;
        }
        if input.pressed || !self.typing {
            self.retake_until = now.checked_add(RETAKE_TIME);
        }
        self.typing = true;
        if ours {
            return true;
        }
        if self.retake_until.is_some_and(|until| now <= until) {
            system.take();
            return true;
        }
        self.typing = false;
        false
    }

    fn give_back(&mut self) {
        (self.hidden, self.leave_field) = (true, true);
        self.typing = false;
        if let Some(system) = &self.system
            && let Some(owner) = system.owner()
            && system.is_ours(owner)
        {
            return_to_host(system.as_ref(), self.host);
        }
    }
}

/// Gives the focus back to the host: to its window that had it last, if that is still one of the host's.
fn return_to_host(system: &dyn FocusSystem, host: Option<u32>) {
    system.give(host.filter(|owner| system.is_hosts(*owner)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    const OURS: u32 = 7;
    /// The top-level window that ours is in.
    const TOP_LEVEL: u32 = 2;
    /// A window of the host's within it.
    const HOST: u32 = 3;
    const OTHER: u32 = 4;

    /// A window system with one keyboard.
    #[derive(Clone)]
    struct FakeSystem(Arc<AtomicU32>);

    impl FocusSystem for FakeSystem {
        fn owner(&self) -> Option<u32> {
            Some(self.0.load(Ordering::Relaxed))
        }
        fn is_ours(&self, owner: u32) -> bool {
            owner == OURS
        }
        fn is_hosts(&self, owner: u32) -> bool {
            owner == TOP_LEVEL || owner == HOST
        }
        fn take(&self) {
            self.0.store(OURS, Ordering::Relaxed);
        }
        fn give(&self, to: Option<u32>) {
            self.0.store(to.unwrap_or(TOP_LEVEL), Ordering::Relaxed);
        }
    }

    fn fake() -> (State, Arc<AtomicU32>) {
        let owner = Arc::new(AtomicU32::new(HOST));
        let state = State {
            system: Some(Box::new(FakeSystem(Arc::clone(&owner)))),
            ..State::default()
        };
        (state, owner)
    }

    fn input(typing: bool, pressed: bool) -> FrameInput {
        FrameInput {
            typing,
            pressed,
            touched: pressed,
        }
    }

    #[test]
    fn it_comes_with_the_press_and_goes_when_the_field_is_left() {
        let (mut state, owner) = fake();
        let now = Instant::now();
        for _ in 0..3 {
            assert!(state.update(input(true, true), now));
            assert_eq!(owner.load(Ordering::Relaxed), OURS);
            assert!(state.update(input(true, false), now));
            assert!(state.update(input(false, false), now));
            assert_eq!(owner.load(Ordering::Relaxed), HOST);
        }
    }

    #[test]
    fn a_host_that_takes_it_after_the_press_does_not_keep_it() {
        let (mut state, owner) = fake();
        let now = Instant::now();
        state.update(input(true, true), now);
        owner.store(HOST, Ordering::Relaxed);
        assert!(state.update(input(true, false), now + RETAKE_TIME / 2));
        assert_eq!(owner.load(Ordering::Relaxed), OURS);
        // Later it is somebody's wish: the field is left, and nothing is taken.
        owner.store(OTHER, Ordering::Relaxed);
        assert!(!state.update(input(true, false), now + RETAKE_TIME * 2));
        assert_eq!(owner.load(Ordering::Relaxed), OTHER);
        assert!(state.update(input(false, false), now + RETAKE_TIME * 2));
        assert_eq!(owner.load(Ordering::Relaxed), OTHER);
    }

    #[test]
    fn the_toolkit_may_take_it_first() {
        let (mut state, owner) = fake();
        let now = Instant::now();
        // The pointer comes over the window, so it is known who has the keyboard.
        let moved = FrameInput {
            touched: true,
            ..input(false, false)
        };
        state.update(moved, now);
        owner.store(OURS, Ordering::Relaxed);
        state.update(input(true, true), now);
        state.update(input(false, true), now);
        assert_eq!(owner.load(Ordering::Relaxed), HOST);
    }

    #[test]
    fn it_goes_to_the_host_and_to_nobody_else() {
        let moved = FrameInput {
            touched: true,
            ..input(false, false)
        };
        // Before the click another program had it. The host got it at the click, and the toolkit took it from there
        // before a frame saw that.
        let (mut state, owner) = fake();
        owner.store(OTHER, Ordering::Relaxed);
        state.update(moved, Instant::now());
        owner.store(OURS, Ordering::Relaxed);
        state.update(input(true, true), Instant::now());
        state.update(input(false, true), Instant::now());
        assert_eq!(owner.load(Ordering::Relaxed), TOP_LEVEL);
        // What the host had is known from before.
        for had in [HOST, OTHER, OURS] {
            owner.store(had, Ordering::Relaxed);
            state.update(moved, Instant::now());
        }
        state.update(input(true, true), Instant::now());
        state.update(input(false, true), Instant::now());
        assert_eq!(owner.load(Ordering::Relaxed), HOST);
    }

    #[test]
    fn it_goes_back_when_the_window_goes_away() {
        let (mut state, owner) = fake();
        state.update(input(true, true), Instant::now());
        state.give_back();
        assert_eq!(owner.load(Ordering::Relaxed), HOST);
        // Nothing is done with a window that is gone.
        state.update(input(true, true), Instant::now());
        assert_eq!(owner.load(Ordering::Relaxed), HOST);
        // Shown again it has left the field, and takes the keyboard at the next press.
        state.hidden = false;
        assert!(!state.update(input(true, false), Instant::now()));
        assert_eq!(owner.load(Ordering::Relaxed), HOST);
        assert!(state.update(input(true, true), Instant::now()));
        assert_eq!(owner.load(Ordering::Relaxed), OURS);
    }
}

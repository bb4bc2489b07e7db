//! The keyboard, which is the host's. While something of ours is typed into, the window has it: it is asked for at every
//! press of a button, and it goes back to the host when the field is left or the window goes away.
//!
//! The toolkit asks as well, but only when it believes that its window has no keyboard. It believes the last message of
//! the kind that it heard, and on X11 there are such messages that say nothing of that: when the pointer passes over
//! the window, when another program grabs the keyboard for a moment. And the host may take the keyboard after the press:
//! a window manager that raises a window at a click gives the keyboard to the host's part of it. So here the server is
//! asked who has it, and for a while after a press it is taken again:
//!
//! ```text
//! press ──▶ a field is open ──▶ ours? no ──▶ take, look again in each frame for [`PATIENCE`]
//! later ──▶ a field is open ──▶ ours? no ──▶ somebody wants it: the field is left
//! field left, window closed or hidden ──▶ ours? yes ──▶ back to the host
//! ```
//!
//! The toolkit takes it before a frame can look who had it. What an earlier frame saw may be long past: the user was in
//! another program then, or nobody had it. So only windows of the host are remembered, those that lie in the same window
//! of the screen as ours. If none of them was seen, it goes to that window itself.
//!
//! On other systems nothing is done: there the toolkit's own way works.

#[cfg(target_os = "linux")]
mod x11;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use egui::Event;
use nice_plug_egui::baseview::WindowContext;

/// How long after a press the keyboard is taken again if somebody else gets it.
const PATIENCE: Duration = Duration::from_millis(700);

/// What can be asked of the window system about the keyboard of one window.
trait Seat: Send {
    /// Whoever has it now; `None` if nobody can tell.
    fn owner(&self) -> Option<u32>;
    /// Whether that is our window.
    fn is_ours(&self, owner: u32) -> bool;
    /// Whether that lies in the window of the screen that ours is in.
    fn is_hosts(&self, owner: u32) -> bool;
    /// Takes it for our window.
    fn take(&self);
    /// Gives it to a window, or, if there is none, to the window of the screen that ours is in.
    fn give(&self, to: Option<u32>);
}

/// Whether a window has the keyboard, and from whom. Shared between the thread that draws the window and the host's
/// main thread.
#[derive(Clone, Default)]
pub struct Keyboard(Arc<Mutex<State>>);

impl std::fmt::Debug for Keyboard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keyboard").finish_non_exhaustive()
    }
}

#[derive(Default)]
struct State {
    seat: Option<Box<dyn Seat>>,
    /// Who had it last, of others.
    other: Option<u32>,
    /// Who had it last, of the host's.
    host: Option<u32>,
    /// Whether something was typed into in the frame before.
    typing: bool,
    /// Until then it is taken again.
    until: Option<Instant>,
    /// Whether the window is hidden or closes.
    away: bool,
    /// Whether what was typed into is to be left.
    leave: bool,
}

/// What a frame says of the keyboard.
#[derive(Clone, Copy, Debug)]
struct Seen {
    /// Something can be typed into.
    typing: bool,
    /// A button was pressed.
    pressed: bool,
    /// Anything at all has happened.
    touched: bool,
}

impl Keyboard {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins to look after a window that has just been made.
    pub fn serve(&self, window: &WindowContext) {
        #[cfg(target_os = "linux")]
        {
            self.state().seat = x11::Seat::of(window).map(|seat| Box::new(seat) as Box<dyn Seat>);
        }
        #[cfg(not(target_os = "linux"))]
        let _ = window;
    }

    /// At the end of a frame: takes the keyboard or gives it back. What lost it to somebody else is left.
    pub fn settle(&self, ctx: &egui::Context) {
        let (pressed, touched) = ctx.input(|input| {
            let press = |event: &Event| matches!(event, Event::PointerButton { pressed: true, .. });
            (
                input.events.iter().any(press),
                !input.raw.events.is_empty() || !input.events.is_empty(),
            )
        });
        let seen = Seen {
            typing: ctx.text_edit_focused(),
            pressed,
            touched,
        };
        let kept = self.state().settle(seen, Instant::now());
        if !kept {
            ctx.memory_mut(|memory| {
                if let Some(id) = memory.focused() {
                    memory.surrender_focus(id);
                }
            });
            ctx.request_repaint();
        }
    }

    /// The window goes away: the keyboard is the host's. Any thread.
    pub fn give_back(&self) {
        self.state().leave();
    }

    /// The window is seen again. Any thread.
    pub fn come_back(&self) {
        self.state().away = false;
    }
}

impl State {
    /// Does what a frame asks for. Says whether what is typed into keeps the keyboard.
    fn settle(&mut self, seen: Seen, now: Instant) -> bool {
        if self.away || !(seen.typing || self.typing || seen.touched) {
            return true;
        }
        if std::mem::take(&mut self.leave) && seen.typing {
            return false;
        }
        let Some(seat) = &self.seat else {
            return true;
        };
        let Some(owner) = seat.owner() else {
            return true;
        };
        let ours = seat.is_ours(owner);
        if !ours && self.other != Some(owner) {
            self.other = Some(owner);
            if seat.is_hosts(owner) {
                self.host = Some(owner);
            }
        }
        if !seen.typing {
            if self.typing && ours {
                back(seat.as_ref(), self.host);
            }
            (self.typing, self.until) = (false, None);
            return true;
        }
        if seen.pressed || !self.typing {
            self.until = now.checked_add(PATIENCE);
        }
        self.typing = true;
        if ours {
            return true;
        }
        if self.until.is_some_and(|until| now <= until) {
            seat.take();
            return true;
        }
        self.typing = false;
        false
    }

    fn leave(&mut self) {
        (self.away, self.leave) = (true, true);
        self.typing = false;
        if let Some(seat) = &self.seat
            && let Some(owner) = seat.owner()
            && seat.is_ours(owner)
        {
            back(seat.as_ref(), self.host);
        }
    }
}

/// Gives the keyboard back to the host, to who had it there if that still belongs to it.
fn back(seat: &dyn Seat, host: Option<u32>) {
    seat.give(host.filter(|owner| seat.is_hosts(*owner)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    const OURS: u32 = 7;
    /// The window of the screen that ours is in.
    const AROUND: u32 = 2;
    /// A window of the host's within it.
    const HOST: u32 = 3;
    const OTHER: u32 = 4;

    /// A window system with one keyboard.
    #[derive(Clone)]
    struct Room(Arc<AtomicU32>);

    impl Seat for Room {
        fn owner(&self) -> Option<u32> {
            Some(self.0.load(Ordering::Relaxed))
        }
        fn is_ours(&self, owner: u32) -> bool {
            owner == OURS
        }
        fn is_hosts(&self, owner: u32) -> bool {
            owner == AROUND || owner == HOST
        }
        fn take(&self) {
            self.0.store(OURS, Ordering::Relaxed);
        }
        fn give(&self, to: Option<u32>) {
            self.0.store(to.unwrap_or(AROUND), Ordering::Relaxed);
        }
    }

    fn room() -> (State, Arc<AtomicU32>) {
        let owner = Arc::new(AtomicU32::new(HOST));
        let state = State {
            seat: Some(Box::new(Room(Arc::clone(&owner)))),
            ..State::default()
        };
        (state, owner)
    }

    fn seen(typing: bool, pressed: bool) -> Seen {
        Seen {
            typing,
            pressed,
            touched: pressed,
        }
    }

    #[test]
    fn it_comes_with_the_press_and_goes_when_the_field_is_left() {
        let (mut state, owner) = room();
        let now = Instant::now();
        for _ in 0..3 {
            assert!(state.settle(seen(true, true), now));
            assert_eq!(owner.load(Ordering::Relaxed), OURS);
            assert!(state.settle(seen(true, false), now));
            assert!(state.settle(seen(false, false), now));
            assert_eq!(owner.load(Ordering::Relaxed), HOST);
        }
    }

    #[test]
    fn a_host_that_takes_it_after_the_press_does_not_keep_it() {
        let (mut state, owner) = room();
        let now = Instant::now();
        state.settle(seen(true, true), now);
        owner.store(HOST, Ordering::Relaxed);
        assert!(state.settle(seen(true, false), now + PATIENCE / 2));
        assert_eq!(owner.load(Ordering::Relaxed), OURS);
        // Later it is somebody's wish: the field is left, and nothing is taken.
        owner.store(OTHER, Ordering::Relaxed);
        assert!(!state.settle(seen(true, false), now + PATIENCE * 2));
        assert_eq!(owner.load(Ordering::Relaxed), OTHER);
        assert!(state.settle(seen(false, false), now + PATIENCE * 2));
        assert_eq!(owner.load(Ordering::Relaxed), OTHER);
    }

    #[test]
    fn the_toolkit_may_take_it_first() {
        let (mut state, owner) = room();
        let now = Instant::now();
        // The pointer comes over the window, so it is known who has the keyboard.
        let moved = Seen {
            touched: true,
            ..seen(false, false)
        };
        state.settle(moved, now);
        owner.store(OURS, Ordering::Relaxed);
        state.settle(seen(true, true), now);
        state.settle(seen(false, true), now);
        assert_eq!(owner.load(Ordering::Relaxed), HOST);
    }

    #[test]
    fn it_goes_to_the_host_and_to_nobody_else() {
        let moved = Seen {
            touched: true,
            ..seen(false, false)
        };
        // Before the click another program had it. The host got it at the click, and the toolkit took it from there
        // before a frame saw that.
        let (mut state, owner) = room();
        owner.store(OTHER, Ordering::Relaxed);
        state.settle(moved, Instant::now());
        owner.store(OURS, Ordering::Relaxed);
        state.settle(seen(true, true), Instant::now());
        state.settle(seen(false, true), Instant::now());
        assert_eq!(owner.load(Ordering::Relaxed), AROUND);
        // What the host had is known from before.
        for had in [HOST, OTHER, OURS] {
            owner.store(had, Ordering::Relaxed);
            state.settle(moved, Instant::now());
        }
        state.settle(seen(true, true), Instant::now());
        state.settle(seen(false, true), Instant::now());
        assert_eq!(owner.load(Ordering::Relaxed), HOST);
    }

    #[test]
    fn it_goes_back_when_the_window_goes_away() {
        let (mut state, owner) = room();
        state.settle(seen(true, true), Instant::now());
        state.leave();
        assert_eq!(owner.load(Ordering::Relaxed), HOST);
        // Nothing is done with a window that is gone.
        state.settle(seen(true, true), Instant::now());
        assert_eq!(owner.load(Ordering::Relaxed), HOST);
        // Shown again it has left the field, and takes the keyboard at the next press.
        state.away = false;
        assert!(!state.settle(seen(true, false), Instant::now()));
        assert_eq!(owner.load(Ordering::Relaxed), HOST);
        assert!(state.settle(seen(true, true), Instant::now()));
        assert_eq!(owner.load(Ordering::Relaxed), OURS);
    }
}

//! A fault in the editor ends the editor, not the host.

use super::display::Display;
use super::host::Host;
use super::wait;
use anteroom::editor::panic_guard::{self, FaultPoint};

#[test]
fn a_panic_in_a_frame_closes_the_editor_and_nothing_else() {
    fault(FaultPoint::Frame, true);
}

/// As one would in the toolkit, behind the editor's back.
#[test]
fn a_panic_of_the_windows_thread_goes_no_further() {
    fault(FaultPoint::Thread, false);
}

#[test]
fn a_panic_while_the_editor_opens_refuses_the_editor() {
    let Some(display) = Display::open() else {
        return;
    };
    let mut host = Host::new();
    panic_guard::fail_next(FaultPoint::Opening);
    assert!(!host.try_create());
    // The next time it opens.
    host.open(&display);
    wait("the screen is drawn", &mut host, |_| {
        display.colours() > 200
    });
    host.close(&display);
}

fn fault(point: FaultPoint, is_told: bool) {
    let Some(display) = Display::open() else {
        return;
    };
    let mut host = Host::new();
    for _ in 0..3 {
        host.open(&display);
        wait("the screen is drawn", &mut host, |_| {
            display.colours() > 200
        });
        panic_guard::fail_next(point);
        wait("the window is gone", &mut host, |host| {
            display.inner(host.window()).is_none()
        });
        if is_told {
            wait("the host is told", &mut host, Host::was_closed);
        }
        // What a host may do before it has understood.
        host.ask_for([700, 500]);
        host.scale(1.5);
        host.close(&display);
    }
    // The instance plays on, and its editor opens again.
    let before = host.value("mix");
    host.open(&display);
    wait("the screen is drawn again", &mut host, |_| {
        display.colours() > 200
    });
    assert_eq!(host.value("mix"), before);
    host.close(&display);
}

//! The keyboard: a click into a text field brings it to the editor, and leaving the field gives it back.

use super::display::Display;
use super::host::Host;
use super::wait;
use std::time::{Duration, Instant};

const ENTER: u32 = 0xff0d;

/// How often it has to work.
const TIMES: usize = 50;

/// The time between two things that a hand does.
const HAND: Duration = Duration::from_millis(150);

/// Lets a moment pass, as between two things that a hand does.
fn rest(host: &mut Host, time: Duration) {
    let begin = Instant::now();
    while begin.elapsed() < time {
        host.pump();
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Where the value of a control is, which opens a field when it is clicked: under its knob.
fn value_of(host: &Host, id: &str) -> [i32; 2] {
    let [x, y] = host.place(id);
    [x, y + 42]
}

fn opened(display: &Display) -> Host {
    let mut host = Host::new();
    host.open(display);
    wait("the screen is drawn", &mut host, |_| {
        display.colours() > 200
    });
    display.focus(host.window());
    host
}

/// Clicks into the field of the mix, types a number and leaves it with Enter; `meanwhile` comes between the click and
/// the typing.
fn type_mix(host: &mut Host, display: &Display, number: u32, meanwhile: impl FnOnce(&mut Host)) {
    let at = value_of(host, "mix");
    let (inner, _) = display.inner(host.window()).expect("a window");
    display.click(at);
    meanwhile(host);
    wait("the keyboard comes", host, |_| display.focused() == inner);
    // A hand does not type and click in the same hundredth of a second.
    rest(host, HAND);
    for digit in number.to_string().bytes() {
        display.key(digit.into());
    }
    display.key(ENTER);
    wait("the number arrives", host, |host| {
        (host.value("mix") - number as f32).abs() < 0.01
    });
    let window = host.window();
    wait("the keyboard goes back", host, |_| {
        display.focused() == window
    });
    rest(host, HAND);
}

/// As a window manager does that raises the host's window at the click.
#[test]
fn a_host_that_takes_the_keyboard_at_the_click_does_not_keep_it() {
    let Some(display) = Display::open() else {
        return;
    };
    let mut host = opened(&display);
    let (inner, _) = display.inner(host.window()).expect("a window");
    for time in 0..TIMES {
        type_mix(&mut host, &display, 10 + time as u32, |host| {
            if time % 2 == 0 {
                wait("the keyboard comes", host, |_| display.focused() == inner);
            }
            display.focus(host.window());
        });
    }
    host.close(&display);
}

/// Somebody else may want the keyboard later: then the field is left, and nothing is taken from them.
#[test]
fn a_keyboard_that_goes_elsewhere_is_not_taken_back() {
    let Some(display) = Display::open() else {
        return;
    };
    let mut host = opened(&display);
    let (inner, _) = display.inner(host.window()).expect("a window");
    display.click(value_of(&host, "mix"));
    wait("the keyboard comes", &mut host, |_| {
        display.focused() == inner
    });
    rest(&mut host, Duration::from_millis(1500));
    let other = display.window([50, 50]);
    display.focus(other);
    rest(&mut host, Duration::from_millis(1000));
    assert_eq!(display.focused(), other);
    display.destroy(other);
    host.close(&display);
}

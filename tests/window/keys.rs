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

/// So long that two clicks are no double click.
const APART: Duration = Duration::from_millis(400);

/// Where the header is empty.
const NOTHING: [i32; 2] = [300, 4];

/// Lets a moment pass, as between two things that a hand does.
fn rest(host: &mut Host, time: Duration) {
    let begin = Instant::now();
    while begin.elapsed() < time {
        host.pump();
        std::thread::sleep(Duration::from_millis(5));
    }
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

/// The editor's own window.
fn inner(host: &Host, display: &Display) -> u32 {
    display.inner(host.window()).expect("a window").0
}

/// Clicks into the field of the mix, waits until the keyboard is in the editor, and lets a hand's moment pass.
fn begin(host: &mut Host, display: &Display) {
    display.click(host.place_of_value("mix"));
    comes(host, display);
    rest(host, HAND);
}

/// Waits until the keyboard is in the editor.
fn comes(host: &mut Host, display: &Display) {
    let inner = inner(host, display);
    wait("the keyboard comes", host, |_| display.focused() == inner);
}

/// Waits until the keyboard is where it belongs.
fn goes_back(host: &mut Host, display: &Display, owner: u32) {
    wait("the keyboard goes back", host, |_| {
        display.focused() == owner
    });
}

/// Types a number, and Enter.
fn write(display: &Display, number: u32) {
    for digit in number.to_string().bytes() {
        display.key(digit.into());
    }
    display.key(ENTER);
}

/// Waits until the mix is what was typed, and the keyboard is where it belongs.
fn arrived(host: &mut Host, display: &Display, number: u32, owner: u32) {
    wait("the number arrives", host, |host| {
        (host.value("mix") - number as f32).abs() < 0.01
    });
    goes_back(host, display, owner);
}

/// Clicks into the field of the mix, types a number and leaves it with Enter; `meanwhile` comes between the click and
/// the typing.
fn type_mix(host: &mut Host, display: &Display, number: u32, meanwhile: impl FnOnce(&mut Host)) {
    let at = host.place_of_value("mix");
    let window = host.window();
    display.click(at);
    meanwhile(host);
    comes(host, display);
    // A hand does not type and click in the same hundredth of a second.
    rest(host, HAND);
    write(display, number);
    arrived(host, display, number, window);
    rest(host, HAND);
    // It stays there.
    assert_eq!(display.focused(), window);
}

#[test]
fn a_click_into_a_field_brings_the_keyboard_and_leaving_it_gives_it_back() {
    let Some(display) = Display::open() else {
        return;
    };
    let mut host = opened(&display);
    for time in 0..TIMES {
        type_mix(&mut host, &display, 10 + time as u32, |_| {});
    }
    host.close(&display);
}

#[test]
fn the_first_click_in_a_fresh_window_does_it() {
    let Some(display) = Display::open() else {
        return;
    };
    for time in 0..TIMES {
        let mut host = opened(&display);
        type_mix(&mut host, &display, 10 + time as u32, |_| {});
        host.close(&display);
    }
}

#[test]
fn a_field_that_is_left_by_a_click_elsewhere_gives_it_back() {
    let Some(display) = Display::open() else {
        return;
    };
    let mut host = opened(&display);
    let window = host.window();
    for _ in 0..TIMES {
        begin(&mut host, &display);
        display.click(NOTHING);
        goes_back(&mut host, &display, window);
        rest(&mut host, HAND);
        assert_eq!(display.focused(), window);
    }
    host.close(&display);
}

/// Nothing is waited for between the click and the keys.
#[test]
fn what_is_typed_right_after_the_click_is_heard() {
    let Some(display) = Display::open() else {
        return;
    };
    let mut host = opened(&display);
    let window = host.window();
    for number in (10..).take(TIMES) {
        display.click(host.place_of_value("mix"));
        write(&display, number);
        arrived(&mut host, &display, number, window);
        rest(&mut host, APART);
    }
    host.close(&display);
}

/// The editor can not draw while the server listens to nobody else, so the next frame has all that was pressed.
#[test]
fn all_keys_within_a_frame_count() {
    let Some(display) = Display::open() else {
        return;
    };
    let mut host = opened(&display);
    let window = host.window();
    for number in (10..).take(TIMES) {
        let at = host.place_of_value("mix");
        if number % 2 == 0 {
            begin(&mut host, &display);
            display.at_once(|| write(&display, number));
        } else {
            // The click as well.
            display.at_once(|| {
                display.click(at);
                write(&display, number);
            });
        }
        arrived(&mut host, &display, number, window);
        rest(&mut host, APART);
    }
    host.close(&display);
}

/// A host may have the keyboard in a part of its window.
#[test]
fn it_goes_back_to_the_part_of_the_host_that_had_it() {
    let Some(display) = Display::open() else {
        return;
    };
    let mut host = opened(&display);
    let window = host.window();
    let part = display.part(window);
    for _ in 0..TIMES {
        display.focus(part);
        // The editor sees it when the pointer comes.
        display.point(host.place_of_value("mix"));
        rest(&mut host, HAND);
        begin(&mut host, &display);
        display.key(ENTER);
        goes_back(&mut host, &display, part);
        rest(&mut host, HAND);
    }
    host.close(&display);
}

/// The editor sees that another program has the keyboard, and then the host gets it, together with the click.
#[test]
fn it_goes_to_the_host_though_another_program_was_seen_with_it() {
    let Some(display) = Display::open() else {
        return;
    };
    let mut host = opened(&display);
    let window = host.window();
    let other = display.window([50, 50]);
    for _ in 0..TIMES {
        display.focus(other);
        display.point(host.place_of_value("mix"));
        rest(&mut host, HAND);
        display.at_once(|| {
            display.focus(window);
            display.click(host.place_of_value("mix"));
        });
        comes(&mut host, &display);
        rest(&mut host, HAND);
        display.key(ENTER);
        goes_back(&mut host, &display, window);
        display.point(NOTHING);
        rest(&mut host, HAND);
    }
    display.destroy(other);
    host.close(&display);
}

/// As a window manager does that raises the host's window at the click.
#[test]
fn a_host_that_takes_the_keyboard_at_the_click_does_not_keep_it() {
    let Some(display) = Display::open() else {
        return;
    };
    let mut host = opened(&display);
    for time in 0..TIMES {
        type_mix(&mut host, &display, 10 + time as u32, |host| {
            if time % 2 == 0 {
                comes(host, &display);
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
    begin(&mut host, &display);
    rest(&mut host, Duration::from_millis(1500));
    let other = display.window([50, 50]);
    display.focus(other);
    rest(&mut host, Duration::from_millis(1000));
    assert_eq!(display.focused(), other);
    display.destroy(other);
    host.close(&display);
}

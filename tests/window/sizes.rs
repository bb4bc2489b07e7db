//! The window at any size: what a project says and what a host asks for are brought between the smallest window and the
//! screen, and any size that the window gets all the same is drawn.

use super::display::{Display, SCREEN};
use super::host::Host;
use super::wait;

/// The smallest window, pixels.
const SMALLEST: [u32; 2] = [320, 240];

fn fits([width, height]: [u32; 2]) -> bool {
    let [wide, high] = SCREEN.map(u32::from);
    (SMALLEST[0]..=wide).contains(&width) && (SMALLEST[1]..=high).contains(&height)
}

#[test]
fn a_project_opens_at_a_size_that_can_be_seen() {
    let Some(display) = Display::open() else {
        return;
    };
    for (view, expected) in [
        (r#"{"width":320,"height":240,"zoom":0.5}"#, Some(SMALLEST)),
        (r#"{"width":1,"height":1,"zoom":1.0}"#, Some(SMALLEST)),
        (r#"{"width":0,"height":0,"zoom":0.0}"#, Some(SMALLEST)),
        (
            r#"{"width":8192,"height":8192,"zoom":3.0}"#,
            Some(SCREEN.map(u32::from)),
        ),
        (
            r#"{"width":4294967295,"height":4294967295,"zoom":1e30}"#,
            Some(SCREEN.map(u32::from)),
        ),
        (r#"{"width":1e300,"height":-5,"zoom":-1e30}"#, None),
        (r#"{"width":800,"height":600,"zoom":"NaN"}"#, None),
        (r#"{"width":800,"height":600,"zoom":null}"#, None),
        (r#"{"width":640,"height":480,"zoom":1.0}"#, Some([640, 480])),
    ] {
        let mut host = Host::new();
        host.load_project(&format!(r#"{{"version":1,"view":{view}}}"#));
        host.open(&display);
        let size = host.size();
        assert!(fits(size), "{view}: {size:?}");
        if let Some(expected) = expected {
            assert_eq!(size, expected, "{view}");
        }
        wait("the screen is drawn", &mut host, |_| display.colours() > 40);
        host.close(&display);
    }
}

#[test]
fn a_host_may_ask_for_any_size() {
    let Some(display) = Display::open() else {
        return;
    };
    let mut host = Host::new();
    host.open(&display);
    wait("the screen is drawn", &mut host, |_| {
        display.colours() > 200
    });
    let most = u32::MAX;
    for size in [
        [1, 1],
        [0, 0],
        [most, most],
        [most, 1],
        [0, 700],
        [65_536, 65_536],
        [640, 480],
    ] {
        assert!(host.ask_for(size), "{size:?}");
        wait("the size is one that fits", &mut host, |host| {
            fits(host.size())
        });
        let (_, inner) = display.inner(host.window()).expect("a window");
        assert!(fits(inner), "{size:?}: {inner:?}");
    }
    for scale in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e-300, 1e9, 8.0, 1.0] {
        host.scale(scale);
        // The window's thread answers when it has drawn, which on a busy machine is later. At 8 the smallest window is
        // larger than the screen.
        if scale != 8.0 {
            wait("the size is one that fits", &mut host, |host| {
                fits(host.size())
            });
        }
    }
    host.ask_for(super::first());
    wait("the screen is drawn again", &mut host, |_| {
        display.colours() > 200
    });
    host.close(&display);
}

#[test]
fn a_window_that_somebody_else_resizes_is_drawn() {
    let Some(display) = Display::open() else {
        return;
    };
    let mut host = Host::new();
    host.open(&display);
    wait("the screen is drawn", &mut host, |_| {
        display.colours() > 200
    });
    let (inner, _) = display.inner(host.window()).expect("a window");
    for size in [[1, 1], [7, 900], [30, 20], [3000, 2], [160, 120]] {
        display.resize(inner, size);
        wait("the size arrives", &mut host, |host| host.size() == size);
        for _ in 0..10 {
            host.pump();
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    }
    display.resize(inner, super::first());
    wait("the screen is drawn again", &mut host, |host| {
        host.size() == super::first() && display.colours() > 200
    });
    assert!(!host.was_closed());
    host.close(&display);
}

//! What an open editor costs, told and not asserted: machines differ. To measure what users get:
//! `cargo test --release --test window -- cost --nocapture`. Where there is no graphics card, or with
//! `LIBGL_ALWAYS_SOFTWARE=1`, software draws, and its threads are counted.

use std::time::{Duration, Instant};

use crate::display::Display;
use crate::host::Host;
use crate::support::system::process_time;
use crate::wait;

/// Of the window.
const SIZE: [u32; 2] = [1000, 640];

/// How long each state is watched.
const WATCHED: Duration = Duration::from_secs(3);

/// Processor time of the threads that look closer at impulses, in the kernel's ticks.
fn studied() -> u64 {
    let tasks = std::fs::read_dir("/proc/self/task").expect("a process");
    let ticks = tasks.flatten().filter_map(|task| {
        let line = std::fs::read_to_string(task.path().join("stat")).ok()?;
        let (name, figures) = line.split_once(") ")?;
        let ours = ["facts", "study", "loader"];
        let is_ours = ours.iter().any(|part| name.ends_with(part));
        let figure = |index| figures.split(' ').nth(index)?.parse::<u64>().ok();
        is_ours.then_some(figure(11)? + figure(12)?)
    });
    ticks.sum()
}

/// Lets time go by, and says what share of one core it took, per cent.
fn share(host: &mut Host, watched: Duration) -> f32 {
    let (begin, before) = (Instant::now(), process_time());
    while begin.elapsed() < watched {
        host.pump();
        std::thread::sleep(Duration::from_millis(5));
    }
    (process_time() - before).as_secs_f32() / begin.elapsed().as_secs_f32() * 100.0
}

#[test]
fn the_cost_of_an_open_editor_is_told() {
    let Some(display) = Display::open() else {
        return;
    };
    let mut host = Host::new();
    let closed = share(&mut host, WATCHED);
    host.open(&display);
    host.resize(&display, SIZE);
    wait("the screen is drawn", &mut host, |_| {
        display.colours() > 200
    });
    // What is found out about rooms and files once is no cost of the window.
    let (begin, mut before) = (Instant::now(), 0);
    while begin.elapsed() < Duration::from_secs(30) {
        share(&mut host, Duration::from_secs(1));
        if std::mem::replace(&mut before, studied()) == before {
            break;
        }
    }
    let playing = share(&mut host, WATCHED);
    host.playing = false;
    // The needles fall for some seconds.
    share(&mut host, Duration::from_secs(5));
    let idle = share(&mut host, WATCHED);
    host.close(&display);
    host.playing = true;
    let again = share(&mut host, WATCHED);
    println!(
        "of one core, {SIZE:?}: closed {closed:.1} %, open {playing:.1} %, open while nothing plays \
         {idle:.1} %, closed again {again:.1} %"
    );
}

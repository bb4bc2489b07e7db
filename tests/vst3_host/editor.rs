//! The editor, opened and closed while an audio thread automates; then the plug-in is removed.

use super::rig::{Block, Edit, Rig, View};
use super::sound::automated_blocks;
use super::stop::Stop;
use super::{HERE, screen, syscalls};
use anteroom::params::{HOST_ONLY, host_ids, param_of};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How often the editor is opened in a process.
const OPENED: usize = 20;

#[test]
fn the_editor_opens_while_a_host_with_a_run_loop_automates() {
    let name = "editor::the_editor_opens_while_a_host_with_a_run_loop_automates";
    match screen::role() {
        None => screen::in_processes(name, "run loop", 5),
        Some(_) => open_and_close(true),
    }
}

#[test]
fn the_editor_opens_while_a_host_without_a_run_loop_automates() {
    let name = "editor::the_editor_opens_while_a_host_without_a_run_loop_automates";
    match screen::role() {
        None => screen::in_processes(name, "no run loop", 5),
        Some(_) => open_and_close(false),
    }
}

#[test]
fn another_impulse_marks_the_project_as_modified() {
    let name = "editor::another_impulse_marks_the_project_as_modified";
    match screen::role() {
        None => screen::in_processes(name, "mark", 1),
        Some(_) => another_impulse(),
    }
}

/// What a host goes by is a gesture of a parameter: here that of the hidden count of changes.
fn another_impulse() {
    let rig = Rig::new(HERE);
    let (count, next) = (rig.id("changes"), rig.id("next_impulse"));
    rig.activate(48_000.0, 512, false);
    let parent = screen::Parent::open();
    let view = View::open(&rig, parent.id, true);
    let mut block = Block::new(2, 2, 512);
    let edits = || rig.edits.lock().expect("no test panics with it").clone();
    let begin = Instant::now();
    let mut pressed = false;
    while edits().len() < 3 && begin.elapsed() < Duration::from_secs(30) {
        // Opening the editor alone says nothing: the impulse is as it was.
        if !pressed && begin.elapsed() > Duration::from_millis(500) {
            assert_eq!(edits(), []);
            block.automate(next, &[(0, 1.0)]);
            pressed = true;
        }
        block.process(&rig.processor, 512);
        view.pump();
        parent.pump();
        std::thread::sleep(Duration::from_millis(5));
    }
    let gesture = [Edit::Begin, Edit::Perform, Edit::End].map(|edit| (edit, count));
    assert_eq!(edits(), gesture);
    view.close();
    rig.deactivate();
}

fn open_and_close(run_loop: bool) {
    let rig = Rig::new(HERE);
    rig.activate(48_000.0, 512, false);
    let stop = AtomicBool::new(false);
    let counting = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let audio = scope.spawn(|| {
            let mut block = Block::new(2, 2, 512);
            let mut turn = 0;
            let mut counts = None;
            while !stop.load(Ordering::Relaxed) {
                if counting.swap(false, Ordering::Relaxed) {
                    counts = automated_blocks(&rig, 200);
                }
                let to = f64::from(turn % 100) / 100.0;
                block.automate(rig.id("mix"), &[(0, to), (100, 1.0 - to)]);
                block.automate(rig.id("decay"), &[(17, to)]);
                block.process(&rig.processor, 512);
                turn += 1;
                if turn % 8 == 0 {
                    std::thread::sleep(Duration::from_millis(1));
                }
            }
            counts
        });
        let stopping = Stop(&stop);
        let parent = screen::Parent::open();
        for time in 0..OPENED {
            let shown = open(&rig, run_loop, &parent, || {
                if time == OPENED / 2 {
                    counting.store(true, Ordering::Relaxed);
                }
            });
            assert!(shown > 0, "the editor has a window, time {time}");
        }
        drop(stopping);
        let counts = audio.join().expect("the audio thread ends well");
        let how = if run_loop { "with" } else { "without" };
        match counts {
            Some(counts) => println!(
                ":: VST3, 200 automated blocks, editor open {how} a run loop: {}",
                syscalls::show(&counts)
            ),
            None => println!(":: skipped: this system does not count system calls"),
        }
    });
    rig.deactivate();
    drop(rig);
    // Another instance after the last one has gone.
    let rig = Rig::new(HERE);
    rig.activate(48_000.0, 512, false);
    rig.deactivate();
}

/// Opens the editor for a moment; returns how many windows sat in the parent.
fn open(rig: &Rig, run_loop: bool, parent: &screen::Parent, during: impl Fn()) -> usize {
    let view = View::open(rig, parent.id, run_loop);
    let begin = Instant::now();
    during();
    let mut shown = 0;
    while begin.elapsed() < Duration::from_millis(200) {
        view.pump();
        parent.pump();
        shown = shown.max(parent.children());
        std::thread::sleep(Duration::from_millis(5));
    }
    view.close();
    shown
}

/// How often the editor is opened while sockets are counted.
#[cfg(target_os = "linux")]
const OPENINGS: usize = 500;

#[test]
#[cfg(target_os = "linux")]
fn five_hundred_openings_leave_no_socket() {
    let name = "editor::five_hundred_openings_leave_no_socket";
    match screen::role() {
        None => screen::in_processes(name, "sockets", 1),
        Some(_) => open_often(),
    }
}

/// Sockets that this process has open.
#[cfg(target_os = "linux")]
fn sockets() -> usize {
    let files = std::fs::read_dir("/proc/self/fd").expect("the system tells open files");
    let targets = files
        .flatten()
        .filter_map(|file| std::fs::read_link(file.path()).ok());
    targets
        .filter(|target| target.to_string_lossy().starts_with("socket:"))
        .count()
}

/// Waits for the clipboard's connection to be closed, whose thread does no more than end.
#[cfg(target_os = "linux")]
fn settled(most: usize) -> usize {
    let begin = Instant::now();
    while sockets() > most && begin.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(Duration::from_millis(2));
    }
    sockets()
}

#[cfg(target_os = "linux")]
fn open_often() {
    let rig = Rig::new(HERE);
    let parent = screen::Parent::open();
    // The first question for a screen reader makes a pair that the process keeps: tokio's, for signals. A window that is
    // closed at once may not have asked yet.
    open(&rig, true, &parent, || ());
    let mut first = None;
    for time in 0..OPENINGS {
        let view = View::open(&rig, parent.id, true);
        view.pump();
        parent.pump();
        // Hosts forget this and that.
        match time % 4 {
            0 => view.leave(true, false),
            1 => view.leave(false, false),
            _ => view.leave(true, true),
        }
        match first {
            None if time == 3 => first = Some(settled(0)),
            Some(first) if time % 50 == 0 => {
                let left = settled(first);
                assert!(
                    left <= first,
                    "{left} after {time} openings, {first} before"
                );
            }
            _ => {}
        }
    }
    let first = first.expect("there was a fourth");
    let left = settled(first);
    println!(":: {left} sockets after {OPENINGS} openings, {first} after 4");
    assert!(left <= first);
}

#[test]
fn a_host_may_give_the_view_any_size() {
    let name = "editor::a_host_may_give_the_view_any_size";
    match screen::role() {
        None => screen::in_processes(name, "sizes", 1),
        Some(_) => any_size(),
    }
}

fn any_size() {
    let rig = Rig::new(HERE);
    let parent = screen::Parent::open();
    let view = View::open(&rig, parent.id, true);
    let (least, most) = (i32::MIN, i32::MAX);
    for size in [
        [0, 0, 1, 1],
        [0, 0, 0, 0],
        [10, 10, 0, 0],
        [0, 0, most, most],
        [least, least, most, most],
        [most, most, least, least],
        [most - 10, 0, most, 10],
        [0, 0, 65_536, 700],
        [0, 0, 800, 600],
    ] {
        view.on_size(size);
        let begin = Instant::now();
        // The window hears of it on its own thread.
        while begin.elapsed() < Duration::from_millis(50) {
            view.pump();
            parent.pump();
            std::thread::sleep(Duration::from_millis(5));
        }
        let [width, height] = view.size();
        assert!((320..=1400).contains(&width), "{size:?}: {width}");
        assert!((240..=900).contains(&height), "{size:?}: {height}");
    }
    for scale in [0.0, -0.0, -1.0, f32::NAN, f32::INFINITY, 1e-40, 1e30] {
        view.scale(scale);
    }
    view.calls_with_nothing();
    view.close();
}

#[test]
fn units_are_as_hosts_write_them_and_the_count_is_hidden() {
    let rig = Rig::new(HERE);
    for (index, id) in (0..).zip(host_ids()) {
        let (unit, hidden) = rig.unit(index);
        let known = param_of(id).map_or("", |param| param.unit.suffix().trim());
        assert_eq!(unit, known, "{id}");
        assert_eq!(hidden, id == HOST_ONLY[0], "{id}");
    }
}

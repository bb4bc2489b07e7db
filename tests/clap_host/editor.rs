//! The editor, opened and closed while an audio thread automates; then the plug-in is removed.

use super::rig::{Block, Rig};
use super::session::automated_blocks;
use super::stop::Stop;
use super::{screen, syscalls};
use clack_extensions::gui::{GuiApiType, GuiConfiguration, PluginGui};
use clack_host::events::spaces::CoreEventSpace;
use clack_host::prelude::EventBuffer;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How often the editor is opened in a process.
const OPENED: usize = 20;

#[test]
fn the_editor_opens_while_the_host_automates() {
    let name = "editor::the_editor_opens_while_the_host_automates";
    match screen::role() {
        None => screen::in_processes(name, "host", 10),
        Some(_) => open_and_close(),
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
    let mut rig = Rig::new();
    let (count, next) = (rig.named("Impulse changes"), rig.named("Next impulse"));
    let stopped = rig.activate(48_000.0, 512);
    let mut plugin = stopped.start_processing().expect("it starts");
    let mut block = Block::new(2, 2, 512);
    let parent = screen::Parent::open();
    let gui = show(&mut rig, &parent);
    let mut gesture = Vec::new();
    let begin = Instant::now();
    let mut pressed = false;
    while gesture.len() < 3 && begin.elapsed() < Duration::from_secs(30) {
        // Opening the editor alone says nothing: the impulse is as it was.
        if !pressed && begin.elapsed() > Duration::from_millis(500) {
            assert!(gesture.is_empty(), "{gesture:?}");
            block.automate(next, 0, 1.0);
            pressed = true;
        }
        let mut told = EventBuffer::new();
        block.process_telling(&mut plugin, 512, &mut told.as_output(), |process| process());
        gesture.extend(
            told.iter()
                .filter_map(|event| match event.as_core_event()? {
                    CoreEventSpace::ParamGestureBegin(event) if event.param_id() == Some(count) => {
                        Some("begin")
                    }
                    CoreEventSpace::ParamValue(event) if event.param_id() == Some(count) => {
                        Some("value")
                    }
                    CoreEventSpace::ParamGestureEnd(event) if event.param_id() == Some(count) => {
                        Some("end")
                    }
                    _ => None,
                }),
        );
        rig.pump();
        parent.pump();
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(gesture, ["begin", "value", "end"]);
    gui.destroy(&rig.plugin.plugin_handle());
    rig.plugin.deactivate(plugin.stop_processing());
}

fn open_and_close() {
    let mut rig = Rig::new();
    let stopped = rig.activate(48_000.0, 512);
    let stop = AtomicBool::new(false);
    let counting = AtomicBool::new(false);
    let ids = rig.ids.clone();
    let (mix, decay) = (rig.id("mix"), rig.id("decay"));
    let (stopped, counts) = std::thread::scope(|scope| {
        let audio = scope.spawn(|| {
            let mut plugin = stopped.start_processing().expect("it starts");
            let mut block = Block::new(2, 2, 512);
            let mut turn = 0;
            let mut counts = None;
            while !stop.load(Ordering::Relaxed) {
                if counting.swap(false, Ordering::Relaxed) {
                    counts = automated_blocks(&ids, &mut plugin, 200);
                }
                let to = f64::from(turn % 100) / 100.0;
                block.automate(mix, 0, to);
                block.automate(decay, 17, to);
                block.process(&mut plugin, 512);
                turn += 1;
                if turn % 8 == 0 {
                    std::thread::sleep(Duration::from_millis(1));
                }
            }
            (plugin.stop_processing(), counts)
        });
        let stopping = Stop(&stop);
        let parent = screen::Parent::open();
        for time in 0..OPENED {
            let shown = open(&mut rig, &parent, || {
                if time == OPENED / 2 {
                    counting.store(true, Ordering::Relaxed);
                }
            });
            assert!(shown > 0, "the editor has a window, time {time}");
        }
        drop(stopping);
        audio.join().expect("the audio thread ends well")
    });
    match counts {
        Some(counts) => {
            let shown = syscalls::show(&counts);
            println!(":: CLAP, 200 automated blocks, editor open: {shown}");
            assert!(counts.is_empty(), "{shown}");
        }
        None => println!(":: skipped: this system does not count system calls"),
    }
    rig.plugin.deactivate(stopped);
}

/// Opens the editor for a moment; returns how many windows sat in the parent.
fn open(rig: &mut Rig, parent: &screen::Parent, during: impl Fn()) -> usize {
    let gui = show(rig, parent);
    let begin = Instant::now();
    during();
    let mut shown = 0;
    while begin.elapsed() < Duration::from_millis(200) {
        rig.pump();
        parent.pump();
        shown = shown.max(parent.children());
        std::thread::sleep(Duration::from_millis(5));
    }
    let handle = rig.plugin.plugin_handle();
    let _ = gui.hide(&handle);
    gui.destroy(&handle);
    rig.pump();
    shown
}

/// Makes the editor and shows it in the parent.
fn show(rig: &mut Rig, parent: &screen::Parent) -> PluginGui {
    let configuration = GuiConfiguration {
        api_type: GuiApiType(screen::API),
        is_floating: false,
    };
    let handle = rig.plugin.plugin_handle();
    let gui = handle.get_extension::<PluginGui>().expect("an editor");
    assert!(gui.is_api_supported(&handle, configuration));
    gui.create(&handle, configuration).expect("it is made");
    let size = gui.get_size(&handle).expect("it has a size");
    assert!(size.width > 100 && size.height > 100);
    rig.set_parent(gui, parent.id);
    let handle = rig.plugin.plugin_handle();
    gui.show(&handle).expect("it is shown");
    gui
}

//! The editor where what it shows lies in a place that does not answer: the folder of its browser, the impulse, the
//! user's presets and favourites. Nothing that the host calls waits for it. And presets there that a host loads and lists
//! by itself: those are waited for, as the answer is due at once, but not for ever, and not twice.

use super::hang::{CALLS, Hang};
use super::presets::browser::{instance, load, path_text, provider, saved, told};
use super::rig::Rig;
use super::screen;
use anteroom::impulse::{FileRef, Origin};
use anteroom::state::Preset;
use clack_extensions::gui::{GuiApiType, GuiConfiguration, PluginGui};
use clack_extensions::preset_discovery::prelude::Location;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

/// Tells this program where the dead folder is.
const DEAD: &str = "ANTEROOM_TEST_DEAD";

/// A host's call takes under 200 ms, and the first window a little longer: four times that.
const AT_ONCE: Duration = Duration::from_millis(800);

#[test]
fn an_editor_over_a_place_that_hangs_opens_and_closes_at_once() {
    let name = "unresponsive::an_editor_over_a_place_that_hangs_opens_and_closes_at_once";
    if let Some(dead) = std::env::var_os(DEAD) {
        return open_and_close(&PathBuf::from(dead));
    }
    if screen::role().is_none() {
        return screen::in_processes(name, "hang", 1);
    }
    for call in CALLS {
        let hang = Hang::new(call, |dead| {
            let presets = dead.join("anteroom/presets");
            std::fs::create_dir_all(&presets).expect("a folder");
            std::fs::write(
                presets.join("a.vstpreset"),
                Preset::default().to_vstpreset(),
            )
            .expect("a file");
            std::fs::write(dead.join("anteroom/marks.json"), "{}").expect("a file");
            std::fs::write(dead.join("a.wav"), "no sound").expect("a file");
        });
        let mut command = Command::new(std::env::current_exe().expect("a program"));
        command
            .args(["--exact", name, "--nocapture", "--test-threads=1"])
            .env(DEAD, hang.dead())
            .env("XDG_DATA_HOME", hang.dead());
        hang.meet(&mut command);
        let output = command.output().expect("it starts");
        let text = String::from_utf8_lossy(&output.stdout);
        println!("{call}: {text}");
        assert!(
            output.status.success() && text.contains("running 1 test"),
            "{call}: {}\n{text}\n{}",
            output.status,
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

#[test]
fn a_preset_in_a_place_that_hangs_is_given_up_and_not_waited_for_again() {
    let name = "unresponsive::a_preset_in_a_place_that_hangs_is_given_up_and_not_waited_for_again";
    if let Some(dead) = std::env::var_os(DEAD) {
        return list_and_load(&PathBuf::from(dead));
    }
    for call in ["stat", "open", "read"] {
        let hang = Hang::new(call, |dead| {
            let presets = dead.join("anteroom/presets");
            std::fs::create_dir_all(&presets).expect("a folder");
            let bytes = Preset::default().to_vstpreset();
            std::fs::write(presets.join("a.vstpreset"), bytes).expect("a file");
        });
        let mut command = Command::new(std::env::current_exe().expect("a program"));
        command
            .args(["--exact", name, "--nocapture", "--test-threads=1"])
            .env(DEAD, hang.dead())
            .env("XDG_DATA_HOME", hang.dead());
        hang.meet(&mut command);
        let output = command.output().expect("it starts");
        let text = String::from_utf8_lossy(&output.stdout);
        println!("{call}: {text}");
        assert!(
            output.status.success() && text.contains("running 1 test"),
            "{call}: {}\n{text}\n{}",
            output.status,
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

fn list_and_load(dead: &std::path::Path) {
    let path = path_text(&dead.join("anteroom/presets/a.vstpreset"));
    let location = Location::File { path: &path };
    let mut plugin = instance();
    let before = saved(&mut plugin);
    // Nothing moves for 2 s; four times that.
    let begin = Instant::now();
    assert!(!load(&mut plugin, location, None));
    let took = begin.elapsed();
    println!("given up after {took:?}");
    assert!(took > Duration::from_secs(1), "it hangs: {took:?}");
    assert!(took < Duration::from_secs(8), "{took:?}");
    at_once("again", || assert!(!load(&mut plugin, location, None)));
    plugin.access_handler(|told| {
        let errors = told.errors.borrow();
        assert_eq!(errors.len(), 2);
        assert!(errors.iter().all(|why| why.contains("does not answer")));
    });
    let mut provider = at_once("list", provider);
    let errors = at_once("ask", || told(&mut provider, location).errors);
    assert!(errors[0].contains("does not answer"), "{errors:?}");
    assert_eq!(saved(&mut plugin), before);
    at_once("destroy", || drop((provider, plugin)));
}

fn open_and_close(dead: &std::path::Path) {
    let mut rig = Rig::new();
    let mut preset = Preset::default();
    preset.project.view.folder = dead.to_owned();
    preset.project.origin = Origin::File(FileRef {
        hash: "0".repeat(64),
        name: "a.wav".into(),
        absolute: dead.join("a.wav"),
        ..FileRef::default()
    });
    at_once("load", || assert!(rig.load(&preset.to_clapstate())));
    let stopped = at_once("activate", || rig.activate(48_000.0, 256));
    let parent = screen::Parent::open();
    let handle = rig.plugin.plugin_handle();
    let gui: PluginGui = handle.get_extension().expect("an editor");
    let configuration = GuiConfiguration {
        api_type: GuiApiType::X11,
        is_floating: false,
    };
    gui.create(&handle, configuration).expect("an editor");
    at_once("set parent", || rig.set_parent(gui, parent.id));
    let begin = Instant::now();
    while begin.elapsed() < Duration::from_millis(700) {
        at_once("the main loop", || rig.pump());
        at_once("save", || rig.save());
        std::thread::sleep(Duration::from_millis(5));
    }
    at_once("destroy the editor", || {
        gui.destroy(&rig.plugin.plugin_handle());
    });
    at_once("deactivate", || rig.plugin.deactivate(stopped));
    at_once("destroy", || drop(rig));
}

fn at_once<T>(what: &str, call: impl FnOnce() -> T) -> T {
    let begin = Instant::now();
    let answer = call();
    let took = begin.elapsed();
    if took > Duration::from_millis(100) {
        println!("{what}: {took:?}");
    }
    assert!(took < AT_ONCE, "{what}: {took:?}");
    answer
}

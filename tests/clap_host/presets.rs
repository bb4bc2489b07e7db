//! The presets as a host's browser lists and loads them: those that come with the plug-in, and the user's own.

#[path = "presets/browser.rs"]
pub mod browser;

use super::rig::{Block, Host, Rig};
use anteroom::editor::user_preset_folder;
use anteroom::impulse::Origin;
use anteroom::state::{CLAP_ID, Preset, VENDOR, factory_presets};
use browser::{Browser, instance, load, path_text, provider, saved, text, told};
use clack_extensions::preset_discovery::prelude::*;
use clack_extensions::state::PluginState;
use clack_host::prelude::*;
use std::ffi::{CStr, CString};
use std::path::Path;
use std::process::Command;

/// Tells this program that it is the child.
const ROLE: &str = "ANTEROOM_TEST_PRESETS";

/// Runs `inside` in a process of its own, whose user has an empty folder for such data: to list presets makes the folder
/// of the user's.
fn with_a_user(test: &str, inside: impl FnOnce(&Path)) {
    let name = format!("presets::{test}");
    if std::env::var(ROLE).as_deref() == Ok(test) {
        return inside(&user_preset_folder().expect("a folder for presets"));
    }
    let user = tempfile::tempdir().expect("a folder");
    let output = Command::new(std::env::current_exe().expect("a program"))
        .args(["--exact", &name, "--nocapture", "--test-threads=1"])
        .env(ROLE, test)
        .envs(["XDG_DATA_HOME", "APPDATA", "HOME"].map(|name| (name, user.path())))
        .output()
        .expect("it starts");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && text.contains("running 1 test"),
        "{test}: {}\n{text}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
}

/// What an instance with this state saves.
fn as_a_state(preset: &Preset) -> Preset {
    let mut rig = Rig::new();
    assert!(rig.load(&preset.to_clapstate()));
    Preset::from_clapstate(&rig.save()).expect("a state")
}

#[test]
fn every_preset_that_comes_with_it_is_listed_once_and_loads_by_its_key() {
    with_a_user(
        "every_preset_that_comes_with_it_is_listed_once_and_loads_by_its_key",
        |_| {
            let mut provider = provider();
            let catalog = told(&mut provider, Location::Plugin);
            assert_eq!(catalog.errors, [""; 0]);
            assert_eq!(catalog.presets.len(), factory_presets().len());
            let mut plugin = instance();
            for (listed, factory) in catalog.presets.iter().zip(factory_presets()) {
                let name = factory.name;
                assert_eq!(listed.name, name);
                assert_eq!(listed.plugins, [format!("clap {CLAP_ID}")]);
                assert_eq!(listed.flags, Some(Flags::IS_FACTORY_CONTENT));
                assert_eq!(listed.creators, [VENDOR]);
                assert_eq!(listed.about, factory.about);
                assert_eq!(listed.features[..2], ["audio-effect", "reverb"]);
                assert_eq!(listed.features[2..], factory.tags);
                assert_eq!(
                    listed.extra[1],
                    ("room".to_owned(), factory.room.to_owned())
                );
                let key = CString::new(listed.key.clone().expect("a key")).expect("no zero");
                assert!(load(&mut plugin, Location::Plugin, Some(&key)), "{name}");
                let (now, wanted) = (saved(&mut plugin), as_a_state(&factory.preset()));
                assert_eq!(now, wanted, "{name}");
                // The check sees a difference: no two are the same.
                assert_ne!(now, as_a_state(&Preset::default()), "{name}");
            }
            let count = factory_presets().len();
            plugin.access_handler(|told| {
                assert_eq!(told.rescans.get(), count);
                assert_eq!(told.dirty.get(), count);
                let loaded = told.loaded.borrow();
                assert_eq!(loaded.len(), count);
                let keys = loaded
                    .iter()
                    .map(|(path, key)| (path.as_ref(), key.as_deref()));
                let wanted = catalog.presets.iter().map(|listed| listed.key.clone());
                for ((path, key), wanted) in keys.zip(wanted) {
                    assert_eq!((path, key.map(text)), (None, wanted));
                }
                assert_eq!(told.errors.borrow().len(), 0);
            });
        },
    );
}

/// A second of noise through what an instance has loaded, offline.
fn heard(rig: &mut Rig) -> Vec<f32> {
    const SIZE: usize = 480;
    rig.offline(true);
    let stopped = rig.activate(48_000.0, SIZE);
    let mut plugin: StartedPluginAudioProcessor<Host> =
        stopped.start_processing().expect("it starts");
    let mut block = Block::new(2, 2, SIZE);
    let mut sound = Vec::new();
    for turn in 0..100 {
        block.feed(SIZE, |channel, index| {
            let at = (turn * SIZE + index) * 2 + channel;
            ((at.wrapping_mul(2_654_435_761) >> 8) & 0xffff) as f32 / 65_536.0 - 0.5
        });
        block.process(&mut plugin, SIZE);
        for channel in &block.output {
            sound.extend_from_slice(&channel[..SIZE]);
        }
    }
    rig.plugin.deactivate(plugin.stop_processing());
    sound
}

#[test]
fn what_is_loaded_by_key_sounds_as_the_file_of_the_command_line_does() {
    let mut sounds = Vec::new();
    for factory in factory_presets().iter().step_by(23) {
        let key = CString::new(factory.name).expect("no zero");
        let mut by_key = Rig::new();
        let handle = by_key.plugin.plugin_handle();
        let presets: PluginPresetLoad = handle.get_extension().expect("the extension");
        let loaded = presets.load_from_location(&handle, Location::Plugin, Some(&key));
        assert!(loaded.is_ok(), "also in a host that takes no answer");
        let mut by_file = Rig::new();
        assert!(by_file.load(&factory.preset().to_clapstate()));
        let sound = heard(&mut by_key);
        assert!(sound == heard(&mut by_file), "{}", factory.name);
        assert!(!sounds.contains(&sound), "{} is another", factory.name);
        sounds.push(sound);
    }
    assert!(sounds.len() >= 3);
}

#[test]
fn presets_of_the_user_are_listed_with_their_words_and_load_by_their_paths() {
    with_a_user(
        "presets_of_the_user_are_listed_with_their_words_and_load_by_their_paths",
        |folder| {
            let mut mine = Preset::default();
            mine.set("mix", 61.0);
            mine.tags = vec!["dark".to_owned(), "r&b".to_owned()];
            mine.project.origin = Origin::room("Plate").expect("a room");
            let inside = folder.join("für Chöre");
            std::fs::create_dir_all(&inside).expect("a folder");
            let files = [folder.join("Mine.vstpreset"), inside.join("Weit.vstpreset")];
            for file in &files {
                std::fs::write(file, mine.to_vstpreset()).expect("a file");
            }
            let mut provider = provider();
            let places = provider.indexer();
            assert_eq!(places.endings, ["vstpreset"]);
            let [own, user] = &places.locations[..] else {
                panic!("{} locations", places.locations.len());
            };
            assert_eq!((own.1, own.2.as_deref()), (Flags::IS_FACTORY_CONTENT, None));
            assert_eq!(
                (user.1, user.2.as_deref()),
                (Flags::IS_USER_CONTENT, Some(folder))
            );
            let mut plugin = instance();
            for file in &files {
                let path = path_text(file);
                let location = Location::File { path: &path };
                let catalog = told(&mut provider, location);
                assert_eq!(catalog.errors, [""; 0]);
                let [listed] = &catalog.presets[..] else {
                    panic!("{} presets in a file", catalog.presets.len());
                };
                assert_eq!(
                    Some(&*listed.name),
                    file.file_stem().and_then(|s| s.to_str())
                );
                assert_eq!(listed.key, None);
                assert_eq!(listed.flags, Some(Flags::IS_USER_CONTENT));
                assert_eq!(listed.features[2..], ["dark", "r&b"]);
                assert!(load(&mut plugin, location, None));
                let now = saved(&mut plugin);
                assert_eq!(now.value("mix"), Some(61.0));
                assert_eq!(now.project.origin.name(), "Plate");
                plugin.access_handler(|told| {
                    let last = told.loaded.borrow().last().cloned();
                    assert_eq!(last, Some((Some(path.clone()), None)));
                });
            }
            // A state of CLAP's is loaded too.
            let file = folder.join("other.clapstate");
            mine.set("mix", 17.0);
            std::fs::write(&file, mine.to_clapstate()).expect("a file");
            let path = path_text(&file);
            assert!(load(&mut plugin, Location::File { path: &path }, None));
            assert_eq!(saved(&mut plugin).value("mix"), Some(17.0));
        },
    );
}

#[test]
fn the_folder_of_the_user_is_there_for_a_host_to_watch() {
    with_a_user(
        "the_folder_of_the_user_is_there_for_a_host_to_watch",
        |folder| {
            assert!(!folder.exists());
            let provider = provider();
            assert_eq!(provider.indexer().locations.len(), 2);
            assert!(folder.is_dir());
        },
    );
}

#[test]
fn how_the_window_looks_and_whether_to_embed_stay_with_the_project() {
    let mut before = Preset::default();
    before.project.embed = true;
    before.project.view.zoom = 1.5;
    before.project.view.width = 1_111;
    let mut plugin = instance();
    let handle = plugin.plugin_handle();
    let states: PluginState = handle.get_extension().expect("state");
    let state = before.to_clapstate();
    states.load(&handle, &mut &state[..]).expect("it loads");
    assert!(load(
        &mut plugin,
        Location::Plugin,
        Some(c"Choir in Church")
    ));
    let now = saved(&mut plugin);
    assert_eq!(now.project.view, before.project.view);
    assert!(now.project.embed);
    assert_eq!(now.project.origin.name(), "Church");
}

/// Loads what can not be loaded: a reason is told, and all is as it was before.
fn refused(
    plugin: &mut PluginInstance<Browser>,
    before: &Preset,
    location: Location,
    key: Option<&CStr>,
    why: &str,
) {
    assert!(!load(plugin, location, key), "{why}");
    let errors = plugin.access_handler(|told| std::mem::take(&mut *told.errors.borrow_mut()));
    let [error] = &errors[..] else {
        panic!("{errors:?}");
    };
    println!("{error}");
    assert!(error.contains(why), "{error}, not {why}");
    assert_eq!(saved(plugin), *before);
}

#[test]
fn what_can_not_be_loaded_is_named_and_leaves_the_sound_as_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let mut foreign = Preset::default().to_vstpreset();
    foreign[8] = b'F';
    let cut = &Preset::default().to_vstpreset()[..300];
    let bad: [(&str, &[u8], &str); 5] = [
        ("foreign.vstpreset", &foreign, "for another plug-in"),
        ("cut.vstpreset", cut, "cut off"),
        ("noise.vstpreset", &[7; 9_000], "shorter than"),
        ("empty.vstpreset", b"", "shorter than"),
        ("no.clapstate", b"\x02\0\0\0\0\0\0\0[]", "no parameters"),
    ];
    for (name, bytes, _) in bad {
        std::fs::write(at(name), bytes).expect("a file");
    }
    std::fs::create_dir(at("folder.vstpreset")).expect("a folder");
    let missing = [
        ("folder.vstpreset", "folder.vstpreset: "),
        ("nowhere.vstpreset", "nowhere.vstpreset: "),
    ];
    let mut plugin = instance();
    assert!(load(
        &mut plugin,
        Location::Plugin,
        Some(c"Choir in Church")
    ));
    let before = saved(&mut plugin);
    let files = bad.map(|(name, _, why)| (name, why)).into_iter();
    for (name, why) in files.chain(missing) {
        let path = path_text(&at(name));
        refused(
            &mut plugin,
            &before,
            Location::File { path: &path },
            None,
            why,
        );
        refused(
            &mut plugin,
            &before,
            Location::File { path: &path },
            None,
            name,
        );
    }
    refused(
        &mut plugin,
        &before,
        Location::File { path: c"" },
        None,
        "no file",
    );
    for (key, why) in [
        (None, "none is named"),
        (Some(c""), "no such preset"),
        (Some(c"Church of Choir"), "Church of Choir"),
        (Some(c"\xff\xfe"), "no such preset"),
    ] {
        refused(&mut plugin, &before, Location::Plugin, key, why);
    }
    plugin.access_handler(|told| {
        assert_eq!(told.loaded.borrow().len(), 1, "the one that was good");
        assert_eq!((told.rescans.get(), told.dirty.get()), (1, 1));
    });
}

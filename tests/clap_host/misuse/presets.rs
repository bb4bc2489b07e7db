//! Presets that are none, and lists of presets that are asked for in every wrong way.

use super::super::raw::{List, Raw, preset_factory};
use anteroom::state::{Preset, factory_presets};
use clap_sys::factory::preset_discovery::{
    CLAP_PRESET_DISCOVERY_LOCATION_FILE as FILE, CLAP_PRESET_DISCOVERY_LOCATION_PLUGIN as PLUGIN,
};
use std::ffi::{CString, c_char};

/// Whatever a host may name.
fn nonsense() -> Vec<*const c_char> {
    let names = [
        c"",
        c"\xff\xfe\x01",
        c"/",
        c"/nowhere/at all.vstpreset",
        c"relative.vstpreset",
        c"C:\\x\\..\\..\\y",
    ];
    let mut all: Vec<*const c_char> = names.iter().map(|name| name.as_ptr()).collect();
    all.push(std::ptr::null());
    #[cfg(unix)]
    all.extend([c"/dev/zero", c"/proc/self/mem"].map(|name| name.as_ptr()));
    all
}

#[test]
fn what_is_no_preset_is_refused_with_a_reason_and_changes_nothing() {
    let raw = Raw::with_presets();
    let before = raw.position("mix");
    for kind in [FILE, PLUGIN, 2, u32::MAX] {
        for location in nonsense() {
            for key in nonsense() {
                let (answer, told) = raw.load_preset(kind, location, key);
                assert!(!answer);
                let [Err(why)] = &told[..] else {
                    panic!("{told:?}");
                };
                assert!(why.contains(": "), "{why}");
            }
        }
    }
    assert!((raw.position("mix") - before).abs() < 1e-9);
    // The same host, asked for one that there is.
    let key = CString::new(factory_presets()[0].name).expect("no zero");
    let answer = raw.load_preset(PLUGIN, std::ptr::null(), key.as_ptr());
    assert_eq!(answer, (true, vec![Ok(())]));
    assert!((raw.position("mix") - before).abs() > 1e-3);
    // A host that takes no answer gets none.
    let dumb = Raw::new();
    let answer = dumb.load_preset(PLUGIN, std::ptr::null(), key.as_ptr());
    assert_eq!(answer, (true, Vec::new()));
    assert!(
        !dumb
            .load_preset(PLUGIN, std::ptr::null(), std::ptr::null())
            .0
    );
}

#[test]
fn a_list_that_is_asked_for_nonsense_says_so() {
    // No `init`: that would make the folder of whoever runs this.
    let list = List::new(true);
    let count = factory_presets().len();
    assert_eq!(list.ask(PLUGIN, std::ptr::null(), 1_000), (true, count, 0));
    // A receiver that wants no more gets no more.
    assert_eq!(list.ask(PLUGIN, c"anything".as_ptr(), 5), (true, 5, 0));
    for kind in [FILE, 2, u32::MAX] {
        for location in nonsense() {
            assert_eq!(list.ask(kind, location, 1_000), (false, 0, 1));
        }
    }
    let file = tempfile::NamedTempFile::with_suffix(".vstpreset").expect("a file");
    let path = CString::new(file.path().to_str().expect("UTF-8")).expect("no zero");
    let ask = |bytes: &[u8]| {
        std::fs::write(file.path(), bytes).expect("room on the disk");
        list.ask(FILE, path.as_ptr(), 1_000)
    };
    let good = Preset::default().to_vstpreset();
    assert_eq!(ask(&good), (true, 1, 0));
    for end in [0, 3, 30, 47] {
        // The last of these is cut behind what it is known by.
        assert_eq!(ask(&good[..end]).0, end >= 40, "{end}");
    }
    assert_eq!(ask(&[0xff; 70_000]), (false, 0, 1));
}

#[test]
fn an_indexer_that_can_not_be_told_makes_no_list() {
    assert!(!List::new(false).init());
}

#[test]
fn the_factory_of_presets_answers_any_thread() {
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..20 {
                    let factory: *const _ = preset_factory();
                    assert!(!factory.is_null());
                    let list = List::new(true);
                    let (answer, count, _) = list.ask(PLUGIN, std::ptr::null(), 1_000);
                    assert_eq!((answer, count), (true, factory_presets().len()));
                    assert!(!list.ask(FILE, c"/nowhere/x.vstpreset".as_ptr(), 9).0);
                }
            });
        }
    });
}

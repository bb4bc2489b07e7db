//! R6, R9 and R12: what the sources themselves say of the code that the callback runs.

use crate::source::{Source, places, sources};
use std::fs;
use std::path::Path;

/// A rule of one piece of code: what breaks it.
type Rule = fn(&str) -> Vec<String>;

/// No file breaks the rule, and each piece of bad code does.
fn hold(rule: Rule, files: &[Source], bad: &[&str]) {
    for code in bad {
        let code = Source::new("src/bad.rs", code);
        assert!(!rule(&code.code).is_empty(), "is {:?} good?", code.text);
    }
    for file in files {
        let faults = rule(file.product());
        assert!(faults.is_empty(), "{}: {faults:?}", file.path);
    }
}

/// These files, and what lies in the folders of their names.
fn modules(names: &[&str]) -> Vec<Source> {
    let mut found = sources();
    found.retain(|source| {
        let inside = |name: &&str| {
            let rest = source.path.strip_prefix(name);
            rest.is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
        };
        names.iter().any(inside)
    });
    assert!(found.len() >= names.len());
    found
}

/// The sources of the processor and its engines.
fn real_time_sources() -> Vec<Source> {
    let mut found = modules(&[
        "src/processor",
        "crates/anteroom-convolver/src",
        "crates/anteroom-impulse/src/math",
        "src/instance/audio",
        "src/instance/slot_sync",
    ]);
    found.retain(|source| !source.path.ends_with("/tests.rs") && !source.path.contains("/tests/"));
    assert!(found.len() > 10);
    found
}

/// Those, and what they talk through.
fn all_that_the_callback_reaches() -> Vec<Source> {
    let mut found = real_time_sources();
    found.extend(modules(&[
        "crates/anteroom-exchange/src",
        "src/loader/audio_handle",
    ]));
    found
}

/// The crates that this project depends on, as code names them, but for those that were read for this.
fn untrusted_crates() -> Vec<String> {
    // Whoever wants another one in there adds it here, having read it.
    const TRUSTED: &[&str] = &[
        "anteroom_exchange",
        "anteroom_convolver",
        "rtrb",
        "triple_buffer",
        "atomic_float",
        // Only in model runs, which are no audio.
        "loom",
    ];
    // Of the project, and of its crates on this path.
    let manifests = [
        "Cargo.toml",
        "crates/anteroom-exchange/Cargo.toml",
        "crates/anteroom-convolver/Cargo.toml",
        "crates/anteroom-impulse/Cargo.toml",
    ]
    .map(|manifest| {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join(manifest);
        fs::read_to_string(manifest).expect("the manifest can be read")
    });
    let mut listed = false;
    let mut crates = Vec::new();
    for line in manifests.iter().flat_map(|manifest| manifest.lines()) {
        if line.starts_with('[') {
            listed = line.ends_with("dependencies]");
        } else if let (true, Some((name, _))) = (listed, line.split_once(" = ")) {
            crates.push(name.replace('-', "_"));
        }
    }
    crates.retain(|name| !TRUSTED.contains(&name.as_str()));
    assert!(crates.len() > 10, "{crates:?}");
    crates
}

/// Where code names an untrusted crate: in a path, or to give it another name.
fn untrusted(code: &str) -> Vec<String> {
    let part_of_a_name = |character: char| character.is_alphanumeric() || character == '_';
    let named = |name: &String| {
        places(code, name).into_iter().any(|from| {
            let (before, after) = (&code[..from], &code[from + name.len()..]);
            // `a::name` is something of a's; `::name` is a crate.
            let of_another = before
                .strip_suffix("::")
                .is_some_and(|path| path.ends_with(part_of_a_name));
            let line = before.rsplit(';').next().unwrap_or_default().trim_start();
            let line = line.trim_start_matches("pub ");
            let listed = line.starts_with("use {") && !line.contains("::");
            let imported = listed || before.ends_with("use ") || before.ends_with("extern crate ");
            !of_another && (after.starts_with("::") || imported)
        })
    };
    untrusted_crates().into_iter().filter(named).collect()
}

pub fn only_trusted_code() {
    let bad = [
        "use serde::Serialize;",
        "pub(crate) use flate2::Compression;",
        "use hound as files;",
        "fn f() { blake3::hash(&[]); }",
        "fn f() { ::blake3::hash(&[]); }",
        "use {std::fmt, hound, serde::Serialize};",
    ];
    hold(untrusted, &all_that_the_callback_reaches(), &bad);
    assert!(untrusted("use rtrb::Producer; use super::image::Isa;").is_empty());
}

/// Places where the lint is taken back.
fn lint_taken_back(code: &str) -> Vec<String> {
    let allowed = ["allow(", "expect("].into_iter().flat_map(|word| {
        code.match_indices(word).filter_map(|(from, _)| {
            let list = code[from..].split(')').next().unwrap_or_default();
            let those = ["clippy::disallowed", "clippy::all", "clippy::style"];
            let back = those.iter().any(|lint| list.contains(lint));
            back.then(|| list.to_owned())
        })
    });
    allowed.collect()
}

/// Roots without the lint on what must not be called.
fn lint_missing(code: &str) -> Vec<String> {
    let denied = code
        .split_once("deny(")
        .and_then(|(_, rest)| rest.split_once(")]"));
    let (denied, _) = denied.unwrap_or_default();
    let lints = [
        "disallowed_types",
        "disallowed_methods",
        "disallowed_macros",
    ];
    let missing = lints.map(|lint| format!("clippy::{lint}"));
    let missing = missing.into_iter().filter(|lint| !denied.contains(lint));
    missing.collect()
}

/// The lint that names what must not be called is on for all that `process` can reach, and nobody in there takes
/// it back but for what other threads do.
pub fn the_lint_is_on() {
    let roots = [
        "src/processor.rs",
        "crates/anteroom-convolver/src/lib.rs",
        "crates/anteroom-impulse/src/math.rs",
        "crates/anteroom-exchange/src/lib.rs",
        "src/instance/audio.rs",
        "src/instance/slot_sync.rs",
        "src/loader/audio_handle.rs",
        "src/plugin.rs",
    ];
    let mut denying = sources();
    denying.retain(|source| roots.contains(&source.path.as_str()));
    assert_eq!(denying.len(), roots.len());
    hold(
        lint_missing,
        &denying,
        &[
            "mod a;",
            "#![deny(clippy::disallowed_types, clippy::disallowed_methods)]",
        ],
    );
    // The tables of the transforms; a thread and a lock at ends that are not real-time; a wait offline.
    let elsewhere = [
        "crates/anteroom-convolver/src/transform.rs",
        "crates/anteroom-exchange/src/worker_thread.rs",
        "crates/anteroom-exchange/src/waker.rs",
        "crates/anteroom-exchange/src/thread_pool.rs",
        "crates/anteroom-exchange/src/shared.rs",
        "crates/anteroom-exchange/src/work/tests.rs",
        "crates/anteroom-exchange/src/work/waking.rs",
        "crates/anteroom-exchange/src/work/worker.rs",
        "src/loader/audio_handle.rs",
    ];
    let mut files = all_that_the_callback_reaches();
    files.extend(modules(&["src/plugin"]));
    let (there, files): (Vec<_>, Vec<_>) = files
        .into_iter()
        .partition(|file| elsewhere.contains(&file.path.as_str()));
    assert_eq!(there.len(), elsewhere.len());
    for file in there {
        let back = lint_taken_back(file.product());
        assert_eq!(back.len(), 1, "{}", file.path);
    }
    hold(
        lint_taken_back,
        &files,
        &[
            "#![allow(clippy::disallowed_methods)]",
            "#[allow(clippy::all)]",
            "#[expect(\n    clippy::disallowed_types,\n    reason = \"none\"\n)]",
        ],
    );
}

/// What several threads could share.
fn shared(code: &str) -> Vec<String> {
    // An engine reads its kernel and its profile through an `Arc`, because instances share them, immutable;
    // and the transforms' plans, likewise. Everything else is the callback's alone.
    const NAMED: &[&str] = &[
        "Arc<Kernel>",
        "Arc<Profile>",
        "Arc<dyn RealToComplex<f32>>",
        "Arc<dyn ComplexToReal<f32>>",
        "Arc<Self>",
        // A wire of the layer, which has no ends of its own.
        "Arc<Dirty>",
    ];
    let mut code = code.to_owned();
    for named in NAMED {
        code = code.replace(named, "");
    }
    let kinds = [
        "Arc<",
        "Atomic",
        "Mutex",
        "RwLock",
        "Condvar",
        "Rc<",
        "static mut",
    ];
    let found = kinds.into_iter().filter(|kind| code.contains(kind));
    found.map(str::to_owned).collect()
}

pub fn nothing_is_shared() {
    let bad = [
        "struct A(Arc<AtomicBool>);",
        "kernel: Arc<Kernel>, other: Arc<Other>",
        "static mut COUNT: u32 = 0;",
        "lock: std::sync::Mutex<u32>",
    ];
    hold(shared, &real_time_sources(), &bad);
    assert!(shared("kernel: Arc<Kernel>").is_empty());
}

/// Calls that take a lock or try to.
fn locks(code: &str) -> Vec<String> {
    let calls = ["try_lock", ".lock(", ".try_read(", ".try_write("];
    let found = calls.into_iter().filter(|call| code.contains(call));
    found.map(str::to_owned).collect()
}

pub fn no_try_lock() {
    let bad = ["if let Ok(state) = self.state.try_lock() {}", "a.lock()"];
    hold(locks, &real_time_sources(), &bad);
}

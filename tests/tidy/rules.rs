//! The rules that look at one source alone: each gives its faults.

use super::source::{Source, named_after, places};
use super::tables::{FRAMEWORK, IMPORTS, LONG, UNSAFE};

pub fn imports(source: &Source) -> Vec<String> {
    // A crate can import no other than those that its manifest names.
    let Some(module) = source.module().filter(|_| source.path.starts_with("src/")) else {
        return Vec::new();
    };
    let Some((_, allowed)) = IMPORTS.iter().find(|(name, _)| *name == module) else {
        return vec![format!(
            "{}: module {module} has no import rule",
            source.path
        )];
    };
    let ours = |name: &str| IMPORTS.iter().any(|(module, _)| *module == name);
    // From a file at the top, `super` is the crate.
    let top = !source.path["src/".len()..].contains('/');
    let roots: &[&str] = match (module, top) {
        ("main" | "cli", _) => &["anteroom::", "crate::"],
        (_, true) => &["crate::", "super::"],
        (_, false) => &["crate::"],
    };
    let named = roots
        .iter()
        .flat_map(|root| named_after(&source.code, root));
    named
        .filter(|(_, name)| ours(name) && *name != module && !allowed.contains(name))
        .map(|(at, name)| source.fault(at, format!("{module} may not import {name}")))
        .collect()
}

pub fn framework(source: &Source) -> Vec<String> {
    let may = |place: &&str| source.path.starts_with(*place);
    if source.module().is_none() || FRAMEWORK.iter().any(may) {
        return Vec::new();
    }
    let words = ["nice_plug", "nice_plug_egui", "egui"];
    let found = words.iter().flat_map(|word| places(&source.code, word));
    found
        .map(|at| source.fault(at, "the framework outside params/host, plugin and editor"))
        .collect()
}

pub fn opening(source: &Source) -> Vec<String> {
    // A shell-like first line or attributes may not come before it: the first thing to read is what the file is for.
    let opens = source.text.trim_start().starts_with("//!");
    if opens {
        Vec::new()
    } else {
        vec![format!("{}:1: does not open with //!", source.path)]
    }
}

pub fn unfinished(source: &Source) -> Vec<String> {
    let words = ["todo!", "dbg!", "unimplemented!"];
    let found = words.iter().flat_map(|word| places(&source.code, word));
    let mut faults: Vec<String> = found
        .map(|at| source.fault(at, "unfinished or for debugging only"))
        .collect();
    // A reason looks like `#[ignore = "why"]`.
    faults.extend(
        places(&source.code, "#[ignore]")
            .iter()
            .map(|at| source.fault(*at, "ignored without a reason")),
    );
    faults
}

pub fn without_unsafe(source: &Source) -> Vec<String> {
    if UNSAFE.iter().any(|(path, _)| *path == source.path) {
        return Vec::new();
    }
    places(&source.code, "unsafe")
        .iter()
        .map(|at| source.fault(*at, "unsafe outside the named files"))
        .collect()
}

pub fn orderings(source: &Source) -> Vec<String> {
    if source.module() != Some("exchange") {
        return Vec::new();
    }
    let words = ["SeqCst", "fence", "compiler_fence"];
    let found = words.iter().flat_map(|word| places(&source.code, word));
    found
        .map(|at| source.fault(at, "not every checker can see this ordering"))
        .collect()
}

pub fn panics(source: &Source) -> Vec<String> {
    let audio = [
        "exchange",
        "convolver",
        "impulse",
        "processor",
        "loader",
        "state",
        "instance",
        "plugin",
    ];
    if !source
        .module()
        .is_some_and(|module| audio.contains(&module))
        || source.path.ends_with("/tests.rs")
        // Files of unit tests that have become more than one.
        || source.path.contains("/tests/")
    {
        return Vec::new();
    }
    let words = [".unwrap()", ".expect(", "panic!", "unreachable!"];
    let found = words
        .iter()
        .flat_map(|word| source.product().match_indices(word));
    // The reason stands on the line itself or in the comment above.
    let argued = |at: usize| {
        let line = source.code[..at].matches('\n').count();
        source
            .text
            .lines()
            .skip(line.saturating_sub(4))
            .take(5)
            .any(|line| line.contains("PANIC:"))
    };
    found
        .filter(|(at, _)| !argued(*at))
        .map(|(at, word)| source.fault(at, format!("{word} without // PANIC: why it can not")))
        .collect()
}

pub fn long(source: &Source) -> Vec<String> {
    let lines = source.text.lines().count();
    if lines <= LONG {
        return Vec::new();
    }
    vec![format!(
        "{}: {lines} lines; is it still one idea?",
        source.path
    )]
}

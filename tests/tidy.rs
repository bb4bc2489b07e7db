//! The rules of the house that the compiler does not know, checked by reading the sources.
//!
//! Each rule is a function from one source to its faults. Its test applies it to every file of the project
//! and, as a negative control, to a few lines that break the rule and must be flagged.

#[path = "tidy/shown.rs"]
mod shown;
#[path = "tidy/siblings.rs"]
mod siblings;
#[path = "tidy/source.rs"]
mod source;
#[path = "tidy/tables.rs"]
mod tables;

use source::{Source, named_after, places, sources};
use std::path::Path;
use tables::{FRAMEWORK, IMPORTS, LONG, LONG_FILES, UNSAFE};

fn imports(source: &Source) -> Vec<String> {
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

fn framework(source: &Source) -> Vec<String> {
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

fn opening(source: &Source) -> Vec<String> {
    // A shell-like first line or attributes may not come before it: the first thing to read is what the file is for.
    let opens = source.text.trim_start().starts_with("//!");
    if opens {
        Vec::new()
    } else {
        vec![format!("{}:1: does not open with //!", source.path)]
    }
}

fn unfinished(source: &Source) -> Vec<String> {
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

fn without_unsafe(source: &Source) -> Vec<String> {
    if UNSAFE.iter().any(|(path, _)| *path == source.path) {
        return Vec::new();
    }
    places(&source.code, "unsafe")
        .iter()
        .map(|at| source.fault(*at, "unsafe outside the named files"))
        .collect()
}

fn orderings(source: &Source) -> Vec<String> {
    if source.module() != Some("exchange") {
        return Vec::new();
    }
    let words = ["SeqCst", "fence", "compiler_fence"];
    let found = words.iter().flat_map(|word| places(&source.code, word));
    found
        .map(|at| source.fault(at, "not every checker can see this ordering"))
        .collect()
}

fn panics(source: &Source) -> Vec<String> {
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

fn long(source: &Source) -> Vec<String> {
    let lines = source.text.lines().count();
    if lines <= LONG || LONG_FILES.iter().any(|(path, _)| *path == source.path) {
        return Vec::new();
    }
    vec![format!(
        "{}: {lines} lines; is it still one idea?",
        source.path
    )]
}

/// Applies a rule to the project, which must be clean, and to each control, which must not be.
fn hold(rule: fn(&Source) -> Vec<String>, controls: &[(&str, &str)]) {
    for (path, text) in controls {
        assert!(
            !rule(&Source::new(path, text)).is_empty(),
            "not flagged in {path}: {text}"
        );
    }
    let faults: Vec<String> = sources().iter().flat_map(rule).collect();
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn modules_import_only_what_they_may() {
    hold(
        imports,
        &[
            ("src/state/read.rs", "fn f() { crate::exchange::queue(1); }"),
            ("src/state.rs", "use super::loader::Loader;"),
            (
                "src/processor.rs",
                "use crate::{params::Settings, exchange::{queue, Worker}, impulse};",
            ),
            ("src/params.rs", "use crate::state::Project;"),
            ("src/main.rs", "use anteroom::plugin::Anteroom;"),
            ("src/brand_new.rs", "//! A module without a rule."),
        ],
    );
}

#[test]
fn siblings_do_not_import_each_other() {
    let cycles = |files: &[(&str, &str)]| {
        let sources: Vec<Source> = (files.iter())
            .map(|(path, text)| Source::new(path, text))
            .collect();
        siblings::cycles(&sources)
    };
    let circle = |folder: &str, names: &[&str]| {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        vec![(folder.to_owned(), names)]
    };
    // Each other; through a third, by a nested path; through what the parent re-exports; from within a folder.
    let found = cycles(&[
        ("src/a/b.rs", "use super::c::C;"),
        ("src/a/c.rs", "use crate::{d, a::{e::E, b}};"),
    ]);
    assert_eq!(found, circle("src/a", &["b", "c"]));
    let found = cycles(&[
        ("src/a/b.rs", "use super::c::{self, C};"),
        ("src/a/c.rs", "fn f() { crate::a::d::f() }"),
        ("src/a/d.rs", "use super::{x, b::B};"),
    ]);
    assert_eq!(found, circle("src/a", &["b", "c", "d"]));
    let found = cycles(&[
        ("src/a.rs", "mod b;\nmod c;\npub use c::C;"),
        ("src/a/b.rs", "use super::C;"),
        ("src/a/c.rs", "use super::b::B;"),
    ]);
    assert_eq!(found, circle("src/a", &["b", "c"]));
    let found = cycles(&[
        ("crates/x/src/b/deep.rs", "use super::super::c::C;"),
        ("crates/x/src/c.rs", "use crate::b::B;"),
    ]);
    assert_eq!(found, circle("crates/x/src", &["b", "c"]));
    // One way, a parent and its child, and tests are no circles.
    let found = cycles(&[
        ("src/a.rs", "mod b;\nmod c;\nuse b::B;\npub use c::C;"),
        ("src/a/b.rs", "use super::c::C;\nuse super::A;"),
        (
            "src/a/c.rs",
            "#[cfg(test)]\nmod tests { use crate::a::b::B; }",
        ),
        ("src/a/d.rs", "use super::b::B;\nuse super::c::C;"),
    ]);
    assert_eq!(found, Vec::new());

    assert_eq!(
        siblings::cycles(&sources()),
        Vec::new(),
        "these import each other"
    );
}

#[test]
fn the_framework_stays_where_it_belongs() {
    hold(
        framework,
        &[
            ("src/loader.rs", "use nice_plug::prelude::*;"),
            ("src/state.rs", "fn f(ui: &mut egui::Ui) {}"),
            ("src/params/spec.rs", "use nice_plug::prelude::*;"),
        ],
    );
}

#[test]
fn every_file_opens_with_its_purpose() {
    hold(
        opening,
        &[
            ("src/a.rs", "use std::fmt;\n//! Too late."),
            ("tests/b.rs", "/// Of an item.\nfn f() {}"),
        ],
    );
}

#[test]
fn nothing_is_left_unfinished() {
    hold(
        unfinished,
        &[
            ("src/a.rs", "fn f() { todo!() }"),
            ("tests/b.rs", "fn f() { let x = dbg!(1); }"),
            ("src/c.rs", "fn f() { unimplemented!(\"later\") }"),
            ("tests/d.rs", "#[test]\n#[ignore]\nfn f() {}"),
        ],
    );
}

#[test]
fn unsafe_is_only_in_the_named_files() {
    hold(
        without_unsafe,
        &[
            ("src/loader.rs", "fn f() { unsafe { g() } }"),
            ("tests/a.rs", "unsafe impl Send for A {}"),
        ],
    );
    for (path, _) in UNSAFE {
        let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path));
        let source = Source::new(path, &text.unwrap_or_default());
        assert!(
            !places(&source.code, "unsafe").is_empty(),
            "{path} is listed and has none"
        );
    }
}

#[test]
fn the_exchange_uses_orderings_that_every_checker_sees() {
    hold(
        orderings,
        &[
            (
                "crates/anteroom-exchange/src/pool.rs",
                "self.a.load(Ordering::SeqCst)",
            ),
            (
                "crates/anteroom-exchange/src/lib.rs",
                "std::sync::atomic::fence(Ordering::Acquire);",
            ),
        ],
    );
}

#[test]
fn what_the_exchange_offers_is_shown_by_an_example() {
    let example = "/// ```\n/// assert!(true);\n/// ```";
    hold(
        shown::unshown,
        &[
            (
                "crates/anteroom-exchange/src/a.rs",
                "/// Real-time.\npub fn f() {}",
            ),
            (
                "crates/anteroom-exchange/src/b.rs",
                &format!("{example}\npub struct B;"),
            ),
            (
                "crates/anteroom-exchange/src/c.rs",
                "/// Real-time.\n#[must_use]\npub const fn f() {}",
            ),
            (
                "crates/anteroom-exchange/src/d/e.rs",
                &format!(
                    "/// Real-time.\n{example}\npub struct E<T>(T);\n\
                     impl<T: Into<u8>> E<T> {{\n    pub fn f() {{}}\n}}"
                ),
            ),
        ],
    );
    let hidden = "pub(super) struct A;\nimpl A {\n    pub fn f() {}\n}";
    let shown = format!("/// Lock-free.\n///\n{example}\n#[must_use]\npub fn f() {{}}");
    for text in [hidden, &shown] {
        let source = Source::new("crates/anteroom-exchange/src/a.rs", text);
        assert_eq!(shown::unshown(&source), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn what_could_panic_says_why_it_can_not() {
    hold(
        panics,
        &[
            ("src/state.rs", "fn f() { g().unwrap(); }"),
            (
                "src/loader/cache.rs",
                "fn f() {\n    g()\n        .expect(\"why\");\n}",
            ),
            (
                "src/processor.rs",
                "fn f() { panic!(\"no\") }\n#[cfg(test)]\nmod tests {}",
            ),
        ],
    );
}

#[test]
fn files_hold_one_idea() {
    hold(long, &[("src/a.rs", &"//! Long.\n".repeat(LONG + 1))]);
    for (path, _) in LONG_FILES {
        let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path));
        assert!(
            text.is_ok_and(|text| text.lines().count() > LONG),
            "{path} needs no exception any more"
        );
    }
}

/// The rows of the two texts, as the names of their tests begin.
const ROWS: &str = "a1 a2 a3 b1 b2 b3 c1 c2 c3 d1 d2 d3 d4 d5 d6 d7 d8 d9 d10 d11 d12 d13 e1 e2 e3 e4 \
    f1 f2 f3 f4 f5 p1_1 p1_2a p1_2b p1_2c p1_3 p2_1 p2_2 p2_3 t1 t2 t3 t4 t5 t6 p3_1 p3_2 p3_2p p3_2r \
    p4_1 p4_2 h1 h2 h3 h4 h5 r1 r2 r3 r4 r5 r6 r7 r8 r9 r10 r11 r12 r13 r14";

/// The rows that have no test in this text.
fn rows_without_a_test(text: &str) -> Vec<&'static str> {
    let shown = |row: &str| {
        // Whatever else stands between `#[test]` and its function.
        text.split("#[test]\n").skip(1).any(|test| {
            let mut lines = test.lines().skip_while(|line| line.starts_with("#["));
            lines
                .next()
                .is_some_and(|line| line.starts_with(&format!("fn {row}_")))
        })
    };
    ROWS.split_whitespace().filter(|row| !shown(row)).collect()
}

#[test]
fn every_row_of_the_two_texts_has_a_test() {
    assert_eq!(ROWS.split_whitespace().count(), 70);
    let lists = [
        "crates/anteroom-exchange/tests/rows/main.rs",
        "tests/rows/main.rs",
    ];
    let read =
        |list: &str| std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(list));
    let text = lists.map(|list| read(list).expect("the list of the rows"));
    let text = text.concat();
    assert_eq!(rows_without_a_test(&text), Vec::<&str>::new());
    // The check can tell a row from one whose name goes on.
    let control = text.replace("fn p3_2_", "fn x_");
    assert_eq!(rows_without_a_test(&control), ["p3_2"]);
}

#[test]
fn comments_and_literals_are_not_code() {
    let clean = [
        "// todo!()",
        "/* dbg!() /* nested */ todo!() */ fn f() {}",
        "const A: &str = \"todo!() \\\" dbg!()\";",
        "const A: &str = r#\"todo!() \" dbg!()\"#;",
        "const A: [char; 2] = ['\"', '\\'']; // dbg!()",
        "fn f<'a>(a: &'a str) -> &'a str { a } // todo!()",
    ];
    for text in clean {
        assert_eq!(
            unfinished(&Source::new("src/a.rs", text)),
            Vec::<String>::new(),
            "{text}"
        );
    }
    let after = "const A: char = '\"'; fn f<'a>() { todo!() }";
    assert_eq!(unfinished(&Source::new("src/a.rs", after)).len(), 1);
}

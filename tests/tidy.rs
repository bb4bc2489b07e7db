//! The rules of the house that the compiler does not know, checked by reading the sources.
//!
//! Each rule is a function from one source to its faults. Its test applies it to every file of the project
//! and, as a negative control, to a few lines that break the rule and must be flagged.

#[path = "tidy/rows.rs"]
mod rows;
#[path = "tidy/rules.rs"]
mod rules;
#[path = "tidy/shown.rs"]
mod shown;
#[path = "tidy/siblings.rs"]
mod siblings;
#[path = "tidy/source.rs"]
mod source;
#[path = "tidy/tables.rs"]
mod tables;

use rules::{framework, imports, long, opening, orderings, panics, unfinished, without_unsafe};
use source::{Source, places, sources};
use std::path::Path;
use tables::{LONG, UNSAFE};

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
                "use crate::{params::Settings, exchange::{queue, Worker}, loader};",
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

//! The licences of everything that is compiled in, in one text: who made it, where its source is, and the licence in
//! full. A dependency without a licence, or under one that this project does not accept, is an error.

use crate::package::system::System;
use crate::run::cargo;
use anyhow::{Context, Result, bail};
use spdx::{Expression, LicenseItem, Licensee, ParseMode};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The licences that are accepted, the first choice first, each with words by which its text is known.
const ACCEPTED: &[(&str, &str)] = &[
    ("MIT", "permission is hereby granted, free of charge"),
    ("Apache-2.0", "apache license version 2.0"),
    (
        "BSD-2-Clause",
        "redistribution and use in source and binary forms",
    ),
    (
        "BSD-3-Clause",
        "redistribution and use in source and binary forms",
    ),
    (
        "ISC",
        "permission to use, copy, modify, and/or distribute this software",
    ),
    ("Zlib", "this software is provided 'as-is'"),
    ("BSL-1.0", "boost software license"),
    ("Unicode-3.0", "unicode license v3"),
    ("CC0-1.0", "cc0 1.0 universal"),
    ("OFL-1.1", "sil open font license"),
    ("Ubuntu-font-1.0", "ubuntu font licence version 1.0"),
    ("MPL-2.0", "mozilla public license version 2.0"),
];

/// What is in the names of files with licences, in capitals.
const NAMES: [&str; 5] = ["LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "NOTICE"];

/// The folder in which every text is the licence of a font.
const FONTS: &str = "FONTS/";

/// A dependency.
#[derive(Clone, Debug)]
struct Crate {
    name: String,
    version: String,
    licence: String,
    authors: Vec<String>,
    source: String,
    folder: PathBuf,
}

/// A text and the dependencies that it is for.
#[derive(Debug, Default)]
struct Text {
    licence: String,
    text: String,
    of: BTreeSet<String>,
}

/// The text for everything that is compiled in on a system.
pub fn text(system: &System) -> Result<String> {
    let crates = crates(system)?;
    let mut texts: BTreeMap<String, Text> = BTreeMap::new();
    let mut listed = String::new();
    for one in &crates {
        let chosen = chosen(one)?;
        listed += &format!(
            "{} {}: {}\n    {}\n",
            one.name,
            one.version,
            chosen.join(" and "),
            one.source
        );
        if !one.authors.is_empty() {
            listed += &format!("    by {}\n", one.authors.join(", "));
        }
        for (licence, text) in files(one, &chosen)? {
            // The same words with other line ends are the same text.
            let key = format!("{licence} {}", words(&text));
            let entry = texts.entry(key).or_default();
            entry.of.insert(format!("{} {}", one.name, one.version));
            if entry.text.is_empty() {
                (entry.licence, entry.text) = (licence, text);
            }
        }
    }
    let mut all = format!(
        "Anteroom is made with the work of others: {} libraries and Rust's standard library, which is under MIT or \
         Apache-2.0. Each has its licence here, under which it is used. Their sources, and those of the libraries \
         under the Mozilla Public License above all, are at the addresses that are given.\n\n{listed}",
        crates.len()
    );
    let mut texts: Vec<&Text> = texts.values().collect();
    texts.sort_by_key(|text| (&text.licence, &text.of));
    for Text { licence, text, of } in texts {
        let of: Vec<&str> = of.iter().map(String::as_str).collect();
        let rule = "=".repeat(80);
        all += &format!("\n{rule}\n{licence}, for {}\n{rule}\n\n", of.join(", "));
        all += text.replace("\r\n", "\n").trim_matches('\n');
        all.push('\n');
    }
    Ok(all)
}

/// What is compiled into the plug-in and the program, and is not ours.
fn crates(system: &System) -> Result<Vec<Crate>> {
    // The tree has what the features of the plug-in really ask for; the metadata know where it is.
    let target = ["--target", &system.triple];
    let mut tree = cargo(&[
        "tree",
        "--package",
        "anteroom",
        "--edges",
        "normal,no-proc-macro",
    ]);
    tree.args(["--prefix", "none", "--format", "{p}"])
        .args(target);
    let tree = said(&mut tree)?;
    let wanted: BTreeSet<(String, String)> = tree.lines().filter_map(named).collect();
    let mut metadata = cargo(&["metadata", "--format-version", "1"]);
    metadata.args(["--filter-platform", &system.triple]);
    let metadata: serde_json::Value = serde_json::from_str(&said(&mut metadata)?)?;
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let mut crates = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let (name, version) = (text(&package["name"]), text(&package["version"]));
        // What has no source is in this project.
        if package["source"].is_null() || !wanted.contains(&(name.clone(), version.clone())) {
            continue;
        }
        let authors = package["authors"].as_array().into_iter().flatten();
        crates.push(Crate {
            licence: text(&package["license"]),
            authors: authors.map(text).collect(),
            source: format!("https://crates.io/crates/{name}/{version}"),
            folder: PathBuf::from(text(&package["manifest_path"]))
                .parent()
                .map(Path::to_owned)
                .unwrap_or_default(),
            name,
            version,
        });
    }
    if crates.is_empty() {
        bail!("cargo names no dependency of the plug-in");
    }
    crates.sort_by(|a, b| (&a.name, &a.version).cmp(&(&b.name, &b.version)));
    Ok(crates)
}

/// A line of the tree, `name v1.2.3 (...)`.
fn named(line: &str) -> Option<(String, String)> {
    let mut words = line.split_whitespace();
    let name = words.next()?.to_owned();
    Some((name, words.next()?.strip_prefix('v')?.to_owned()))
}

fn said(command: &mut Command) -> Result<String> {
    let output = command.stderr(Stdio::inherit()).output();
    let output = output.context("could not start cargo")?;
    if !output.status.success() {
        bail!("cargo could not say what the plug-in depends on");
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// The licences under which a dependency is used: of those that its authors offer, the ones that are accepted.
fn chosen(one: &Crate) -> Result<Vec<String>> {
    let told = format!("{} {}", one.name, one.version);
    if one.licence.is_empty() {
        bail!("{told} names no licence");
    }
    let offered = Expression::parse_mode(&one.licence, ParseMode::LAX);
    let offered = offered.with_context(|| format!("{told}: {:?} is no licence", one.licence))?;
    let accepted = ACCEPTED.iter().map(|(id, _)| Licensee::parse(id));
    let accepted: Vec<Licensee> = accepted.collect::<Result<_, _>>()?;
    let Ok(needed) = offered.minimized_requirements(&accepted) else {
        bail!(
            "{told} is under {}, which this project does not accept",
            one.licence
        );
    };
    let name = |item: &LicenseItem| match item {
        LicenseItem::Spdx { id, .. } => Ok(id.name.to_owned()),
        LicenseItem::Other(other) => bail!("{told}: {other} is no known licence"),
    };
    needed.iter().map(|one| name(&one.license)).collect()
}

/// The texts of these licences, from the dependency's own files where it has them, and what it wants to be told beside.
fn files(one: &Crate, licences: &[String]) -> Result<Vec<(String, String)>> {
    let mut own = Vec::new();
    find(&one.folder, &mut own)?;
    own.sort();
    let mut found = Vec::new();
    for licence in licences {
        let marks = ACCEPTED.iter().find(|(id, _)| id == licence);
        let (_, mark) = marks.context("not accepted")?;
        let before = found.len();
        for (name, text) in &own {
            if words(text).contains(&words(mark)) && !is_notice(name) {
                found.push((licence.clone(), text.clone()));
            }
        }
        if found.len() == before {
            let id = spdx::license_id(licence).context("not a known licence")?;
            found.push((format!("{licence} (its usual text)"), id.text().to_owned()));
        }
    }
    for (name, text) in own {
        let told = found.iter().any(|(_, known)| *known == text);
        if is_notice(&name) {
            found.push(("A notice".to_owned(), text));
        } else if name.starts_with(FONTS) && !told {
            found.push(("The licence of a font".to_owned(), text));
        }
    }
    Ok(found)
}

fn is_notice(name: &str) -> bool {
    name.starts_with("NOTICE")
}

/// The files with licences in a dependency's folder and below: names in capitals, and texts.
fn find(folder: &Path, found: &mut Vec<(String, String)>) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let name = name.to_uppercase();
        if path.is_dir() {
            // Those of examples and tests are not compiled in.
            if !["TESTS", "EXAMPLES", "BENCHES", "TARGET", ".GIT"].contains(&name.as_str()) {
                find(&path, found)?;
            }
            continue;
        }
        let of_font = folder.ends_with("fonts") && name.ends_with(".TXT");
        let of_crate = NAMES.iter().any(|part| name.contains(part)) && !name.ends_with(".RS");
        if of_font || of_crate {
            let text = std::fs::read(&path)?;
            let text = String::from_utf8_lossy(&text).into_owned();
            found.push((
                if of_font {
                    format!("{FONTS}{name}")
                } else {
                    name
                },
                text,
            ));
        }
    }
    Ok(())
}

/// The words of a text in small letters, with one space between: as texts are compared.
fn words(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn under(licence: &str) -> Crate {
        Crate {
            name: "one".into(),
            version: "1.0.0".into(),
            licence: licence.into(),
            authors: Vec::new(),
            source: String::new(),
            folder: PathBuf::new(),
        }
    }

    #[test]
    fn of_what_is_offered_the_first_choice_is_taken() {
        let of = |licence| chosen(&under(licence)).unwrap();
        assert_eq!(of("Apache-2.0 OR MIT"), ["MIT"]);
        assert_eq!(of("MIT/Apache-2.0"), ["MIT"]);
        assert_eq!(of("Apache-2.0 OR GPL-2.0-only"), ["Apache-2.0"]);
        assert_eq!(of("Apache-2.0 AND MIT"), ["MIT", "Apache-2.0"]);
        assert_eq!(
            of("(MIT OR Apache-2.0) AND OFL-1.1 AND Ubuntu-font-1.0"),
            ["MIT", "OFL-1.1", "Ubuntu-font-1.0"]
        );
    }

    #[test]
    fn what_is_not_accepted_or_names_nothing_is_an_error_with_its_name() {
        for licence in ["", "GPL-3.0-only", "MIT AND GPL-3.0-only", "Proprietary"] {
            let error = format!("{:#}", chosen(&under(licence)).unwrap_err());
            assert!(error.contains("one 1.0.0"), "{licence}: {error}");
        }
    }

    #[test]
    fn every_mark_is_in_the_usual_text_of_its_licence() {
        for (id, mark) in ACCEPTED {
            let text = spdx::license_id(id).unwrap().text();
            assert!(words(text).contains(&words(mark)), "{id}");
        }
    }

    #[test]
    fn everything_that_is_compiled_in_here_is_named_with_its_licence() {
        let all = text(&System::here().unwrap()).unwrap();
        for known in [
            "rustfft 6",
            "egui 0.",
            "nice-plug 0.",
            "https://crates.io/crates/symphonia/",
            "Mozilla Public License",
            "SIL OPEN FONT LICENSE",
            "Bitstream Vera",
        ] {
            assert!(all.contains(known), "{known}");
        }
        assert!(!all.contains("anteroom-convolver"));
    }
}

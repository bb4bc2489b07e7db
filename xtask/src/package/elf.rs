//! What a program or library for Linux needs of the system that it runs on: libraries, and which version of each
//! function of the C library. A program runs on a system whose C library is as new as the newest function that it
//! calls, and on no older one.

use anyhow::{Context, Result, bail};
use goblin::elf::Elf;
use std::collections::{BTreeMap, BTreeSet};

/// The C library of Debian 11, the oldest system that packages are for.
pub const OLDEST: &str = "2.31";

/// What a file needs whose addresses are packed in a way that came with version 2.36. No function is marked with it.
const PACKED: &str = "GLIBC_ABI_DT_RELR";

/// What one file needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// Names of libraries.
    pub libraries: BTreeSet<String>,
    /// Functions of the C library, by the version that they came with.
    functions: BTreeMap<Version, BTreeSet<String>>,
}

/// A version of the C library: its numbers.
type Version = Vec<u32>;

fn version(text: &str) -> Option<Version> {
    text.split('.').map(|part| part.parse().ok()).collect()
}

fn written(version: &[u32]) -> String {
    let numbers: Vec<String> = version.iter().map(u32::to_string).collect();
    numbers.join(".")
}

impl Needs {
    /// Reads them from a file's bytes.
    pub fn of(bytes: &[u8]) -> Result<Self> {
        let elf = Elf::parse(bytes).context("it is no program or library for Linux")?;
        let mut needs = Self {
            libraries: elf
                .libraries
                .iter()
                .map(|name| (*name).to_owned())
                .collect(),
            ..Self::default()
        };
        let (Some(needed), Some(numbers)) = (&elf.verneed, &elf.versym) else {
            return Ok(needs);
        };
        // The number under which a symbol names its version.
        let mut names = BTreeMap::new();
        for library in needed.iter() {
            for one in library.iter() {
                let name = elf.dynstrtab.get_at(one.vna_name).unwrap_or_default();
                if name == PACKED {
                    let functions = needs.functions.entry(vec![2, 36]).or_default();
                    functions.insert("packed relocations".to_owned());
                } else if let Some(number) = name.strip_prefix("GLIBC_").and_then(version) {
                    names.insert(one.vna_other, number);
                }
            }
        }
        for (symbol, number) in elf.dynsyms.iter().zip(numbers.iter()) {
            if let Some(since) = names.get(&number.version())
                && symbol.is_import()
            {
                let name = elf.dynstrtab.get_at(symbol.st_name).unwrap_or_default();
                let functions = needs.functions.entry(since.clone()).or_default();
                functions.insert(name.to_owned());
            }
        }
        Ok(needs)
    }

    /// What these and others need together.
    pub fn and(mut self, other: Self) -> Self {
        self.libraries.extend(other.libraries);
        for (version, functions) in other.functions {
            self.functions.entry(version).or_default().extend(functions);
        }
        self
    }

    /// The oldest C library that is enough.
    pub fn c_library(&self) -> String {
        let newest = self.functions.keys().next_back();
        written(newest.map_or(&[2, 2, 5], |version| version.as_slice()))
    }

    /// Whether a system with this version of the C library is enough; if not, which functions want a newer one.
    pub fn fit(&self, oldest: &str) -> Result<()> {
        let limit = version(oldest).context("no version of the C library")?;
        let newer: Vec<String> = self
            .functions
            .iter()
            .filter(|(since, _)| **since > limit)
            .flat_map(|(since, names)| {
                let since = written(since);
                names
                    .iter()
                    .map(move |name| format!("{name} (GLIBC_{since})"))
            })
            .collect();
        if !newer.is_empty() {
            bail!(
                "needs a C library newer than {oldest}, for {}",
                newer.join(", ")
            );
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needs(functions: &[(&str, &str)]) -> Needs {
        let mut needs = Needs::default();
        for (name, since) in functions {
            let functions = needs.functions.entry(version(since).unwrap()).or_default();
            functions.insert((*name).to_owned());
        }
        needs
    }

    #[test]
    fn a_function_that_is_too_new_is_named() {
        let needs = needs(&[("hypot", "2.35"), ("memcpy", "2.14"), ("dlsym", "2.34")]);
        assert_eq!(needs.c_library(), "2.35");
        assert!(needs.fit("2.35").is_ok());
        let error = needs.fit("2.31").unwrap_err().to_string();
        assert!(error.contains("hypot (GLIBC_2.35)"), "{error}");
        assert!(error.contains("dlsym (GLIBC_2.34)"), "{error}");
        assert!(!error.contains("memcpy"), "{error}");
    }

    #[test]
    fn versions_are_compared_as_numbers() {
        assert!(needs(&[("memcpy", "2.2.5")]).fit("2.31").is_ok());
        assert!(needs(&[("memcpy", "2.4")]).fit("2.31").is_ok());
        assert!(needs(&[("memcpy", "2.100")]).fit("2.31").is_err());
    }

    /// This very program is one for Linux that calls the C library.
    #[test]
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    fn a_program_is_read() {
        let own = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        let needs = Needs::of(&own).unwrap();
        assert!(needs.libraries.contains("libc.so.6"), "{needs:?}");
        let functions = needs.functions.values().flatten();
        assert!(functions.clone().any(|name| name == "malloc"), "{needs:?}");
        assert!(needs.fit("2.2.5").is_err() && needs.fit("99").is_ok());
        assert!(Needs::of(b"#!/bin/sh\n").is_err());
    }
}

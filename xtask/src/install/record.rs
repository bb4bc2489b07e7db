//! The list of what was installed: files with their checksums, and folders that were made for them.

use anyhow::{Context, Result, bail};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path};

/// The first line of a list.
const HEAD: &str =
    "# What `cargo xtask install` put here. `cargo xtask uninstall` removes it by this list.";

/// What was installed. Paths are from the top, with `/`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// Files and their SHA-256.
    pub files: BTreeMap<String, String>,
    /// Folders that were made.
    pub folders: BTreeSet<String>,
}

impl Record {
    /// Reads a list; an empty one, if there is none.
    pub fn read(list: &Path) -> Result<Self> {
        match std::fs::read_to_string(list) {
            Ok(text) => Self::of(&text).with_context(|| format!("{} is damaged", list.display())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error).with_context(|| format!("could not read {}", list.display())),
        }
    }

    fn of(text: &str) -> Result<Self> {
        let mut record = Self::default();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let (sum, path) = line.split_once("  ").context("a line has no path")?;
            // A list that was tampered with must not lead out of the folder that it is for.
            let parts = Path::new(path).components();
            if path.is_empty()
                || !parts
                    .into_iter()
                    .all(|part| matches!(part, Component::Normal(_)))
            {
                bail!("{path:?} is no path below the folder");
            }
            match sum {
                "folder" => drop(record.folders.insert(path.to_owned())),
                sum if sum.len() == 64 => record.add(path, sum.to_owned()),
                _ => bail!("a line has no checksum"),
            }
        }
        Ok(record)
    }

    /// Notes a file.
    pub fn add(&mut self, to: &str, sum: String) {
        self.files.insert(to.to_owned(), sum);
    }

    /// Notes the folders that are to be made below `top` for a file.
    pub fn add_folders(&mut self, top: &Path, file: &Path) -> Result<()> {
        for folder in file.ancestors().skip(1) {
            if !folder.as_os_str().is_empty() && !top.join(folder).exists() {
                let folder = folder.to_str().context("a path is no text")?;
                self.folders.insert(folder.replace('\\', "/"));
            }
        }
        Ok(())
    }

    /// Writes the list, whole or not at all.
    pub fn write(&self, list: &Path) -> Result<()> {
        let told = || format!("could not write {}", list.display());
        let files = self
            .files
            .iter()
            .map(|(path, sum)| format!("{sum}  {path}\n"));
        let folders = self.folders.iter().map(|path| format!("folder  {path}\n"));
        let text = format!("{HEAD}\n{}", files.chain(folders).collect::<String>());
        if let Some(folder) = list.parent() {
            std::fs::create_dir_all(folder).with_context(told)?;
        }
        let beside = list.with_extension("new");
        std::fs::write(&beside, text).with_context(told)?;
        std::fs::rename(&beside, list).with_context(told)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leads_elsewhere_or_is_damaged_is_refused() {
        let sum = "0".repeat(64);
        assert!(Record::of(&format!("{HEAD}\n{sum}  a/b\nfolder  a\n")).is_ok());
        for line in [
            format!("{sum}  ../a"),
            format!("{sum}  /etc/passwd"),
            format!("{sum}  "),
            format!("{sum} a"),
            "12  a".to_owned(),
        ] {
            assert!(Record::of(&line).is_err(), "{line}");
        }
    }
}

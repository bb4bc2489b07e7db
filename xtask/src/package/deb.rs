//! The package for Debian and its relatives.
//!
//! It has no scripts: everything that it does is to put files where hosts look, and to take them away again.

use crate::package::archive::gzip;
use crate::package::contents::{self, Item};
use crate::package::elf::Needs;
use crate::package::system::System;
use crate::run;
use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::Command;

/// What dpkg is told, with words in `@` for what differs.
const CONTROL: &str = "packaging/debian/control";

/// Who may copy it, in Debian's own form.
const COPYRIGHT: &str = "packaging/debian/copyright";

/// Where documents are in it.
const DOCUMENTS: &str = "usr/share/doc/anteroom";

/// What goes into a package.
#[derive(Debug)]
pub struct Contents<'a> {
    /// The files below `/usr`.
    pub items: &'a [Item],
    /// What the programs need of the system.
    pub needs: &'a Needs,
    /// The system.
    pub system: &'a System,
    /// The version of the plug-in.
    pub version: &'a str,
    /// The time that is written into it, in seconds since 1970.
    pub time: u64,
}

/// Debian's packages of the libraries that may be needed.
const LIBRARIES: &[(&str, &str)] = &[
    ("libc.so.6", "libc6"),
    ("libm.so.6", "libc6"),
    ("libdl.so.2", "libc6"),
    ("libpthread.so.0", "libc6"),
    ("librt.so.1", "libc6"),
    ("libutil.so.1", "libc6"),
    ("ld-linux-x86-64.so.2", "libc6"),
    ("ld-linux-aarch64.so.1", "libc6"),
    ("libgcc_s.so.1", "libgcc-s1"),
];

/// The packages that have these libraries, as dpkg is told.
fn depends(needs: &Needs) -> Result<String> {
    let mut packages = std::collections::BTreeSet::new();
    for library in &needs.libraries {
        let known = LIBRARIES.iter().find(|(name, _)| name == library);
        let Some((_, package)) = known else {
            bail!("it needs {library}, and no package of Debian is known that has it");
        };
        packages.insert(match *package {
            "libc6" => format!("libc6 (>= {})", needs.c_library()),
            other => other.to_owned(),
        });
    }
    Ok(packages.into_iter().collect::<Vec<_>>().join(", "))
}

/// Makes the package from a tree in `folder`, which it may use up.
pub fn make(contents: &Contents<'_>, folder: &Path, package: &Path) -> Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    let mut items: Vec<Item> = contents.items.iter().cloned().map(below_usr).collect();
    for item in &mut items {
        // As the other manual pages of the system are.
        if item.to.starts_with("usr/share/man/") {
            item.to += ".gz";
            item.bytes = gzip(&item.bytes)?;
        }
    }
    items.push(Item::file(
        format!("{DOCUMENTS}/copyright"),
        Path::new(COPYRIGHT),
    )?);
    items.push(Item {
        to: format!("{DOCUMENTS}/changelog.gz"),
        bytes: gzip(&std::fs::read("CHANGELOG.md")?)?,
        program: false,
    });
    items.sort_by(|a, b| a.to.cmp(&b.to));
    contents::write(&items, folder)?;
    let size: usize = items
        .iter()
        .map(|item| item.bytes.len().div_ceil(1024))
        .sum();
    let control = std::fs::read_to_string(CONTROL).context("could not read the control file")?;
    let control = control
        .replace("@VERSION@", contents.version)
        .replace("@ARCHITECTURE@", contents.system.debian())
        .replace("@DEPENDS@", &depends(contents.needs)?)
        .replace("@SIZE@", &size.to_string());
    contents::write(
        &[
            Item::text("DEBIAN/control", control),
            Item::text("DEBIAN/md5sums", sums(&items, folder)?),
        ],
        folder,
    )?;
    for path in folders(folder)? {
        contents::set_rights(&path, true)?;
    }
    let mut dpkg = Command::new("dpkg-deb");
    // Files belong to root, whoever packs them, and are as old as the source.
    dpkg.args(["--root-owner-group", "--threads-max=1", "-Zxz", "--build"]);
    dpkg.arg(folder).arg(package);
    dpkg.env("SOURCE_DATE_EPOCH", contents.time.to_string());
    run::must(&mut dpkg)?;
    std::fs::remove_dir_all(folder)?;
    Ok(())
}

/// The checksums by which `debsums` finds files that were damaged.
fn sums(items: &[Item], folder: &Path) -> Result<String> {
    let mut md5sum = Command::new("md5sum");
    md5sum.args(items.iter().map(|item| &item.to));
    let said = md5sum.current_dir(folder).output();
    let said = said.context("could not start md5sum")?;
    if !said.status.success() {
        bail!("md5sum: {}", String::from_utf8_lossy(&said.stderr).trim());
    }
    Ok(String::from_utf8(said.stdout)?)
}

fn below_usr(item: Item) -> Item {
    Item {
        to: format!("usr/{}", item.to),
        ..item
    }
}

/// The folder and all below it.
fn folders(top: &Path) -> Result<Vec<std::path::PathBuf>> {
    let mut all = vec![top.to_owned()];
    let mut next = 0;
    while let Some(folder) = all.get(next).cloned() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                all.push(path);
            }
        }
        next += 1;
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_packages_of_libraries_are_named_and_an_unknown_library_is_an_error() {
        let needs = |names: &[&str]| {
            let mut needs = Needs::default();
            needs.libraries = names.iter().map(|name| (*name).to_owned()).collect();
            needs
        };
        let known = needs(&["libc.so.6", "libm.so.6", "libgcc_s.so.1"]);
        assert_eq!(depends(&known).unwrap(), "libc6 (>= 2.2.5), libgcc-s1");
        let error = depends(&needs(&["libfoo.so.1"])).unwrap_err().to_string();
        assert!(error.contains("libfoo.so.1"), "{error}");
    }
}

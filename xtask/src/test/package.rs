//! The stage that makes the packages and looks at them.

use crate::package::verify::{self, CleanRoot};
use crate::package::{self, system::System};
use crate::place;
use crate::report::Tally;
use crate::setup::{self, Need};
use crate::stage::{Remarks, skip};
use anyhow::Result;
use std::path::Path;

/// Makes the packages for this system, and for Windows if there are bundles, and looks at them.
pub fn packages(remarks: &mut Remarks) -> Result<Tally> {
    if let Err(error) = setup::packages(&[Need::Packing]) {
        return Ok(skip("packages", &error, remarks));
    }
    let mut checks = Checks::default();
    let made = package::for_this_system()?;
    for path in &made {
        let name = place::short(path);
        match path.extension().is_some_and(|end| end == "deb") {
            true => {
                checks.add(&name, verify::debian(path));
                clean_root(path, &mut checks);
            }
            false => checks.add(&name, verify::zip(path)),
        }
    }
    const WINDOWS: &str = "x86_64-pc-windows-gnu";
    if place::bundled(Some(WINDOWS)).join("anteroom.clap").exists() {
        let built = package::as_bundled(System::named(WINDOWS)?, Some(WINDOWS));
        for path in package::make(&built, None)? {
            checks.add(&place::short(&path), verify::zip(&path));
        }
    }
    checks.add("what software shops are told", verify::metainfo());
    checks.add("workflows for hosted machines", verify::workflows());
    remarks.extend(checks.faults);
    Ok(checks.tally)
}

/// A system in which nothing else is installed takes a package, plays, and is empty again.
fn clean_root(path: &Path, checks: &mut Checks) {
    match CleanRoot::with(path) {
        Ok(root) => {
            checks.add("the plug-in in a clean root", root.plays());
            checks.add("a clean root afterwards", root.leaves_nothing());
        }
        Err(error) => checks.add("a clean root", Err(error)),
    }
}

/// Checks with a line each.
#[derive(Debug, Default)]
struct Checks {
    tally: Tally,
    faults: Vec<String>,
}

impl Checks {
    fn add(&mut self, what: &str, found: Result<String>) {
        self.tally.add(&Tally::one(found.is_ok()));
        match found {
            Ok(seen) => println!("ok    {what}: {seen}"),
            Err(error) => {
                let line = format!("FAIL  {what}: {error:#}");
                println!("{line}");
                self.faults.push(line);
            }
        }
    }
}

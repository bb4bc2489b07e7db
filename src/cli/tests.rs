//! The manual pages say what the program does.
//!
//! They are in `packaging/man`, one for the program and one for each of its commands, as `clap_mangen` makes them of the
//! description that the program itself reads its arguments by. So the program need not carry them. They are written
//! anew by
//!
//! ```text
//! ANTEROOM_WRITE_MAN=1 cargo test --bin anteroom manual
//! ```

use super::Cli;
use clap::CommandFactory;
use std::collections::BTreeMap;
use std::path::Path;

/// Every page of a folder, by its name.
fn pages(folder: &Path) -> BTreeMap<String, String> {
    let entries = std::fs::read_dir(folder).expect("the folder is there");
    let page = |entry: std::io::Result<std::fs::DirEntry>| {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy();
        let text = std::fs::read_to_string(&path).expect("a text");
        (name.into_owned(), text.replace("\r\n", "\n"))
    };
    entries.map(page).collect()
}

#[test]
fn the_manual_pages_are_those_of_the_program() {
    let made = tempfile::tempdir().expect("a folder");
    clap_mangen::generate_to(Cli::command(), made.path()).expect("pages");
    let made = pages(made.path());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/man");
    if std::env::var_os("ANTEROOM_WRITE_MAN").is_some() {
        std::fs::create_dir_all(&folder).expect("a folder");
        for name in pages(&folder).keys() {
            std::fs::remove_file(folder.join(name)).expect("removed");
        }
        for (name, text) in &made {
            std::fs::write(folder.join(name), text).expect("written");
        }
    }
    assert!(
        pages(&folder) == made,
        "ANTEROOM_WRITE_MAN=1 cargo test --bin anteroom manual writes them anew"
    );
    assert!(made.contains_key("anteroom.1") && made.contains_key("anteroom-render.1"));
}

//! A folder on which system calls do not return: a small library, preloaded into a process of its own.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The kinds of calls that can be made to hang.
pub const CALLS: [&str; 5] = ["stat", "open", "read", "readdir", "realpath"];

/// What makes one kind of call hang under one folder.
pub struct Hang {
    folder: tempfile::TempDir,
    call: &'static str,
}

impl Hang {
    /// A folder `dead` with what `fill` puts into it, beside another that answers.
    pub fn new(call: &'static str, fill: impl FnOnce(&Path)) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let hang = Self { folder, call };
        std::fs::create_dir(hang.dead()).expect("a folder");
        fill(&hang.dead());
        std::fs::write(hang.gate(), b"").expect("a file");
        hang
    }

    /// The folder that does not answer.
    pub fn dead(&self) -> PathBuf {
        self.folder.path().join("dead")
    }

    /// While this file exists the calls hang.
    pub fn gate(&self) -> PathBuf {
        self.folder.path().join("gate")
    }

    /// Has a program meet it.
    pub fn meet(&self, command: &mut Command) {
        command
            .env("LD_PRELOAD", library())
            .env("HANG_UNDER", self.dead())
            .env("HANG_CALLS", self.call)
            .env("HANG_WHILE", self.gate());
    }
}

/// The library, compiled once for this test binary.
fn library() -> &'static Path {
    static LIBRARY: OnceLock<PathBuf> = OnceLock::new();
    LIBRARY.get_or_init(|| {
        let name = format!("libhang-{}.so", std::process::id());
        let library = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/common/hang.c");
        let made = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-o"])
            .arg(&library)
            .args([source, "-ldl"])
            .status();
        assert!(made.is_ok_and(|status| status.success()), "cc makes it");
        library
    })
}

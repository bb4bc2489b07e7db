//! Places in the file system that are no files: paths, pipes, devices.

use super::{Add, file, project};
use serde_json::json;
use std::path::Path;

pub fn paths(add: &mut Add<'_>, folder: &Path) {
    let long = "a".repeat(300);
    let deep = "a/".repeat(5_000);
    let inside = folder.to_string_lossy().into_owned();
    for path in [
        "",
        "/",
        "..",
        ".",
        "C:\\a.wav",
        "\\\\server\\share\\a.wav",
        "~",
        "a\u{0}b.wav",
        "/a\nb.wav",
        &long,
        &deep,
        &inside,
        "/proc/self/environ",
        "/etc/passwd",
    ] {
        let name: String = path.chars().take(40).collect();
        add(
            "played paths",
            &name,
            file(json!({"absolute": path, "hash": ""})),
        );
        add(
            "paths",
            &name,
            file(json!({"absolute": path, "relative": path, "name": path})),
        );
    }
    add(
        "played paths",
        "out of the home folder",
        file(json!({"relative": "../../../../etc/passwd"})),
    );
}

pub fn pipes(add: &mut Add<'_>, folder: &Path) {
    for name in ["pipe.wav", "Hall L.wav", "Hall R.wav", "marks.json"] {
        let made = std::process::Command::new("mkfifo")
            .arg(folder.join(name))
            .status();
        assert!(made.is_ok_and(|status| status.success()), "mkfifo");
    }
    std::os::unix::fs::symlink(folder.join("pipe.wav"), folder.join("link.wav")).expect("a link");
    std::os::unix::fs::symlink(folder.join("loop.wav"), folder.join("loop.wav")).expect("a link");
    for name in ["pipe.wav", "link.wav", "Hall L.wav", "loop.wav"] {
        let path = folder.join(name);
        add(
            "played FIFO",
            name,
            file(json!({"absolute": path, "hash": ""})),
        );
        add(
            "played FIFO",
            &format!("{name} by content"),
            file(json!({"absolute": path, "name": name})),
        );
    }
    add(
        "view FIFO",
        "in the folder",
        project(&json!({"view": {"folder": folder}})),
    );
}

pub fn devices(add: &mut Add<'_>) {
    for path in [
        "/dev/zero",
        "/dev/full",
        "/dev/random",
        "/dev/urandom",
        "/dev/tty",
        "/dev/stdin",
        "/proc/kmsg",
        "/proc/self/mem",
        "/proc/kcore",
        "/sys/kernel/debug",
        "/dev/null",
    ] {
        add(
            "played devices",
            path,
            file(json!({"absolute": path, "hash": ""})),
        );
        add(
            "played devices",
            &format!("{path} by content"),
            file(json!({"absolute": path})),
        );
    }
}

//! What is no file is not opened, and nobody waits for it.
#![cfg(unix)]

use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anteroom_impulse::{FileRef, decode};

use super::build::plain_wav;

/// Four times the three seconds that are promised.
const PATIENCE: Duration = Duration::from_secs(12);

/// What opening it says, on a thread that may hang for ever.
fn said(path: &Path) -> String {
    let (sender, answer) = std::sync::mpsc::channel();
    let place = path.to_owned();
    std::thread::spawn(move || {
        let error = FileRef::open(&place).expect_err("it is no file");
        assert_eq!(decode::audio(&place).err().as_ref(), Some(&error));
        let _ = sender.send(error.to_string());
    });
    let began = Instant::now();
    let said = answer.recv_timeout(PATIENCE);
    let said = said.unwrap_or_else(|_| panic!("{}: {:?}", path.display(), began.elapsed()));
    println!("{}: {:?}", path.display(), began.elapsed());
    said
}

#[test]
fn pipes_devices_folders_and_the_systems_own_files_are_refused_at_once() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = |name: &str| folder.path().join(name);
    let made = Command::new("mkfifo").arg(at("pipe.wav")).status();
    assert!(made.expect("mkfifo").success());
    std::fs::create_dir(at("folder.wav")).expect("a folder");
    let _socket = std::os::unix::net::UnixListener::bind(at("socket.wav")).expect("a socket");
    for (name, target) in [
        ("zero.wav", "/dev/zero"),
        ("null.wav", "/dev/null"),
        ("environ.wav", "/proc/self/environ"),
        ("memory.wav", "/proc/self/mem"),
        ("linked.wav", "pipe.wav"),
    ] {
        symlink(target, at(name)).expect("a link");
    }
    let device = "it is a device, not a file";
    let pipe = "it is a pipe, not a file";
    for (name, reason) in [
        ("pipe.wav", pipe),
        ("linked.wav", pipe),
        ("folder.wav", "it is a folder"),
        ("socket.wav", "it is not a file"),
        ("zero.wav", device),
        ("null.wav", device),
        #[cfg(target_os = "linux")]
        ("environ.wav", "it is not a file on a disk"),
        #[cfg(target_os = "linux")]
        ("memory.wav", "it is not a file on a disk"),
    ] {
        assert_eq!(said(&at(name)), format!("{name} can not be read: {reason}"));
    }
}

#[test]
fn a_file_behind_a_link_is_a_file() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (file, link) = (folder.path().join("a.wav"), folder.path().join("b.wav"));
    std::fs::write(&file, plain_wav()).expect("room on the disk");
    symlink(&file, &link).expect("a link");
    let (one, _) = FileRef::open(&file).expect("a good file");
    let (other, _) = FileRef::open(&link).expect("a good file");
    assert_eq!(one.hash, other.hash);
    assert_eq!(one.bytes, plain_wav().len() as u64);
}

//! Places that do not answer: a library that is preloaded into a process of its own makes `stat`, `open`, `read`,
//! `readdir` or `realpath` hang for ever under one folder, each in turn. The limits are four times what is promised.

#![cfg(target_os = "linux")]

#[path = "common/hang.rs"]
mod hang;
#[path = "common/wav.rs"]
mod wav;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anteroom::convolution::Layout;
use anteroom::exchange::Observer;
use anteroom::impulse::{FileRef, Origin, Shape, embed};
use anteroom::instance::{
    Content, Phase, PlayerCommand, PlayerState, Remote, Status, Timed, UiHandle, file_at, instance,
};
use anteroom::loader::{Format, Wait};
use anteroom::processor::Settings;

use hang::{CALLS, Hang};
use wav::write_wav;

/// Tells this program that it is the child, and where the dead folder is.
const DEAD: &str = "ANTEROOM_TEST_DEAD";
/// Tells it the file that holds what a project remembers.
const PROJECT: &str = "ANTEROOM_TEST_PROJECT";

const FORMAT: Format = Format {
    rate: 48_000,
    layout: Layout::Stereo,
};

/// A place that hangs is given up after 2 s in the plug-in, after 5 s on the command line.
const PLUGIN: Duration = Duration::from_secs(8);
#[cfg(feature = "cli")]
const PROGRAM: Duration = Duration::from_secs(20);
/// Destroying takes under 200 ms.
const DESTROY: Duration = Duration::from_millis(800);

fn decay() -> Vec<f32> {
    (0..4_800)
        .map(|at| 0.999_f32.powi(at) * if at % 2 == 0 { 0.5 } else { -0.4 })
        .collect()
}

/// Runs a test of this program in a process of its own that meets the hang.
fn child(test: &str, hang: &Hang, project: &Path) {
    let mut command = Command::new(std::env::current_exe().expect("a program"));
    command
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(DEAD, hang.dead())
        .env(PROJECT, project);
    hang.meet(&mut command);
    let output = command.output().expect("it starts");
    let text = String::from_utf8_lossy(&output.stdout);
    print!("{text}");
    assert!(
        output.status.success() && text.contains("running 1 test"),
        "{test}: {}\n{text}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
}

fn dead() -> Option<PathBuf> {
    std::env::var_os(DEAD).map(PathBuf::from)
}

/// Waits until the status says so, and says how long that took.
fn until(status: &mut Observer<Status>, what: &str, done: impl Fn(&Status) -> bool) -> Duration {
    let begin = Instant::now();
    while !done(status.read()) {
        assert!(
            begin.elapsed() < PLUGIN,
            "{what}: {:?}",
            status.read().phase
        );
        std::thread::sleep(Duration::from_millis(1));
    }
    begin.elapsed()
}

fn destroy(ui_handle: UiHandle, remote: Remote) {
    let begin = Instant::now();
    drop((remote, ui_handle));
    let took = begin.elapsed();
    println!("destroyed in {took:?}");
    assert!(took < DESTROY, "{took:?}");
}

fn is_ready(status: &Status) -> bool {
    status.phase == Phase::Ready
}

/// A file that is chosen, and a later choice; then an instance that goes while it reads.
#[test]
fn a_choice_that_hangs_fails_and_the_next_one_works() {
    let Some(dead) = dead() else {
        return each_call("a_choice_that_hangs_fails_and_the_next_one_works");
    };
    let (_audio, mut ui_handle, remote) = instance(|| {}).expect("a thread");
    let settled = remote
        .configure(
            FORMAT,
            Origin::default(),
            Shape::default(),
            Wait::WhileItMoves,
        )
        .expect("an answer");
    assert_eq!(settled.error, None);
    remote.choose(file_at(&dead.join("a.wav"))).expect("room");
    let over = |status: &Status| {
        !matches!(status.phase, Phase::Loading { .. } | Phase::Ready)
            || status
                .loaded
                .as_ref()
                .is_some_and(|loaded| loaded.name == "a.wav")
    };
    let took = until(&mut ui_handle.status, "the choice is settled", over);
    let phase = ui_handle.status.read().phase.clone();
    println!("chosen: {phase:?} after {took:?}");
    if let Phase::Failed { message } = &phase {
        assert!(message.contains("does not answer"), "{message}");
    }
    remote.choose(Origin::room("Studio").expect("a room"));
    until(&mut ui_handle.status, "a later choice", |status| {
        is_ready(status) && status.origin.name() == "Studio"
    });
    // Somewhere else below the dead folder, which is not remembered: it hangs anew, and the instance goes.
    remote.choose(file_at(&dead.join("other/b.wav")));
    std::thread::sleep(Duration::from_millis(100));
    destroy(ui_handle, remote);
}

/// A dry sound that is played from there; then an instance that goes while it is opened.
#[test]
fn a_dry_sound_that_hangs_ends_with_words_and_no_block_waits() {
    let Some(dead) = dead() else {
        return each_call("a_dry_sound_that_hangs_ends_with_words_and_no_block_waits");
    };
    let (mut audio, mut ui_handle, remote) = instance(|| {}).expect("a thread");
    let shape = Shape::default();
    let settled = remote
        .configure(FORMAT, Origin::default(), shape, Wait::WhileItMoves)
        .expect("an answer");
    audio.prepare(FORMAT, shape, settled.generation, false);
    let play = |ui_handle: &mut UiHandle, name: &str| {
        let content = Content::File(dead.join(name));
        let id = ui_handle.audition.open(content).expect("a thread");
        let play = anteroom::instance::Command::Player(Timed::now(PlayerCommand::Play(id)));
        ui_handle.commands.push(play).expect("room");
        id
    };
    let id = play(&mut ui_handle, "a.wav");
    let (begin, mut worst) = (Instant::now(), Duration::ZERO);
    // Whether the kind of call is one that is met at all: a file that was opened is read, one that is read was opened.
    loop {
        let (mut left, mut right) = ([0.0; 64], [0.0; 64]);
        let at = Instant::now();
        audio.process(&mut [&mut left, &mut right], &Settings::default(), &shape);
        worst = worst.max(at.elapsed());
        let report = ui_handle.snapshots.read().player;
        if report.state == PlayerState::Off && report.clock > 64 {
            break;
        }
        assert!(begin.elapsed() < PLUGIN, "{report:?}");
        std::thread::sleep(Duration::from_millis(1));
    }
    let said = ui_handle.audition.info(id).expect("it was tried");
    println!(
        "{said:?} after {:?}, worst block {worst:?}",
        begin.elapsed()
    );
    if let Err(words) = said {
        assert!(words.contains("does not answer"), "{words}");
    }
    assert!(
        worst < Duration::from_millis(500),
        "no block waits for a disk: {worst:?}"
    );
    play(&mut ui_handle, "other/b.wav");
    std::thread::sleep(Duration::from_millis(100));
    destroy(ui_handle, remote);
}

/// What a project remembers: by itself, for the next instance, and with a copy inside.
#[test]
fn a_recall_that_hangs_says_so_and_nobody_waits_twice() {
    let Some(dead) = dead() else {
        return each_call("a_recall_that_hangs_says_so_and_nobody_waits_twice");
    };
    let project = std::env::var_os(PROJECT).expect("a project");
    let text = std::fs::read(project).expect("a project");
    let remembered: FileRef = serde_json::from_slice(&text).expect("a project");
    assert!(remembered.absolute.starts_with(&dead));
    let recall = |file: FileRef| {
        let (audio, ui_handle, remote) = instance(|| {}).expect("a thread");
        // A search in a library that does not answer.
        remote.set_library(vec![dead.clone()]);
        let begin = Instant::now();
        let settled = remote
            .configure(
                FORMAT,
                Origin::File(file),
                Shape::default(),
                Wait::WhileItMoves,
            )
            .expect("an answer");
        (settled, begin.elapsed(), (audio, ui_handle, remote))
    };
    let with_copy = remembered.clone();
    let without = FileRef {
        embedded: None,
        ..remembered
    };
    // First with the copy: nothing is remembered of the place yet.
    let (settled, took, (_audio, mut ui_handle, remote)) = recall(with_copy);
    println!("with a copy: {:?} after {took:?}", settled.error);
    assert_eq!(settled.error, None);
    assert!(took < Duration::from_secs(2), "at once: {took:?}");
    assert!(is_ready(ui_handle.status.read()));
    destroy(ui_handle, remote);

    let (settled, took, (_audio, ui_handle, remote)) = recall(without.clone());
    println!("without: {:?} after {took:?}", settled.error);
    assert!(took < PLUGIN, "{took:?}");
    let hangs = settled.error.is_some();
    if let Some(trouble) = &settled.error {
        assert!(trouble.contains("does not answer"), "{trouble}");
    }
    let (settled, took, other) = recall(without);
    println!("the next instance: {:?} after {took:?}", settled.error);
    if hangs {
        // Two seconds would be a wait of its own.
        assert!(took < Duration::from_secs(1), "{took:?}");
        let (_audio, ui_handle, remote) = other;
        destroy(ui_handle, remote);
    }
    destroy(ui_handle, remote);
}

/// A file that is gone, and a library that does not answer: the search ends, and says what is missing.
#[test]
fn a_library_that_hangs_does_not_hold_up_the_search() {
    let Some(dead) = dead() else {
        return each_call("a_library_that_hangs_does_not_hold_up_the_search");
    };
    let (_audio, ui_handle, remote) = instance(|| {}).expect("a thread");
    remote.set_library(vec![dead]);
    let gone = FileRef {
        hash: "0".repeat(64),
        name: "gone.wav".into(),
        absolute: "/nowhere/gone.wav".into(),
        ..FileRef::default()
    };
    let begin = Instant::now();
    let settled = remote
        .configure(
            FORMAT,
            Origin::File(gone),
            Shape::default(),
            Wait::WhileItMoves,
        )
        .expect("an answer");
    println!("{:?} after {:?}", settled.error, begin.elapsed());
    assert!(begin.elapsed() < PLUGIN);
    let trouble = settled.error.expect("it is missing");
    assert!(trouble.contains("gone.wav is missing"), "{trouble}");
    destroy(ui_handle, remote);
}

/// Makes each kind of call hang in turn, for the test of this name in a process of its own.
fn each_call(test: &str) {
    for call in CALLS {
        println!("{test}, {call}");
        let mut remembered = FileRef::default();
        let hang = Hang::new(call, |dead| {
            let path = dead.join("a.wav");
            write_wav(&path, 48_000, &decay());
            let (file, decoded) = FileRef::open(&path).expect("a good file");
            remembered = file;
            let packed = embed::pack(&decoded.impulse, decoded.bits);
            remembered.embedded = Some(packed.expect("a copy"));
        });
        let project = hang.gate().with_file_name("project.json");
        let text = serde_json::to_vec(&remembered).expect("text");
        std::fs::write(&project, text).expect("a file");
        child(test, &hang, &project);
    }
}

#[cfg(feature = "cli")]
#[test]
fn the_command_line_gives_up_and_names_the_place() {
    for call in ["stat", "open", "read", "realpath"] {
        let hang = Hang::new(call, |dead| {
            write_wav(&dead.join("a.wav"), 48_000, &decay());
        });
        let alive = hang.gate().with_file_name("alive.wav");
        write_wav(&alive, 48_000, &decay());
        let gone = hang.dead().join("a.wav");
        let out = hang.gate().with_file_name("out.wav");
        let words = |words: &[&Path]| -> Vec<PathBuf> {
            words.iter().map(|word| word.to_path_buf()).collect()
        };
        let (render, analyze, to, ir) = (
            Path::new("render"),
            Path::new("analyze"),
            Path::new("-o"),
            Path::new("--ir"),
        );
        let kept = hang.dead().join("out.wav");
        let plot = hang.dead().join("plot.png");
        let written = [
            words(&[render, &alive, to, &kept]),
            words(&[analyze, &alive, Path::new("--plot"), &plot]),
            words(&[Path::new("room"), Path::new("Hall"), to, &kept]),
        ];
        let read = [
            words(&[render, &gone, to, &out]),
            words(&[render, &alive, to, &out, ir, &gone]),
            words(&[analyze, &gone]),
            words(&[
                Path::new("preset"),
                to,
                &out.with_extension("clapstate"),
                ir,
                &gone,
            ]),
        ];
        // What is written is not read, and a file that is read need not be looked up first.
        let meets: &[Vec<PathBuf>] = match call {
            "read" => &read,
            "realpath" => &written,
            _ => &[read.as_slice(), written.as_slice()].concat(),
        };
        let meet = |words: &Vec<PathBuf>| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_anteroom"));
            hang.meet(command.args(words));
            let begin = Instant::now();
            let output = command.output().expect("it starts");
            let said = String::from_utf8_lossy(&output.stderr);
            println!(
                "{call}, {}: {said:?} after {:?}",
                words[0].display(),
                begin.elapsed()
            );
            assert!(begin.elapsed() < PROGRAM);
            assert_eq!(output.status.code(), Some(1), "{said}");
            assert!(
                said.starts_with("error: ") && said.contains("does not answer"),
                "{said}"
            );
            assert_eq!(said.lines().count(), 1);
            assert!(!out.exists() && !out.with_extension("clapstate").exists());
        };
        // Each waits for itself, so all of them wait at once.
        std::thread::scope(|scope| {
            for words in meets {
                scope.spawn(move || meet(words));
            }
        });
    }
}

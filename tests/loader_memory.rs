//! What a worker does with memory and time beside its choices: copies are packed between them, and what a job took
//! goes back to the system.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anteroom::convolution::Layout;
use anteroom::impulse::{Origin, Shape};
use anteroom::instance::instance;
use anteroom::loader::{Format, file_at};
use hound::{SampleFormat, WavSpec, WavWriter};
use noise::Noise;
use rig::{FORMAT, Folder, Rig};

#[path = "support/child.rs"]
#[allow(dead_code, reason = "this binary uses some of it")]
mod child;
#[path = "support/noise.rs"]
#[allow(dead_code, reason = "this binary uses some of it")]
mod noise;
#[path = "loader/rig.rs"]
mod rig;
#[path = "support/runner.rs"]
#[allow(dead_code, reason = "this binary uses some of it")]
mod runner;
#[path = "support/system.rs"]
#[allow(dead_code, reason = "this binary uses some of it")]
mod system;

/// A recording of so many seconds in four channels of 24 bits.
fn write(folder: &Folder, name: &str, rate: u32, seconds: u32) -> PathBuf {
    let path = folder.path(name);
    let spec = WavSpec {
        channels: 4,
        sample_rate: rate,
        bits_per_sample: 24,
        sample_format: SampleFormat::Int,
    };
    let mut writer = WavWriter::create(&path, spec).expect("a folder of our own");
    let mut noise = Noise::new(7);
    let frames = rate * seconds;
    for frame in 0..frames {
        let level = 8e6 * (1.0 - frame as f32 / frames as f32).powi(3);
        for _ in 0..4 {
            let sample = (noise.sample() * level) as i32;
            writer.write_sample(sample).expect("room on the disk");
        }
    }
    writer.finalize().expect("room on the disk");
    path
}

fn has_copy(origin: &Origin) -> bool {
    matches!(origin, Origin::File(file) if file.embedded.is_some())
}

#[test]
fn a_choice_does_not_wait_until_a_copy_is_packed() {
    let folder = Folder::new();
    let long = write(&folder, "long.wav", 48_000, 30);
    let (_audio, _desk, remote) = instance(|| {}).expect("a thread");
    let minute = Duration::from_secs(60);
    let settled = remote.configure(FORMAT, file_at(&long), Shape::default(), minute);
    assert_eq!(settled.expect("an answer").error, None);
    remote.embed(true);
    std::thread::sleep(Duration::from_millis(30));
    assert!(
        !has_copy(&remote.origin()),
        "it is packed too soon to show anything"
    );
    let begin = Instant::now();
    let number = remote
        .choose(folder.origin("short.wav", 1))
        .expect("room for a request");
    while remote.settled() < number {
        assert!(
            begin.elapsed() < Duration::from_secs(10),
            "the choice waits"
        );
        std::thread::sleep(Duration::from_millis(1));
    }
    println!("the choice took {:?}", begin.elapsed());
    assert!(
        begin.elapsed() < Duration::from_secs(1),
        "{:?}",
        begin.elapsed()
    );
    // The copy is of the newest choice.
    let named = |origin: &Origin| origin.name() == "short.wav" && has_copy(origin);
    while !named(&remote.origin()) {
        assert!(begin.elapsed() < minute, "it is never packed");
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn a_shape_is_followed_while_a_copy_is_packed() {
    let folder = Folder::new();
    let mut rig = Rig::new();
    let long = write(&folder, "long.wav", 48_000, 2);
    rig.configure(file_at(&long));
    rig.remote.embed(true);
    // A wish is there whenever the worker looks, as under automation; yet the copy is made.
    for turn in 0..10_000 {
        rig.handle
            .request_shape(rig::cut(50.0 + (turn % 50) as f32));
        rig.loader.step();
        rig.swap();
        if has_copy(&rig.remote.origin()) {
            rig.settle();
            rig.close();
            return;
        }
    }
    panic!("the copy is never packed");
}

#[test]
fn measuring_is_an_estimate_that_a_choice_overtakes() {
    let folder = Folder::new();
    let mut rig = Rig::new();
    rig.configure(file_at(&write(&folder, "long.wav", 48_000, 10)));
    assert!(rig.remote.measure());
    rig.settle();
    let about = rig.status().embedded_bytes.expect("it was asked for");
    assert!(!has_copy(&rig.remote.origin()));
    rig.remote.embed(true);
    rig.settle();
    let Origin::File(file) = &*rig.remote.origin() else {
        panic!("a file");
    };
    let exact = file.embedded.as_ref().expect("it was packed").data.len();
    let off = about as f64 / exact as f64 - 1.0;
    assert!(off.abs() < 0.1, "{about} for {exact}");
    rig.close();
}

#[test]
fn what_a_job_took_goes_back() {
    assert!(child::ends_well("what_a_job_took_goes_back", || {
        let folder = Folder::new();
        let long = write(&folder, "long.wav", 48_000, 20);
        let short = folder.impulse("short.wav", 1);
        // What a process takes once and for all is taken before.
        let before = after_work(&short, &short);
        let after = after_work(&long, &short);
        println!("{} MB before, {} MB after", before >> 20, after >> 20);
        assert!(
            after < before + (24 << 20),
            "{before} bytes before, {after} after"
        );
    }));
}

/// The memory in use after one file was loaded and shaped and then another one.
fn after_work(one: &Path, other: &Path) -> usize {
    let mut rig = Rig::new();
    rig.configure_as(
        Format {
            rate: 44_100,
            layout: Layout::Stereo,
        },
        file_at(one),
        Shape {
            decay_percent: 150.0,
            ..Shape::default()
        },
    );
    rig.remote
        .choose(file_at(other))
        .expect("room for a request");
    rig.settle();
    rig.swap();
    rig.settle();
    let resident = system::resident();
    rig.close();
    resident
}

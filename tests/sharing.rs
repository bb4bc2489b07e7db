//! Many instances of the plug-in in one process, and one large impulse: it is read once, its spectra are
//! made once, and nothing is left of it when the last instance has gone. Alone in its program, because
//! the cache that it counts is the process's.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anteroom::convolution::Layout;
use anteroom::impulse::Shape;
use anteroom::instance::{AudioSide, UiHandle, instance};
use anteroom::loader::{Cache, Format, Remote, file_at};
use anteroom::processor::Settings;
use hound::{SampleFormat, WavSpec, WavWriter};

const RATE: u32 = 48_000;
const SECONDS: u32 = 10;
const INSTANCES: usize = 32;
const LIMIT: Duration = Duration::from_secs(60);

/// Ten seconds of decaying noise in four channels.
fn write(path: &Path) {
    let spec = WavSpec {
        channels: 4,
        sample_rate: RATE,
        bits_per_sample: 16,
        sample_format: SampleFormat::Int,
    };
    let mut writer = WavWriter::create(path, spec).expect("a folder of our own");
    let mut state = 1u32;
    for n in 0..SECONDS * RATE * 4 {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let level = (-f64::from(n) / f64::from(4 * RATE)).exp();
        let sample = f64::from(state as i32 >> 17) * level;
        writer.write_sample(sample as i16).expect("it fits");
    }
    writer.finalize().expect("room on the disk");
}

/// One more instance with this file, playing.
fn load(path: &Path) -> (AudioSide, UiHandle, Remote) {
    let (mut audio, ui_handle, remote) = instance(|| {}).expect("a thread");
    let format = Format {
        rate: RATE,
        layout: Layout::Stereo,
    };
    let shape = Shape::default();
    let settled = remote
        .configure(format, file_at(path), shape, LIMIT)
        .expect("an answer");
    assert_eq!(settled.error, None);
    audio.prepare(format, shape, settled.generation, false);
    let settings = Settings {
        mix: 100.0,
        ..Settings::default()
    };
    let (mut left, mut right) = ([0.5; 64], [0.5; 64]);
    audio.process(&mut [&mut left, &mut right], &settings, &shape);
    assert!(left.iter().any(|sample| sample.abs() > 1e-4), "it sounds");
    (audio, ui_handle, remote)
}

/// The memory that the process has, in bytes, where the system tells.
fn resident() -> Option<usize> {
    let text = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: usize = text.split_whitespace().nth(1)?.parse().ok()?;
    Some(pages * 4096)
}

#[test]
fn thirty_two_instances_load_a_large_file_once() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("nave.wav");
    write(&path);
    let cache = Cache::shared();
    let before = cache.held();
    assert_eq!((before.decoded, before.kernels, before.made), (0, 0, 0));
    let first = load(&path);
    // A file that was decoded, and the spectra of its kernel.
    assert_eq!(cache.held().made, 2);
    let with_one = resident();
    let others: Vec<_> = (1..INSTANCES).map(|_| load(&path)).collect();
    let held = cache.held();
    assert_eq!(
        (held.decoded, held.kernels, held.made),
        (1, 1, 2),
        "{held:?}"
    );
    // Every instance has its own memory of what it heard, as long as the impulse, but neither the
    // samples nor the spectra of the four paths.
    let samples = (SECONDS * RATE) as usize * 4;
    let shared = samples * 4 + samples * 2 * 4;
    if let (Some(one), Some(all)) = (with_one, resident()) {
        let each = all.saturating_sub(one) / (INSTANCES - 1);
        println!("{each} bytes for each further instance, {shared} shared");
        assert!(each < shared, "{each} bytes each, {shared} are shared");
    }
    drop(first);
    assert_eq!((cache.held().decoded, cache.held().kernels), (1, 1));
    drop(others);
    // The workers let go, each on its own thread.
    let begin = Instant::now();
    while (cache.held().decoded, cache.held().kernels) != (0, 0) {
        assert!(begin.elapsed() < LIMIT, "{:?}", cache.held());
        thread::sleep(Duration::from_millis(5));
    }
}

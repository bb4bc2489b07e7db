//! A job that nobody wants any more.

use super::super::request::{Format, Recalled, Reply};
use super::super::{Parts, loader};
use super::*;
use crate::convolution::Layout;
use crate::exchange::queue;
use crate::impulse::{FileRef, Shape};

/// What a worker does whose plug-in goes away before it begins.
fn cancelled_with(origin: Origin, rate: u32) {
    let Parts {
        mut loader,
        remote: _remote,
        audio: _audio,
        status: _status,
    } = loader(Arc::default(), || {});
    loader.ports.signals.job.cancel.cancel();
    loader.take(Request::Configure {
        recalled: Box::new(Recalled::of(
            Format {
                rate,
                layout: Layout::Stereo,
            },
            origin,
            Shape::default(),
        )),
        generation: 1,
        reply: Reply {
            answer: queue(1).0,
            asker: std::thread::current(),
        },
    });
    assert!(loader.step());
    // It was given up, and did not fail: nothing was read, made or kept, and nothing is known to be missing.
    assert!(loader.state.has_work());
    assert_eq!(loader.state.missing(), None);
    assert!(loader.made.is_none() && loader.products.raw.is_none());
    assert_eq!(loader.ports.cache.held().made, 0);
}

#[test]
fn a_job_that_nobody_wants_makes_nothing() {
    cancelled_with(Origin::default(), 44_100);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("long.wav");
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 8_000,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let mut writer = hound::WavWriter::create(&path, spec).expect("a file");
    for place in 0..8_000 {
        let sample = 0.999_f32.powi(place);
        writer.write_sample(sample).expect("room on the disk");
    }
    writer.finalize().expect("room on the disk");
    let chosen = FileRef {
        absolute: path.clone(),
        ..FileRef::default()
    };
    cancelled_with(Origin::File(chosen), 48_000);
    // A project's, which is searched for first, and would be missed.
    let (known, _) = FileRef::open(&path).expect("a good file");
    cancelled_with(Origin::File(known.clone()), 48_000);
    std::fs::remove_file(path).expect("just written");
    cancelled_with(Origin::File(known), 48_000);
}

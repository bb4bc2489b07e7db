//! Files of every kind are read, strange ones are explained, lost ones are found again, and what a
//! project carries along is the same to the last bit.

#[path = "files/decoding.rs"]
mod decoding;
#[path = "files/embedding.rs"]
mod embedding;
#[path = "files/finding.rs"]
mod finding;

use std::path::Path;

use anteroom::impulse::decode;
use hound::{SampleFormat, WavSpec, WavWriter};

/// A decaying noise, as samples of the given width.
fn noise(frames: usize, bits: u16, seed: u32) -> Vec<i32> {
    let mut state = seed;
    let mut next = |n: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let wide = (state as i32 >> (32 - bits)) as f64 / 2.0;
        (wide * (-5.0 * n as f64 / frames as f64).exp()) as i32
    };
    (0..frames).map(&mut next).collect()
}

fn write(path: &Path, rate: u32, bits: u16, channels: &[Vec<i32>]) {
    let spec = WavSpec {
        channels: channels.len() as u16,
        sample_rate: rate,
        bits_per_sample: bits,
        sample_format: SampleFormat::Int,
    };
    let mut writer = WavWriter::create(path, spec).expect("a folder of our own");
    for frame in 0..channels[0].len() {
        for channel in channels {
            writer
                .write_sample(channel[frame])
                .expect("a fitting sample");
        }
    }
    writer.finalize().expect("room on the disk");
}

fn scaled(samples: &[i32], bits: u16) -> Vec<f32> {
    let scale = (1i64 << (bits - 1)) as f64;
    samples
        .iter()
        .map(|&sample| (f64::from(sample) / scale) as f32)
        .collect()
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn open(path: &Path) -> decode::Decoded {
    decode::open(path).expect("a readable file")
}

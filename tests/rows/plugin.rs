//! The plug-in's own wires: one instance with its loader, played by a callback of the test's.

use anteroom::convolution::Layout;
use anteroom::impulse::{Origin, Shape};
use anteroom::instance::{AudioSide, UiHandle, instance};
use anteroom::loader::{Format, Remote};
use anteroom::processor::Settings;
use std::time::Duration;

pub const FORMAT: Format = Format {
    rate: 48_000,
    layout: Layout::Stereo,
};

pub const FRAMES: usize = 64;

/// The callback's period.
pub const PERIOD: Duration = Duration::from_nanos(64 * 1_000_000_000 / 48_000);

/// An activated instance with the impulse that a new one has.
pub fn activated(notify: impl Fn() + Send + Sync + 'static) -> (AudioSide, UiHandle, Remote) {
    let (mut audio, ui_handle, remote) = instance(notify).expect("a thread");
    activate(&mut audio, &remote);
    (audio, ui_handle, remote)
}

/// What a host does before it plays, and again whenever it likes.
pub fn activate(audio: &mut AudioSide, remote: &Remote) {
    let shape = Shape::default();
    let limit = Duration::from_secs(60);
    let settled = remote
        .configure(FORMAT, Origin::default(), shape, limit)
        .expect("an answer");
    audio.prepare(FORMAT, shape, settled.generation, false);
}

/// One callback, with a signal that depends on the number of the block only.
pub fn block(audio: &mut AudioSide, number: usize, shape: &Shape) -> [[f32; FRAMES]; 2] {
    let mut channels = signal(number);
    let [left, right] = &mut channels;
    audio.process(&mut [left, right], &Settings::default(), shape);
    channels
}

/// What goes in.
pub fn signal(number: usize) -> [[f32; FRAMES]; 2] {
    let mut channels = [[0.0; FRAMES]; 2];
    for (frame, (left, right)) in (number * FRAMES..).zip(pairs(&mut channels)) {
        *left = (frame % 97) as f32 / 97.0 - 0.5;
        *right = (frame % 89) as f32 / 89.0 - 0.5;
    }
    channels
}

fn pairs(channels: &mut [[f32; FRAMES]; 2]) -> impl Iterator<Item = (&mut f32, &mut f32)> {
    let [left, right] = channels;
    left.iter_mut().zip(right)
}

/// Another shape for each number, that is another impulse to prepare.
pub fn shape(number: usize) -> Shape {
    Shape {
        decay_percent: 60.0 + (number % 40) as f32,
        ..Shape::default()
    }
}

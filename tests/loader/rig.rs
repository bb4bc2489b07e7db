//! A loader on the bench: its ends in one hand, so that a test can play all the threads.

#![allow(
    dead_code,
    reason = "the tests that share this file use different parts of it"
)]

#[path = "../common/wav.rs"]
mod wav;

pub use wav::write_wav;

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anteroom::convolution::{Convolver, Layout, PrimedEngine};
use anteroom::exchange::{HistoryWriter, Observer, RtBox, Target, Versioned};
use anteroom::impulse::{Origin, Shape};
use anteroom::loader::{
    AudioHandle, Cache, ConfigureResult, Format, Loader, LoaderHandle, Parts, Remote, Status,
    file_at, loader, loader_of,
};

pub const RATE: u32 = 48_000;
pub const FORMAT: Format = Format {
    rate: RATE,
    layout: Layout::Stereo,
};

/// The shape that leaves the samples alone.
pub fn plain() -> Shape {
    Shape {
        normalize: false,
        ..Shape::default()
    }
}

/// That shape with another length, to have many.
pub fn cut(length_percent: f32) -> Shape {
    Shape {
        length_percent,
        ..plain()
    }
}

/// A loader that moves only when it is stepped.
pub struct Rig {
    pub loader: Loader,
    pub remote: Remote,
    pub handle: LoaderHandle,
    pub engines: Target<Versioned<PrimedEngine>>,
    pub ready: Target<Versioned<PrimedEngine>>,
    pub history: HistoryWriter,
    pub status: Observer<Status>,
    pub cache: Arc<Cache>,
    pub held: Option<RtBox<Versioned<PrimedEngine>>>,
}

impl Rig {
    pub fn new() -> Self {
        Self::sharing(Arc::default(), || {})
    }

    pub fn sharing(cache: Arc<Cache>, notify: impl Fn() + Send + 'static) -> Self {
        let parts = loader(cache.clone(), notify);
        Self::of(parts, cache)
    }

    /// One whose slot is empty at first.
    pub fn empty() -> Self {
        let cache = Arc::<Cache>::default();
        let parts = loader_of(Origin::Nothing, cache.clone(), || {});
        Self::of(parts, cache)
    }

    fn of(parts: Parts, cache: Arc<Cache>) -> Self {
        let Parts {
            loader,
            remote,
            audio,
            status,
        } = parts;
        let AudioHandle {
            loader: handle,
            engines,
            ready,
            history,
        } = audio;
        Self {
            loader,
            remote,
            handle,
            engines,
            ready,
            history,
            status,
            cache,
            held: None,
        }
    }

    /// Steps until there is nothing to do; a loader that never rests is a fault.
    pub fn settle(&mut self) {
        for _ in 0..1000 {
            if !self.loader.step() {
                return;
            }
        }
        panic!("the loader does not come to rest");
    }

    /// What `activate` does.
    pub fn configure_as(
        &mut self,
        format: Format,
        origin: Origin,
        shape: Shape,
    ) -> ConfigureResult {
        let remote = self.remote.clone();
        let settled = thread::scope(|scope| {
            let asked = scope
                .spawn(move || remote.configure(format, origin, shape, Duration::from_secs(60)));
            while !asked.is_finished() {
                self.loader.step();
                thread::yield_now();
            }
            asked.join().unwrap().unwrap()
        });
        self.engines.swap(&mut self.held);
        settled
    }

    pub fn configure(&mut self, origin: Origin) -> ConfigureResult {
        self.configure_as(FORMAT, origin, plain())
    }

    /// The newest status.
    pub fn status(&mut self) -> Status {
        self.status.read().clone()
    }

    /// Whether a new engine has come; it is taken into use.
    pub fn swap(&mut self) -> bool {
        self.engines.swap(&mut self.held)
    }

    /// The generation of the engine in use.
    pub fn generation(&self) -> u64 {
        self.held.as_ref().map_or(0, |engine| engine.generation)
    }

    /// What the engine in use answers to an impulse on the left, on its left.
    pub fn answer(&mut self, samples: usize) -> Vec<f32> {
        let engine = &mut self
            .held
            .as_mut()
            .expect("no engine is in use")
            .value
            .engine;
        let mut click = vec![0.0; samples];
        click[0] = 1.0;
        let silence = vec![0.0; samples];
        let (mut left, mut right) = (vec![0.0; samples], vec![0.0; samples]);
        engine.reset();
        engine.process(&[&click, &silence], &mut [&mut left, &mut right]);
        left
    }

    /// Parts everything the way an instance does; returns the cache.
    pub fn close(self) -> Arc<Cache> {
        self.cache.clone()
    }
}

/// A test that forgets to close, or fails, would count as leaked what the tests beside it look for.
impl Drop for Rig {
    fn drop(&mut self) {
        if let Some(held) = self.held.take() {
            self.engines.unlink(held);
        }
    }
}

/// A folder with impulses in it.
pub struct Folder(pub tempfile::TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// An impulse of a few samples, all different from those of another number.
    pub fn impulse(&self, name: &str, number: u32) -> PathBuf {
        let path = self.path(name);
        write_wav(&path, RATE, &samples(number));
        path
    }

    /// An origin as the editor makes it from a path.
    pub fn origin(&self, name: &str, number: u32) -> Origin {
        file_at(&self.impulse(name, number))
    }

    /// A file that is no sound.
    pub fn junk(&self, name: &str) -> Origin {
        let path = self.path(name);
        fs::write(&path, b"this is not audio").unwrap();
        file_at(&path)
    }
}

/// The samples of [`Folder::impulse`].
pub fn samples(number: u32) -> Vec<f32> {
    (0..200)
        .map(|n| ((n + 1) as f32 * (number + 1) as f32 * 0.37).sin() * 0.5)
        .collect()
}

/// Whether two answers are the same, to within the rounding of a transform.
pub fn close_to(one: &[f32], other: &[f32]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(a, b)| (a - b).abs() < 1e-5)
}

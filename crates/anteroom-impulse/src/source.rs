//! Bytes that are read where they are needed: of a file, of a pipe that its user has named, or in
//! memory. Nothing reads a file whole.
//!
//! Off the audio thread. Only regular files are opened: a device or a FIFO may keep whoever opens it
//! for ever, or give bytes without an end.

use std::fs;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Mutex, OnceLock, PoisonError};

use super::ImpulseError;
use crate::files::{self, File};

/// The largest file that is opened, in bytes: its identity is the hash of all of them.
const MAX_BYTES: u64 = 4 << 30;
/// Bytes between two looks at whether the file is still wanted.
const PART_BYTES: usize = 64 << 10;
/// So much of a pipe is awaited before it is looked at. If it ends before, its length is known.
const AHEAD_BYTES: u64 = 64 << 20;

/// Where bytes come from.
#[derive(Debug)]
pub struct Source {
    kind: Kind,
    /// In bytes; `None` for a pipe whose end has not been seen.
    length: Option<u64>,
    /// What the system said when it first failed to read.
    failure: OnceLock<io::Error>,
}

enum Kind {
    File(File),
    Bytes(Vec<u8>),
    Pipe(Mutex<Pipe>),
}

/// What has come out of a pipe is kept in a file, to be read in any order.
struct Pipe {
    from: Box<dyn Read + Send>,
    kept: fs::File,
    bytes: u64,
    ended: bool,
}

impl std::fmt::Debug for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::File(_) => "File",
            Self::Bytes(_) => "Bytes",
            Self::Pipe(_) => "Pipe",
        })
    }
}

impl Source {
    /// Bytes in memory.
    pub fn bytes(bytes: Vec<u8>) -> Self {
        let length = Some(bytes.len() as u64);
        Self::of(Kind::Bytes(bytes), length)
    }

    /// Opens a regular file, unless `cancelled` says that nobody wants it any more. `name` is for messages.
    ///
    /// # Errors
    /// [`ImpulseError::Unreadable`]; [`ImpulseError::Unsupported`] above 4 GiB.
    pub fn open(
        path: &Path,
        name: &str,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Self, ImpulseError> {
        let source = Self::open_any(path, name, cancelled)?;
        if source.length.is_some_and(|length| length > MAX_BYTES) {
            return Err(ImpulseError::unsupported(name, "it is larger than 4 GiB"));
        }
        Ok(source)
    }

    /// The same of any size: for what is read piece by piece and has no identity.
    ///
    /// # Errors
    /// [`ImpulseError::Unreadable`], [`ImpulseError::Unresponsive`] or [`ImpulseError::Cancelled`].
    pub fn open_any(
        path: &Path,
        name: &str,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Self, ImpulseError> {
        let unreadable = |error: io::Error| ImpulseError::unreadable(name, &error);
        let file = File::open(path, cancelled).map_err(unreadable)?;
        let length = file.length();
        Ok(Self::of(Kind::File(file), Some(length)))
    }

    /// A pipe that its user has named. What is read of it is kept in `kept`, an empty file that is
    /// open for reading and writing, and no more is read than is needed.
    pub fn pipe(from: Box<dyn Read + Send>, kept: fs::File) -> Self {
        let mut pipe = Pipe {
            from,
            kept,
            bytes: 0,
            ended: false,
        };
        let read = pipe.pull(AHEAD_BYTES);
        let length = pipe.ended.then_some(pipe.bytes);
        let source = Self::of(Kind::Pipe(Mutex::new(pipe)), length);
        if let Err(error) = read {
            source.failed(error);
        }
        source
    }

    fn of(kind: Kind, length: Option<u64>) -> Self {
        Self {
            kind,
            length,
            failure: OnceLock::new(),
        }
    }

    /// The length in bytes; `None` for a pipe whose end has not been seen.
    pub fn length(&self) -> Option<u64> {
        self.length
    }

    /// Fills `into` from this position on, as far as there is something. A failure counts as the
    /// end; [`Source::check`] tells one from the other.
    pub fn read_at(&self, at: u64, into: &mut [u8]) -> usize {
        let mut done = 0;
        while let Some(rest) = into.get_mut(done..).filter(|rest| !rest.is_empty()) {
            match self.read_some(at.saturating_add(done as u64), rest) {
                Ok(0) => break,
                Ok(read) => done += read,
                Err(error) => {
                    self.failed(error);
                    break;
                }
            }
        }
        done
    }

    fn read_some(&self, at: u64, into: &mut [u8]) -> io::Result<usize> {
        match &self.kind {
            Kind::File(file) => file.read_at(at, into, &files::is_given_up),
            Kind::Bytes(bytes) => {
                let from = usize::try_from(at).unwrap_or(usize::MAX);
                bytes.get(from..).unwrap_or_default().read(into)
            }
            Kind::Pipe(pipe) => {
                let mut pipe = pipe.lock().unwrap_or_else(PoisonError::into_inner);
                pipe.pull(at.saturating_add(into.len() as u64))?;
                pipe.kept.seek(SeekFrom::Start(at))?;
                pipe.kept.read(into)
            }
        }
    }

    fn failed(&self, error: io::Error) {
        let _ = self.failure.set(error);
    }

    /// Whether all that was asked for could be read.
    ///
    /// # Errors
    /// [`ImpulseError::Unreadable`] if the system failed to read, [`ImpulseError::Unresponsive`] if the place did not
    /// answer.
    pub fn check(&self, name: &str) -> Result<(), ImpulseError> {
        match self.failure.get() {
            Some(error) => Err(ImpulseError::unreadable(name, error)),
            None => Ok(()),
        }
    }

    /// The BLAKE3 of all bytes, in hexadecimal. `cancelled` is asked and `told` hears the share that
    /// is done, 0..=1, after every 64 KiB.
    ///
    /// # Errors
    /// [`ImpulseError::Cancelled`], and [`ImpulseError::Unreadable`] naming the file.
    pub fn hash(
        &self,
        name: &str,
        (cancelled, told): (&dyn Fn() -> bool, &dyn Fn(f32)),
    ) -> Result<String, ImpulseError> {
        let mut hasher = blake3::Hasher::new();
        let mut part = vec![0; PART_BYTES];
        let mut at = 0;
        loop {
            if cancelled() {
                return Err(ImpulseError::Cancelled);
            }
            let read = self.read_at(at, &mut part);
            hasher.update(part.get(..read).unwrap_or_default());
            at += read as u64;
            if let Some(length) = self.length.filter(|&length| length > 0) {
                told((at as f64 / length as f64).min(1.0) as f32);
            }
            if read < part.len() {
                self.check(name)?;
                return Ok(hasher.finalize().to_hex().to_string());
            }
            // A file may grow while it is read.
            if at > MAX_BYTES {
                return Err(ImpulseError::unsupported(name, "it is larger than 4 GiB"));
            }
        }
    }
}

impl Pipe {
    /// Takes from the pipe until so many bytes are kept.
    fn pull(&mut self, wanted: u64) -> io::Result<()> {
        if self.bytes >= wanted || self.ended {
            return Ok(());
        }
        let mut part = vec![0; 64 << 10];
        while self.bytes < wanted && !self.ended {
            if self.bytes > MAX_BYTES {
                return Err(io::Error::other("it is longer than 4 GiB"));
            }
            let read = match self.from.read(&mut part) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                read => read?,
            };
            self.ended = read == 0;
            self.kept.seek(SeekFrom::Start(self.bytes))?;
            self.kept.write_all(part.get(..read).unwrap_or_default())?;
            self.bytes += read as u64;
        }
        Ok(())
    }
}

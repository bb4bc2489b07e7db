//! A source as the decoders want it: a stream of parts that can be read and sought. Off the audio
//! thread.

use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Deref;
use std::sync::atomic::{AtomicU64, Ordering};

use symphonia::core::io::MediaSource;

use crate::container::{Coded, Part};
use crate::source::Source;

/// The bytes that a decoder may still read before it has to deliver something. Without it, one that
/// looks for a beginning in something else reads on to the end, however far that is.
#[derive(Debug, Default)]
pub struct Allowance(AtomicU64);

impl Allowance {
    /// Allows so many bytes from now on.
    pub fn set(&self, bytes: u64) {
        // ORDERING: Relaxed, one thread reads and writes it.
        self.0.store(bytes, Ordering::Relaxed);
    }

    fn spend(&self, bytes: usize) -> bool {
        // ORDERING: Relaxed, as above.
        let left = self.0.load(Ordering::Relaxed);
        self.0
            .store(left.saturating_sub(bytes as u64), Ordering::Relaxed);
        left > 0
    }
}

/// The parts of a source, one after another. It borrows what it reads from, or shares it.
pub struct View<S, C, A> {
    source: S,
    stream: C,
    allowance: A,
    length: u64,
    at: u64,
}

fn length(part: &Part) -> u64 {
    match part {
        Part::Made(bytes) => bytes.len() as u64,
        Part::Taken(start, end) => end.saturating_sub(*start),
    }
}

impl<S, C, A> View<S, C, A>
where
    S: Deref<Target = Source>,
    C: Deref<Target = Coded>,
    A: Deref<Target = Allowance>,
{
    /// A stream's parts.
    pub fn new(source: S, stream: C, allowance: A) -> Self {
        let lengths = stream.parts.iter().map(length);
        let length = lengths.fold(0, u64::saturating_add);
        Self {
            source,
            stream,
            allowance,
            length,
            at: 0,
        }
    }
}

impl<S, C, A> Read for View<S, C, A>
where
    S: Deref<Target = Source>,
    C: Deref<Target = Coded>,
    A: Deref<Target = Allowance>,
{
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut from = self.at;
        for part in &self.stream.parts {
            let length = length(part);
            if from >= length {
                from -= length;
                continue;
            }
            let most = usize::try_from(length - from).unwrap_or(usize::MAX);
            let count = most.min(into.len());
            let into = into.get_mut(..count).unwrap_or_default();
            let read = match part {
                Part::Made(bytes) => bytes.get(from as usize..).unwrap_or_default().read(into)?,
                Part::Taken(start, _) => self.source.read_at(start + from, into),
            };
            if !self.allowance.spend(read) {
                return Err(io::Error::other("there is too much in it that is no sound"));
            }
            self.at += read as u64;
            return Ok(read);
        }
        Ok(0)
    }
}

impl<S, C, A> Seek for View<S, C, A>
where
    S: Deref<Target = Source>,
    C: Deref<Target = Coded>,
    A: Deref<Target = Allowance>,
{
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.length.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

impl<S, C, A> MediaSource for View<S, C, A>
where
    S: Deref<Target = Source> + Send + Sync,
    C: Deref<Target = Coded> + Send + Sync,
    A: Deref<Target = Allowance> + Send + Sync,
{
    fn is_seekable(&self) -> bool {
        self.stream.closed
    }

    fn byte_len(&self) -> Option<u64> {
        self.stream.closed.then_some(self.length)
    }
}

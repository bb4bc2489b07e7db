//! Makes the copy of an impulse for the project, bit by bit between other work, so that no choice waits for it.
//! Worker thread.

use crate::background::Job;
use crate::impulse::embed::{self, Embedded, Packer};
use crate::impulse::{Decoded, FileRef, ImpulseError};

use super::identity::Content;

/// The packing under way, and what it is of.
#[derive(Default)]
pub(super) struct Packing(Option<(Content, Packer)>);

/// What came of some packing.
pub(super) enum Packed {
    /// It is to be gone on with.
    NotYet,
    /// The copy.
    Done(Embedded),
    /// There is no memory for it.
    Failed,
}

impl Packing {
    /// Packs an impulse until it is done or the job is cancelled; then it goes on where it was.
    pub fn go_on(&mut self, content: &Content, decoded: &Decoded, job: &Job<'_>) -> Packed {
        let mut packer = match self.0.take() {
            Some((of, packer)) if of == *content => packer,
            _ => Packer::new(&decoded.impulse, decoded.bits),
        };
        match packer.go_on(&decoded.impulse, &job.cancel) {
            None => {
                self.0 = Some((content.clone(), packer));
                Packed::NotYet
            }
            Some(Ok(packed)) => Packed::Done(packed),
            Some(Err(_)) => Packed::Failed,
        }
    }

    /// Nothing is to be packed any more.
    pub fn stop(&mut self) {
        self.0 = None;
    }
}

/// How large the copy of a file is, or about how large it would be, which takes some ten milliseconds to find out. None
/// if that can not be said.
///
/// # Errors
/// If the job is cancelled.
pub(super) fn measure(
    file: &FileRef,
    decoded: &Decoded,
    job: &Job<'_>,
) -> Result<Option<usize>, ImpulseError> {
    if let Some(embedded) = &file.embedded {
        return Ok(Some(embedded.data.len()));
    }
    match embed::estimate(&decoded.impulse, decoded.bits, job.cancel) {
        Err(ImpulseError::Cancelled) => Err(ImpulseError::Cancelled),
        bytes => Ok(bytes.ok()),
    }
}

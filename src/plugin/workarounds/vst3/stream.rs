//! Writing to a host's stream. Host's main thread.
//!
//! A part of the [shell](super::shell), which writes states itself, and goes with it.

#![allow(unsafe_code)]

use nice_plug::wrapper::vst3::vst3::ComRef;
use nice_plug::wrapper::vst3::vst3::Steinberg::*;

/// The most bytes that are given at once.
const PIECE: usize = 1 << 20;

/// Writes all bytes, in as many pieces as the host takes.
///
/// # Safety
/// `stream` is null or the host's valid object.
pub unsafe fn write(stream: *mut IBStream, bytes: &[u8]) -> tresult {
    // SAFETY: the caller's promise.
    let Some(stream) = (unsafe { ComRef::from_raw(stream) }) else {
        return kInvalidArgument;
    };
    let mut rest = bytes;
    while !rest.is_empty() {
        let piece = &rest[..rest.len().min(PIECE)];
        // A host that does not tell has taken all.
        let mut taken = piece.len() as int32;
        // SAFETY: the host only reads as many bytes as it is told.
        let result = unsafe { stream.write(piece.as_ptr().cast_mut().cast(), taken, &mut taken) };
        let taken = usize::try_from(taken).unwrap_or(0).min(piece.len());
        if result != kResultOk || taken == 0 {
            return kResultFalse;
        }
        rest = &rest[taken..];
    }
    kResultOk
}

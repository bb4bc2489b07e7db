//! Dry sounds that are played into the plug-in's own input, to hear a room by: what is played, and the reader that brings
//! it from a file or from memory. The half that is heard is `processor/player`.
//!
//! | part | whose thread | talks by |
//! |---|---|---|
//! | [`Audition`] | editor | asks the reader to open a sound |
//! | [`Reader`] | one of its own, from the first sound on | fills blocks, the most urgent first |
//! | `Player` (`processor/player`) | audio | asks for blocks, and gives back those that were heard |
//!
//! The blocks go round: [`BLOCKS`] of them, made with the instance, empty until the reader fills one for the first time.
//! They hold [`BLOCK_FRAMES`] frames each, so up to 98,304 frames are read ahead: 2.0 s at 48 kHz, 0.5 s at 192 kHz. The
//! player asks for all of them at once, and again for each as soon as it was heard.
//!
//! Nothing of it is in a project's state or in an offline render.
//!
//! `block` is what goes round, `message` what is said, `track` one open sound at the host's rate, `reader` the job of the
//! thread, `handle` the editor's end.

mod block;
mod handle;
mod message;
mod reader;
mod track;

pub use block::{BLOCK_FRAMES, BLOCKS, Block, ReadBlock};
#[cfg(test)]
pub(crate) use handle::stepped;
pub use handle::{Audition, audition};
pub use message::{
    FinishReason, PlayerCommand, PlayerMix, PlayerReply, PlayerReport, PlayerState, RefusalReason,
    SoundId, Timed,
};
pub use reader::{Answer, Ask, Content, Reader, SoundInfo};

// What is played.
pub use crate::impulse::decode::Recording;
pub use crate::impulse::{ImpulseError, TestSound};

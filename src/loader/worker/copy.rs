//! The copy of the impulse in the project: packed bit by bit between other work, so that no choice
//! waits for it. Worker thread.

use std::sync::Arc;

use crate::impulse::embed::{self, Packer};
use crate::impulse::{Decoded, FileRef, ImpulseError, Origin};

use super::super::cache::Content;
use super::super::source::{Raw, same};
use super::Loader;

/// What is still to be done about copies.
#[derive(Default)]
pub(super) struct Copying {
    /// The packing under way, and what it is of.
    packing: Option<(Content, Packer)>,
    /// What could not be packed: there was no memory for it.
    in_vain: Option<Content>,
    /// Whether somebody asks how large the copy is, or would be.
    pub asked: bool,
}

impl Copying {
    /// Somebody asks for a copy: there may be memory for it now.
    pub fn try_again(&mut self) {
        self.in_vain = None;
    }
}

impl Loader {
    /// Goes on with copies until something else is to be done. Says whether there was anything to do.
    pub(super) fn copy(&mut self) -> bool {
        let measured = self.copying.asked && self.measure();
        self.pack() || measured
    }

    /// The file in use and its samples, if a file is in use.
    fn file(&self) -> Option<(&FileRef, &Arc<Decoded>)> {
        let sound = self.current.sound.as_ref()?;
        match (&*sound.origin, &sound.raw) {
            (Origin::File(file), Raw::File(decoded)) => Some((file, decoded)),
            _ => None,
        }
    }

    /// Packs the impulse into its origin, if that is wanted, until something else is.
    fn pack(&mut self) -> bool {
        let wanted = self.wanted.embed;
        let content = self
            .current
            .sound
            .as_ref()
            .map(|sound| sound.content.clone());
        let (Some(content), Some((file, decoded))) = (content, self.file()) else {
            self.copying.packing = None;
            return false;
        };
        if !wanted || file.embedded.is_some() || self.copying.in_vain.as_ref() == Some(&content) {
            self.copying.packing = None;
            return false;
        }
        let decoded = Arc::clone(decoded);
        let mut packer = match self.copying.packing.take() {
            Some((of, packer)) if of == content => packer,
            _ => Packer::new(&decoded.impulse, decoded.bits),
        };
        let ends = &self.ends;
        // It goes on where it was, so whatever comes is done first.
        let stop =
            || ends.wires.cancel.is_cancelled() || !ends.inbox.is_empty() || ends.wishes.updated();
        match packer.go_on(&decoded.impulse, &stop) {
            None => self.copying.packing = Some((content, packer)),
            Some(Ok(packed)) => {
                let Some(sound) = &mut self.current.sound else {
                    return true;
                };
                let Origin::File(file) = &*sound.origin else {
                    return true;
                };
                // The copy is of what sounds, so that is what the project remembers with it.
                let mut file = sound.instead.take().unwrap_or_else(|| file.clone());
                file.embedded = Some(packed);
                self.remember_copy(file);
            }
            Some(Err(_)) => self.copying.in_vain = Some(content),
        }
        true
    }

    /// Takes the copy out of the origin, if it is not wanted.
    pub(super) fn leave_out_copy(&mut self) {
        if let Some((file, _)) = self.file()
            && !self.wanted.embed
            && file.embedded.is_some()
        {
            let file = FileRef {
                embedded: None,
                ..file.clone()
            };
            self.remember_copy(file);
        }
    }

    /// Lets the project remember the impulse in use with a copy, or without.
    fn remember_copy(&mut self, file: FileRef) {
        let Some(sound) = &mut self.current.sound else {
            return;
        };
        let origin = Arc::new(Origin::File(file));
        let before = std::mem::replace(&mut sound.origin, Arc::clone(&origin));
        // A choice that waits may mean another one.
        if same(&self.wanted.before.origin, &before) {
            self.wanted.before.origin = Arc::clone(&origin);
        }
        if same(&self.wanted.origin, &before) {
            self.wanted.origin = Arc::clone(&origin);
            self.complete(&origin);
        }
        self.say(|status, _| status.revision += 1);
    }

    /// Finds out how large the copy is, or about how large it would be, which takes some ten milliseconds; whatever
    /// is asked for meanwhile comes first. Says whether it did.
    fn measure(&mut self) -> bool {
        let bytes = self.file().map(|(file, decoded)| match &file.embedded {
            Some(embedded) => Ok(embedded.data.len()),
            None => {
                let wires = &self.ends.wires;
                let stop = || wires.cancel.is_cancelled() || !self.ends.inbox.is_empty();
                embed::estimate(&decoded.impulse, decoded.bits, &stop)
            }
        });
        match bytes {
            Some(Err(ImpulseError::Cancelled)) => return true,
            Some(bytes) => self.say(|status, _| status.embedded_bytes = bytes.ok()),
            None => {}
        }
        self.copying.asked = false;
        true
    }
}

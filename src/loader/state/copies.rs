//! The copy of the impulse in the project: when it is made, and when it is left out.

use std::mem;
use std::sync::Arc;

use crate::impulse::embed::Embedded;
use crate::impulse::{FileRef, Origin};

use super::super::identity::{Content, is_same};
use super::State;

/// What is still to be done about copies.
#[derive(Debug, Default)]
pub(super) struct Copies {
    /// Whether somebody asks how large the copy is, or would be.
    pub asked: bool,
    /// What could not be packed: there was no memory for it.
    in_vain: Option<Content>,
}

impl State {
    /// What is to be packed now: the impulse in use, if its copy is wanted and not there.
    pub fn to_pack(&self) -> Option<&Content> {
        let content = &self.in_use.as_ref()?.content;
        let has_copy = self.file()?.embedded.is_some();
        let is_in_vain = self.copies.in_vain.as_ref() == Some(content);
        (self.wanted.embed && !has_copy && !is_in_vain).then_some(content)
    }

    /// Whether the copy, or what it would be, is to be measured now.
    pub fn is_to_measure(&self) -> bool {
        self.copies.asked
    }

    /// The file in use, if a file is.
    pub fn file(&self) -> Option<&FileRef> {
        match &*self.in_use.as_ref()?.origin {
            Origin::File(file) => Some(file),
            Origin::Room(..) | Origin::Nothing => None,
        }
    }

    pub(super) fn embed(&mut self, on: bool) {
        self.wanted.embed = on;
        if let (true, Some(sound)) = (on, &mut self.in_use)
            && sound.instead.is_some()
        {
            // From now on the project remembers what sounds.
            sound.note = None;
        }
        self.leave_out_copy();
        // There may be memory for it now.
        self.copies.in_vain = None;
    }

    pub(super) fn packed(&mut self, packed: Embedded) {
        let Some(file) = self.file().cloned() else {
            return;
        };
        let sound = self.in_use.as_mut();
        // The copy is of what sounds, so that is what the project remembers with it.
        let instead = sound.and_then(|sound| sound.instead.take());
        let mut file = instead.unwrap_or(file);
        file.embedded = Some(packed);
        self.remember_copy(file);
    }

    pub(super) fn not_packed(&mut self) {
        self.copies.in_vain = self.in_use.as_ref().map(|sound| sound.content.clone());
    }

    pub(super) fn measured(&mut self, bytes: Option<usize>) {
        self.copies.asked = false;
        if self.file().is_some() {
            self.republish(|said| said.embedded_bytes = bytes);
        }
    }

    /// Takes the copy out of the origin, if it is not wanted.
    pub(super) fn leave_out_copy(&mut self) {
        if let Some(file) = self.file()
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
        let Some(sound) = &mut self.in_use else {
            return;
        };
        let origin = Arc::new(Origin::File(file));
        let before = mem::replace(&mut sound.origin, Arc::clone(&origin));
        // A choice that waits may mean another one.
        if is_same(&self.before.origin, &before) {
            self.before.origin = Arc::clone(&origin);
        }
        if is_same(&self.wanted.origin, &before) {
            self.wanted.origin = origin;
            self.complete();
        }
        self.republish(|said| said.revision += 1);
    }
}

//! The project's own choices: shown as the project and the first slot's loader have them, and changed. Editor thread.

use std::time::{Duration, Instant};

use super::Controller;
use super::refresh::source_of;
use crate::editor::action::Action;
use crate::editor::view_model::{ChoiceInfo, ImpulseSource};
use crate::instance::{ChoiceStatus, Phase, Slot};
use crate::state::Origin;

/// After this time without a block nobody picks anything.
const NO_AUDIO: Duration = Duration::from_millis(300);

/// An impulse that was asked for together with a move of `pick`, as undo does.
#[derive(Debug)]
pub(super) struct Deferred {
    source: ImpulseSource,
    /// The blocks that had been processed by then.
    blocks: u64,
    since: Instant,
}

/// Whether this moves `pick`.
pub(super) fn is_pick(action: &Action) -> bool {
    matches!(action, Action::Set("pick", _))
}

impl Controller {
    /// Asks for an impulse once the audio thread has seen `pick` move: of the two the impulse counts.
    pub(super) fn defer(&mut self, source: ImpulseSource) {
        self.deferred = Some(Deferred {
            source,
            blocks: self.ui_handle.snapshots.read().blocks,
            since: Instant::now(),
        });
    }

    /// Asks for the deferred impulse, if it is time.
    pub(super) fn choose_deferred(&mut self) {
        let Some(deferred) = self.deferred.take() else {
            return;
        };
        // The block that was under way, and one that began after the move.
        let blocks = self.ui_handle.snapshots.read().blocks;
        if blocks > deferred.blocks + 2 || deferred.since.elapsed() > NO_AUDIO {
            self.choose(Slot::First, &deferred.source);
        } else {
            self.deferred = Some(deferred);
            self.repaint.changed();
        }
    }

    /// Brings the list up to date. All that is known of its impulses is noted, for when they are chosen.
    pub(super) fn refresh_choices(&mut self) {
        let known = &mut self.choices;
        let is_new = self.project.with(|project| {
            let is_new = *known != project.choices;
            if is_new {
                known.clone_from(&project.choices);
            }
            is_new
        });
        if is_new {
            for origin in &self.choices {
                let source = source_of(origin);
                if !matches!(source, ImpulseSource::Own(..)) {
                    self.known_origins
                        .entry(source)
                        .or_insert_with(|| origin.clone());
                }
            }
        }
        if self.choices.is_empty() && self.model.choices.is_empty() {
            return;
        }
        let prepared = self.status_of(Slot::First).choices.clone();
        let shown = |origin: &Origin| {
            let status = prepared.iter().find(|status| *status.origin == *origin);
            info(origin, status)
        };
        self.model.choices = self.choices.iter().map(shown).collect();
    }

    /// Makes these the project's choices. What sounds goes on.
    pub(super) fn set_choices(&mut self, sources: &[ImpulseSource]) {
        let of = |source: &ImpulseSource| {
            let listed = self.choices.iter().find(|it| source_of(it) == *source);
            let known = listed.or_else(|| self.known_origins.get(source)).cloned();
            known.or_else(|| super::origin_of(source))
        };
        let list: Vec<Origin> = sources.iter().filter_map(of).collect();
        if self.remote.set_choices(list.clone()) {
            self.project.with(|project| project.choices = list);
            self.list_changes += 1;
        } else {
            self.show_message("The loader has too much to do: try again.");
        }
    }
}

/// One of the choices, with what the loader says of it.
fn info(origin: &Origin, status: Option<&ChoiceStatus>) -> ChoiceInfo {
    let phase = status.map(|status| &status.phase);
    ChoiceInfo {
        source: source_of(origin),
        is_ready: phase == Some(&Phase::Ready),
        problem: match phase {
            Some(Phase::Missing { message, .. } | Phase::Failed { message }) => {
                Some(message.clone())
            }
            _ => None,
        },
        bytes: status.map_or(0, |status| status.bytes as u64),
    }
}

//! Recording a room: what the user asks for goes to the instance, and what becomes of it to the screen. Editor thread.

use super::Controller;
use crate::editor::view_model::{CapturePhase, CaptureSettings, CaptureView, ImpulseSource};
use crate::instance::UiHandle;

impl Controller {
    /// Moves a recording on, and shows how far it has come.
    pub(super) fn refresh_capture(&mut self) {
        let UiHandle {
            capture,
            commands,
            snapshots,
            ..
        } = &mut self.ui_handle;
        let snapshot = snapshots.read();
        capture.poll(commands, snapshot);
        self.model.capture = CaptureView {
            without_host: capture.is_without_host(snapshot),
            phase: capture.phase(),
        };
        if self.model.capture.phase.is_busy() {
            self.repaint.changed();
        }
    }

    /// Begins to record.
    pub(super) fn start_capture(&mut self, settings: CaptureSettings) {
        let Some(folder) = self.user_data.impulse_folder() else {
            self.show_message("There is no folder for impulses.");
            return;
        };
        let UiHandle {
            capture, commands, ..
        } = &mut self.ui_handle;
        capture.start(settings, folder, commands);
    }

    /// Ends a recording. Waits for nothing.
    pub(super) fn stop_capture(&mut self) {
        let UiHandle {
            capture, commands, ..
        } = &mut self.ui_handle;
        capture.stop(commands);
    }

    /// The file of the last recording stays.
    pub(super) fn keep_capture(&mut self) {
        self.ui_handle.capture.forget();
    }

    /// The file of the last recording goes.
    pub(super) fn discard_capture(&mut self) {
        if let CapturePhase::Done(taken) = self.ui_handle.capture.phase() {
            let files = vec![taken.path.clone(), taken.note.clone()];
            self.user_data.discard(files);
            let source = ImpulseSource::File(taken.path.clone());
            let bookmarks = &mut self.screen.browser.bookmarks;
            bookmarks.recent.retain(|known| *known != source);
        }
        self.ui_handle.capture.forget();
    }
}

#[cfg(test)]
mod tests;

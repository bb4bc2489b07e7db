//! The worker and the copy of the impulse in the project: it is made when there is nothing else to do. Worker thread.

use crate::background::Job;
use crate::impulse::ImpulseError;

use super::super::copy::{Packed, measure};
use super::super::event::{Arrivals, Event, Next};
use super::super::pipeline::Raw;
use super::Loader;
use super::Ports;

impl Loader {
    /// Goes on with copies until something else is to be done; says whether there was anything to do.
    pub(super) fn copy(&mut self) -> bool {
        let measured = self.state.is_to_measure();
        if measured {
            self.measure();
        }
        self.pack() || measured
    }

    /// Packs the impulse into its origin, if that is wanted. Whatever comes meanwhile is done first.
    fn pack(&mut self) -> bool {
        let (Some(content), Some(Raw::File(decoded))) = (self.state.to_pack(), &self.products.raw)
        else {
            self.packing.stop();
            return false;
        };
        let Ports { inbox, signals, .. } = &self.ports;
        let cancel = || {
            signals.job.cancel.is_cancelled()
                || inbox.next_request() != Next::Nothing
                || inbox.has_shape()
        };
        let job = Job {
            cancel: &cancel,
            progress: &signals.job.progress,
        };
        match self.packing.go_on(content, decoded, &job) {
            Packed::NotYet => {}
            Packed::Done(packed) => self.apply(Event::Packed(packed)),
            Packed::Failed => self.apply(Event::NotPacked),
        }
        true
    }

    /// Finds out how large the copy is, or would be. Whatever is asked for meanwhile comes first.
    fn measure(&mut self) {
        let mut bytes = None;
        if let (Some(file), Some(Raw::File(decoded))) = (self.state.file(), &self.products.raw) {
            let Ports { inbox, signals, .. } = &self.ports;
            let cancel =
                || signals.job.cancel.is_cancelled() || inbox.next_request() != Next::Nothing;
            let job = Job {
                cancel: &cancel,
                progress: &signals.job.progress,
            };
            bytes = match measure(file, decoded, &job) {
                Err(ImpulseError::Cancelled) => return,
                bytes => bytes.ok().flatten(),
            };
        }
        self.apply(Event::Measured(bytes));
    }
}

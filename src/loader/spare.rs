//! One place for a recall that finds the queue of requests full. A project that was loaded must count, however much
//! else was asked for; only the newest does, so one place is enough. Not real-time.

use super::request::Request;

/// The newest recall that did not fit, and what it has overtaken.
#[derive(Debug, Default)]
pub(super) struct Spare {
    request: Option<Request>,
    /// The numbers of the recalls that were here before: nobody else will tell of them.
    overtaken: Vec<u64>,
}

impl Spare {
    /// Whether a recall waits here. Whatever is asked for after it must not overtake it.
    pub fn is_taken(&self) -> bool {
        self.request.is_some()
    }

    /// Puts a recall here in place of the one before, which is handed back.
    pub fn put(&mut self, request: Request) -> Option<Request> {
        let before = self.request.replace(request);
        if let Some(Request::Configure { generation, .. }) = &before {
            self.overtaken.push(*generation);
        }
        before
    }

    /// Takes it out, with the numbers of those that it has overtaken.
    pub fn take(&mut self) -> Option<(Request, Vec<u64>)> {
        let request = self.request.take()?;
        Some((request, std::mem::take(&mut self.overtaken)))
    }
}

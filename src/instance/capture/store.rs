//! What is played, and what was heard, block by block.

use crate::impulse::capture::Sweep;
use crate::impulse::decode::Audio;
use crate::processor::{CaptureBlock, StartCapture};

/// Fills blocks with the takes, and stores what comes home.
#[derive(Debug)]
pub(super) struct Store {
    sweep: Sweep,
    start: StartCapture,
    /// The first frame that is in no block yet.
    next: usize,
    heard: Vec<Vec<f32>>,
}

impl Store {
    /// Makes room for all that will be heard.
    ///
    /// # Errors
    /// When there is not enough memory.
    pub fn new(sweep: Sweep, start: StartCapture) -> Result<Self, String> {
        let mut heard = vec![Vec::new(); start.ways.inputs()];
        for row in &mut heard {
            row.try_reserve_exact(start.frames as usize)
                .map_err(|_| "there is not enough memory for the recording".to_owned())?;
        }
        Ok(Self {
            sweep,
            start,
            next: 0,
            heard,
        })
    }

    /// Fills a block with what comes next; false if there is no more.
    pub fn fill(&mut self, block: &mut CaptureBlock) -> bool {
        let size = block.rows[0].len();
        let count = size.min((self.start.frames as usize).saturating_sub(self.next));
        (block.number, block.frames, block.heard) = (self.start.number, count, 0);
        let period = self.sweep.frames();
        for (channel, row) in block.rows.iter_mut().enumerate() {
            let row = &mut row[..count];
            if channel >= self.sweep.channels() {
                row.fill(0.0);
                continue;
            }
            let (mut at, mut done) = (self.next, 0);
            while done < count {
                // A block may end one take and begin the next.
                let from = at % period;
                let part = (period - from).min(count - done);
                self.sweep.fill(channel, from, &mut row[done..done + part]);
                (at, done) = (at + part, done + part);
            }
        }
        self.next += count;
        count > 0
    }

    /// Stores what a block has heard.
    pub fn take(&mut self, block: &CaptureBlock) {
        if block.number != self.start.number {
            return;
        }
        for (heard, row) in self.heard.iter_mut().zip(&block.rows) {
            heard.extend_from_slice(row.get(..block.heard).unwrap_or_default());
        }
    }

    /// How many frames have been heard.
    pub fn frames(&self) -> usize {
        self.heard.first().map_or(0, Vec::len)
    }

    /// All that was heard, as a recording.
    pub fn into_recording(self) -> Audio {
        Audio {
            channels: self.heard,
            rate: self.start.rate,
            bits: None,
        }
    }
}

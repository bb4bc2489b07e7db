//! The audio half: plays a file from blocks that go round between it and the disk's worker.
//!
//! Real-time but for [`Streamer::new`]. It owns a fixed number of blocks. One is being heard, some
//! wait their turn, the rest are at the disk. Whenever one was heard to its end it is sent off to be
//! filled with what comes next; replies are looked at only when the next block is not at hand, and
//! then one for each callback.

use super::disk::{BLOCK_FRAMES, Block, Disk, ReadBlock};
use anteroom_exchange::{Client, Outcome, Priority, PushError, Request, Schedule};

/// What a callback can say about itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Callbacks so far in which the next block was not there: a gap was heard.
    pub starved: u64,
    /// Replies taken from the queue.
    pub replies: u64,
    /// Looks at the queue of replies.
    pub looks: u64,
    /// Reads that failed; a gap is heard instead.
    pub failed: u64,
}

/// What a streamer is at. The same command means different things in different states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Silent, and to stay so.
    Stopped,
    /// Silent until enough of what is to be heard first is there. That is no gap.
    Cueing,
    /// Heard; a block that is not there is a gap.
    Playing,
}

/// Plays one file. Silent until [`start`](Self::start).
pub struct Streamer {
    disk: Client<Disk>,
    /// The block being heard, and how far.
    current: Option<(Box<Block>, usize)>,
    /// Filled blocks, by the frame with which they begin.
    ready: Schedule<u64, Box<Block>>,
    /// Blocks that could not be sent; none, unless the worker is gone.
    idle: Vec<Box<Block>>,
    /// The frame with which the next block to be heard begins.
    next_heard: u64,
    /// The frame with which the next block to be asked for begins.
    next_asked: u64,
    /// Counts seeks: what was asked for before one is not heard after it.
    generation: u64,
    state: State,
    /// So many blocks are at hand before anything is heard: a single one may be heard to its end
    /// before the disk was as much as told of the next.
    cued: usize,
    counts: Counts,
}

impl Streamer {
    /// Not real-time: allocates `blocks` blocks. The client must allow as many requests.
    pub fn new(disk: Client<Disk>, blocks: usize) -> Self {
        Self {
            disk,
            current: None,
            ready: Schedule::new(blocks),
            idle: (0..blocks).map(|_| Block::new()).collect(),
            next_heard: 0,
            next_asked: 0,
            generation: 0,
            state: State::Stopped,
            cued: blocks.div_ceil(2),
            counts: Counts::default(),
        }
    }

    /// Asks for the first blocks.
    pub fn cue(&mut self) {
        while let Some(block) = self.idle.pop() {
            if !self.ask(block) {
                return;
            }
        }
    }

    /// Is heard as soon as it can be: at once, or when its first blocks are there. While it plays, it
    /// goes on playing.
    pub fn start(&mut self) {
        if self.state == State::Stopped {
            self.state = State::Cueing;
        }
    }

    /// Is silent, and stays where it is.
    pub fn stop(&mut self) {
        self.state = State::Stopped;
    }

    /// Goes on at another frame, from the beginning of its block: heard as soon as that and some more
    /// are there, if it was to be heard; otherwise it is only cued.
    pub fn seek(&mut self, frame: u64) {
        self.generation += 1;
        if self.state == State::Playing {
            self.state = State::Cueing;
        }
        self.next_heard = frame - frame % BLOCK_FRAMES as u64;
        self.next_asked = self.next_heard;
        // Those at the disk come back with the old generation, and are sent off again then.
        if let Some((block, _)) = self.current.take() {
            self.ask(block);
        }
        while let Some((_, block)) = self.ready.pop() {
            self.ask(block);
        }
    }

    /// Fills the callback's buffer.
    pub fn process(&mut self, output: &mut [f32]) {
        output.fill(0.0);
        if self.state == State::Stopped {
            return;
        }
        let mut looked = false;
        let mut filled = 0;
        while filled < output.len() {
            let Some((block, heard)) = &mut self.current else {
                if self.take_ready() || (!std::mem::replace(&mut looked, true) && self.look()) {
                    continue;
                }
                self.counts.starved += u64::from(self.state == State::Playing);
                return;
            };
            self.state = State::Playing;
            let there = &block.samples[*heard..];
            let count = there.len().min(output.len() - filled);
            output[filled..][..count].copy_from_slice(&there[..count]);
            filled += count;
            *heard += count;
            if *heard == BLOCK_FRAMES
                && let Some((block, _)) = self.current.take()
            {
                self.ask(block);
            }
        }
    }

    /// What it is at.
    pub fn state(&self) -> State {
        self.state
    }

    /// What happened so far.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Whether it could be heard now.
    pub fn is_cued(&mut self) -> bool {
        self.look();
        self.current.is_some() || self.is_ready()
    }

    /// Whether the next block is at hand, and if nothing is heard yet, enough of those after it.
    fn is_ready(&self) -> bool {
        let enough = self.state == State::Playing || self.ready.len() >= self.cued;
        enough && self.ready.next_key() == Some(&self.next_heard)
    }

    /// Makes the next block current, if it is at hand.
    fn take_ready(&mut self) -> bool {
        if !self.is_ready() {
            return false;
        }
        let Some((_, block)) = self.ready.pop() else {
            return false;
        };
        self.next_heard += BLOCK_FRAMES as u64;
        self.current = Some((block, 0));
        true
    }

    /// Takes at most one reply. Whether something came that is still wanted.
    fn look(&mut self) -> bool {
        self.counts.looks += 1;
        let Some(reply) = self.disk.reply() else {
            return false;
        };
        self.counts.replies += 1;
        let mut read = reply.command;
        if read.generation != self.generation {
            self.ask(read.block);
            return false;
        }
        if !matches!(reply.outcome, Outcome::Done(Ok(_))) {
            self.counts.failed += 1;
            read.block.samples.fill(0.0);
        }
        // There is a place for every block.
        if let Err(PushError::Full(block)) = self.ready.push(read.block.at, read.block) {
            self.idle.push(block);
        }
        true
    }

    /// Sends a block off to be filled with what comes next. The frame is the deadline, so what will
    /// be heard first is read first.
    fn ask(&mut self, mut block: Box<Block>) -> bool {
        block.at = self.next_asked;
        let request = Request::new(ReadBlock {
            block,
            generation: self.generation,
        });
        match self.disk.request(request.at(Priority(self.next_asked))) {
            Ok(_) => {
                self.next_asked += BLOCK_FRAMES as u64;
                true
            }
            Err(refused) => {
                // Room for all blocks was made, so this does not allocate.
                self.idle.push(refused.into_inner().block);
                false
            }
        }
    }
}

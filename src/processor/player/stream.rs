//! The player's blocks: asked for, at hand, heard. They go round: one that was heard is sent off to be filled with what
//! comes next. Audio thread, real-time, wait-free.
//!
//! A sound is cut into blocks from wherever it was aimed at, and they are numbered from there. Whoever aims anew counts
//! aims, so what was asked for before is known when it comes, and sent off again. The frame at which a block is due is the
//! priority with which it is read, so what is heard first is read first, and a seek before all that was to come later.
//!
//! Replies are taken only when what is at hand is not enough, at most once for each block there is.

use crate::audition::{Answer, Ask, BLOCK_FRAMES, BLOCKS, Block, ReadBlock, Reader, SoundId};
use crate::exchange::{Client, Key, Outcome, Pool, Priority, Request, Ticket};

/// What can be heard without a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AtHand {
    /// So many frames.
    pub frames: usize,
    /// Whether the sound ends with them.
    pub ends: bool,
}

/// Blocks of one sound from one place on.
#[derive(Debug)]
pub struct Stream {
    reader: Option<Client<Reader>>,
    /// Blocks at hand.
    held: Pool<Box<Block>>,
    /// Where each of them is in the pool, by its number modulo their count.
    line: [Option<Key>; BLOCKS],
    /// What was asked for, in the same order.
    tickets: [Option<Ticket>; BLOCKS],
    /// Blocks that are not asked for.
    #[expect(clippy::vec_box, reason = "a block travels in its box")]
    idle: Vec<Box<Block>>,
    sound: SoundId,
    rate: u32,
    looped: bool,
    /// Counts aims.
    aim: u32,
    /// The frame with which block 0 begins.
    first: u64,
    /// The block that is heard, and how far.
    number: u64,
    offset: usize,
    /// Where in the sound the next frame is and how long that is, while nothing is at hand.
    place: (u64, u64),
    /// So many blocks are at hand without a gap, from that one on.
    run: usize,
    /// The block that is asked for next.
    next_asked: u64,
    /// Whether the reader could not read on.
    failed: bool,
    /// The sample of the clock at which it was last looked: what deadlines are counted from.
    now: u64,
    replies: u64,
    looks: u64,
}

impl Stream {
    /// With all blocks idle. Not real-time: allocates. Without a reader it stays silent.
    pub fn new(reader: Option<Client<Reader>>) -> Self {
        Self {
            reader,
            held: Pool::new(BLOCKS),
            line: [None; BLOCKS],
            tickets: [None; BLOCKS],
            idle: (0..BLOCKS).map(|_| Box::default()).collect(),
            sound: SoundId::default(),
            rate: 0,
            looped: false,
            aim: 0,
            first: 0,
            number: 0,
            offset: 0,
            place: (0, 0),
            run: 0,
            next_asked: 0,
            failed: false,
            now: 0,
            replies: 0,
            looks: 0,
        }
    }

    /// Whether there is anybody to ask.
    pub fn has_reader(&self) -> bool {
        self.reader.is_some()
    }

    /// Whether the reader could not read on: nothing comes after what is at hand.
    pub fn has_failed(&self) -> bool {
        self.failed
    }

    /// Goes to a frame of a sound, and asks for all blocks from there on.
    pub fn aim(&mut self, (sound, frame): (SoundId, u64), (rate, looped): (u32, bool), now: u64) {
        self.rest();
        (self.sound, self.first) = (sound, frame);
        self.place = (frame, 0);
        (self.rate, self.looped) = (rate, looped);
        (self.number, self.offset, self.next_asked) = (0, 0, 0);
        self.now = now;
        while let Some(block) = self.idle.pop() {
            if !self.ask(block) {
                return;
            }
        }
    }

    /// Wants nothing any more. What was asked for comes back in its time.
    pub fn rest(&mut self) {
        self.aim = self.aim.wrapping_add(1);
        self.failed = false;
        self.run = 0;
        for ticket in &mut self.tickets {
            if let (Some(reader), Some(ticket)) = (&self.reader, ticket.take()) {
                reader.cancel(ticket);
            }
        }
        for place in &mut self.line {
            let block = place.take().and_then(|key| self.held.remove(key));
            // There is room for all of them.
            self.idle.extend(block);
        }
    }

    /// Takes replies until so many frames are at hand or there is none. `looped` is whether the sound is to begin again.
    pub fn look(&mut self, wanted: usize, looped: bool, now: u64) -> AtHand {
        self.now = now;
        self.looped = looped;
        let mut at_hand = self.at_hand();
        for _ in 0..BLOCKS {
            if at_hand.frames >= wanted || at_hand.ends {
                break;
            }
            self.looks += 1;
            if !self.take_reply() {
                break;
            }
            at_hand = self.at_hand();
        }
        at_hand
    }

    /// The next frame. There has to be one at hand.
    pub fn next(&mut self) -> [f32; 2] {
        let place = (self.number % BLOCKS as u64) as usize;
        let block = self.line[place].and_then(|key| self.held.get(key));
        let Some(block) = block else {
            return [0.0; 2];
        };
        let at = |row: &Vec<f32>| row.get(self.offset).copied().unwrap_or(0.0);
        let [left, right] = &block.samples;
        let frame = [at(left), at(right)];
        self.offset += 1;
        if self.offset >= BLOCK_FRAMES {
            self.turn(place);
        }
        frame
    }

    /// The block that was heard goes off again.
    fn turn(&mut self, place: usize) {
        self.place = self.position();
        let block = self.line[place]
            .take()
            .and_then(|key| self.held.remove(key));
        (self.number, self.offset) = (self.number + 1, 0);
        self.run = self.run.saturating_sub(1);
        if let Some(block) = block {
            self.ask(block);
        }
    }

    /// Where it is in the sound and how long that is, in frames; 0 if that is not known.
    pub fn position(&self) -> (u64, u64) {
        let place = (self.number % BLOCKS as u64) as usize;
        let block = self.line[place].and_then(|key| self.held.get(key));
        let Some(block) = block.filter(|_| self.run > 0) else {
            return self.place;
        };
        let length = block.length.unwrap_or(0);
        let at = block.place + self.offset as u64;
        let wrapped = if self.looped {
            at.checked_rem(length)
        } else {
            None
        };
        (wrapped.unwrap_or(at), length)
    }

    /// How many replies were taken, and how often it was looked for one.
    pub fn counts(&self) -> (u64, u64) {
        (self.replies, self.looks)
    }

    /// What can be heard without a gap.
    fn at_hand(&self) -> AtHand {
        for ahead in 0..self.run {
            let number = self.number + ahead as u64;
            let key = self.line[(number % BLOCKS as u64) as usize];
            let block = key.and_then(|key| self.held.get(key));
            // A sound that is looped ends only where it was read before it was.
            let ends_at =
                block.and_then(|block| block.ends_at.filter(|_| block.is_last || !self.looped));
            let frames = |end: usize| (ahead * BLOCK_FRAMES + end).saturating_sub(self.offset);
            match ends_at {
                // An end that was heard already: the sound has begun again.
                Some(end) if ahead == 0 && end < self.offset => {}
                Some(end) => {
                    return AtHand {
                        frames: frames(end),
                        ends: true,
                    };
                }
                None => {}
            }
        }
        AtHand {
            frames: (self.run * BLOCK_FRAMES).saturating_sub(self.offset),
            ends: false,
        }
    }

    /// Takes one reply, if there is one.
    fn take_reply(&mut self) -> bool {
        let Some(reply) = self.reader.as_mut().and_then(Client::reply) else {
            return false;
        };
        self.replies += 1;
        let read = match reply.command {
            Ask::Read(read) => read,
            other => {
                // Nobody else's replies come here. To drop one might free something.
                std::mem::forget(other);
                return true;
            }
        };
        let ReadBlock {
            block, aim, number, ..
        } = read;
        if aim != self.aim {
            // Of a former aim: to be filled anew.
            self.ask(block);
            return true;
        }
        let place = (number % BLOCKS as u64) as usize;
        self.tickets[place] = None;
        if !matches!(reply.outcome, Outcome::Done(Answer::Done)) {
            self.failed = true;
            self.idle.push(block);
            return true;
        }
        match self.held.insert(block) {
            Ok(key) => self.line[place] = Some(key),
            // There is a place for each block.
            Err(refused) => {
                let crate::exchange::PushError::Full(block) = refused;
                self.idle.push(block);
            }
        }
        while self.run < BLOCKS
            && self.line[((self.number + self.run as u64) % BLOCKS as u64) as usize].is_some()
        {
            self.run += 1;
        }
        true
    }

    /// Sends a block off to be filled with what comes next. Without success it is idle.
    fn ask(&mut self, block: Box<Block>) -> bool {
        let ahead = (self.next_asked - self.number) * BLOCK_FRAMES as u64;
        let due = self.now.saturating_add(ahead).saturating_add(1);
        let number = self.next_asked;
        let ask = Ask::Read(ReadBlock {
            block,
            sound: self.sound,
            at: self
                .first
                .saturating_add(number.saturating_mul(BLOCK_FRAMES as u64)),
            rate: self.rate,
            looped: self.looped,
            aim: self.aim,
            number,
        });
        let Some(reader) = self.reader.as_mut().filter(|_| !self.failed) else {
            return self.keep(ask);
        };
        match reader.request(Request::new(ask).at(Priority(due))) {
            Ok(ticket) => {
                self.tickets[(number % BLOCKS as u64) as usize] = Some(ticket);
                self.next_asked += 1;
                true
            }
            Err(refused) => {
                let ask = refused.into_inner();
                self.keep(ask)
            }
        }
    }

    fn keep(&mut self, ask: Ask) -> bool {
        match ask {
            // Room for all blocks was made, so this does not allocate.
            Ask::Read(read) => self.idle.push(read.block),
            other => std::mem::forget(other),
        }
        false
    }
}

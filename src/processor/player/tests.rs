//! The player with a reader that is stepped by hand, so that a disk is as late as a test wants it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{Player, PlayerWires};
use crate::audition::{
    Audition, BLOCKS, Content, FinishReason, ImpulseError, PlayerCommand, PlayerMix, PlayerReply,
    PlayerState, Reader, Recording, RefusalReason, SoundId, Timed, stepped,
};
use crate::exchange::{Consumer, Dirty, JobRunner, Producer, queue};
use crate::processor::message::Reply;

mod clicks;
mod states;
mod streaming;

const RATE: u32 = 48_000;

/// A recording that makes its samples: whatever a function says of the frame, at a rate, for so many frames.
struct Made {
    make: fn(u64) -> f32,
    rate: u32,
    frames: u64,
    /// Set when it is to fail.
    broken: Arc<AtomicBool>,
}

impl Recording for Made {
    fn name(&self) -> &str {
        "made"
    }

    fn rate(&self) -> u32 {
        self.rate
    }

    fn channels(&self) -> usize {
        2
    }

    fn frames(&self) -> Option<u64> {
        Some(self.frames)
    }

    fn read(
        &mut self,
        at: u64,
        count: usize,
        into: &mut [Vec<f32>],
    ) -> Result<usize, ImpulseError> {
        if self.broken.load(Ordering::Relaxed) {
            return Err(ImpulseError::Unreadable {
                name: "made".into(),
                reason: "the disk is gone".into(),
            });
        }
        let count = (self.frames.saturating_sub(at) as usize).min(count);
        for (channel, row) in into.iter_mut().enumerate() {
            let sign = if channel == 0 { 1.0 } else { -1.0 };
            row.extend((at..at + count as u64).map(|at| sign * (self.make)(at)));
        }
        Ok(count)
    }
}

/// A player, its reader, and a host.
struct Rig {
    player: Player,
    audition: Audition,
    reader: JobRunner<Reader>,
    replies: Consumer<Reply>,
    sender: Producer<Reply>,
    news: Arc<Dirty>,
    broken: Arc<AtomicBool>,
}

/// One that plays at full level.
const FULL: PlayerMix = PlayerMix {
    level_db: 0.0,
    instead: false,
    wet_only: false,
    looped: false,
};

impl Rig {
    fn new() -> Self {
        let (audition, client, reader) = stepped();
        let news = Arc::new(Dirty::new());
        let mut player = Player::new(Some(PlayerWires {
            reader: client,
            news: Arc::clone(&news),
        }));
        let (mut sender, replies) = queue(64);
        player.prepare(RATE as f32, 960, &mut sender);
        let mut rig = Self {
            player,
            audition,
            reader,
            replies,
            sender,
            news,
            broken: Arc::default(),
        };
        rig.obey(PlayerCommand::Mix(FULL));
        rig
    }

    fn obey(&mut self, command: PlayerCommand) {
        self.player.command(Timed::now(command), &mut self.sender);
    }

    fn open(&mut self, make: fn(u64) -> f32, rate: u32, frames: u64) -> SoundId {
        let made = Made {
            make,
            rate,
            frames,
            broken: Arc::clone(&self.broken),
        };
        let id = self.audition.open(Content::Recording(Box::new(made)));
        id.expect("room for an opening")
    }

    /// The reader does all that it was asked for.
    fn read(&mut self) {
        while self.reader.step() {}
    }

    /// A block of silence in, and what the player makes of it: left and right.
    fn block(&mut self, samples: usize) -> [Vec<f32>; 2] {
        self.block_of(&vec![0.0; samples])
    }

    fn block_of(&mut self, input: &[f32]) -> [Vec<f32>; 2] {
        let (mut left, mut right) = (input.to_vec(), input.to_vec());
        let mut start = 0;
        while start < input.len() {
            let end = (start + 512).min(input.len());
            let mut channels = [&mut left[start..end], &mut right[start..end]];
            self.player.process(&mut channels, &mut self.sender);
            start = end;
        }
        [left, right]
    }

    /// So many samples in blocks, with a reader that is never late: the left channel.
    fn play(&mut self, samples: usize, block: usize) -> Vec<f32> {
        let mut heard = Vec::new();
        while heard.len() < samples {
            self.read();
            let [left, _] = self.block(block.min(samples - heard.len()));
            heard.extend(left);
        }
        heard
    }

    fn said(&mut self) -> Vec<PlayerReply> {
        let mut said = Vec::new();
        while let Ok(Reply::Player(reply)) = self.replies.pop() {
            said.push(reply);
        }
        said
    }
}

/// Something that says at which frame it is: exact in a float.
fn ramp(at: u64) -> f32 {
    (at + 1) as f32 / (1 << 24) as f32
}

/// A sine of 1 kHz at 48 kHz.
fn sine(at: u64) -> f32 {
    (std::f64::consts::TAU * (at % 48) as f64 / 48.0).cos() as f32
}

/// The largest step from one sample to the next.
fn step(samples: &[f32]) -> f32 {
    let steps = samples.windows(2).map(|pair| (pair[1] - pair[0]).abs());
    steps.fold(0.0, f32::max)
}

//! What the processor hears of the editor, and what it tells. Audio thread, real-time, wait-free.

use super::message::{Command, Reply};
use super::{COMMANDS_PER_BLOCK, Processor};
use crate::exchange::drain;

impl Processor {
    /// Enters the time that the last block took, as a share of its duration; published with the
    /// next snapshot. Real-time, wait-free.
    pub fn record_load(&mut self, share: f32) {
        self.cpu.record(share);
        let snapshot = &mut self.snapshot;
        snapshot.load = share;
        snapshot.load_mean = self.cpu.mean;
        snapshot.load_worst = self.cpu.worst;
        snapshot.load_p99 = self.cpu.p99();
    }

    /// Reads the editor's commands, a bounded number.
    pub(super) fn handle_commands(&mut self) {
        for command in drain(&mut self.commands, COMMANDS_PER_BLOCK) {
            self.snapshot.commands += 1;
            match command {
                Command::Ping(number) => {
                    if self.replies.push(Reply::Pong(number)).is_err() {
                        self.snapshot.replies_lost += 1;
                    }
                }
                Command::Player(timed) => self.player.command(timed, &mut self.replies),
                Command::ClearTail => self.clear.set(0.0),
                Command::StartCapture(start) => self.recorder.start(start),
                Command::StopCapture { number, at } => self.recorder.stop(number, at),
                Command::ResetMeters => {
                    for meter in &mut self.meters {
                        meter.reset();
                    }
                    self.snapshot.repaired = 0;
                    self.cpu.reset();
                    self.player.reset_counts();
                    self.snapshot.load_worst = 0.0;
                    self.snapshot.load_p99 = 0.0;
                }
            }
        }
    }

    /// Publishes the snapshot of a block.
    pub(super) fn publish(&mut self) {
        let slots = self.slots.report();
        let tail = self.tail_samples();
        let snapshot = &mut self.snapshot;
        snapshot.blocks += 1;
        snapshot.input = self.meters[0].levels();
        snapshot.wet = self.meters[1].levels();
        snapshot.output = self.meters[2].levels();
        snapshot.ducked_db = self.ducker.reduction_db();
        snapshot.engines = slots.running;
        snapshot.waiting = slots.waiting;
        snapshot.swaps = slots.swaps;
        snapshot.generation = slots.generation;
        snapshot.tail = tail;
        snapshot.capture = self.recorder.report();
        snapshot.predelay = u32::try_from(self.predelay_samples).unwrap_or(u32::MAX);
        snapshot.player = self.player.report();
        *self.snapshots.input_buffer_mut() = self.snapshot;
        self.snapshots.publish();
    }
}

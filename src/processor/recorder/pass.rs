//! One pass of the recorder: what is heard is recorded, what was the plug-in's own is turned down, and the sweep is played.
//! Audio thread, real-time, wait-free.

use super::{CaptureEnd, CaptureState, PASS_SAMPLES, Recorder};

impl Recorder {
    /// Records the input of one pass, and has the sweep of that pass ready.
    pub fn hear(&mut self, input: &[&mut [f32]]) {
        let samples = input.first().map_or(0, |row| row.len()).min(PASS_SAMPLES);
        let moves = matches!(
            self.report.state,
            CaptureState::Playing | CaptureState::Stopping
        );
        let mut done = 0;
        while moves && done < samples && self.frames_left() > 0 && self.has_block() {
            let Some(block) = &mut self.current else {
                break;
            };
            let there = block.frames.min(block.rows[0].len());
            let count = there.saturating_sub(self.played).min(samples - done);
            let (from, to) = (self.played, self.played + count);
            for (channel, (row, sweep)) in block.rows.iter_mut().zip(&mut self.sweep).enumerate() {
                sweep[done..done + count].copy_from_slice(&row[from..to]);
                match input.get(channel) {
                    Some(heard) => row[from..to].copy_from_slice(&heard[done..done + count]),
                    None => row[from..to].fill(0.0),
                }
            }
            self.played = to;
            done += count;
            self.report.position += count as u64;
            if to == there {
                self.send_home();
            }
        }
        if self.report.state == CaptureState::Playing && done < samples && self.frames_left() > 0 {
            self.end(CaptureEnd::Late);
        }
        for (sweep, last) in self.sweep.iter_mut().zip(&mut self.last) {
            if done > 0 {
                *last = sweep[done - 1];
            }
            sweep[done..samples].fill(*last);
        }
    }

    /// Turns down what the plug-in hears, as [`play`](Self::play) does with what it says in the same pass.
    pub fn mute(&self, rows: &mut [&mut [f32]]) {
        if self.own.rests_on(0.0) {
            rows.iter_mut().for_each(|row| row.fill(0.0));
            return;
        }
        for row in rows {
            let mut own = self.own;
            row.iter_mut().for_each(|sample| *sample *= own.next());
        }
    }

    /// Puts the sweep of the pass in the place of the plug-in's own sound, and moves on to the next pass.
    pub fn play(&mut self, output: &mut [&mut [f32]]) {
        let samples = output.first().map_or(0, |row| row.len());
        self.report.clock += samples as u64;
        if self.is_idle() {
            return;
        }
        for (row, sweep) in output.iter_mut().zip(&self.sweep) {
            let (mut own, mut gain) = (self.own, self.gain);
            for (sample, sweep) in row.iter_mut().zip(sweep) {
                *sample = *sample * own.next() + sweep * gain.next();
            }
        }
        self.own.advance(samples as u32);
        self.gain.advance(samples as u32);
    }
}

//! The sound path over one pass: from the input to the output, in the order of the [diagram](super). Audio thread,
//! real-time, wait-free.

use super::key::Sidechain;
use super::meter::Meter;
use super::{Processor, input_sanitizer};

impl Processor {
    /// One pass of at most [`PASS_SAMPLES`](super::PASS_SAMPLES) over the sound path.
    pub(super) fn pass(&mut self, channels: &mut [&mut [f32]], sidechain: Sidechain<'_>) {
        let samples = channels.first().map_or(0, |block| block.len());
        let inputs = self.layout.inputs();
        for block in channels.iter_mut().take(inputs) {
            self.snapshot.repaired += u64::from(input_sanitizer::repair(block));
        }
        if !self.recorder.is_idle() {
            // What comes in, and nothing that is played into it.
            self.recorder.hear(&channels[..inputs]);
        }
        self.player
            .process(&mut channels[..inputs], &mut self.replies);
        // A mono input reaches both outputs dry.
        if let ([left, right], 1) = (&mut *channels, inputs) {
            right.copy_from_slice(left);
        }
        for (feed, block) in self.feed.iter_mut().zip(channels.iter()) {
            feed[..samples].copy_from_slice(block);
        }
        let [left, right] = &mut self.feed;
        let mut feed = [&mut left[..samples], &mut right[..samples]];
        read(&mut self.meters[0], &feed, inputs);
        if !self.recorder.is_idle() {
            self.recorder.mute(&mut feed);
            self.recorder.mute(channels);
        }
        self.silence.read_input(&feed[..inputs]);
        self.predelay.process(&mut feed[..inputs]);

        let outputs = channels.len();
        let [left, right] = &mut self.wet;
        let mut wet = [&mut left[..samples], &mut right[..samples]];
        let wet = &mut wet[..outputs];
        let [left, right] = &feed;
        self.slots.process(&[&**left, &**right][..inputs], wet);
        self.freeze.process(wet);
        self.cuts.process(wet);
        self.equalizer.process(wet);
        self.fade_for_clearing(samples);
        self.duck(&channels[..inputs], sidechain, samples);
        let [left, right] = &mut self.wet;
        let mut wet = [&mut left[..samples], &mut right[..samples]];
        let wet = &mut wet[..outputs];
        self.mixer.widen(wet);
        read(&mut self.meters[1], wet, outputs);
        self.silence.read_wet(wet);
        self.player.mute_dry(channels);
        match &*wet {
            [left, right] => {
                self.wet_samples.write(&[&**left, &**right]);
                self.mixer.mix(channels, &[&**left, &**right]);
            }
            [mono] => {
                self.wet_samples.write(&[&**mono]);
                self.mixer.mix(channels, &[&**mono]);
            }
            _ => {}
        }
        self.recorder.play(channels);
        read(&mut self.meters[2], channels, outputs);
    }

    /// Turns the wet signal down by the key, which is the dry signal or the sidechain.
    fn duck(&mut self, dry: &[&mut [f32]], sidechain: Sidechain<'_>, samples: usize) {
        let [left, right] = &mut self.wet;
        let mut wet = [&mut left[..samples], &mut right[..samples]];
        let wet = &mut wet[..self.layout.outputs()];
        if !self.key.is_sidechain() || self.ducker.is_off() {
            self.key.skip();
            self.ducker.process(dry, wet);
        } else {
            self.snapshot.repaired += u64::from(self.key.read(sidechain, samples));
            self.ducker.process(&self.key.channels(samples), wet);
        }
    }

    /// Fades the wet signal out for a tail that is to be cleared, forgets it, and fades in again.
    fn fade_for_clearing(&mut self, samples: usize) {
        if self.clear.rests_on(1.0) {
            return;
        }
        let start = self.clear;
        for block in &mut self.wet {
            self.clear = start;
            for sample in &mut block[..samples] {
                *sample *= self.clear.next();
            }
        }
        if self.clear.rests_on(0.0) {
            self.slots.clear();
            self.predelay.reset(self.predelay_samples);
            self.freeze.clear();
            self.clear.set(1.0);
        }
    }
}

/// Reads up to two channels into a meter.
fn read(meter: &mut Meter, channels: &[&mut [f32]], count: usize) {
    match channels {
        [left, right, ..] if count == 2 => meter.read(&[left, right]),
        [mono, ..] => meter.read(&[mono]),
        [] => {}
    }
}

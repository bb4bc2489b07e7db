//! The recorder at the ends of its wires: what is played and recorded at which frame, every command in every state, and
//! every way to end.

use super::*;

mod endings;

const RATE: u32 = 48_000;
/// 20 ms.
const FADE: usize = 960;

/// A recorder and the other ends of its wires.
struct Bench {
    recorder: Recorder,
    ends: CaptureEnds,
    clock: u64,
    size: usize,
    bypassed: bool,
    /// What came home, by frames.
    home: [Vec<f32>; 2],
    /// What was put out, per channel.
    output: [Vec<f32>; 2],
}

/// What the plug-in itself would put out.
const OWN: f32 = 0.25;

/// What comes in at a frame of the clock.
fn input(channel: usize, frame: u64) -> f32 {
    ((frame * 7 + channel as u64 * 3) % 1000) as f32 / 1000.0 + 0.001
}

/// What is played at a frame of the sweep: no two alike, and slow.
fn sweep(channel: usize, frame: u64) -> f32 {
    (frame as f32 * 0.01 + channel as f32).sin() * 0.5
}

impl Bench {
    fn new(size: usize) -> Self {
        let (wires, ends) = CaptureWires::new();
        let mut recorder = Recorder::new(wires);
        recorder.prepare(RATE as f32, Layout::Stereo);
        Self {
            recorder,
            ends,
            clock: 0,
            size,
            bypassed: false,
            home: [Vec::new(), Vec::new()],
            output: [Vec::new(), Vec::new()],
        }
    }

    /// Links blocks of a capture from a frame on, as many as there are credits.
    fn link(&mut self, number: u32, next: &mut u64, frames: u32) {
        while *next < u64::from(frames) {
            let mut block = CaptureBlock::new(self.size);
            block.number = number;
            block.frames = self.size.min((u64::from(frames) - *next) as usize);
            for (channel, row) in block.rows.iter_mut().enumerate() {
                for (frame, sample) in (*next..).zip(row) {
                    *sample = sweep(channel, frame);
                }
            }
            let count = block.frames as u64;
            if self.ends.blocks.link(Box::new(block)).is_err() {
                return;
            }
            *next += count;
        }
    }

    fn start(&mut self, number: u32, frames: u32, at: u64) {
        self.ends.permits.write(number);
        self.recorder.start(StartCapture {
            number,
            rate: RATE,
            frames,
            at,
            ways: CaptureWays::TrueStereo,
        });
    }

    /// Processes a block as the processor does.
    fn block(&mut self, samples: usize) {
        self.recorder.watch(self.bypassed);
        let mut start = 0;
        while start < samples {
            self.recorder.turn();
            let end = samples
                .min(start + PASS_SAMPLES)
                .min(start.saturating_add(self.recorder.until_due()));
            let row = |channel: usize| -> Vec<f32> {
                (0..end - start)
                    .map(|at| input(channel, self.clock + at as u64))
                    .collect()
            };
            let mut heard = [row(0), row(1)];
            let mut own = [vec![OWN; end - start], vec![OWN; end - start]];
            if !self.recorder.is_idle() {
                let [left, right] = &mut heard;
                self.recorder.hear(&[left, right]);
            }
            let [left, right] = &mut own;
            self.recorder.play(&mut [left, right]);
            for (all, new) in self.output.iter_mut().zip(own) {
                all.extend(new);
            }
            self.clock += (end - start) as u64;
            start = end;
        }
        while let Some(block) = self.ends.blocks.reclaim() {
            for (home, row) in self.home.iter_mut().zip(&block.rows) {
                home.extend_from_slice(&row[..block.heard]);
            }
        }
    }

    fn state(&self) -> CaptureState {
        self.recorder.report().state
    }

    fn reply(&mut self) -> Option<CaptureReply> {
        self.ends.replies.pop().ok()
    }

    /// How it ended; it must have begun.
    fn end(&mut self) -> CaptureEnd {
        let started = self.reply();
        assert!(
            matches!(started, Some(CaptureReply::Started { .. })),
            "{started:?}"
        );
        match self.reply() {
            Some(CaptureReply::Finished { end, .. }) => end,
            other => panic!("{other:?}"),
        }
    }

    /// The largest step from one sample of the output to the next.
    fn largest_step(&self) -> f32 {
        let steps = |row: &Vec<f32>| -> f32 {
            row.windows(2)
                .map(|pair| (pair[1] - pair[0]).abs())
                .fold(0.0, f32::max)
        };
        self.output.iter().map(steps).fold(0.0, f32::max)
    }
}

/// One that is in the middle of a sweep.
fn playing(frames: u32) -> (Bench, u64) {
    let mut bench = Bench::new(512);
    let mut next = 0;
    bench.link(1, &mut next, frames);
    bench.start(1, frames, 0);
    for _ in 0..8 {
        bench.block(500);
        bench.link(1, &mut next, frames);
    }
    assert_eq!(bench.state(), CaptureState::Playing);
    (bench, next)
}

#[test]
fn every_frame_is_played_and_recorded_once_and_at_its_time_however_blocks_are_cut() {
    const FRAMES: u32 = 30_000;
    const AT: u64 = 5_000;
    let mut all: Vec<[Vec<f32>; 2]> = Vec::new();
    for sizes in [&[8192][..], &[1, 2, 3, 1000, 511, 513, 64], &[512], &[37]] {
        let mut bench = Bench::new(700);
        let mut next = 0;
        bench.link(7, &mut next, FRAMES);
        bench.start(7, FRAMES, AT);
        let mut sizes = sizes.iter().cycle();
        while bench.clock < AT + u64::from(FRAMES) + 2 * FADE as u64 + 8192 {
            bench.block(*sizes.next().expect("endless"));
            bench.link(7, &mut next, FRAMES);
        }
        assert_eq!(
            bench.reply(),
            Some(CaptureReply::Started { number: 7, at: AT })
        );
        let finished = CaptureReply::Finished {
            number: 7,
            frames: u64::from(FRAMES),
            end: CaptureEnd::Complete,
        };
        assert_eq!(bench.reply(), Some(finished));
        assert_eq!(bench.ends.blocks.in_flight(), 0, "all blocks are home");
        for channel in 0..2 {
            let heard = &bench.home[channel];
            assert_eq!(heard.len(), FRAMES as usize);
            for (frame, sample) in heard.iter().enumerate() {
                assert_eq!(*sample, input(channel, AT + frame as u64), "{frame}");
            }
            let output = &bench.output[channel];
            // After the fade it is the sweep alone, bit for bit.
            for frame in FADE as u64..u64::from(FRAMES) {
                let sample = output[(AT + frame) as usize];
                assert_eq!(sample, sweep(channel, frame), "{frame}");
            }
            // Before and after it is the plug-in's own sound.
            let own = [output[0], output[output.len() - 1]];
            assert!((own[0] - OWN).abs() < 0.001 && own[1] == OWN, "{own:?}");
        }
        let common = (AT as usize) + FRAMES as usize + 2 * FADE;
        let cut = bench.output.map(|mut row| {
            row.truncate(common);
            row
        });
        all.push(cut);
    }
    assert!(all.windows(2).all(|pair| pair[0] == pair[1]));
}

#[test]
fn a_command_means_what_the_state_makes_of_it() {
    // (the state, what a start answers, whether a stop ends it)
    let idle = || Bench::new(512);
    let waiting = || {
        let mut bench = Bench::new(512);
        bench.link(1, &mut 0, 20_000);
        bench.start(1, 20_000, 4_000);
        bench.block(100);
        bench
    };
    let stopping = || {
        let (mut bench, _) = playing(30_000);
        bench.recorder.stop(1, 0);
        bench
    };
    let started = |reply: Option<CaptureReply>| matches!(reply, Some(CaptureReply::Started { .. }));
    let busy = |reply| {
        reply
            == Some(CaptureReply::Refused {
                number: 2,
                reason: CaptureRefusal::Busy,
            })
    };
    let mut bench = idle();
    bench.recorder.stop(0, 0);
    assert_eq!((bench.state(), bench.reply()), (CaptureState::Idle, None));
    bench.start(2, 100, 0);
    assert!(started(bench.reply()));
    for (mut bench, state, after) in [
        (waiting(), CaptureState::Waiting, CaptureState::Stopping),
        (
            playing(30_000).0,
            CaptureState::Playing,
            CaptureState::Stopping,
        ),
        (stopping(), CaptureState::Stopping, CaptureState::Stopping),
    ] {
        assert_eq!(bench.state(), state);
        assert!(started(bench.reply()));
        bench.start(2, 100, 0);
        assert!(busy(bench.reply()), "{state:?}");
        bench.ends.permits.write(1);
        // Of another number nothing is stopped.
        bench.recorder.stop(3, 0);
        assert_eq!(bench.state(), state);
        bench.recorder.stop(1, 0);
        assert_eq!(bench.state(), after, "{state:?}");
        bench.block(3_000);
        let end = CaptureEnd::Stopped;
        let finished = bench.reply();
        assert!(
            matches!(finished, Some(CaptureReply::Finished { end: found, .. }) if found == end),
            "{finished:?}"
        );
        assert_eq!(bench.state(), CaptureState::Idle);
    }
}

#[test]
fn what_can_not_be_is_refused_in_words_of_its_own() {
    let refused = |change: &dyn Fn(&mut Bench), start: StartCapture| {
        let mut bench = Bench::new(512);
        bench.ends.permits.write(1);
        change(&mut bench);
        bench.recorder.start(start);
        assert_eq!(bench.state(), CaptureState::Idle);
        match bench.reply() {
            Some(CaptureReply::Refused { number: 1, reason }) => reason,
            other => panic!("{other:?}"),
        }
    };
    let good = StartCapture {
        number: 1,
        rate: RATE,
        frames: 1_000,
        at: 0,
        ways: CaptureWays::TrueStereo,
    };
    let nothing = |_: &mut Bench| ();
    assert_eq!(
        refused(&|bench| bench.recorder.set_offline(true), good),
        CaptureRefusal::Offline
    );
    assert_eq!(
        refused(&|bench| bench.ends.permits.write(0), good),
        CaptureRefusal::Withdrawn
    );
    let other = StartCapture {
        rate: 44_100,
        ..good
    };
    assert_eq!(refused(&nothing, other), CaptureRefusal::Rate);
    let mono = |bench: &mut Bench| bench.recorder.prepare(RATE as f32, Layout::Mono);
    assert_eq!(refused(&mono, good), CaptureRefusal::Channels);
    let late = StartCapture {
        at: u64::MAX,
        ..good
    };
    assert_eq!(refused(&nothing, late), CaptureRefusal::TooLate);
}

#[test]
fn a_stop_has_its_sample_too() {
    let outputs = [[100, 4000], [1700, 31]].map(|sizes| {
        let (mut bench, mut next) = playing(60_000);
        bench.recorder.stop(1, 9_999);
        for size in sizes.into_iter().cycle().take(40) {
            bench.block(size);
            bench.link(1, &mut next, 60_000);
        }
        assert_eq!(bench.end(), CaptureEnd::Stopped);
        let mut output = bench.output[0].clone();
        output.truncate(12_000);
        output
    });
    assert!(outputs[0] == outputs[1]);
    // The last sample before it is the sweep, the first after it is less.
    let at = |sample: usize| sweep(0, sample as u64 - FADE as u64);
    assert_eq!(outputs[0][9_998], at(9_998));
    assert_ne!(outputs[0][10_100], at(10_100));
}

#[test]
fn blocks_of_an_older_capture_are_not_played() {
    let mut bench = Bench::new(512);
    bench.link(1, &mut 0, 1_024);
    let mut next = 0;
    bench.link(2, &mut next, 4_000);
    bench.start(2, 4_000, 0);
    for _ in 0..20 {
        bench.block(500);
    }
    assert_eq!(bench.end(), CaptureEnd::Complete);
    assert_eq!(bench.output[0][2 * FADE], sweep(0, FADE as u64));
    assert_eq!(bench.home[0].len(), 4_000, "the strays have heard nothing");
}

#[test]
fn what_a_microphone_hears_is_not_in_the_reverb() {
    let (bench, _) = playing(60_000);
    let mut row = vec![1.0; 64];
    bench.recorder.mute(&mut [&mut row]);
    assert!(row.iter().all(|sample| *sample == 0.0));
    // And comes back without a step.
    let (mut bench, _) = playing(60_000);
    bench.recorder.stop(1, 0);
    let mut row = vec![1.0; PASS_SAMPLES];
    bench.recorder.mute(&mut [&mut row]);
    assert!(row[0] < 0.01 && row[PASS_SAMPLES - 1] > 0.4);
    assert!(row.windows(2).all(|pair| pair[1] >= pair[0]));
}

#[test]
fn replies_that_nobody_reads_are_counted() {
    let mut bench = Bench::new(512);
    for _ in 0..100 {
        bench.recorder.start(StartCapture::default());
    }
    assert!(bench.recorder.report().replies_lost > 0);
}

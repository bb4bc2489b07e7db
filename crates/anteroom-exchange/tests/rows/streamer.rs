//! The streamer of the examples, on a small file and with a disk that is stepped by hand.

#[path = "../../examples/disk_scheduler/disk.rs"]
pub mod disk;
#[path = "../../examples/disk_scheduler/streamer.rs"]
#[allow(clippy::module_inception, reason = "it is the example's name")]
pub mod streamer;

use crate::support::allocations::{Calls, counted, forbidden};
use anteroom_exchange::{JobRunner, Worker};
use disk::{BLOCK_FRAMES, Disk};
use std::io::Write;
use streamer::{State, Streamer};

pub const BLOCKS_IN_FILE: usize = 64;

/// Frame `n` of the file is `n`.
pub fn streaming(blocks: usize) -> (Streamer, JobRunner<Disk>, Worker<Disk>) {
    let mut file = tempfile::tempfile().expect("a place for a file");
    for frame in 0..BLOCKS_IN_FILE * BLOCK_FRAMES {
        file.write_all(&(frame as f32).to_le_bytes()).unwrap();
    }
    let (worker, job_runner) = Worker::with_runner(Disk::new(file));
    let streamer = Streamer::new(worker.client(blocks), blocks);
    (streamer, job_runner, worker)
}

pub fn plays_a_file_from_a_fixed_number_of_blocks() {
    let (mut streamer, mut job_runner, _worker) = streaming(4);
    streamer.cue();
    while job_runner.step() {}
    assert!((0..4).any(|_| streamer.is_cued()), "a look for each block");
    streamer.start();
    let mut at = 0;
    let mut output = [0.0; 64];
    while at < BLOCKS_IN_FILE * BLOCK_FRAMES {
        let ((), calls) = counted(|| streamer.process(&mut output));
        assert_eq!(calls, Calls::default());
        assert!(output.iter().zip(at..).all(|(x, frame)| *x == frame as f32));
        at += output.len();
        job_runner.step();
    }
    assert_eq!(streamer.counts().starved, 0);

    // A disk that stands still: reported, not waited for; and when it goes on, so does the stream.
    streamer.seek(0);
    let mut silent = 0;
    for callback in 0..2000 {
        streamer.process(&mut output);
        silent += u64::from(output == [0.0; 64]);
        if !(500..1500).contains(&callback) {
            job_runner.step();
        }
    }
    let starved = streamer.counts().starved;
    assert!(starved > 500 && silent >= starved, "{starved} of {silent}");
    assert!(output != [0.0; 64], "it never recovered");
}

/// The same command means different things in the states of a streamer.
pub fn one_command_in_every_state() {
    let table = [
        (State::Stopped, State::Cueing),
        (State::Cueing, State::Cueing),
        (State::Playing, State::Playing),
    ];
    for (state, after) in table {
        let (mut streamer, mut job_runner, _worker) = streaming(2);
        let mut output = [0.0; 64];
        if state != State::Stopped {
            streamer.cue();
            streamer.start();
        }
        if state == State::Playing {
            while job_runner.step() {}
            streamer.process(&mut output);
        }
        assert_eq!(streamer.state(), state);
        streamer.start();
        assert_eq!(streamer.state(), after);
        streamer.seek(0);
        assert_eq!(streamer.state(), State::Cueing, "a seek is cued first");
        streamer.stop();
        streamer.seek(0);
        assert_eq!(streamer.state(), State::Stopped, "and stays stopped");
    }
}

/// What was asked for before a seek is not heard after it, in whatever order it comes.
pub fn stale_blocks_are_not_heard() {
    let (mut streamer, mut job_runner, _worker) = streaming(4);
    streamer.cue();
    streamer.start();
    job_runner.step();
    job_runner.step();
    let target = 20 * BLOCK_FRAMES;
    streamer.seek(target as u64);
    let mut output = [0.0; 64];
    let mut at = target;
    for _ in 0..1000 {
        streamer.process(&mut output);
        if streamer.state() == State::Playing {
            assert!(output.iter().zip(at..).all(|(x, frame)| *x == frame as f32));
            at += output.len();
        } else {
            assert_eq!(output, [0.0; 64]);
        }
        job_runner.step();
    }
    assert!(at > target);
}

pub fn a_consumer_asks_when_it_has_finished_one() {
    let (mut streamer, mut job_runner, _worker) = streaming(4);
    streamer.cue();
    streamer.start();
    let mut output = [0.0; 64];
    let mut last = streamer.counts();
    for callback in 0..2000 {
        // The disk is sometimes quick and sometimes not.
        if callback % 7 == 0 {
            while job_runner.step() {}
        }
        forbidden(|| streamer.process(&mut output));
        let counts = streamer.counts();
        assert!(counts.looks - last.looks <= 1, "looked more than once");
        assert!(counts.replies - last.replies <= 1, "took more than one");
        last = counts;
    }
    // 64 callbacks to a block: it looks when its own are used up, and not otherwise.
    assert!(last.looks < 200, "{} looks", last.looks);
    assert!(last.replies >= 2000 / 64);
}

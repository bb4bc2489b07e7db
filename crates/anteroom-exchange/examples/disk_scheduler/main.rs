//! Two clients and one disk: a callback that plays a long file in blocks of 64 frames, and a file
//! browser that wants a picture of all of it, both served by one worker in the order of urgency.
//!
//! ```text
//! cargo run --release --package anteroom-exchange --example disk_scheduler [-- MINUTES SPEED]
//! ```
//!
//! The file is made first, so that every sample that is heard can be checked. The callback makes no
//! system call: its requests are found by the process's waker. Each request names the queue on which
//! its result is wanted, by the client that sends it; buffers go round and are never allocated again.
//!
//! After a seek it is silent until half of its blocks are there: with the first one alone it would depend
//! on the next waker being in time.

mod disk;
mod streamer;

use anteroom_exchange::{Outcome, Priority, Request, WakingClient, Worker};
use disk::{BLOCK_FRAMES, Block, Disk, ReadBlock};
use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::thread;
use std::time::{Duration, Instant};
use streamer::{State, Streamer};

const RATE: u64 = 48_000;
const CALLBACK_FRAMES: usize = 64;
/// 2.7 s of audio, less than a megabyte.
const BLOCKS: usize = 32;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let minutes: u64 = arguments.next().map_or(Ok(4), |word| word.parse())?;
    let speed: f64 = arguments.next().map_or(Ok(8.0), |word| word.parse())?;
    let frames = minutes * 60 * RATE;
    println!(
        "{minutes} minutes in callbacks of {CALLBACK_FRAMES} frames, at {speed} times real time"
    );

    let path = std::env::temp_dir().join(format!("anteroom-disk-{}.f32", std::process::id()));
    make_file(&path, frames)?;
    let result = play(&path, frames, speed);
    std::fs::remove_file(&path)?;
    result
}

/// What frame `n` of the file is: exact in a float, and different all through a minute.
fn sample_at(frame: u64) -> f32 {
    (frame % (1 << 23)) as f32
}

fn make_file(path: &std::path::Path, frames: u64) -> Result<(), Box<dyn Error>> {
    let mut file = BufWriter::new(File::create(path)?);
    for frame in 0..frames {
        file.write_all(&sample_at(frame).to_le_bytes())?;
    }
    file.flush()?;
    Ok(())
}

fn play(path: &std::path::Path, frames: u64, speed: f64) -> Result<(), Box<dyn Error>> {
    let worker = Worker::spawn("disk", Disk::new(File::open(path)?))?;
    let mut streamer = Streamer::new(worker.client(BLOCKS), BLOCKS);
    let browser = worker.waking_client(4);
    worker.set_active(true);

    streamer.cue();
    worker.wake();
    while !streamer.is_cued() {
        thread::yield_now();
    }
    let browse = thread::spawn(move || picture(browser, frames));
    let audio = thread::Builder::new().name("audio".into());
    let audio = audio.spawn(move || callbacks(streamer, frames, speed))?;

    let played = audio.join().map_err(|_| "the audio thread panicked")?;
    let peaks = browse.join().map_err(|_| "the browser panicked")?;
    worker.set_active(false);

    let counts = played.streamer.counts();
    println!(
        "audio:   {} callbacks, {} late, {} wrong samples, worst callback {:.1} us of {:.0} us",
        played.callbacks,
        counts.starved,
        played.wrong,
        played.worst.as_secs_f64() * 1e6,
        CALLBACK_FRAMES as f64 / RATE as f64 * 1e6,
    );
    println!(
        "audio:   {} replies taken in {} looks, {} blocks all told",
        counts.replies, counts.looks, BLOCKS
    );
    println!(
        "browser: {} blocks read between them, highest sample {}",
        peaks.len(),
        peaks.iter().fold(0.0_f32, |a, b| a.max(*b))
    );
    if counts.starved + counts.failed + played.wrong > 0 {
        return Err("the stream had gaps".into());
    }
    println!("not one late block");
    Ok(())
}

struct Played {
    streamer: Streamer,
    callbacks: u64,
    wrong: u64,
    worst: Duration,
}

/// What a sound card does: asks for the next 64 frames, each time that so much time has passed.
fn callbacks(mut streamer: Streamer, frames: u64, speed: f64) -> Played {
    let start = Instant::now();
    let (mut wrong, mut callbacks, mut worst) = (0, 0, Duration::ZERO);
    let mut output = [0.0; CALLBACK_FRAMES];
    let mut at = 0;
    // All of it, and then the first ten seconds once more.
    let total = (frames + 10 * RATE) / CALLBACK_FRAMES as u64;
    streamer.start();
    while callbacks < total {
        let due = start.elapsed().as_secs_f64() * speed * RATE as f64 / CALLBACK_FRAMES as f64;
        while callbacks < total.min(due as u64) {
            callbacks += 1;
            let begin = Instant::now();
            if at >= frames {
                streamer.seek(0);
                at = 0;
            }
            streamer.process(&mut output);
            worst = worst.max(begin.elapsed());
            if streamer.state() == State::Cueing {
                // Silent between the seek and its first blocks.
                continue;
            }
            // Behind its end the file is silent.
            let expected = (at..).map(|frame| match frame < frames {
                true => sample_at(frame),
                false => 0.0,
            });
            let bad = output.iter().zip(expected).filter(|(a, b)| *a != b);
            wrong += bad.count() as u64;
            at += CALLBACK_FRAMES as u64;
        }
        thread::sleep(Duration::from_millis(1));
    }
    streamer.stop();
    Played {
        streamer,
        callbacks,
        wrong,
        worst,
    }
}

/// What a file browser does: reads everything once, when the disk has nothing better to do.
fn picture(mut disk: WakingClient<Disk>, frames: u64) -> Vec<f32> {
    let count = frames.div_ceil(BLOCK_FRAMES as u64);
    let mut peaks = Vec::new();
    let mut next = 0;
    let mut idle = vec![Block::new(), Block::new()];
    while (peaks.len() as u64) < count {
        while next < count
            && let Some(mut block) = idle.pop()
        {
            block.at = next * BLOCK_FRAMES as u64;
            next += 1;
            let read = ReadBlock {
                block,
                generation: 0,
            };
            // Two requests, four places: there is room. A worker that has gone ends the picture.
            if disk.request(Request::new(read).at(Priority::IDLE)).is_err() {
                return peaks;
            }
        }
        match disk.reply() {
            Some(reply) => {
                if let Outcome::Done(Ok(_)) = reply.outcome {
                    let samples = &reply.command.block.samples;
                    peaks.push(samples.iter().fold(0.0, |a: f32, b| a.max(b.abs())));
                }
                idle.push(reply.command.block);
            }
            None => thread::sleep(Duration::from_micros(200)),
        }
    }
    peaks
}

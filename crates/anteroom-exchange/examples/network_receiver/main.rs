//! A socket's thread, a queue of packets of any length, and a callback that decodes them.
//!
//! ```text
//! cargo run --package anteroom-exchange --example network_receiver [-- SECONDS]
//! ```
//!
//! A sender in this process plays a chord over a bad network on the loopback. What is heard is compared
//! with what was sent: equal where packets came in time, concealed where not. To hear another sender:
//! `ffmpeg -re -i FILE -c:a pcm_s16be -ar 48000 -ac 2 -f rtp rtp://127.0.0.1:PORT`.

mod receiver;
mod sender;
mod socket;

use receiver::{Encoding, Receiver};
use sender::{Network, PACKET_FRAMES};
use std::error::Error;
use std::time::{Duration, Instant};

const CHANNELS: usize = 2;
const RATE: f64 = 48_000.0;
const CALLBACK_FRAMES: usize = 64;

fn main() -> Result<(), Box<dyn Error>> {
    let seconds: f64 = std::env::args()
        .nth(1)
        .map_or(Ok(3.0), |word| word.parse())?;
    for encoding in [Encoding::L16, Encoding::L24] {
        run(encoding, seconds)?;
    }
    Ok(())
}

fn run(encoding: Encoding, seconds: f64) -> Result<(), Box<dyn Error>> {
    let chord: Vec<f32> = (0..(seconds * RATE) as usize)
        .flat_map(|frame| {
            let tone = |hertz: f64| (frame as f64 * hertz / RATE * std::f64::consts::TAU).sin();
            [tone(220.0) + tone(330.0), tone(220.0) + tone(275.0)].map(|x| x as f32 * 0.4)
        })
        .collect();
    let network = Network {
        lose_one_in: 50,
        jitter: Duration::from_millis(12),
        // It wraps around after a second.
        first_timestamp: u32::MAX - 48_000,
    };

    let (socket, packets) = socket::listen()?;
    // 40 ms: more than the jitter.
    let mut receiver = Receiver::new(packets, encoding, CHANNELS, 1920);
    let address = socket.address;
    println!("{encoding:?} on {address}: one packet in 50 lost, up to 12 ms of jitter");
    let signal = chord.clone();
    let sending =
        std::thread::spawn(move || sender::send(address, encoding, CHANNELS, &signal, network));

    let mut wrong = 0;
    let mut heard = 0;
    let mut output = [0.0; CALLBACK_FRAMES * CHANNELS];
    let mut received = [false; CALLBACK_FRAMES];
    let (start, mut callbacks) = (Instant::now(), 0_u64);
    while heard < chord.len() / CHANNELS && start.elapsed().as_secs_f64() < seconds + 5.0 {
        let due = (start.elapsed().as_secs_f64() * RATE) as u64 / CALLBACK_FRAMES as u64;
        while callbacks < due {
            callbacks += 1;
            // This is what the sound card's thread would do.
            let filled = receiver.process(&mut output, &mut received);
            for (frame, received) in output.chunks(CHANNELS).zip(&received[..filled]) {
                let sent = chord
                    .chunks(CHANNELS)
                    .nth(heard)
                    .unwrap_or(&[0.0; CHANNELS]);
                let equal =
                    |(a, b): (&f32, &f32)| sender::code(encoding, *a) == sender::code(encoding, *b);
                wrong += u64::from(*received && !frame.iter().zip(sent).all(equal));
                heard += 1;
            }
        }
        std::thread::sleep(Duration::from_millis(1));
    }

    let sent = sending.join().map_err(|_| "the sender panicked")??;
    let counts = receiver.counts();
    let lost = sent.sent.iter().filter(|sent| !**sent).count();
    println!(
        "  sent {} packets of {PACKET_FRAMES} frames, lost {lost}, {} overtaken, {} dropped at the queue",
        sent.sent.len(),
        sent.reordered,
        socket.lost()
    );
    println!(
        "  heard {} frames as sent and {} concealed; {} packets late, {wrong} frames wrong",
        counts.heard, counts.concealed, counts.late
    );
    if wrong > 0 || counts.heard == 0 {
        return Err("what was heard is not what was sent".into());
    }
    Ok(())
}

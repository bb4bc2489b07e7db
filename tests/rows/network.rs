//! The network receiver of the examples, and what is asserted of it.

#[path = "../../examples/network_receiver/receiver.rs"]
pub mod receiver;
#[path = "../../examples/network_receiver/sender.rs"]
pub mod sender;
#[path = "../../examples/network_receiver/socket.rs"]
pub mod socket;

use crate::support::allocations::forbidden;
use crate::support::noise::Noise;
use receiver::{Encoding, Receiver};
use sender::{Network, PACKET_FRAMES};
use std::thread;
use std::time::{Duration, Instant};

const CHANNELS: usize = 2;
const CALLBACK_FRAMES: usize = 64;

/// Noise, so that no two frames are alike, in steps that 16 bits can hold.
pub fn signal(frames: usize) -> Vec<f32> {
    let mut noise = Noise::new(16);
    (0..frames * CHANNELS)
        .map(|_| (noise.sample() * 32_767.0).round() / 32_768.0)
        .collect()
}

/// What was heard, frame by frame, and whether it had come.
pub struct Heard {
    pub samples: Vec<f32>,
    pub received: Vec<bool>,
    pub counts: receiver::Counts,
}

/// Runs callbacks at 48 kHz until so many frames were heard, or the time is up.
pub fn listen(mut receiver: Receiver, frames: usize, limit: Duration) -> Heard {
    let mut heard = Heard {
        samples: Vec::with_capacity((frames + CALLBACK_FRAMES) * CHANNELS),
        received: Vec::with_capacity(frames + CALLBACK_FRAMES),
        counts: receiver.counts(),
    };
    let mut output = [0.0; CALLBACK_FRAMES * CHANNELS];
    let mut received = [false; CALLBACK_FRAMES];
    let (start, mut callbacks) = (Instant::now(), 0.0);
    while heard.received.len() < frames && start.elapsed() < limit {
        while callbacks < start.elapsed().as_secs_f64() * 48_000.0 / CALLBACK_FRAMES as f64 {
            callbacks += 1.0;
            let filled = forbidden(|| receiver.process(&mut output, &mut received));
            heard.samples.extend(&output[..filled * CHANNELS]);
            heard.received.extend(&received[..filled]);
        }
        thread::sleep(Duration::from_millis(1));
    }
    heard.counts = receiver.counts();
    heard
}

pub fn over_a_bad_network(encoding: Encoding) {
    const SECONDS: usize = 2;
    let signal = signal(SECONDS * 48_000);
    let frames = signal.len() / CHANNELS;
    let (socket, packets) = socket::listen().expect("a socket on the loopback");
    // 200 ms, so that a busy machine is not taken for a bad network.
    let receiver = Receiver::new(packets, encoding, CHANNELS, 9600);
    let network = Network {
        lose_one_in: 20,
        jitter: Duration::from_millis(20),
        first_timestamp: u32::MAX - 10_000,
    };
    let (address, sending) = (socket.address, signal.clone());
    let sender =
        thread::spawn(move || sender::send(address, encoding, CHANNELS, &sending, network));
    let heard = listen(receiver, frames, Duration::from_secs(60));
    let sent = sender.join().unwrap().expect("the loopback takes packets");

    assert!(sent.reordered > 0, "nothing was reordered");
    let lost = sent.sent.iter().filter(|sent| !**sent).count();
    assert!(lost > 0, "nothing was lost");
    let mut concealed = 0;
    for frame in 0..frames {
        let [heard_here, sent_here] = [&heard.samples, &signal].map(|samples| {
            let frame = &samples[frame * CHANNELS..][..CHANNELS];
            [frame[0], frame[1]].map(|sample| sender::code(encoding, sample))
        });
        if heard.received[frame] {
            assert!(sent.sent[frame / PACKET_FRAMES], "heard what was not sent");
            assert_eq!(heard_here, sent_here, "frame {frame}");
        } else {
            concealed += 1;
        }
        // Concealed is not silent, unless the gap is long.
        let first_of_gap = !heard.received[frame] && frame > 960 && heard.received[frame - 1];
        assert!(!first_of_gap || heard_here != [0, 0]);
    }
    // Every packet that was sent was heard, but for those that this machine itself held up.
    let held_up = heard.counts.late as usize + socket.lost() as usize;
    assert!(concealed >= lost * PACKET_FRAMES - PACKET_FRAMES);
    assert!(concealed <= (lost + held_up) * PACKET_FRAMES);
    println!(
        "{encoding:?}: {} packets, {lost} lost, {} reordered, {held_up} held up; {concealed} frames concealed",
        sent.sent.len(),
        sent.reordered
    );
}

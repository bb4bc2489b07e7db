//! The network receiver of the examples, and what is asserted of it.

#[path = "../../examples/network_receiver/receiver.rs"]
pub mod receiver;
#[path = "../../examples/network_receiver/sender.rs"]
pub mod sender;
#[path = "../../examples/network_receiver/socket.rs"]
pub mod socket;

use crate::support::allocations::forbidden;
use crate::support::noise::Noise;
use receiver::{Encoding, PACKET_BYTES, Receiver};
use sender::{Network, PACKET_FRAMES};
use std::io::Write;
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
        // What is concealed is not silent, unless the gap is long, or the machine stood still.
        let first_of_gap = !heard.received[frame] && frame > 960 && heard.received[frame - 1];
        let was_lost = !sent.sent[frame / PACKET_FRAMES];
        assert!(
            !first_of_gap || !was_lost || heard_here != [0, 0],
            "frame {frame}"
        );
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

/// A sender that is not ours: `ffmpeg`, which makes packets of its own length, with timestamps and a
/// source of its own choice. `None` if it is not installed.
pub fn from_ffmpeg() -> Option<()> {
    let signal = signal(48_000);
    let frames = signal.len() / CHANNELS;
    let (socket, packets) = socket::listen().expect("a socket on the loopback");
    let receiver = Receiver::new(packets, Encoding::L16, CHANNELS, 9600);
    let mut file = tempfile::NamedTempFile::new().expect("a place for a file");
    for sample in &signal {
        let bytes = (sender::code(Encoding::L16, *sample) as i16).to_le_bytes();
        file.write_all(&bytes).expect("room for a file");
    }
    let mut ffmpeg = std::process::Command::new("ffmpeg")
        .args(["-loglevel", "error", "-nostdin", "-re"])
        .args(["-f", "s16le", "-ar", "48000", "-ac", "2", "-i"])
        .arg(file.path())
        .args(["-c:a", "pcm_s16be", "-f", "rtp"])
        .arg(format!("rtp://{}", socket.address))
        .stdout(std::process::Stdio::null())
        .spawn()
        .ok()?;
    let heard = listen(receiver, frames, Duration::from_secs(60));
    assert!(ffmpeg.wait().expect("it ends").success());

    let mut equal = 0;
    for frame in 0..frames.min(heard.received.len()) {
        let [here, there] = [&heard.samples, &signal].map(|samples| {
            let frame = &samples[frame * CHANNELS..][..CHANNELS];
            [frame[0], frame[1]].map(|sample| sender::code(Encoding::L16, sample))
        });
        if heard.received[frame] {
            assert_eq!(here, there, "frame {frame}");
            equal += 1;
        }
    }
    let counts = heard.counts;
    println!(
        "ffmpeg: {} packets in time, {} late; {equal} of {frames} frames as sent",
        counts.decoded, counts.late
    );
    assert_eq!(counts.foreign, 0, "not taken for RTP");
    // The loopback loses nothing; on a machine that is held up a packet may come late.
    let held_up = (counts.late + socket.lost()) as usize;
    assert!(equal + held_up * PACKET_BYTES / 4 >= frames, "not heard");
    Some(())
}

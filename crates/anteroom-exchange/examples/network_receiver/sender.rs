//! A sender on a bad network: loses, delays and reorders its packets, the same ones in every run.

use super::receiver::Encoding;
use rtp_types::RtpPacketBuilder;
use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};
use std::{io, thread};

/// Frames of a packet: 5 ms at 48 kHz.
pub const PACKET_FRAMES: usize = 240;

/// How bad the network is.
#[derive(Clone, Copy, Debug)]
pub struct Network {
    /// One packet in this many is lost.
    pub lose_one_in: u64,
    /// Each packet is delayed by up to this much; those that are overtaken arrive out of order.
    pub jitter: Duration,
    /// The first timestamp; near `u32::MAX` it wraps.
    pub first_timestamp: u32,
}

/// What was done to the packets.
#[derive(Clone, Debug, Default)]
pub struct Sent {
    /// By packet: whether it was sent at all.
    pub sent: Vec<bool>,
    /// How many were overtaken by a later one.
    pub reordered: usize,
}

/// The integer that is sent for a sample; both encodings give it back exactly.
pub fn code(encoding: Encoding, sample: f32) -> i32 {
    match encoding {
        Encoding::L16 => (sample * 32_768.0).round().clamp(-32_768.0, 32_767.0) as i32,
        Encoding::L24 => (sample * 8_388_608.0)
            .round()
            .clamp(-8_388_608.0, 8_388_607.0) as i32,
    }
}

/// Sends interleaved samples in real time at 48 kHz. Not real-time: it sleeps.
pub fn send(
    to: SocketAddr,
    encoding: Encoding,
    channels: usize,
    samples: &[f32],
    network: Network,
) -> io::Result<Sent> {
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    let mut noise = 0x2545_F491_4F6C_DD1D_u64;
    let mut random = move || {
        // Marsaglia's xorshift.
        noise ^= noise << 13;
        noise ^= noise >> 7;
        noise ^= noise << 17;
        noise >> 16
    };

    let mut report = Sent::default();
    let mut queue = Vec::new();
    for (number, packet) in (0_u32..).zip(samples.chunks(PACKET_FRAMES * channels)) {
        // The first and the second arrive, so that the beginning is known.
        let lost = number > 1 && random().is_multiple_of(network.lose_one_in);
        report.sent.push(!lost);
        let delay = network.jitter.mul_f64(random() as f64 % 1000.0 / 1000.0);
        if !lost {
            let period = PACKET_FRAMES as f64 / 48_000.0;
            let at = Duration::from_secs_f64(period * f64::from(number));
            queue.push((at + delay, number, bytes_of(encoding, packet)));
        }
    }
    queue.sort_by_key(|(at, ..)| *at);
    report.reordered = queue.windows(2).filter(|w| w[0].1 > w[1].1).count();

    let start = Instant::now();
    for (at, number, payload) in queue {
        thread::sleep(at.saturating_sub(start.elapsed()));
        let frames = number * PACKET_FRAMES as u32;
        let packet = RtpPacketBuilder::<&[u8], &[u8]>::new()
            .payload_type(97)
            .sequence_number(number as u16)
            .timestamp(network.first_timestamp.wrapping_add(frames))
            .ssrc(0x616E_7465)
            .payload(&payload[..]);
        let packet = packet.write_vec().map_err(io::Error::other)?;
        socket.send_to(&packet, to)?;
    }
    Ok(report)
}

fn bytes_of(encoding: Encoding, samples: &[f32]) -> Vec<u8> {
    let codes = samples.iter().map(|sample| code(encoding, *sample));
    // The lowest 2 or 3 bytes, the highest of them first.
    codes
        .flat_map(|code| code.to_be_bytes().into_iter().skip(4 - encoding.bytes()))
        .collect()
}

//! The audio half: decodes RTP packets in the callback, puts them in order, and fills gaps.
//!
//! Real-time but for [`Receiver::new`]. Frames have a place by their RTP timestamp (RFC 3550), so the
//! order in which packets come does not matter, and neither does their size. A frame that is not there
//! when it is to be heard is concealed by what was heard a little before, fading out. Payloads are L16
//! and L24 (RFC 3551, RFC 3190). Not done: following a sender whose clock runs at another speed.

use anteroom_exchange::FrameReader;
use rtp_types::RtpPacket;

/// Frames that can wait to be heard: a third of a second at 48 kHz.
const RING_FRAMES: usize = 1 << 14;

/// The longest packet that is looked at: what fits into an Ethernet frame.
pub const PACKET_BYTES: usize = 1500;

/// The most packets taken in one callback; more are left for the next.
const PACKETS_PER_CALLBACK: usize = 32;

/// A gap is filled with what was heard this many frames before: 10 ms at 48 kHz.
const REPEAT_FRAMES: u32 = 480;

/// A gap that is longer than this is silent: 20 ms at 48 kHz.
const FADE_FRAMES: f32 = 960.0;

/// How a sample is written in a packet: big-endian, two's complement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// 16 bits.
    L16,
    /// 24 bits.
    L24,
}

impl Encoding {
    pub fn bytes(self) -> usize {
        match self {
            Self::L16 => 2,
            Self::L24 => 3,
        }
    }

    fn decode(self, bytes: &[u8]) -> f32 {
        match (self, bytes) {
            (Self::L16, &[a, b]) => f32::from(i16::from_be_bytes([a, b])) / 32_768.0,
            (Self::L24, &[a, b, c]) => (i32::from_be_bytes([a, b, c, 0]) >> 8) as f32 / 8_388_608.0,
            _ => 0.0,
        }
    }
}

/// What has happened so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Packets decoded in time.
    pub decoded: u64,
    /// Packets, or parts of them, that came after they were to be heard, or far too early.
    pub late: u64,
    /// Packets that were no RTP, or of another sender.
    pub foreign: u64,
    /// Frames heard as they were sent.
    pub heard: u64,
    /// Frames concealed.
    pub concealed: u64,
}

/// Plays what one sender sends, a fixed time after it was sent.
pub struct Receiver {
    packets: FrameReader,
    encoding: Encoding,
    channels: usize,
    delay: u32,
    sender: Option<u32>,
    /// The timestamp to be heard next; before the start, the earliest that has come.
    next: u32,
    /// The timestamp after the last one that has come.
    end: u32,
    started: bool,
    /// By timestamp modulo its length, then by channel. Holds what was heard before `next`.
    samples: Vec<f32>,
    /// By timestamp modulo its length: the timestamp plus one whose frame lies there. 0 is none.
    there: Vec<u64>,
    /// Length of the gap that is being concealed, in frames.
    gap: f32,
    packet: [u8; PACKET_BYTES],
    counts: Counts,
}

impl Receiver {
    /// Hears each frame `delay` frames after it could have been heard at the earliest, so that later
    /// packets than the first have that much time. Not real-time: allocates.
    pub fn new(packets: FrameReader, encoding: Encoding, channels: usize, delay: u32) -> Self {
        Self {
            packets,
            encoding,
            channels,
            delay,
            sender: None,
            next: 0,
            end: 0,
            started: false,
            samples: vec![0.0; RING_FRAMES * channels],
            there: vec![0; RING_FRAMES],
            gap: 0.0,
            packet: [0; PACKET_BYTES],
            counts: Counts::default(),
        }
    }

    /// Fills the callback's buffer, interleaved, and says of each frame whether it was received
    /// (`true`) or concealed. Returns how many frames were filled: none before the start.
    pub fn process(&mut self, output: &mut [f32], received: &mut [bool]) -> usize {
        for _ in 0..PACKETS_PER_CALLBACK {
            if !self.take_packet() {
                break;
            }
        }
        output.fill(0.0);
        self.started |= self.sender.is_some() && self.end.wrapping_sub(self.next) >= self.delay;
        if !self.started {
            return 0;
        }
        let frames = output.chunks_exact_mut(self.channels).zip(received);
        let mut filled = 0;
        for (frame, received) in frames {
            *received = self.hear(frame);
            filled += 1;
        }
        filled
    }

    /// What has happened so far.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Takes one packet out of the queue; `false` if there is none.
    fn take_packet(&mut self) -> bool {
        // A packet that wraps around the end of the ring lies in two pieces: it is put together here.
        let packet = &mut self.packet;
        let len = self.packets.read(|first, second| {
            let len = first.len() + second.len();
            let whole = packet.get_mut(..len)?;
            whole[..first.len()].copy_from_slice(first);
            whole[first.len()..].copy_from_slice(second);
            Some(len)
        });
        let Some(len) = len else {
            return false;
        };
        // Taken out of `self` for as long as it is read, so that the rest of it can be changed.
        let packet = self.packet;
        match RtpPacket::parse(&packet[..len.unwrap_or(0)]) {
            Ok(packet) if self.sender.is_none_or(|sender| sender == packet.ssrc()) => {
                self.decode(&packet);
            }
            _ => self.counts.foreign += 1,
        }
        true
    }

    fn decode(&mut self, packet: &RtpPacket) {
        let first = packet.timestamp();
        let bytes = self.encoding.bytes();
        let count = (packet.payload().len() / (bytes * self.channels)) as u32;
        if self.sender.is_none() {
            self.sender = Some(packet.ssrc());
            (self.next, self.end) = (first, first);
        }
        // The first packet to come need not be the first that was sent.
        if !self.started && is_before(first, self.next) {
            self.next = first;
        }
        let mut missed = false;
        for (offset, frame) in (0..).zip(packet.payload().chunks_exact(bytes * self.channels)) {
            let at: u32 = first.wrapping_add(offset);
            if at.wrapping_sub(self.next) >= (RING_FRAMES as u32) - REPEAT_FRAMES {
                missed = true;
                continue;
            }
            let place = at as usize % RING_FRAMES;
            self.there[place] = u64::from(at) + 1;
            let samples = self.samples[place * self.channels..].iter_mut();
            for (sample, bytes) in samples.zip(frame.chunks_exact(bytes)) {
                *sample = self.encoding.decode(bytes);
            }
        }
        if missed {
            self.counts.late += 1;
            return;
        }
        self.counts.decoded += 1;
        let end = first.wrapping_add(count);
        if is_before(self.end, end) {
            self.end = end;
        }
    }

    /// One frame; whether it had come.
    fn hear(&mut self, frame: &mut [f32]) -> bool {
        let at = self.next;
        self.next = at.wrapping_add(1);
        let place = at as usize % RING_FRAMES;
        let received = self.there[place] == u64::from(at) + 1;
        if received {
            self.gap = 0.0;
            self.counts.heard += 1;
        } else {
            // What is concealed is kept as if it had been heard, so a long gap goes on repeating.
            self.gap += 1.0;
            self.counts.concealed += 1;
            let gain = (1.0 - self.gap / FADE_FRAMES).max(0.0);
            let before = at.wrapping_sub(REPEAT_FRAMES) as usize % RING_FRAMES;
            for channel in 0..self.channels {
                self.samples[place * self.channels + channel] =
                    gain * self.samples[before * self.channels + channel];
            }
        }
        let heard = &self.samples[place * self.channels..];
        frame
            .iter_mut()
            .zip(heard)
            .for_each(|(to, from)| *to = *from);
        received
    }
}

/// Whether one timestamp is before another; they wrap around.
fn is_before(a: u32, b: u32) -> bool {
    (a.wrapping_sub(b) as i32) < 0
}

//! What reading a file takes follows what is kept of it, not what the file holds or claims.
//!
//! A test binary of its own: its allocator counts all threads.
#![allow(unsafe_code, reason = "an allocator can not be written without")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anteroom_impulse::decode::Decoded;
use anteroom_impulse::{FileRef, ImpulseError};

#[path = "common/flac.rs"]
mod flac;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

struct Counting;

static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: hands every call on, unchanged, to the system's allocator; counting allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let live = LIVE.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        PEAK.fetch_max(live, Ordering::Relaxed);
        // SAFETY: the caller's promise is the callee's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller's promise is the callee's.
        unsafe { System.dealloc(memory, layout) }
    }
}

/// What opening a file came to, the bytes that it took at most, and how long.
struct Opened {
    result: Result<(FileRef, Decoded), ImpulseError>,
    peak: usize,
    time: Duration,
}

/// Opens a file that begins with these bytes and goes on with zeros to this length.
fn opened(head: &[u8], length: u64) -> Opened {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("x.wav");
    let mut file = File::create(&path).expect("a file");
    file.write_all(head).expect("room on the disk");
    file.set_len(length.max(head.len() as u64)).expect("holes");
    drop(file);
    measured(&path)
}

fn measured(path: &Path) -> Opened {
    let before = LIVE.load(Ordering::Relaxed);
    PEAK.store(before, Ordering::Relaxed);
    let began = Instant::now();
    let result = FileRef::open(path);
    Opened {
        result,
        peak: PEAK.load(Ordering::Relaxed) - before,
        time: began.elapsed(),
    }
}

/// The head of a WAV of so many channels, Hz and bits, which claims so many bytes of samples.
fn wav(channels: u16, rate: u32, bits: u16, claimed: u32) -> Vec<u8> {
    let align = (u32::from(channels) * u32::from(bits) / 8) as u16;
    let mut head = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0".to_vec();
    head.extend(channels.to_le_bytes());
    head.extend(rate.to_le_bytes());
    head.extend(rate.wrapping_mul(u32::from(align)).to_le_bytes());
    head.extend(align.to_le_bytes());
    head.extend(bits.to_le_bytes());
    head.extend(b"data");
    head.extend(claimed.to_le_bytes());
    head
}

fn minutes_are_read_in_the_memory_of_one() {
    const GIB: u64 = 1 << 30;
    for (name, head, length) in [
        ("an hour", wav(2, 44_100, 16, 635_040_000), 635_040_044),
        ("1 GiB", wav(2, 48_000, 32, GIB as u32), GIB + 44),
        (
            "1 GiB of unknown length",
            wav(1, 8_000, 8, u32::MAX),
            GIB + 44,
        ),
        ("64 channels", wav(64, 48_000, 24, GIB as u32), GIB + 44),
        ("FLAC", flac::flac(&vec![0; 3 * 60 * 8_000], 1, 8_000), 0),
    ] {
        let opened = opened(&head, length);
        let (file, decoded) = opened.result.expect(name);
        assert_eq!(file.bytes, length.max(head.len() as u64), "{name}");
        let (impulse, cut) = (decoded.impulse, "longer than 60 s: the rest is left out");
        assert_eq!(impulse.frames(), 60 * impulse.rate as usize, "{name}");
        assert!(decoded.notes.iter().any(|note| note == cut), "{name}");
        let kept = impulse.frames() * impulse.channels.len() * size_of::<f32>();
        println!(
            "{name}: {} of {kept} bytes kept, {:?}",
            opened.peak, opened.time
        );
        assert!(
            opened.peak <= 4 * kept,
            "{name}: {} for {kept}",
            opened.peak
        );
    }
}

/// An Ogg Vorbis file whose rate is 4 GHz; the check sum of its first page is right.
fn ogg_of_4_ghz() -> Vec<u8> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../fuzz/corpus/decode/seed-ogg"
    );
    let mut bytes = std::fs::read(path).expect("a seed of the fuzzer");
    assert_eq!(&bytes[28..35], b"\x01vorbis");
    bytes[40..44].copy_from_slice(&4_000_000_000u32.to_le_bytes());
    bytes[22..26].fill(0);
    let sum = bytes[..58].iter().fold(0u32, |sum, &byte| {
        (0..8).fold(sum ^ u32::from(byte) << 24, |sum, _| {
            sum << 1 ^ if sum & 1 << 31 != 0 { 0x04C1_1DB7 } else { 0 }
        })
    });
    bytes[22..26].copy_from_slice(&sum.to_le_bytes());
    bytes
}

fn where_there_is_nothing_to_keep_little_is_taken() {
    const GIB: u64 = 1 << 30;
    /// A few blocks of what is being read, and what a decoder needs for itself.
    const LITTLE: usize = 16 << 20;
    let at_once = Duration::from_secs(3);
    let long_tag = [&b"ID3\x03\0\0"[..], &[0x7F; 4]].concat();
    let info = [
        &b"fLaC\x80\0\0\x22\x10\0\x10\0"[..],
        &[0; 6],
        b"\x0B\xB8\x02\xF0",
        &[0; 20],
    ];
    let described = [
        &b"caff\0\x01\0\0desc\0\0\0\0\0\0\0\x20\x40\xE7\x70\0\0\0\0\0alac"[..],
        &[0; 4],
    ];
    let fields = [0u32, 4096, 2, 16].map(u32::to_be_bytes).concat();
    let table = b"pakt\0\0\0\0\x30\0\0\0\0\0\0\0\x2F\xFF\xFF\0\0\0\0\0\0\0\0\0";
    let described = [&described.concat()[..], &fields, table].concat();
    let ogg = ogg_of_4_ghz();
    for (name, head, length) in [
        ("zeros", vec![0], GIB),
        ("a tag and zeros", long_tag, GIB),
        ("empty chunks", b"RIFF\0\0\0\0WAVE".to_vec(), GIB),
        ("a FLAC of zeros", info.concat(), GIB),
        ("an MP3 of zeros", b"\xFF\xFB\x90\0".to_vec(), GIB),
        ("an Ogg of zeros", ogg[..58].to_vec(), GIB),
        ("a packet table", described, GIB),
        ("4 GHz", ogg, 0),
        ("4 GHz WAV", wav(2, 4_000_000_000, 16, GIB as u32), GIB),
        ("65535 channels", wav(65_535, 48_000, 8, 60_000), 60_044),
    ] {
        let opened = opened(&head, length);
        let error = opened.result.expect_err(name).to_string();
        println!("{name}: {} bytes, {:?}: {error}", opened.peak, opened.time);
        assert!(opened.peak < LITTLE, "{name}: {}", opened.peak);
        assert!(opened.time < 4 * at_once, "{name}: {:?}", opened.time);
        assert!(!error.contains("4294967295"), "{name}: {error}");
        if name.starts_with("4 GHz") {
            let reason = "its sample rate of 4000000000 Hz makes no sense";
            assert!(error.ends_with(reason), "{error}");
        }
    }
}

/// One test: another at the same time would be counted, too.
#[test]
fn memory_follows_what_is_kept() {
    minutes_are_read_in_the_memory_of_one();
    where_there_is_nothing_to_keep_little_is_taken();
}

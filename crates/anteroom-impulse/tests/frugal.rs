//! What embedding, unpacking, converting and shaping take of the memory, and how soon they give up.

use std::time::Duration;

use anteroom_impulse::embed::{Codec, Embedded, Packer, estimate, pack, unpack, unpack_with};
use anteroom_impulse::{Impulse, ImpulseError, RoomRecipe, Shape, resample, shape, shape_with};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cancelling::{SOON, gives_up};
use heap::{most, turn};
use noise::Noise;
use proptest::prelude::*;

#[path = "common/cancelling.rs"]
mod cancelling;
#[path = "../../../tests/support/child.rs"]
#[allow(dead_code, reason = "this binary uses some of it")]
mod child;
#[path = "../../../tests/support/heap.rs"]
mod heap;
#[path = "../../../tests/support/noise.rs"]
#[allow(dead_code, reason = "this binary uses some of it")]
mod noise;
#[path = "../../../tests/support/runner.rs"]
#[allow(dead_code, reason = "this binary uses some of it")]
mod runner;
#[path = "../../../tests/support/system.rs"]
#[allow(dead_code, reason = "this binary uses some of it")]
mod system;

/// What packing takes beside the samples: the working memory of other people's packers, for one block.
const PACKER_BYTES: usize = 2 << 20;
/// What shaping takes beside the samples: the octave bands of a short sound, on two threads.
const BANDS_BYTES: usize = 96 << 20;
/// What the measurement of loudness takes, whatever is measured: transforms of one size.
const LEVEL_BYTES: usize = 3 << 18;

/// Sounds that packers find hard, or too easy.
const SHAPES: [&str; 9] = [
    "loud",
    "quiet",
    "decay",
    "silence",
    "square",
    "alternating",
    "sine",
    "step",
    "sparse",
];

/// A sound of so many bits a sample, or of floats.
fn sound(name: &str, bits: Option<u32>, channels: usize, frames: usize, rate: u32) -> Impulse {
    let scale = bits.map(|bits| (1u32 << (bits - 1)) as f32);
    let row = |channel: usize| {
        let mut noise = Noise::new(channel as u64 + 1);
        let sample = |frame: usize| {
            let random = noise.sample();
            let value = match name {
                "loud" => random,
                "quiet" => random * 0.01,
                "decay" => random * (1.0 - frame as f32 / frames as f32).powi(8),
                "silence" => 0.0,
                "square" => [1.0, -1.0][frame / 50 % 2],
                "alternating" => [1.0, -1.0][frame % 2] * (0.9 + 0.1 * random),
                "sine" => (frame as f32 * 0.05).sin() * 0.9,
                "step" => [0.0, 0.99][usize::from(frame > frames / 2)],
                _ if frame % 997 == channel => random,
                _ => 0.0,
            };
            match scale {
                // Integers have one zero.
                Some(scale) => (value * scale).round().clamp(-scale, scale - 1.0) / scale + 0.0,
                None => value * 0.777,
            }
        };
        (0..frames).map(sample).collect()
    };
    Impulse {
        channels: (0..channels).map(row).collect(),
        rate,
    }
}

fn same_bits(one: &Impulse, other: &Impulse) -> bool {
    let all = |impulse: &Impulse| -> Vec<u32> {
        let samples = impulse.channels.iter().flatten();
        samples.map(|sample| sample.to_bits()).collect()
    };
    one.rate == other.rate && one.frames() == other.frames() && all(one) == all(other)
}

/// Packs and unpacks, and holds both to what is promised.
fn packs_well(impulse: &Impulse, bits: Option<u32>) {
    let width = bits.map_or(4, |bits| bits.div_ceil(8) as usize);
    let raw = impulse.frames() * impulse.channels.len() * width;
    let (packed, taken) = most(|| pack(impulse, bits).expect("it packs"));
    let size = STANDARD.decode(&packed.data).expect("Base64").len();
    assert!(size <= raw + raw / 100, "{size} bytes for {raw}: {bits:?}");
    assert!(
        taken <= 4 * raw + PACKER_BYTES,
        "{taken} bytes of memory for {raw}"
    );
    let samples = impulse.frames() * impulse.channels.len() * 4;
    let (back, taken) = most(|| unpack("x", &packed).expect("it unpacks"));
    assert!(same_bits(&back, impulse), "{bits:?} {:?}", packed.codec);
    assert!(
        taken <= 2 * samples + PACKER_BYTES,
        "{taken} bytes of memory for {samples}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_packed_is_no_larger_than_the_samples(
        shape in 0..SHAPES.len(),
        bits in prop::option::of(8u32..=24),
        channels in prop::sample::select(vec![1usize, 2, 4]),
        rate in prop::sample::select(vec![8_000u32, 44_100, 88_200, 95_999, 96_000, 192_000, 352_800, 768_000]),
        frames in prop::sample::select(vec![1usize, 2, 15, 63, 64, 100, 1000, 4095, 4096, 4097, 20_000, 60_000]),
    ) {
        let _turn = turn();
        packs_well(&sound(SHAPES[shape], bits, channels, frames, rate), bits);
    }
}

#[test]
fn a_second_of_loud_noise_is_packed_in_little_memory() {
    let _turn = turn();
    for (bits, channels, rate) in [(24, 4, 96_000), (24, 4, 192_000), (24, 2, 96_000)] {
        for name in ["loud", "alternating", "square"] {
            packs_well(
                &sound(name, Some(bits), channels, rate as usize, rate),
                Some(bits),
            );
        }
    }
}

#[test]
fn packing_where_memory_is_limited_does_not_abort() {
    assert!(child::ends_well(
        "packing_where_memory_is_limited_does_not_abort",
        || {
            let impulse = sound("loud", Some(24), 4, 96_000, 96_000);
            system::limit_memory(32 << 20);
            assert!(pack(&impulse, Some(24)).is_ok());
        }
    ));
}

#[test]
fn what_was_repaired_is_packed_as_floats() {
    let _turn = turn();
    let mut impulse = sound("decay", Some(16), 2, 9_000, 48_000);
    impulse.channels[1][8_000] += 1e-6;
    impulse.channels[0][77] = -0.0;
    let packed = pack(&impulse, Some(16)).expect("it packs");
    assert_eq!(packed.codec, Codec::Planes);
    assert!(same_bits(
        &unpack("x", &packed).expect("it unpacks"),
        &impulse
    ));
}

#[test]
fn packing_goes_on_where_it_was_stopped() {
    let _turn = turn();
    for bits in [Some(16), Some(24), None] {
        let impulse = sound("decay", bits, 2, 30_000, 48_000);
        let mut packer = Packer::new(&impulse, bits);
        let mut stops = 0;
        let packed = loop {
            match packer.go_on(&impulse, &|| true) {
                Some(packed) => break packed.expect("it packs"),
                None => stops += 1,
            }
        };
        assert!(stops > 5, "stopped {stops} times");
        assert_eq!(packed, pack(&impulse, bits).expect("it packs"));
    }
}

#[test]
fn an_estimate_is_near_and_takes_little() {
    let _turn = turn();
    for bits in [Some(16), Some(24), None] {
        let impulse = sound("decay", bits, 4, 700_000, 48_000);
        let (about, taken) = most(|| estimate(&impulse, bits, &|| false).expect("it packs"));
        let exact = pack(&impulse, bits).expect("it packs").data.len();
        let off = about as f64 / exact as f64 - 1.0;
        assert!(off.abs() < 0.1, "{about} for {exact}");
        assert!(taken < 8 << 20, "{taken} bytes of memory");
        let short = sound("decay", bits, 1, 3_000, 48_000);
        let about = estimate(&short, bits, &|| false).expect("it packs");
        assert_eq!(about, pack(&short, bits).expect("it packs").data.len());
        assert_eq!(
            estimate(&impulse, bits, &|| true),
            Err(ImpulseError::Cancelled)
        );
    }
}

/// Zeros of four channels and 60 s at 768 kHz: 737 MB of samples in less than a megabyte.
fn inflating(frames: u64) -> Embedded {
    use std::io::Write;
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::new(9));
    let zeros = vec![0u8; 1 << 16];
    let mut left = frames as usize * 16;
    while left > 0 {
        let part = left.min(zeros.len());
        encoder.write_all(&zeros[..part]).expect("memory");
        left -= part;
    }
    Embedded {
        codec: Codec::Planes,
        rate: 768_000,
        channels: 4,
        frames,
        data: STANDARD.encode(encoder.finish().expect("memory")),
    }
}

#[test]
fn a_copy_that_inflates_takes_little_more_than_what_is_kept() {
    let _turn = turn();
    let frames = 10 * 768_000u64;
    let bomb = inflating(frames);
    let kept = frames as usize * 16;
    let (back, taken) = most(|| unpack("x", &bomb).expect("it is only long"));
    assert_eq!(back.frames() as u64, frames);
    drop(back);
    assert!(taken < kept + kept / 8, "{taken} bytes for {kept}");
    // Sizes that the bytes can not bear are refused before there is room for them.
    for codec in [Codec::Planes, Codec::Pcm, Codec::Flac] {
        let lie = Embedded {
            codec,
            frames: 60 * 768_000,
            data: STANDARD.encode([0x55; 300]),
            ..bomb.clone()
        };
        let (refused, taken) = most(|| unpack("x.wav", &lie));
        let refused = refused.expect_err("there is not so much in it").to_string();
        assert!(
            refused.starts_with("x.wav is not usable: its embedded copy"),
            "{refused}"
        );
        assert!(taken < 1 << 20, "{taken} bytes for nothing");
    }
    // One that goes on beyond what is stated.
    let more = Embedded {
        frames: 1000,
        ..bomb.clone()
    };
    let (refused, taken) = most(|| unpack("x", &more));
    assert!(refused.is_err() && taken < 1 << 20, "{taken} bytes");
    let asked = unpack_with("x", &bomb, &|| true);
    assert_eq!(asked, Err(ImpulseError::Cancelled));
}

#[test]
fn conversion_takes_little_more_than_what_comes_out() {
    let _turn = turn();
    let impulse = sound("decay", None, 2, 900_000, 96_000);
    for rate in [44_100, 192_000] {
        let (made, taken) = most(|| resample(&impulse, rate).expect("good rates"));
        let kept = made.frames() * made.channels.len() * 4;
        assert!(taken < kept + (4 << 20), "{taken} bytes for {kept}");
    }
}

fn heavy() -> Shape {
    Shape {
        decay_percent: 400.0,
        size_percent: 200.0,
        damping_percent: 25.0,
        ..Shape::default()
    }
}

/// A decay that is heard to the end.
fn long(rate: u32, channels: usize, seconds: usize) -> Impulse {
    sound("decay", None, channels, rate as usize * seconds, rate)
}

#[test]
fn shaping_takes_four_times_what_comes_out_at_most() {
    let _turn = turn();
    let hall = RoomRecipe::by_name("Concert Hall").expect("a room");
    let hall = hall.recipe.render(48_000, 4);
    let longest = Shape {
        size_percent: 100.0,
        ..heavy()
    };
    let cut = Shape {
        length_percent: 2.0,
        ..Shape::default()
    };
    for (name, impulse, shape_, beside) in [
        ("long", long(48_000, 4, 40), heavy(), 0),
        ("mono", long(48_000, 1, 40), longest, 0),
        ("stereo", long(48_000, 2, 40), longest, 0),
        ("cut", long(48_000, 2, 10), cut, LEVEL_BYTES),
        ("hall", hall.clone(), heavy(), BANDS_BYTES),
        ("hall", hall, longest, BANDS_BYTES),
        ("bands", long(48_000, 4, 20), longest, BANDS_BYTES),
    ] {
        let (shaped, taken) = most(|| shape(&impulse, &shape_));
        let made = shaped.frames() * shaped.channels.len() * 4;
        let times = taken as f64 / made as f64;
        println!(
            "{name}: {} kB made, {} kB taken, {times:.2} times",
            made >> 10,
            taken >> 10
        );
        assert!(
            taken <= 4 * made + beside,
            "{name}: {taken} bytes for {made}"
        );
    }
}

#[test]
fn heavy_shaping_that_nobody_wants_ends_at_once() {
    let _turn = turn();
    for (name, impulse, shape) in [
        (
            "60 s of four channels at 192 kHz",
            long(192_000, 4, 60),
            heavy(),
        ),
        (
            "20 s of four channels at 48 kHz",
            long(48_000, 4, 20),
            Shape {
                size_percent: 100.0,
                ..heavy()
            },
        ),
    ] {
        for after in [1, 30, 200, 700, 2000] {
            let after = Duration::from_millis(after);
            let took = gives_up(after, |cancelled| {
                shape_with(&impulse, &shape, cancelled).is_some()
            });
            println!("{name}, after {after:?}: {took:?}");
            assert!(took < SOON, "{name}, after {after:?}: {took:?}");
        }
    }
}

#[test]
fn packing_and_estimating_that_nobody_wants_end_at_once() {
    let _turn = turn();
    for bits in [Some(24), None] {
        let impulse = sound("loud", bits, 4, 1_000_000, 96_000);
        for after in [1, 40, 200] {
            let after = Duration::from_millis(after);
            let mut took = gives_up(after, |stop| {
                Packer::new(&impulse, bits).go_on(&impulse, stop).is_some()
            });
            took = took.max(gives_up(after, |stop| {
                estimate(&impulse, bits, stop).is_ok()
            }));
            println!("{bits:?}, after {after:?}: {took:?}");
            assert!(took < SOON, "{bits:?}, after {after:?}: {took:?}");
        }
    }
}

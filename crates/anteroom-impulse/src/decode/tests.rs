//! How decoding is bounded, given up and followed while it goes on.

use super::*;
use std::cell::Cell;

/// A WAV of so many channels and frames, which name their channel.
fn wav(channels: u16, frames: usize) -> Vec<u8> {
    let spec = hound::WavSpec {
        channels,
        sample_rate: 48_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut bytes = std::io::Cursor::new(Vec::new());
    let mut writer = hound::WavWriter::new(&mut bytes, spec).expect("memory");
    for _ in 0..frames {
        for channel in 0..channels as i16 {
            writer.write_sample(channel).expect("memory");
        }
    }
    writer.finalize().expect("memory");
    bytes.into_inner()
}

#[test]
fn no_more_is_kept_than_the_limits_allow() {
    let limits = impulse_limits(&|| false);
    let raw = super::raw("a.wav", &Source::bytes(wav(16, 5000)), limits).expect("a good file");
    assert_eq!((raw.channels.len(), raw.given), (MAX_CHANNELS, 16));
    assert_eq!(raw.channels[3], vec![3.0 / 32_768.0; 5000]);
    let limits = Limits {
        samples: 10_000,
        ..limits
    };
    let raw = super::raw("a.wav", &Source::bytes(wav(2, 5000)), limits).expect("just so many");
    assert_eq!(raw.channels[1].len(), 5000);
    let error = super::raw("a.wav", &Source::bytes(wav(2, 20_000)), limits).err();
    assert_eq!(
        error.map(|error| error.to_string()).as_deref(),
        Some("a.wav is not supported: it has more than 10000 samples")
    );
}

#[test]
fn decoding_ends_as_soon_as_nobody_wants_it() {
    let asked = Cell::new(0);
    let after = |most: usize| {
        let asked = &asked;
        move || {
            asked.set(asked.get() + 1);
            asked.get() > most
        }
    };
    let bytes = wav(2, 300_000);
    let whole = from_bytes_with("a.wav", bytes.clone(), (&after(usize::MAX), &|_| ()));
    assert!(whole.is_ok() && asked.get() > 50, "{} packets", asked.get());
    asked.set(0);
    let cut = from_bytes_with("a.wav", bytes, (&after(3), &|_| ()));
    assert_eq!((cut, asked.get()), (Err(ImpulseError::Cancelled), 4));
}

#[test]
fn decoding_tells_how_much_is_done() {
    for seconds in [1, 2 * MAX_SECONDS as usize] {
        let shares = std::cell::RefCell::new(Vec::new());
        let told = |share| shares.borrow_mut().push(share);
        let bytes = wav(1, 48_000 * seconds);
        let whole = from_bytes_with("a.wav", bytes, (&|| false, &told));
        assert!(whole.is_ok());
        let shares = shares.into_inner();
        assert!(shares.len() > 5 && shares.is_sorted(), "{shares:?}");
        // A file that is cut is done where it is cut.
        let last = shares[shares.len() - 1];
        assert!(shares[0] < 0.2 && (1.0..1.2).contains(&last), "{last}");
    }
}

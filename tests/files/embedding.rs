//! The copy that a project carries along is the same to the last bit, or told to be damaged.

use super::{noise, scaled};
use anteroom::impulse::Impulse;
use anteroom::impulse::embed::{Codec, pack, unpack};

#[test]
fn what_is_embedded_comes_back_to_the_bit_and_is_small() {
    for (bits, codec) in [
        (Some(16), Codec::Flac),
        (Some(24), Codec::Planes),
        (None, Codec::Planes),
    ] {
        for channels in [1, 2, 4] {
            let width = bits.unwrap_or(16) as u16;
            let mut rows: Vec<_> = (1..=channels)
                .map(|i| scaled(&noise(20_000, width, i), width))
                .collect();
            if bits.is_none() {
                rows.iter_mut()
                    .flatten()
                    .for_each(|sample| *sample *= 0.777);
            }
            let impulse = Impulse {
                channels: rows,
                rate: 44_100,
            };
            let packed = pack(&impulse, bits).expect("it packs");
            if bits != Some(24) {
                assert_eq!(packed.codec, codec, "{bits:?} bits, {channels} channels");
            }
            assert_eq!(unpack("x.wav", &packed).expect("it unpacks"), impulse);
            let raw = impulse.frames() * channels as usize * 4 * 4 / 3;
            assert!(
                packed.data.len() < raw,
                "{} of {raw} bytes",
                packed.data.len()
            );
            let text = serde_json::to_string(&packed).expect("plain data");
            assert_eq!(
                serde_json::from_str::<anteroom::impulse::Embedded>(&text).ok(),
                Some(packed)
            );
        }
    }
    // Too short for a frame of FLAC, or silent.
    for samples in [vec![0.5], vec![0.0; 5]] {
        let impulse = Impulse {
            channels: vec![samples],
            rate: 48_000,
        };
        let packed = pack(&impulse, Some(16)).expect("it packs");
        assert_eq!(unpack("x.wav", &packed).expect("it unpacks"), impulse);
    }
}

#[test]
fn damaged_text_is_an_error() {
    let impulse = Impulse {
        channels: vec![scaled(&noise(5000, 16, 1), 16)],
        rate: 48_000,
    };
    for bits in [Some(16), None] {
        let good = pack(&impulse, bits).expect("it packs");
        let mut cases = vec![good.clone(); 5];
        cases[0].data = "no base 64!".into();
        cases[1].data.truncate(good.data.len() / 8 * 4);
        cases[2].frames += 1;
        cases[3].channels = 7;
        cases[4].frames = u64::MAX;
        for (i, case) in cases.iter().enumerate() {
            let error = unpack("room.wav", case).expect_err("it is damaged");
            assert!(
                error
                    .to_string()
                    .starts_with("room.wav is not usable: its embedded copy"),
                "{i}: {error}"
            );
        }
    }
}

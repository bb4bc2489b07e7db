//! Any bytes are an impulse or an error, and an impulse keeps its promises.

#![no_main]

use anteroom::impulse::decode;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(decoded) = decode::from_bytes("fuzz", bytes.to_vec()) {
        let rows = &decoded.impulse.channels;
        assert!(matches!(rows.len(), 1 | 2 | 4));
        assert!(!rows[0].is_empty() && rows.iter().all(|row| row.len() == rows[0].len()));
        assert!(rows.iter().flatten().all(|sample| sample.is_finite()));
        assert!(decoded.impulse.seconds() <= 60.0);
    }
});

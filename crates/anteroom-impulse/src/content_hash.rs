//! The identity of a file: the hash of what it holds, whatever it is called.

/// The identity of some bytes: their BLAKE3 hash, 64 hexadecimal digits.
pub fn content_hash(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

//! MPEG audio: a row of frames with no container. Source: ISO 11172-3.

use super::{Coded, Looked, Window};

/// How far a first frame is looked for, in bytes.
const SEARCH_BYTES: usize = 64 << 10;
/// So many frames in a row are no accident.
const ROW: usize = 3;

/// The stream from its first frame on. A decoder would search for a start anywhere, and finds one in
/// any noise; here it takes several frames that follow one another.
pub fn look(window: Window) -> Looked {
    let bytes = window.bytes(window.start, SEARCH_BYTES + 3 * MAX_FRAME);
    // A single frame is enough at the very beginning.
    let starts_at_once = matches!(bytes[..], [0xFF, second, ..] if second & 0xE6 == 0xE2);
    let starts = (0..bytes.len().min(SEARCH_BYTES)).find(|&at| is_row(&bytes, at));
    let start = match starts {
        Some(start) => start,
        None if starts_at_once => 0,
        None => return Looked::Unknown,
    };
    Coded::plain(&Window {
        start: window.start + start as u64,
        ..window
    })
}

/// The length of the longest frame, in bytes.
const MAX_FRAME: usize = 2881;

/// Whether frames of one kind follow one another from here on, or fill what is left.
fn is_row(bytes: &[u8], mut at: usize) -> bool {
    let mut kind = None;
    for _ in 0..ROW {
        let Some((length, found)) = bytes.get(at..at + 4).and_then(frame) else {
            return false;
        };
        if kind.is_some_and(|kind| kind != found) {
            return false;
        }
        kind = Some(found);
        at += length;
    }
    true
}

/// The length of a frame in bytes, and what all frames of a stream have in common: version, layer
/// and rate.
fn frame(header: &[u8]) -> Option<(usize, (u8, u8, u8))> {
    const LAYER_1: [usize; 15] = [
        0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448,
    ];
    const LAYER_2: [usize; 15] = [
        0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384,
    ];
    const LAYER_3: [usize; 15] = [
        0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320,
    ];
    const LOW_1: [usize; 15] = [
        0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256,
    ];
    const LOW: [usize; 15] = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
    let &[0xFF, second, third, _] = header else {
        return None;
    };
    let (version, layer) = (second >> 3 & 3, second >> 1 & 3);
    let rate = [44_100, 48_000, 32_000].get(usize::from(third >> 2 & 3))?;
    let (rate, is_low) = match version {
        3 => (*rate, false),
        2 => (rate / 2, true),
        0 => (rate / 4, true),
        _ => return None,
    };
    if second & 0xE0 != 0xE0 {
        return None;
    }
    let table = match (layer, is_low) {
        (3, false) => LAYER_1,
        (2, false) => LAYER_2,
        (1, false) => LAYER_3,
        (3, true) => LOW_1,
        (1 | 2, true) => LOW,
        _ => return None,
    };
    let kilobits = *table
        .get(usize::from(third >> 4))
        .filter(|&&kilobits| kilobits > 0)?;
    let padding = usize::from(third >> 1 & 1);
    let length = match (layer, is_low) {
        (3, _) => (12_000 * kilobits / rate + padding) * 4,
        (1, true) => 72_000 * kilobits / rate + padding,
        _ => 144_000 * kilobits / rate + padding,
    };
    Some((length.max(4), (version, layer, third >> 2 & 3)))
}

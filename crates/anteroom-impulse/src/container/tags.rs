//! What is wrapped around a sound file and is none of it: ID3v2, APEv2 and zeros in front, ID3v1,
//! its extension, APEv2, Lyrics3 and ID3v2 behind; any number of them, in any order.
//!
//! Off the audio thread. Only the heads and feet of tags are read, whatever their size. Sources: the
//! informal standards at id3.org, the APEv2 and Lyrics3 specifications.

use super::{Order, Window};

/// More tags than this are not looked for at either end.
const MAX_TAGS: usize = 32;
/// So many zeros are passed over between a tag and the sound, in bytes.
const MAX_ZEROS: u64 = 16 << 20;
/// The length of a text of Lyrics3 v1, at most.
const MAX_LYRICS: u64 = 5100 + 20;

/// The part of the window that is no tag.
pub(crate) fn strip(window: Window<'_>) -> Window<'_> {
    let mut inner = window;
    for _ in 0..MAX_TAGS {
        let Some(length) = in_front(&inner) else {
            break;
        };
        inner.start = inner.start.saturating_add(length).min(inner.end);
    }
    if inner.start > window.start {
        inner.start = after_zeros(&inner);
    }
    if !inner.closed {
        return inner;
    }
    for _ in 0..MAX_TAGS {
        let Some(length) = behind(&inner).filter(|&length| length <= inner.end - inner.start)
        else {
            break;
        };
        inner.end -= length;
    }
    inner
}

/// The length of the tag that the window begins with.
fn in_front(window: &Window) -> Option<u64> {
    let start = window.start;
    if let Some(head) = window
        .array::<10>(start)
        .filter(|head| is_id3(head, b"ID3"))
    {
        let footer = if head[5] & 0x10 != 0 { 10 } else { 0 };
        return Some(10 + id3_size(&head) + footer);
    }
    window.array::<8>(start).filter(|id| id == b"APETAGEX")?;
    let size = window.uint(start + 12, 4, Order::Little)?;
    Some(32 + size)
}

/// The length of the tag that the window ends with.
fn behind(window: &Window) -> Option<u64> {
    let end = window.end;
    let back = |length: u64| end.checked_sub(length).filter(|&at| at >= window.start);
    if back(128).and_then(|at| window.array(at)) == Some(*b"TAG") {
        let extended = back(128 + 227).and_then(|at| window.array(at)) == Some(*b"TAG+");
        return Some(if extended { 128 + 227 } else { 128 });
    }
    if back(32).and_then(|at| window.array(at)) == Some(*b"APETAGEX") {
        let size = window.uint(end - 20, 4, Order::Little)?;
        let flags = window.uint(end - 12, 4, Order::Little)?;
        let header = if flags & 1 << 31 != 0 { 32 } else { 0 };
        return Some(size.max(32) + header);
    }
    let foot: Option<[u8; 10]> = back(10).and_then(|at| window.array(at));
    if let Some(foot) = foot.filter(|foot| is_id3(foot, b"3DI")) {
        let length = 20 + id3_size(&foot);
        let head = back(length).and_then(|at| window.array(at))?;
        return is_id3(&head, b"ID3").then_some(length);
    }
    let foot: [u8; 9] = back(9).and_then(|at| window.array(at))?;
    match &foot {
        b"LYRICS200" => {
            let digits: [u8; 6] = back(15).and_then(|at| window.array(at))?;
            let size: u64 = std::str::from_utf8(&digits).ok()?.parse().ok()?;
            let head = back(size + 15).and_then(|at| window.array(at))?;
            (&head == b"LYRICSBEGIN").then_some(size + 15)
        }
        b"LYRICSEND" => {
            let from = end.saturating_sub(MAX_LYRICS).max(window.start);
            let text = window.bytes(from, (end - from) as usize);
            let at = text.windows(11).rposition(|part| part == b"LYRICSBEGIN")?;
            Some(end - from - at as u64)
        }
        _ => None,
    }
}

/// Whether ten bytes are the head (or the foot) of an ID3v2 tag of any version.
fn is_id3(head: &[u8; 10], id: &[u8; 3]) -> bool {
    head.starts_with(id) && head[3] < 0xFF && head[4] < 0xFF
}

/// What follows the head, in bytes: four times seven bits.
fn id3_size(head: &[u8; 10]) -> u64 {
    let digits = head[6..].iter();
    digits.fold(0, |size, digit| size << 7 | u64::from(digit & 0x7F))
}

/// Where the zeros end that the window begins with.
fn after_zeros(window: &Window) -> u64 {
    let mut at = window.start;
    while at < window.end && at - window.start < MAX_ZEROS {
        let part = window.bytes(at, 64 << 10);
        match part.iter().position(|&byte| byte != 0) {
            Some(zeros) => return at + zeros as u64,
            None if part.is_empty() => break,
            None => at += part.len() as u64,
        }
    }
    window.start
}

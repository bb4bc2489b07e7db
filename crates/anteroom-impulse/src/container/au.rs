//! AU, the plainest of all. Source: the manual page au(4) of SunOS.

use super::{Coding, Looked, NO_CHANNELS, NO_SOUND_YET, Order, Pcm, SILENT, Window};

/// What an AU says about itself.
pub fn look(window: Window) -> Looked {
    let field = |at: u64| window.uint(window.start + at, 4, Order::Big);
    let (Some(offset), Some(size), Some(coding), Some(rate), Some(channels)) =
        (field(4), field(8), field(12), field(16), field(20))
    else {
        return NO_SOUND_YET;
    };
    let coding = match coding {
        1 => Coding::MuLaw,
        2..=5 => Coding::Signed(coding as usize - 1, Order::Big),
        6 => Coding::Float(4, Order::Big),
        7 => Coding::Float(8, Order::Big),
        27 => Coding::ALaw,
        _ => return Looked::Wrong("it is compressed in a way that can not be read"),
    };
    let start = window.start + offset.max(24);
    let left = window.end.saturating_sub(start);
    if channels == 0 {
        return NO_CHANNELS;
    }
    if left == 0 {
        return SILENT;
    }
    // All ones stand for a size that was not known.
    let open = size == u64::from(u32::MAX) || size == 0 || !window.closed;
    Looked::Pcm(Pcm {
        start,
        bytes: if size == 0 { left } else { size.min(left) },
        coding,
        channels: channels as usize,
        rate: rate as u32,
        promised: (!open).then_some(size),
        kind: "AU",
    })
}

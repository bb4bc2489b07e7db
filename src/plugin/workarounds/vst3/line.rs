//! The automation of one continuous parameter, as VST3 means it: a point is the end of a straight line that begins at
//! the point before; before the first point of a block that is the last sample of the block before, position -1
//! (VST 3 SDK, `IParamValueQueue`, "Implicit Points" and "Jumps"). Audio thread.
//!
//! A part of what works around nice-plug 0.4.2 in `automation`, and goes with it.
//!
//! So a point at position 0 is a jump, which is what hosts send that know of no lines (JUCE: one point a block, at 0);
//! a point at the last sample of a block, and one at the last sample of the next, are a line through both.
//!
//! The curve is read where the render is at a multiple of [`GRID`] samples, and holds in between. Hosts compute the
//! points of one line anew for each of their blocks, so what is between two points depends on the blocks in its last
//! bits: what is read is therefore [rounded](rounded).

/// The curve is read at multiples of this many samples since the last reset: 0.7 ms at 48 kHz. The grid on which the
/// shape of the impulse is read is a multiple of it.
pub const GRID: u32 = 32;

/// The steps that a position is rounded to, between 0 and 1: all of them are exact as `f32`.
const STEPS: f64 = 16_777_216.0;

/// Where the border between two steps is. A host's numbers are fractions of small numbers more often than not, and so are
/// the points half way between two steps; next to an irrational number they never are.
const BORDER: f64 = 0.618_033_988_749_894_9;

/// A position as the parameter takes it: numbers that differ by the errors of a few operations are the same, but for one
/// pair in many millions; a host's own number stays itself.
pub fn rounded(position: f64) -> f32 {
    ((position.clamp(0.0, 1.0) * STEPS + BORDER).floor() / STEPS) as f32
}

/// How far the curve has come.
#[derive(Clone, Copy, Debug, Default)]
pub struct Line {
    /// Where the next line begins.
    value: f64,
    /// When that is, in samples from the beginning of the block; -1 is the last sample of the block before.
    time: i64,
    /// Whether a point was passed since the curve was read.
    pub due: bool,
}

impl Line {
    /// The curve begins anew, here: somebody else has moved the parameter.
    pub fn restart(&mut self, value: f64) {
        self.value = value;
        self.due = false;
    }

    /// Another block begins.
    pub fn begin_block(&mut self) {
        self.time = -1;
    }

    /// A point has been reached.
    pub fn pass(&mut self, time: u32, value: f64) {
        self.value = value;
        self.time = i64::from(time);
        self.due = true;
    }

    /// The curve at a time of the block, which is not past the next point.
    pub fn read(&mut self, time: u32, next: Option<(u32, f64)>) -> f64 {
        self.due = false;
        let Some((end, value)) = next else {
            return self.value;
        };
        let whole = i64::from(end) - self.time;
        let part = i64::from(time) - self.time;
        self.value + (value - self.value) * (part as f64 / whole as f64)
    }

    /// Whether the way to the next point is level.
    pub fn is_level(&self, next: f64) -> bool {
        self.value == next
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params::{AnteroomParams, FrameworkParam, Kind, STEP};
    use nice_plug::prelude::Param;

    #[test]
    fn a_line_is_read_between_its_ends_and_holds_after_the_last() {
        let mut line = Line::default();
        line.begin_block();
        line.restart(0.25);
        // From -1 to 31.
        assert_eq!(line.read(15, Some((31, 0.75))), 0.5);
        line.pass(31, 0.75);
        assert!(line.due);
        assert_eq!(line.read(31, Some((32, 0.0))), 0.75);
        line.pass(32, 0.0);
        assert_eq!(line.read(50, None), 0.0);
        assert!(!line.due);
    }

    /// One line, given by its ends alone and by the ends of blocks, is the same to the bit.
    #[test]
    fn points_on_a_line_change_no_bit_of_it() {
        let samples = 20_000_u32;
        for (from, to) in [(0.0, 1.0), (0.1, 0.7), (1.0, 1.0 / 3.0), (0.35, 0.350_001)] {
            let truth = |at: i64| from + (to - from) * ((at + 1) as f64 / f64::from(samples));
            let read = |block: u32| {
                let mut line = Line::default();
                line.restart(from);
                let mut read = Vec::new();
                let mut start = 0;
                while start < samples {
                    let end = samples.min(start + block);
                    let next = (end - start - 1, truth(i64::from(end) - 1));
                    line.begin_block();
                    for at in (start..end).filter(|at| at % GRID == 0) {
                        if at < end - 1 {
                            read.push(rounded(line.read(at - start, Some(next))));
                        }
                    }
                    line.pass(next.0, next.1);
                    if (end - 1).is_multiple_of(GRID) {
                        read.push(rounded(line.read(next.0, None)));
                    }
                    start = end;
                }
                read
            };
            let whole = read(samples);
            assert_eq!(whole.len(), 625);
            for block in [1, 17, 32, 64, 480, 512, 2048] {
                assert!(read(block) == whole, "blocks of {block}, {from} to {to}");
            }
        }
    }

    #[test]
    fn a_value_that_a_host_sends_is_that_value() {
        let params = AnteroomParams::default();
        for host_param in params.params() {
            let spec = host_param.spec();
            let FrameworkParam::Number(param) = host_param.framework() else {
                assert!(!matches!(spec.kind, Kind::Number(_)));
                continue;
            };
            for step in 0..=10_000 {
                let share = step as f32 / 10_000.0;
                let plain = spec.min + (spec.max - spec.min) * share;
                let plain = (plain / STEP).round() * STEP;
                // As the host was told it, and as hosts compute it.
                let told = param.preview_normalized(plain);
                for sent in [f64::from(told), f64::from(step) / 10_000.0] {
                    let before = param.preview_plain(sent as f32);
                    let now = param.preview_plain(rounded(sent));
                    let near = (before - now).abs() <= 2.0 * STEP;
                    assert!(near, "{} {sent}: {before} {now}", spec.id);
                }
                let there = param.preview_plain(rounded(f64::from(told)));
                let snapped = param.preview_plain(told);
                assert_eq!(there, snapped, "{} {plain}", spec.id);
            }
        }
        assert_eq!((rounded(-1.0), rounded(0.0)), (0.0, 0.0));
        assert_eq!((rounded(1.0), rounded(2.0)), (1.0, 1.0));
    }
}

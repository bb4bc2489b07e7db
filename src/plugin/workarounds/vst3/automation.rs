//! The parameter changes of one block, in the order of their time. Audio thread.
//!
//! Works around nice-plug 0.4.2 (`wrapper/vst3/wrapper.rs`, `process`). Reproduced by the system-call filter in `tests/vst3_host/sound.rs`
//! and by its tests of automation. May go when parameters move without messages and along lines.
//!
//! The framework would set the parameters itself, but it also sends a message for each of them from
//! the audio thread to its background thread or, with the editor open, through a socket: system
//! calls. And it would take every point for a step. So our shell sets them, and gives the framework
//! blocks without changes, cut where a parameter moves.
//!
//! | parameter | moves |
//! |---|---|
//! | number | along [lines](super::line), at multiples of [`GRID`] samples since the last reset |
//! | switch, choice | in a step, at the very sample of its point |
//!
//! Neither depends on how the host cuts its blocks.

#![allow(unsafe_code)]

use super::line::{GRID, Line, rounded};
use nice_plug::prelude::ParamPtr;
use nice_plug::wrapper::vst3::vst3::ComRef;
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::{
    IParamValueQueueTrait, IParameterChanges, IParameterChangesTrait, ParamID,
};
use nice_plug::wrapper::vst3::vst3::Steinberg::kResultOk;

/// Changes in one block that are kept apart. Of more than that the last of each parameter count.
const MOST_POINTS: usize = 8192;

/// Lists of changes in one block that are looked at; a host sends one for each parameter.
const MOST_QUEUES: i32 = 1024;

/// One change.
#[derive(Clone, Copy, Debug, Default)]
struct Point {
    /// Which parameter, as an index into the table.
    param: usize,
    /// When, in samples from the beginning of the block.
    time: u32,
    /// Its number among the points of the block, so that equal times keep the host's order.
    order: u32,
    /// Its position, 0 to 1.
    value: f64,
}

/// One parameter, and how far it has come.
#[derive(Debug)]
struct Track {
    id: ParamID,
    param: ParamPtr,
    /// The curve of a number; a switch has none.
    line: Option<Line>,
    /// Its position when it was last looked at: if it is another now, somebody else has moved it.
    seen: f32,
    /// Its points of this block that are still to come, as places in the list of points.
    next: usize,
    end: usize,
}

impl Track {
    fn position(&self) -> f32 {
        // SAFETY: the pointer leads into the parameters, which the owner of the table keeps alive;
        // they are atomics.
        unsafe { self.param.unmodulated_normalized_value() }
    }

    fn set(&mut self, position: f32) {
        // SAFETY: as above; the setter stores into atomics, which any thread may do.
        unsafe { self.param._internal_set_normalized_value(position) };
        self.seen = self.position();
    }

    /// Passes the points up to a time.
    fn pass(&mut self, points: &[Point], time: u32) {
        while let Some(point) = points[..self.end].get(self.next) {
            if point.time > time {
                return;
            }
            match &mut self.line {
                Some(line) => line.pass(point.time, point.value),
                None => self.set(point.value.clamp(0.0, 1.0) as f32),
            }
            self.next += 1;
        }
    }

    /// Moves to where it is at a time that is on the grid.
    fn follow(&mut self, points: &[Point], time: u32) {
        let next = points[..self.end].get(self.next);
        if let Some(line) = &mut self.line
            && (line.due || next.is_some())
        {
            let position = line.read(time, next.map(|point| (point.time, point.value)));
            self.set(rounded(position));
        }
    }

    /// When it moves next, if it does within this block; `on_grid` is the first time on the grid that is not before
    /// another.
    fn moves(&self, points: &[Point], time: u32, on_grid: impl Fn(u32) -> u32) -> Option<u32> {
        let next = points[..self.end].get(self.next);
        match (&self.line, next) {
            (None, next) => next.map(|point| point.time),
            (Some(line), Some(point)) if !line.due && line.is_level(point.value) => {
                Some(on_grid(point.time))
            }
            (Some(line), next) => (line.due || next.is_some()).then(|| on_grid(time + 1)),
        }
    }
}

/// Takes the changes of a block and hands them out by time.
#[derive(Debug)]
pub struct Automation {
    /// The parameters, in the order of the host's ids.
    tracks: Vec<Track>,
    /// The changes of this block, by parameter and time.
    points: Vec<Point>,
    /// The length of this block.
    frames: u32,
    /// Samples from the last reset to the beginning of this block.
    position: u64,
    /// How often the render had begun when that was counted.
    starts: u32,
}

impl Automation {
    /// Room for the changes of one block. The pointers must be valid whenever a method is called.
    pub fn new(table: Vec<(ParamID, ParamPtr)>) -> Self {
        let mut tracks: Vec<Track> = (table.into_iter())
            .map(|(id, param)| Track {
                id,
                param,
                line: matches!(param, ParamPtr::FloatParam(_)).then(Line::default),
                seen: f32::NAN,
                next: 0,
                end: 0,
            })
            .collect();
        tracks.sort_unstable_by_key(|track| track.id);
        let mut points = vec![Point::default(); MOST_POINTS];
        crate::exchange::touch(&mut points);
        points.clear();
        Self {
            tracks,
            points,
            frames: 0,
            position: 0,
            starts: 0,
        }
    }

    /// Reads the host's changes for a block of this many samples. `starts` tells how often the render has begun so far.
    /// Without samples the changes are all made at once. Real-time, as far as the host's own methods are.
    ///
    /// # Safety
    /// `changes` is null or the host's valid object.
    pub unsafe fn collect(&mut self, changes: *mut IParameterChanges, frames: u32, starts: u32) {
        if std::mem::replace(&mut self.starts, starts) != starts {
            self.position = 0;
        }
        self.frames = frames;
        // SAFETY: the caller's promise.
        unsafe { self.read(changes) };
        self.points
            .sort_unstable_by_key(|point| (point.param, point.time, point.order));
        let mut begin = 0;
        for (index, track) in self.tracks.iter_mut().enumerate() {
            let count = self.points[begin..].partition_point(|point| point.param == index);
            (track.next, track.end) = (begin, begin + count);
            begin = track.end;
            let position = track.position();
            let moved = position != track.seen;
            track.seen = position;
            if let Some(line) = &mut track.line {
                line.begin_block();
                if moved {
                    line.restart(f64::from(position));
                }
            }
            if frames == 0 && track.next < track.end {
                track.pass(&self.points, 0);
                track.follow(&self.points, 0);
            }
        }
    }

    /// Reads the host's changes into the list of points.
    ///
    /// # Safety
    /// `changes` is null or the host's valid object.
    unsafe fn read(&mut self, changes: *mut IParameterChanges) {
        self.points.clear();
        // SAFETY: the caller's promise.
        let Some(changes) = (unsafe { ComRef::from_raw(changes) }) else {
            return;
        };
        // SAFETY: the object is valid, by the caller's promise.
        let queues = unsafe { changes.getParameterCount() }.min(MOST_QUEUES);
        for queue in 0..queues {
            // SAFETY: the index is below the count.
            let queue_of_points = unsafe { ComRef::from_raw(changes.getParameterData(queue)) };
            let Some(queue_of_points) = queue_of_points else {
                continue;
            };
            // SAFETY: the queue is valid while the block is processed.
            let (id, count) = unsafe {
                (
                    queue_of_points.getParameterId(),
                    queue_of_points.getPointCount(),
                )
            };
            let Ok(param) = self.tracks.binary_search_by_key(&id, |track| track.id) else {
                continue;
            };
            // One place is kept for each of the queues to come.
            let later = usize::try_from(queues - queue - 1).unwrap_or(0);
            let room = MOST_POINTS.saturating_sub(self.points.len() + later);
            let first = count.saturating_sub(i32::try_from(room).unwrap_or(i32::MAX));
            for index in first..count {
                let (mut time, mut value) = (0, 0.0);
                // SAFETY: the index is below the count, and both places are ours.
                let got = unsafe { queue_of_points.getPoint(index, &mut time, &mut value) };
                if got == kResultOk && value.is_finite() && self.points.len() < MOST_POINTS {
                    let last = self.frames.saturating_sub(1);
                    self.points.push(Point {
                        param,
                        time: u32::try_from(time).unwrap_or(0).min(last),
                        order: self.points.len() as u32,
                        value: value.clamp(0.0, 1.0),
                    });
                }
            }
        }
    }

    /// Sets every parameter that moves at this time of the block. Returns when the next one moves, if one does within
    /// the block. Times must not go back; the last is the end of the block, also of one that is refused half way: its
    /// changes still count for the next. Real-time.
    pub fn apply(&mut self, time: u32) -> Option<u32> {
        if time >= self.frames {
            self.finish();
            return None;
        }
        let grid = u64::from(GRID);
        let position = self.position;
        let on_grid = |time: u32| {
            let at = position + u64::from(time);
            (at.next_multiple_of(grid) - position) as u32
        };
        let is_on_grid = on_grid(time) == time;
        let mut next = self.frames;
        for track in &mut self.tracks {
            track.pass(&self.points, time);
            if is_on_grid {
                track.follow(&self.points, time);
            }
            next = next.min(track.moves(&self.points, time, on_grid).unwrap_or(next));
        }
        (next < self.frames).then_some(next)
    }

    fn finish(&mut self) {
        for track in &mut self.tracks {
            track.pass(&self.points, self.frames);
        }
        self.position += u64::from(std::mem::take(&mut self.frames));
    }
}

//! The parameter changes of one block, in the order of their time. Audio thread.
//!
//! The framework would set the parameters itself, but it also sends a message for each of them from
//! the audio thread to its background thread or, with the editor open, through a socket: system
//! calls. So our shell sets them, and gives the framework blocks without changes, cut where a
//! parameter moves.

#![allow(unsafe_code)]

use nice_plug::prelude::ParamPtr;
use nice_plug::wrapper::vst3::vst3::ComRef;
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::{
    IParamValueQueueTrait, IParameterChanges, IParameterChangesTrait, ParamID,
};
use nice_plug::wrapper::vst3::vst3::Steinberg::kResultOk;

/// Changes in one block that are kept apart. Of more than that the last of each parameter count.
const MOST_POINTS: usize = 8192;

/// One change.
#[derive(Clone, Copy, Debug)]
struct Point {
    /// When, in samples from the beginning of the block.
    time: u32,
    /// Its number among the points of the block, so that equal times keep the host's order.
    order: u32,
    /// Which parameter, as an index into the table.
    param: usize,
    /// Its position, 0 to 1.
    value: f32,
}

/// Takes the changes of a block and hands them out by time.
#[derive(Debug)]
pub struct Automation {
    /// The host's ids and what they stand for, in the order of the ids.
    table: Vec<(ParamID, ParamPtr)>,
    /// The changes of this block.
    points: Vec<Point>,
    /// How many of them have been applied.
    applied: usize,
}

impl Automation {
    /// Room for the changes of one block. The pointers must be valid whenever a method is called.
    pub fn new(mut table: Vec<(ParamID, ParamPtr)>) -> Self {
        table.sort_unstable_by_key(|(id, _)| *id);
        let mut points = Vec::with_capacity(MOST_POINTS);
        // Written once here, so that the audio thread does not meet a fresh page.
        points.resize(
            MOST_POINTS,
            Point {
                time: 0,
                order: 0,
                param: 0,
                value: 0.0,
            },
        );
        points.clear();
        Self {
            table,
            points,
            applied: 0,
        }
    }

    /// Reads the host's changes for a block of this many samples. Real-time, as far as the host's
    /// own methods are.
    ///
    /// # Safety
    /// `changes` is null or the host's valid object.
    pub unsafe fn collect(&mut self, changes: *mut IParameterChanges, frames: u32) {
        self.points.clear();
        self.applied = 0;
        // SAFETY: the caller's promise.
        let Some(changes) = (unsafe { ComRef::from_raw(changes) }) else {
            return;
        };
        // SAFETY: the object is valid, by the caller's promise.
        let queues = unsafe { changes.getParameterCount() };
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
            let Ok(param) = self.table.binary_search_by_key(&id, |(id, _)| *id) else {
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
                    let last = frames.saturating_sub(1);
                    self.points.push(Point {
                        time: u32::try_from(time).unwrap_or(0).min(last),
                        order: self.points.len() as u32,
                        param,
                        value: value as f32,
                    });
                }
            }
        }
        self.points
            .sort_unstable_by_key(|point| (point.time, point.order));
    }

    /// Sets every parameter that changes at `time` or before and has not been set yet. Returns when
    /// the next change comes, if there is one in this block. Real-time.
    pub fn apply(&mut self, time: u32) -> Option<u32> {
        while let Some(point) = self.points.get(self.applied) {
            if point.time > time {
                return Some(point.time);
            }
            if let Some((_, param)) = self.table.get(point.param) {
                // SAFETY: the pointer leads into the parameters, which the owner of the table keeps
                // alive; the setter stores into atomics, which any thread may do.
                unsafe { param._internal_set_normalized_value(point.value.clamp(0.0, 1.0)) };
            }
            self.applied += 1;
        }
        None
    }
}

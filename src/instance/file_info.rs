//! What an impulse is like, for a list of many: length, channels, rate, reverberation time. Reads
//! files; not real-time.

use serde::{Deserialize, Serialize};

use crate::background::Job;
use crate::files;
use crate::impulse::{FileRef, Origin, analyze};
use crate::loader::ROOM_CHANNELS;

/// The rate at which rooms are looked at, Hz.
const ROOM_RATE: u32 = 48_000;
/// What is more than this many bytes is not read for a list.
const MOST_BYTES: u64 = 256 << 20;

/// What an impulse is like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FileInfo {
    /// 1, 2 or 4.
    pub channels: u32,
    /// The sample rate, Hz; 0 for rooms, which are made at any.
    pub rate: u32,
    /// The length, seconds.
    pub seconds: f32,
    /// The reverberation time, from -5 to -35 dB or else to -25 dB, seconds, where it can be
    /// measured.
    pub rt60: Option<f32>,
}

/// Looks at a file or a room. None if it can not be used, or if it is too large to be read for a
/// line in a list. Takes as long as reading it does, and gives up when the job is cancelled, or when its place does not
/// answer.
#[must_use]
pub fn file_info(origin: &Origin, job: &Job<'_>) -> Option<FileInfo> {
    let (impulse, rate) = match origin {
        // With all channels, or its first would not be the one that sounds.
        Origin::Room(_, recipe) => {
            let made = recipe.render_with(ROOM_RATE, ROOM_CHANNELS, job.cancel)?;
            (made, 0)
        }
        Origin::File(file) => {
            let path = &file.absolute;
            let progress = job.progress;
            let report = |share| progress.report(0, share);
            let about = files::metadata(path, job.cancel).ok()?;
            if about.len() > MOST_BYTES {
                return None;
            }
            let (_, decoded) = FileRef::open_with(path, (job.cancel, &report)).ok()?;
            (decoded.repaired().into_owned(), decoded.impulse.rate)
        }
        Origin::Nothing => return None,
    };
    Some(FileInfo {
        channels: u32::try_from(impulse.channels.len()).unwrap_or(0),
        rate,
        seconds: impulse.seconds() as f32,
        rt60: analyze::reverberation_s(&impulse).map(|seconds| seconds as f32),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::background::to_the_end;

    #[test]
    fn a_room_is_true_stereo_and_has_the_reverberation_of_its_recipe() {
        let origin = Origin::room("Studio").expect("a built-in room");
        let Origin::Room(_, recipe) = &origin else {
            unreachable!("a room is a room");
        };
        let info = to_the_end(|job| file_info(&origin, job)).expect("info");
        assert_eq!((info.channels, info.rate), (4, 0));
        assert!(info.seconds > 0.1);
        let found = info.rt60.expect("it decays");
        let ratio = found / recipe.rt60_s;
        assert!((0.7..1.4).contains(&ratio), "{found} {}", recipe.rt60_s);
    }

    #[test]
    fn what_is_not_there_has_no_info() {
        let origin = crate::loader::file_at("/none.wav".as_ref());
        assert_eq!(to_the_end(|job| file_info(&origin, job)), None);
    }
}

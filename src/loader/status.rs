//! What the editor is told: always whole, always the newest, never in the way of the work.

use std::sync::Arc;

use crate::impulse::{ChannelsAs, FileRef, Impulse, Origin};

use super::Material;

/// How many columns a picture has at most.
const COLUMNS: usize = 1024;

/// What the loader has, is doing, or could not do. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Status {
    /// What it is doing.
    pub phase: Phase,
    /// Where the impulse in use comes from, with everything that is known of it.
    pub origin: Arc<Origin>,
    /// What is in use; nothing at first, and while a recalled file is missing.
    pub loaded: Option<Arc<Loaded>>,
    /// The shaped impulse, for the waveform.
    pub picture: Arc<Picture>,
    /// What the engine in use was made of.
    pub material: Material,
    /// The bytes that the copy in the project takes, or about those that it would take, once that was asked for.
    pub embedded_bytes: Option<usize>,
    /// The generation that this status belongs to.
    pub generation: u64,
    /// Changes of the impulse by the user, so far: a project is modified when this has moved.
    pub revision: u64,
}

/// What the loader is doing.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Phase {
    /// Nothing was asked for yet.
    #[default]
    Idle,
    /// It is at work on this.
    Loading {
        /// The name of the impulse.
        what: String,
    },
    /// The impulse is in use.
    Ready,
    /// The file can not be found. The project keeps its recipe.
    Missing {
        /// The file that is meant.
        file: Box<FileRef>,
        /// A sentence that names it.
        message: String,
    },
    /// It went wrong; a sentence that names what and why.
    Failed {
        /// The sentence.
        message: String,
    },
}

/// What is in use.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Loaded {
    /// The name of the file or room.
    pub name: String,
    /// The channels of the impulse: 1, 2 or 4.
    pub channels: usize,
    /// Its own sample rate in Hz.
    pub rate: u32,
    /// Its own length in frames.
    pub frames: usize,
    /// Bits of a sample; `None` for floats, lossy codecs and rooms.
    pub bits: Option<u32>,
    /// The kind of file, or "room".
    pub format: String,
    /// What was repaired or dropped, in short sentences.
    pub notes: Vec<String>,
    /// How the channels of the file are used; none where there is nothing to choose.
    pub channels_as: Option<ChannelsAs>,
}

/// The outline of an impulse: the least and greatest sample of each column.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Picture {
    /// By channel, then by column: least, greatest.
    pub channels: Vec<Vec<[f32; 2]>>,
    /// The length that the columns span, in frames at the host's rate.
    pub frames: usize,
    /// The same in seconds.
    pub seconds: f64,
    /// The greatest magnitude.
    pub peak: f32,
}

impl Picture {
    /// Draws an impulse.
    #[must_use]
    pub fn of(impulse: &Impulse) -> Self {
        // Nobody cancels it.
        Self::of_with(impulse, &|| false).unwrap_or_default()
    }

    /// The same; `None` as soon as `cancelled` says so, which is asked every few milliseconds.
    pub(super) fn of_with(impulse: &Impulse, cancelled: &dyn Fn() -> bool) -> Option<Self> {
        let width = impulse.frames().div_ceil(COLUMNS).max(1);
        let mut picture = Self {
            frames: impulse.frames(),
            seconds: impulse.seconds(),
            ..Self::default()
        };
        for channel in &impulse.channels {
            let mut columns = Vec::new();
            for samples in channel.chunks(width) {
                if cancelled() {
                    return None;
                }
                let [least, most] = samples.iter().fold(
                    [f32::INFINITY, f32::NEG_INFINITY],
                    |[least, most], sample| [least.min(*sample), most.max(*sample)],
                );
                picture.peak = picture.peak.max(most).max(-least);
                columns.push([least, most]);
            }
            picture.channels.push(columns);
        }
        Some(picture)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_spans_all_samples_in_few_columns() {
        let mut samples = vec![0.25_f32; 100_000];
        samples[99_999] = -2.0;
        let impulse = Impulse {
            channels: vec![samples; 2],
            rate: 50_000,
        };
        let picture = Picture::of(&impulse);
        assert_eq!(picture.channels.len(), 2);
        assert!(picture.channels[0].len() <= COLUMNS);
        assert_eq!(picture.channels[0].first(), Some(&[0.25, 0.25]));
        assert_eq!(picture.channels[0].last(), Some(&[-2.0, 0.25]));
        assert_eq!(
            (picture.frames, picture.seconds, picture.peak),
            (100_000, 2.0, 2.0)
        );
    }
}

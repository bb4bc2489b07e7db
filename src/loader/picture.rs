//! The outline of an impulse, as the editor draws it.

use crate::impulse::Impulse;

/// How many columns a picture has at most.
const COLUMNS: usize = 4096;

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

//! The work of the freeze as a list of small pieces, and how far it has come.

use super::sizes::Sizes;

/// A kind of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Keeps the past as it is.
    Keep,
    /// Begins the search for a like place in the past.
    BeginSearch,
    /// Its first step.
    Compare,
    /// Its second step.
    Refine,
    /// Windows the last frame (0) or the one before (1).
    Window(usize),
    /// A pass of the transform.
    Pass(usize),
    /// Takes the transform of such a frame in.
    Unpack(usize),
    /// Tells partials from noise.
    FindPeaks,
    /// Sums the noise.
    WeighNoise,
    /// Levels the noise.
    LevelNoise,
    /// Writes the spectrum of a frame to be played.
    Fill,
    /// Lays the frame over the one before.
    Overlap,
}

/// So many pieces of one kind, and about how long one takes, in nanoseconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    pub kind: Kind,
    pub pieces: usize,
    pub cost: usize,
}

/// Samples of one piece of what goes along the samples.
pub(super) const SAMPLES: usize = 256;

/// A list of work, and what it costs as a whole.
#[derive(Debug)]
pub(super) struct List {
    steps: Vec<Step>,
    cost: usize,
}

/// Lists of work for the time before the first frame, and between two frames.
#[derive(Debug)]
pub(super) struct Lists {
    pub opening: List,
    pub steady: List,
}

impl List {
    fn new(steps: Vec<Step>) -> Self {
        let cost = steps.iter().map(|step| step.pieces * step.cost).sum();
        Self { steps, cost }
    }
}

impl Lists {
    /// Not real-time. `search` are the pieces of the search, `passes` and `pieces` those of the transform.
    pub fn new(sizes: Sizes, search: [usize; 2], passes: usize, pieces: usize) -> Self {
        let step = |kind, pieces, cost| Step { kind, pieces, cost };
        let bins = sizes.hop / super::spectrum::PIECE;
        // The first passes go along numbers that lie far apart.
        let cost = |pass| match pass {
            0 => 240,
            1 | 2 => 215,
            _ => 75,
        };
        let transform = || (0..passes).map(|pass| step(Kind::Pass(pass), pieces, cost(pass)));
        let mut steady = vec![step(Kind::Fill, bins, 170)];
        steady.extend(transform());
        steady.push(step(Kind::Overlap, sizes.hop / SAMPLES, 140));

        let mut opening = vec![
            step(Kind::Keep, sizes.past / SAMPLES, 130),
            step(Kind::BeginSearch, 1, 800),
            step(Kind::Compare, search[0], 90),
            step(Kind::Refine, search[1], 130),
        ];
        for ago in [1, 0] {
            opening.push(step(Kind::Window(ago), sizes.frame / SAMPLES, 60));
            opening.extend(transform());
            opening.push(step(Kind::Unpack(ago), bins, 130));
        }
        opening.push(step(Kind::FindPeaks, bins, 500));
        opening.push(step(Kind::WeighNoise, bins, 260));
        opening.push(step(Kind::LevelNoise, bins, 210));
        opening.extend(&steady);
        Self {
            opening: List::new(opening),
            steady: List::new(steady),
        }
    }
}

/// How far a list has been worked off.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Progress {
    step: usize,
    piece: usize,
    done: usize,
}

impl Progress {
    /// The next piece of a list, if one is due after `part` of `whole` samples. Real-time.
    pub fn next(&mut self, list: &List, part: usize, whole: usize) -> Option<(Kind, usize)> {
        // Everything is due at the end.
        if self.done * whole >= list.cost * part {
            return None;
        }
        let step = list.steps.get(self.step)?;
        let next = (step.kind, self.piece);
        self.done += step.cost;
        self.piece += 1;
        if self.piece >= step.pieces {
            self.step += 1;
            self.piece = 0;
        }
        Some(next)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{lag::Lag, transform::Transform};
    use super::*;

    /// From then on the past is played, and all is done when the first frame is due.
    #[test]
    fn the_search_ends_within_the_first_fade_and_all_of_it_within_a_hop() {
        for rate in [8e3, 16e3, 32e3, 44.1e3, 48e3, 96e3, 192e3, 384e3] {
            let sizes = Sizes::at(rate);
            let transform = Transform::new(sizes.frame);
            let search = Lag::new(sizes).pieces();
            let lists = Lists::new(sizes, search, transform.passes(), transform.pieces());
            let mut progress = Progress::default();
            let mut refined = 0;
            while let Some((kind, _)) = progress.next(&lists.opening, sizes.fade, sizes.hop) {
                refined += usize::from(kind == Kind::Refine);
            }
            assert_eq!(refined, search[1], "{rate} Hz");
            while progress
                .next(&lists.opening, sizes.hop, sizes.hop)
                .is_some()
            {}
            assert_eq!(progress.step, lists.opening.steps.len(), "{rate} Hz");
        }
    }
}

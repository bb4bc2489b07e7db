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

/// Which list of work it is time for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Until the past is played.
    Search,
    /// Until the first frame.
    Opening,
    /// Between two frames.
    Steady,
}

/// Lists of work: before the past is played, before the first frame, and between two frames.
#[derive(Debug)]
pub(super) struct Lists {
    search: List,
    opening: List,
    steady: List,
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
        steady.push(step(Kind::Overlap, sizes.hop / SAMPLES, 350));

        // What has long been written and what was never read lie far away.
        let searching = vec![
            step(Kind::Keep, sizes.past / SAMPLES, 330),
            step(Kind::BeginSearch, 1, 500),
            step(Kind::Compare, search[0], 100),
            step(Kind::Refine, search[1], 170),
        ];
        let mut opening = Vec::new();
        for ago in [1, 0] {
            opening.push(step(Kind::Window(ago), sizes.frame / SAMPLES, 60));
            opening.extend(transform());
            opening.push(step(Kind::Unpack(ago), bins, 130));
        }
        opening.push(step(Kind::FindPeaks, bins, 800));
        opening.push(step(Kind::WeighNoise, bins, 320));
        opening.push(step(Kind::LevelNoise, bins, 280));
        opening.extend(&steady);
        Self {
            search: List::new(searching),
            opening: List::new(opening),
            steady: List::new(steady),
        }
    }

    /// The list of a phase. Real-time.
    pub fn of(&self, phase: Phase) -> &List {
        match phase {
            Phase::Search => &self.search,
            Phase::Opening => &self.opening,
            Phase::Steady => &self.steady,
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

    #[test]
    fn all_of_a_list_is_done_in_its_time_and_half_of_it_in_half_of_that() {
        for rate in [8e3, 16e3, 32e3, 44.1e3, 48e3, 96e3, 192e3, 384e3] {
            let sizes = Sizes::at(rate);
            let transform = Transform::new(sizes.frame);
            let search = Lag::new(sizes).pieces();
            let lists = Lists::new(sizes, search, transform.passes(), transform.pieces());
            for list in [&lists.search, &lists.opening, &lists.steady] {
                let mut progress = Progress::default();
                while progress.next(list, 500, 1000).is_some() {}
                assert!(progress.done >= list.cost / 2, "{rate} Hz");
                // Within a piece.
                assert!(progress.done < list.cost / 2 + 801, "{rate} Hz");
                while progress.next(list, 1000, 1000).is_some() {}
                assert_eq!(progress.done, list.cost, "{rate} Hz");
                assert_eq!(progress.step, list.steps.len(), "{rate} Hz");
            }
        }
    }
}

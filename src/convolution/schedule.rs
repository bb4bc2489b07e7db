//! Which piece of work is next, within a budget for each block of the schedule.

use super::plan::{Level, Plan};

/// Which piece is next. The same code plays the schedule here and runs it on the audio thread.
#[derive(Clone, Debug)]
pub(crate) struct Schedule {
    /// Per level: the next piece of its block, or the number of pieces when it has no work.
    next: Vec<usize>,
    /// What was spent since the block of the schedule began, with what was spent too early, less what is owed.
    spent: i64,
    /// Work whose answer would come at this sample or later is left out.
    end: usize,
    /// Levels that have work: the first block of the larger ones may not be over, or the answer come too late.
    working: usize,
}

impl Schedule {
    pub fn new(levels: usize) -> Self {
        Self {
            next: vec![usize::MAX; levels],
            spent: 0,
            end: usize::MAX,
            working: 0,
        }
    }

    /// Forgets all work. Real-time.
    pub fn reset(&mut self) {
        self.next.fill(usize::MAX);
        self.spent = 0;
        self.end = usize::MAX;
        self.working = 0;
    }

    /// How many levels have work: the first ones, as the larger ones begin later and answer later. Real-time.
    pub fn working(&self) -> usize {
        self.working
    }

    /// From now on, `samples` after the beginning, leaves out the work whose answer would come at `end` or later.
    /// Real-time.
    pub fn leave(&mut self, plan: &Plan, samples: usize, end: usize) {
        let spends = |working| {
            (plan.budget(working) * (samples % plan.block) as u64 / plan.block as u64) as i64
        };
        let before = spends(self.working);
        self.end = self.end.min(end);
        self.choose(&plan.levels, samples);
        // What is ahead of the old target, or behind it, is so of the new one.
        self.spent += spends(self.working) - before;
    }

    /// Which levels have work, `samples` after the beginning.
    fn choose(&mut self, levels: &[Level], samples: usize) {
        let heard = |level: &&Level| (samples / level.size + 1) * level.size < self.end;
        let heard = levels.iter().take_while(heard).count();
        self.next[heard..].fill(usize::MAX);
        let begun = levels.iter().take_while(|level| level.size <= samples);
        self.working = heard.min(begun.count());
    }

    /// The next piece, if with it the sum comes nearer to `target`: its level and its index. Real-time.
    ///
    /// So the sum is at most half a piece off. (Beginning pieces as long as anything is left spends up to a whole
    /// piece too much.)
    ///
    /// The smallest level with work goes first. That is also the one with the earliest deadline, as all sizes
    /// divide the larger ones: a large block can not be due before a small one that has begun.
    #[inline]
    pub fn next(&mut self, levels: &[Level], target: u64) -> Option<(usize, usize)> {
        let left = target as i64 - self.spent;
        if left <= 0 {
            return None;
        }
        for (index, (level, next)) in levels.iter().zip(&mut self.next).enumerate() {
            if let Some(piece) = level.pieces.get(*next) {
                let cost = piece.cost as i64;
                if cost > 2 * left {
                    return None;
                }
                self.spent += cost;
                *next += 1;
                return Some((index, *next - 1));
            }
        }
        None
    }

    /// The next piece of a level that has to be done now, whatever it costs.
    pub fn forced(&mut self, levels: &[Level], index: usize) -> Option<usize> {
        let piece = levels[index].pieces.get(self.next[index])?;
        self.spent += piece.cost as i64;
        self.next[index] += 1;
        Some(self.next[index] - 1)
    }

    /// A block of the schedule is over, `samples` after the beginning: gives every level whose own block is
    /// complete new work. Returns whether all of these had done their old work. Real-time.
    pub fn turn(&mut self, levels: &[Level], budget: u64, samples: usize) -> bool {
        self.spent -= budget as i64;
        let mut work = levels.iter().zip(&self.next);
        if work.all(|(level, next)| *next >= level.pieces.len()) {
            // Unspent budget is not saved up: there was no work for it.
            self.spent = self.spent.max(0);
        }
        let mut in_time = true;
        for (level, next) in levels.iter().zip(&mut self.next) {
            if samples.is_multiple_of(level.size) {
                in_time &= *next >= level.pieces.len();
                *next = 0;
            }
        }
        if self.working < levels.len() || self.end < usize::MAX {
            self.choose(levels, samples);
        }
        in_time
    }
}

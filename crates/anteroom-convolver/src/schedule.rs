//! Which work item is next, so that all levels move on evenly.

use super::plan::Level;

/// Keep working on one level (its data is cached) until it leads by this much modelled cost, in picoseconds: for calls of
/// up to 64 samples (3 % of what 10 s of true stereo cost in such a call), and for each further sample of a call.
const AHEAD: i64 = 300_000;
const FURTHER_AHEAD: i64 = 17_000;

/// Most of these further samples.
const FURTHER: usize = 1024;

/// Chooses the next work item.
///
/// With each sample every level earns its share of what a block of its own costs, and its work items are paid from that.
/// So each level moves evenly from one deadline to the next, and each stretch of samples does a little of everything: some
/// items find their data in the caches, others wait for memory. (Earliest deadline first, with one budget for all levels,
/// does all work of the smaller levels at once, when their blocks begin.)
#[derive(Clone, Debug)]
pub(crate) struct Schedule {
    /// Per level.
    accounts: Vec<Account>,
    /// Levels that have work: the first block of the larger ones may not be over, or the answer come too late.
    working: usize,
    /// Work whose answer would come at this sample or later is left out.
    end: usize,
    /// The sum of the credits of all levels that have work.
    sum: i64,
    /// The level of the last work item, and how far ahead it may be.
    held: usize,
    ahead: i64,
    /// So many levels, the first ones, have to be done with the present block.
    due: usize,
}

#[derive(Clone, Copy, Debug)]
struct Account {
    /// The next work item of its block, or beyond the last when it has no work.
    next: usize,
    /// Earned and not spent, picoseconds of the model; less than nothing when a work item was begun early.
    credit: i64,
}

const IDLE: Account = Account {
    next: usize::MAX,
    credit: 0,
};

impl Schedule {
    pub fn new(levels: usize) -> Self {
        Self {
            accounts: vec![IDLE; levels],
            working: 0,
            end: usize::MAX,
            sum: 0,
            held: 0,
            ahead: AHEAD,
            due: 0,
        }
    }

    /// Forgets all work. Real-time.
    pub fn reset(&mut self) {
        self.accounts.fill(IDLE);
        self.working = 0;
        self.end = usize::MAX;
        self.sum = 0;
        self.due = 0;
    }

    /// From now on, `samples` after the beginning, leaves out the work whose answer would come at `end` or later.
    /// Real-time.
    pub fn retire_after(&mut self, levels: &[Level], samples: usize, end: usize) {
        self.end = self.end.min(end);
        self.choose(levels, samples);
    }

    /// Which levels have work, `samples` after the beginning: the first ones, as the larger ones begin later and answer
    /// later.
    fn choose(&mut self, levels: &[Level], samples: usize) {
        let heard = |level: &&Level| (samples / level.size + 1) * level.size < self.end;
        let heard = levels.iter().take_while(heard).count();
        self.accounts[heard..].fill(IDLE);
        let begun = levels.iter().take_while(|level| level.size <= samples);
        self.working = heard.min(begun.count());
        self.sum_up();
    }

    fn sum_up(&mut self) {
        let working = &self.accounts[..self.working];
        self.sum = working.iter().map(|account| account.credit).sum();
    }

    /// So many samples are asked for at a time. Real-time.
    pub fn call_of(&mut self, samples: usize) {
        let further = samples.saturating_sub(64).min(FURTHER);
        self.ahead = AHEAD + FURTHER_AHEAD * further as i64;
    }

    /// So many samples have come. Real-time.
    pub fn earn(&mut self, levels: &[Level], samples: usize) {
        for (level, account) in levels.iter().zip(&mut self.accounts[..self.working]) {
            account.credit += level.rate * samples as i64;
            self.sum += level.rate * samples as i64;
        }
    }

    /// The next work item, if with it the sum of what was spent comes nearer to what was earned: its level and its index.
    /// Real-time.
    ///
    /// So the sum is at most half a work item off. (Beginning work items as long as anything is left spends up to a whole
    /// work item too much.)
    #[inline]
    pub fn next(&mut self, levels: &[Level]) -> Option<(usize, usize)> {
        if self.sum <= 0 {
            return None;
        }
        let credit = |index: usize| {
            let account = self.accounts[index];
            (account.next < levels[index].items.len()).then_some(account.credit)
        };
        let held = self.held;
        let index = if let Some(due) = (0..self.due).find(|index| credit(*index).is_some()) {
            due
        } else if held < self.working && credit(held).is_some_and(|credit| credit >= -self.ahead) {
            held
        } else {
            (0..self.working).max_by_key(|index| credit(*index).unwrap_or(i64::MIN))?
        };
        let account = &mut self.accounts[index];
        let cost = levels[index].items.get(account.next)?.cost as i64;
        if cost > 2 * self.sum {
            return None;
        }
        self.held = index;
        self.sum -= cost;
        account.credit -= cost;
        account.next += 1;
        Some((index, account.next - 1))
    }

    /// The next work item of a level whose block is over: what is left has to be done now. Real-time.
    pub fn last(&mut self, levels: &[Level], index: usize) -> Option<usize> {
        let account = &mut self.accounts[index];
        let item = levels[index].items.get(account.next)?;
        self.sum -= item.cost as i64;
        account.credit -= item.cost as i64;
        account.next += 1;
        Some(account.next - 1)
    }

    /// A block of the smallest level is over, `samples` after the beginning: gives every level whose own block is
    /// complete new work. Real-time.
    pub fn end_block(&mut self, levels: &[Level], samples: usize) {
        for (level, account) in levels.iter().zip(&mut self.accounts) {
            if samples.is_multiple_of(level.size) {
                account.next = 0;
                // What was earned too much, by rounding, is not saved up.
                account.credit = account.credit.min(0);
            }
        }
        if self.working < levels.len() || self.end < usize::MAX {
            self.choose(levels, samples);
        }
        self.sum_up();
        let block = levels.first().map_or(1, |level| level.size);
        let due = levels[..self.working].iter();
        let due = due.take_while(|level| (samples + block).is_multiple_of(level.size));
        self.due = due.count();
    }
}

#[cfg(test)]
mod tests {
    use super::super::{
        cost::CostTable,
        plan::{Dimensions, Plan},
    };
    use super::*;

    fn plan(costs: CostTable, tail: usize) -> Plan {
        Plan::new(Dimensions {
            costs,
            inputs: 2,
            output_sums: 2,
            responses: 4,
            terms: 4,
            tail,
            extents: None,
        })
    }

    /// What is spent in each stretch of samples, in picoseconds of the model, for three periods of the largest
    /// level once all have begun, and how many work items were left to the last moment. `greedy` does everything as soon as
    /// there is work.
    fn play(plan: &Plan, stretch: usize, greedy: bool) -> (Vec<u64>, usize) {
        let levels = &plan.levels;
        let mut schedule = Schedule::new(levels.len());
        let period = levels.last().map_or(0, |level| level.size);
        let (mut stretches, mut late) = (Vec::new(), 0);
        for to in (stretch..=5 * period).step_by(stretch) {
            let mut spent = 0;
            schedule.earn(levels, stretch);
            if greedy {
                schedule.sum = i64::MAX / 2;
            }
            while let Some((level, item)) = schedule.next(levels) {
                spent += levels[level].items[item].cost;
            }
            if to.is_multiple_of(plan.block) {
                for index in 0..levels.len() {
                    while to.is_multiple_of(levels[index].size)
                        && let Some(item) = schedule.last(levels, index)
                    {
                        spent += levels[index].items[item].cost;
                        late += 1;
                    }
                }
                schedule.end_block(levels, to);
            }
            if to > 2 * period {
                stretches.push(spent);
            }
        }
        (stretches, late)
    }

    #[test]
    fn every_stretch_costs_the_same_within_a_piece() {
        for costs in [CostTable::Wide, CostTable::Narrow] {
            for tail in [3_000, 48_000, 480_000, 1_440_000] {
                let plan = plan(costs, tail);
                let rate: i64 = plan.levels.iter().map(|level| level.rate).sum();
                let items = plan.levels.iter().flat_map(|level| &level.items);
                let item = items.map(|item| item.cost).max().unwrap_or(0);
                for stretch in [16, 64] {
                    let even = (rate * stretch as i64) as u64;
                    let (stretches, late) = play(&plan, stretch, false);
                    let worst = stretches.iter().map(|spent| spent.abs_diff(even)).max();
                    let worst = worst.unwrap_or(0);
                    assert!(
                        worst <= item,
                        "{costs:?}, {tail} taps, {stretch}: {worst} of {even}"
                    );
                    let blocks = stretches.len() * stretch / plan.block;
                    assert!(
                        late * 20 < blocks,
                        "{costs:?}, {tail} taps: {late} of {blocks} late"
                    );
                    // The check can fail.
                    let (bursts, _) = play(&plan, stretch, true);
                    assert!(bursts.iter().any(|spent| spent.abs_diff(even) > item));
                }
            }
        }
    }

    /// A level that has not begun earns nothing, neither does one that is not heard any more.
    #[test]
    fn only_levels_that_have_work_earn() {
        let plan = plan(CostTable::Narrow, 480_000);
        let levels = &plan.levels[..];
        let (block, mut schedule) = (plan.block, Schedule::new(levels.len()));
        let largest = levels[levels.len() - 1].size;
        for to in (block..=2 * largest).step_by(block) {
            schedule.earn(levels, block);
            while schedule.next(levels).is_some() {}
            schedule.end_block(levels, to);
            let begun = levels.iter().filter(|level| level.size <= to).count();
            assert_eq!(schedule.working, begun, "{to}");
        }
        // 1000 samples on, the first answers of the third level come too late.
        schedule.retire_after(levels, 2 * largest, 2 * largest + 1000);
        assert_eq!((levels[2].size, schedule.working), (1024, 2));
        schedule.retire_after(levels, 2 * largest, 2 * largest + 5000);
        assert_eq!(schedule.working, 2, "an end is not taken back");
        schedule.reset();
        assert_eq!((schedule.working, schedule.end), (0, usize::MAX));
    }
}

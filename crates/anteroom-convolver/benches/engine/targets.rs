//! What was aimed at, what was found, and whether it was met.

use super::{
    callgrind::Counted, measure::Found, scenario::CENTRAL, signals::Heard, target::Target,
    turns::Turns,
};

/// The largest of some figures, as one target.
fn largest(what: &str, bound: f64, figures: impl Iterator<Item = (f64, String)>) -> Option<Target> {
    let mut all: Vec<_> = figures.collect();
    all.sort_by(|a, b| b.0.total_cmp(&a.0));
    let beyond = all.iter().filter(|(figure, _)| *figure > bound).count();
    let (figure, place) = all.first()?.clone();
    let place = match beyond {
        0 | 1 => place,
        _ => format!("{place}; {beyond} of {} are beyond", all.len()),
    };
    Some(Target::most(what, figure, bound, place))
}

/// The targets of the table.
pub fn of_table(found: &[Found]) -> Vec<Target> {
    let named = |name: &'static str| found.iter().filter(move |found| found.engine == name);
    let ours = || named("anteroom");
    let name = |found: &Found| found.scenario.name();
    let mut targets = Vec::new();
    let central = |name| named(name).find(|found| found.scenario == CENTRAL);
    if let (Some(ours), Some(rival)) = (central("anteroom"), central("fft-convolver")) {
        let (ours, rival) = (ours.spread, rival.spread);
        let place = CENTRAL.name();
        targets.push(Target::least(
            "fft-convolver's mean, in ours",
            rival.mean / ours.mean,
            10.0,
            place.clone(),
        ));
        targets.push(Target::least(
            "fft-convolver's worst block, in ours",
            rival.worst / ours.worst,
            200.0,
            place,
        ));
    }
    for (block, bound) in [
        (16, 2.0),
        (32, 1.8),
        (64, 1.6),
        (128, 1.6),
        (512, 1.4),
        (2048, 1.4),
    ] {
        let here = ours().filter(|found| found.scenario.block == block);
        targets.extend(largest(
            &format!("worst block, in means, {block} frames"),
            bound,
            here.map(|found| (found.worst_over_mean(), name(found))),
        ));
    }
    // Two scenarios of ours: a figure of one in that of the other.
    let beside = |mean: &dyn Fn(&Found) -> f64,
                  other: &dyn Fn(&Found) -> Option<(usize, usize)>|
     -> Vec<(f64, String)> {
        let pairs = ours().filter_map(|found| {
            let (seconds, block) = other(found)?;
            let base = ours().find(|base| {
                let place = base.scenario;
                place.channels == found.scenario.channels
                    && (place.seconds, place.block) == (seconds, block)
            })?;
            let share = |found: &Found| found.share(mean(found));
            Some((share(found) / share(base), name(found)))
        });
        pairs.collect()
    };
    let at_1_s = beside(&|found| found.spread.mean, &|found| match found.scenario {
        place if place.seconds == 30 => Some((1, place.block)),
        _ => None,
    });
    targets.extend(largest(
        "mean at 30 s, in that at 1 s",
        30_f64.sqrt(),
        at_1_s.into_iter(),
    ));
    targets.extend(largest(
        "error at 10 s, dBFS",
        -118.0,
        ours()
            .filter(|found| found.scenario.seconds == 10)
            .map(|found| (found.error_db, name(found))),
    ));
    for (channels, memory, preparation) in [(2, 20.0, 20.0), (4, 28.0, 35.0)] {
        let here =
            || ours().filter(move |f| (f.scenario.seconds, f.scenario.channels) == (10, channels));
        targets.extend(largest(
            "memory at 10 s, MB",
            memory,
            here().filter_map(|found| Some((found.bytes? as f64 / 1e6, name(found)))),
        ));
        // The same work six times: the shortest is what it takes.
        let shortest = here().min_by(|a, b| a.preparation.total_cmp(&b.preparation));
        targets.extend(shortest.map(|found| {
            Target::most(
                "preparation at 10 s, ms",
                found.preparation / 1e6,
                preparation,
                name(found),
            )
        }));
    }
    targets
}

/// Long blocks cost no more than short ones.
pub fn of_turns(turns: &[Turns]) -> Option<Target> {
    largest(
        "load at 512 frames, in that at 64",
        1.0,
        turns
            .iter()
            .map(|turns| (turns.ratio(), turns.scenario.name())),
    )
}

/// Signals cost the same within 10 %.
pub fn of_signals(signals: &[Heard]) -> Option<Target> {
    let means = || signals.iter().map(|heard| (heard.mean, heard.name));
    let dearest = means().max_by(|a, b| a.0.total_cmp(&b.0))?;
    let cheapest = means().min_by(|a, b| a.0.total_cmp(&b.0))?;
    Some(Target::most(
        "cost of the dearest signal, in that of the cheapest",
        dearest.0 / cheapest.0,
        1.1,
        format!("{}, {}", dearest.1, cheapest.1),
    ))
}

/// Instructions, where the field's figure is for stereo.
pub fn of_counted(counted: &Counted) -> Vec<Target> {
    let (place, spread) = (counted.scenario.name(), counted.spread);
    let mean = (counted.scenario.channels == 2).then(|| {
        Target::most(
            "thousand instructions a block",
            spread.mean / 1e3,
            60.0,
            &*place,
        )
    });
    let worst = Target::most(
        "worst block, in means, instructions",
        spread.worst / spread.mean,
        1.6,
        &*place,
    );
    mean.into_iter().chain([worst]).collect()
}

//! The table: every engine on every scenario, side by side in one run.

use anteroom_convolver::Convolver;

use super::{
    measure::{Found, Subject, measure},
    options::Options,
    oracles::Uniform,
    rivals::TwoStage,
    scenario::Scenario,
    zita::Zita,
};

/// All engines on one scenario.
pub fn compare(
    scenario: Scenario,
    options: Options,
    zita: Option<&Zita>,
    only_ours: bool,
    mut found: impl FnMut(Found),
) {
    let impulse = scenario.impulse();
    found(ours(scenario, options, &impulse));
    if only_ours {
        return;
    }
    let make = || Box::new(TwoStage::new(scenario, &impulse)) as Box<dyn Convolver>;
    let two_stage = Subject::new("fft-convolver", &make);
    found(measure(scenario, options, &impulse, &two_stage));
    let make = || {
        Box::new(Uniform::new(&impulse, &scenario.matrix(), scenario.block)) as Box<dyn Convolver>
    };
    // All its blocks are alike and it does not ask what it has heard, so a few blocks tell.
    let uniform = Subject {
        period: (16 * scenario.block)
            .clamp(512, 1 << 14)
            .max(scenario.block),
        warms_up: false,
        ..Subject::new("uniform", &make)
    };
    found(measure(scenario, options, &impulse, &uniform));
    if let Some(zita) = zita {
        match zita.measure(scenario, options, &impulse) {
            Ok(result) => result.into_iter().for_each(found),
            Err(error) => eprintln!("zita-convolver: {error}"),
        }
    }
}

/// Our engine.
pub fn ours(scenario: Scenario, options: Options, impulse: &[Vec<f32>]) -> Found {
    let make = || Box::new(scenario.engine(impulse, options.isa)) as Box<dyn Convolver>;
    let mut found = measure(scenario, options, impulse, &Subject::new("anteroom", &make));
    // Counted. What the process grows by does not tell, as what an earlier engine gave back is used again.
    let engine = scenario.engine(impulse, options.isa);
    found.bytes = Some(engine.kernel().bytes() + engine.bytes());
    found.note = engine.kernel().describe();
    found
}

//! Whether the cost depends on what is heard: silence, denormal numbers and full scale beside noise.

use serde_json::{Value, json};

use super::{
    estimator::{Shortest, run_period},
    options::Options,
    scenario::{CENTRAL, PERIOD, noise},
};

/// A signal and what a block of it costs.
pub struct Heard {
    pub name: &'static str,
    /// Nanoseconds.
    pub mean: f64,
}

impl Heard {
    pub fn json(&self) -> Value {
        json!({ "signal": self.name, "mean_us": self.mean / 1e3 })
    }
}

/// Our engine on input that may be treacherous; noise is first.
pub fn signals(options: Options) -> Vec<Heard> {
    let scenario = CENTRAL;
    let mut engine = scenario.engine(&scenario.impulse(), options.isa);
    let mut output = vec![vec![0.0; PERIOD]; 2];
    let alternating = |value: f32| -> Vec<f32> {
        let sign = |n: usize| if n.is_multiple_of(3) { value } else { -value };
        (0..PERIOD).map(sign).collect()
    };
    let noise = noise(5, PERIOD);
    let decay = noise.iter().zip(0..);
    let decay = decay.map(|(sample, n)| sample * (-0.0004 * n as f32).exp());
    let inputs = [
        ("noise", noise.clone()),
        (
            "full scale",
            noise.iter().map(|sample| sample.signum()).collect(),
        ),
        ("silence", vec![0.0; PERIOD]),
        ("denormal", alternating(1e-40)),
        ("nearly denormal", alternating(2e-38)),
        ("very quiet", alternating(2e-15)),
        ("decay to nothing", decay.collect()),
    ];
    let mut shortest = inputs
        .each_ref()
        .map(|_| Shortest::new(PERIOD / scenario.block));
    // Signal by signal, again and again: what the machine does meanwhile, it does to all of them. The histories
    // are full of a signal before it counts.
    let first = scenario.periods();
    let rounds = options.runs.div_ceil(5);
    for _ in 0..rounds {
        for ((_, samples), shortest) in inputs.iter().zip(&mut shortest) {
            let input = [samples.clone(), samples.clone()];
            for run in 0..first + 5 {
                run_period(
                    &mut engine,
                    &input,
                    &mut output,
                    scenario.block,
                    options,
                    |index, time| {
                        if run >= first {
                            shortest.note(index, time);
                        }
                    },
                );
            }
        }
    }
    let heard = inputs.iter().zip(shortest);
    heard
        .map(|((name, _), shortest)| Heard {
            name,
            mean: shortest.spread().mean,
        })
        .collect()
}

//! What the same samples cost in long blocks and in short ones.
//!
//! One engine plays them in turns, so that whatever disturbs the machine, or lies badly in its caches, does so to
//! both. The shortest time counts not of each block but of each stretch, which is one long block or eight short
//! ones: the shortest of a short time is shorter.

use anteroom_convolver::Engine;
use serde_json::{Value, json};

use super::{
    estimator::{Stretches, run_period},
    options::Options,
    scenario::{CHANNELS, PERIOD, SECONDS, Scenario, stereo_noise},
};

const SHORT: usize = 64;
const LONG: usize = 512;

/// What a stretch of [`LONG`] samples costs, nanoseconds.
pub struct Turns {
    pub scenario: Scenario,
    pub short: f64,
    pub long: f64,
}

impl Turns {
    pub fn ratio(&self) -> f64 {
        self.long / self.short
    }

    pub fn json(&self) -> Value {
        json!({
            "event": format!("{}, in blocks of {SHORT}", self.scenario.name()),
            "long_us": self.long / 1e3,
            "short_us": self.short / 1e3,
        })
    }
}

/// Runs in a row of one scenario.
const ROW: usize = 5;

/// All lengths and layouts, again and again, so that none of them falls into a time when the machine is slow.
pub fn turns(options: Options) -> Vec<Turns> {
    let scenarios = SECONDS.into_iter().flat_map(|seconds| {
        CHANNELS.map(|channels| Scenario {
            seconds,
            channels,
            block: LONG,
        })
    });
    let input = stereo_noise(PERIOD);
    let mut players: Vec<_> = scenarios
        .map(|scenario| Player::new(scenario, &input, options))
        .collect();
    for _ in 0..options.runs.div_ceil(ROW) {
        for player in &mut players {
            player.play(&input, options);
        }
    }
    let turns = players.into_iter().map(|player| {
        let [short, long] = player.stretches.map(|stretches| stretches.mean());
        Turns {
            scenario: player.scenario,
            short,
            long,
        }
    });
    turns.collect()
}

/// One engine, and what its stretches took in short and in long blocks.
struct Player {
    scenario: Scenario,
    engine: Engine,
    stretches: [Stretches; 2],
}

impl Player {
    fn new(scenario: Scenario, input: &[Vec<f32>], options: Options) -> Self {
        let mut engine = scenario.engine(&scenario.impulse(), options.isa);
        let mut output = vec![vec![0.0; PERIOD]; 2];
        // From here on what it hears is the same again and again.
        for _ in 0..scenario.periods() {
            run_period(&mut engine, input, &mut output, LONG, options, |_, _| ());
        }
        Self {
            scenario,
            engine,
            stretches: [SHORT, LONG].map(|block| Stretches::new(PERIOD, LONG, block)),
        }
    }

    fn play(&mut self, input: &[Vec<f32>], options: Options) {
        let mut outputs = [(); 2].map(|()| vec![vec![0.0; PERIOD]; 2]);
        for _ in 0..ROW {
            for (block, (output, stretches)) in [SHORT, LONG]
                .into_iter()
                .zip(outputs.iter_mut().zip(&mut self.stretches))
            {
                let note = |index, time| stretches.note(index, time);
                run_period(&mut self.engine, input, output, block, options, note);
            }
        }
        // The table compares it with the definition.
        let [short, long] = &outputs;
        let name = self.scenario.name();
        assert!(short == long, "{name}: not the same samples");
    }
}

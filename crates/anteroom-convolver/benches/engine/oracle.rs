//! Whether an engine's output is right, before it is timed.

use super::scenario::Scenario;

/// Largest error at some dozens of samples of the last period, dB below full scale, against double precision. The
/// engine has heard `heard` samples: the same period again and again, and silence before.
pub fn error_db(
    scenario: Scenario,
    impulse: &[Vec<f32>],
    input: &[Vec<f32>],
    output: &[Vec<f32>],
    heard: usize,
) -> f64 {
    let frames = input[0].len();
    let mut worst: f64 = 0.0;
    for check in 0..40 {
        let frame = check * 7919 % frames;
        for (index, channel) in output.iter().enumerate() {
            let mut truth = 0.0;
            let paths = scenario.matrix().paths.into_iter();
            for path in paths.filter(|path| path.output == index) {
                let taps = &impulse[path.channel];
                let known = (heard - frames + frame + 1).min(taps.len());
                let mut at = frame;
                for tap in &taps[..known] {
                    truth += f64::from(*tap) * f64::from(input[path.input][at]);
                    at = if at == 0 { frames - 1 } else { at - 1 };
                }
            }
            worst = worst.max((truth - f64::from(channel[frame])).abs());
        }
    }
    20.0 * worst.max(1e-12).log10()
}

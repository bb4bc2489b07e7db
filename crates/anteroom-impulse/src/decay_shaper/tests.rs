//! What a changed decay keeps of a recording.

use super::*;
use crate::math::{db_of_power, power_of_db};
use crate::rng::Rng;

const RATE: u32 = 16_000;

/// Noise that falls by 60 dB in so many seconds, over noise at a level in dB, with a direct sound. Each channel is
/// this part of what they have in common, as an amplitude.
fn recording(seconds: f64, rt60: f64, floor_db: f64, common: f64) -> Vec<Vec<f32>> {
    let frames = (seconds * f64::from(RATE)) as usize;
    let [mut both, mut left, mut right] = [1, 2, 3].map(|stream| Rng::new(9, stream));
    let own = (1.0 - common * common).sqrt();
    let floor = 0.2 * power_of_db(floor_db / 2.0);
    let mut rows = vec![Vec::new(); 2];
    for at in 0..frames {
        let fall = 0.2 * power_of_db(-30.0 * at as f64 / f64::from(RATE) / rt60);
        let (sound, hiss) = (both.normal(), both.normal());
        for (row, rng) in rows.iter_mut().zip([&mut left, &mut right]) {
            let mut mixed = |shared: f64| common * shared + own * rng.normal();
            let sample = fall * mixed(sound) + floor * mixed(hiss);
            row.push(if at == 0 { 1.0 } else { sample as f32 });
        }
    }
    rows
}

fn changed(rows: &[Vec<f32>], ratio: f64) -> Vec<Vec<f32>> {
    let mut rows = rows.to_vec();
    redecay(&mut rows, RATE, &|_| ratio, &|| false).expect("not cancelled");
    rows
}

/// The level from one moment to another in dB, both in seconds.
fn level(row: &[f32], from: f64, to: f64) -> f64 {
    let [from, to] = [from, to].map(|at| (at * f64::from(RATE)) as usize);
    let part = &row[from.min(row.len())..to.min(row.len())];
    let energy: f64 = part.iter().map(|&s| f64::from(s) * f64::from(s)).sum();
    db_of_power(energy / (to - from) as f64 + 1e-20)
}

/// By how much the level of 50 ms rises above what it had fallen to, down to so many dB below its beginning.
fn rise(row: &[f32], down_to_db: f64) -> f64 {
    let moments = row.len() * 20 / RATE as usize;
    let levels = (0..moments).map(|i| level(row, i as f64 / 20.0, (i + 1) as f64 / 20.0));
    let levels: Vec<f64> = levels.collect();
    let (mut lowest, mut most) = (f64::INFINITY, 0.0f64);
    for &level in levels
        .iter()
        .take_while(|&&level| level > levels[0] - down_to_db)
    {
        lowest = lowest.min(level);
        most = most.max(level - lowest);
    }
    most
}

/// The correlation of two channels from one moment to another.
fn correlation(rows: &[Vec<f32>], from: f64, to: f64) -> f64 {
    let [from, to] = [from, to].map(|at| (at * f64::from(RATE)) as usize);
    let (mut products, mut left, mut right) = (0.0, 0.0, 0.0);
    for (&a, &b) in rows[0][from..to].iter().zip(&rows[1][from..to]) {
        let (a, b) = (f64::from(a), f64::from(b));
        products += a * b;
        left += a * a;
        right += b * b;
    }
    products / (left * right).sqrt()
}

#[test]
fn a_mono_sound_stays_mono() {
    let mono = recording(1.5, 0.8, -50.0, 1.0);
    for ratio in [1.01, 2.0] {
        let rows = changed(&mono, ratio);
        assert_eq!(rows[0], rows[1], "ratio {ratio}");
    }
}

#[test]
fn a_tail_has_in_common_what_the_recording_has() {
    // A power of common parts is a correlation.
    for (common, wanted) in [(0.8, 0.64), (0.0, 0.0)] {
        let rows = changed(&recording(1.5, 0.8, -50.0, common), 2.0);
        let found = correlation(&rows, 1.4, 1.9);
        assert!((found - wanted).abs() < 0.1, "{found} for {wanted}");
    }
}

#[test]
fn noise_goes_steadily_and_not_at_once() {
    let noisy = recording(2.0, 0.6, -40.0, 0.5);
    let end = |rows: &[Vec<f32>]| level(&rows[0], 1.7, 1.9);
    let before = end(&noisy);
    let fall = |ratio: f64| before - end(&changed(&noisy, ratio));
    for near in [0.99, 1.01] {
        assert!(fall(near).abs() < 1.0, "{near}: {} dB", fall(near));
    }
    for side in [[0.97, 0.93, 0.88, 0.8], [1.03, 1.08, 1.15, 1.25]] {
        let falls = side.map(fall);
        assert!(falls.is_sorted(), "{falls:?}");
        assert!(falls[1] > 2.0 && falls[1] < 6.0, "{falls:?}");
        assert!(falls[3] > 35.0, "{falls:?}");
    }
    // Where only some octaves change, the others stay as they are.
    let mut damped = noisy.clone();
    let ratio = |hz: f64| if hz > 1000.0 { 0.6 } else { 1.0 };
    redecay(&mut damped, RATE, &ratio, &|| false).expect("not cancelled");
    let low = |rows: &[Vec<f32>]| {
        let mut means = rows[0][27_000..30_000].chunks_exact(40);
        means
            .by_ref()
            .map(|part| part.iter().sum::<f32>().powi(2))
            .sum::<f32>()
    };
    let kept = low(&damped) / low(&noisy);
    assert!((0.8..1.2).contains(&kept), "{kept}");
}

#[test]
fn a_sound_that_its_file_ends_or_fades_goes_on_falling() {
    // 25 dB, then nothing.
    let cut = recording(0.63, 1.5, -200.0, 0.3);
    let mut faded = cut.clone();
    for row in &mut faded {
        let length = row.len();
        for (i, sample) in row[length - 800..].iter_mut().enumerate() {
            *sample *= 1.0 - i as f32 / 800.0;
        }
    }
    for (name, rows) in [("cut", cut), ("faded", faded)] {
        for ratio in [2.0, 4.0] {
            let rows = changed(&rows, ratio);
            let most = rise(&rows[0], 60.0);
            assert!(most < 1.0, "{name}: {most} dB");
            // The line goes on where the file ends, at the wanted slope.
            let (before, after) = (level(&rows[0], 0.3, 0.5), level(&rows[0], 0.8, 1.0));
            let slope = (before - after) / 0.5 * 1.5 * ratio;
            assert!((slope - 60.0).abs() < 12.0, "{name}: {slope} dB");
            assert!(rows[0].len() as f64 > 2.0 * ratio * f64::from(RATE));
        }
    }
}

#[test]
fn an_offset_is_not_lifted_by_what_its_neighbour_needs() {
    // What an oscillating spring has: an offset, and something at half the rate, that stay while all else falls, and a
    // fade at the end.
    let mut row = recording(2.0, 0.5, -200.0, 1.0).swap_remove(0);
    let length = row.len();
    for (at, sample) in row.iter_mut().enumerate() {
        let pedestal = if at % 2 == 0 { 3e-4 } else { 1e-4 };
        *sample += pedestal;
        *sample *= ((length - at) as f32 / 2000.0).min(1.0);
    }
    for ratio in [0.9, 1.3, 1.8] {
        let mut changed = [row.clone()];
        redecay(&mut changed, RATE, &|_| ratio, &|| false).expect("not cancelled");
        let [changed] = changed;
        let most = rise(&changed, 200.0);
        assert!(most < 3.0, "ratio {ratio}: {most} dB");
    }
}

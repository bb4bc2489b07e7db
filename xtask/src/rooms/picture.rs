//! The picture of a room: level over time and spectrum, as a small SVG.

use anyhow::Result;
use rustfft::{FftPlanner, num_complex::Complex};
use std::fmt::Write as _;
use std::path::Path;

const HEIGHT: f64 = 150.0;
/// Where the two panels begin, and how wide they are.
const TIME: (f64, f64) = (36.0, 400.0);
const TONE: (f64, f64) = (482.0, 230.0);
/// The ranges of the panels in dB, and the lowest third octave and how many there are.
const TIME_DB: f64 = 90.0;
const TONE_DB: f64 = 60.0;
const LOWEST_HZ: f64 = 25.0;
const THIRDS: i32 = 30;

/// The picture of a sound file.
pub fn of(wav: &Path) -> Result<String> {
    let mut reader = hound::WavReader::open(wav)?;
    let spec = reader.spec();
    let samples = reader.samples::<f32>().collect::<Result<Vec<_>, _>>()?;
    // The channels together, sample by sample.
    let power: Vec<f64> = (samples.chunks(usize::from(spec.channels)))
        .map(|frame| frame.iter().map(|&x| f64::from(x) * f64::from(x)).sum())
        .collect();
    let rate = f64::from(spec.sample_rate);
    let seconds = (power.len() as f64 / rate).max(1e-3);
    let left = samples.iter().step_by(usize::from(spec.channels));
    let thirds = thirds(left.copied().collect(), rate);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 730 {:.0}\" font-family=\"sans-serif\" \
         font-size=\"10\" fill=\"#556\">\n<rect width=\"730\" height=\"{:.0}\" fill=\"#f7f8fa\"/>\n",
        HEIGHT + 34.0,
        HEIGHT + 34.0
    );
    // 5 ms, or less in what is over soon.
    let window = (rate * 0.005).min(power.len() as f64 / 200.0);
    let level = levels(&power, window as usize);
    area(&mut svg, TIME, TIME_DB, &level)?;
    line(&mut svg, TIME, TIME_DB, &schroeder(&power))?;
    area(&mut svg, TONE, TONE_DB, &thirds)?;
    frame(&mut svg, TIME, TIME_DB)?;
    frame(&mut svg, TONE, TONE_DB)?;
    for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
        let label = format!(
            "{:.*} s",
            if seconds < 0.5 { 3 } else { 1 },
            share * seconds
        );
        below(&mut svg, TIME.0 + share * TIME.1, &label)?;
    }
    for (hz, label) in [(100.0, "100"), (1_000.0, "1k"), (10_000.0, "10k Hz")] {
        let third = 3.0 * f64::log2(hz / LOWEST_HZ) / f64::from(THIRDS - 1);
        below(&mut svg, TONE.0 + third * TONE.1, label)?;
    }
    svg += "</svg>\n";
    Ok(svg)
}

fn db(power: f64) -> f64 {
    10.0 * power.max(1e-30).log10()
}

/// 200 levels over time, each the loudest window around it, in dB of the loudest of all.
fn levels(power: &[f64], window: usize) -> Vec<f64> {
    let windows: Vec<f64> = (power.chunks(window.max(1)))
        .map(|part| part.iter().sum::<f64>() / part.len() as f64)
        .collect();
    let each = windows.len().div_ceil(200).max(1);
    let loudest = |part: &[f64]| db(part.iter().copied().fold(0.0, f64::max));
    let levels: Vec<f64> = windows.chunks(each).map(loudest).collect();
    let top = levels.iter().copied().fold(f64::MIN, f64::max);
    levels.iter().map(|level| level - top).collect()
}

/// The energy still to come, in dB of all, at 100 places.
fn schroeder(power: &[f64]) -> Vec<f64> {
    let mut left: Vec<f64> = power.to_vec();
    let mut sum = 0.0;
    for value in left.iter_mut().rev() {
        sum += *value;
        *value = sum;
    }
    let at = |place: usize| left.get(place * power.len() / 100).copied();
    let values = (0..100).filter_map(at);
    values.map(|value| db(value / sum.max(1e-30))).collect()
}

/// The mean power of third octaves, in dB of the strongest.
fn thirds(samples: Vec<f32>, rate: f64) -> Vec<f64> {
    // At least a second, so that the lowest bands have bins.
    let size = samples.len().max(rate as usize).next_power_of_two();
    let complex = samples.iter().map(|&x| Complex::new(f64::from(x), 0.0));
    let mut bins: Vec<_> = complex.collect();
    bins.resize(size, Complex::new(0.0, 0.0));
    FftPlanner::new().plan_fft_forward(size).process(&mut bins);
    let band = |third: i32| {
        let edge = |half: f64| {
            let hz = LOWEST_HZ * f64::exp2((f64::from(third) + half) / 3.0);
            ((hz / rate * size as f64) as usize).min(size / 2)
        };
        let (low, high) = (edge(-0.5), edge(0.5).max(edge(-0.5) + 1));
        let power = bins[low..high].iter().map(Complex::norm_sqr).sum::<f64>();
        db(power / (high - low) as f64)
    };
    let bands: Vec<f64> = (0..THIRDS).map(band).collect();
    let top = bands.iter().copied().fold(f64::MIN, f64::max);
    bands.iter().map(|level| level - top).collect()
}

/// The places of values that are spread over a panel.
fn points((x, width): (f64, f64), range: f64, values: &[f64]) -> Result<String> {
    let mut points = String::new();
    let last = (values.len().max(2) - 1) as f64;
    for (number, value) in values.iter().enumerate() {
        let down = (0.0 - value / range).clamp(0.0, 1.0) * HEIGHT;
        write!(points, "{:.0},{down:.0} ", x + width * number as f64 / last)?;
    }
    Ok(points.trim_end().to_owned())
}

fn area(svg: &mut String, panel: (f64, f64), range: f64, values: &[f64]) -> Result<()> {
    let (points, (x, width)) = (points(panel, range, values)?, panel);
    let end = x + width;
    writeln!(
        svg,
        "<polygon transform=\"translate(0 10)\" fill=\"#9db8d6\" points=\"{x:.0},{HEIGHT:.0} {points} {end:.0},{HEIGHT:.0}\"/>"
    )?;
    Ok(())
}

fn line(svg: &mut String, panel: (f64, f64), range: f64, values: &[f64]) -> Result<()> {
    let points = points(panel, range, values)?;
    writeln!(
        svg,
        "<polyline transform=\"translate(0 10)\" fill=\"none\" stroke=\"#c2541b\" stroke-width=\"1.5\" points=\"{points}\"/>"
    )?;
    Ok(())
}

/// The lines of a panel and its levels.
fn frame(svg: &mut String, (x, width): (f64, f64), range: f64) -> Result<()> {
    for step in 0..=3 {
        let share = f64::from(step) / 3.0;
        let (y, end) = (10.0 + share * HEIGHT, x + width);
        writeln!(
            svg,
            "<path d=\"M{x:.0} {y:.0}H{end:.0}\" stroke=\"#556\" stroke-opacity=\".25\"/><text x=\"{:.0}\" y=\"{:.0}\" \
             text-anchor=\"end\">{:.0}</text>",
            x - 4.0,
            y + 3.0,
            0.0 - share * range
        )?;
    }
    Ok(())
}

fn below(svg: &mut String, x: f64, label: &str) -> Result<()> {
    let y = HEIGHT + 24.0;
    writeln!(
        svg,
        "<text x=\"{x:.0}\" y=\"{y:.0}\" text-anchor=\"middle\">{label}</text>"
    )?;
    Ok(())
}

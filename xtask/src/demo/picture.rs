//! The picture: waveform and spectrogram, dry above wet, on one scale of time and level.

use super::Sound;
use anyhow::{Result, anyhow};
use plotters::coord::Shift;
use plotters::prelude::*;
use rustfft::{FftPlanner, num_complex::Complex};
use std::path::Path;

const SIZE: (u32, u32) = (1400, 1000);
const BACKGROUND: RGBColor = RGBColor(18, 20, 26);
const INK: RGBColor = RGBColor(220, 224, 232);
const DRY: RGBColor = RGBColor(120, 190, 255);
const WET: RGBColor = RGBColor(255, 176, 92);

/// Samples of one spectrum, about 85 ms: long enough to tell 20 Hz from an offset.
const WINDOW: usize = 4096;
/// The range of the colours, in dB below the loudest.
const RANGE: f32 = 90.0;
/// The range of the spectrogram's frequencies, in Hz.
const LOW: f32 = 12.0;
const HIGH: f32 = 20_000.0;

type Area<'a> = DrawingArea<BitMapBackend<'a>, Shift>;

/// Draws both sounds into a PNG file; `title` says what was played where.
pub fn draw(file: &Path, title: &str, dry: &Sound, wet: &Sound, rate: u32) -> Result<()> {
    // The drawing library has no font of its own; the editor's toolkit has.
    plotters::style::register_font(
        "sans-serif",
        FontStyle::Normal,
        epaint_default_fonts::UBUNTU_LIGHT,
    )
    .map_err(|_| anyhow!("could not read the font"))?;
    let root = BitMapBackend::new(file, SIZE).into_drawing_area();
    root.fill(&BACKGROUND)?;
    let seconds = wet[0].len() as f32 / rate as f32;
    let rows = root.split_evenly((4, 1));
    waveform(&rows[0], "dry", dry, DRY, rate, seconds)?;
    spectrogram(&rows[1], "dry: where its sound lies", dry, rate, seconds)?;
    let title = format!("wet: {title}");
    waveform(&rows[2], &title, wet, WET, rate, seconds)?;
    spectrogram(
        &rows[3],
        "wet: every note leaves a tail, the highs die first, and nothing is below 20 Hz",
        wet,
        rate,
        seconds,
    )?;
    root.present()?;
    Ok(())
}

fn waveform(
    area: &Area<'_>,
    title: &str,
    sound: &Sound,
    colour: RGBColor,
    rate: u32,
    seconds: f32,
) -> Result<()> {
    let mut chart = ChartBuilder::on(area)
        .margin(12)
        .caption(title, ("sans-serif", 20).into_font().color(&INK))
        .x_label_area_size(40)
        .y_label_area_size(64)
        .build_cartesian_2d(0.0..seconds, -0.6_f32..0.6)?;
    axes(&mut chart, "s", "amplitude")?;
    // One vertical line per column of pixels, from its lowest to its highest sample.
    let columns = SIZE.0 as usize;
    let mono: Vec<f32> = sound[0]
        .iter()
        .zip(&sound[1])
        .map(|(left, right)| 0.5 * (left + right))
        .collect();
    let step = (seconds * rate as f32 / columns as f32).max(1.0) as usize;
    chart.draw_series(mono.chunks(step).enumerate().map(|(column, samples)| {
        let time = (column * step) as f32 / rate as f32;
        let low = samples.iter().copied().fold(f32::INFINITY, f32::min);
        let high = samples.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        PathElement::new(vec![(time, low), (time, high)], colour)
    }))?;
    Ok(())
}

fn spectrogram(area: &Area<'_>, title: &str, sound: &Sound, rate: u32, seconds: f32) -> Result<()> {
    let mut chart = ChartBuilder::on(area)
        .margin(12)
        .caption(title, ("sans-serif", 20).into_font().color(&INK))
        .x_label_area_size(40)
        .y_label_area_size(64)
        .build_cartesian_2d(0.0..seconds, (LOW..HIGH).log_scale())?;
    axes(&mut chart, "s", "Hz")?;
    let plane = chart.plotting_area();
    let (width, height) = plane.dim_in_pixel();
    let (left, top) = plane.get_base_pixel();
    let (area_left, area_top) = area.get_base_pixel();
    let columns = spectra(sound, width as usize, seconds * rate as f32);
    let loudest = columns.iter().flatten().copied().fold(f32::MIN, f32::max);
    for (x, column) in columns.iter().enumerate() {
        for y in 0..height {
            let hertz = LOW * (HIGH / LOW).powf(1.0 - y as f32 / height as f32);
            let bin = (hertz / rate as f32 * WINDOW as f32) as usize;
            let level = column
                .get(bin)
                .map_or(0.0, |level| 1.0 - (loudest - level) / RANGE);
            let place = (left - area_left + x as i32, top - area_top + y as i32);
            area.draw_pixel(place, &heat(level))?;
        }
    }
    Ok(())
}

/// One spectrum in dB for each column of the picture; silence where the sound has ended.
fn spectra(sound: &Sound, columns: usize, frames: f32) -> Vec<Vec<f32>> {
    let fft = FftPlanner::new().plan_fft_forward(WINDOW);
    let hann = |at: usize| 0.5 - 0.5 * (std::f32::consts::TAU * at as f32 / WINDOW as f32).cos();
    let column = |column: usize| {
        let centre = (column as f32 / columns as f32 * frames) as usize;
        let sample = |at: usize| {
            let place = (centre + at).checked_sub(WINDOW / 2)?;
            Some(0.5 * (sound[0].get(place)? + sound[1].get(place)?))
        };
        let mut buffer: Vec<_> = (0..WINDOW)
            .map(|at| Complex::new(sample(at).unwrap_or(0.0) * hann(at), 0.0))
            .collect();
        fft.process(&mut buffer);
        let half = buffer.iter().take(WINDOW / 2);
        half.map(|value| 20.0 * (value.norm() + 1e-9).log10())
            .collect()
    };
    (0..columns).map(column).collect()
}

/// Black, violet, orange, white for 0 to 1: brighter is louder, also for eyes that see no colours.
fn heat(level: f32) -> RGBColor {
    let level = level.clamp(0.0, 1.0);
    let ramp = |from: f32, to: f32| (((level - from) / (to - from)).clamp(0.0, 1.0) * 255.0) as u8;
    RGBColor(
        ramp(0.1, 0.7),
        ramp(0.45, 1.0),
        ramp(0.0, 0.5).min(110).saturating_add(ramp(0.85, 1.0) / 2),
    )
}

fn axes<
    Y: plotters::coord::ranged1d::ValueFormatter<f32>
        + plotters::coord::ranged1d::Ranged<ValueType = f32>,
>(
    chart: &mut ChartContext<
        '_,
        BitMapBackend<'_>,
        Cartesian2d<plotters::coord::types::RangedCoordf32, Y>,
    >,
    x: &str,
    y: &str,
) -> Result<()> {
    let text = ("sans-serif", 15).into_font().color(&INK);
    chart
        .configure_mesh()
        .disable_mesh()
        .axis_style(INK.mix(0.4))
        .label_style(text.clone())
        .axis_desc_style(text)
        .x_desc(x)
        .y_desc(y)
        .y_labels(5)
        .draw()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_drawn() -> Result<()> {
        let file =
            std::env::temp_dir().join(format!("anteroom-picture-{}.png", std::process::id()));
        let [phrase, ..] = super::super::phrase::all(48_000);
        draw(&file, "drums", &phrase.sound, &phrase.sound, 48_000)?;
        let drawn = std::fs::metadata(&file)?.len();
        std::fs::remove_file(&file)?;
        assert!(drawn > 50_000, "{drawn} bytes are too few for four panels");
        Ok(())
    }
}

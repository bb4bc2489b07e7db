//! The picture of an impulse: waveform, energy decay curves, spectrogram.

use std::path::Path;

use anteroom::impulse::Impulse;
use anteroom::impulse::analyze::{Analysis, Curve};
use anteroom::impulse::spectrogram::{LOWEST_HZ, Spectrogram};
use plotters::coord::Shift;
use plotters::coord::ranged1d::ValueFormatter;
use plotters::prelude::*;

use super::Fail;
use super::output::{Draft, write};

const SIZE: (u32, u32) = (1200, 1050);
const INK: RGBColor = RGBColor(40, 44, 52);
const PALE: RGBColor = RGBColor(200, 204, 212);
const SOUND: RGBColor = RGBColor(38, 98, 160);

/// The most columns of the spectrogram.
const COLUMNS: usize = 240;
/// The levels that are drawn of the decay curves, in dB below the greatest.
const RANGE_DB: f64 = 100.0;

/// What kind of picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Png,
    Svg,
}

impl Kind {
    /// The kind that a name asks for.
    ///
    /// # Errors
    /// For any other name.
    pub fn of(path: &Path) -> Result<Self, Fail> {
        let extension = path.extension().unwrap_or_default().to_string_lossy();
        match extension.to_ascii_lowercase().as_str() {
            "png" => Ok(Self::Png),
            "svg" => Ok(Self::Svg),
            _ => Err(Fail::Usage(format!(
                "{}: the name must end in .png or .svg",
                path.display()
            ))),
        }
    }
}

/// Draws an impulse into a file.
pub fn draw(
    path: &Path,
    kind: Kind,
    name: &str,
    impulse: &Impulse,
    analysis: &Analysis,
) -> Result<(), Fail> {
    let font = epaint_default_fonts::UBUNTU_LIGHT;
    plotters::style::register_font("sans-serif", FontStyle::Normal, font)
        .map_err(|_| Fail::Input("the font of the plots can not be read".into()))?;
    match kind {
        Kind::Svg => {
            let mut text = String::new();
            let area = SVGBackend::with_string(&mut text, SIZE).into_drawing_area();
            all(area, name, impulse, analysis)?;
            write(path, text.as_bytes())
        }
        Kind::Png => {
            // The library writes the file itself, so only the draft's name is needed.
            let (draft, file) = Draft::new(path)?;
            drop(file);
            let area = BitMapBackend::new(draft.path(), SIZE).into_drawing_area();
            all(area, name, impulse, analysis)?;
            draft.keep()
        }
    }
}

type Area<B> = DrawingArea<B, Shift>;

fn all<B: DrawingBackend>(
    area: Area<B>,
    name: &str,
    impulse: &Impulse,
    analysis: &Analysis,
) -> Result<(), Fail> {
    area.fill(&WHITE).map_err(failed)?;
    let rows = area.split_evenly((3, 1));
    if let [first, second, third] = rows.as_slice() {
        waveform(first, name, impulse).map_err(failed)?;
        decay(second, analysis).map_err(failed)?;
        spectrogram(third, impulse).map_err(failed)?;
    }
    area.present().map_err(failed)
}

fn failed(error: impl std::fmt::Display) -> Fail {
    Fail::Input(format!("the plot can not be drawn: {error}"))
}

type Drawn<B> = Result<(), DrawingAreaErrorKind<<B as DrawingBackend>::ErrorType>>;

/// The least and greatest sample of each column, over all channels.
fn waveform<B: DrawingBackend>(area: &Area<B>, name: &str, impulse: &Impulse) -> Drawn<B> {
    let columns = 1000;
    let width = impulse.frames().div_ceil(columns).max(1);
    let peak = f64::from(impulse.peak()).max(1e-9);
    let mut chart = ChartBuilder::on(area)
        .caption(name, ("sans-serif", 22).into_font().color(&INK))
        .margin(10)
        .x_label_area_size(30)
        .y_label_area_size(60)
        .build_cartesian_2d(0.0..impulse.seconds(), -peak..peak)?;
    mesh(&mut chart, "s", "sample")?;
    let step = width as f64 / f64::from(impulse.rate);
    let bars = (0..impulse.frames().div_ceil(width)).map(|column| {
        let (mut least, mut most) = (0.0_f32, 0.0_f32);
        for channel in &impulse.channels {
            for sample in channel.iter().skip(column * width).take(width) {
                least = least.min(*sample);
                most = most.max(*sample);
            }
        }
        let (left, right) = (column as f64 * step, (column + 1) as f64 * step);
        Rectangle::new(
            [(left, f64::from(least)), (right, f64::from(most))],
            SOUND.filled(),
        )
    });
    chart.draw_series(bars)?;
    Ok(())
}

/// The decay curves of the first channel: broadband, and by octave.
fn decay<B: DrawingBackend>(area: &Area<B>, analysis: &Analysis) -> Drawn<B> {
    let mut chart = ChartBuilder::on(area)
        .margin(10)
        .x_label_area_size(30)
        .y_label_area_size(60)
        .build_cartesian_2d(0.0..analysis.seconds, -RANGE_DB..0.0)?;
    mesh(&mut chart, "s after the onset", "energy still to come, dB")?;
    let Some(channel) = analysis.channels.first() else {
        return Ok(());
    };
    let points = |curve: &Curve| {
        let step = curve.step_s;
        let every = (curve.db.len() / 1000).max(1);
        let db = curve.db.iter().enumerate().step_by(every);
        let shown = db.take_while(|(_, db)| f64::from(**db) > -RANGE_DB);
        shown
            .map(|(n, db)| (n as f64 * step, f64::from(*db)))
            .collect::<Vec<_>>()
    };
    let bands = channel.bands.len().max(1) as f64;
    for (number, band) in channel.bands.iter().enumerate() {
        let colour = HSLColor(0.75 * (1.0 - number as f64 / bands), 0.6, 0.55);
        let label = format!("{:.0} Hz", band.centre_hz.unwrap_or_default());
        let line = LineSeries::new(points(&band.curve), colour.stroke_width(1));
        chart
            .draw_series(line)?
            .label(label)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(2)));
    }
    let line = LineSeries::new(points(&channel.broadband.curve), INK.stroke_width(3));
    chart
        .draw_series(line)?
        .label("all")
        .legend(|(x, y)| PathElement::new([(x, y), (x + 18, y)], INK.stroke_width(3)));
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperRight)
        .background_style(WHITE.mix(0.8))
        .label_font(("sans-serif", 14).into_font().color(&INK))
        .draw()
}

/// The first channel by time and frequency, the latter logarithmic: what the editor shows, in other colours.
fn spectrogram<B: DrawingBackend>(area: &Area<B>, impulse: &Impulse) -> Drawn<B> {
    let samples = impulse.channels.first().map_or(&[][..], Vec::as_slice);
    let found = Spectrogram::of(samples, impulse.rate);
    // Silence has no spectrum, but the axes are drawn all the same.
    let (low, high) = (LOWEST_HZ, f64::from(found.highest_hz).max(2.0 * LOWEST_HZ));
    let mut chart = ChartBuilder::on(area)
        .margin(10)
        .x_label_area_size(30)
        .y_label_area_size(60)
        .build_cartesian_2d(0.0..impulse.seconds(), (low..high).log_scale())?;
    mesh(&mut chart, "s", "Hz")?;
    let rows = found.rows;
    let step = impulse.seconds() / found.columns.max(1) as f64;
    // A drawing has fewer columns: each shows the greatest level of its part.
    let width = found.columns.div_ceil(COLUMNS).max(1);
    let pitch = |row: usize| low * (high / low).powf(row as f64 / rows as f64);
    let cells = found.levels.chunks(found.columns.max(1)).enumerate();
    let cells = cells.flat_map(|(row, levels)| {
        let parts = levels.chunks(width).enumerate();
        parts.filter_map(move |(part, levels)| {
            let level = levels.iter().max().copied().unwrap_or(0);
            let share = f64::from(level) / 255.0;
            // Silence is the paper.
            let colour = HSLColor(0.7 * (1.0 - share), 0.75, 0.9 - 0.55 * share);
            let left = (part * width) as f64 * step;
            let right = left + levels.len() as f64 * step;
            // The first row has the highest frequencies.
            let corners = [(left, pitch(rows - 1 - row)), (right, pitch(rows - row))];
            (level > 0).then(|| Rectangle::new(corners, colour.filled()))
        })
    });
    chart.draw_series(cells)?;
    Ok(())
}

/// Axes and grid.
fn mesh<B: DrawingBackend, X, Y>(
    chart: &mut ChartContext<'_, B, Cartesian2d<X, Y>>,
    x: &str,
    y: &str,
) -> Drawn<B>
where
    X: Ranged<ValueType = f64> + ValueFormatter<f64>,
    Y: Ranged<ValueType = f64> + ValueFormatter<f64>,
{
    chart
        .configure_mesh()
        .axis_style(INK)
        .bold_line_style(PALE)
        .light_line_style(WHITE)
        .x_desc(x)
        .y_desc(y)
        .label_style(("sans-serif", 14).into_font().color(&INK))
        .draw()
}

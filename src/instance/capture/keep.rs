//! A recorded impulse as a file of the user's: its name, its samples, and the note of how it was taken.

use std::io::{self, Cursor};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use super::CaptureSettings;
use crate::files;
use crate::impulse::Impulse;
use crate::impulse::capture::{ChannelQuality, Quality, Sweep};
use crate::processor::CaptureWays;

/// Names that are tried before it is given up.
const MOST_NAMES: u32 = 1_000;

/// What the note says.
pub(super) struct Told<'a> {
    pub settings: &'a CaptureSettings,
    pub sweep: &'a Sweep,
    pub quality: &'a Quality,
    pub notes: &'a [String],
}

/// Makes a folder, so that nobody plays a sweep whose impulse has no place.
///
/// # Errors
/// With a sentence for the user.
pub(super) fn make_folder(folder: &Path, cancelled: &dyn Fn() -> bool) -> Result<(), String> {
    let owned = folder.to_owned();
    let made = files::run(folder, cancelled, move |_| std::fs::create_dir_all(owned));
    made.map_err(|error| not_saved(folder, &error))
}

fn not_saved(folder: &Path, error: &io::Error) -> String {
    let folder = folder.display();
    format!("The impulse can not be saved in {folder}: {error}.")
}

/// Writes an impulse and its note into a folder, under a name that no other file has.
///
/// # Errors
/// With a sentence for the user.
pub(super) fn save(
    folder: &Path,
    impulse: &Impulse,
    told: &Told<'_>,
    cancelled: &dyn Fn() -> bool,
) -> Result<(PathBuf, PathBuf), String> {
    let failed = |error: io::Error| not_saved(folder, &error);
    let now = Moment::now();
    let path = free_name(folder, &now.name(impulse.seconds()), cancelled).map_err(failed)?;
    let note = path.with_extension("txt");
    let bytes = wav(impulse).map_err(failed)?;
    let text = text(&path, impulse, told, &now);
    let written = files::write_later(&path, bytes).and_then(|pending| pending.wait(cancelled));
    written.map_err(failed)?;
    let written = files::write_later(&note, text.into_bytes());
    let written = written.and_then(|pending| pending.wait(cancelled));
    written.map_err(failed)?;
    Ok((path, note))
}

/// A path in a folder whose name is not taken.
fn free_name(folder: &Path, name: &str, cancelled: &dyn Fn() -> bool) -> io::Result<PathBuf> {
    for number in 1..MOST_NAMES {
        let name = match number {
            1 => format!("{name}.wav"),
            _ => format!("{name} ({number}).wav"),
        };
        let path = folder.join(name);
        match files::metadata(&path, cancelled) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(path),
            Err(error) => return Err(error),
            Ok(_) => {}
        }
    }
    Err(io::Error::other("all names of this minute are taken"))
}

/// The impulse as a WAV file of 32-bit floats: nothing is rounded, and nothing clips.
fn wav(impulse: &Impulse) -> io::Result<Vec<u8>> {
    let spec = hound::WavSpec {
        channels: impulse.channels.len() as u16,
        sample_rate: impulse.rate,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let failed = |error: hound::Error| io::Error::other(error.to_string());
    let mut bytes = Cursor::new(Vec::new());
    let mut writer = hound::WavWriter::new(&mut bytes, spec).map_err(failed)?;
    for frame in 0..impulse.frames() {
        for row in &impulse.channels {
            let sample = row.get(frame).copied().unwrap_or_default();
            writer.write_sample(sample).map_err(failed)?;
        }
    }
    writer.finalize().map_err(failed)?;
    Ok(bytes.into_inner())
}

/// A date and a time of day, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Moment {
    year: i64,
    month: i64,
    day: i64,
    minute: i64,
}

impl Moment {
    fn now() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let seconds = since.map_or(0, |since| since.as_secs());
        Self::of(i64::try_from(seconds).unwrap_or_default())
    }

    /// Of the seconds since the beginning of 1970. The calendar is counted from March on, so that the day that leap years
    /// have more is the last of a year (H. Hinnant, "chrono-compatible low-level date algorithms").
    fn of(seconds: i64) -> Self {
        let days = seconds.div_euclid(86_400) + 719_468;
        let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        Self {
            year: year + era * 400 + i64::from(month <= 2),
            month,
            day,
            minute: seconds.rem_euclid(86_400) / 60,
        }
    }

    /// What an impulse of this moment and length is called, without an ending.
    fn name(self, seconds: f64) -> String {
        let Self {
            year, month, day, ..
        } = self;
        format!("Room {year}-{month:02}-{day:02}, {seconds:.1} s")
    }
}

/// How it was taken, in words.
fn text(path: &Path, impulse: &Impulse, told: &Told<'_>, now: &Moment) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let spec = told.sweep.spec();
    let ways = match told.settings.ways {
        CaptureWays::Mono => "one loudspeaker, one microphone",
        CaptureWays::Stereo => "one loudspeaker, two microphones",
        CaptureWays::TrueStereo => {
            "two loudspeakers one after the other, two microphones (left to left, left to right, right to left, right to right)"
        }
    };
    let Moment {
        year,
        month,
        day,
        minute,
    } = now;
    let mut lines = vec![
        name.into_owned(),
        format!(
            "Recorded by Anteroom {} on {year}-{month:02}-{day:02} at {:02}:{:02} UTC",
            env!("CARGO_PKG_VERSION"),
            minute / 60,
            minute % 60,
        ),
        format!("Ways: {ways}"),
        format!(
            "Sweep: exponential, {:.0} to {:.0} Hz in {:.2} s at {:.1} dB, played {} times",
            spec.low_hz,
            spec.high_hz,
            told.sweep.seconds(),
            spec.level_db,
            told.settings.takes,
        ),
        format!(
            "Impulse: {} channels, {} Hz, {:.3} s, trimmed by onset and noise",
            impulse.channels.len(),
            impulse.rate,
            impulse.seconds(),
        ),
    ];
    lines.extend(quality(told.quality));
    lines.extend(told.notes.iter().map(|note| format!("Note: {note}")));
    lines.join("\n") + "\n"
}

/// A number, or that it is not known.
fn known(value: Option<f64>, digits: usize, unit: &str) -> String {
    value.map_or("not known".into(), |value| {
        format!("{value:.digits$} {unit}")
    })
}

fn quality(quality: &Quality) -> Vec<String> {
    let samples = quality.latency_samples.map(|samples| samples as f64);
    let mut lines = vec![
        format!(
            "Level of the recording: {:.1} dB, {} samples clipped",
            quality.recorded_peak_db, quality.clipped_samples
        ),
        format!(
            "Latency: {}, {}",
            known(samples, 0, "samples"),
            known(quality.latency_ms, 2, "ms"),
        ),
        format!(
            "Drift of the clocks: {}",
            known(quality.drift_ppm, 3, "ppm")
        ),
    ];
    if let Some(harmonics) = &quality.harmonics {
        lines.push(format!(
            "Distortion: second harmonic {}, third {}",
            known(harmonics.second_db, 1, "dB"),
            known(harmonics.third_db, 1, "dB"),
        ));
    }
    let channels = quality.channels.iter().enumerate();
    lines.extend(channels.map(|(number, channel)| signal_to_noise(number + 1, channel)));
    lines
}

fn signal_to_noise(number: usize, channel: &ChannelQuality) -> String {
    let octaves = channel.octaves.iter().map(|octave| {
        let value = known(octave.snr_db, 0, "dB");
        format!("{:.0} Hz {value}", octave.centre_hz)
    });
    let octaves: Vec<String> = octaves.collect();
    format!(
        "Signal to noise of channel {number}: {} in all; {}",
        known(channel.snr_db, 0, "dB"),
        octaves.join(", "),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        for (seconds, year, month, day, minute) in [
            (0, 1970, 1, 1, 0),
            (951_782_399, 2000, 2, 28, 1439),
            (951_782_400, 2000, 2, 29, 0),
            (951_868_800, 2000, 3, 1, 0),
            (1_735_689_599, 2024, 12, 31, 1439),
            (4_107_542_400, 2100, 3, 1, 0),
        ] {
            let expected = Moment {
                year,
                month,
                day,
                minute,
            };
            assert_eq!(Moment::of(seconds), expected, "{seconds}");
        }
        let name = Moment::of(951_782_400).name(1.84);
        assert_eq!(name, "Room 2000-02-29, 1.8 s");
    }

    #[test]
    fn two_impulses_of_one_day_have_names_of_their_own_and_both_have_a_note() {
        let folder = tempfile::tempdir().expect("a folder");
        // One that has to be made.
        let folder = folder.path().join("impulses");
        let impulse = Impulse {
            channels: vec![vec![1.5, -0.25, 1e-7], vec![0.0, 0.5, 0.0]],
            rate: 44_100,
        };
        let settings = CaptureSettings::default();
        let sweep = settings.sweep(44_100).expect("it makes sense");
        let quality = Quality {
            drift_ppm: Some(12.0),
            ..Quality::default()
        };
        let told = Told {
            settings: &settings,
            sweep: &sweep,
            quality: &quality,
            notes: &["record it softer".to_owned()],
        };
        let save = || save(&folder, &impulse, &told, &|| false).expect("saved");
        let ((one, note), (two, _)) = (save(), save());
        assert_ne!(one, two);
        let read = crate::impulse::decode::open(&two).expect("a sound file");
        assert_eq!(read.impulse.channels, impulse.channels);
        let note = std::fs::read_to_string(note).expect("a text");
        for part in [
            "one loudspeaker, two microphones",
            "20 to 20727 Hz",
            "12.000 ppm",
            "Latency: not known",
            "Note: record it softer",
        ] {
            assert!(note.contains(part), "{part} is not in\n{note}");
        }
    }
}

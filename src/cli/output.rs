//! Output that is either whole or not there, and WAV files in four sample formats.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter, IsTerminal, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use clap::ValueEnum;

use super::Fail;
use anteroom::files;

/// The sample format of a WAV file that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Bits {
    /// 16-bit integers.
    #[value(name = "16")]
    Sixteen,
    /// 24-bit integers.
    #[value(name = "24")]
    TwentyFour,
    /// 32-bit integers.
    #[value(name = "32")]
    ThirtyTwo,
    /// 32-bit floating point: nothing is rounded and nothing clips.
    Float,
}

impl Bits {
    fn wide(self) -> u16 {
        match self {
            Self::Sixteen => 16,
            Self::TwentyFour => 24,
            Self::ThirtyTwo | Self::Float => 32,
        }
    }
}

/// Prints to standard output; a reader that has gone away (`| head`) is no error.
pub fn say(text: &str) -> Result<(), Fail> {
    match writeln!(io::stdout(), "{text}") {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Fail::Input(format!("standard output: {error}")))
        }
        _ => Ok(()),
    }
}

/// Whether a place is standard output: `-` alone. A file of that name is `./-`.
pub fn is_stream(place: &Path) -> bool {
    place.as_os_str() == "-"
}

/// An open file that is written on the threads for [file access](files): a place that stops answering is given up.
#[derive(Debug)]
pub struct Output {
    folder: PathBuf,
    file: Arc<File>,
}

/// Bytes that are kept until one access writes them.
const BUFFER: usize = 1 << 18;

impl Output {
    /// An access to the file.
    fn run<T: Send + 'static>(
        &self,
        access: impl FnOnce(&File) -> io::Result<T> + Send + 'static,
    ) -> io::Result<T> {
        let file = Arc::clone(&self.file);
        run(&self.folder, move || access(&file))
    }

    fn sync(&self) -> io::Result<()> {
        self.run(|file| file.sync_all())
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = bytes.len();
        let owned = bytes.to_vec();
        self.run(move |mut file| file.write_all(&owned))?;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Output {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.run(move |mut file| file.seek(to))
    }
}

/// An access to a folder, given up if it does not answer.
fn run<T: Send + 'static>(
    folder: &Path,
    access: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    files::run(folder, &|| false, move |_| access())
}

/// A file that is written beside its place, and put there only when it is whole.
#[derive(Debug)]
pub struct Draft {
    place: PathBuf,
    beside: PathBuf,
    kept: bool,
}

impl Draft {
    /// A draft for `place`, and the open file to write it to. A link stays a link: what it leads to is replaced.
    ///
    /// # Errors
    /// When there can be no file in that place, when something else than a file is there (a device or a pipe would be
    /// replaced by the file), or when the place does not answer.
    pub fn new(place: &Path) -> Result<(Self, Output), Fail> {
        if place.file_name().is_none() {
            return Err(not_a_file_name(place));
        }
        let asked = place.to_owned();
        let opened = run(files::folder_of(place), move || {
            let place = dunce::canonicalize(&asked).unwrap_or(asked);
            match fs::metadata(&place) {
                Ok(there) if there.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
                Ok(there) if !there.is_file() => {
                    return Err(io::Error::other("it is not a regular file"));
                }
                _ => {}
            }
            let (beside, file) = beside(&place)?;
            Ok((place, beside, file))
        });
        let (place, beside, file) = opened.map_err(|error| match error.kind() {
            io::ErrorKind::IsADirectory => not_a_file_name(place),
            _ => write_error(place, error),
        })?;
        let output = Output {
            folder: files::folder_of(&place).to_owned(),
            file: Arc::new(file),
        };
        let draft = Self {
            place,
            beside,
            kept: false,
        };
        Ok((draft, output))
    }

    /// Where the draft is.
    pub fn path(&self) -> &Path {
        &self.beside
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    /// When the system refuses; then nothing is left behind.
    pub fn keep(mut self) -> Result<(), Fail> {
        let (from, to) = (self.beside.clone(), self.place.clone());
        run(files::folder_of(&self.place), move || fs::rename(from, to))
            .map_err(|error| write_error(&self.place, error))?;
        self.kept = true;
        Ok(())
    }
}

/// A new file beside `place`. Its name has nothing of the place's but the end, by which some writers
/// go: a name may be as long as the system allows, and this one must not be longer.
fn beside(place: &Path) -> io::Result<(PathBuf, File)> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let ending = place.extension().filter(|ending| ending.len() <= 16);
    loop {
        // ORDERING: Relaxed, the number alone matters.
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let mut name = OsString::from(format!(".{}-{number}.partial", std::process::id()));
        if let Some(ending) = ending {
            name.push(".");
            name.push(ending);
        }
        let path = place.with_file_name(name);
        match File::create_new(&path) {
            // Left behind by a process that ended early and had the same number.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            file => return Ok((path, file?)),
        }
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.kept {
            // There is nobody to tell, and a leftover does no harm.
            let left = self.beside.clone();
            let _ = run(files::folder_of(&self.beside), move || {
                fs::remove_file(left)
            });
        }
    }
}

/// Writes a whole file.
pub fn write(place: &Path, bytes: &[u8]) -> Result<(), Fail> {
    let (draft, mut file) = Draft::new(place)?;
    file.write_all(bytes)
        .and_then(|()| file.sync())
        .map_err(|error| write_error(place, error))?;
    drop(file);
    draft.keep()
}

/// Where a WAV file goes when it is whole.
enum Goal {
    /// To its place.
    Place(Draft),
    /// From this file, which has no name, to standard output. A header says how much follows, so it
    /// can not be written first.
    Stream(File),
}

impl Goal {
    fn new(place: &Path) -> Result<(Self, Output), Fail> {
        if !is_stream(place) {
            let (draft, file) = Draft::new(place)?;
            return Ok((Self::Place(draft), file));
        }
        if io::stdout().is_terminal() {
            let reason = "-: standard output is a terminal, which shows no sound";
            return Err(Fail::Usage(reason.into()));
        }
        let folder = std::env::temp_dir();
        let both = run(&folder, || {
            let file = tempfile::tempfile()?;
            Ok((file.try_clone()?, Arc::new(file)))
        });
        let (end, file) = both.map_err(|error| write_error(place, error))?;
        Ok((Self::Stream(end), Output { folder, file }))
    }
}

/// A WAV file on its way.
pub struct WavFile {
    place: PathBuf,
    goal: Goal,
    writer: hound::WavWriter<BufWriter<Output>>,
    bits: Bits,
    clipped: u64,
    /// Bytes that may still be written: the format counts them in 32 bits.
    room: u64,
}

/// The most bytes of samples that a WAV file holds, with some to spare for its header.
const MOST_BYTES: u64 = u32::MAX as u64 - 1024;

impl WavFile {
    /// Begins a file; `-` is standard output.
    ///
    /// # Errors
    /// When there can be no file in that place, or when it is a terminal.
    pub fn new(place: &Path, rate: u32, channels: u16, bits: Bits) -> Result<Self, Fail> {
        let (goal, file) = Goal::new(place)?;
        let spec = hound::WavSpec {
            channels,
            sample_rate: rate,
            bits_per_sample: bits.wide(),
            sample_format: match bits {
                Bits::Float => hound::SampleFormat::Float,
                _ => hound::SampleFormat::Int,
            },
        };
        let writer = hound::WavWriter::new(BufWriter::with_capacity(BUFFER, file), spec)
            .map_err(|error| write_error(place, error))?;
        Ok(Self {
            place: place.to_owned(),
            goal,
            writer,
            bits,
            clipped: 0,
            room: MOST_BYTES,
        })
    }

    /// Appends the first `frames` frames of the channels.
    ///
    /// # Errors
    /// When the disk is full, or the file would pass 4 GiB.
    pub fn append<C: AsRef<[f32]>>(&mut self, channels: &[C], frames: usize) -> Result<(), Fail> {
        let bytes = frames as u64 * channels.len() as u64 * u64::from(self.bits.wide() / 8);
        self.room = self.room.checked_sub(bytes).ok_or_else(|| {
            write_error(&self.place, "a WAV file holds 4 GiB and this would be more")
        })?;
        for frame in 0..frames {
            for channel in channels {
                let sample = channel.as_ref().get(frame).copied().unwrap_or(0.0);
                self.sample(sample)
                    .map_err(|error| write_error(&self.place, error))?;
            }
        }
        Ok(())
    }

    fn sample(&mut self, sample: f32) -> hound::Result<()> {
        if self.bits == Bits::Float {
            return self.writer.write_sample(sample);
        }
        // Full scale is 2^(bits - 1), as the decoder reads it, so that a file survives a round trip.
        let scale = f64::from(1_u32 << (self.bits.wide() - 1));
        let wanted = (f64::from(sample) * scale).round();
        let held = wanted.clamp(-scale, scale - 1.0);
        self.clipped += u64::from(held != wanted);
        self.writer.write_sample(held as i32)
    }

    /// Ends the file and puts it in its place; returns how many samples were too loud for it.
    ///
    /// # Errors
    /// When the system refuses; then nothing is left behind.
    pub fn finish(self) -> Result<u64, Fail> {
        let Self {
            place,
            goal,
            writer,
            clipped,
            ..
        } = self;
        writer
            .finalize()
            .map_err(|error| write_error(&place, error))?;
        match goal {
            Goal::Place(draft) => draft.keep()?,
            Goal::Stream(file) => pour(file).map_err(|error| write_error(&place, error))?,
        }
        Ok(clipped)
    }
}

/// Writes a file to standard output; a reader that has gone away is no error.
fn pour(mut file: File) -> io::Result<()> {
    file.rewind()?;
    let mut out = io::stdout().lock();
    let poured = io::copy(&mut file, &mut out).and_then(|_| out.flush());
    match poured {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        _ => Ok(()),
    }
}

fn not_a_file_name(place: &Path) -> Fail {
    Fail::Input(format!("{}: not a file name", place.display()))
}

fn write_error(place: &Path, error: impl std::fmt::Display) -> Fail {
    let name = match is_stream(place) {
        true => "standard output".into(),
        false => place.display().to_string(),
    };
    Fail::Input(format!("{name}: can not be written: {error}"))
}

#[cfg(test)]
mod tests;

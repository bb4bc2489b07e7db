//! A recording that is read piece by piece, from anywhere, however long it is. Off the audio thread.
//!
//! What comes out for a frame does not depend on where reading began: exactly so where samples are stored as they are
//! or packed without loss; codecs that lose something are started some frames before, until they have forgotten that.
//!
//! `packet_stream` is the decoder of packets, kept between two pieces.

use std::fs::Metadata;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use super::{RATES, bad_rate, display_name, pcm};
use crate::container::tags::strip;
use crate::container::{Looked, Pcm, Window, look};
use crate::source::Source;
use crate::{Impulse, ImpulseError, files};

mod packet_stream;

use packet_stream::PacketStream;

/// Channels that are heard: left and right.
const MOST_CHANNELS: usize = 2;
/// How often it is looked whether a file is still what it was when it was opened.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Bytes that are read at a time.
const PART_BYTES: usize = 64 << 10;

/// A recording of which any piece can be read.
pub trait Recording: Send {
    /// Its name, for people.
    fn name(&self) -> &str;

    /// In Hz; does not change.
    fn rate(&self) -> u32;

    /// 1 or 2; does not change.
    fn channels(&self) -> usize;

    /// How many frames there are, as far as is known before its end was read. It may turn out to be fewer.
    fn frames(&self) -> Option<u64>;

    /// Appends up to `count` frames from `at` on to each of the channels' rows; fewer only if the recording ends there,
    /// none behind its end. Returns how many. On an error the rows may be longer by any number.
    ///
    /// # Errors
    /// One line that names the recording and the reason.
    fn read(&mut self, at: u64, count: usize, into: &mut [Vec<f32>])
    -> Result<usize, ImpulseError>;
}

/// A recording that is in memory, such as a test sound; its first two channels are heard.
impl Recording for (String, Arc<Impulse>) {
    fn name(&self) -> &str {
        &self.0
    }

    fn rate(&self) -> u32 {
        self.1.rate
    }

    fn channels(&self) -> usize {
        self.1.channels.len().clamp(1, MOST_CHANNELS)
    }

    fn frames(&self) -> Option<u64> {
        Some(self.1.frames() as u64)
    }

    fn read(
        &mut self,
        at: u64,
        count: usize,
        into: &mut [Vec<f32>],
    ) -> Result<usize, ImpulseError> {
        let start = usize::try_from(at).unwrap_or(usize::MAX);
        let mut read = 0;
        for (row, channel) in into.iter_mut().zip(&self.1.channels) {
            let rest = channel.get(start..).unwrap_or_default();
            read = rest.len().min(count);
            row.extend_from_slice(&rest[..read]);
        }
        Ok(read)
    }
}

/// A sound file that is read piece by piece: any format that [`decode`](crate::decode) knows, of any length; the first two
/// of its channels.
pub struct RecordingFile {
    path: PathBuf,
    name: String,
    rate: u32,
    channels: usize,
    source: Arc<Source>,
    kind: Kind,
    /// What the file was when it was opened.
    was: Identity,
    looked: Instant,
}

enum Kind {
    /// Samples as they are, and room for some of them.
    Pcm(Pcm, Vec<u8>),
    Packets(Box<PacketStream>),
}

impl std::fmt::Debug for RecordingFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RecordingFile")
            .field("path", &self.path)
            .field("rate", &self.rate)
            .field("channels", &self.channels)
            .finish_non_exhaustive()
    }
}

/// By what it is seen that a file was written anew.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Identity {
    length: u64,
    written: Option<SystemTime>,
    #[cfg(unix)]
    inode: (u64, u64),
}

impl Identity {
    fn of(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        use std::os::unix::fs::MetadataExt;
        Self {
            length: metadata.len(),
            written: metadata.modified().ok(),
            #[cfg(unix)]
            inode: (metadata.dev(), metadata.ino()),
        }
    }
}

impl RecordingFile {
    /// Opens a file.
    ///
    /// # Errors
    /// Every failure is an [`ImpulseError`] that names the file.
    pub fn open(path: &Path) -> Result<Self, ImpulseError> {
        let name = display_name(path);
        let source = Arc::new(Source::open_any(path, &name, &files::is_given_up)?);
        let was = identity(path, &name)?;
        if source.length() == Some(0) {
            return Err(ImpulseError::malformed(&name, "it is empty"));
        }
        // As with whole files: the decoders are other people's code.
        let found = catch_unwind(AssertUnwindSafe(|| kind(&name, &source)))
            .map_err(|_| ImpulseError::malformed(&name, "the decoder gave up on it"))?;
        source.check(&name)?;
        let kind = found?;
        let (rate, channels) = match &kind {
            Kind::Pcm(pcm, _) => (pcm.rate, pcm.channels),
            Kind::Packets(packets) => (packets.rate(), packets.channels()),
        };
        Ok(Self {
            path: path.to_owned(),
            name,
            rate,
            channels: channels.min(MOST_CHANNELS),
            source,
            kind,
            was,
            looked: Instant::now(),
        })
    }

    /// Looks whether the file is still there and as it was.
    fn look(&mut self) -> Result<(), ImpulseError> {
        let is = identity(&self.path, &self.name)?;
        self.looked = Instant::now();
        match is == self.was {
            true => Ok(()),
            false => Err(ImpulseError::Unreadable {
                name: self.name.clone(),
                reason: "it was changed while it was played".into(),
            }),
        }
    }
}

fn identity(path: &Path, name: &str) -> Result<Identity, ImpulseError> {
    let metadata = files::metadata(path, &files::is_given_up);
    let metadata = metadata.map_err(|error| ImpulseError::unreadable(name, &error))?;
    Ok(Identity::of(&metadata))
}

fn kind(name: &str, source: &Arc<Source>) -> Result<Kind, ImpulseError> {
    match look(strip(Window::new(source))) {
        Looked::Pcm(pcm) if !RATES.contains(&pcm.rate) => Err(bad_rate(name, pcm.rate)),
        Looked::Pcm(pcm) => {
            let frame = pcm.coding.width() * pcm.channels;
            let part = vec![0; (PART_BYTES / frame).max(1) * frame];
            Ok(Kind::Pcm(pcm, part))
        }
        Looked::Coded(stream) => {
            let packets = PacketStream::open(name, Arc::clone(source), stream)?;
            Ok(Kind::Packets(Box::new(packets)))
        }
        Looked::Wrong(reason) => Err(ImpulseError::malformed(name, reason)),
        Looked::Unknown => Err(ImpulseError::malformed(name, "it is not a sound file")),
    }
}

impl Recording for RecordingFile {
    fn name(&self) -> &str {
        &self.name
    }

    fn rate(&self) -> u32 {
        self.rate
    }

    fn channels(&self) -> usize {
        self.channels
    }

    fn frames(&self) -> Option<u64> {
        match &self.kind {
            Kind::Pcm(pcm, _) => Some(pcm.bytes / (pcm.coding.width() * pcm.channels) as u64),
            Kind::Packets(packets) => packets.frames(),
        }
    }

    fn read(
        &mut self,
        at: u64,
        count: usize,
        into: &mut [Vec<f32>],
    ) -> Result<usize, ImpulseError> {
        if self.looked.elapsed() >= LOOK_EVERY {
            self.look()?;
        }
        let (name, source) = (&self.name, &self.source);
        let read = match &mut self.kind {
            Kind::Pcm(pcm, part) => Ok(plain(source, (pcm, part), at, count, into)),
            Kind::Packets(packets) => {
                let read = || packets.read(name, at, count, into);
                catch_unwind(AssertUnwindSafe(read))
                    .map_err(|_| ImpulseError::malformed(name, "the decoder gave up on it"))?
            }
        };
        // Whatever was made of what could not be read, that is what is wrong.
        source.check(name)?;
        let read = read?;
        if read < count {
            // It ends here, or it is being written anew.
            self.look()?;
        }
        Ok(read)
    }
}

/// Reads samples that are stored as they are.
fn plain(
    source: &Source,
    (pcm, part): (&Pcm, &mut [u8]),
    at: u64,
    count: usize,
    into: &mut [Vec<f32>],
) -> usize {
    let width = pcm.coding.width();
    let frame = width * pcm.channels;
    let present = pcm.bytes / frame as u64;
    let count = usize::try_from(present.saturating_sub(at)).map_or(count, |left| left.min(count));
    let mut done = 0;
    while done < count {
        let wanted = (part.len() / frame).min(count - done);
        let bytes = part.get_mut(..wanted * frame).unwrap_or_default();
        let read = source.read_at(pcm.start + (at + done as u64) * frame as u64, bytes) / frame;
        let bytes = bytes.get(..read * frame).unwrap_or_default();
        for (place, row) in into.iter_mut().enumerate().take(pcm.channels) {
            pcm::append(row, bytes, (place * width, frame), pcm.coding);
        }
        done += read;
        if read < wanted {
            break;
        }
    }
    done
}

//! An open file, read piece by piece; each piece is an access of its own.

use std::fs::{self, Metadata, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{folder_of, run};

/// The most bytes that one access reads: a slow disk must be seen to move.
const PIECE: usize = 1 << 18;

/// An open regular file. Reading it can be given up at any moment.
#[derive(Clone, Debug)]
pub struct File {
    /// Shared with the readers, of which one that was given up may be the last to hold it.
    file: Arc<fs::File>,
    length: u64,
    place: PathBuf,
}

impl File {
    /// Opens a regular file for reading. A device or a FIFO is refused: it may keep whoever opens it for ever, or give
    /// bytes without an end.
    ///
    /// # Errors
    /// The system's, one in words for what is no file on a disk, and those of [`run`].
    pub fn open(path: &Path, cancelled: &dyn Fn() -> bool) -> io::Result<Self> {
        let owned = path.to_owned();
        let place = folder_of(path).to_owned();
        let (file, length) = run(&place, cancelled, move |_| {
            let file = open_regular(&owned)?;
            let length = file.metadata()?.len();
            Ok((Arc::new(file), length))
        })?;
        Ok(Self {
            file,
            length,
            place,
        })
    }

    /// The length in bytes when it was opened.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Reads from a position on, as much as there is and fits, but at most 256 KiB; 0 at the end.
    ///
    /// # Errors
    /// The system's, and those of [`run`].
    pub fn read_at(
        &self,
        at: u64,
        into: &mut [u8],
        cancelled: &dyn Fn() -> bool,
    ) -> io::Result<usize> {
        let wanted = into.len().min(PIECE);
        let file = Arc::clone(&self.file);
        let piece = run(&self.place, cancelled, move |_| {
            let mut piece = vec![0; wanted];
            let count = positioned(&file, at, &mut piece)?;
            piece.truncate(count);
            Ok(piece)
        })?;
        let place = into.get_mut(..piece.len());
        place.ok_or(ErrorKind::InvalidData)?.copy_from_slice(&piece);
        Ok(piece.len())
    }
}

#[cfg(unix)]
fn positioned(file: &fs::File, at: u64, into: &mut [u8]) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, into, at)
}

#[cfg(windows)]
fn positioned(file: &fs::File, at: u64, into: &mut [u8]) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, into, at)
}

/// Opens a regular file on the thread that calls: for an access that runs on a reader already.
///
/// # Errors
/// The system's, and one in words for what is no file on a disk.
pub fn open_regular(path: &Path) -> io::Result<fs::File> {
    // To open a device may already do something, so it is asked before; and asked again of what
    // was opened, because something else may be there by then.
    regular(&fs::metadata(path)?)?;
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY);
    }
    let file = options.open(path)?;
    regular(&file.metadata()?)?;
    Ok(file)
}
/// An error unless this is a file of somebody's, on a disk.
fn regular(about: &Metadata) -> io::Result<()> {
    let kind = about.file_type();
    if kind.is_file() {
        return match made_by_the_system(about) {
            true => Err(io::Error::other("it is not a file on a disk")),
            false => Ok(()),
        };
    }
    if kind.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if kind.is_fifo() {
            return Err(io::Error::other("it is a pipe, not a file"));
        }
        if kind.is_char_device() || kind.is_block_device() {
            return Err(io::Error::other("it is a device, not a file"));
        }
    }
    Err(io::Error::other("it is not a file"))
}

/// Whether it lies where the system shows its own state as files, which have no length and may
/// never end.
#[cfg(target_os = "linux")]
fn made_by_the_system(about: &Metadata) -> bool {
    use std::os::linux::fs::MetadataExt;
    let device = |path: &str| std::fs::metadata(path).ok().map(|about| about.st_dev());
    let of_the_root = device("/");
    ["/proc", "/sys"]
        .into_iter()
        .filter_map(device)
        .any(|system| Some(system) != of_the_root && system == about.st_dev())
}

#[cfg(not(target_os = "linux"))]
fn made_by_the_system(_about: &Metadata) -> bool {
    false
}

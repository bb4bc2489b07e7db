//! File access that can be given up. Any thread that is not real-time.
//!
//! A system call on a dead network drive may never return, and nothing can call it back. So no thread that
//! somebody waits for makes one. Each access runs on a *reader*, a thread that owns the path, the open file and the
//! bytes, and nothing else. Whoever asked waits for the answer, and stops waiting when
//!
//! - it has come,
//! - nobody wants it any more: [`Cancelled`](is_cancelled),
//! - nothing has moved for [`patience`]: the place [does not answer](is_unresponsive).
//!
//! A reader that was given up ends by itself when its system call returns. Until then it is counted. The place is
//! remembered for [`AVOID`], so that the next one who asks is refused at once and does not wait as well.
//!
//! | file | idea |
//! |---|---|
//! | `access` | one access: the answer, and the wait for it |
//! | `places` | places that did not answer |
//! | `reader` | the threads, and their end |
//! | `scope` | work that is given up as a whole |
//! | `file` | an open file, read piece by piece |

use std::fs::{self, Metadata};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

mod access;
mod file;
mod places;
mod reader;
mod scope;

pub use access::{Pending, Progress};
pub use file::{File, open_regular};
pub use places::{AVOID, on_return};
pub use reader::{Guard, on_stuck};
pub use scope::{GivenUp, is_given_up, while_wanted};

/// How long nothing may move before a place counts as one that does not answer, in milliseconds.
static PATIENCE_MS: AtomicU64 = AtomicU64::new(2_000);

/// How long nothing may move before a place counts as one that does not answer: 2 s, unless [`set_patience`] said
/// otherwise.
#[must_use]
pub fn patience() -> Duration {
    // ORDERING: Relaxed, a number that nothing else depends on.
    Duration::from_millis(PATIENCE_MS.load(Ordering::Relaxed))
}

/// Sets the [`patience`] of the process: a program that has nothing else to do may wait longer than a plug-in.
pub fn set_patience(patience: Duration) {
    let millis = u64::try_from(patience.as_millis()).unwrap_or(u64::MAX);
    // ORDERING: Relaxed, as above.
    PATIENCE_MS.store(millis, Ordering::Relaxed);
}

/// Whether an access failed because the place does not answer.
#[must_use]
pub fn is_unresponsive(error: &io::Error) -> bool {
    error.kind() == ErrorKind::TimedOut
}

/// Whether an access ended because nobody wanted it any more.
#[must_use]
pub fn is_cancelled(error: &io::Error) -> bool {
    error.kind() == ErrorKind::Interrupted
}

/// Runs an access to a place on a reader and waits for its answer.
///
/// `access` should own what it needs and nothing that anybody waits for; long ones report [`Progress`]. The place
/// is the folder that is remembered if it does not answer.
///
/// # Errors
/// Those of `access`; one that [`is_cancelled`] once `cancelled` says so (it is asked every 5 ms); one that
/// [`is_unresponsive`] if nothing moved for [`patience`] or the place did not answer lately.
pub fn run<T: Send + 'static>(
    place: &Path,
    cancelled: &dyn Fn() -> bool,
    access: impl FnOnce(&Progress) -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    Pending::start(place, access)?.wait(cancelled)
}

/// What is known of a file or folder, links followed.
///
/// # Errors
/// The system's, and those of [`run`].
pub fn metadata(path: &Path, cancelled: &dyn Fn() -> bool) -> io::Result<Metadata> {
    let owned = path.to_owned();
    run(folder_of(path), cancelled, move |_| fs::metadata(owned))
}

/// One entry of a folder.
#[derive(Debug)]
pub struct Entry {
    /// Where it is.
    pub path: PathBuf,
    /// What is known of it, links not followed.
    pub metadata: Metadata,
    /// Whether it is a folder, or a link to one.
    pub leads_to_folder: bool,
}

/// What is in a folder, in no order. What can not be looked at is left out.
///
/// # Errors
/// The system's, and those of [`run`].
pub fn list(folder: &Path, cancelled: &dyn Fn() -> bool) -> io::Result<Vec<Entry>> {
    let owned = folder.to_owned();
    run(folder, cancelled, move |progress| {
        let mut entries = Vec::new();
        for entry in fs::read_dir(owned)?.flatten() {
            progress.step();
            if progress.is_given_up() {
                break;
            }
            let Ok(metadata) = entry.metadata() else {
                continue;
            };
            let path = entry.path();
            let leads_to_folder = metadata.is_dir()
                || (metadata.is_symlink() && fs::metadata(&path).is_ok_and(|to| to.is_dir()));
            entries.push(Entry {
                path,
                metadata,
                leads_to_folder,
            });
        }
        Ok(entries)
    })
}

/// The bytes of a small file: at most `limit`.
///
/// # Errors
/// [`ErrorKind::FileTooLarge`] if there are more, the system's, and those of [`run`].
pub fn read(path: &Path, limit: u64, cancelled: &dyn Fn() -> bool) -> io::Result<Vec<u8>> {
    let file = File::open(path, cancelled)?;
    let mut bytes = Vec::new();
    let mut piece = vec![0; 1 << 16];
    loop {
        let count = file.read_at(bytes.len() as u64, &mut piece, cancelled)?;
        if count == 0 {
            return Ok(bytes);
        }
        bytes.extend_from_slice(&piece[..count]);
        if bytes.len() as u64 > limit {
            return Err(ErrorKind::FileTooLarge.into());
        }
    }
}

/// Writes a file so that it is whole or as it was: beside its place first, then renamed. Makes its folder. Nobody need
/// wait for it: it is done although nobody looks at the answer.
///
/// # Errors
/// If the place does not answer, or there is no thread.
pub fn write_later(path: &Path, bytes: Vec<u8>) -> io::Result<Pending<()>> {
    let owned = path.to_owned();
    Pending::start(folder_of(path), move |progress| {
        let path = owned;
        fs::create_dir_all(folder_of(&path))?;
        progress.step();
        let beside = path.with_extension("new");
        let written = fs::File::create(&beside).and_then(|mut file| {
            for piece in bytes.chunks(1 << 20) {
                file.write_all(piece)?;
                progress.step();
            }
            Ok(())
        });
        let renamed = written.and_then(|()| fs::rename(&beside, &path));
        if renamed.is_err() {
            let _ = fs::remove_file(&beside);
        }
        renamed
    })
}

/// The folder that a file is in: what is remembered if it does not answer.
#[must_use]
pub fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// The bytes of whatever can be read to its end, at most `limit` of them.
///
/// # Errors
/// [`ErrorKind::FileTooLarge`] if there are more, and the reader's.
pub fn read_all(from: &mut dyn Read, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    match bytes.len() as u64 > limit {
        true => Err(ErrorKind::FileTooLarge.into()),
        false => Ok(bytes),
    }
}

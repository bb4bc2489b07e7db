//! What paths are: looked up on a thread that ends with it. A slow disk must not stop the screen, nor the host.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, TryRecvError, channel};

use crate::background::{BackgroundJob, Job};
use crate::files;
use crate::state::path_text;

/// What is at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A folder, or a link to one.
    Folder,
    /// A file, or a link to one.
    File,
}

/// How far a look-up is.
#[derive(Debug)]
pub(super) enum Answer {
    /// Something is still awaited.
    Awaited,
    /// What is at one of the paths, or in a sentence why it can not be used.
    Known(PathBuf, Result<Kind, String>),
    /// All has been said.
    Over,
}

/// A look-up that is under way. Dropping it gives it up.
#[derive(Debug)]
pub(super) struct Lookup {
    answers: Receiver<(PathBuf, Result<Kind, String>)>,
    _job: BackgroundJob,
}

impl Lookup {
    /// Begins to look at these paths, one after the other.
    ///
    /// # Errors
    /// With a sentence for the user if there is no thread for it.
    pub fn start(paths: Vec<PathBuf>) -> Result<Self, String> {
        let (sender, answers) = channel();
        let work = move |job: &Job<'_>| {
            for path in paths {
                if job.is_cancelled() {
                    break;
                }
                let found = look(&path, job);
                // Nobody listens any more if the look-up was given up meanwhile.
                let _ = sender.send((path, found));
            }
        };
        let job = BackgroundJob::spawn_once("anteroom paths", work);
        let job = job.map_err(|error| format!("Paths can not be looked up: {error}"))?;
        Ok(Self { answers, _job: job })
    }

    /// The next answer, if it has come. Waits for nothing.
    pub fn poll(&self) -> Answer {
        match self.answers.try_recv() {
            Ok((path, found)) => Answer::Known(path, found),
            Err(TryRecvError::Empty) => Answer::Awaited,
            Err(TryRecvError::Disconnected) => Answer::Over,
        }
    }
}

fn look(path: &Path, job: &Job<'_>) -> Result<Kind, String> {
    let shown = path_text::shown(path);
    // It would be looked for wherever the host was started.
    if !path.is_absolute() {
        return Err(format!("A path begins at a root or a drive: {shown}"));
    }
    let owned = path.to_owned();
    // If it does not answer, the path itself is remembered for that, not the folder above it: it may be a drive of its own.
    let about = files::run(path, job.cancel, move |_| std::fs::metadata(owned));
    let reason = match about {
        Ok(about) if about.is_dir() => return Ok(Kind::Folder),
        Ok(about) if about.is_file() => return Ok(Kind::File),
        Ok(_) => "This is neither a folder nor a file".to_owned(),
        Err(error) if files::is_unresponsive(&error) => "The place does not answer".to_owned(),
        Err(error) => match error.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => {
                "There is no such folder or file".to_owned()
            }
            ErrorKind::PermissionDenied => "The system does not let you look there".to_owned(),
            _ => error.to_string(),
        },
    };
    Err(format!("{reason}: {shown}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_path_is_answered_in_its_turn() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a.wav");
        std::fs::write(&file, "").expect("a file");
        let none = file.join("below a file");
        let paths = vec![folder.path().into(), file.clone(), none, "here".into()];
        let lookup = Lookup::start(paths).expect("a thread");
        let mut found = Vec::new();
        loop {
            match lookup.poll() {
                Answer::Awaited => std::thread::yield_now(),
                Answer::Known(path, what) => found.push((path, what)),
                Answer::Over => break,
            }
        }
        assert_eq!(found[0], (folder.path().to_owned(), Ok(Kind::Folder)));
        assert_eq!(found[1], (file, Ok(Kind::File)));
        let reason = found[2].1.clone().expect_err("nothing is there");
        assert!(reason.contains("no such"), "{reason}");
        assert!(reason.contains("below a file"), "{reason}");
        let reason = found[3].1.clone().expect_err("it has no root");
        assert!(reason.ends_with("a drive: here"), "{reason}");
    }
}

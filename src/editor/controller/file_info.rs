//! Finds the properties of the impulses that the browser shows, on a thread of its own while a window is open. What is
//! found is stored, and found again only when the file has changed.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use serde::{Deserialize, Serialize};

use super::origin_of;
use crate::background::{BackgroundJob, Job};
use crate::editor::view_model::ImpulseSource;
use crate::exchange::{Consumer, Observer, Producer, Publisher, observe, queue};
use crate::files;
use crate::instance::{FileInfo, file_info};

/// Answers that fit between two frames; the thread waits for room.
const ANSWERS: usize = 256;
/// The most files whose facts are kept.
const MOST: usize = 30_000;

/// The largest file of facts that is read, bytes.
const MOST_BYTES: u64 = 64 << 20;
/// How long the end of the thread waits until its facts are written.
const PARTING: Duration = Duration::from_millis(100);

/// The editor's end. Dropping it ends the thread, which gives up what it reads.
pub(super) struct FileInfoReader {
    wanted: Publisher<Vec<ImpulseSource>>,
    asked: Vec<ImpulseSource>,
    found: Consumer<(ImpulseSource, Option<FileInfo>)>,
    job: BackgroundJob,
}

/// What a file was when it was looked at, and what was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Entry {
    source: ImpulseSource,
    bytes: u64,
    modified: u64,
    facts: Option<FileInfo>,
}

impl FileInfoReader {
    /// Starts the thread; what it finds out is kept in `folder`. None if there is no thread.
    pub fn start(folder: Option<&Path>) -> Option<Self> {
        let (wanted, wishes) = observe(Vec::new());
        let (answers, found) = queue(ANSWERS);
        let mut reader = Reader {
            wishes,
            answers,
            due: Vec::new(),
            file: folder.map(|folder| folder.join("facts.json")),
            known: None,
            fresh: 0,
        };
        let job = BackgroundJob::spawn("anteroom facts", move |job| reader.step(job)).ok()?;
        Some(Self {
            wanted,
            asked: Vec::new(),
            found,
            job,
        })
    }

    /// Asks about these; what was asked before and not begun is forgotten.
    pub fn ask(&mut self, sought: &[ImpulseSource]) {
        if self.asked != sought {
            self.asked = sought.to_vec();
            self.wanted.write(self.asked.clone());
        }
        if !sought.is_empty() {
            self.job.wake();
        }
    }

    /// What was found out since the last time.
    pub fn news(&mut self) -> impl Iterator<Item = (ImpulseSource, Option<FileInfo>)> + '_ {
        std::iter::from_fn(|| self.found.pop().ok())
    }
}

/// The half on the thread.
struct Reader {
    wishes: Observer<Vec<ImpulseSource>>,
    answers: Producer<(ImpulseSource, Option<FileInfo>)>,
    /// What is still to be looked at, the next one last.
    due: Vec<ImpulseSource>,
    file: Option<PathBuf>,
    /// What was found out before; read when it is first needed.
    known: Option<HashMap<ImpulseSource, Entry>>,
    /// How much of it is not yet in the file.
    fresh: usize,
}

impl Reader {
    /// Looks at one impulse, if there is one to look at.
    fn step(&mut self, job: &Job<'_>) -> bool {
        if self.wishes.update() {
            self.due = self.wishes.output_buffer().clone();
            self.due.reverse();
        }
        if self.answers.is_full() {
            return false;
        }
        let Some(source) = self.due.pop() else {
            self.keep();
            return false;
        };
        let facts = self.look(&source, job);
        // There is room, and nobody else fills it.
        let _ = self.answers.push((source, facts));
        true
    }

    fn look(&mut self, source: &ImpulseSource, job: &Job<'_>) -> Option<FileInfo> {
        let file = &self.file;
        let (bytes, modified) = stamp(source, job.cancel);
        let known = self
            .known
            .get_or_insert_with(|| read(file.as_deref(), job.cancel));
        if let Some(entry) = known.get(source)
            && (entry.bytes, entry.modified) == (bytes, modified)
        {
            return entry.facts;
        }
        let facts = origin_of(source).and_then(|origin| file_info(&origin, job));
        if job.is_cancelled() {
            // What was not looked at to its end tells nothing.
            return None;
        }
        let entry = Entry {
            source: source.clone(),
            bytes,
            modified,
            facts,
        };
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(source.clone(), entry);
        self.fresh += 1;
        facts
    }

    /// Writes down what was found out. If that fails it is found out again another time.
    fn keep(&mut self) {
        let (Some(file), Some(known)) = (&self.file, &self.known) else {
            return;
        };
        if self.fresh > 0 {
            self.fresh = 0;
            let entries: Vec<&Entry> = known.values().collect();
            if let Ok(text) = serde_json::to_vec(&entries) {
                let begin = Instant::now();
                let _ = files::write_later(file, text)
                    .and_then(|written| written.wait(&|| begin.elapsed() > PARTING));
            }
        }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.keep();
    }
}

fn read(file: Option<&Path>, cancelled: &dyn Fn() -> bool) -> HashMap<ImpulseSource, Entry> {
    let text = file.and_then(|file| files::read(file, MOST_BYTES, cancelled).ok());
    let entries = text.and_then(|text| serde_json::from_slice::<Vec<Entry>>(&text).ok());
    let entries = entries.unwrap_or_default().into_iter();
    entries.map(|entry| (entry.source.clone(), entry)).collect()
}

/// What tells whether something is still what it was: a file's length and time. A room changes with
/// the program only.
fn stamp(source: &ImpulseSource, cancelled: &dyn Fn() -> bool) -> (u64, u64) {
    match source {
        ImpulseSource::Room(_) | ImpulseSource::Own(..) => {
            let version = env!("CARGO_PKG_VERSION").bytes();
            (0, version.fold(0, |sum, byte| sum * 31 + u64::from(byte)))
        }
        ImpulseSource::File(path) => files::metadata(path, cancelled).map_or((0, 0), |about| {
            let since = about.modified().ok();
            let since = since.and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
            let since = since.unwrap_or(Duration::ZERO);
            (about.len(), since.as_millis() as u64)
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_found_once_and_kept_until_the_file_changes() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.wav");
        let write = |samples: u32| {
            let format = hound::WavSpec {
                channels: 2,
                sample_rate: 44_100,
                bits_per_sample: 16,
                sample_format: hound::SampleFormat::Int,
            };
            let mut wav = hound::WavWriter::create(&path, format).expect("a file");
            for index in 0..2 * samples {
                wav.write_sample((20_000 / (1 + index)) as i16)
                    .expect("a sample");
            }
            wav.finalize().expect("a file");
        };
        write(44_100);
        let source = ImpulseSource::File(path.clone());
        let find = || {
            let mut reader = FileInfoReader::start(Some(folder.path())).expect("a thread");
            reader.ask(std::slice::from_ref(&source));
            loop {
                let news = reader.news().next();
                if let Some((of, facts)) = news {
                    assert_eq!(of, source);
                    return facts.expect("facts");
                }
                std::thread::yield_now();
            }
        };
        let facts = find();
        assert_eq!(
            (facts.channels, facts.rate, facts.seconds),
            (2, 44_100, 1.0)
        );
        let kept = read(Some(&folder.path().join("facts.json")), &|| false);
        assert_eq!(kept[&source].facts, Some(facts));
        write(22_050);
        assert_eq!(find().seconds, 0.5);
    }
}

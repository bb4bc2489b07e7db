//! Files that belong together by their names: left and right, or the four paths of true stereo.
//!
//! Off the audio thread. `Hall L.wav` and `Hall R.wav` are one stereo impulse if each is mono, and
//! one true-stereo impulse if each is stereo (the response to the left source and to the right
//! one). `LL`, `LR`, `RL` and `RR` are the four paths, source first. Any of them may be opened.

use std::path::{Path, PathBuf};

use super::decode::{Decoded, display_name, from_bytes_with, read};
use super::origin::content_hash;
use super::{Impulse, ImpulseError};

/// Names of the sides, in the order of the channels.
const SETS: [&[&str]; 3] = [&["LL", "LR", "RL", "RR"], &["Left", "Right"], &["L", "R"]];

/// All files of the set that `path` belongs to, in the order of the channels, if all are there.
fn set_of(path: &Path) -> Option<Vec<PathBuf>> {
    let stem = path.file_stem()?.to_str()?;
    let name = path.file_name()?.to_str()?;
    let words = |text: &'static [&'static str]| text.iter();
    // The last word that names a side counts: "Left Bank R" is the right one.
    let mut at = stem.len();
    for word in stem.rsplit(|c: char| !c.is_alphanumeric()) {
        at -= word.len();
        for set in SETS {
            if !words(set).any(|side| side.eq_ignore_ascii_case(word)) {
                continue;
            }
            let other = |side: &&str| {
                let side = like(side, word);
                let end = at + word.len();
                let name = format!("{}{side}{}", &name[..at], &name[end..]);
                path.with_file_name(name)
            };
            let paths: Vec<PathBuf> = words(set).map(other).collect();
            return paths.iter().all(|path| path.is_file()).then_some(paths);
        }
        at = at.saturating_sub(stem[..at].chars().next_back().map_or(0, char::len_utf8));
    }
    None
}

/// A side's name in the capitals of the word that it stands for.
fn like(side: &str, word: &str) -> String {
    if word.chars().all(|c| c.is_lowercase()) {
        side.to_lowercase()
    } else if word.len() > 1 && word.chars().all(|c| c.is_uppercase()) {
        side.to_uppercase()
    } else {
        side.to_owned()
    }
}

/// The identity of a file whose bytes are known: their hash, or that of all files of its set.
pub(super) fn identity(path: &Path, bytes: &[u8], cancelled: &dyn Fn() -> bool) -> String {
    let own = content_hash(bytes);
    let Some(set) = set_of(path) else { return own };
    let hash = |part: &PathBuf| match part == path {
        true => Some(own.clone()),
        false => read(part, cancelled).ok().map(|bytes| content_hash(&bytes)),
    };
    match set.iter().map(hash).collect::<Option<String>>() {
        Some(all) => content_hash(all.as_bytes()),
        None => own,
    }
}

/// Decodes a file with the others of its set. Where they do not fit together it is used alone, and
/// a note says why. `told` hears how much of the file itself is decoded.
///
/// # Errors
/// Those of the file itself, and [`ImpulseError::Cancelled`].
pub(super) fn open(
    path: &Path,
    bytes: Vec<u8>,
    (cancelled, told): (&dyn Fn() -> bool, &dyn Fn(f32)),
) -> Result<Decoded, ImpulseError> {
    let mut own = from_bytes_with(&display_name(path), bytes, (cancelled, told))?;
    if own.impulse.channels.len() > 2 {
        return Ok(own);
    }
    let Some(set) = set_of(path) else {
        return Ok(own);
    };
    match join(path, &own, &set, cancelled) {
        Ok(joined) => Ok(joined),
        // Nothing is wrong with the set then.
        Err(_) if cancelled() => Err(ImpulseError::Cancelled),
        Err(reason) => {
            own.notes.push(format!("used alone: {reason}"));
            Ok(own)
        }
    }
}

fn join(
    path: &Path,
    own: &Decoded,
    set: &[PathBuf],
    cancelled: &dyn Fn() -> bool,
) -> Result<Decoded, String> {
    let (width, rate) = (own.impulse.channels.len(), own.impulse.rate);
    if width * set.len() > 4 {
        return Err("its set has too many channels".into());
    }
    let mut joined = Decoded {
        impulse: Impulse {
            channels: Vec::new(),
            rate,
        },
        notes: Vec::new(),
        ..own.clone()
    };
    for part in set {
        let name = display_name(part);
        let decoded = match part == path {
            true => own.clone(),
            false => read(part, cancelled)
                .and_then(|bytes| from_bytes_with(&name, bytes, (cancelled, &|_| ())))
                .map_err(|error| error.to_string())?,
        };
        if decoded.impulse.rate != rate || decoded.impulse.channels.len() != width {
            return Err(format!("{name} has another format"));
        }
        joined
            .notes
            .extend(decoded.notes.iter().map(|note| format!("{name}: {note}")));
        joined.impulse.channels.extend(decoded.impulse.channels);
        joined.bits = joined.bits.filter(|_| decoded.bits == own.bits);
    }
    let longest = joined
        .impulse
        .channels
        .iter()
        .map(Vec::len)
        .max()
        .unwrap_or(1);
    joined
        .impulse
        .channels
        .iter_mut()
        .for_each(|channel| channel.resize(longest, 0.0));
    let names: Vec<String> = set.iter().map(|part| display_name(part)).collect();
    joined
        .notes
        .push(format!("joined from {}", names.join(", ")));
    Ok(joined)
}

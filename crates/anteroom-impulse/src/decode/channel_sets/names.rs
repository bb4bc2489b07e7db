//! Which files belong together, by their names. Off the audio thread: it reads the file's folder.
//!
//! The last word that names a side counts: "Left Bank R" is the right one. Capitals do not matter,
//! nor do those of the ending, and a name need not be Unicode.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::ImpulseError;
use crate::decode::display_name;
use crate::files;

/// The four paths of true stereo in one word, source first.
const PATHS: [&str; 4] = ["ll", "lr", "rl", "rr"];
/// The two sides. Two of these words are a path of true stereo.
const SIDES: [[&str; 2]; 2] = [["l", "r"], ["left", "right"]];

/// A name in which capitals do not count. Bytes that are no text stay what they are.
fn folded(name: &OsStr) -> Vec<u8> {
    let mut folded = Vec::with_capacity(name.len());
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        folded.extend(chunk.valid().to_lowercase().into_bytes());
        folded.extend(chunk.invalid());
    }
    folded
}

/// The words of a name. Bytes that are no text belong to words: they are letters of an older code.
fn words(name: &[u8]) -> Vec<Range<usize>> {
    let mut words: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    let mut extend = |at: usize, end: usize| match words.last_mut() {
        Some(last) if last.end == at => last.end = end,
        _ => words.push(at..end),
    };
    for chunk in name.utf8_chunks() {
        for letter in chunk.valid().chars() {
            let end = at + letter.len_utf8();
            if letter.is_alphanumeric() {
                extend(at, end);
            }
            at = end;
        }
        let end = at + chunk.invalid().len();
        if end > at {
            extend(at, end);
        }
        at = end;
    }
    words
}

/// The sets that a folded name may belong to, the likeliest first: the names of all its files, in
/// the order of the channels.
fn candidates(name: &[u8]) -> Vec<Vec<Vec<u8>>> {
    let dot = name.iter().rposition(|byte| *byte == b'.');
    let stem = &name[..dot.filter(|dot| *dot > 0).unwrap_or(name.len())];
    let words = words(stem);
    let with = |place: &Range<usize>, word: &str| {
        [&name[..place.start], word.as_bytes(), &name[place.end..]].concat()
    };
    for (index, place) in words.iter().enumerate().rev() {
        let is = |word: &&str| stem[place.clone()] == *word.as_bytes();
        if PATHS.iter().any(&is) {
            return vec![PATHS.iter().map(|word| with(place, word)).collect()];
        }
        let Some(sides) = SIDES.iter().find(|sides| sides.iter().any(&is)) else {
            continue;
        };
        let mut sets = Vec::new();
        let before = index.checked_sub(1).and_then(|before| words.get(before));
        let is_side = |before: &&Range<usize>| {
            (sides.iter()).any(|word| stem[(*before).clone()] == *word.as_bytes())
        };
        if let Some(before) = before.filter(is_side) {
            let paths = sides.iter().flat_map(|source| {
                sides.iter().map(move |ear| {
                    let between = &name[before.end..place.start];
                    let (start, end) = (&name[..before.start], &name[place.end..]);
                    [start, source.as_bytes(), between, ear.as_bytes(), end].concat()
                })
            });
            sets.push(paths.collect());
        }
        sets.push(sides.iter().map(|word| with(place, word)).collect());
        return sets;
    }
    Vec::new()
}

/// How many bytes of two names are the same: of several spellings the most alike is meant.
fn likeness(one: &OsStr, other: &OsStr) -> usize {
    let (one, other) = (one.as_encoded_bytes(), other.as_encoded_bytes());
    let same = one.iter().zip(other).filter(|(a, b)| a == b);
    let ends = one.iter().rev().zip(other.iter().rev());
    same.count() + ends.filter(|(a, b)| a == b).count()
}

/// All sets that `path` belongs to and of which all files are there, the likeliest first; in each,
/// the files in the order of the channels. None if the folder can not be read.
///
/// # Errors
/// [`ImpulseError::Cancelled`], and [`ImpulseError::Unresponsive`] if the folder does not answer: the
/// sets are not known then.
pub(super) fn sets_of(
    path: &Path,
    cancelled: &dyn Fn() -> bool,
) -> Result<Vec<Vec<PathBuf>>, ImpulseError> {
    let Some(own) = path.file_name() else {
        return Ok(Vec::new());
    };
    let own_key = folded(own);
    let sets = candidates(&own_key);
    if sets.is_empty() {
        return Ok(Vec::new());
    }
    let mut parts: Vec<Vec<u8>> = sets.iter().flatten().cloned().collect();
    parts.retain(|part| *part != own_key);
    // The files of all sets, by their folded names.
    let found = match beside(path, parts, cancelled) {
        Err(_) if cancelled() => return Err(ImpulseError::Cancelled),
        Err(error) if files::is_unresponsive(&error) => {
            return Err(ImpulseError::unreadable(&display_name(path), &error));
        }
        found => found.unwrap_or_default(),
    };
    let file_of = |key: &Vec<u8>| {
        if *key == own_key {
            return Some(path.to_owned());
        }
        let spellings = found.iter().filter(|(found, _)| found == key);
        let best = spellings.max_by_key(|(_, path)| {
            let name = path.file_name().unwrap_or_default();
            (likeness(own, name), std::cmp::Reverse(name))
        });
        best.map(|(_, path)| path.clone())
    };
    let whole = |set: &Vec<Vec<u8>>| set.iter().map(file_of).collect::<Option<Vec<_>>>();
    Ok(sets.iter().filter_map(whole).collect())
}

/// The files beside `path` that have one of these folded names, each with its folded name.
fn beside(
    path: &Path,
    parts: Vec<Vec<u8>>,
    cancelled: &dyn Fn() -> bool,
) -> io::Result<Vec<(Vec<u8>, PathBuf)>> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new(".")).to_owned();
    let (place, path) = (folder.clone(), path.to_owned());
    files::run(&place, cancelled, move |progress| {
        let mut found = Vec::new();
        for entry in fs::read_dir(folder)?.flatten() {
            progress.step();
            if progress.is_given_up() {
                break;
            }
            let name = entry.file_name();
            let key = folded(&name);
            let path = path.with_file_name(name);
            if parts.contains(&key) && path.is_file() {
                found.push((key, path));
            }
        }
        Ok(found)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sets(name: &str) -> Vec<Vec<String>> {
        let text = |name: Vec<u8>| String::from_utf8(name).unwrap();
        let sets = candidates(&folded(OsStr::new(name))).into_iter();
        sets.map(|set| set.into_iter().map(text).collect())
            .collect()
    }

    #[test]
    fn the_last_word_that_names_a_side_counts() {
        assert_eq!(
            sets("Left Bank R.WAV"),
            [["left bank l.wav", "left bank r.wav"]]
        );
        assert_eq!(sets("L.wav"), [["l.wav", "r.wav"]]);
        assert_eq!(
            sets("x-RL 48k.wav"),
            [[
                "x-ll 48k.wav",
                "x-lr 48k.wav",
                "x-rl 48k.wav",
                "x-rr 48k.wav"
            ]]
        );
        assert_eq!(sets("Haller.wav"), [[""; 0]; 0]);
        assert_eq!(sets("L"), [["l", "r"]]);
        assert_eq!(
            sets("Straße LEFT.wav"),
            [["straße left.wav", "straße right.wav"]]
        );
    }

    #[test]
    fn two_sides_are_a_path_of_true_stereo_or_else_a_side() {
        let [four, two] = <[_; 2]>::try_from(sets("Hall R_L.wav")).unwrap();
        assert_eq!(
            four,
            [
                "hall l_l.wav",
                "hall l_r.wav",
                "hall r_l.wav",
                "hall r_r.wav"
            ]
        );
        assert_eq!(two, ["hall r_l.wav", "hall r_r.wav"]);
        // Not in the same words, or not side by side.
        assert_eq!(sets("Hall Left R.wav").len(), 1);
        assert_eq!(sets("L Hall R.wav").len(), 1);
    }

    #[test]
    fn a_letter_that_is_no_text_is_not_the_end_of_a_word() {
        let name = b"gro\xdf\xdfl l".as_slice();
        let found: Vec<&[u8]> = words(name).into_iter().map(|place| &name[place]).collect();
        assert_eq!(found, [b"gro\xdf\xdfl".as_slice(), b"l"]);
    }
}

//! Files that belong together by their names: left and right, or the four paths of true stereo.
//!
//! Off the audio thread. `Hall L.wav` and `Hall R.wav` are one stereo impulse if each is mono, and
//! one true-stereo impulse if each is stereo (the response to the left source and to the right
//! one). `LL`, `LR`, `RL` and `RR` are the four paths, source first; so are `L L`, `L R`, `R L` and
//! `R R`. Any of them may be opened.
//!
//! `names` finds them by their names.

use std::path::{Path, PathBuf};

use super::{Decoded, Offset, display_name, from_source_as};
use crate::channel_layout::ChannelsAs;
use crate::content_hash::content_hash;
use crate::source::Source;
use crate::{Impulse, ImpulseError};

mod names;

use names::sets_of;

/// Whether it is still wanted, and where to tell how much is done, 0..=1.
type WakeRegistration<'a> = (&'a dyn Fn() -> bool, &'a dyn Fn(f32));

/// The hash of a file's bytes.
fn hash_of(path: &Path, watch: WakeRegistration<'_>) -> Result<String, ImpulseError> {
    let name = display_name(path);
    Source::open(path, &name, watch.0)?.hash(&name, watch)
}

/// The sets that a file belongs to, the likeliest first, with the identity of each: that of the hashes
/// of its files in the order of the channels. `own` is the hash of the file at `path`. Sets of which a
/// file can not be read are left out.
///
/// # Errors
/// [`ImpulseError::Cancelled`]: of a set that was not read to its end the identity is not known. And
/// [`ImpulseError::Unresponsive`] if the folder does not answer.
fn known_sets(
    (path, own): (&Path, &str),
    (cancelled, told): WakeRegistration<'_>,
) -> Result<Vec<(String, Vec<PathBuf>)>, ImpulseError> {
    let mut known = Vec::new();
    for set in sets_of(path, cancelled)? {
        let hash = |part: &PathBuf| match part == path {
            true => Some(own.to_owned()),
            false => hash_of(part, (cancelled, &|_| told(1.0))).ok(),
        };
        let all = set.iter().map(hash).collect::<Option<String>>();
        if cancelled() {
            return Err(ImpulseError::Cancelled);
        }
        if let Some(all) = all {
            known.push((content_hash(all.as_bytes()), set));
        }
    }
    Ok(known)
}

/// What a file may be known by: the identity of the set that it would be opened with comes first, then
/// those of other sets that it belongs to, and that of the file alone, which is the hash of its bytes.
///
/// # Errors
/// Those of the file itself, and as [`known_sets`].
pub(crate) fn identities(
    path: &Path,
    cancelled: &dyn Fn() -> bool,
) -> Result<Vec<String>, ImpulseError> {
    let watch: WakeRegistration<'_> = (cancelled, &|_| ());
    let own = hash_of(path, watch)?;
    let sets = known_sets((path, &own), watch)?;
    let mut all: Vec<String> = sets.into_iter().map(|(identity, _)| identity).collect();
    all.push(own);
    Ok(all)
}

/// Decodes a file with the others of its set, and says which identity that has. Where they do not fit
/// together it is used alone, and a note says why.
///
/// `wanted` is the identity that is remembered, or empty. A file is joined as it was then, also if
/// others have come to lie beside it, or if names are understood that were not. `told` hears how much
/// of the file itself is done: to decode it is the first half.
///
/// # Errors
/// Those of the file itself, and as [`known_sets`].
pub(crate) fn open(
    path: &Path,
    source: &Source,
    (wanted, channels_as): (&str, Option<ChannelsAs>),
    (cancelled, told): WakeRegistration<'_>,
) -> Result<(String, Decoded), ImpulseError> {
    let name = display_name(path);
    // What is no sound is refused before all of it is read.
    let decoding = |share| told(0.5 * share);
    let own = from_source_as(&name, source, channels_as, (cancelled, &decoding))?;
    let hashing = |share| told(0.5 + 0.5 * share);
    let own_hash = source.hash(&name, (cancelled, &hashing))?;
    if own_hash == wanted {
        return Ok((own_hash, own));
    }
    let mut known = known_sets((path, &own_hash), (cancelled, told))?;
    if let Some(at) = known.iter().position(|(identity, _)| identity == wanted) {
        known.swap(0, at);
    }
    let Some((identity, set)) = known.into_iter().next() else {
        return Ok((own_hash, own));
    };
    // The identity is that of the set even if it does not fit together.
    let joined = with_set((path, channels_as), own, &set, (cancelled, told))?;
    Ok((identity, joined))
}

/// The same where nobody asks for an identity: no more is read than is decoded.
///
/// # Errors
/// As [`open`].
pub(crate) fn decoded(
    path: &Path,
    source: &Source,
    channels_as: Option<ChannelsAs>,
    watch: WakeRegistration<'_>,
) -> Result<Decoded, ImpulseError> {
    let own = from_source_as(&display_name(path), source, channels_as, watch)?;
    match sets_of(path, watch.0)?.first() {
        Some(set) => with_set((path, channels_as), own, set, watch),
        None => Ok(own),
    }
}

/// A file with the others of a set, or alone with a note that says why.
fn with_set(
    (path, channels_as): (&Path, Option<ChannelsAs>),
    mut own: Decoded,
    set: &[PathBuf],
    watch: WakeRegistration<'_>,
) -> Result<Decoded, ImpulseError> {
    if own.impulse.channels.len() > 2 {
        return Ok(own);
    }
    match join((path, channels_as), &own, set, watch) {
        Ok(joined) => Ok(joined),
        // Nothing is wrong with the set then.
        Err(_) if watch.0() => Err(ImpulseError::Cancelled),
        Err(reason) => {
            own.notes.push(format!("used alone: {reason}"));
            Ok(own)
        }
    }
}

fn join(
    (path, channels_as): (&Path, Option<ChannelsAs>),
    own: &Decoded,
    set: &[PathBuf],
    (cancelled, told): WakeRegistration<'_>,
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
        offsets: Vec::new(),
        notes: Vec::new(),
        bits: own.bits,
        format: own.format.clone(),
        channels_as: own.channels_as,
    };
    for part in set {
        let name = display_name(part);
        let decoded = match part == path {
            true => own.clone(),
            false => Source::open(part, &name, cancelled)
                .and_then(|source| {
                    let watch: WakeRegistration<'_> = (cancelled, &|_| told(1.0));
                    from_source_as(&name, &source, channels_as, watch)
                })
                .map_err(|error| error.to_string())?,
        };
        if decoded.impulse.rate != rate || decoded.impulse.channels.len() != width {
            return Err(format!("{name} has another format"));
        }
        joined
            .notes
            .extend(decoded.notes.iter().map(|note| format!("{name}: {note}")));
        let mut offsets = decoded.offsets;
        offsets.resize(width, Offset::default());
        joined.offsets.extend(offsets);
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
    if channels_as == Some(ChannelsAs::FirstTwo) && joined.impulse.channels.len() > 2 {
        joined.impulse.channels.truncate(2);
        joined.offsets.truncate(2);
        joined.notes.push("the first 2 channels are used".into());
    }
    if joined.offsets.iter().all(|offset| offset.value == 0.0) {
        joined.offsets.clear();
    }
    Ok(joined)
}

//! Paths as text, for JSON: every name that a system allows comes back as it was.
//!
//! A path that is Unicode stands as it is, so that ordinary names read as people write them. Any
//! other stands as `file:` and its bytes, where `%` and two digits take the place of those that are
//! not plain letters (RFC 8089, RFC 3986); on Windows the bytes are those of WTF-8. A version that
//! does not know this looks for a file of that name, finds none, and searches by content.
//!
//! A path of another system comes back as it was too: a project may be on its way.
//!
//! No file is read here.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, percent_encode};
use serde::{Deserialize, Deserializer, Serializer};

/// What an encoded path begins with.
const MARK: &str = "file:";

/// The bytes that are encoded: all but those that stand for themselves in an address.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The text of a path, from which [`from_text`] makes the same path again.
#[must_use]
pub fn to_text(path: &Path) -> Cow<'_, str> {
    match path.to_str() {
        Some(text) if !text.starts_with(MARK) => text.into(),
        // Bytes of another system, of which no path could be made here.
        Some(text) if encoded(text).is_some_and(|rest| decoded(rest).is_none()) => text.into(),
        _ => {
            let bytes = system::bytes(path);
            format!("{MARK}{}", percent_encode(&bytes, ENCODED)).into()
        }
    }
}

/// The path of a text.
#[must_use]
pub fn from_text(text: &str) -> PathBuf {
    let path = encoded(text).and_then(decoded);
    path.unwrap_or_else(|| text.into())
}

/// What stands behind the mark.
fn encoded(text: &str) -> Option<&[u8]> {
    text.strip_prefix(MARK).map(str::as_bytes)
}

/// A path in words, as people write it: without the `\\?\` of Windows, which means that nothing in it has another meaning.
#[must_use]
pub fn shown(path: &Path) -> String {
    let text = path.display().to_string();
    match text.strip_prefix(r"\\?\") {
        Some(rest) => match rest.strip_prefix(r"UNC\") {
            Some(share) => format!(r"\\{share}"),
            None => rest.to_owned(),
        },
        None => text,
    }
}

/// The path of an address without its scheme, in which `%` and two digits stand for a byte. None if
/// the system has no such paths.
#[must_use]
pub fn decoded(address: &[u8]) -> Option<PathBuf> {
    system::path(percent_decode(address).collect())
}

/// The bytes of a path, and back.
#[cfg(unix)]
mod system {
    use std::borrow::Cow;
    use std::ffi::OsString;
    use std::os::unix::ffi::{OsStrExt, OsStringExt};
    use std::path::{Path, PathBuf};

    pub fn bytes(path: &Path) -> Cow<'_, [u8]> {
        path.as_os_str().as_bytes().into()
    }

    pub fn path(bytes: Vec<u8>) -> Option<PathBuf> {
        Some(OsString::from_vec(bytes).into())
    }
}

/// The bytes of a path, and back: here a path is any 16-bit numbers.
#[cfg(windows)]
mod system {
    use std::borrow::Cow;
    use std::ffi::OsString;
    use std::os::windows::ffi::{OsStrExt, OsStringExt};
    use std::path::{Path, PathBuf};

    pub fn bytes(path: &Path) -> Cow<'_, [u8]> {
        super::wtf8::bytes(path.as_os_str().encode_wide()).into()
    }

    pub fn path(bytes: Vec<u8>) -> Option<PathBuf> {
        let wide = super::wtf8::wide(&bytes)?;
        Some(OsString::from_wide(&wide).into())
    }
}

/// UTF-8 in which also half a pair of 16-bit numbers has its three bytes (the "WTF-8 encoding").
#[cfg(any(windows, test))]
mod wtf8 {
    pub fn bytes(wide: impl IntoIterator<Item = u16>) -> Vec<u8> {
        let mut bytes = Vec::new();
        for letter in char::decode_utf16(wide) {
            match letter {
                Ok(letter) => bytes.extend(letter.encode_utf8(&mut [0; 4]).as_bytes()),
                Err(half) => {
                    let six = |shift: u16| 0x80 | (half.unpaired_surrogate() >> shift & 0x3F) as u8;
                    bytes.extend([0xED, six(6), six(0)]);
                }
            }
        }
        bytes
    }

    /// None if they are no such bytes.
    pub fn wide(bytes: &[u8]) -> Option<Vec<u16>> {
        let (mut wide, mut rest) = (Vec::new(), bytes);
        while !rest.is_empty() {
            if let [0xED, high @ 0xA0..=0xBF, low @ 0x80..=0xBF, after @ ..] = rest {
                let six = |byte: u8| u16::from(byte & 0x3F);
                wide.push(0xD000 | six(*high) << 6 | six(*low));
                rest = after;
                continue;
            }
            let letters = rest.utf8_chunks().next()?.valid();
            if letters.is_empty() {
                return None;
            }
            wide.extend(letters.encode_utf16());
            rest = rest.get(letters.len()..)?;
        }
        Some(wide)
    }
}

/// For `#[serde(with = "path_text")]`.
///
/// # Errors
/// The serializer's.
pub fn serialize<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&to_text(path))
}

/// For `#[serde(with = "path_text")]`.
///
/// # Errors
/// When there is no text.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PathBuf, D::Error> {
    Ok(from_text(&Cow::<str>::deserialize(deserializer)?))
}

/// The same for a path that may be absent.
pub mod optional {
    use super::{Deserialize, Deserializer, PathBuf, Serializer, from_text, to_text};

    /// For `#[serde(with = "path_text::optional")]`.
    ///
    /// # Errors
    /// The serializer's.
    pub fn serialize<S: Serializer>(
        path: &Option<PathBuf>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match path {
            Some(path) => serializer.serialize_some(&to_text(path)),
            None => serializer.serialize_none(),
        }
    }

    /// For `#[serde(with = "path_text::optional")]`.
    ///
    /// # Errors
    /// When there is something else than a text.
    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<PathBuf>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        Ok(text.map(|text| from_text(&text)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_names_stand_as_they_are() {
        for text in ["", "/rooms/Köln 50 %.wav", r"C:\rooms\a.wav", "a\\b.wav"] {
            assert_eq!(to_text(Path::new(text)), text);
            assert_eq!(from_text(text), Path::new(text));
        }
        // A name that looks like an encoded one is encoded itself.
        let odd = Path::new("file:%41/b.wav");
        assert_ne!(to_text(odd), "file:%41/b.wav");
        assert_eq!(from_text(&to_text(odd)), odd);
        // What was made by hand is taken as far as it goes.
        assert_eq!(from_text("file:/a%2"), Path::new("/a%2"));
    }

    #[test]
    fn words_have_no_prefix_that_only_windows_understands() {
        for (path, words) in [
            (r"\\?\C:\rooms\a.wav", r"C:\rooms\a.wav"),
            (r"\\?\UNC\server\irs\a.wav", r"\\server\irs\a.wav"),
            (r"\\server\irs\a.wav", r"\\server\irs\a.wav"),
            ("/rooms/a\\b.wav", "/rooms/a\\b.wav"),
        ] {
            assert_eq!(shown(Path::new(path)), words);
        }
    }

    #[test]
    fn a_path_of_another_system_comes_back() {
        // Bytes that are no Unicode, as Linux has them; and half a pair, as Windows has it.
        for text in [
            "file:/irs/Kirche_gro%DF.wav",
            "file:C%3A%5Cgro%ED%A0%80.wav",
        ] {
            assert_eq!(to_text(&from_text(text)), text);
        }
    }

    #[cfg(unix)]
    #[test]
    fn every_byte_comes_back() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;
        let bytes: Vec<u8> = (1..=255).collect();
        let path = Path::new(OsStr::from_bytes(&bytes));
        let text = to_text(path).into_owned();
        assert_eq!(from_text(&text), path);
        let church = Path::new(OsStr::from_bytes(b"/irs/Kirche_gro\xdf.wav"));
        assert_eq!(to_text(church), "file:/irs/Kirche_gro%DF.wav");
    }

    #[test]
    fn half_a_pair_comes_back() {
        for wide in [
            vec![0x41, 0xD800, 0x5C, 0x42],
            vec![0xDFFF, 0xD83D, 0xDE00, 0xDBFF],
            "K\u{f6}ln \u{1f600}".encode_utf16().collect(),
            Vec::new(),
        ] {
            let bytes = wtf8::bytes(wide.iter().copied());
            assert_eq!(wtf8::wide(&bytes), Some(wide));
        }
        assert_eq!(wtf8::wide(b"a\xff"), None);
        assert_eq!(wtf8::wide(b"\xed\xa0"), None);
    }
}

//! A project and its parameters as a file: what a headless host, or a check, gets an impulse by.
//!
//! Both kinds of file hold the same text, the framework's own state: an object with the program's
//! version, the parameters in their units, and the project as a text field.
//!
//! * `.clapstate`: the byte stream of CLAP's state extension, as the plug-in writes it: the length as
//!   64 bits, little-endian, and the text.
//! * `.vstpreset`: Steinberg's preset file (VST 3 SDK, "VST 3 Preset Format"): a header with the class
//!   id of the component, chunks, and a list that says where the chunks lie. Every number in it is
//!   little-endian.

use std::fmt;
use std::io::{self, Read, Seek, SeekFrom};

use serde_json::{Map, Value, json};

use super::{FIELD, Project, VST3_CLASS_ID, tags};
use crate::params::{Kind, ParamSpec, ParamValues, PlainValue};

/// The bytes before the first chunk: the mark, the version, the class id, the place of the list.
const HEADER: usize = 4 + 4 + 32 + 8;
/// The bytes of an entry of the chunk list: the chunk's name, its place and its length.
const ENTRY: usize = 4 + 8 + 8;
/// The most chunks, and the most bytes of their description, that are looked at for words.
const MOST_CHUNKS: usize = 128;
const MOST_INFO: usize = 1 << 16;

/// Values for all parameters, and a project.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Preset {
    /// A value for each parameter.
    pub values: ParamValues,
    /// The rest.
    pub project: Project,
    /// Words to find it by, which a `.vstpreset` carries and a `.clapstate` does not.
    pub tags: Vec<String>,
}

/// Why a preset file is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PresetError {
    /// It is not such a file, or it is cut off; says what was expected.
    Malformed(&'static str),
    /// It is a preset of another plug-in, whose class id this is.
    Foreign(String),
}

impl fmt::Display for PresetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(what) => write!(f, "the preset is damaged: {what}"),
            Self::Foreign(id) => write!(f, "the preset is for another plug-in ({id})"),
        }
    }
}

impl std::error::Error for PresetError {}

impl Preset {
    /// The largest file that is read as a preset, bytes: an embedded impulse of a minute fits.
    pub const MAX_BYTES: u64 = 512 << 20;

    /// Sets the parameter with this id to a value in its unit, within its range.
    pub fn set(&mut self, id: &str, value: f32) {
        self.values.set(id, value);
    }

    /// The value of the parameter with this id, in its unit.
    #[must_use]
    pub fn value(&self, id: &str) -> Option<f32> {
        self.values.get(id)
    }

    /// The text that both kinds of file hold.
    #[must_use]
    pub fn to_json(&self) -> String {
        let params = self.values.iter();
        let params: Map<String, Value> = params
            .map(|(param, value)| (param.id.to_owned(), saved(param, value)))
            .collect();
        let mut fields = Map::new();
        fields.insert(FIELD.into(), self.project.to_json().into());
        json!({ "version": env!("CARGO_PKG_VERSION"), "params": params, "fields": fields })
            .to_string()
    }

    /// Reads that text. Unknown parameters are passed over, missing ones keep their defaults.
    ///
    /// # Errors
    /// When the text is not an object with parameters. A damaged project inside it is no error.
    pub fn from_json(text: &[u8]) -> Result<Self, PresetError> {
        let state: Value = serde_json::from_slice(text)
            .map_err(|_| PresetError::Malformed("its text is not JSON"))?;
        let params = state
            .get("params")
            .and_then(Value::as_object)
            .ok_or(PresetError::Malformed("it holds no parameters"))?;
        let mut preset = Self::default();
        for (id, value) in params {
            if let Some(value) = loaded(value) {
                preset.set(id, value);
            }
        }
        if let Some(project) = state.get("fields").and_then(|fields| fields.get(FIELD)) {
            preset.project = Project::from_json(project.as_str().unwrap_or_default());
        }
        Ok(preset)
    }

    /// The bytes of a `.clapstate` file.
    #[must_use]
    pub fn to_clapstate(&self) -> Vec<u8> {
        let text = self.to_json();
        let mut bytes = (text.len() as u64).to_le_bytes().to_vec();
        bytes.extend_from_slice(text.as_bytes());
        bytes
    }

    /// Reads a `.clapstate` file.
    ///
    /// # Errors
    /// When it is cut off or holds something else.
    pub fn from_clapstate(bytes: &[u8]) -> Result<Self, PresetError> {
        let (length, text) = bytes
            .split_first_chunk::<8>()
            .ok_or(PresetError::Malformed(
                "it is shorter than its own length field",
            ))?;
        let text = usize::try_from(u64::from_le_bytes(*length))
            .ok()
            .and_then(|length| text.get(..length))
            .ok_or(PresetError::Malformed("it is shorter than it says"))?;
        Self::from_json(text)
    }

    /// The bytes of a `.vstpreset` file.
    #[must_use]
    pub fn to_vstpreset(&self) -> Vec<u8> {
        // The component's state; the controller keeps none of its own.
        let mut chunks = vec![(b"Comp", self.to_json())];
        if !self.tags.is_empty() {
            chunks.push((b"Info", tags::to_xml(&self.tags)));
        }
        let length: usize = chunks.iter().map(|(_, content)| content.len()).sum();
        let mut bytes = Vec::with_capacity(HEADER + length + 8 + ENTRY * chunks.len());
        bytes.extend_from_slice(b"VST3");
        bytes.extend_from_slice(&1_u32.to_le_bytes());
        bytes.extend_from_slice(class_id().as_bytes());
        bytes.extend_from_slice(&((HEADER + length) as u64).to_le_bytes());
        for (_, content) in &chunks {
            bytes.extend_from_slice(content.as_bytes());
        }
        bytes.extend_from_slice(b"List");
        bytes.extend_from_slice(&(chunks.len() as u32).to_le_bytes());
        let mut start = HEADER;
        for (name, content) in &chunks {
            bytes.extend_from_slice(*name);
            bytes.extend_from_slice(&(start as u64).to_le_bytes());
            bytes.extend_from_slice(&(content.len() as u64).to_le_bytes());
            start += content.len();
        }
        bytes
    }

    /// Reads a `.vstpreset` file.
    ///
    /// # Errors
    /// When it is cut off, is another plug-in's, or has no state of the component in it.
    pub fn from_vstpreset(bytes: &[u8]) -> Result<Self, PresetError> {
        let cut = || PresetError::Malformed("it is cut off");
        check_header(bytes)?;
        let list = bytes
            .get(number(bytes, 40).ok_or_else(cut)?..)
            .ok_or_else(cut)?;
        let entry = entry(list, b"Comp")
            .ok_or_else(cut)?
            .ok_or(PresetError::Malformed("it holds no state of the component"))?;
        let mut preset = Self::from_json(chunk(bytes, entry).ok_or_else(cut)?)?;
        // Words that can not be read are none.
        let info = entry_of_info(list).and_then(|entry| chunk(bytes, entry));
        preset.tags = tags::from_xml(&String::from_utf8_lossy(info.unwrap_or_default()));
        Ok(preset)
    }

    /// The words that a `.vstpreset` is found by, without reading the impulse that it may carry;
    /// none if there are none, or if it is no such file.
    #[must_use]
    pub fn tags_of(file: &mut (impl Read + Seek)) -> Vec<String> {
        let mut read = |from: usize, most: usize| {
            file.seek(SeekFrom::Start(from as u64)).ok()?;
            let mut bytes = Vec::new();
            file.take(most as u64).read_to_end(&mut bytes).ok()?;
            Some(bytes)
        };
        let info = read(0, HEADER)
            .filter(|header| header.starts_with(b"VST3"))
            .and_then(|header| read(number(&header, 40)?, 8 + ENTRY * MOST_CHUNKS))
            .and_then(|list| {
                let (start, length) = entry_of_info(&list)?;
                read(start, length.min(MOST_INFO))
            });
        tags::from_xml(&String::from_utf8_lossy(&info.unwrap_or_default()))
    }

    /// The same of a file that must be a `.vstpreset` of this plug-in.
    ///
    /// # Errors
    /// When it is none, and the reader's.
    pub fn tags_of_own(file: &mut (impl Read + Seek)) -> io::Result<Vec<String>> {
        let mut header = Vec::new();
        file.take(HEADER as u64).read_to_end(&mut header)?;
        check_header(&header).map_err(io::Error::other)?;
        Ok(Self::tags_of(file))
    }
}

/// Whether a file that begins so is a `.vstpreset` of this plug-in.
fn check_header(bytes: &[u8]) -> Result<(), PresetError> {
    if bytes.get(..4) != Some(b"VST3") {
        return Err(PresetError::Malformed("it does not begin as a VST3 preset"));
    }
    let id = bytes.get(8..40);
    let id = id.ok_or(PresetError::Malformed("it is cut off"))?;
    match id.eq_ignore_ascii_case(class_id().as_bytes()) {
        true => Ok(()),
        false => Err(PresetError::Foreign(
            String::from_utf8_lossy(id).into_owned(),
        )),
    }
}

/// The place and the length of the chunk of this name in a chunk list. None if the list is cut off.
fn entry(list: &[u8], name: &[u8; 4]) -> Option<Option<(usize, usize)>> {
    let entries = list.strip_prefix(b"List")?.get(4..)?;
    let entry = entries
        .chunks_exact(ENTRY)
        .find(|entry| entry.starts_with(name));
    match entry {
        Some(entry) => Some(Some(number(entry, 4).zip(number(entry, 12))?)),
        None => Some(None),
    }
}

fn entry_of_info(list: &[u8]) -> Option<(usize, usize)> {
    entry(list, b"Info")?
}

/// The bytes of a chunk.
fn chunk(bytes: &[u8], (start, length): (usize, usize)) -> Option<&[u8]> {
    bytes.get(start..start.checked_add(length)?)
}

/// The class id as preset files spell it: 32 upper-case hexadecimal digits, the same on every
/// system (on Windows the bytes in memory are ordered otherwise, the digits are not).
fn class_id() -> String {
    VST3_CLASS_ID
        .iter()
        .map(|byte| format!("{byte:02X}"))
        .collect()
}

/// The little-endian 64-bit number at `at`, where it fits a place in memory.
fn number(bytes: &[u8], at: usize) -> Option<usize> {
    let (number, _) = bytes.get(at..)?.split_first_chunk::<8>()?;
    usize::try_from(u64::from_le_bytes(*number)).ok()
}

/// A value as the framework saves it.
fn saved(param: &ParamSpec, value: f32) -> Value {
    match param.kind {
        Kind::Number(_) => json!({ "f32": value }),
        Kind::Switch => json!({ "bool": bool::from_plain(value) }),
        Kind::Choice(_) => json!({ "i32": value.round() as i32 }),
    }
}

/// A value that the framework saved; `None` where it is of no kind that we write.
fn loaded(value: &Value) -> Option<f32> {
    if let Some(on) = value.get("bool").and_then(Value::as_bool) {
        return Some(f32::from(u8::from(on)));
    }
    let number = value.get("f32").or_else(|| value.get("i32"));
    let value = number?.as_f64()? as f32;
    value.is_finite().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn preset() -> Preset {
        let mut preset = Preset::default();
        preset.set("mix", 100.0);
        preset.set("normalize", 0.0);
        preset.project.embed = true;
        preset
    }

    #[test]
    fn both_files_come_back_as_they_were() {
        let preset = preset();
        assert_eq!(
            Preset::from_clapstate(&preset.to_clapstate()),
            Ok(preset.clone())
        );
        assert_eq!(
            Preset::from_vstpreset(&preset.to_vstpreset()),
            Ok(preset.clone())
        );
        assert_eq!(preset.value("mix"), Some(100.0));
        assert_eq!(preset.value("normalize"), Some(0.0));
        assert_eq!(preset.value("no_such"), None);
    }

    #[test]
    fn the_container_is_laid_out_as_steinberg_says() {
        let bytes = preset().to_vstpreset();
        assert_eq!(&bytes[..8], b"VST3\x01\0\0\0");
        assert_eq!(&bytes[8..40], b"416E7465726F6F6D5265766572623031");
        let list = number(&bytes, 40).unwrap();
        assert_eq!(&bytes[list..list + 12], b"List\x01\0\0\0Comp");
        assert_eq!(number(&bytes, list + 12), Some(48));
        assert_eq!(number(&bytes, list + 20), Some(list - 48));
        assert_eq!(bytes.len(), list + 28);
        assert_eq!(bytes[48], b'{');
    }

    #[test]
    fn words_travel_in_a_chunk_of_their_own_and_are_read_without_the_rest() {
        let mut preset = preset();
        preset.tags = ["dark", "r&b"].map(String::from).to_vec();
        let bytes = preset.to_vstpreset();
        assert_eq!(Preset::from_vstpreset(&bytes), Ok(preset.clone()));
        let list = number(&bytes, 40).unwrap();
        assert_eq!(&bytes[list..list + 12], b"List\x02\0\0\0Comp");
        let read = |bytes: &[u8]| Preset::tags_of(&mut std::io::Cursor::new(bytes));
        assert_eq!(read(&bytes), preset.tags);
        assert_eq!(
            read(&super::Preset::default().to_vstpreset()),
            [] as [String; 0]
        );
        // Cut anywhere it is no longer read as whole, and nothing worse.
        for end in 0..bytes.len() {
            assert_eq!(read(&bytes[..end]).len() % 2, 0, "{end}");
        }
    }

    #[test]
    fn switches_are_saved_as_switches_and_the_project_as_a_text() {
        let value: Value = serde_json::from_str(&preset().to_json()).unwrap();
        assert_eq!(value["params"]["normalize"], json!({"bool": false}));
        assert_eq!(value["params"]["mix"], json!({"f32": 100.0}));
        let project = value["fields"]["project"].as_str().unwrap();
        assert!(Project::from_json(project).embed);
    }

    #[test]
    fn cut_and_foreign_files_are_refused_in_words() {
        let preset = preset();
        let clap = preset.to_clapstate();
        for end in 0..clap.len() {
            assert!(Preset::from_clapstate(&clap[..end]).is_err(), "{end}");
        }
        let mut vst = preset.to_vstpreset();
        for end in 0..vst.len() {
            assert!(Preset::from_vstpreset(&vst[..end]).is_err(), "{end}");
        }
        vst[8] = b'F';
        let error = Preset::from_vstpreset(&vst).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("the preset is for another plug-in (F16E")
        );
        let lies = u64::MAX.to_le_bytes();
        assert!(Preset::from_clapstate(&lies).is_err());
    }

    #[test]
    fn values_that_make_no_sense_keep_their_defaults() {
        let text = br#"{"params":{"mix":{"f32":1e39},"width":{"text":3},"new":{"f32":1},"output":{"f32":99}}}"#;
        let preset = Preset::from_json(text).unwrap();
        assert_eq!(preset.value("mix"), Some(35.0));
        assert_eq!(preset.value("width"), Some(100.0));
        assert_eq!(preset.value("output"), Some(12.0));
    }
}

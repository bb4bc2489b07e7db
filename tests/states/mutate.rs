//! Mutations of good states: of their bytes, and of their structure.

use anteroom::impulse::{FileRef, Origin, embed};
use anteroom::params::PARAMS;
use anteroom::state::Preset;
use serde_json::{Value, json};

/// Makes states that are nearly good, the same ones every time.
pub struct Mutator {
    seeds: Vec<String>,
    rng: u64,
}

impl Mutator {
    pub fn new() -> Self {
        Self {
            seeds: seeds(),
            rng: 0x9e37_79b9_7f4a_7c15,
        }
    }

    /// The next one, in the frame that CLAP states have.
    pub fn next(&mut self) -> Vec<u8> {
        let seed = self.below(self.seeds.len());
        let mut text = self.seeds[seed].clone();
        if self.below(2) == 0
            && let Ok(mut value) = serde_json::from_str::<Value>(&text)
        {
            for _ in 0..1 + self.below(3) {
                self.bend(&mut value);
            }
            text = value.to_string();
        }
        let mut bytes = text.into_bytes();
        if self.below(2) == 0 {
            for _ in 0..1 + self.below(8) {
                self.scratch(&mut bytes);
            }
        }
        let mut length = bytes.len() as u64;
        if self.below(16) == 0 {
            length = [0, 1, length - length.min(1), length + 1, u64::MAX, 1 << 40][self.below(6)];
        }
        let mut state = length.to_le_bytes().to_vec();
        state.append(&mut bytes);
        state
    }

    fn roll(&mut self) -> u64 {
        self.rng ^= self.rng << 13;
        self.rng ^= self.rng >> 7;
        self.rng ^= self.rng << 17;
        self.rng
    }

    fn below(&mut self, most: usize) -> usize {
        (self.roll() % most.max(1) as u64) as usize
    }

    /// Replaces, drops or doubles something in the structure. A state within the state is opened first.
    fn bend(&mut self, value: &mut Value) {
        match value {
            Value::Object(map) if !map.is_empty() && self.below(6) > 0 => {
                let at = self.below(map.len());
                let key = map.keys().nth(at).cloned().unwrap_or_default();
                match self.below(12) {
                    0 => {
                        map.remove(&key);
                    }
                    1 => {
                        let copy = map[&key].clone();
                        map.insert(format!("{key}2"), copy);
                    }
                    _ => {
                        if let Some(inner) = map.get_mut(&key) {
                            self.bend(inner);
                        }
                    }
                }
            }
            Value::Array(list) if !list.is_empty() && self.below(6) > 0 => {
                let at = self.below(list.len());
                self.bend(&mut list[at]);
            }
            Value::String(text) if text.starts_with('{') && self.below(8) > 0 => {
                if let Ok(mut inner) = serde_json::from_str::<Value>(text) {
                    self.bend(&mut inner);
                    *text = inner.to_string();
                }
            }
            other => *other = self.nasty(),
        }
    }

    /// What is seldom good.
    fn nasty(&mut self) -> Value {
        match self.below(18) {
            0 => Value::Null,
            1 => json!(0),
            2 => json!(-1),
            3 => json!(u64::MAX),
            4 => json!(i64::MIN),
            5 => json!(1e308),
            6 => json!(-1e-308),
            7 => json!(0.1),
            8 => json!(true),
            9 => json!(""),
            10 => json!("\u{0}\u{202e}\u{fffd}"),
            11 => json!("x".repeat(100_000)),
            12 => json!([]),
            13 => json!({}),
            14 => json!({"f32": 1e39}),
            15 => json!("../../../../dev/zero"),
            16 => json!("/dev/zero"),
            _ => json!(vec![0; 1_000]),
        }
    }

    /// Changes some bytes.
    fn scratch(&mut self, bytes: &mut Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        let at = self.below(bytes.len());
        match self.below(6) {
            0 => bytes[at] ^= 1 << self.below(8),
            1 => bytes[at] = self.roll() as u8,
            2 => bytes.truncate(at),
            3 => {
                bytes.remove(at);
            }
            4 => {
                let word: &[u8] =
                    [&b"1e999"[..], b"null", b"\"", b"[[[[", b"-", b"\\u0000"][self.below(6)];
                bytes.splice(at..at, word.iter().copied());
            }
            _ => {
                let end = (at + self.below(64)).min(bytes.len());
                let piece: Vec<u8> = bytes[at..end].to_vec();
                let to = self.below(bytes.len());
                bytes.splice(to..to, piece);
            }
        }
    }
}

/// Good states of all kinds.
fn seeds() -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let mut presets = vec![Preset::default()];
    let mut moved = Preset::default();
    for param in PARAMS.iter().filter(|param| param.id != "bypass") {
        // Every field is there to be mutated; what is dear stays small.
        moved.set(param.id, param.plain(0.6));
    }
    moved.project.origin = Origin::room("Studio").expect("a room");
    presets.push(moved);
    for bits in [16, 24, 32] {
        let path = folder.path().join(format!("{bits}.wav"));
        let format = hound::WavSpec {
            channels: 2,
            sample_rate: 48_000,
            bits_per_sample: bits,
            sample_format: match bits {
                32 => hound::SampleFormat::Float,
                _ => hound::SampleFormat::Int,
            },
        };
        let mut wav = hound::WavWriter::create(&path, format).expect("a file");
        for at in 0..2_000_i32 {
            match bits {
                32 => wav.write_sample(1.0 / (1 + at) as f32),
                _ => wav.write_sample(30_000 / (1 + at)),
            }
            .expect("a sample");
        }
        wav.finalize().expect("a file");
        let (file, decoded) = FileRef::open(&path).expect("a good file");
        let mut preset = Preset::default();
        preset.project.origin = Origin::File(file.clone());
        presets.push(preset.clone());
        let mut file = file;
        file.embedded = embed::pack(&decoded.impulse, decoded.bits).ok();
        let copied = Origin::File(file);
        let room = Origin::room("Studio").expect("a room");
        preset.project.choices = vec![room, preset.project.origin, copied.clone()];
        preset.project.origin = copied;
        preset.project.embed = true;
        presets.push(preset);
    }
    // The folder goes, so the files are missing.
    presets.iter().map(Preset::to_json).collect()
}

//! Reading the sources: comments and literals blanked, words found, imports taken apart.

use std::path::{Path, PathBuf};

/// One file of the project.
pub struct Source {
    /// The path from the top of the project, with `/`.
    pub path: String,
    pub text: String,
    /// The text with comments and literals blanked, line for line.
    pub code: String,
}

impl Source {
    pub fn new(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
            code: blank(text),
        }
    }

    /// The top-level module that the file belongs to, or the crate without the project's name; none for
    /// tests, examples and tasks.
    pub fn module(&self) -> Option<&str> {
        if let Some(inside) = self.path.strip_prefix("crates/anteroom-") {
            let (name, inside) = inside.split_once('/')?;
            return inside.starts_with("src/").then_some(name);
        }
        let inside = self.path.strip_prefix("src/")?;
        let first = inside.split('/').next()?;
        Some(first.strip_suffix(".rs").unwrap_or(first))
    }

    /// The code without the unit tests at its end: up to the first `#[cfg(...)]` that asks for tests.
    pub fn product(&self) -> &str {
        let asks = |at: &usize| {
            let attribute = self.code[*at..].split(']').next().unwrap_or_default();
            !places(attribute, "test").is_empty() && places(attribute, "not(test").is_empty()
        };
        let end = places(&self.code, "#[cfg(").into_iter().find(asks);
        &self.code[..end.unwrap_or(self.code.len())]
    }

    /// A fault at a place in the code.
    pub fn fault(&self, at: usize, what: impl std::fmt::Display) -> String {
        let line = self.code[..at].matches('\n').count() + 1;
        format!("{}:{line}: {what}", self.path)
    }
}

/// Replaces comments and the insides of literals by spaces; lines stay where they are.
fn blank(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let end = at
            + match rest {
                [b'/', b'/', ..] => line_end(rest),
                [b'/', b'*', ..] => comment_end(rest),
                [b'r', b'"' | b'#', ..] if !word_before(bytes, at) => raw_end(rest),
                [b'b', b'r', b'"' | b'#', ..] if !word_before(bytes, at) => 1 + raw_end(&rest[1..]),
                [b'"', ..] => quote_end(rest, b'"'),
                // A lifetime has no closing quote two or a few bytes on.
                [b'\'', b'\\', ..] => quote_end(rest, b'\''),
                [b'\'', _, b'\'', ..] => 3,
                _ => 0,
            };
        for byte in &mut out[at..end] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
        at = end.max(at + 1);
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn word_before(bytes: &[u8], at: usize) -> bool {
    at > 0 && is_word(bytes[at - 1])
}

fn is_word(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric()
}

fn line_end(rest: &[u8]) -> usize {
    rest.iter()
        .position(|byte| *byte == b'\n')
        .unwrap_or(rest.len())
}

fn comment_end(rest: &[u8]) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at + 1 < rest.len() {
        match &rest[at..at + 2] {
            b"/*" => depth += 1,
            b"*/" => depth -= 1,
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

fn quote_end(rest: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            b'\\' => at += 1,
            byte if byte == quote => return at + 1,
            _ => {}
        }
        at += 1;
    }
    rest.len()
}

/// The end of `r"..."` or `r##"..."##`; 0 where it is a raw identifier instead.
fn raw_end(rest: &[u8]) -> usize {
    let hashes = rest[1..].iter().take_while(|byte| **byte == b'#').count();
    if rest.get(1 + hashes) != Some(&b'"') {
        return 0;
    }
    let close = [b"\"".as_slice(), &vec![b'#'; hashes]].concat();
    let body = &rest[2 + hashes..];
    let length = body.windows(close.len()).position(|window| window == close);
    length.map_or(rest.len(), |length| 2 + hashes + length + close.len())
}

/// Every place where `word` stands in the code as a whole word.
pub fn places(code: &str, word: &str) -> Vec<usize> {
    let bytes = code.as_bytes();
    let whole = |at: usize| {
        let after = bytes.get(at + word.len()).copied().unwrap_or(b' ');
        !(word_before(bytes, at) || is_word(after) && word.ends_with(|last| is_word(last as u8)))
    };
    code.match_indices(word)
        .map(|(at, _)| at)
        .filter(|at| whole(*at))
        .collect()
}

/// The first names after each `root::`, also inside braces: `crate::{a::B, c}` gives `a` and `c`.
pub fn named_after<'a>(code: &'a str, root: &str) -> Vec<(usize, &'a str)> {
    let mut names = Vec::new();
    for at in places(code, root) {
        let rest = &code[at + root.len()..];
        let Some(inner) = rest.strip_prefix('{') else {
            names.push((at, first_word(rest)));
            continue;
        };
        let mut depth = 0;
        let mut start = true;
        for (offset, byte) in inner.bytes().enumerate() {
            match byte {
                b'{' => depth += 1,
                b'}' if depth == 0 => break,
                b'}' => depth -= 1,
                b',' if depth == 0 => start = true,
                byte if start && depth == 0 && is_word(byte) => {
                    names.push((at, first_word(&inner[offset..])));
                    start = false;
                }
                _ => {}
            }
        }
    }
    names
}

fn first_word(text: &str) -> &str {
    let end = text.bytes().position(|byte| !is_word(byte));
    &text[..end.unwrap_or(text.len())]
}

/// Every Rust file of the project.
pub fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["src", "crates", "tests", "xtask/src", "fuzz"] {
        collect(&root.join(folder), &mut files);
    }
    let read = |path: &PathBuf| {
        let text = std::fs::read_to_string(path).expect("sources are readable text");
        let inside = path.strip_prefix(root).expect("collected under the root");
        Source::new(&inside.to_string_lossy().replace('\\', "/"), &text)
    };
    files.iter().map(read).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() && !path.ends_with("target") {
            collect(&path, files);
        } else if path.extension().is_some_and(|end| end == "rs") {
            files.push(path);
        }
    }
}

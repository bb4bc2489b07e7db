//! Whether the public items of the exchange say if they are real-time, and show it by an example.

use super::source::{Source, places};

/// What may be public, as it is written behind `pub`.
const KINDS: &[&str] = &["fn", "struct", "enum", "trait", "type", "const"];

/// The public items of an exchange file whose documentation has no example, or does not say
/// whether the audio thread may use them. Methods of types that are not public do not count.
pub fn unshown(source: &Source) -> Vec<String> {
    if !source.path.starts_with("crates/anteroom-exchange/src/")
        || source.path.ends_with("/lib.rs")
        || source.path.ends_with("/tests.rs")
    {
        return Vec::new();
    }
    let product = source.product();
    let lines: Vec<&str> = source.text.lines().collect();
    let mut faults = Vec::new();
    // The type whose `impl` we are in is public, as far as this file knows.
    let mut public = true;
    for (index, line) in product.lines().enumerate() {
        if line.starts_with("impl") {
            public = is_public(product, implementor(line));
        }
        let Some(name) = item(line.trim_start()) else {
            continue;
        };
        if line.starts_with(' ') && !public {
            continue;
        }
        let docs = documentation(&lines[..index]);
        let fault = |what: &str| format!("{}:{}: {name} {what}", source.path, index + 1);
        if !docs.contains("```") {
            faults.push(fault("has no example"));
        }
        let says = ["real-time", "wait-free", "lock-free"];
        if !says.iter().any(|word| docs.contains(word)) {
            faults.push(fault("does not say whether it is real-time"));
        }
    }
    faults
}

/// The name of the public item that the line begins, if it begins one.
fn item(line: &str) -> Option<&str> {
    let mut words = line.strip_prefix("pub ")?.split_whitespace().peekable();
    let mut kind = words.next()?;
    // A `const fn` or an `unsafe fn` is a function.
    while words.peek().is_some_and(|next| KINDS.contains(next)) || kind == "unsafe" {
        kind = words.next()?;
    }
    let name = words.next().filter(|_| KINDS.contains(&kind))?;
    name.split(|c: char| !(c == '_' || c.is_alphanumeric()))
        .next()
}

/// The type of an `impl` line without a trait, behind the parameters in angle brackets. Methods of a
/// trait are not written with `pub`, so of those it does not matter.
fn implementor(line: &str) -> &str {
    let mut depth = 0;
    let behind = line["impl".len()..].find(|c| {
        depth += i32::from(c == '<') - i32::from(c == '>');
        depth == 0 && c == ' '
    });
    let rest = &line["impl".len() + behind.unwrap_or(0)..];
    let mut words = rest.split(|c: char| !(c == '_' || c.is_alphanumeric()));
    words.find(|word| !word.is_empty()).unwrap_or_default()
}

fn is_public(code: &str, name: &str) -> bool {
    ["struct", "enum"]
        .iter()
        .any(|kind| !places(code, &format!("pub {kind} {name}")).is_empty())
}

/// The documentation right above an item, over its attributes, in lower case.
fn documentation(above: &[&str]) -> String {
    let trimmed = above.iter().rev().map(|line| line.trim_start());
    let own = trimmed.take_while(|line| line.starts_with("///") || line.starts_with("#["));
    own.collect::<Vec<_>>().join("\n").to_lowercase()
}

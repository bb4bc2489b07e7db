//! Which sibling modules import each other, directly or through others. Siblings are the files and folders beside each
//! other under one parent: where their imports go round in a circle, no reading order and no part on its own is left.
//!
//! A parent's `mod` and `pub use` of its children do not count. What is imported through such a `pub use` counts as an
//! import from the child. Unit tests do not count.

use std::collections::{BTreeMap, BTreeSet};

use super::source::{Source, places};

/// The path of a module from the root of its crate.
type Path = Vec<String>;

/// Siblings that import each other: the folder that they are in, and their names in order.
pub type Cycle = (String, Vec<String>);

/// The modules of one crate.
struct Crate<'a> {
    files: BTreeMap<Path, &'a Source>,
    modules: BTreeSet<Path>,
    /// What a module re-exports under a name, and from where.
    exports: BTreeMap<(Path, String), Path>,
}

/// All cycles among siblings in these files.
pub fn cycles(sources: &[Source]) -> Vec<Cycle> {
    let mut crates: BTreeMap<String, Vec<&Source>> = BTreeMap::new();
    for source in sources {
        if let Some(root) = root(&source.path).filter(|_| !source.path.ends_with("/tests.rs")) {
            crates.entry(root.to_owned()).or_default().push(source);
        }
    }
    let mut found = Vec::new();
    for (root, files) in crates {
        let edges = Crate::new(&root, &files).edges();
        for (parent, edges) in edges {
            let folder = [root.clone()].into_iter().chain(parent);
            let folder = folder.collect::<Vec<_>>().join("/");
            found.extend(
                circles(&edges)
                    .into_iter()
                    .map(|names| (folder.clone(), names)),
            );
        }
    }
    found
}

/// The folder of the sources of the crate that a file belongs to; none for tests, examples and tasks.
fn root(path: &str) -> Option<&str> {
    if path.starts_with("src/") {
        return Some("src");
    }
    let inside = path.strip_prefix("crates/")?;
    let name = inside.split('/').next()?;
    let root = "crates/".len() + name.len() + "/src".len();
    path[root..].starts_with('/').then(|| &path[..root])
}

/// The module that a file is; the root of the crate has no name.
fn module(root: &str, path: &str) -> Path {
    let inside = path[root.len() + 1..].trim_end_matches(".rs");
    let names = inside.split('/').map(str::to_owned).collect::<Path>();
    match names.as_slice() {
        [only] if only == "lib" => Path::new(),
        _ => names,
    }
}

impl<'a> Crate<'a> {
    fn new(root: &str, sources: &[&'a Source]) -> Self {
        let files: BTreeMap<Path, &Source> = sources
            .iter()
            .map(|source| (module(root, &source.path), *source))
            .collect();
        let with_parents = |path: &Path| {
            (1..=path.len())
                .map(|end| path[..end].to_vec())
                .collect::<Vec<_>>()
        };
        let modules = files.keys().flat_map(with_parents).collect();
        let mut this = Self {
            files,
            modules,
            exports: BTreeMap::new(),
        };
        let mut exports = Vec::new();
        for (module, source) in &this.files {
            for path in re_exports(source.product()) {
                let Some(name) = path.last().cloned() else {
                    continue;
                };
                let first = path.first().map(String::as_str);
                // From the root of the crate, from a parent, or from a child.
                let absolute = match first {
                    Some("crate" | "super" | "self") => absolute(module, &path),
                    _ => [module.clone(), path].concat(),
                };
                exports.push(((module.clone(), name), absolute));
            }
        }
        this.exports.extend(exports);
        this
    }

    /// The imports between siblings, by parent.
    fn edges(&self) -> BTreeMap<Path, BTreeSet<(String, String)>> {
        let mut edges: BTreeMap<Path, BTreeSet<(String, String)>> = BTreeMap::new();
        for (from, source) in &self.files {
            for path in named(source.product()) {
                let to = self.target(absolute(from, &path));
                let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
                // One of the two may be the other's parent: that is no import between siblings.
                if let (Some(one), Some(other)) = (from.get(common), to.get(common)) {
                    let edge = (one.clone(), other.clone());
                    edges
                        .entry(from[..common].to_vec())
                        .or_default()
                        .insert(edge);
                }
            }
        }
        edges
    }

    /// The module that something with this path is in, through re-exports.
    fn target(&self, mut path: Path) -> Path {
        // A re-export of a re-export ends somewhere; a few steps are enough.
        for _ in 0..8 {
            let known = (0..=path.len()).rev();
            let mut known = known.map(|length| path[..length].to_vec());
            let module = known.find(|module| module.is_empty() || self.modules.contains(module));
            let module = module.unwrap_or_default();
            let Some(name) = path.get(module.len()) else {
                return module;
            };
            match self.exports.get(&(module.clone(), name.clone())) {
                Some(there) if *there != path => {
                    path = [there.as_slice(), &path[module.len() + 1..]].concat();
                }
                _ => return module,
            }
        }
        path
    }
}

/// A path from the root of the crate, of one that begins with `crate`, `super` or `self` in a module.
fn absolute(module: &[String], path: &[String]) -> Path {
    let mut base = module.to_vec();
    let mut rest = path;
    while let [first, more @ ..] = rest {
        match first.as_str() {
            "crate" => base.clear(),
            "super" => drop(base.pop()),
            "self" => {}
            _ => break,
        }
        rest = more;
    }
    [base.as_slice(), rest].concat()
}

/// Every path in the code that begins with `crate`, `super` or `self`; those in braces one by one.
fn named(code: &str) -> Vec<Path> {
    let mut paths = Vec::new();
    for root in ["crate::", "super::", "self::"] {
        for at in places(code, root) {
            // Not in the middle of a path, as the second of `super::super`.
            if !code[..at].ends_with("::") {
                tree(&mut &code.as_bytes()[at..], &[], &mut paths);
            }
        }
    }
    paths
}

/// The paths of every `pub use`.
fn re_exports(code: &str) -> Vec<Path> {
    let mut paths = Vec::new();
    for word in ["pub use ", "pub(crate) use ", "pub(super) use "] {
        for at in places(code, word) {
            tree(&mut &code.as_bytes()[at + word.len()..], &[], &mut paths);
        }
    }
    paths
}

/// Takes a path, or a tree of paths as `use` has them, from the front of the code.
fn tree(code: &mut &[u8], before: &[String], paths: &mut Vec<Path>) {
    let mut path = before.to_vec();
    loop {
        skip_space(code);
        if let Some(inside) = code.strip_prefix(b"{") {
            *code = inside;
            loop {
                skip_space(code);
                match code.first() {
                    Some(b'}') => {
                        *code = &code[1..];
                        return;
                    }
                    Some(b',') => *code = &code[1..],
                    None => return,
                    Some(_) => {
                        let left = code.len();
                        tree(code, &path, paths);
                        if code.len() == left {
                            return;
                        }
                    }
                }
            }
        }
        let word = word(code);
        if word.is_empty() {
            // A glob stands for everything in the module.
            *code = code.strip_prefix(b"*").unwrap_or(code);
        } else if word == "self" && !path.is_empty() {
            // `a::{self}` is `a`.
        } else {
            path.push(word);
        }
        let Some(after) = code.strip_prefix(b"::") else {
            break;
        };
        *code = after;
    }
    skip_space(code);
    if let Some(alias) = code.strip_prefix(b"as ") {
        *code = alias;
        word(code);
    }
    paths.push(path);
}

fn skip_space(code: &mut &[u8]) {
    *code = code.trim_ascii_start();
}

/// Takes a name from the front of the code.
fn word(code: &mut &[u8]) -> String {
    let is_word = |byte: &u8| *byte == b'_' || byte.is_ascii_alphanumeric();
    let end = code.iter().position(|byte| !is_word(byte));
    let (word, rest) = code.split_at(end.unwrap_or(code.len()));
    *code = rest;
    String::from_utf8_lossy(word).into_owned()
}

/// The groups of names that lead to each other and back.
fn circles(edges: &BTreeSet<(String, String)>) -> Vec<Vec<String>> {
    let reached = |from: &String| {
        let mut reached = BTreeSet::new();
        let mut open = vec![from];
        while let Some(next) = open.pop() {
            for (_, to) in edges.iter().filter(|(from, _)| from == next) {
                if reached.insert(to) {
                    open.push(to);
                }
            }
        }
        reached
    };
    let names: BTreeSet<&String> = edges.iter().map(|(from, _)| from).collect();
    let reached: BTreeMap<&String, BTreeSet<&String>> =
        names.iter().map(|name| (*name, reached(name))).collect();
    let mut found = BTreeSet::new();
    for (name, from_here) in &reached {
        let back = |other: &&&String| {
            reached
                .get(**other)
                .is_some_and(|there| there.contains(name))
        };
        let circle: Vec<String> = from_here
            .iter()
            .filter(back)
            .map(|name| (*name).clone())
            .collect();
        if circle.len() > 1 {
            found.insert(circle);
        }
    }
    found.into_iter().collect()
}

//! Installing and removing in folders of their own.

use super::*;
use std::collections::BTreeSet;

/// An empty folder that lasts as long as its test.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn top(&self) -> &Path {
        self.0.path()
    }

    fn list(&self) -> PathBuf {
        self.top().join(USER_LIST)
    }

    fn install(&self, items: &[Item]) -> Result<()> {
        install(items, self.top(), &self.list(), false)
    }

    fn uninstall(&self) -> Result<Vec<PathBuf>> {
        uninstall(self.top(), &self.list())
    }

    /// Every file and folder.
    fn all(&self) -> BTreeSet<String> {
        fn walk(folder: &Path, top: &Path, all: &mut BTreeSet<String>) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                all.insert(path.strip_prefix(top).unwrap().to_str().unwrap().to_owned());
                if path.is_dir() {
                    walk(&path, top, all);
                }
            }
        }
        let mut all = BTreeSet::new();
        walk(self.top(), self.top(), &mut all);
        all
    }

    fn write(&self, to: &str, text: &str) {
        contents::write(&[Item::text(to, text)], self.top()).unwrap();
    }

    fn read(&self, to: &str) -> String {
        std::fs::read_to_string(self.top().join(to)).unwrap()
    }
}

fn items() -> Vec<Item> {
    let program = Item {
        program: true,
        ..Item::text(".local/bin/anteroom", "runs")
    };
    vec![
        program,
        Item::text(".clap/anteroom.clap", "clap"),
        Item::text(
            ".vst3/anteroom.vst3/Contents/x86_64-linux/anteroom.so",
            "vst3",
        ),
        Item::text(".vst3/presets/We/Anteroom/Hall.vstpreset", "hall"),
    ]
}

#[test]
fn what_was_installed_is_removed_and_nothing_is_left() {
    let folder = Folder::new();
    folder.install(&items()).unwrap();
    assert_eq!(folder.read(".clap/anteroom.clap"), "clap");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let about = folder.top().join(".local/bin/anteroom").metadata().unwrap();
        assert_eq!(about.permissions().mode() & 0o777, 0o755);
    }
    assert_eq!(folder.uninstall().unwrap(), Vec::<PathBuf>::new());
    assert_eq!(folder.all(), BTreeSet::new());
}

#[test]
fn what_was_there_before_and_what_came_later_stays() {
    let folder = Folder::new();
    folder.write(".clap/other.clap", "of others");
    std::fs::create_dir_all(folder.top().join(".vst3")).unwrap();
    let before = folder.all();
    folder.install(&items()).unwrap();
    folder.write(".vst3/presets/We/Anteroom/Mine.vstpreset", "mine");
    folder.uninstall().unwrap();
    let mut left = before;
    for path in [
        ".vst3/presets",
        ".vst3/presets/We",
        ".vst3/presets/We/Anteroom",
        ".vst3/presets/We/Anteroom/Mine.vstpreset",
    ] {
        left.insert(path.to_owned());
    }
    assert_eq!(folder.all(), left);
}

#[test]
fn a_preset_that_its_user_has_changed_is_kept_and_named() {
    let folder = Folder::new();
    folder.install(&items()).unwrap();
    let preset = ".vst3/presets/We/Anteroom/Hall.vstpreset";
    folder.write(preset, "my hall");
    // Neither replaced by the next version ...
    let error = folder.install(&items()).unwrap_err().to_string();
    assert!(error.contains("Hall.vstpreset"), "{error}");
    // ... nor removed.
    assert_eq!(folder.uninstall().unwrap(), [folder.top().join(preset)]);
    assert_eq!(folder.read(preset), "my hall");
    assert!(!folder.top().join(".clap").exists());
}

#[test]
fn what_somebody_else_put_there_is_refused_before_anything_is_written() {
    let folder = Folder::new();
    folder.write(".clap/anteroom.clap", "copied by hand");
    let before = folder.all();
    let error = folder.install(&items()).unwrap_err().to_string();
    assert!(
        error.contains("anteroom.clap") && error.contains("--force"),
        "{error}"
    );
    assert_eq!(folder.all(), before);
    install(&items(), folder.top(), &folder.list(), true).unwrap();
    assert_eq!(folder.read(".clap/anteroom.clap"), "clap");
}

#[test]
fn a_newer_version_replaces_an_older_one_and_removes_what_it_has_no_more() {
    let folder = Folder::new();
    folder.install(&items()).unwrap();
    let newer = vec![Item::text(".clap/anteroom.clap", "newer")];
    folder.install(&newer).unwrap();
    assert_eq!(folder.read(".clap/anteroom.clap"), "newer");
    assert!(!folder.top().join(".local/bin/anteroom").exists());
    folder.uninstall().unwrap();
    assert_eq!(folder.all(), BTreeSet::new());
}

#[test]
fn an_installation_that_was_interrupted_is_removed() {
    let folder = Folder::new();
    // A folder stands where a file should go.
    folder.write(".vst3/presets/We/Anteroom/Hall.vstpreset/x", "in the way");
    install(&items(), folder.top(), &folder.list(), true).unwrap_err();
    assert!(folder.top().join(".clap/anteroom.clap").exists());
    folder.uninstall().unwrap();
    assert!(!folder.top().join(".clap").exists());
    assert!(!folder.list().exists());
}

#[test]
fn without_a_list_nothing_is_removed() {
    let folder = Folder::new();
    folder.write(".clap/anteroom.clap", "copied by hand");
    let error = folder.uninstall().unwrap_err().to_string();
    assert!(error.contains("installed.txt"), "{error}");
    assert_eq!(folder.read(".clap/anteroom.clap"), "copied by hand");
}

#[test]
fn words_are_understood_or_named() {
    let read = |words: &[&str]| {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        options(&words)
    };
    assert_eq!(read(&[]).unwrap(), Options::default());
    let prefix = read(&["--prefix", "/usr/local"]).unwrap().prefix;
    assert_eq!(prefix.as_deref(), Some(Path::new("/usr/local")));
    for words in [
        &["--prefix"][..],
        &["--user", "--prefix", "/usr"],
        &["twice"],
    ] {
        assert!(read(words).is_err(), "{words:?}");
    }
}

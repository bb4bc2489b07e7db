//! What is put into a package or installed: each file with its place and its bytes.

use crate::package::system::{Os, System};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};

/// The folder of presets in which a host looks for those of this plug-in, as VST3 has it: who made it, and its name.
const PRESETS: &str = "The Anteroom developers/Anteroom";

/// The manual pages, generated from the program's own description of its commands.
const MANUAL: &str = "packaging/man";

/// What software shops and package managers show.
pub const METAINFO: &str = "packaging/org.freedesktop.LinuxAudio.Plugins.Anteroom.metainfo.xml";

/// One file.
#[derive(Clone, PartialEq, Eq)]
pub struct Item {
    /// Where it goes, from the top of the package, with `/`.
    pub to: String,
    /// What is in it.
    pub bytes: Vec<u8>,
    /// Whether it is a program.
    pub program: bool,
}

impl std::fmt::Debug for Item {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({} bytes)", self.to, self.bytes.len())
    }
}

impl Item {
    /// A text.
    pub fn text(to: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            to: to.into(),
            bytes: text.into().into_bytes(),
            program: false,
        }
    }

    /// A file of ours, as it is.
    pub fn file(to: impl Into<String>, from: &Path) -> Result<Self> {
        Ok(Self {
            to: to.into(),
            bytes: std::fs::read(from)
                .with_context(|| format!("could not read {}", from.display()))?,
            program: false,
        })
    }
}

/// What was built for a system.
#[derive(Clone, Debug)]
pub struct Built {
    /// The system.
    pub system: System,
    /// The folder with the bundles.
    pub bundled: PathBuf,
    /// The program.
    pub program: PathBuf,
    /// The folder with the presets.
    pub presets: PathBuf,
}

/// The folders that things go into, from the top of the package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    clap: String,
    vst3: String,
    program: String,
    presets: String,
    manual: Option<String>,
    metainfo: Option<String>,
    /// Licences and what else there is to read.
    pub documents: Option<String>,
}

impl Places {
    /// An archive that is unpacked anywhere.
    pub fn archive(top: &str) -> Self {
        Self {
            clap: top.to_owned(),
            vst3: top.to_owned(),
            program: top.to_owned(),
            presets: format!("{top}/VST3 Presets/{PRESETS}"),
            manual: None,
            metainfo: None,
            documents: Some(top.to_owned()),
        }
    }

    /// A folder such as `/usr`.
    pub fn prefix() -> Self {
        Self {
            clap: "lib/clap".into(),
            vst3: "lib/vst3".into(),
            program: "bin".into(),
            presets: format!("share/vst3/presets/{PRESETS}"),
            manual: Some("share/man/man1".into()),
            metainfo: Some("share/metainfo".into()),
            documents: Some("share/doc/anteroom".into()),
        }
    }

    /// A user's own folder.
    pub fn user(os: Os) -> Self {
        let (clap, vst3, program, presets) = match os {
            Os::Linux => (".clap", ".vst3", ".local/bin", ".vst3/presets"),
            Os::Windows => (
                "AppData/Local/Programs/Common/CLAP",
                "AppData/Local/Programs/Common/VST3",
                "AppData/Local/Programs/Anteroom",
                "Documents/VST3 Presets",
            ),
            Os::Mac => (
                "Library/Audio/Plug-Ins/CLAP",
                "Library/Audio/Plug-Ins/VST3",
                ".local/bin",
                "Library/Audio/Presets",
            ),
        };
        Self {
            clap: clap.into(),
            vst3: vst3.into(),
            program: program.into(),
            presets: format!("{presets}/{PRESETS}"),
            manual: (os != Os::Windows).then(|| ".local/share/man/man1".into()),
            metainfo: None,
            documents: None,
        }
    }
}

/// The bundles, the program, the presets and what describes them, in the order of their names.
pub fn plug_in(built: &Built, places: &Places) -> Result<Vec<Item>> {
    let mut items = Vec::new();
    for (name, folder) in [
        ("anteroom.clap", &places.clap),
        ("anteroom.vst3", &places.vst3),
    ] {
        let from = built.bundled.join(name);
        if !from.exists() {
            bail!("{} is not there: build the bundles first", from.display());
        }
        let to = format!("{folder}/{name}");
        if from.is_dir() {
            inside(&from, &to, &mut items)?;
        } else {
            items.push(Item::file(to, &from)?);
        }
    }
    let program = Item::file(
        format!("{}/{}", places.program, built.system.program()),
        &built.program,
    )?;
    items.push(Item {
        program: true,
        ..program
    });
    let before = items.len();
    inside(&built.presets, &places.presets, &mut items)?;
    // Presets are written in both formats; only one of them is looked for in these folders.
    items.retain(|item| !item.to.ends_with(".clapstate"));
    if items.len() == before {
        bail!("there is no preset in {}", built.presets.display());
    }
    if let Some(folder) = &places.manual {
        inside(Path::new(MANUAL), folder, &mut items)?;
    }
    if let Some(folder) = &places.metainfo {
        let from = Path::new(METAINFO);
        let name = from.file_name().unwrap_or_default().to_string_lossy();
        items.push(Item::file(format!("{folder}/{name}"), from)?);
    }
    items.sort_by(|a, b| a.to.cmp(&b.to));
    Ok(items)
}

/// Every file in a folder and below.
fn inside(folder: &Path, to: &str, items: &mut Vec<Item>) -> Result<()> {
    let listed = std::fs::read_dir(folder);
    let listed = listed.with_context(|| format!("could not list {}", folder.display()))?;
    for entry in listed {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let to = format!("{to}/{name}");
        match path.is_dir() {
            true => inside(&path, &to, items)?,
            false => items.push(Item {
                // What macOS starts.
                program: to.contains("/Contents/MacOS/"),
                ..Item::file(to, &path)?
            }),
        }
    }
    Ok(())
}

/// Writes the files below a folder, each with the rights that it needs and no others.
pub fn write(items: &[Item], top: &Path) -> Result<()> {
    for item in items {
        let path = top.join(&item.to);
        let told = || format!("could not write {}", path.display());
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).with_context(told)?;
        }
        std::fs::write(&path, &item.bytes).with_context(told)?;
        set_rights(&path, item.program).with_context(told)?;
    }
    Ok(())
}

/// Everybody may read it, and run it if it is a program.
pub fn set_rights(path: &Path, program: bool) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = if program { 0o755 } else { 0o644 };
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode))
    }
    #[cfg(not(unix))]
    {
        let _ = (path, program);
        Ok(())
    }
}

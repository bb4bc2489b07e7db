//! What macOS wants to know of a bundle: the framework's bundler gives every plug-in's the same version and an identifier
//! of its own.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::{place, run};

/// Writes `Info.plist` anew, if the bundle is one for macOS, and signs it again: the signature covers it.
pub fn describe(bundle: &Path) -> Result<()> {
    let file = bundle.join("Contents/Info.plist");
    if !file.exists() {
        return Ok(());
    }
    let format = bundle.extension().unwrap_or_default().to_string_lossy();
    let manifest = std::fs::read_to_string(place::root().join("Cargo.toml"))?;
    let version = version(&manifest).context("Cargo.toml has no version")?;
    let text = info_plist("anteroom", &format, version);
    std::fs::write(&file, text).with_context(|| format!("could not write {}", file.display()))?;
    if cfg!(target_os = "macos") {
        let mut sign = Command::new("codesign");
        run::must(sign.args(["--force", "--sign", "-"]).arg(bundle))?;
    }
    Ok(())
}

/// The version in a manifest: the first there is that of the package.
fn version(manifest: &str) -> Option<&str> {
    let mut lines = manifest.lines();
    lines.find_map(|line| line.strip_prefix("version = \"")?.strip_suffix('"'))
}

fn info_plist(name: &str, format: &str, version: &str) -> String {
    let texts = [
        ("CFBundleExecutable", name),
        (
            "CFBundleIdentifier",
            &format!("org.anteroom.{name}.{format}"),
        ),
        ("CFBundleName", "Anteroom"),
        ("CFBundleDisplayName", "Anteroom"),
        ("CFBundlePackageType", "BNDL"),
        ("CFBundleSignature", "????"),
        ("CFBundleInfoDictionaryVersion", "6.0"),
        ("CFBundleShortVersionString", version),
        ("CFBundleVersion", version),
        ("NSHumanReadableCopyright", "MIT or Apache-2.0"),
    ];
    let mut text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n\
         <plist version=\"1.0\">\n<dict>\n"
        .to_owned();
    for (key, value) in texts {
        text += &format!("  <key>{key}</key>\n  <string>{value}</string>\n");
    }
    text + "  <key>NSHighResolutionCapable</key>\n  <true/>\n</dict>\n</plist>\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_the_packages() {
        let manifest =
            "[package]\nname = \"a\"\nversion = \"1.2.3\"\n[dependencies.b]\nversion = \"9\"\n";
        assert_eq!(version(manifest), Some("1.2.3"));
        assert_eq!(version("[workspace]"), None);
    }

    #[test]
    fn a_bundle_for_macos_is_described_and_no_other_is() {
        let folder = std::env::temp_dir().join(format!("anteroom-plist-{}", std::process::id()));
        let bundle = folder.join("anteroom.vst3");
        std::fs::create_dir_all(bundle.join("Contents")).unwrap();
        let file = bundle.join("Contents/Info.plist");
        if !cfg!(target_os = "macos") {
            describe(&bundle).unwrap();
            assert!(!file.exists());
            std::fs::write(&file, "<string>com.nice-plug.anteroom</string>").unwrap();
            describe(&bundle).unwrap();
            let text = std::fs::read_to_string(&file).unwrap();
            assert!(text.contains("<string>org.anteroom.anteroom.vst3</string>"));
            assert!(!text.contains("nice-plug") && text.ends_with("</plist>\n"));
        }
        std::fs::remove_dir_all(folder).unwrap();
    }
}

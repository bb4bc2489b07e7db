//! The systems that packages are for, and what differs between them.

use anyhow::{Context, Result, bail};
use std::process::Command;

/// The kinds of systems.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Os {
    /// Linux with the GNU C library.
    Linux,
    /// Windows.
    Windows,
    /// macOS.
    Mac,
}

/// A system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct System {
    /// The compiler's name for it.
    pub triple: String,
    /// Its kind.
    pub os: Os,
    /// The processor, as the compiler calls it.
    pub processor: String,
}

impl System {
    /// The system with this name.
    pub fn named(triple: &str) -> Result<Self> {
        let os = if triple.contains("-linux-gnu") {
            Os::Linux
        } else if triple.contains("-windows-") {
            Os::Windows
        } else if triple.ends_with("-apple-darwin") {
            Os::Mac
        } else {
            bail!("there are no packages for {triple}");
        };
        let processor = triple.split('-').next().unwrap_or_default().to_owned();
        if !["x86_64", "aarch64"].contains(&processor.as_str()) {
            bail!(
                "there are no packages for {triple}: its processor is neither x86_64 nor aarch64"
            );
        }
        Ok(Self {
            triple: triple.to_owned(),
            os,
            processor,
        })
    }

    /// The system that this runs on.
    pub fn here() -> Result<Self> {
        let said = Command::new("rustc").arg("-vV").output();
        let said = said.context("could not ask rustc for its system")?;
        let said = String::from_utf8_lossy(&said.stdout).into_owned();
        let host = said.lines().find_map(|line| line.strip_prefix("host: "));
        Self::named(host.context("rustc does not name its system")?)
    }

    /// The name in a package's name.
    pub fn name(&self) -> String {
        let os = match self.os {
            Os::Linux => "linux",
            Os::Windows => "windows",
            Os::Mac => "macos",
        };
        format!("{os}-{}", self.processor)
    }

    /// What the program is called.
    pub fn program(&self) -> &'static str {
        match self.os {
            Os::Windows => "anteroom.exe",
            Os::Linux | Os::Mac => "anteroom",
        }
    }

    /// Debian's name for the processor.
    pub fn debian(&self) -> &'static str {
        match self.processor.as_str() {
            "aarch64" => "arm64",
            _ => "amd64",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn systems_are_named_and_others_refused() {
        let named = |triple| System::named(triple).unwrap();
        assert_eq!(named("x86_64-unknown-linux-gnu").name(), "linux-x86_64");
        assert_eq!(named("aarch64-unknown-linux-gnu").debian(), "arm64");
        assert_eq!(named("x86_64-pc-windows-gnu").name(), "windows-x86_64");
        assert_eq!(named("x86_64-pc-windows-gnu").program(), "anteroom.exe");
        assert_eq!(named("aarch64-apple-darwin").name(), "macos-aarch64");
        for other in ["wasm32-unknown-unknown", "armv7-unknown-linux-gnueabihf"] {
            let error = System::named(other).unwrap_err().to_string();
            assert!(error.contains(other), "{error}");
        }
    }
}

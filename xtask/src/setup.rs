//! What the checks need and cargo can not give: Debian packages, a Python environment, a screen.
//!
//! Everything is made on demand. What can not be had here is named, and the stage that needs it is skipped.

use crate::{place, run};
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// What an X11 window of the editor needs: a screen, software OpenGL through EGL, and a hand to move the mouse.
const SCREEN: &[&str] = &[
    "xvfb",
    "libegl1",
    "libegl-mesa0",
    "libgl1-mesa-dri",
    "libx11-6",
    "libx11-xcb1",
    "libxcursor1",
    "x11-utils",
    "xdotool",
    "imagemagick",
];

/// A window manager.
const MANAGER: &[&str] = &["openbox"];

/// A workstation that runs without a screen.
const ARDOUR: &[&str] = &["ardour"];

/// Sends RTP.
const SENDER: &[&str] = &["ffmpeg"];

/// The bus of assistive tools.
const ACCESS: &[&str] = &["dbus", "at-spi2-core"];

/// Letters of East Asia, and Arabic and Hebrew ones.
const FONTS: &[&str] = &["fonts-noto-cjk", "fonts-dejavu-core", "libfontconfig1"];

/// What looks at descriptions of packages, and packs sources.
const PACKING: &[&str] = &["appstream", "xz-utils"];

/// Makes a root of Debian's basic packages.
const BOOTSTRAP: &[&str] = &["debootstrap"];

/// A compiler and a C library for 64-bit Arm, and what runs such programs.
const ARM: &[&str] = &[
    "gcc-aarch64-linux-gnu",
    "libc6-dev-arm64-cross",
    "qemu-user-static",
];

/// What runs programs as on another processor.
const OLD_PROCESSOR: &[&str] = &["qemu-user-static"];

/// A compiler for Windows, and what runs such programs.
const WINDOWS: &[&str] = &["gcc-mingw-w64-x86-64", "wine", "wine64"];

/// A group of packages that are wanted together.
#[derive(Clone, Copy, Debug)]
pub enum Need {
    /// A virtual screen and software OpenGL.
    Screen,
    /// A window manager.
    Manager,
    /// Ardour.
    Ardour,
    /// ffmpeg.
    Sender,
    /// What a screen reader speaks with programs over.
    Access,
    /// Fonts for other scripts.
    Fonts,
    /// What packages are made and looked at with.
    Packing,
    /// What makes the root of a small system.
    Bootstrap,
    /// What builds and runs for 64-bit Arm.
    Arm,
    /// What builds and runs for Windows.
    Windows,
    /// An old processor, imitated.
    OldProcessor,
}

impl Need {
    fn packages(self) -> &'static [&'static str] {
        match self {
            Self::Screen => SCREEN,
            Self::Manager => MANAGER,
            Self::Ardour => ARDOUR,
            Self::Sender => SENDER,
            Self::Access => ACCESS,
            Self::Fonts => FONTS,
            Self::Packing => PACKING,
            Self::Bootstrap => BOOTSTRAP,
            Self::Arm => ARM,
            Self::Windows => WINDOWS,
            Self::OldProcessor => OLD_PROCESSOR,
        }
    }
}

/// Installs what is missing of `needs`, in one go, or says in one line what is missing.
pub fn packages(needs: &[Need]) -> Result<()> {
    let wanted = needs
        .iter()
        .flat_map(|need| need.packages().iter().copied());
    let missing: Vec<&str> = wanted.filter(|name| !installed(name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.join(" ");
    if !is_root() {
        bail!("missing packages, and only root can install them: apt-get install {list}");
    }
    println!("installing {list}");
    apt(&["update", "-q"])?;
    let mut words = vec!["install", "-q", "-y", "--no-install-recommends"];
    words.extend(&missing);
    apt(&words).with_context(|| format!("could not install {list}"))
}

/// Adds these targets to the compiler that runs us, or says why it can not.
pub fn targets(wanted: &[&str]) -> Result<()> {
    let list = Command::new("rustup")
        .args(["target", "list", "--installed"])
        .output();
    let list = list.context("there is no rustup to add targets with")?;
    let list = String::from_utf8_lossy(&list.stdout);
    let missing: Vec<&str> = wanted
        .iter()
        .copied()
        .filter(|name| !list.lines().any(|line| line == *name))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    run::must(
        Command::new("rustup")
            .args(["target", "add"])
            .args(&missing),
    )
}

fn apt(words: &[&str]) -> Result<()> {
    // No questions: some packages (jackd2) ask about real-time privileges.
    let mut command = Command::new("apt-get");
    command.args(words).env("DEBIAN_FRONTEND", "noninteractive");
    run::must(&mut command)
}

fn installed(package: &str) -> bool {
    let query = Command::new("dpkg-query")
        .args(["-W", "-f=${Status}", package])
        .output();
    query.is_ok_and(|answer| answer.stdout.ends_with(b" installed"))
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|answer| answer.stdout.trim_ascii() == b"0")
}

/// The Python of an environment under `target` that has what `tests/hosts/requirements.txt` names.
pub fn python() -> Result<PathBuf> {
    environment("venv", "tests/hosts/requirements.txt")
}

/// The Python of an environment of this name under `target` that has what a list names.
pub fn environment(name: &str, list: &str) -> Result<PathBuf> {
    let folder = place::target().join(name);
    let python = folder.join("bin/python");
    let wanted = std::fs::read_to_string(list)?;
    // The list is copied into the environment last: an interrupted installation is repeated.
    let stamp = folder.join("requirements.txt");
    if std::fs::read_to_string(&stamp).is_ok_and(|had| had == wanted) {
        return Ok(python);
    }
    println!("making a Python environment in {}", place::short(&folder));
    let can_make = Command::new("python3")
        .args(["-c", "import ensurepip, venv"])
        .output();
    if !can_make.is_ok_and(|answer| answer.status.success()) {
        if !is_root() {
            bail!("no Python that can make environments: apt-get install python3-venv");
        }
        apt(&["update", "-q"])?;
        apt(&[
            "install",
            "-q",
            "-y",
            "--no-install-recommends",
            "python3-venv",
        ])?;
    }
    run::must(
        Command::new("python3")
            .args(["-m", "venv", "--clear"])
            .arg(&folder),
    )?;
    run::must(Command::new(&python).args([
        "-m",
        "pip",
        "install",
        "-q",
        "--disable-pip-version-check",
        "--root-user-action=ignore",
        "-r",
        list,
    ]))?;
    std::fs::write(stamp, wanted)?;
    Ok(python)
}

/// A virtual screen that lives as long as this value.
#[derive(Debug)]
pub struct Screen {
    server: Child,
    /// The value of `DISPLAY`.
    pub display: String,
}

impl Screen {
    /// Starts a screen on a display number of its own choice.
    pub fn start() -> Result<Self> {
        packages(&[Need::Screen])?;
        let mut server = Command::new("Xvfb")
            .args([
                // Without it the server begins anew when its last client leaves, and refuses who comes meanwhile.
                "-noreset",
                "-displayfd",
                "1",
                "-screen",
                "0",
                "1600x1000x24",
                "-nolisten",
                "tcp",
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("could not start Xvfb")?;
        let mut number = String::new();
        if let Some(out) = server.stdout.take() {
            BufReader::new(out).read_line(&mut number)?;
        }
        let display = format!(":{}", number.trim());
        let screen = Self { server, display };
        if screen.display.len() < 2 {
            bail!("Xvfb ended without naming its display");
        }
        Ok(screen)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // Errors mean that it has ended by itself, which is as good.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

//! `cargo xtask package --check`: what takes too long for every run.
//!
//! The source archive is unpacked in two folders. In each the packages are built, without a network, without what cargo
//! has fetched before, and with nothing of the environment. They must be the same, byte for byte. The Debian package is
//! then installed into a system that has nothing but its basic packages.

use crate::package::verify::{self, CleanRoot};
use crate::package::{self, portable, source, system::System};
use crate::{run, setup};
use anyhow::{Context, Result, bail, ensure};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

/// Debian's releases into which the package is installed: the oldest that it is for, and a newer one.
const RELEASES: [&str; 2] = ["bullseye", "bookworm"];

/// `package --check`.
pub fn command() -> Result<ExitCode> {
    let folder = package::folder().join("check");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    setup::packages(&[setup::Need::Packing])?;
    let mut all = Lines::default();
    // The second folder has another name, length and depth: a path that got into a program would show.
    let pair = [folder.join("one"), folder.join("another/one/below")];
    let packed = all.line("source archive", || source::make(&package::folder()));
    if let Some(packed) = packed {
        for (number, place) in ["first", "second"].into_iter().zip(&pair) {
            let what = format!("{number} build, offline");
            all.line(&what, || offline(&packed, place));
        }
        all.line("the same bytes twice", || same(&pair[0], &pair[1]));
        let debian = all.line("Debian package", || debian(&pair[0]));
        if let Some(debian) = debian {
            all.line("empty root", || {
                let root = CleanRoot::with(&debian)?;
                let played = root.plays()?;
                Ok(format!("{played}; {}", root.leaves_nothing()?))
            });
            for release in RELEASES {
                all.line(release, || system(release, &debian, &folder));
            }
        }
    }
    println!("\n{}", all.said.join("\n"));
    Ok(match all.failed {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

/// Results, a line each.
#[derive(Default)]
struct Lines {
    said: Vec<String>,
    failed: usize,
}

impl Lines {
    fn line<T: std::fmt::Debug>(
        &mut self,
        what: &str,
        work: impl FnOnce() -> Result<T>,
    ) -> Option<T> {
        println!("\n== {what}");
        let start = Instant::now();
        let found = work();
        let time = start.elapsed().as_secs_f64();
        let line = match &found {
            Ok(seen) => format!("ok    {what}: {seen:?} ({time:.0} s)"),
            Err(error) => format!("FAIL  {what}: {error:#} ({time:.0} s)"),
        };
        println!("{line}");
        self.said.push(line);
        self.failed += usize::from(found.is_err());
        found.ok()
    }
}

/// Unpacks the source below a folder and builds the packages there. Answers with the names of what was made.
fn offline(packed: &Path, folder: &Path) -> Result<Vec<String>> {
    std::fs::create_dir_all(folder)?;
    run::must(
        Command::new("tar")
            .arg("-xf")
            .arg(packed)
            .arg("-C")
            .arg(folder),
    )?;
    let home = folder.join("home");
    std::fs::create_dir_all(&home)?;
    // The compiler itself: rustup would want the home of its user.
    let sysroot = Command::new("rustc")
        .args(["--print", "sysroot"])
        .output()?;
    let sysroot = String::from_utf8(sysroot.stdout)?;
    let path = format!("{}/bin:/usr/local/bin:/usr/bin:/bin", sysroot.trim());
    let mut build = Command::new("unshare");
    // Who is not root may still have a network of his own without anything in it.
    build.args(["--map-root-user", "--net", "--"]);
    build.args(["cargo", "xtask", "package", "--portable"]);
    build.current_dir(top(folder)?);
    build.env_clear();
    build
        .env("PATH", path)
        .env("HOME", &home)
        .env("CARGO_HOME", home.join("cargo"));
    build.env("ANTEROOM_ZIG", portable::programs()?);
    run::must(&mut build)?;
    let made = std::fs::read_to_string(sums(folder)?)?;
    Ok(made.lines().map(str::to_owned).collect())
}

/// The folder of the source that was unpacked below a folder.
fn top(folder: &Path) -> Result<PathBuf> {
    Ok(folder.join(format!("anteroom-{}", package::version()?)))
}

/// The checksums of what was made there.
fn sums(folder: &Path) -> Result<PathBuf> {
    Ok(top(folder)?.join("target/package/SHA256SUMS"))
}

fn same(one: &Path, other: &Path) -> Result<String> {
    let read = |folder: &Path| -> Result<String> {
        let path = sums(folder)?;
        std::fs::read_to_string(&path).with_context(|| format!("there is no {}", path.display()))
    };
    let (one, other) = (read(one)?, read(other)?);
    let differ: Vec<&str> = one.lines().filter(|line| !other.contains(*line)).collect();
    ensure!(differ.is_empty(), "these differ: {}", differ.join("; "));
    Ok(format!("{} packages", one.lines().count()))
}

fn debian(folder: &Path) -> Result<PathBuf> {
    let system = System::here()?.debian();
    let name = format!("anteroom_{}_{system}.deb", package::version()?);
    let path = top(folder)?.join("target/package").join(name);
    println!("{}", verify::debian(&path)?);
    Ok(path)
}

/// Installs the package into a release of Debian that has its basic packages only, and what the package asks for. The
/// program renders, the plug-in is loaded with all that it needs, and nothing is left after it was removed.
fn system(release: &str, debian: &Path, folder: &Path) -> Result<String> {
    let root = folder.join(release);
    setup::packages(&[setup::Need::Bootstrap])?;
    let mut bootstrap = Command::new("debootstrap");
    bootstrap.args(["--variant=minbase", release]).arg(&root);
    // Of a release that is no longer kept the keys may have gone.
    run::must(bootstrap.arg("http://deb.debian.org/debian"))?;
    std::fs::copy(debian, root.join("anteroom.deb"))?;
    let inside = |script: &str| -> Result<()> {
        let mut chroot = Command::new("chroot");
        chroot.arg(&root).args(["/bin/sh", "-ec", script]);
        chroot
            .env_clear()
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .env("LC_ALL", "C.UTF-8");
        run::must(&mut chroot)
    };
    // All that is there before, but what package managers keep for themselves.
    const LIST: &str = "find / -xdev -path /proc -prune -o -path /var/lib/dpkg -prune -o -path /var/log -prune -o \
                        -path /var/cache -prune -o -path /tmp -prune -o -print | sort";
    inside(&format!("{LIST} > /tmp/before"))?;
    inside("dpkg --install /anteroom.deb")?;
    inside(
        "anteroom room hall -o /tmp/dry.wav && anteroom render /tmp/dry.wav -o /tmp/wet.wav --room hall",
    )?;
    inside("anteroom analyze /tmp/wet.wav | head -n 5")?;
    // The loader takes it, and every function that it calls is found at once.
    inside(
        "LD_BIND_NOW=1 LD_PRELOAD=/usr/lib/clap/anteroom.clap /bin/true 2> /tmp/said; cat /tmp/said; test ! -s /tmp/said",
    )?;
    inside("dpkg --purge anteroom")?;
    inside(&format!("{LIST} > /tmp/after; diff /tmp/before /tmp/after"))?;
    if !root.join("tmp/wet.wav").exists() {
        bail!("nothing was rendered");
    }
    std::fs::remove_dir_all(&root)?;
    Ok("the program renders, the plug-in is loaded, nothing is left".into())
}

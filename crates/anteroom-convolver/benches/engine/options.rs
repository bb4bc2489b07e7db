//! What is wanted, from the command line.

use std::time::Duration;

use anteroom_convolver::Isa;

/// How things are measured.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Runs over the same input.
    pub runs: usize,
    /// An engine that takes long gets fewer runs, but at least 3.
    pub patience: Duration,
    /// 4 MB are written between the callbacks.
    pub cold: bool,
    /// One callback each block period.
    pub paced: bool,
    pub isa: Isa,
}

/// The command line.
#[derive(Debug)]
pub struct Arguments(Vec<String>);

impl Arguments {
    pub fn new() -> Self {
        Self(std::env::args().skip(1).collect())
    }

    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|argument| argument == name)
    }

    /// What follows a name.
    pub fn value(&self, name: &str) -> Option<&str> {
        let at = self.0.iter().position(|argument| argument == name)?;
        self.0.get(at + 1).map(String::as_str)
    }

    /// The arguments that are numbers.
    pub fn numbers(&self) -> Vec<usize> {
        self.0.iter().filter_map(|a| a.parse().ok()).collect()
    }

    /// Whether cargo runs this as a bench, and not as one of its tests.
    pub fn is_bench(&self) -> bool {
        self.has("--bench")
    }

    /// # Errors
    /// One line for people.
    pub fn options(&self) -> Result<Options, String> {
        let isa = match self.value("--isa") {
            None => Isa::best(),
            Some("portable") => Isa::Portable,
            Some("avx2") => Isa::Avx2,
            Some("avx512") => Isa::Avx512,
            Some("neon") => Isa::Neon,
            Some(other) => return Err(format!("no instruction set {other}")),
        };
        let runs = match self.value("--runs") {
            None if self.is_bench() => 40,
            None => 1,
            Some(runs) => runs.parse().map_err(|_| format!("{runs} runs?"))?,
        };
        Ok(Options {
            runs,
            patience: Duration::from_secs(4),
            cold: self.has("--cold"),
            paced: self.has("--paced"),
            isa,
        })
    }
}

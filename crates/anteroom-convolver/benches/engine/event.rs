//! What happens now and then, beside what an ordinary block costs.

use serde_json::{Value, json};

use super::target::Target;

/// What happens, and the dearest block in which it does, beside the mean of all others.
#[derive(Debug)]
pub struct Event {
    pub name: &'static str,
    /// Nanoseconds.
    pub worst: f64,
    pub mean: f64,
    /// The mean cost of the blocks in which it happens.
    pub during: f64,
}

impl Event {
    /// Never more than two engines' work.
    pub fn target(&self) -> Target {
        let bound = if self.name == "reset" { 1.5 } else { 2.2 };
        Target::most(
            format!("{}: worst block, in the mean of the others", self.name),
            self.worst / self.mean,
            bound,
            format!("mean of its blocks {:.2}", self.during / self.mean),
        )
    }

    pub fn text(&self) -> String {
        format!(
            "{:24} worst block {:8.3} us, mean of its blocks {:8.3} us, mean before {:8.3} us",
            self.name,
            self.worst / 1e3,
            self.during / 1e3,
            self.mean / 1e3
        )
    }

    pub fn json(&self) -> Value {
        json!({
            "event": self.name,
            "worst_us": self.worst / 1e3,
            "during_us": self.during / 1e3,
            "mean_us": self.mean / 1e3,
        })
    }
}

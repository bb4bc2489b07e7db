//! A target: what was aimed at, what was found, and whether it was met.

use serde_json::{Value, json};

/// A target with its figure.
#[derive(Debug)]
pub struct Target {
    pub what: String,
    pub figure: f64,
    /// The most that is wanted, or the least.
    pub bound: f64,
    pub met: bool,
    /// Where the figure comes from.
    pub place: String,
}

impl Target {
    pub fn most(
        what: impl Into<String>,
        figure: f64,
        bound: f64,
        place: impl Into<String>,
    ) -> Self {
        Self {
            what: what.into(),
            figure,
            bound,
            met: figure <= bound,
            place: place.into(),
        }
    }

    pub fn least(what: &str, figure: f64, bound: f64, place: String) -> Self {
        Self {
            met: figure >= bound,
            ..Self::most(what, figure, bound, place)
        }
    }

    pub fn print(&self) {
        let word = if self.met { "met" } else { "MISSED" };
        println!(
            "{:72} {:9.2} of {:8.2}  {word:6}  {}",
            self.what, self.figure, self.bound, self.place
        );
    }

    pub fn json(&self) -> Value {
        json!({
            "target": self.what, "figure": self.figure, "bound": self.bound, "met": self.met, "where": self.place,
        })
    }
}

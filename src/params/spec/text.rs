//! A parameter's value as text: what people write is read, and what is shown can be read back.

use super::{Kind, ParamSpec, PlainValue, Unit};

impl ParamSpec {
    /// Reads a value as people write it: a number with or without the unit, `on` or `off`, or the
    /// name of a choice.
    ///
    /// # Errors
    /// A sentence that names the parameter, the text and what it takes.
    pub fn parse(&self, text: &str) -> Result<f32, String> {
        let text = text.trim();
        match self.kind {
            Kind::Number(_) => self.parse_number(text),
            Kind::Switch => match text.to_ascii_lowercase().as_str() {
                "on" | "true" | "yes" | "1" => Ok(1.0),
                "off" | "false" | "no" | "0" => Ok(0.0),
                _ => Err(format!("{} is on or off, not '{text}'", self.id)),
            },
            Kind::Choice(choices) => place_of(choices, text).ok_or_else(|| {
                let all = choices.join(", ");
                format!("{} is one of {all}, not '{text}'", self.id)
            }),
        }
    }

    fn parse_number(&self, text: &str) -> Result<f32, String> {
        match self.read_number(text) {
            Some(value) if (self.min..=self.max).contains(&value) => Ok(value),
            _ => Err(format!(
                "{} takes {} to {}{}, not '{text}'",
                self.id,
                self.min,
                self.max,
                self.unit.suffix()
            )),
        }
    }

    /// Reads a number as people type it, in any case, in or out of the range: with or without the unit, a comma for a point,
    /// `2.5k` and `2.5 kHz`, seconds for milliseconds, `-inf` for the lowest level, and the word of the default.
    #[must_use]
    pub fn read_number(&self, text: &str) -> Option<f32> {
        let text = text.trim().to_lowercase().replace(',', ".");
        if self.word_at_default == Some(text.as_str()) {
            return Some(self.default);
        }
        let units: &[(&str, f32)] = match self.unit {
            Unit::None | Unit::Q => &[],
            Unit::Percent => &[("%", 1.0)],
            Unit::Decibels => &[("db", 1.0)],
            Unit::Milliseconds => &[("ms", 1.0), ("s", 1000.0)],
            Unit::Hertz => &[("khz", 1000.0), ("k", 1000.0), ("hz", 1.0)],
        };
        let mut units = units.iter();
        let found = units.find_map(|(unit, factor)| Some((text.strip_suffix(unit)?, *factor)));
        let (bare, factor) = found.unwrap_or((&text, 1.0));
        let bare = bare.trim();
        if self.unit == Unit::Decibels && matches!(bare, "-inf" | "-\u{221e}") {
            return Some(self.min);
        }
        let number = bare.parse::<f32>().ok();
        number
            .filter(|number| number.is_finite())
            .map(|number| number * factor)
    }

    /// The value as people read it, with its unit. [`parse`](Self::parse) reads it back.
    #[must_use]
    pub fn show(&self, plain: f32) -> String {
        self.number(plain) + self.unit.suffix()
    }

    /// The value as people read it, without the unit, for hosts that write the unit themselves.
    #[must_use]
    pub fn number(&self, plain: f32) -> String {
        match self.kind {
            Kind::Switch => return if plain >= 0.5 { "on" } else { "off" }.into(),
            Kind::Choice(choices) => {
                let place = usize::from_plain(plain).min(choices.len() - 1);
                return choices[place].into();
            }
            Kind::Number(_) => {}
        }
        if self.unit == Unit::Q && plain < 9.95 {
            return format!("{:.2}", (plain * 100.0).round() / 100.0);
        }
        // Rounded before the number of decimals is chosen, so that what is shown, read and shown
        // again stays the same; the sum removes the sign of a negative zero.
        let tenths = (plain * 10.0).round() / 10.0 + 0.0;
        if tenths.abs() >= 100.0 {
            format!("{plain:.0}")
        } else {
            format!("{tenths:.1}")
        }
    }

    /// What values it takes, in words.
    #[must_use]
    pub fn range(&self) -> String {
        match self.kind {
            Kind::Number(_) => format!("{} to {}{}", self.min, self.max, self.unit.suffix()),
            Kind::Switch => "off, on".into(),
            Kind::Choice(choices) => choices.join(", "),
        }
    }
}

/// The place of the choice with this name, in any case, or of the only one that begins so.
fn place_of(choices: &[&str], text: &str) -> Option<f32> {
    let text = text.to_lowercase();
    place_of_lowercase(choices, &text).or_else(|| place_of_lowercase(choices, &short_note(&text)?))
}

/// A note as the list has it, of one that is written out: `1/8d` of `1/8 dotted`, `1/8 d` and `1/8.`.
fn short_note(text: &str) -> Option<String> {
    let kind = text.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == '/');
    let bare = text.strip_suffix(kind)?;
    let letter = match kind.trim_matches([' ', '-', '\t']) {
        "d" | "dot" | "dotted" | "." => "d",
        "t" | "tri" | "trip" | "triplet" => "t",
        "" | "straight" | "note" => "",
        _ => return None,
    };
    Some(format!("{bare}{letter}"))
}

fn place_of_lowercase(choices: &[&str], text: &str) -> Option<f32> {
    let names = || choices.iter().map(|name| name.to_lowercase()).enumerate();
    let mut begun = names().filter(|(_, name)| !text.is_empty() && name.starts_with(text));
    let only = begun.next().filter(|_| begun.next().is_none());
    let exact = names().find(|(_, name)| *name == text);
    exact.or(only).map(|(place, _)| place as f32)
}

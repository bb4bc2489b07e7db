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
            Kind::Choice(choices) => {
                let mut names = choices.iter();
                let place = names.position(|name| name.eq_ignore_ascii_case(text));
                place.map(|place| place as f32).ok_or_else(|| {
                    let all = choices.join(", ");
                    format!("{} is one of {all}, not '{text}'", self.id)
                })
            }
        }
    }

    fn parse_number(&self, text: &str) -> Result<f32, String> {
        let unit = self.unit.suffix();
        let (bare, factor) = match text.strip_suffix("kHz") {
            Some(bare) if self.unit == Unit::Hertz => (bare, 1000.0),
            _ => (text.strip_suffix(unit.trim()).unwrap_or(text), 1.0),
        };
        match bare.trim().parse::<f32>().map(|number| number * factor) {
            Ok(value) if (self.min..=self.max).contains(&value) => Ok(value),
            _ => Err(format!(
                "{} takes {} to {}{unit}, not '{text}'",
                self.id, self.min, self.max
            )),
        }
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

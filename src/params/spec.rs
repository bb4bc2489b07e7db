//! What the table says of one parameter, as plain data, and what follows from it: how a value is
//! placed on a knob, and read and written as text. No framework, no atomics.
//!
//! `places` is where parameters are shown; `text` reads and writes values.

mod places;
mod text;

pub use places::{RemotePage, Section};

/// Where a parameter acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acts {
    /// In `process()`, smoothed, from sample to sample.
    Sound,
    /// On the impulse: the worker prepares a new engine, which is swapped in.
    Impulse,
}

/// The unit of a parameter's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A switch or a choice has none.
    None,
    /// %
    Percent,
    /// dB
    Decibels,
    /// ms
    Milliseconds,
    /// Hz
    Hertz,
    /// The Q of a filter, which has no unit.
    Q,
}

impl Unit {
    /// What is written behind a number: the unit with a space before it, or nothing.
    #[must_use]
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::None | Self::Q => "",
            Self::Percent => " %",
            Self::Decibels => " dB",
            Self::Milliseconds => " ms",
            Self::Hertz => " Hz",
        }
    }
}

/// What values a parameter has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// A number in a unit.
    Number(Scale),
    /// Off or on, 0 or 1.
    Switch,
    /// One of these, by its place in the list. States store the place: a list only grows at its end.
    Choice(&'static [&'static str]),
}

/// How a number moves between its ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scale {
    /// Equal steps in the unit.
    Linear,
    /// Finer towards the minimum, for times, ratios and frequencies: the normalised value raised
    /// to this power. It is the one curve besides the straight line that hosts are given exactly.
    Skewed(f32),
}

/// One parameter: its identity, range and meaning.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ParamSpec {
    /// The stable id, as hosts and projects store it.
    pub id: &'static str,
    /// The name that people read.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub help: &'static str,
    /// The part of the plug-in that it belongs to.
    pub section: Section,
    /// Where it acts.
    pub acts: Acts,
    /// What values it has.
    pub kind: Kind,
    /// The unit of its value.
    pub unit: Unit,
    /// The smallest value, in the unit.
    pub min: f32,
    /// The largest value, in the unit.
    pub max: f32,
    /// The value of a new instance, in the unit.
    pub default: f32,
    /// Its knob shows the way from the default, not from the left end.
    pub bipolar: bool,
    /// What the screen says at its default in place of the number: "off" where it does nothing there.
    pub word_at_default: Option<&'static str>,
    /// It belongs to the place in the mix and not to the room: a preset leaves it alone while it is
    /// locked, and "Before" does not undo it.
    pub kept_by_lock: bool,
    /// It belongs to the project's own list: a preset leaves it alone, and so does "Before".
    pub kept_by_project: bool,
    /// Its panel shows it behind the others of its section.
    pub last_in_panel: bool,
    /// It is what the host's own bypass button moves. One parameter is.
    pub is_bypass: bool,
    /// The page and the slot, 0 to 7, that a hardware controller has it at.
    pub remote: Option<(RemotePage, u8)>,
}

/// A number. The range is its smallest value, its default and its largest.
pub(super) const fn number(
    name: &'static str,
    section: Section,
    unit: Unit,
    [min, default, max]: [f32; 3],
) -> ParamSpec {
    ParamSpec {
        id: "",
        name,
        help: "",
        section,
        acts: Acts::Sound,
        kind: Kind::Number(Scale::Linear),
        unit,
        min,
        max,
        default,
        bipolar: false,
        word_at_default: None,
        kept_by_lock: false,
        kept_by_project: false,
        last_in_panel: false,
        is_bypass: false,
        remote: None,
    }
}

/// A switch, and whether a new instance has it on.
pub(super) const fn switch(name: &'static str, section: Section, on: bool) -> ParamSpec {
    ParamSpec {
        kind: Kind::Switch,
        ..number(name, section, Unit::None, [0.0, on as u8 as f32, 1.0])
    }
}

/// One of several; a new instance has the first.
pub(super) const fn choice(
    name: &'static str,
    section: Section,
    choices: &'static [&'static str],
) -> ParamSpec {
    let last = choices.len() as f32 - 1.0;
    ParamSpec {
        kind: Kind::Choice(choices),
        ..number(name, section, Unit::None, [0.0, 0.0, last])
    }
}

/// What an entry may say beyond its name and range.
impl ParamSpec {
    /// What the table knows without being told.
    pub(super) const fn entry(self, id: &'static str, help: &'static str, acts: Acts) -> Self {
        Self {
            id,
            help: help.trim_ascii(),
            acts,
            ..self
        }
    }

    pub(super) const fn skewed(self, power: f32) -> Self {
        Self {
            kind: Kind::Number(Scale::Skewed(power)),
            ..self
        }
    }

    pub(super) const fn bipolar(self) -> Self {
        Self {
            bipolar: true,
            ..self
        }
    }

    pub(super) const fn off_at_default(self) -> Self {
        self.says_at_default("off")
    }

    pub(super) const fn says_at_default(self, word: &'static str) -> Self {
        Self {
            word_at_default: Some(word),
            ..self
        }
    }

    pub(super) const fn kept_by_lock(self) -> Self {
        Self {
            kept_by_lock: true,
            ..self
        }
    }

    pub(super) const fn kept_by_project(self) -> Self {
        Self {
            kept_by_project: true,
            ..self
        }
    }

    pub(super) const fn last_in_panel(self) -> Self {
        Self {
            last_in_panel: true,
            ..self
        }
    }

    pub(super) const fn bypass(self) -> Self {
        Self {
            is_bypass: true,
            ..self
        }
    }

    pub(super) const fn remote(self, page: RemotePage, slot: u8) -> Self {
        Self {
            remote: Some((page, slot)),
            ..self
        }
    }
}

/// The distance between the values that a position can mean, in the unit. A default that a host
/// sends back as a position must come back as itself: at its default a parameter is transparent.
pub const STEP: f32 = 0.01;

/// The same where the range is fewer units than these.
const FINE_STEP: f32 = 0.001;
const FEW_UNITS: f32 = 5.0;

impl ParamSpec {
    /// Its name under the title of its section, without what the title says.
    #[must_use]
    pub fn short_name(&self) -> String {
        let rest = match self.section {
            Section::Octaves => self.name.strip_prefix("Decay at "),
            Section::Slopes => self.name.strip_suffix(" slope"),
            section => {
                let rest = self.name.strip_prefix(section.title());
                rest.and_then(|rest| rest.strip_prefix(' '))
            }
        };
        let mut letters = rest.unwrap_or(self.name).chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        first.chain(letters).collect()
    }

    /// Whether it is off or on.
    #[must_use]
    pub fn is_switch(&self) -> bool {
        self.kind == Kind::Switch
    }

    /// What values of a number are multiples of: a hundredth of the unit, or a thousandth where the range is few units.
    #[must_use]
    pub fn step(&self) -> f32 {
        match self.max - self.min < FEW_UNITS {
            true => FINE_STEP,
            false => STEP,
        }
    }

    /// The value at a normalised position 0..=1, in the unit: a multiple of its [`step`](Self::step).
    #[must_use]
    pub fn plain(&self, normalized: f32) -> f32 {
        let x = normalized.clamp(0.0, 1.0);
        let value = match self.kind {
            Kind::Number(Scale::Linear) => self.min + (self.max - self.min) * x,
            Kind::Number(Scale::Skewed(power)) => self.min + (self.max - self.min) * x.powf(power),
            Kind::Switch | Kind::Choice(_) => return (self.max * x).round(),
        };
        let step = self.step();
        ((value / step).round() * step).clamp(self.min, self.max)
    }

    /// The normalised position 0..=1 of a value in the unit.
    #[must_use]
    pub fn normalized(&self, plain: f32) -> f32 {
        let value = plain.clamp(self.min, self.max);
        let share = (value - self.min) / (self.max - self.min);
        match self.kind {
            Kind::Number(Scale::Skewed(power)) => share.powf(1.0 / power),
            _ => share,
        }
    }
}

/// The type that a part of the program has a parameter's value as.
pub trait PlainValue {
    /// From the value in the parameter's unit.
    fn from_plain(plain: f32) -> Self;
}

/// A number.
impl PlainValue for f32 {
    fn from_plain(plain: f32) -> Self {
        plain
    }
}

/// A switch, on from 0.5.
impl PlainValue for bool {
    fn from_plain(plain: f32) -> Self {
        plain >= 0.5
    }
}

/// The place of a choice in its list.
impl PlainValue for usize {
    fn from_plain(plain: f32) -> Self {
        plain.round() as Self
    }
}

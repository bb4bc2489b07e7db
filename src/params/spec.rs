//! What the table says of one parameter, as plain data, and what follows from it: how a value is
//! read, written and placed on a knob. No framework, no atomics.

/// Where a parameter acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acts {
    /// In `process()`, smoothed, from sample to sample.
    Sound,
    /// On the impulse: the worker prepares a new engine, which is swapped in.
    Impulse,
}

/// The part of the plug-in that a parameter belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// The level of the result and of its parts.
    Output,
    /// What colours the reverb alone.
    Wet,
    /// Which part of the impulse is used, and how.
    Shape,
    /// How the impulse dies away.
    Decay,
}

impl Section {
    /// All sections in the order of the signal, from the impulse to the output.
    pub const ALL: [Self; 4] = [Self::Shape, Self::Decay, Self::Wet, Self::Output];

    /// The group that hosts show it as. Published, it never changes.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Output => "Output",
            Self::Wet => "Wet",
            Self::Shape => "Shape",
            Self::Decay => "Decay",
        }
    }

    /// The title of its panel in the editor.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Shape => "Impulse",
            _ => self.name(),
        }
    }
}

/// A page of eight parameters that a hardware controller shows at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemotePage {
    /// What acts on the sound.
    Sound,
    /// What acts on the impulse.
    Room,
}

impl RemotePage {
    /// All pages in their order.
    pub const ALL: [Self; 2] = [Self::Sound, Self::Room];

    /// The name that the controller shows.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sound => "Sound",
            Self::Room => "Room",
        }
    }
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
}

impl Unit {
    /// What is written behind a number: the unit with a space before it, or nothing.
    #[must_use]
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::None => "",
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
    /// It does nothing at its default, and the screen says "off" there.
    pub off_at_default: bool,
    /// It belongs to the place in the mix and not to the room: a preset leaves it alone while "Keep
    /// mix and output" is on, and "Before" does not undo it.
    pub kept_by_lock: bool,
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
        off_at_default: false,
        kept_by_lock: false,
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
#[allow(dead_code, reason = "no entry of the table is a choice yet")]
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
        Self {
            off_at_default: true,
            ..self
        }
    }

    pub(super) const fn kept_by_lock(self) -> Self {
        Self {
            kept_by_lock: true,
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

impl ParamSpec {
    /// Whether it is off or on.
    #[must_use]
    pub fn is_switch(&self) -> bool {
        self.kind == Kind::Switch
    }

    /// The value at a normalised position 0..=1, in the unit: a multiple of [`STEP`].
    #[must_use]
    pub fn plain(&self, normalized: f32) -> f32 {
        let x = normalized.clamp(0.0, 1.0);
        let value = match self.kind {
            Kind::Number(Scale::Linear) => self.min + (self.max - self.min) * x,
            Kind::Number(Scale::Skewed(power)) => self.min + (self.max - self.min) * x.powf(power),
            Kind::Switch | Kind::Choice(_) => return (self.max * x).round(),
        };
        ((value / STEP).round() * STEP).clamp(self.min, self.max)
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

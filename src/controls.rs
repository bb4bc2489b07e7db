//! Every control of the plug-in as plain data: the one table that the host's parameters, the
//! command line, the project state and the editor are made from. No framework, no atomics.
//!
//! The ids, units and ranges are published: they never change.

/// Where a control acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acts {
    /// In `process()`, smoothed, from sample to sample.
    Sound,
    /// On the impulse: the worker prepares a new engine, which is swapped in.
    Impulse,
}

/// How a control's value moves between its ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scale {
    /// Equal steps in the unit.
    Linear,
    /// Finer towards the minimum, for times, ratios and frequencies: the normalised value raised
    /// to this power. It is the one curve besides the straight line that hosts are given exactly.
    Skewed(f32),
    /// Off or on, 0 or 1.
    Switch,
}

/// One control: its identity, range and meaning.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Control {
    /// The stable id, as hosts and projects store it.
    pub id: &'static str,
    /// The name that people read.
    pub name: &'static str,
    /// The group that it is shown in.
    pub group: &'static str,
    /// The unit with its leading space, or empty.
    pub unit: &'static str,
    /// The smallest value, in the unit.
    pub min: f32,
    /// The largest value, in the unit.
    pub max: f32,
    /// The value of a new instance, in the unit.
    pub default: f32,
    /// How the value moves between the ends.
    pub scale: Scale,
    /// Where the control acts.
    pub acts: Acts,
    /// What it does, in a sentence.
    pub help: &'static str,
}

const fn control(
    id: &'static str,
    name: &'static str,
    group: &'static str,
    unit: &'static str,
    range: [f32; 3],
    scale: Scale,
    help: &'static str,
) -> Control {
    let [min, default, max] = range;
    // The groups tell the side: everything that shapes the impulse is in one of two groups.
    let acts = match group.as_bytes() {
        b"Shape" | b"Decay" => Acts::Impulse,
        _ => Acts::Sound,
    };
    Control {
        id,
        name,
        group,
        unit,
        min,
        max,
        default,
        scale,
        acts,
        help,
    }
}

/// The distance between the values that a position can mean, in the unit. A default that a host
/// sends back as a position must come back as itself: at its default a control is transparent.
pub const STEP: f32 = 0.01;

/// The power that puts 100 in the middle of 25..400: log2(5).
const RATIO_OF_SIXTEEN: f32 = 2.321_928;

/// The power that puts 100 in the middle of 50..200, and 50 of 25..100: log2(3).
const RATIO_OF_FOUR: f32 = 1.584_962_5;

/// All controls, in the order in which hosts list them.
pub const CONTROLS: [Control; 15] = [
    control(
        "mix",
        "Mix",
        "Output",
        " %",
        [0.0, 35.0, 100.0],
        Scale::Linear,
        "Balance of dry and wet, equal power: 0 is the dry input untouched, 100 the reverb alone.",
    ),
    control(
        "output",
        "Output",
        "Output",
        " dB",
        [-60.0, 0.0, 12.0],
        Scale::Linear,
        "Gain of the result.",
    ),
    control(
        "bypass",
        "Bypass",
        "Output",
        "",
        [0.0, 0.0, 1.0],
        Scale::Switch,
        "Passes the input through, with a short fade.",
    ),
    control(
        "predelay",
        "Pre-delay",
        "Wet",
        " ms",
        [0.0, 0.0, 500.0],
        Scale::Skewed(2.0),
        "Time before the reverb begins.",
    ),
    control(
        "width",
        "Width",
        "Wet",
        " %",
        [0.0, 100.0, 200.0],
        Scale::Linear,
        "Stereo width of the reverb: 0 is mono, 100 as recorded.",
    ),
    control(
        "low_cut",
        "Low cut",
        "Wet",
        " Hz",
        [20.0, 20.0, 1000.0],
        Scale::Skewed(3.0),
        "Removes what lies below, from the reverb alone; off at its minimum.",
    ),
    control(
        "high_cut",
        "High cut",
        "Wet",
        " Hz",
        [1000.0, 20000.0, 20000.0],
        Scale::Skewed(2.5),
        "Removes what lies above, from the reverb alone; off at its maximum.",
    ),
    control(
        "start",
        "Start",
        "Shape",
        " ms",
        [0.0, 0.0, 500.0],
        Scale::Skewed(2.0),
        "Cuts the beginning of the impulse.",
    ),
    control(
        "length",
        "Length",
        "Shape",
        " %",
        [1.0, 100.0, 100.0],
        Scale::Linear,
        "Share of the impulse that is kept, faded at its end.",
    ),
    control(
        "attack",
        "Attack",
        "Shape",
        " ms",
        [0.0, 0.0, 500.0],
        Scale::Skewed(2.0),
        "Fades the beginning of the impulse in.",
    ),
    control(
        "reverse",
        "Reverse",
        "Shape",
        "",
        [0.0, 0.0, 1.0],
        Scale::Switch,
        "Plays the impulse backwards.",
    ),
    control(
        "normalize",
        "Normalize",
        "Shape",
        "",
        [0.0, 1.0, 1.0],
        Scale::Switch,
        "Brings every impulse to the same loudness; off keeps the file's samples.",
    ),
    control(
        "decay",
        "Decay",
        "Decay",
        " %",
        [25.0, 100.0, 400.0],
        Scale::Skewed(RATIO_OF_SIXTEEN),
        "Reverberation time as a ratio of the impulse's own.",
    ),
    control(
        "size",
        "Size",
        "Decay",
        " %",
        [50.0, 100.0, 200.0],
        Scale::Skewed(RATIO_OF_FOUR),
        "Stretches the impulse: a larger room is longer and darker.",
    ),
    control(
        "damping",
        "Damping",
        "Decay",
        " %",
        [25.0, 100.0, 100.0],
        Scale::Skewed(RATIO_OF_FOUR),
        "Reverberation time of the high frequencies as a ratio of their own.",
    ),
];

/// The control with this id.
#[must_use]
pub fn control_of(id: &str) -> Option<&'static Control> {
    CONTROLS.iter().find(|control| control.id == id)
}

impl Control {
    /// The value at a normalised position 0..=1, in the unit: a multiple of [`STEP`].
    #[must_use]
    pub fn plain(&self, normalized: f32) -> f32 {
        let x = normalized.clamp(0.0, 1.0);
        let value = match self.scale {
            Scale::Linear => self.min + (self.max - self.min) * x,
            Scale::Skewed(power) => self.min + (self.max - self.min) * x.powf(power),
            Scale::Switch => return x.round(),
        };
        ((value / STEP).round() * STEP).clamp(self.min, self.max)
    }

    /// The normalised position 0..=1 of a value in the unit.
    #[must_use]
    pub fn normalized(&self, plain: f32) -> f32 {
        let value = plain.clamp(self.min, self.max);
        let share = (value - self.min) / (self.max - self.min);
        match self.scale {
            Scale::Linear | Scale::Switch => share,
            Scale::Skewed(power) => share.powf(1.0 / power),
        }
    }

    /// Reads a value as people write it: a number with or without the unit, `on` or `off`.
    ///
    /// # Errors
    /// A sentence that names the control, the text and the range.
    pub fn parse(&self, text: &str) -> Result<f32, String> {
        let text = text.trim();
        let (bare, factor) = match text.strip_suffix("kHz") {
            Some(bare) if self.unit == " Hz" => (bare, 1000.0),
            _ => (text.strip_suffix(self.unit.trim()).unwrap_or(text), 1.0),
        };
        let bare = bare.trim();
        if self.scale == Scale::Switch {
            match bare.to_ascii_lowercase().as_str() {
                "on" | "true" | "yes" | "1" => return Ok(1.0),
                "off" | "false" | "no" | "0" => return Ok(0.0),
                _ => return Err(format!("{} is on or off, not '{text}'", self.id)),
            }
        }
        match bare.parse::<f32>().map(|number| number * factor) {
            Ok(value) if (self.min..=self.max).contains(&value) => Ok(value),
            _ => Err(format!(
                "{} takes {} to {}{}, not '{text}'",
                self.id, self.min, self.max, self.unit
            )),
        }
    }

    /// The value as people read it, with its unit. [`parse`](Self::parse) reads it back.
    #[must_use]
    pub fn show(&self, plain: f32) -> String {
        match self.scale {
            Scale::Switch => self.number(plain),
            _ => format!("{}{}", self.number(plain), self.unit),
        }
    }

    /// The value as people read it, without the unit, for hosts that write the unit themselves.
    #[must_use]
    pub fn number(&self, plain: f32) -> String {
        if self.scale == Scale::Switch {
            return if plain >= 0.5 { "on" } else { "off" }.into();
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
}

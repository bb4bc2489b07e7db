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
    /// Equal ratios, for frequencies.
    Logarithmic,
    /// Finer towards the minimum, for times: the normalised value raised to this power.
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
        Scale::Logarithmic,
        "Removes what lies below, from the reverb alone; off at its minimum.",
    ),
    control(
        "high_cut",
        "High cut",
        "Wet",
        " Hz",
        [1000.0, 20000.0, 20000.0],
        Scale::Logarithmic,
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
        "decay",
        "Decay",
        "Decay",
        " %",
        [25.0, 100.0, 400.0],
        Scale::Logarithmic,
        "Reverberation time as a ratio of the impulse's own.",
    ),
    control(
        "size",
        "Size",
        "Decay",
        " %",
        [50.0, 100.0, 200.0],
        Scale::Logarithmic,
        "Stretches the impulse: a larger room is longer and darker.",
    ),
    control(
        "damping",
        "Damping",
        "Decay",
        " %",
        [25.0, 100.0, 100.0],
        Scale::Logarithmic,
        "Reverberation time of the high frequencies as a ratio of their own.",
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
];

/// The control with this id.
#[must_use]
pub fn control_of(id: &str) -> Option<&'static Control> {
    CONTROLS.iter().find(|control| control.id == id)
}

impl Control {
    /// The value at a normalised position 0..=1, in the unit.
    #[must_use]
    pub fn plain(&self, normalized: f32) -> f32 {
        let x = normalized.clamp(0.0, 1.0);
        match self.scale {
            Scale::Linear => self.min + (self.max - self.min) * x,
            Scale::Logarithmic => self.min * (self.max / self.min).powf(x),
            Scale::Skewed(power) => self.min + (self.max - self.min) * x.powf(power),
            Scale::Switch => x.round(),
        }
        .clamp(self.min, self.max)
    }

    /// The normalised position 0..=1 of a value in the unit.
    #[must_use]
    pub fn normalized(&self, plain: f32) -> f32 {
        let value = plain.clamp(self.min, self.max);
        match self.scale {
            Scale::Linear | Scale::Switch => (value - self.min) / (self.max - self.min),
            Scale::Logarithmic => (value / self.min).ln() / (self.max / self.min).ln(),
            Scale::Skewed(power) => ((value - self.min) / (self.max - self.min)).powf(1.0 / power),
        }
    }

    /// Reads a value as people write it: a number with or without the unit, `on` or `off`.
    ///
    /// # Errors
    /// A sentence that names the control, the text and the range.
    pub fn parse(&self, text: &str) -> Result<f32, String> {
        let bare = text.trim();
        let bare = bare.strip_suffix(self.unit.trim()).unwrap_or(bare).trim();
        if self.scale == Scale::Switch {
            match bare.to_ascii_lowercase().as_str() {
                "on" | "true" | "yes" | "1" => return Ok(1.0),
                "off" | "false" | "no" | "0" => return Ok(0.0),
                _ => return Err(format!("{} is on or off, not '{text}'", self.id)),
            }
        }
        match bare.parse::<f32>() {
            Ok(value) if (self.min..=self.max).contains(&value) => Ok(value),
            _ => Err(format!(
                "{} takes {} to {}{}, not '{text}'",
                self.id, self.min, self.max, self.unit
            )),
        }
    }

    /// The value as people read it, with its unit.
    #[must_use]
    pub fn show(&self, plain: f32) -> String {
        match self.scale {
            Scale::Switch if plain >= 0.5 => "on".into(),
            Scale::Switch => "off".into(),
            Scale::Logarithmic if self.unit == " Hz" && plain >= 1000.0 => {
                format!("{:.2} kHz", plain / 1000.0)
            }
            _ if plain.abs() >= 100.0 => format!("{plain:.0}{}", self.unit),
            _ => format!("{plain:.1}{}", self.unit),
        }
    }
}

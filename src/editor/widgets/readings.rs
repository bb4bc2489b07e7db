//! Values as people think of them: decay in seconds, pre-delay and length as notes, size in metres; and what was typed, read
//! the same way. Editor thread.

use crate::editor::view_model::ViewModel;
use crate::instance::decay_ratio;
use crate::params::{Kind, PARAMS, ParamSpec, ParamValues, Unit, index_of, param_of};
use crate::state::Character;

/// The octaves' own controls, with the frequency of each, Hz.
pub const OCTAVES: [(&str, f32); 8] = [
    ("decay_63", 63.0),
    ("decay_125", 125.0),
    ("decay_250", 250.0),
    ("decay_500", 500.0),
    ("decay_1k", 1_000.0),
    ("decay_2k", 2_000.0),
    ("decay_4k", 4_000.0),
    ("decay_8k", 8_000.0),
];

/// Controls that a note of another control can stand for.
const NOTES_OF: [(&str, &str); 2] = [("predelay", "predelay_sync"), ("length", "length_sync")];

/// What values are measured by.
#[derive(Clone, Copy, Debug, Default)]
pub struct Readings {
    /// How long the impulse rings at a decay of 100 %, seconds.
    decay: Option<f32>,
    /// The same of the octaves, with decay and damping as they are and the octave's own control at 100 %.
    octaves: [Option<f32>; 8],
    /// The longest side of the room at a size of 100 %, metres.
    metres: Option<f32>,
    /// The notes of [`NOTES_OF`], by their places; 0 is none.
    notes: [usize; 2],
    /// The pre-delay as it is processed, seconds.
    predelay: f32,
}

/// The plain value of a control in this model; 0 if there is no such control.
#[must_use]
pub fn plain(model: &ViewModel, id: &str) -> f32 {
    let place = index_of(id);
    place.map_or(0.0, |place| PARAMS[place].plain(model.values[place]))
}

/// The values of all controls in this model, in their units.
#[must_use]
pub fn values(model: &ViewModel) -> ParamValues {
    ParamValues::from_fn(|place| PARAMS[place].plain(model.values[place]))
}

impl Readings {
    /// What there is to measure by in this model.
    #[must_use]
    pub fn of(model: &ViewModel) -> Self {
        let size = plain(model, "size") / 100.0;
        let shape = values(model).shape();
        let times = model.ir.before.octaves;
        let octaves = std::array::from_fn(|octave| {
            let (id, hz) = OCTAVES[octave];
            let own = plain(model, id) / 100.0;
            let ratio = decay_ratio(&shape, f64::from(hz)) as f32;
            times[octave].map(|seconds| seconds * ratio / own)
        });
        let recipe = model.recipe.as_ref();
        let recipe = recipe.filter(|recipe| recipe.character == Character::Room);
        Self {
            decay: model.ir.before.t30.map(|seconds| seconds * size),
            octaves,
            metres: recipe.map(|recipe| recipe.size_m.into_iter().fold(0.0, f32::max)),
            notes: NOTES_OF.map(|(_, note)| plain(model, note) as usize),
            predelay: model.snapshot.predelay as f32 / model.snapshot.rate.max(1.0),
        }
    }

    /// A value as the screen shows it, and the same in another way where there is one: "2.5 s" and "130 %".
    #[must_use]
    pub fn show(&self, control: &ParamSpec, plain: f32) -> (String, Option<String>) {
        let own = format_value(control, plain);
        if let Some((place, note)) = self.note(control) {
            let beside =
                (control.id == "predelay").then(|| format!("{:.0} ms", self.predelay * 1000.0));
            return (note.show(place as f32), beside);
        }
        match self.whole(control) {
            Some((whole, "s")) => (seconds(whole * plain / 100.0), Some(own)),
            Some((whole, unit)) => (own, Some(format!("{:.0} {unit}", whole * plain / 100.0))),
            None => (own, None),
        }
    }

    /// Whether a control, or the note that counts in its place, is not at its default.
    #[must_use]
    pub fn is_moved(&self, control: &ParamSpec, plain: f32) -> bool {
        plain != control.default || self.note(control).is_some()
    }

    /// A value in one line, with what stands beside it.
    #[must_use]
    pub fn line(&self, control: &ParamSpec, plain: f32) -> String {
        match self.show(control, plain) {
            (text, Some(beside)) => format!("{text} \u{b7} {beside}"),
            (text, None) => text,
        }
    }

    /// What a field for typing begins with: what is set, exactly.
    #[must_use]
    pub fn typed(&self, control: &ParamSpec, plain: f32) -> String {
        match self.note(control) {
            Some((place, note)) => note.show(place as f32),
            None => control.show(plain),
        }
    }

    /// Reads what was typed for a control: the values to be set, of this control or of the one that a note belongs to.
    ///
    /// # Errors
    /// A sentence that says why it is no value.
    pub fn read(
        &self,
        control: &'static ParamSpec,
        text: &str,
    ) -> Result<Vec<(&'static ParamSpec, f32)>, String> {
        // What is shown beside the value is only to be read.
        let text = text.split('\u{b7}').next().unwrap_or_default().trim();
        let note = NOTES_OF.iter().find(|(id, _)| *id == control.id);
        let note = note.and_then(|(_, note)| param_of(note));
        if let Some(note) = note.filter(|_| text.contains('/')) {
            return match note.parse(text) {
                Ok(place) => Ok(vec![(note, place)]),
                Err(_) => Err(format!(
                    "{} takes notes from 1/64 to 1/1, dotted as 1/8d and of triplets as 1/8t, not \u{201c}{text}\u{201d}",
                    control.name
                )),
            };
        }
        let value = match self.in_unit(control, text)? {
            Some(value) => value,
            None => parse_value(control, text).ok_or_else(|| why(control, text))?,
        };
        let off = note.filter(|_| self.note(control).is_some());
        Ok([(control, value)]
            .into_iter()
            .chain(off.map(|note| (note, 0.0)))
            .collect())
    }

    /// The per cent of a value that was typed in seconds or metres; none if it was not.
    fn in_unit(&self, control: &ParamSpec, text: &str) -> Result<Option<f32>, String> {
        let lower = text.to_lowercase().replace(',', ".");
        let unit = match control.id {
            "size" => "m",
            _ if self.is_time(control) => "s",
            _ => return Ok(None),
        };
        let units: &[(&str, f32)] = match unit {
            "m" => &[("m", 1.0)],
            _ => &[("ms", 0.001), ("sec", 1.0), ("s", 1.0)],
        };
        let mut units = units.iter();
        let Some((number, factor)) =
            units.find_map(|(unit, factor)| Some((lower.strip_suffix(unit)?, factor)))
        else {
            return Ok(None);
        };
        let number = number.trim().parse::<f32>().ok();
        let Some(number) = number.filter(|number| number.is_finite() && *number > 0.0) else {
            return Err(why(control, text));
        };
        let Some((whole, unit)) = self.whole(control) else {
            return Err(match unit {
                "m" => "Only rooms have metres: type per cent, such as 120 %".into(),
                _ => {
                    "How long this impulse rings can not be measured: type per cent, such as 130 %"
                        .into()
                }
            });
        };
        let percent = 100.0 * number * factor / whole;
        // What is typed as it is shown at the ends is rounded.
        if percent < 0.98 * control.min || percent > 1.02 * control.max {
            let at = |percent: f32| match unit {
                "s" => seconds(whole * percent / 100.0),
                _ => format!("{:.1} {unit}", whole * percent / 100.0),
            };
            return Err(format!(
                "{} reaches from {} to {} with this impulse",
                control.name,
                at(control.min),
                at(control.max)
            ));
        }
        Ok(Some(percent.clamp(control.min, control.max)))
    }

    fn is_time(&self, control: &ParamSpec) -> bool {
        control.id == "decay" || OCTAVES.iter().any(|(id, _)| *id == control.id)
    }

    /// What 100 % of a control is, with its unit.
    fn whole(&self, control: &ParamSpec) -> Option<(f32, &'static str)> {
        let octave = OCTAVES.iter().position(|(id, _)| *id == control.id);
        match (control.id, octave) {
            ("decay", _) => self.decay.map(|seconds| (seconds, "s")),
            ("size", _) => self.metres.map(|metres| (metres, "m")),
            (_, Some(octave)) => self.octaves[octave].map(|seconds| (seconds, "s")),
            _ => None,
        }
    }

    /// The note that counts in place of a control, by its place, with the control that it is of.
    fn note(&self, control: &ParamSpec) -> Option<(usize, &'static ParamSpec)> {
        let index = NOTES_OF.iter().position(|(id, _)| *id == control.id)?;
        let place = self.notes[index];
        (place > 0).then_some((place, param_of(NOTES_OF[index].1)?))
    }
}

/// A value in the unit of its control: thousands of hertz in kHz, and "off" for filters at their limit.
#[must_use]
pub fn format_value(control: &ParamSpec, plain: f32) -> String {
    if let Some(word) = control.word_at_default.filter(|_| plain == control.default) {
        word.into()
    } else if control.unit == Unit::Hertz && plain >= 1000.0 {
        format!("{:.1} kHz", plain / 1000.0)
    } else {
        control.show(plain)
    }
}

/// Reads a typed value in the unit of its control. Numbers out of range mean the nearest end. None if it is no number.
#[must_use]
pub fn parse_value(control: &ParamSpec, text: &str) -> Option<f32> {
    if let Ok(value) = control.parse(text) {
        return Some(value);
    }
    if !matches!(control.kind, Kind::Number(_)) {
        return None;
    }
    let value = control.read_number(text)?;
    Some(value.clamp(control.min, control.max))
}

/// A time as it is read: two digits after the point while it is short.
#[must_use]
pub fn seconds(seconds: f32) -> String {
    match seconds {
        short if short < 1.0 => format!("{short:.2} s"),
        long if long < 9.95 => format!("{long:.1} s"),
        long => format!("{long:.0} s"),
    }
}

/// Why a text is no value of a control.
fn why(control: &ParamSpec, text: &str) -> String {
    let takes = match (control.id, control.kind) {
        ("predelay" | "length", _) => format!("{}, or a note such as 1/16", control.range()),
        ("decay", _) => format!("{}, or seconds such as 2.5 s", control.range()),
        ("size", _) => format!("{}, or metres of a room", control.range()),
        (_, Kind::Choice(_)) => format!("one of {}", control.range()),
        _ => control.range(),
    };
    format!("{} takes {takes}, not \u{201c}{text}\u{201d}", control.name)
}

//! The options that several commands share: which impulse, which values.

use std::path::{Path, PathBuf};

use anteroom::impulse::{ChannelsAs, Decoded, FileRef, Origin, embed};
use anteroom::params::{ParamSpec, ParamValues, param_of};

use super::Fail;
use super::input::{Repairs, is_piped, piped_impulse};

/// `--set ID=VALUE`, read and checked.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Which parameter.
    pub param: &'static ParamSpec,
    /// Its value, in its unit.
    pub value: f32,
}

/// Where the impulse comes from, and the values of the parameters.
#[derive(Debug, clap::Args)]
pub struct Choice {
    /// Take the impulse response from a file; `-` is standard input.
    #[arg(long, value_name = "FILE", conflicts_with = "room")]
    pub ir: Option<PathBuf>,
    /// What the channels of a file with three or more are; without it the file's own word counts.
    #[arg(long, value_name = CHANNELS_AS, requires = "ir", conflicts_with = "room", value_parser = channels_as)]
    pub channels_as: Option<ChannelsAs>,
    /// Take a built-in room; `anteroom room --list` names them.
    #[arg(long, value_name = "NAME")]
    pub room: Option<String>,
    /// Take the second impulse, to which `blend` leads, from a file. Its shape is that of the first.
    #[arg(long, value_name = "FILE", conflicts_with = "room_b")]
    pub ir_b: Option<PathBuf>,
    /// Take a built-in room as the second impulse.
    #[arg(long, value_name = "NAME")]
    pub room_b: Option<String>,
    /// Take a constant offset of the file away; `auto` does so where it is normalized.
    #[arg(long, value_enum, default_value = "auto")]
    pub repair: Repairs,
    /// Set a parameter, as often as needed; `anteroom params` lists them.
    #[arg(long = "set", value_name = "ID=VALUE", value_parser = setting)]
    pub settings: Vec<Setting>,
}

impl Choice {
    /// The origin that was chosen, complete: a file has been read, and is good. `None` where
    /// nothing was said.
    pub fn origin(&self) -> Result<Option<Origin>, Fail> {
        match (&self.ir, &self.room) {
            (Some(path), _) if is_piped(path) => Err(Fail::Usage(
                "what comes from standard input can not be found again: it has to be embedded"
                    .into(),
            )),
            (Some(path), _) => {
                let (file, _) = open(path, self.channels_as)?;
                Ok(Some(self.applied_to(Origin::File(file))))
            }
            (None, Some(name)) => room(name).map(Some),
            (None, None) => Ok(None),
        }
    }

    /// The origin of the second impulse, where `of_file` says that of a file. `None` where nothing was said.
    pub fn second(
        &self,
        of_file: impl FnOnce(&Path) -> Result<Origin, Fail>,
    ) -> Result<Option<Origin>, Fail> {
        match (&self.ir_b, &self.room_b) {
            (Some(path), _) if is_piped(path) => Err(Fail::Usage(
                "the second impulse can not come from standard input".into(),
            )),
            (Some(path), _) => Ok(Some(self.repaired(of_file(path)?))),
            (None, Some(name)) => room(name).map(Some),
            (None, None) => Ok(None),
        }
    }

    /// The same origin, its file repaired as was chosen.
    fn repaired(&self, mut origin: Origin) -> Origin {
        if let Origin::File(file) = &mut origin {
            file.repair = self.repair.into();
        }
        origin
    }

    /// The same origin, its file used as was chosen.
    pub fn applied_to(&self, origin: Origin) -> Origin {
        let mut origin = self.repaired(origin);
        if let Origin::File(file) = &mut origin {
            file.channels_as = self.channels_as;
        }
        origin
    }

    /// The values of all parameters: the defaults, and what was set.
    pub fn values(&self) -> ParamValues {
        set(ParamValues::default(), &self.settings)
    }
}

/// The values, but for what was set; of a parameter that was set twice the last word counts.
pub fn set(mut values: ParamValues, settings: &[Setting]) -> ParamValues {
    for setting in settings {
        values.set(setting.param.id, setting.value);
    }
    values
}

/// A built-in room by its name.
pub fn room(name: &str) -> Result<Origin, Fail> {
    Origin::room(name).ok_or_else(|| {
        Fail::Usage(format!(
            "there is no room '{name}': 'anteroom room --list' names them"
        ))
    })
}

/// One of a project's own choices: a built-in room by its name, or a file, which has been read and is good.
pub fn listed_choice(text: &str) -> Result<Origin, Fail> {
    match Origin::room(text) {
        Some(room) => Ok(room),
        None if is_piped(Path::new(text)) => Err(Fail::Usage(
            "a choice can not come from standard input".into(),
        )),
        None => complete(Path::new(text)),
    }
}

/// The choices of `--channels-as`.
pub const CHANNELS_AS: &str = "first-two|true-stereo|b-format";

/// Reads one of them.
pub fn channels_as(text: &str) -> Result<ChannelsAs, String> {
    let mut all = ChannelsAs::ALL.into_iter();
    let found = all.find(|choice| choice.id() == text);
    found.ok_or_else(|| "it is 'first-two', 'true-stereo' or 'b-format'".into())
}

fn open(path: &Path, channels_as: Option<ChannelsAs>) -> Result<(FileRef, Decoded), Fail> {
    let wanted = FileRef {
        channels_as,
        ..FileRef::default()
    };
    let opened = wanted.open_at(path, (&|| false, &|_| ()));
    opened.map_err(Fail::input)
}

/// A file's origin, complete.
pub fn complete(path: &Path) -> Result<Origin, Fail> {
    let (file, _) = open(path, None)?;
    Ok(Origin::File(file))
}

/// A file's origin with the impulse itself in it.
pub fn embedded(path: &Path, channels_as: Option<ChannelsAs>) -> Result<Origin, Fail> {
    let (mut file, decoded) = match is_piped(path) {
        true => piped_impulse(channels_as)?,
        false => open(path, channels_as)?,
    };
    let packed = embed::pack(&decoded.impulse, decoded.bits).map_err(Fail::input)?;
    file.embedded = Some(packed);
    Ok(Origin::File(file))
}

/// Reads `ID=VALUE`. An error is a sentence that names the parameter.
pub fn setting(text: &str) -> Result<Setting, String> {
    let (id, value) = text
        .split_once('=')
        .ok_or_else(|| format!("'{text}' is not ID=VALUE"))?;
    let id = id.trim();
    let param = param_of(id)
        .ok_or_else(|| format!("there is no parameter '{id}': 'anteroom params' lists them"))?;
    let value = param.parse(value)?;
    Ok(Setting { param, value })
}

#[cfg(test)]
mod tests {
    use super::*;
    use anteroom::params::PARAMS;

    #[test]
    fn settings_are_read_with_and_without_units() {
        assert_eq!(setting("mix=100").unwrap().value, 100.0);
        assert_eq!(setting(" mix = 50 %").unwrap().value, 50.0);
        assert_eq!(setting("normalize=off").unwrap().value, 0.0);
        assert_eq!(setting("output=-6 dB").unwrap().value, -6.0);
    }

    #[test]
    fn every_parameter_reaches_its_place_and_the_last_word_counts() {
        let default = ParamValues::default();
        for param in &PARAMS {
            let value = param.plain(0.75);
            let values = set(default, &[Setting { param, value }]);
            for (other, now) in values.iter() {
                let wanted = if other.id == param.id {
                    value
                } else {
                    other.default
                };
                assert_eq!(now, wanted, "{}", other.id);
            }
            let moved = value != param.default;
            let acts = (values.settings(), values.shape());
            assert_eq!(
                acts != (default.settings(), default.shape()),
                moved,
                "{}",
                param.id
            );
        }
        let twice = [setting("mix=10").unwrap(), setting("mix=20").unwrap()];
        assert_eq!(set(default, &twice).settings().mix, 20.0);
    }

    #[test]
    fn wrong_settings_name_what_is_wrong() {
        assert!(setting("no_such=1").unwrap_err().contains("no_such"));
        assert!(setting("mix").unwrap_err().contains("ID=VALUE"));
        assert!(
            setting("mix=101")
                .unwrap_err()
                .contains("mix takes 0 to 100")
        );
        assert!(setting("mix=nan").is_err());
        assert!(
            setting("normalize=maybe")
                .unwrap_err()
                .contains("on or off")
        );
    }
}

//! What the channels of a file are: as its header says, and as they are to be used.
//!
//! | channels | used as |
//! |---|---|
//! | 1, 2 | mono, stereo: there is nothing to choose |
//! | 3 | the first two, or B-format |
//! | 4 and more | true stereo (the first four are L>L, L>R, R>L, R>R), the first two, or B-format |
//!
//! Without a choice, what says that it is B-format is decoded as such, and all else is used as before
//! headers were looked at, with a note where the header says loudspeakers.
//!
//! # B-format
//!
//! A file of the first order holds the sound at one point: the pressure W, and the velocity along X
//! (to the front), Y (to the left) and Z (up). `.amb` files are in the Furse-Malham form: W, X, Y, Z,
//! with W 3 dB down. From these a microphone of any pattern in any direction can be made afterwards:
//!
//! ```text
//! M(a, p) = p sqrt(2) W + (1 - p) (cos(a) X + sin(a) Y)
//! ```
//!
//! with the angle `a` to the left, and the pattern `p`: 1 is a sphere, 0.5 a cardioid, 0 a figure of
//! eight. (R. Furse, D. Malham: "Spatial hearing mechanisms and sound reproduction", 1998; M. Gerzon:
//! "The design of precisely coincident microphone arrays for stereo and surround sound", AES 1975.)
//!
//! Here they are two hypercardioids, p = 0.25, at 55 degrees to the left and to the right. In a diffuse
//! field two such microphones agree by
//!
//! ```text
//! (p^2 + (1 - p)^2 cos(2 a) / 3) / (p^2 + (1 - p)^2 / 3)
//! ```
//!
//! which is -0.01 here: the reverberation is as wide as that of two microphones far apart. For two
//! cardioids at 45 degrees it is 0.75, which is nearly mono.
//!
//! `header` reads what a header says of the channels.

use std::f32::consts::SQRT_2;

use serde::{Deserialize, Deserializer, Serialize};

use super::math::sin_cos;

mod header;

pub(super) use header::stated;

/// How the channels of a file of three and more are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChannelsAs {
    /// The first two are left and right; the others are left out.
    FirstTwo,
    /// The first four are the paths L>L, L>R, R>L and R>R; the others are left out.
    TrueStereo,
    /// B-format, decoded to two virtual microphones. Furse-Malham, unless the file says otherwise.
    BFormat,
}

impl ChannelsAs {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 3] = [Self::FirstTwo, Self::TrueStereo, Self::BFormat];

    /// As the command line and a project spell it.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::FirstTwo => "first-two",
            Self::TrueStereo => "true-stereo",
            Self::BFormat => "b-format",
        }
    }

    /// As people read it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::FirstTwo => "First two channels",
            Self::TrueStereo => "True stereo",
            Self::BFormat => "B-format",
        }
    }

    /// For `#[serde(deserialize_with)]`: a choice that this version does not know is none.
    pub(super) fn known<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Self>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        Ok(Self::ALL
            .into_iter()
            .find(|one| Some(one.id()) == text.as_deref()))
    }
}

/// Where the channels of a B-format file are, and how loud.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ambisonic {
    /// The places of W, X and Y.
    places: [usize; 3],
    /// What makes W, X and Y of a plane wave along X equal.
    gains: [f32; 3],
}

/// Furse-Malham.
const FUMA: Ambisonic = Ambisonic {
    places: [0, 1, 2],
    gains: [SQRT_2, 1.0, 1.0],
};

/// The microphones' pattern: a hypercardioid.
const PATTERN: f32 = 0.25;
/// The angle of each to the front, in degrees.
const ANGLE_DEGREES: f32 = 55.0;

/// What a header says of the channels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) enum Stated {
    /// Nothing that matters here.
    #[default]
    Nothing,
    /// B-format.
    BFormat(Ambisonic),
    /// Loudspeakers, in the words of the field.
    Speakers(&'static str),
}

/// What becomes of the channels of a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    /// How they are used; none where there is nothing to choose.
    pub channels_as: Option<ChannelsAs>,
    given: usize,
    chosen: Option<ChannelsAs>,
    stated: Stated,
}

impl Plan {
    /// For a file of `given` channels of which its header says `stated`.
    pub fn new(given: usize, chosen: Option<ChannelsAs>, stated: Stated) -> Self {
        let default = match stated {
            Stated::BFormat(_) => ChannelsAs::BFormat,
            _ => ChannelsAs::TrueStereo,
        };
        let channels_as = match chosen.unwrap_or(default) {
            _ if given < 3 => None,
            ChannelsAs::TrueStereo if given == 3 => Some(ChannelsAs::FirstTwo),
            wanted => Some(wanted),
        };
        Self {
            channels_as,
            given,
            chosen,
            stated,
        }
    }

    /// How many channels are needed, from the first.
    pub fn kept(&self) -> usize {
        match self.channels_as {
            None => self.given,
            Some(ChannelsAs::FirstTwo) => 2,
            Some(_) => self.given.min(4),
        }
    }

    /// Makes of the channels that are kept what is played, and says what should be known.
    pub fn apply(&self, channels: &mut Vec<Vec<f32>>, notes: &mut Vec<String>) {
        let given = self.given;
        match (self.channels_as, self.chosen) {
            (Some(ChannelsAs::BFormat), _) => {
                let form = match self.stated {
                    Stated::BFormat(form) => form,
                    _ => FUMA,
                };
                if let Some(pair) = form.decoded(channels) {
                    *channels = pair;
                    notes.push("B-format, decoded to a stereo pair of virtual microphones".into());
                }
                return;
            }
            (None, Some(chosen @ (ChannelsAs::TrueStereo | ChannelsAs::BFormat)))
            | (Some(ChannelsAs::FirstTwo), Some(chosen @ ChannelsAs::TrueStereo)) => {
                let needed = if chosen == ChannelsAs::BFormat { 3 } else { 4 };
                let id = chosen.id();
                notes.push(format!(
                    "{id} needs {needed} channels, and there are {given}"
                ));
            }
            _ => {}
        }
        let kept = channels.len();
        if kept < given {
            notes.push(format!("{given} channels: the first {kept} are used"));
        }
        if let (Some(ChannelsAs::TrueStereo), None, Stated::Speakers(layout)) =
            (self.channels_as, self.chosen, self.stated)
        {
            notes.push(format!(
                "its header says {layout}, but it is played as true stereo (LL LR RL RR): choose the \
                 first two channels if it is none"
            ));
        }
    }
}

impl Ambisonic {
    /// Left and right, if the channels are there.
    fn decoded(&self, channels: &[Vec<f32>]) -> Option<Vec<Vec<f32>>> {
        let [w, x, y] = self.places.map(|place| channels.get(place));
        let (w, x, y) = (w?, x?, y?);
        let [of_w, of_x, of_y] = self.gains;
        let (sin, cos) = sin_cos(f64::from(ANGLE_DEGREES.to_radians()));
        let (sin, cos) = (sin as f32, cos as f32);
        let (of_w, of_x) = (PATTERN * of_w, (1.0 - PATTERN) * cos * of_x);
        let microphone = |of_y: f32| {
            let frames = w.iter().zip(x).zip(y);
            frames
                .map(|((w, x), y)| of_w * w + of_x * x + of_y * y)
                .collect()
        };
        let of_y = (1.0 - PATTERN) * sin * of_y;
        Some(vec![microphone(of_y), microphone(-of_y)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A plane wave from `degrees` to the left, in Furse-Malham.
    fn wave(degrees: f32) -> Vec<Vec<f32>> {
        let (sin, cos) = degrees.to_radians().sin_cos();
        [1.0 / SQRT_2, cos, sin, 0.0]
            .map(|gain| vec![gain])
            .to_vec()
    }

    fn heard(degrees: f32) -> [f32; 2] {
        let pair = FUMA.decoded(&wave(degrees)).unwrap();
        [pair[0][0], pair[1][0]]
    }

    #[test]
    fn each_microphone_hears_its_direction_best_and_the_sides_are_alike() {
        let [left, right] = heard(ANGLE_DEGREES);
        assert!((left - 1.0).abs() < 1e-6, "{left} on the axis");
        assert!(right.abs() < 0.1, "{right} from the other side");
        for degrees in 0..360 {
            let degrees = degrees as f32;
            let ([left, right], [other_left, other_right]) = (heard(degrees), heard(-degrees));
            assert!(left.abs() <= 1.0 + 1e-6);
            assert!((left - other_right).abs() < 1e-6 && (right - other_left).abs() < 1e-6);
        }
        let ([front, _], [back, _]) = (heard(0.0), heard(180.0));
        assert!(front > 3.0 * back.abs());
    }

    #[test]
    fn the_microphones_do_not_agree_in_a_diffuse_field() {
        let (mut both, mut one) = (0.0, 0.0);
        // Directions evenly over the sphere.
        for height in 0..200 {
            let z = (height as f32 + 0.5) / 100.0 - 1.0;
            for degrees in 0..360 {
                let (sin, cos) = (degrees as f32).to_radians().sin_cos();
                let flat = (1.0 - z * z).sqrt();
                let channels = [1.0 / SQRT_2, cos * flat, sin * flat].map(|gain| vec![gain]);
                let pair = FUMA.decoded(&channels).unwrap();
                both += pair[0][0] * pair[1][0];
                one += pair[0][0] * pair[0][0];
            }
        }
        assert!((both / one).abs() < 0.02, "{}", both / one);
    }

    #[test]
    fn what_is_chosen_counts_and_what_is_stated_is_the_default() {
        let quad = Stated::Speakers("quad");
        let plan = |given, chosen, stated| {
            let plan = Plan::new(given, chosen, stated);
            let mut channels = vec![vec![0.5]; plan.kept()];
            let mut notes = Vec::new();
            plan.apply(&mut channels, &mut notes);
            (channels.len(), notes.len())
        };
        let (two, four, b) = (
            Some(ChannelsAs::FirstTwo),
            Some(ChannelsAs::TrueStereo),
            Some(ChannelsAs::BFormat),
        );
        for (given, chosen, stated, expected) in [
            (1, None, quad, (1, 0)),
            (2, two, Stated::Nothing, (2, 0)),
            (2, b, Stated::Nothing, (2, 1)),
            (1, four, Stated::Nothing, (1, 1)),
            (3, None, Stated::Nothing, (2, 1)),
            (3, four, Stated::Nothing, (2, 2)),
            (3, b, Stated::Nothing, (2, 1)),
            (3, None, Stated::BFormat(FUMA), (2, 1)),
            (4, None, Stated::Nothing, (4, 0)),
            (4, None, quad, (4, 1)),
            (4, four, quad, (4, 0)),
            (4, two, quad, (2, 1)),
            (4, None, Stated::BFormat(FUMA), (2, 1)),
            (4, four, Stated::BFormat(FUMA), (4, 0)),
            (9, None, Stated::BFormat(FUMA), (2, 1)),
            (6, None, Stated::Speakers("5.1"), (4, 2)),
        ] {
            assert_eq!(
                plan(given, chosen, stated),
                expected,
                "{given} {chosen:?} {stated:?}"
            );
        }
    }
}

//! The table of parameters: one entry for each. Everything else that knows a parameter is made from
//! its entry: the host's parameter, [`Settings`] or the impulse's [`Shape`], remote-control pages,
//! the panels of the editor, the command line, and the table of the README.
//!
//! An entry reads
//!
//! ```text
//! /// What it does, in a sentence: the help that people read.
//! sound   id: type          = number("Name", Section, Unit, [min, default, max]).more();
//! impulse id -> field: type = switch("Name", Section, on at first).more();
//! ```
//!
//! `sound` makes a field of [`Settings`], which `process()` is given. `impulse` fills a field of
//! [`Shape`], which the worker is given; the compiler says if either has a field that the other has
//! not. What `more` can be is in `spec.rs`.
//!
//! Ids, units and ranges are published: they never change. Hosts list parameters in the order of the
//! table and some remember the place alone, so a new entry comes last.
//!
//! `values` is one value for each parameter, by which [`Settings`] and [`Shape`] are filled.

use super::spec::RemotePage::{Room, Sound};
use super::spec::Section::{Decay, Output, Shape as ShapeOf, Wet};
use super::spec::Unit::{Decibels, Hertz, Milliseconds, Percent};
use super::spec::{Acts, ParamSpec, PlainValue, number, switch};
mod values;

pub use values::ParamValues;

use crate::impulse::Shape;

/// The power that puts 100 in the middle of 25..400: log2(5).
const RATIO_OF_SIXTEEN: f32 = 2.321_928;
/// The power that puts 100 in the middle of 50..200, and 50 of 25..100: log2(3).
const RATIO_OF_FOUR: f32 = 1.584_962_5;

/// Makes everything from the entries. An entry has one of two names, `$sound` or `$impulse`; where
/// both are written below, one of them is there.
macro_rules! params {
    ($(
        $(#[doc = $help:literal])+
        $(sound $sound:ident)? $(impulse $impulse:ident -> $field:ident)?: $value:ty = $spec:expr;
    )+) => {
        params! { @made $(
            { concat!($($help),+) } $(sound $sound)? $(impulse $impulse -> $field)?: $value = $spec;
        )+ }
    };
    (@made $(
        { $help:expr }
        $(sound $sound:ident)? $(impulse $impulse:ident -> $field:ident)?: $value:ty = $spec:expr;
    )+) => {
        /// The place of each parameter in the table.
        #[expect(non_camel_case_types, reason = "they are named by their ids")]
        #[derive(Clone, Copy)]
        enum Place { $($($sound)? $($impulse)?),+ }

        /// How many parameters there are.
        const COUNT: usize = [$(stringify!($($sound)? $($impulse)?)),+].len();

        /// All parameters, in the order in which hosts list them.
        pub const PARAMS: [ParamSpec; COUNT] = [$(
            $spec.entry(
                stringify!($($sound)? $($impulse)?),
                $help,
                [$(params!(@acts $sound Sound))? $(params!(@acts $impulse Impulse))?][0],
            )
        ),+];

        /// The parameters that act in `process()`, one value each, in the parameter's unit.
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct Settings {
            $($(#[doc = $help] pub $sound: $value,)?)+
        }

        impl ParamValues {
            /// What acts in `process()`. Real-time.
            #[must_use]
            pub fn settings(&self) -> Settings {
                Settings { $($(
                    $sound: PlainValue::from_plain(self.at(Place::$sound as usize)),
                )?)+ }
            }

            /// What acts on the impulse. Real-time.
            #[must_use]
            pub fn shape(&self) -> Shape {
                Shape { $($(
                    $field: PlainValue::from_plain(self.at(Place::$impulse as usize)),
                )?)+ }
            }
        }
    };
    (@acts $id:ident $acts:ident) => { Acts::$acts };
}

params! {
    /// Balance of dry and wet, equal power: 0 is the dry input untouched, 100 the reverb alone.
    sound mix: f32 = number("Mix", Output, Percent, [0.0, 35.0, 100.0])
        .kept_by_lock()
        .remote(Sound, 0);

    /// Gain of the result.
    sound output: f32 = number("Output", Output, Decibels, [-60.0, 0.0, 12.0])
        .bipolar()
        .kept_by_lock()
        .remote(Sound, 3);

    /// Passes the input through, with a short fade.
    sound bypass: bool = switch("Bypass", Output, false)
        .bypass()
        .kept_by_lock()
        .remote(Sound, 7);

    /// Time before the reverb begins.
    sound predelay: f32 = number("Pre-delay", Wet, Milliseconds, [0.0, 0.0, 500.0])
        .skewed(2.0)
        .remote(Sound, 1);

    /// Stereo width of the reverb: 0 is mono, 100 as recorded.
    sound width: f32 = number("Width", Wet, Percent, [0.0, 100.0, 200.0])
        .bipolar()
        .last_in_panel()
        .remote(Sound, 2);

    /// Removes what lies below, from the reverb alone; off at its minimum.
    sound low_cut: f32 = number("Low cut", Wet, Hertz, [20.0, 20.0, 1000.0])
        .skewed(3.0)
        .off_at_default()
        .remote(Sound, 4);

    /// Removes what lies above, from the reverb alone; off at its maximum.
    sound high_cut: f32 = number("High cut", Wet, Hertz, [1000.0, 20000.0, 20000.0])
        .skewed(2.5)
        .bipolar()
        .off_at_default()
        .remote(Sound, 5);

    /// Cuts the beginning of the impulse.
    impulse start -> start_ms: f32 = number("Start", ShapeOf, Milliseconds, [0.0, 0.0, 500.0])
        .skewed(2.0)
        .remote(Room, 4);

    /// Share of the impulse that is kept, faded at its end.
    impulse length -> length_percent: f32 = number("Length", ShapeOf, Percent, [1.0, 100.0, 100.0])
        .bipolar()
        .remote(Room, 5);

    /// Fades the beginning of the impulse in.
    impulse attack -> attack_ms: f32 = number("Attack", ShapeOf, Milliseconds, [0.0, 0.0, 500.0])
        .skewed(2.0)
        .remote(Room, 6);

    /// Plays the impulse backwards.
    impulse reverse -> reverse: bool = switch("Reverse", ShapeOf, false)
        .remote(Room, 7);

    /// Brings every impulse to the same loudness; off keeps the file's samples.
    impulse normalize -> normalize: bool = switch("Normalize", ShapeOf, true)
        .remote(Room, 3);

    /// Reverberation time as a ratio of the impulse's own.
    impulse decay -> decay_percent: f32 = number("Decay", Decay, Percent, [25.0, 100.0, 400.0])
        .skewed(RATIO_OF_SIXTEEN)
        .bipolar()
        .remote(Room, 0);

    /// Stretches the impulse: a larger room is longer and darker.
    impulse size -> size_percent: f32 = number("Size", Decay, Percent, [50.0, 100.0, 200.0])
        .skewed(RATIO_OF_FOUR)
        .bipolar()
        .remote(Room, 1);

    /// Reverberation time of the high frequencies as a ratio of their own.
    impulse damping -> damping_percent: f32 = number("Damping", Decay, Percent, [25.0, 100.0, 100.0])
        .skewed(RATIO_OF_FOUR)
        .bipolar()
        .remote(Room, 2);
}

/// What hosts see beside the table: a count of changes and two buttons. They are no part of a sound.
pub const HOST_ONLY: [&str; 3] = ["changes", "next_impulse", "previous_impulse"];
/// How many entries of the table hosts list before them; what was added since comes after them.
pub(super) const BEFORE_HOST_ONLY: usize = 15;

/// The ids of all parameters in the order in which hosts list them.
pub fn host_ids() -> impl Iterator<Item = &'static str> {
    let (first, later) = PARAMS.split_at(BEFORE_HOST_ONLY);
    let ids = |params: &'static [ParamSpec]| params.iter().map(|param| param.id);
    ids(first).chain(HOST_ONLY).chain(ids(later))
}

/// The place of the parameter with this id in [`PARAMS`].
#[must_use]
pub fn index_of(id: &str) -> Option<usize> {
    PARAMS.iter().position(|param| param.id == id)
}

/// The parameter with this id.
#[must_use]
pub fn param_of(id: &str) -> Option<&'static ParamSpec> {
    PARAMS.iter().find(|param| param.id == id)
}

impl Default for Settings {
    fn default() -> Self {
        ParamValues::default().settings()
    }
}

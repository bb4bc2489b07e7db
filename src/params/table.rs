//! The table of parameters: one entry for each. Everything else that knows a parameter is made from its entry: the host's
//! parameter, [`Settings`] or the impulse's [`Shape`], remote-control pages, panels of the editor, the command line, and the
//! table of the README.
//!
//! An entry reads
//!
//! ```text
//! /// What it does, in a sentence: the help that people read.
//! sound   id: type          = number("Name", Section, Unit, [min, default, max]).more();
//! impulse id -> field: type = switch("Name", Section, on at first).more();
//! ```
//!
//! `sound` makes a field of [`Settings`], which `process()` is given. `impulse` fills a field of [`Shape`], which the worker
//! is given; the compiler says if either has a field that the other has not. What `more` can be is in `spec.rs`.
//!
//! Ids, units and ranges are published: they never change. Hosts list parameters in the order of the table and some remember
//! the place alone, so a new entry comes last. `values` is one value for each parameter, by which [`Settings`] and [`Shape`]
//! are filled; `scales` is how numbers are divided along a knob's way, and the names of choices.

use super::duck_key::{DUCK_KEYS, DuckKey};
use super::note::{NOTES, Note};
use super::spec::RemotePage::{
    Bells, Ducker as Duck, EarlyTail as EarlyAndTail, Motion as Movement, Octaves as ByOctave,
    Room, Shelves, Sound,
};
use super::spec::Section::{
    Bell1, Bell2, Blend as Impulses, Decay, Ducker, EarlyTail, HighShelf, LowShelf,
    Motion as InMotion, Octaves, Output, Shape as ShapeOf, Slopes, Tempo as InTempo, Wet,
};
use super::spec::Unit::{Decibels, Hertz, Milliseconds, Percent, Q};
use super::spec::{Acts, ParamSpec, PlainValue, choice, number, switch};
mod order;
mod scales;
mod values;

#[cfg(feature = "plugin")]
pub(super) use order::BEFORE_HOST_ONLY;
pub use order::{HOST_ONLY, host_ids, index_of, param_of};
use scales::{PICKS, PITCH, RATIO_OF_FOUR, RATIO_OF_SIXTEEN, SLOPES};
pub use values::ParamValues;
use values::field;

use crate::impulse::Shape;

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

            /// What acts on the impulse alone, at a tempo of 120 beats a minute. Real-time.
            #[must_use]
            pub fn shape(&self) -> Shape {
                Shape {
                    $($( $field: field::<$value, _>(self.at(Place::$impulse as usize)), )?)+
                    ..Shape::default()
                }
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

    /// Reverberation time of the octave at 63 Hz, on top of decay and damping; all together 25 to 400 %.
    impulse decay_63 -> decay_63_percent: f32 = number("Decay at 63 Hz", Octaves, Percent, [25.0, 100.0, 400.0])
        .skewed(RATIO_OF_SIXTEEN)
        .bipolar()
        .remote(ByOctave, 0);

    /// Reverberation time of the octave at 125 Hz, on top of decay and damping; all together 25 to 400 %.
    impulse decay_125 -> decay_125_percent: f32 = number("Decay at 125 Hz", Octaves, Percent, [25.0, 100.0, 400.0])
        .skewed(RATIO_OF_SIXTEEN)
        .bipolar()
        .remote(ByOctave, 1);

    /// Reverberation time of the octave at 250 Hz, on top of decay and damping; all together 25 to 400 %.
    impulse decay_250 -> decay_250_percent: f32 = number("Decay at 250 Hz", Octaves, Percent, [25.0, 100.0, 400.0])
        .skewed(RATIO_OF_SIXTEEN)
        .bipolar()
        .remote(ByOctave, 2);

    /// Reverberation time of the octave at 500 Hz, on top of decay and damping; all together 25 to 400 %.
    impulse decay_500 -> decay_500_percent: f32 = number("Decay at 500 Hz", Octaves, Percent, [25.0, 100.0, 400.0])
        .skewed(RATIO_OF_SIXTEEN)
        .bipolar()
        .remote(ByOctave, 3);

    /// Reverberation time of the octave at 1 kHz, on top of decay and damping; all together 25 to 400 %.
    impulse decay_1k -> decay_1k_percent: f32 = number("Decay at 1 kHz", Octaves, Percent, [25.0, 100.0, 400.0])
        .skewed(RATIO_OF_SIXTEEN)
        .bipolar()
        .remote(ByOctave, 4);

    /// Reverberation time of the octave at 2 kHz, on top of decay and damping; all together 25 to 400 %.
    impulse decay_2k -> decay_2k_percent: f32 = number("Decay at 2 kHz", Octaves, Percent, [25.0, 100.0, 400.0])
        .skewed(RATIO_OF_SIXTEEN)
        .bipolar()
        .remote(ByOctave, 5);

    /// Reverberation time of the octave at 4 kHz, on top of decay and damping; all together 25 to 400 %.
    impulse decay_4k -> decay_4k_percent: f32 = number("Decay at 4 kHz", Octaves, Percent, [25.0, 100.0, 400.0])
        .skewed(RATIO_OF_SIXTEEN)
        .bipolar()
        .remote(ByOctave, 6);

    /// Reverberation time of the octave at 8 kHz, on top of decay and damping; all together 25 to 400 %.
    impulse decay_8k -> decay_8k_percent: f32 = number("Decay at 8 kHz", Octaves, Percent, [25.0, 100.0, 400.0])
        .skewed(RATIO_OF_SIXTEEN)
        .bipolar()
        .remote(ByOctave, 7);

    /// Level of the early reflections; silent at its minimum.
    impulse early -> early_db: f32 = number("Early", EarlyTail, Decibels, [-60.0, 0.0, 12.0])
        .bipolar()
        .remote(EarlyAndTail, 0);

    /// Level of the tail that follows them; silent at its minimum.
    impulse tail -> tail_db: f32 = number("Tail", EarlyTail, Decibels, [-60.0, 0.0, 12.0])
        .bipolar()
        .remote(EarlyAndTail, 1);

    /// Time by which the tail comes later.
    impulse gap -> gap_ms: f32 = number("Gap", EarlyTail, Milliseconds, [0.0, 0.0, 200.0])
        .skewed(2.0)
        .remote(EarlyAndTail, 2);

    /// Where the tail begins, after the first sound: 5 to 250 ms, or 0 for where the reflections have become dense.
    impulse split -> split_ms: f32 = number("Split", EarlyTail, Milliseconds, [0.0, 0.0, 250.0])
        .skewed(2.0)
        .says_at_default("auto")
        .remote(EarlyAndTail, 3);

    /// Frequency of the equalizer's lowest band.
    sound eq1_freq: f32 = number("Low shelf frequency", LowShelf, Hertz, [20.0, 120.0, 20000.0])
        .skewed(PITCH)
        .remote(Shelves, 0);

    /// Gain of the equalizer's lowest band: raises or lowers what lies below it, in the reverb alone.
    sound eq1_gain: f32 = number("Low shelf gain", LowShelf, Decibels, [-18.0, 0.0, 18.0])
        .bipolar()
        .remote(Shelves, 1);

    /// How steep the equalizer's lowest band is.
    sound eq1_q: f32 = number("Low shelf Q", LowShelf, Q, [0.1, 0.71, 10.0])
        .skewed(2.0)
        .remote(Shelves, 2);

    /// Frequency of the equalizer's second band.
    sound eq2_freq: f32 = number("Bell 1 frequency", Bell1, Hertz, [20.0, 500.0, 20000.0])
        .skewed(PITCH)
        .remote(Bells, 0);

    /// Gain of the equalizer's second band: raises or lowers what lies around it, in the reverb alone.
    sound eq2_gain: f32 = number("Bell 1 gain", Bell1, Decibels, [-18.0, 0.0, 18.0])
        .bipolar()
        .remote(Bells, 1);

    /// How steep the equalizer's second band is.
    sound eq2_q: f32 = number("Bell 1 Q", Bell1, Q, [0.1, 1.0, 10.0])
        .skewed(2.0)
        .remote(Bells, 2);

    /// Frequency of the equalizer's third band.
    sound eq3_freq: f32 = number("Bell 2 frequency", Bell2, Hertz, [20.0, 2500.0, 20000.0])
        .skewed(PITCH)
        .remote(Bells, 3);

    /// Gain of the equalizer's third band: raises or lowers what lies around it, in the reverb alone.
    sound eq3_gain: f32 = number("Bell 2 gain", Bell2, Decibels, [-18.0, 0.0, 18.0])
        .bipolar()
        .remote(Bells, 4);

    /// How steep the equalizer's third band is.
    sound eq3_q: f32 = number("Bell 2 Q", Bell2, Q, [0.1, 1.0, 10.0])
        .skewed(2.0)
        .remote(Bells, 5);

    /// Frequency of the equalizer's highest band.
    sound eq4_freq: f32 = number("High shelf frequency", HighShelf, Hertz, [20.0, 8000.0, 20000.0])
        .skewed(PITCH)
        .remote(Shelves, 3);

    /// Gain of the equalizer's highest band: raises or lowers what lies above it, in the reverb alone.
    sound eq4_gain: f32 = number("High shelf gain", HighShelf, Decibels, [-18.0, 0.0, 18.0])
        .bipolar()
        .remote(Shelves, 4);

    /// How steep the equalizer's highest band is.
    sound eq4_q: f32 = number("High shelf Q", HighShelf, Q, [0.1, 0.71, 10.0])
        .skewed(2.0)
        .remote(Shelves, 5);

    /// How steep the low cut is.
    sound low_slope: usize = choice("Low slope", Slopes, SLOPES)
        .remote(Shelves, 6);

    /// How steep the high cut is.
    sound high_slope: usize = choice("High slope", Slopes, SLOPES)
        .remote(Shelves, 7);

    /// Turns the reverb down while there is input, by at most so much.
    sound duck: f32 = number("Duck", Ducker, Decibels, [0.0, 0.0, 24.0])
        .off_at_default()
        .remote(Duck, 0);

    /// Level of the input from which on the reverb is turned down.
    sound duck_threshold: f32 = number("Threshold", Ducker, Decibels, [-60.0, -30.0, 0.0])
        .remote(Duck, 1);

    /// Time in which the reverb is turned down.
    sound duck_attack: f32 = number("Duck attack", Ducker, Milliseconds, [0.1, 5.0, 100.0])
        .skewed(2.0)
        .remote(Duck, 2);

    /// Time for which the reverb stays down after the input.
    sound duck_hold: f32 = number("Hold", Ducker, Milliseconds, [0.0, 20.0, 500.0])
        .skewed(2.0)
        .remote(Duck, 3);

    /// Time in which the reverb comes back.
    sound duck_release: f32 = number("Release", Ducker, Milliseconds, [10.0, 250.0, 2000.0])
        .skewed(2.0)
        .remote(Duck, 4);

    /// Takes away what still rings, with a short fade, each time it is switched on.
    sound clear: bool = switch("Clear tail", Output, false)
        .kept_by_lock()
        .remote(Sound, 6);

    /// What turns the reverb down: the input itself, or what the host sends into the sidechain.
    sound duck_key: DuckKey = choice("Duck key", Ducker, DUCK_KEYS)
        .remote(Duck, 5);

    /// Pre-delay as a note in the host's tempo, in place of milliseconds; a note longer than 500 ms is halved until it fits.
    sound predelay_sync: Note = choice("Pre-delay sync", InTempo, NOTES)
        .remote(EarlyAndTail, 6);

    /// Length of the impulse as a note in the host's tempo, in place of its share; no longer than the impulse is.
    impulse length_sync -> length_s: Note = choice("Length sync", InTempo, NOTES)
        .remote(EarlyAndTail, 7);

    /// From how far away the room is heard: a quarter of its own distance to four times; 0 is as made or recorded.
    impulse distance -> distance_percent: f32 = number("Distance", EarlyTail, Percent, [-100.0, 0.0, 100.0])
        .bipolar()
        .remote(EarlyAndTail, 4);

    /// From the first impulse to the second, as loud all the way; nothing while there is no second.
    sound blend: f32 = number("Blend", Impulses, Percent, [0.0, 0.0, 100.0])
        .remote(EarlyAndTail, 5);

    /// Holds the reverb as it sounds, for as long as it is on; nothing new comes in.
    sound freeze: bool = switch("Freeze", Output, false)
        .kept_by_lock()
        .remote(Duck, 7);

    /// Moves the tail slowly, from one version of itself to the next, as loud as before; the early reflections stand still.
    sound motion: f32 = number("Motion", InMotion, Percent, [0.0, 0.0, 100.0])
        .off_at_default()
        .remote(Movement, 0);

    /// How often the tail goes round in a second; while the host plays, the place in the song says where it is.
    sound motion_rate: f32 = number("Motion rate", InMotion, Hertz, [0.05, 0.3, 2.0])
        .remote(Movement, 1);

    /// Which of the project's own choices is the first impulse; beyond the end of the list it is the last, and without a list nothing.
    sound pick: usize = choice("Pick", Impulses, PICKS)
        .kept_by_project()
        .remote(Duck, 6);
}

impl Default for Settings {
    fn default() -> Self {
        ParamValues::default().settings()
    }
}

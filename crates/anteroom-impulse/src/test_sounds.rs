//! Dry sounds to hear a room with: a click, a snare, drums, a plucked string, something like a voice, and a burst of pink
//! noise. Not real-time. They are made from seeds, as the rooms are, so no file is shipped.
//!
//! Each begins with 5 ms of silence and ends in silence, so that it can be looped and faded without harm to its attack.
//!
//! `instruments` is what they are played on.

use crate::Impulse;
use crate::rng::Rng;

mod instruments;

use instruments::{BEATS, drums, play, string, voice};

/// One sound: left and right.
type Sound = [Vec<f32>; 2];

/// The rate at which the sounds are made, in Hz.
pub const TEST_SOUND_RATE: u32 = 48_000;

/// Silence before each sound, in seconds.
const LEAD_SECONDS: f32 = 0.005;
/// The peak of the click and of the noise: -6 dBFS.
const PEAK: f32 = 0.5;
/// A single hit and the room's answer take so long, in beats of the drums.
const HIT_BEATS: f32 = 4.0;
/// How long the burst of noise is, and its edges, in seconds.
const BURST_SECONDS: f32 = 0.2;
const BURST_EDGE_SECONDS: f32 = 0.005;

/// A dry sound that is made, not recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TestSound {
    /// A tenth of a millisecond: the room's own answer.
    Click,
    /// One hit of a snare drum.
    #[default]
    Snare,
    /// Two bars of kick, snare and hi-hat.
    Drums,
    /// A plucked string.
    String,
    /// Syllables of something like a voice.
    Voice,
    /// A fifth of a second of pink noise.
    Pink,
}

impl TestSound {
    /// All of them, in the order in which they are listed.
    pub const ALL: [Self; 6] = [
        Self::Click,
        Self::Snare,
        Self::Drums,
        Self::String,
        Self::Voice,
        Self::Pink,
    ];

    /// Its name, for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Click => "Click",
            Self::Snare => "Snare",
            Self::Drums => "Drum loop",
            Self::String => "Plucked string",
            Self::Voice => "Voice-like",
            Self::Pink => "Pink burst",
        }
    }

    /// Makes it: stereo at [`TEST_SOUND_RATE`], the same bits every time on one machine. Takes up to some tenths of a
    /// second.
    #[must_use]
    pub fn make(self) -> Impulse {
        let rate = TEST_SOUND_RATE;
        let sound = match self {
            Self::Click => click(rate),
            Self::Snare => play(rate, HIT_BEATS, |player| player.snare(0.0)),
            Self::Drums => play(rate, BEATS, drums),
            // Its last note rings on behind the beats of the others.
            Self::String => play(rate, BEATS + 1.0, string),
            Self::Voice => play(rate, BEATS, voice),
            Self::Pink => pink(rate),
        };
        let lead = (LEAD_SECONDS * rate as f32) as usize;
        let channels = sound.map(|mut channel| {
            let by = lead.min(channel.len());
            channel.rotate_right(by);
            // What stood at the end is silence in all of them.
            channel
                .iter_mut()
                .take(lead)
                .for_each(|sample| *sample = 0.0);
            channel
        });
        Impulse {
            channels: channels.into(),
            rate,
        }
    }
}

fn seconds(seconds: f32, rate: u32) -> usize {
    (seconds * rate as f32) as usize
}

/// Half a period of a raised cosine, short enough to be flat as far as is heard.
fn click(rate: u32) -> Sound {
    const LENGTH: usize = 5;
    let mut channel = vec![0.0; seconds(2.0, rate)];
    for (at, sample) in channel.iter_mut().take(LENGTH).enumerate() {
        let turn = std::f32::consts::TAU * (at + 1) as f32 / (LENGTH + 1) as f32;
        *sample = PEAK * (0.5 - 0.5 * turn.cos());
    }
    [channel.clone(), channel]
}

/// Pink noise by three filters of the first order (Kellet, "pk3" with three poles), different left and right.
fn pink(rate: u32) -> Sound {
    let burst = seconds(BURST_SECONDS, rate);
    let edge = BURST_EDGE_SECONDS * rate as f32;
    let mut number = 0;
    let mut sound = [(); 2].map(|()| {
        number += 1;
        let mut rng = Rng::new(0x5EED, number);
        let mut held = [0.0_f32; 3];
        let mut channel = vec![0.0; seconds(2.0, rate)];
        for (at, sample) in channel.iter_mut().take(burst).enumerate() {
            let white = (rng.next_u64() >> 40) as f32 / (1_u64 << 23) as f32 - 1.0;
            held[0] = 0.997_65 * held[0] + white * 0.099_046;
            held[1] = 0.963 * held[1] + white * 0.296_516_4;
            held[2] = 0.57 * held[2] + white * 1.052_691_3;
            let sum = held.iter().sum::<f32>() + white * 0.1848;
            let from_edge = (at.min(burst - 1 - at) as f32 / edge).min(1.0);
            *sample = sum * (0.5 - 0.5 * (std::f32::consts::PI * from_edge).cos());
        }
        channel
    });
    let peak = sound
        .iter()
        .flatten()
        .fold(0.0_f32, |most, sample| most.max(sample.abs()));
    for sample in sound.iter_mut().flatten() {
        *sample *= PEAK / peak.max(1e-6);
    }
    sound
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_heard_and_does_not_clip_and_has_silence_around_it() {
        for sound in TestSound::ALL {
            let made = sound.make();
            assert!(
                (0.15..1.0).contains(&made.peak()),
                "{sound:?}: {}",
                made.peak()
            );
            assert_eq!(made.channels.len(), 2);
            let lead = seconds(LEAD_SECONDS, made.rate);
            for channel in &made.channels {
                assert!(channel.iter().take(lead).all(|sample| *sample == 0.0));
                let end = &channel[channel.len() - 480..];
                assert!(end.iter().all(|sample| sample.abs() < 1e-3), "{sound:?}");
            }
            assert_eq!(sound.make(), made, "the same bits every time");
        }
    }

    #[test]
    fn no_two_are_the_same() {
        let made = TestSound::ALL.map(TestSound::make);
        for (at, one) in made.iter().enumerate() {
            assert!(made[at + 1..].iter().all(|other| other != one));
        }
    }

    #[test]
    fn pink_noise_has_as_much_in_each_octave() {
        let made = TestSound::Pink.make();
        // The difference of neighbours weighs octaves by 6 dB each: pink noise is half as strong there as white.
        let burst = &made.channels[0][480..8_000];
        let power = |samples: &[f32]| samples.iter().map(|x| f64::from(x * x)).sum::<f64>();
        let high: Vec<f32> = burst.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let share = power(&high) / power(burst);
        assert!(
            (0.1..1.0).contains(&share),
            "white noise would have 2: {share}"
        );
    }
}

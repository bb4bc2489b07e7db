//! What the test sounds and the phrases of the demo are played on: drums, a plucked string, and something like a voice,
//! made from noise and sines. The same bits every time. Not real-time.
//!
//! The demo (`xtask/src/demo/phrase.rs`) takes this file in as it is, so that it need not build the crate.

use super::Sound;
use std::f32::consts::TAU;

const BEATS_PER_MINUTE: f32 = 104.0;

/// How long each phrase is, in beats, with a rest at its end.
pub(super) const BEATS: f32 = 6.0;
/// Nothing is meant to be below this: it would be an offset, in Hz.
const LOWEST: f32 = 28.0;

/// Beats of the drums, and of the plucked notes with their frequencies in Hz.
const KICKS: &[f32] = &[0.0, 1.5, 2.0, 4.0, 4.5];
const SNARES: &[f32] = &[1.0, 3.0, 5.0];
const NOTES: &[(f32, f32)] = &[
    (0.0, 220.0),
    (0.5, 261.63),
    (1.0, 329.63),
    (1.5, 440.0),
    (2.0, 392.0),
    (2.5, 329.63),
    (3.0, 261.63),
    (3.5, 293.66),
    (4.0, 174.61),
    (4.5, 220.0),
    (5.0, 261.63),
];

/// Syllables: beat, length in seconds, pitch in Hz, and the first three formants of a vowel in Hz.
type Syllable = (f32, f32, f32, [f32; 3]);
const AH: [f32; 3] = [730.0, 1090.0, 2440.0];
const EE: [f32; 3] = [270.0, 2290.0, 3010.0];
const EH: [f32; 3] = [530.0, 1840.0, 2480.0];
const OO: [f32; 3] = [300.0, 870.0, 2240.0];
const SYLLABLES: &[Syllable] = &[
    (0.0, 0.30, 147.0, AH),
    (0.6, 0.22, 165.0, EH),
    (1.0, 0.45, 196.0, EE),
    (2.0, 0.25, 175.0, AH),
    (2.5, 0.25, 165.0, OO),
    (3.0, 0.25, 147.0, EH),
    (3.5, 0.80, 131.0, AH),
];

/// Plays something that is so many beats long at `rate` frames per second.
pub(super) fn play(rate: u32, beats: f32, play: fn(&mut Instruments)) -> Sound {
    let mut player = Instruments::new(rate as f32, beats);
    play(&mut player);
    for channel in &mut player.sound {
        // Twice, as one leaves a kick drum's own offset in sight.
        high_pass(channel, rate as f32);
        high_pass(channel, rate as f32);
    }
    player.sound
}

pub(super) fn drums(player: &mut Instruments) {
    for beat in KICKS {
        player.kick(*beat);
    }
    for beat in SNARES {
        player.snare(*beat);
    }
    for eighth in 0..11_u8 {
        let loud = if eighth.is_multiple_of(2) { 0.06 } else { 0.1 };
        player.hat(f32::from(eighth) / 2.0, loud);
    }
}

pub(super) fn string(player: &mut Instruments) {
    for (beat, pitch) in NOTES {
        // Low notes stand left, high notes right.
        player.pluck(*beat, *pitch, ((pitch - 170.0) / 270.0).clamp(0.0, 1.0));
    }
}

pub(super) fn voice(player: &mut Instruments) {
    for syllable in SYLLABLES {
        player.sing(*syllable);
    }
}

/// Takes away what lies below [`LOWEST`]: a Butterworth filter of the second order by the bilinear transform.
fn high_pass(samples: &mut [f32], rate: f32) {
    let k = (TAU / 2.0 * LOWEST / rate).tan();
    let k = f64::from(k);
    let norm = 1.0 / (1.0 + std::f64::consts::SQRT_2 * k + k * k);
    let (a1, a2) = (
        2.0 * (k * k - 1.0) * norm,
        (1.0 - std::f64::consts::SQRT_2 * k + k * k) * norm,
    );
    let (mut s1, mut s2) = (0.0, 0.0);
    for sample in samples {
        let x = f64::from(*sample);
        let y = norm * x + s1;
        s1 = -2.0 * norm * x - a1 * y + s2;
        s2 = norm * x - a2 * y;
        *sample = y as f32;
    }
}

/// Plays notes into a sound.
pub(super) struct Instruments {
    rate: f32,
    sound: Sound,
    seed: u32,
}

impl Instruments {
    fn new(rate: f32, beats: f32) -> Self {
        let frames = (beats * 60.0 / BEATS_PER_MINUTE * rate) as usize;
        Self {
            rate,
            sound: [vec![0.0; frames], vec![0.0; frames]],
            seed: 0x1234_5678,
        }
    }

    /// White noise from a shift register (Marsaglia, "Xorshift RNGs", 2003), -1 to 1.
    fn noise(&mut self) -> f32 {
        self.seed ^= self.seed << 13;
        self.seed ^= self.seed >> 17;
        self.seed ^= self.seed << 5;
        self.seed as f32 / u32::MAX as f32 * 2.0 - 1.0
    }

    /// Adds `seconds` of a voice from `beat` on; `at` 0 is left, 1 is right.
    fn add(
        &mut self,
        beat: f32,
        seconds: f32,
        at: f32,
        mut voice: impl FnMut(&mut Self, f32) -> f32,
    ) {
        let start = (beat * 60.0 / BEATS_PER_MINUTE * self.rate) as usize;
        let (sin, cos) = (at * TAU / 4.0).sin_cos();
        for frame in 0..(seconds * self.rate) as usize {
            let sample = voice(self, frame as f32 / self.rate);
            for (channel, gain) in self.sound.iter_mut().zip([cos, sin]) {
                if let Some(place) = channel.get_mut(start + frame) {
                    *place += sample * gain;
                }
            }
        }
    }

    fn kick(&mut self, beat: f32) {
        // A sine that falls from 160 to 48 Hz; the phase is the integral of the frequency.
        self.add(beat, 0.4, 0.5, |_, t| {
            let phase = 48.0 * t + 112.0 / 30.0 * (1.0 - (-30.0 * t).exp());
            0.5 * (TAU * phase).sin() * (-9.0 * t).exp()
        });
    }

    pub(super) fn snare(&mut self, beat: f32) {
        self.add(beat, 0.3, 0.5, |player, t| {
            let body = (TAU * 185.0 * t).sin() * (-25.0 * t).exp();
            0.22 * body + 0.25 * player.noise() * (-20.0 * t).exp()
        });
    }

    fn hat(&mut self, beat: f32, loud: f32) {
        let mut last = 0.0;
        self.add(beat, 0.08, 0.65, |player, t| {
            // The difference of neighbours leaves the high end of the noise.
            let now = player.noise();
            let high = now - last;
            last = now;
            loud * high * (-60.0 * t).exp()
        });
    }

    fn pluck(&mut self, beat: f32, pitch: f32, at: f32) {
        // A delay line that loses its highs on every round (Karplus and Strong, 1983).
        let length = (self.rate / pitch) as usize;
        let mut string: Vec<f32> = (0..length).map(|_| self.noise()).collect();
        // An offset would go round for as long as the note.
        let offset = string.iter().sum::<f32>() / length as f32;
        string.iter_mut().for_each(|sample| *sample -= offset);
        let mut place = 0;
        self.add(beat, 1.1, at, |_, t| {
            let next = (place + 1) % length;
            let sample = string[place];
            string[place] = 0.498 * (sample + string[next]);
            place = next;
            // A short release, so that the phrase ends and the room does not.
            0.2 * sample * ((1.1 - t) / 0.05).min(1.0)
        });
    }
}

impl Instruments {
    /// Harmonics with a little vibrato through three resonances.
    fn sing(&mut self, (beat, seconds, pitch, formants): Syllable) {
        let rate = self.rate;
        let mut phase = 0.0_f32;
        let mut rings = [[0.0_f32; 2]; 3];
        self.add(beat, seconds, 0.5, |player, t| {
            let bend = 1.0 - 0.12 * t + 0.012 * (TAU * 5.5 * t).sin();
            phase = (phase + pitch * bend / rate).fract();
            let most = (7_000.0 / pitch) as u8;
            let source: f32 = (1..=most)
                .map(|k| (TAU * phase * f32::from(k)).sin() / f32::from(k))
                .sum();
            let breath = 0.05 * player.noise();
            let mut sum = 0.0;
            for (number, (ring, hz)) in rings.iter_mut().zip(formants).enumerate() {
                // 80 Hz wide, the upper ones more.
                let radius = (-TAU / 2.0 * (80.0 + 0.02 * hz) / rate).exp();
                let turn = 2.0 * radius * (TAU * hz / rate).cos();
                let level = (1.0 - radius) / (1.0 + number as f32);
                let now = level * (source + breath) + turn * ring[0] - radius * radius * ring[1];
                *ring = [now, ring[0]];
                sum += now;
            }
            let swell = (t / 0.03).min((seconds - t) / 0.06).clamp(0.0, 1.0);
            0.06 * sum * swell
        });
    }
}

//! The dry phrase: two bars of drums and a plucked string, made from noise and sines. The same bits every time.

use super::Sound;
use std::f32::consts::TAU;

const BEATS_PER_MINUTE: f32 = 104.0;

/// Beats of the drums, and of the plucked notes with their frequencies in Hz.
const KICKS: &[f32] = &[0.0, 1.5, 2.0, 4.0, 5.5, 6.0];
const SNARES: &[f32] = &[1.0, 3.0, 5.0, 7.0];
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
    (5.5, 349.23),
    (6.0, 329.63),
    (6.5, 246.94),
    (7.0, 196.0),
    (8.0, 220.0),
];

/// The phrase at `rate` frames per second, about six seconds.
pub fn make(rate: u32) -> Sound {
    let mut player = Player::new(rate as f32, 10.0);
    for beat in KICKS {
        player.kick(*beat);
    }
    for beat in SNARES {
        player.snare(*beat);
    }
    for eighth in 0..16_u8 {
        let loud = if eighth % 2 == 0 { 0.06 } else { 0.1 };
        player.hat(f32::from(eighth) / 2.0, loud);
    }
    for (beat, pitch) in NOTES {
        // Low notes stand left, high notes right.
        player.pluck(*beat, *pitch, ((pitch - 170.0) / 270.0).clamp(0.0, 1.0));
    }
    player.sound
}

struct Player {
    rate: f32,
    sound: Sound,
    seed: u32,
}

impl Player {
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

    fn snare(&mut self, beat: f32) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_phrase_is_heard_and_does_not_clip() {
        let sound = make(48_000);
        for channel in &sound {
            let peak = channel
                .iter()
                .fold(0.0_f32, |most, sample| most.max(sample.abs()));
            assert!((0.3..1.0).contains(&peak), "peak {peak}");
        }
        assert_eq!(make(48_000), sound, "the same bits every time");
    }
}

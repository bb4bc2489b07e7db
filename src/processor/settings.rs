//! What the host's parameters ask of `process()`, as plain numbers in the units of
//! [`crate::controls`]. The processor never meets the framework, so the command line, the tests
//! and the plug-in run the same code.

use crate::controls::{Acts, CONTROLS, Control};

/// The controls that act in `process()`, one value each, in the control's unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Balance of dry and wet, 0..=100 %.
    pub mix: f32,
    /// Gain of the result, -60..=12 dB.
    pub output: f32,
    /// Whether the input passes through untouched.
    pub bypass: bool,
    /// Time before the reverb begins, 0..=500 ms.
    pub predelay: f32,
    /// Stereo width of the wet signal, 0..=200 %.
    pub width: f32,
    /// Corner of the wet signal's high-pass, 20..=1000 Hz; at 20 off.
    pub low_cut: f32,
    /// Corner of the wet signal's low-pass, 1000..=20000 Hz; at 20000 off.
    pub high_cut: f32,
}

impl Settings {
    /// Sets the control with this id, value in its unit (a switch is on from 0.5).
    /// Returns whether it is one of these controls.
    pub fn set(&mut self, id: &str, value: f32) -> bool {
        match id {
            "mix" => self.mix = value,
            "output" => self.output = value,
            "bypass" => self.bypass = value >= 0.5,
            "predelay" => self.predelay = value,
            "width" => self.width = value,
            "low_cut" => self.low_cut = value,
            "high_cut" => self.high_cut = value,
            _ => return false,
        }
        true
    }

    /// The controls that a [`Settings`] holds.
    pub fn controls() -> impl Iterator<Item = &'static Control> {
        CONTROLS
            .iter()
            .filter(|control| control.acts == Acts::Sound)
    }
}

impl Default for Settings {
    fn default() -> Self {
        let mut settings = Self {
            mix: 0.0,
            output: 0.0,
            bypass: false,
            predelay: 0.0,
            width: 0.0,
            low_cut: 0.0,
            high_cut: 0.0,
        };
        for control in Self::controls() {
            settings.set(control.id, control.default);
        }
        settings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sound_control_is_a_setting_and_takes_its_default() {
        let mut settings = Settings::default();
        for control in Settings::controls() {
            assert!(settings.set(control.id, control.default), "{}", control.id);
        }
        assert_eq!(settings, Settings::default());
        assert_eq!(settings.mix, 35.0);
        assert!(!settings.set("decay", 1.0), "decay shapes the impulse");
    }
}

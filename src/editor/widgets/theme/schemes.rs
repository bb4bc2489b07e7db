//! The colour schemes: for each colour of the dark palette, what stands in its place. Editor thread.

use egui::Color32;

use super::{
    ACCENT, ACCENT_DEEP, ALERT, EDGE, FAINT, GROUND, HOVER, LINE, PANEL, RAISED, SOFT, TEXT,
};
use crate::editor::view_model::Scheme;

/// The colours of a scheme. The names are those of the dark palette's constants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is what its constant says")]
pub struct Palette {
    pub ground: Color32,
    pub panel: Color32,
    pub raised: Color32,
    pub hover: Color32,
    pub line: Color32,
    pub edge: Color32,
    pub text: Color32,
    pub soft: Color32,
    pub faint: Color32,
    pub accent: Color32,
    pub accent_deep: Color32,
    pub alert: Color32,
}

const DARK: Palette = Palette {
    ground: GROUND,
    panel: PANEL,
    raised: RAISED,
    hover: HOVER,
    line: LINE,
    edge: EDGE,
    text: TEXT,
    soft: SOFT,
    faint: FAINT,
    accent: ACCENT,
    accent_deep: ACCENT_DEEP,
    alert: ALERT,
};

const LIGHT: Palette = Palette {
    ground: Color32::from_rgb(0xdd, 0xe0, 0xe4),
    panel: Color32::from_rgb(0xf6, 0xf7, 0xf9),
    raised: Color32::from_rgb(0xe6, 0xe9, 0xed),
    hover: Color32::from_rgb(0xd3, 0xd8, 0xdf),
    line: Color32::from_rgb(0xc3, 0xc9, 0xd1),
    edge: Color32::from_rgb(0x6b, 0x74, 0x81),
    text: Color32::from_rgb(0x14, 0x17, 0x1c),
    soft: Color32::from_rgb(0x38, 0x3f, 0x4a),
    faint: Color32::from_rgb(0x4d, 0x55, 0x61),
    accent: Color32::from_rgb(0x82, 0x4a, 0x00),
    accent_deep: Color32::from_rgb(0xff, 0xe3, 0xb8),
    alert: Color32::from_rgb(0xa8, 0x1c, 0x12),
};

const HIGH_CONTRAST: Palette = Palette {
    ground: Color32::from_rgb(0x00, 0x00, 0x00),
    panel: Color32::from_rgb(0x00, 0x00, 0x00),
    raised: Color32::from_rgb(0x14, 0x14, 0x14),
    hover: Color32::from_rgb(0x2c, 0x2c, 0x2c),
    line: Color32::from_rgb(0x6a, 0x6a, 0x6a),
    edge: Color32::from_rgb(0xd0, 0xd0, 0xd0),
    text: Color32::from_rgb(0xff, 0xff, 0xff),
    soft: Color32::from_rgb(0xf0, 0xf0, 0xf0),
    faint: Color32::from_rgb(0xd8, 0xd8, 0xd8),
    accent: Color32::from_rgb(0xff, 0xd8, 0x3d),
    accent_deep: Color32::from_rgb(0x33, 0x2b, 0x00),
    alert: Color32::from_rgb(0xff, 0x9a, 0x8c),
};

/// The colours of a scheme.
#[must_use]
pub fn palette(scheme: Scheme) -> Palette {
    match scheme {
        Scheme::Dark => DARK,
        Scheme::Light => LIGHT,
        Scheme::HighContrast => HIGH_CONTRAST,
    }
}

/// The colour that stands in a scheme in the place of a colour that was drawn. Those of the palette have one each, however
/// transparent they are. For others, such as a shade between two, it is found by their lightness: the order of light and
/// dark is that of the scheme, the hue stays.
#[must_use]
pub fn shown(scheme: Scheme, drawn: Color32) -> Color32 {
    if scheme == Scheme::Dark || drawn == Color32::PLACEHOLDER || drawn.a() == 0 {
        return drawn;
    }
    let [red, green, blue, alpha] = drawn.to_srgba_unmultiplied();
    let opaque = Color32::from_rgb(red, green, blue);
    // Colours that are almost clear are stored in few steps.
    let tolerance = match alpha {
        255 => 0,
        128..=254 => 3,
        _ => 8,
    };
    let found = of_palette(scheme, opaque, tolerance);
    let shown = found.unwrap_or_else(|| by_lightness(scheme, opaque));
    match alpha {
        255 => shown,
        _ => {
            let [red, green, blue, _] = shown.to_array();
            Color32::from_rgba_unmultiplied(red, green, blue, alpha)
        }
    }
}

/// What stands in the place of the colour of the palette that is nearest, if one is as near as this.
fn of_palette(scheme: Scheme, color: Color32, tolerance: u8) -> Option<Color32> {
    let pairs = DARK.colors().into_iter().zip(palette(scheme).colors());
    let distance = |other: Color32| {
        let parts = color.to_array().into_iter().zip(other.to_array());
        parts.map(|(a, b)| a.abs_diff(b)).max().unwrap_or_default()
    };
    let near = pairs.filter(|(dark, _)| distance(*dark) <= tolerance);
    near.min_by_key(|(dark, _)| distance(*dark))
        .map(|(_, shown)| shown)
}

fn by_lightness(scheme: Scheme, color: Color32) -> Color32 {
    let [red, green, blue, _] = color.to_array().map(|part| f32::from(part) / 255.0);
    let light = 0.3 * red + 0.59 * green + 0.11 * blue;
    // How strong the hue is, and where the lightness goes.
    let (hue, to) = match scheme {
        Scheme::Dark => return color,
        Scheme::Light => (0.8, 0.96 - 0.9 * light),
        Scheme::HighContrast if light < 0.3 => (0.8, 0.5 * light),
        Scheme::HighContrast => (1.0, (0.35 + 0.75 * light).min(1.0)),
    };
    let part = |part: f32| ((to + hue * (part - light)).clamp(0.0, 1.0) * 255.0).round() as u8;
    Color32::from_rgb(part(red), part(green), part(blue))
}

impl Palette {
    /// All colours, in one order for all schemes.
    fn colors(&self) -> [Color32; 12] {
        [
            self.ground,
            self.panel,
            self.raised,
            self.hover,
            self.line,
            self.edge,
            self.text,
            self.soft,
            self.faint,
            self.accent,
            self.accent_deep,
            self.alert,
        ]
    }
}

/// The contrast of two opaque colours after WCAG 2.1, 1..=21.
#[must_use]
pub fn contrast(a: Color32, b: Color32) -> f32 {
    let luminance = |color: Color32| {
        let [red, green, blue, _] = egui::Rgba::from(color).to_array();
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    };
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is read, what shows a control, and what both lie on.
    #[test]
    fn text_and_controls_are_told_from_what_they_lie_on() {
        for scheme in Scheme::ALL {
            let palette = palette(scheme);
            let (text, edge) = match scheme {
                Scheme::HighContrast => (7.0, 4.5),
                Scheme::Dark | Scheme::Light => (4.5, 3.0),
            };
            let grounds = [palette.ground, palette.panel, palette.raised];
            for ground in grounds {
                for color in [
                    palette.text,
                    palette.soft,
                    palette.faint,
                    palette.accent,
                    palette.alert,
                ] {
                    let found = contrast(color, ground);
                    assert!(
                        found >= text,
                        "{scheme:?}: {color:?} on {ground:?}: {found}"
                    );
                }
                // Field edges, knob tracks, the edge of the selected tab, the ring of the focus.
                for color in [palette.edge, palette.accent] {
                    let found = contrast(color, ground);
                    assert!(
                        found >= edge,
                        "{scheme:?}: {color:?} on {ground:?}: {found}"
                    );
                }
            }
            // Words on what is chosen or under the pointer, and the arc of a knob beside the rest of its track.
            for color in [palette.text, palette.accent] {
                let found = contrast(color, palette.accent_deep);
                assert!(
                    found >= text,
                    "{scheme:?}: {color:?} on a chosen row: {found}"
                );
            }
            assert!(contrast(palette.text, palette.hover) >= text);
            assert!(
                contrast(palette.edge, palette.accent_deep) >= 3.0,
                "{scheme:?}"
            );
        }
    }

    #[test]
    fn colours_of_the_palette_change_and_clear_ones_with_them() {
        let light = |color| shown(Scheme::Light, color);
        assert_eq!(light(TEXT), LIGHT.text);
        assert_eq!(light(Color32::PLACEHOLDER), Color32::PLACEHOLDER);
        assert_eq!(light(Color32::TRANSPARENT), Color32::TRANSPARENT);
        assert_eq!(shown(Scheme::Dark, TEXT), TEXT);
        let veil = light(GROUND.gamma_multiply(0.7));
        let [red, ..] = veil.to_srgba_unmultiplied();
        assert!(red.abs_diff(LIGHT.ground.r()) < 4, "{veil:?}");
        // Between two colours of the palette the order is turned round, too.
        let (dim, bright) = (
            ACCENT.lerp_to_gamma(PANEL, 0.8),
            ACCENT.lerp_to_gamma(PANEL, 0.2),
        );
        let on_panel = |color| contrast(light(color), LIGHT.panel);
        assert!(on_panel(bright) > on_panel(dim));
    }
}

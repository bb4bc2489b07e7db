//! The spectrogram: a texture that is made once for each shape of the impulse. Editor thread.

use std::sync::Arc;

use egui::{Color32, ColorImage, Painter, Rect, TextureHandle, TextureOptions, pos2};

use super::axis::Axis;
use crate::editor::view_model::{IrView, Spectrogram};
use crate::editor::widgets::theme;

/// The texture of the newest spectrogram, and what it was made from. It belongs to one window.
#[derive(Default)]
pub struct SpectrogramTexture {
    made: Option<(Arc<Spectrogram>, TextureHandle)>,
}

impl std::fmt::Debug for SpectrogramTexture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SpectrogramTexture")
            .field("made", &self.made.is_some())
            .finish()
    }
}

impl SpectrogramTexture {
    /// Draws the spectrogram of the shaped impulse.
    pub fn paint(&mut self, painter: &Painter, axis: &Axis, ir: &IrView) {
        let wanted = &ir.spectrogram;
        if wanted.columns == 0 || wanted.levels.len() != wanted.columns * wanted.rows {
            return;
        }
        let kept = self.made.take();
        let (_, texture) = self.made.insert(match kept {
            Some(made) if Arc::ptr_eq(&made.0, wanted) => made,
            _ => {
                let size = [wanted.columns, wanted.rows];
                let pixels = wanted.levels.iter().map(|level| shade(*level)).collect();
                let image = ColorImage::new(size, pixels);
                let options = TextureOptions::LINEAR;
                let texture = painter.ctx().load_texture("spectrogram", image, options);
                (Arc::clone(wanted), texture)
            }
        });
        let place = Rect::from_x_y_ranges(
            axis.x(axis.shaped)..=axis.x(axis.shaped + ir.shaped_seconds),
            axis.plot.y_range(),
        );
        let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
        painter.image(texture.id(), place, whole, Color32::WHITE);
    }
}

/// From the background through the accent colour to white: lighter is louder, so it can be seen without colour vision.
#[must_use]
pub fn shade(level: u8) -> Color32 {
    let stops = [theme::PANEL, theme::ACCENT_DEEP, theme::ACCENT, theme::TEXT];
    let place = f32::from(level) / 255.0 * (stops.len() - 1) as f32;
    let below = (place as usize).min(stops.len() - 2);
    stops[below].lerp_to_gamma(stops[below + 1], place - below as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn louder_is_lighter_at_every_step() {
        let light = |level: u8| {
            let [red, green, blue, _] = shade(level).to_array().map(u32::from);
            2 * red + 7 * green + blue
        };
        assert!((1..=255).all(|level| light(level) >= light(level - 1)));
        assert!(light(255) > 5 * light(0));
    }
}

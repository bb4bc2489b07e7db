//! The spectrogram: a texture that is made once for each shape of the impulse, and then only laid
//! onto the picture. Editor thread.

use std::sync::Arc;

use egui::{Color32, ColorImage, Painter, Rect, TextureHandle, TextureOptions, pos2};

use super::axis::Axis;
use crate::editor::model::{Picture, Spectrogram};
use crate::editor::theme;

/// The texture of the newest spectrogram, and what it was made from. It belongs to one window.
#[derive(Default)]
pub struct Canvas {
    drawn: Option<(Arc<Spectrogram>, TextureHandle)>,
}

impl std::fmt::Debug for Canvas {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Canvas")
            .field("drawn", &self.drawn.is_some())
            .finish()
    }
}

/// Draws the spectrogram of the impulse as it sounds.
pub fn spectrum(painter: &Painter, axis: &Axis, picture: &Picture, canvas: &mut Canvas) {
    let wanted = &picture.spectrogram;
    if wanted.columns == 0 || wanted.levels.len() != wanted.columns * wanted.rows {
        return;
    }
    let kept = canvas.drawn.take();
    let (_, texture) = canvas.drawn.insert(match kept {
        Some(drawn) if Arc::ptr_eq(&drawn.0, wanted) => drawn,
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
        axis.x(axis.shaped)..=axis.x(axis.shaped + picture.shaped_seconds),
        axis.plot.y_range(),
    );
    let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    painter.image(texture.id(), place, whole, Color32::WHITE);
}

/// From the ground through the accent to white: lighter is louder, so it reads without colour.
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

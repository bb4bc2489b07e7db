//! The spectrogram: a texture that is made once for each shape of the impulse. Editor thread.

use std::sync::Arc;

use egui::epaint::{Mesh, Vertex};
use egui::{Color32, ColorImage, Painter, Shape, TextureHandle, TextureId, TextureOptions, pos2};

use super::axis::Axis;
use crate::editor::view_model::{IrView, Spectrogram};
use crate::editor::widgets::theme;

/// What the texture is multiplied by: it lies behind what is read.
const DIMMED: Color32 = Color32::from_gray(150);
/// How many stripes the texture is cut into.
const STRIPES: usize = 64;

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
        painter.add(Shape::mesh(stripes(axis, ir, texture.id())));
    }
}

/// The texture in upright stripes, each as wide as its time on the axis.
fn stripes(axis: &Axis, ir: &IrView, texture: TextureId) -> Mesh {
    let mut mesh = Mesh::with_texture(texture);
    let seconds = ir.shaped_seconds.max(1e-3);
    let (left, right) = (axis.x(axis.shaped), axis.x(axis.shaped + seconds));
    let left = left.max(axis.plot.left());
    let right = right.min(axis.plot.right());
    for stripe in 0..=STRIPES {
        let x = left + (right - left) * stripe as f32 / STRIPES as f32;
        let place = ((axis.time(x) - axis.shaped) / seconds).clamp(0.0, 1.0);
        for (y, v) in [(axis.plot.top(), 0.0), (axis.plot.bottom(), 1.0)] {
            mesh.vertices.push(Vertex {
                pos: pos2(x, y),
                uv: pos2(place, v),
                color: DIMMED,
            });
        }
        if stripe > 0 {
            let first = 2 * stripe as u32 - 2;
            mesh.add_triangle(first, first + 1, first + 2);
            mesh.add_triangle(first + 1, first + 2, first + 3);
        }
    }
    mesh
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

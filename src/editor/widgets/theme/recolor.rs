//! Puts the colours of the chosen scheme in the place of those that were drawn, when a frame is complete. Editor thread.

use egui::epaint::ClippedShape;
use egui::epaint::shape_transform::adjust_colors;
use egui::{Color32, Context, FullOutput, Plugin, Shape, TextureId};

use super::schemes::shown;
use crate::editor::view_model::Scheme;

/// The scheme of one context.
#[derive(Clone, Copy, Debug, Default)]
pub struct Recolor {
    scheme: Scheme,
}

impl Plugin for Recolor {
    fn debug_name(&self) -> &'static str {
        "colour scheme"
    }

    fn output_hook(&mut self, _: &Context, output: &mut FullOutput) {
        let change: fn(&mut Color32) = match self.scheme {
            // It is drawn in these colours.
            Scheme::Dark => return,
            Scheme::Light => |color| *color = shown(Scheme::Light, *color),
            Scheme::HighContrast => |color| *color = shown(Scheme::HighContrast, *color),
        };
        for ClippedShape { shape, .. } in &mut output.shapes {
            recolor(shape, change);
        }
    }
}

/// Chooses the scheme of a context that [`apply`](super::apply) was called for.
pub fn choose(ctx: &Context, scheme: Scheme) {
    let changed = ctx.with_plugin(|recolor: &mut Recolor| {
        std::mem::replace(&mut recolor.scheme, scheme) != scheme
    });
    if changed == Some(true) {
        ctx.request_repaint();
    }
}

/// The scheme of a context.
#[must_use]
pub fn chosen(ctx: &Context) -> Scheme {
    ctx.with_plugin(|recolor: &mut Recolor| recolor.scheme)
        .unwrap_or_default()
}

fn recolor(shape: &mut Shape, change: fn(&mut Color32)) {
    match shape {
        Shape::Vec(shapes) => shapes.iter_mut().for_each(|shape| recolor(shape, change)),
        // The colours of pictures are in their texture; what is drawn over it is white.
        Shape::Mesh(mesh) if mesh.texture_id != TextureId::default() => {}
        Shape::Rect(rect) if rect.brush.is_some() => {}
        shape => adjust_colors(shape, change),
    }
}

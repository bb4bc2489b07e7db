//! Keeps the pixels of the lowest layer while its shapes stay the same, and copies them instead of drawing them. Where
//! there is no graphics card, drawing the whole screen costs most of a hundredth of a second, and while audio plays only
//! the bars of the meters move. They, menus and hints are in layers above. The window's thread.
//!
//! `gl_copy` makes the copy in a texture.

mod gl_copy;

use std::sync::{Arc, Mutex, PoisonError};

use egui::epaint::ClippedShape;
use egui::layers::PaintList;
use egui::{Context, LayerId, PaintCallback, Rect};
use egui_glow::CallbackFn;

use crate::editor::view_model::Scheme;
use gl_copy::GlCopy;

/// The lowest layer of one window, and its pixels.
#[derive(Debug, Default)]
pub struct FrameCache {
    previous: PreviousLayer,
    copy: Arc<Mutex<GlCopy>>,
}

/// The layer as it was in the frame before.
#[derive(Debug, Default)]
struct PreviousLayer {
    shapes: Vec<ClippedShape>,
    look: Option<Look>,
}

/// What else the pixels depend on: the window, its scale, and the colours that are put in the place of those that are drawn.
type Look = (Rect, f32, Scheme);

/// What is done with a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CacheStep {
    /// Draw it: it has changed, and may change again.
    Draw,
    /// Draw it and capture its pixels: it is the same as in the frame before.
    Capture,
    /// Copy the captured pixels.
    Copy,
}

impl PreviousLayer {
    fn step(&mut self, shapes: &PaintList, look: Look, captured: bool) -> CacheStep {
        if self.look == Some(look) && shapes.all_entries().eq(&self.shapes) {
            return if captured {
                CacheStep::Copy
            } else {
                CacheStep::Capture
            };
        }
        self.look = Some(look);
        self.shapes.clear();
        self.shapes.extend(shapes.all_entries().cloned());
        CacheStep::Draw
    }
}

impl FrameCache {
    /// At the end of a frame: replaces the layer by its captured pixels if it has not changed.
    pub fn apply(&mut self, ctx: &Context, layer: LayerId, scheme: Scheme) {
        let window = ctx.content_rect();
        let mut list = ctx.graphics_mut(|graphics| std::mem::take(graphics.entry(layer)));
        let captured = lock(&self.copy).is_valid();
        let look = (window, ctx.pixels_per_point(), scheme);
        let step = (self.previous).step(&list, look, captured);
        if step == CacheStep::Copy {
            list = PaintList::default();
        }
        if step == CacheStep::Draw {
            lock(&self.copy).invalidate();
        } else {
            let ours = Arc::clone(&self.copy);
            let call = CallbackFn::new(move |info, painter| {
                let (gl, size) = (painter.gl(), info.screen_size_px);
                match step {
                    CacheStep::Copy => lock(&ours).paint(gl, size),
                    CacheStep::Capture | CacheStep::Draw => lock(&ours).capture(gl, size),
                }
            });
            let call = PaintCallback {
                rect: window,
                callback: Arc::new(call),
            };
            list.add(window, call.into());
        }
        ctx.graphics_mut(|graphics| *graphics.entry(layer) = list);
    }
}

fn lock(copy: &Mutex<GlCopy>) -> std::sync::MutexGuard<'_, GlCopy> {
    copy.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::{Color32, Shape, pos2, vec2};

    fn layer(radius: f32) -> PaintList {
        let shape = Shape::circle_filled(pos2(5.0, 5.0), radius, Color32::WHITE);
        let mut list = PaintList::default();
        list.add(Rect::EVERYTHING, shape);
        list
    }

    #[test]
    fn a_layer_is_captured_the_second_time_and_copied_until_it_changes() {
        let window = Rect::from_min_size(pos2(0.0, 0.0), vec2(10.0, 10.0));
        let mut previous = PreviousLayer::default();
        let (one, other) = (layer(1.0), layer(2.0));
        assert_eq!(
            previous.step(&one, (window, 1.0, Scheme::Dark), false),
            CacheStep::Draw
        );
        assert_eq!(
            previous.step(&one, (window, 1.0, Scheme::Dark), false),
            CacheStep::Capture
        );
        assert_eq!(
            previous.step(&one, (window, 1.0, Scheme::Dark), true),
            CacheStep::Copy
        );
        assert_eq!(
            previous.step(&other, (window, 1.0, Scheme::Dark), true),
            CacheStep::Draw
        );
        assert_eq!(
            previous.step(&other, (window, 1.0, Scheme::Dark), false),
            CacheStep::Capture
        );
        // The same shapes at another scale, or in other colours, have other pixels.
        let light = (window, 1.0, Scheme::Light);
        assert_eq!(previous.step(&other, light, true), CacheStep::Draw);
        assert_eq!(
            previous.step(&other, (window, 2.0, Scheme::Dark), true),
            CacheStep::Draw
        );
        assert_eq!(
            previous.step(&PaintList::default(), (window, 2.0, Scheme::Dark), false),
            CacheStep::Draw
        );
    }
}

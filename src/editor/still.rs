//! What stands still is drawn once. Where software stands in for a graphics card a whole screen costs
//! most of a hundredth of a second, and while a sound plays only the needles of the meters move. So
//! the lowest layer, which holds everything but needles, menus and hints, is kept as it was drawn for
//! as long as its shapes stay the same, and copied. The thread that draws the window.

mod plate;

use std::sync::{Arc, Mutex, PoisonError};

use egui::epaint::ClippedShape;
use egui::layers::PaintList;
use egui::{Context, LayerId, PaintCallback, Rect};
use egui_glow::CallbackFn;

use plate::Plate;

/// The lowest layer of one window, and what is kept of it.
#[derive(Debug, Default)]
pub struct Still {
    last: Last,
    plate: Arc<Mutex<Plate>>,
}

/// The layer as it was in the frame before.
#[derive(Debug, Default)]
struct Last {
    shapes: Vec<ClippedShape>,
    window: Option<(Rect, f32)>,
}

/// What is to be done with a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Plan {
    /// Draw it: it is new, and the next one may be another.
    Draw,
    /// Draw it and keep it: it is the second of its kind.
    Keep,
    /// Copy what was kept.
    Show,
}

impl Last {
    fn plan(&mut self, shapes: &PaintList, window: (Rect, f32), kept: bool) -> Plan {
        if self.window == Some(window) && shapes.all_entries().eq(&self.shapes) {
            return if kept { Plan::Show } else { Plan::Keep };
        }
        self.window = Some(window);
        self.shapes.clear();
        self.shapes.extend(shapes.all_entries().cloned());
        Plan::Draw
    }
}

impl Still {
    /// Looks at the layer at the end of a frame, and puts what was kept of it into its place if it
    /// is the same.
    pub fn settle(&mut self, ctx: &Context, layer: LayerId) {
        let window = ctx.content_rect();
        let mut list = ctx.graphics_mut(|graphics| std::mem::take(graphics.entry(layer)));
        let kept = plate(&self.plate).is_kept();
        let plan = (self.last).plan(&list, (window, ctx.pixels_per_point()), kept);
        if plan == Plan::Show {
            list = PaintList::default();
        }
        if plan == Plan::Draw {
            plate(&self.plate).forget();
        } else {
            let ours = Arc::clone(&self.plate);
            let call = CallbackFn::new(move |info, painter| {
                let (gl, size) = (painter.gl(), info.screen_size_px);
                match plan {
                    Plan::Show => plate(&ours).show(gl, size),
                    Plan::Keep | Plan::Draw => plate(&ours).keep(gl, size),
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

fn plate(plate: &Mutex<Plate>) -> std::sync::MutexGuard<'_, Plate> {
    plate.lock().unwrap_or_else(PoisonError::into_inner)
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
    fn the_second_of_its_kind_is_kept_and_shown_until_something_changes() {
        let window = Rect::from_min_size(pos2(0.0, 0.0), vec2(10.0, 10.0));
        let mut last = Last::default();
        let (one, other) = (layer(1.0), layer(2.0));
        assert_eq!(last.plan(&one, (window, 1.0), false), Plan::Draw);
        assert_eq!(last.plan(&one, (window, 1.0), false), Plan::Keep);
        assert_eq!(last.plan(&one, (window, 1.0), true), Plan::Show);
        assert_eq!(last.plan(&other, (window, 1.0), true), Plan::Draw);
        assert_eq!(last.plan(&other, (window, 1.0), false), Plan::Keep);
        // The same shapes in a window of other pixels are another picture.
        assert_eq!(last.plan(&other, (window, 2.0), true), Plan::Draw);
        assert_eq!(
            last.plan(&PaintList::default(), (window, 2.0), false),
            Plan::Draw
        );
    }
}

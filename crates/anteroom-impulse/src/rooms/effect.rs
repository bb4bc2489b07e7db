//! Gated and reversed rooms.

use super::{RoomRecipe, room};

/// The impulse of each path at [`RENDER_HZ`](super::RENDER_HZ). `None` if cancelled.
pub(super) fn render(
    recipe: &RoomRecipe,
    paths: &[usize],
    cancelled: &dyn Fn() -> bool,
) -> Option<Vec<Vec<f32>>> {
    room::render(recipe, paths, cancelled)
}

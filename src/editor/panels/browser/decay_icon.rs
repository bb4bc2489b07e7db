//! How a room dies away, as a small picture at the left of its row: level over time, on axes that are the same for all
//! rooms. The line is its middle, the area below it its treble. Editor thread.

use egui::{Color32, Mesh, Painter, Pos2, Rect, Shape, Stroke, pos2, vec2};

use crate::editor::view_model::{Course, RoomDecay};

/// The size, points. It fits where rows have their icons, so that no name is cut for it.
const SIZE: [f32; 2] = [19.0, 15.0];
/// The end of the axis of time, seconds.
const LONGEST: f32 = 10.0;
/// Up to about here the axis is even, seconds; beyond it is that of octaves.
const EVEN: f32 = 0.12;
/// The points of a curve.
const POINTS: usize = 20;

/// Draws it around `center`.
pub(super) fn paint(painter: &Painter, decay: &RoomDecay, center: Pos2, color: Color32) {
    let place = Rect::from_center_size(center, vec2(SIZE[0], SIZE[1]));
    let treble = RoomDecay {
        seconds: match decay.course {
            Course::Falls => decay.treble_seconds,
            _ => decay.seconds,
        },
        ..*decay
    };
    let shade = color.gamma_multiply(0.5);
    painter.add(area(&curve(place, &treble), place.bottom(), shade));
    let mut line = curve(place, decay);
    // What begins at its loudest has a beginning, too.
    line.insert(0, place.left_bottom());
    painter.add(Shape::line(line, Stroke::new(1.2, color)));
    let floor = [place.left_bottom(), place.right_bottom()];
    painter.line_segment(floor, Stroke::new(1.0, shade));
}

/// The level from the left edge of a place to where it has died away.
fn curve(place: Rect, decay: &RoomDecay) -> Vec<Pos2> {
    let octaves = (1.0 + LONGEST / EVEN).ln();
    let point = |index: usize| {
        let share = index as f32 / POINTS as f32;
        let seconds = EVEN * ((octaves * share).exp() - 1.0);
        let down = decay.level_db(seconds).clamp(-60.0, 0.0) / -60.0;
        pos2(
            place.left() + share * place.width(),
            place.top() + down * place.height(),
        )
    };
    (0..=POINTS).map(point).collect()
}

/// What lies below a curve.
fn area(curve: &[Pos2], floor: f32, color: Color32) -> Mesh {
    let mut mesh = Mesh::default();
    for at in curve {
        mesh.colored_vertex(*at, color);
        mesh.colored_vertex(pos2(at.x, floor), color);
    }
    let corners = mesh.vertices.len() as u32;
    for corner in 2..corners {
        mesh.add_triangle(corner - 2, corner - 1, corner);
    }
    mesh
}

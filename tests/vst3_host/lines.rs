//! Automation: points are the ends of lines for numbers, and steps for switches, whatever the host's blocks are.

use super::HERE;
use super::rig::{Block, Rig};
use anteroom::impulse::Origin;
use anteroom::state::Preset;
use nice_plug::wrapper::vst3::vst3::Steinberg::kResultOk;

/// Lines are read at multiples of this many samples.
const GRID: usize = 32;

fn noise(at: usize) -> f32 {
    let mixed = (at % 9973).wrapping_mul(2_654_435_761) ^ (at << 7);
    ((mixed >> 8) & 0xffff) as f32 / 65_536.0 - 0.5
}

/// A curve of straight lines through these points, as a host computes it for a sample.
fn curve(points: &[(usize, f64)], at: usize) -> f64 {
    let after = points.iter().position(|(time, _)| *time >= at);
    match after {
        None => points[points.len() - 1].1,
        Some(0) => points[0].1,
        Some(after) => {
            let ((begin, from), (end, to)) = (points[after - 1], points[after]);
            from + (to - from) * (at - begin) as f64 / (end - begin) as f64
        }
    }
}

/// The points of a curve for one block: those that lie in it, the first sample of the render, and the last of the block.
fn points_in(points: &[(usize, f64)], start: usize, end: usize) -> Vec<(i32, f64)> {
    let mut times: Vec<usize> = (points.iter())
        .map(|(time, _)| *time)
        .filter(|time| (start..end).contains(time))
        .collect();
    times.push(end - 1);
    if start == 0 {
        times.push(0);
    }
    times.sort_unstable();
    times.dedup();
    (times.iter())
        .map(|time| ((time - start) as i32, curve(points, *time)))
        .collect()
}

/// Renders with curves and steps, in blocks of one size. `offline` only matters to what shapes the impulse.
fn render(
    size: usize,
    samples: usize,
    lines: &[(&str, Vec<(usize, f64)>)],
    steps: &[(&str, usize, f64)],
) -> Vec<f32> {
    render_of(&Preset::default(), (size, samples), lines, steps)
}

/// The same of a project.
fn render_of(
    preset: &Preset,
    (size, samples): (usize, usize),
    lines: &[(&str, Vec<(usize, f64)>)],
    steps: &[(&str, usize, f64)],
) -> Vec<f32> {
    let rig = Rig::new(HERE);
    assert!(rig.load(preset.to_json().as_bytes()));
    rig.activate(48_000.0, size, true);
    let mut block = Block::new(2, 2, size);
    let mut sound = Vec::new();
    for start in (0..samples).step_by(size) {
        let end = samples.min(start + size);
        block.feed(end - start, |channel, index| {
            noise(start + index + 31 * channel)
        });
        for (id, points) in lines {
            block.automate(rig.id(id), &points_in(points, start, end));
        }
        for (id, at, to) in steps {
            if (start..end).contains(at) {
                block.automate(rig.id(id), &[((at - start) as i32, *to)]);
            }
        }
        assert_eq!(block.process(&rig.processor, end - start), kResultOk);
        sound.extend_from_slice(&block.output[0][..end - start]);
        sound.extend_from_slice(&block.output[1][..end - start]);
    }
    rig.deactivate();
    // Left and right of each block one after the other: back to one after the other as a whole.
    let (mut left, mut right, mut at) = (Vec::new(), Vec::new(), 0);
    while left.len() < samples {
        let here = size.min(samples - left.len());
        left.extend_from_slice(&sound[at..at + here]);
        right.extend_from_slice(&sound[at + here..at + 2 * here]);
        at += 2 * here;
    }
    left.append(&mut right);
    left
}

#[test]
fn lines_and_steps_are_the_same_bits_for_every_block_size() {
    let lines = [
        ("mix", vec![(0, 0.2), (3_333, 1.0), (8_000, 1.0 / 3.0)]),
        ("output", vec![(0, 0.9), (6_000, 0.7), (6_001, 0.95)]),
        ("predelay", vec![(0, 0.0), (5_000, 0.3)]),
        ("width", vec![(0, 0.5), (100, 0.5), (9_000, 0.0)]),
        ("low_cut", vec![(0, 0.0), (9_599, 0.4)]),
        ("high_cut", vec![(0, 1.0), (7_777, 0.35)]),
    ];
    let steps = [("bypass", 2_017, 1.0), ("bypass", 4_099, 0.0)];
    let reference = render(512, 9_600, &lines, &steps);
    for size in [1, 17, 32, 64, 480, 2_048] {
        let same = render(size, 9_600, &lines, &steps) == reference;
        assert!(same, "blocks of {size} samples give another sound");
    }
    let later = [("bypass", 2_018, 1.0), ("bypass", 4_099, 0.0)];
    assert!(
        render(512, 9_600, &lines, &later) != reference,
        "a sample later is heard"
    );
}

#[test]
fn a_pick_among_the_projects_choices_is_a_step_at_its_sample() {
    let mut preset = Preset::default();
    let rooms = ["Studio", "Plate", "Spring"];
    preset.project.choices = rooms.into_iter().filter_map(Origin::room).collect();
    preset.project.origin = preset.project.choices[0].clone();
    preset.set("mix", 100.0);
    // Beyond the end of the list is the last.
    let steps = |first| [("pick", first, 1.0 / 15.0), ("pick", 6_001, 1.0)];
    let render = |size, first| render_of(&preset, (size, 9_600), &[], &steps(first));
    let reference = render(512, 1_777);
    for size in [1, 17, 64, 480, 2_048] {
        let same = render(size, 1_777) == reference;
        assert!(same, "blocks of {size} samples give another sound");
    }
    let later = render(512, 1_778);
    let differs = later.iter().zip(&reference).position(|(a, b)| a != b);
    let at = differs.expect("a sample later is heard");
    assert!((1_777..4_000).contains(&at), "from sample {at} on");
}

#[test]
fn the_shape_of_the_impulse_moves_along_lines_too() {
    let lines = [
        ("decay", vec![(0, 0.5), (4_000, 0.3)]),
        ("length", vec![(0, 1.0), (3_000, 0.4)]),
    ];
    let steps = [("reverse", 2_000, 1.0)];
    let reference = render(512, 4_800, &lines, &steps);
    for size in [17, 64, 480, 2_048] {
        let same = render(size, 4_800, &lines, &steps) == reference;
        assert!(same, "blocks of {size} samples give another sound");
    }
}

/// Where a parameter is after some samples, played in one block.
fn position_after(id: &str, samples: usize, points: &[(i32, f64)]) -> f64 {
    let rig = Rig::new(HERE);
    rig.activate(48_000.0, 2_048, false);
    let mut block = Block::new(2, 2, 2_048);
    block.automate(rig.id(id), points);
    block.process(&rig.processor, samples);
    let position = rig.position(id);
    rig.deactivate();
    position
}

#[test]
fn a_point_is_the_end_of_a_line_and_one_at_the_beginning_is_a_jump() {
    // From 0.5, one sample before the block, to 1 at its last sample; read at 992 last.
    let at = position_after("width", 1_024, &[(1_023, 1.0)]);
    let wanted = 0.5 + 0.5 * 993.0 / 1_024.0;
    assert!((at - wanted).abs() < 1e-4, "{at} {wanted}");
    // A jump, and it stays.
    assert_eq!(position_after("width", 1, &[(0, 1.0)]), 1.0);
    assert_eq!(position_after("width", 1_024, &[(0, 0.25)]), 0.25);
    // A jump in the middle: two points.
    let jump = [(500, 0.5), (501, 0.0)];
    assert_eq!(position_after("width", 500, &jump[..1]), 0.5);
    assert_eq!(position_after("width", 544, &jump), 0.0);
}

/// A host that knows of no lines sends one point a block, at its beginning: each is a jump, at the next point of the grid.
#[test]
fn one_point_a_block_at_its_beginning_is_a_step() {
    let rig = Rig::new(HERE);
    rig.activate(48_000.0, 480, false);
    let mut block = Block::new(2, 2, 480);
    for (turn, to) in [(0, 0.75), (1, 0.25), (2, 1.0)] {
        block.automate(rig.id("width"), &[(0, to)]);
        // In pieces, to look in between.
        for (samples, at) in [(1, to), (479, to)] {
            block.process(&rig.processor, samples);
            assert_eq!(rig.position("width"), at, "block {turn}");
        }
    }
    rig.deactivate();
    // From a beginning that is on no grid.
    rig.activate(48_000.0, 480, false);
    block.process(&rig.processor, 441);
    block.automate(rig.id("width"), &[(0, 0.5)]);
    block.process(&rig.processor, 448 - 441);
    assert_eq!(rig.position("width"), 1.0);
    block.process(&rig.processor, 1);
    assert_eq!(rig.position("width"), 0.5);
    rig.deactivate();
}

#[test]
fn a_line_goes_on_from_where_somebody_else_has_put_the_parameter() {
    let rig = Rig::new(HERE);
    rig.activate(48_000.0, 1_024, false);
    let mut block = Block::new(2, 2, 1_024);
    block.automate(rig.id("width"), &[(1_023, 1.0)]);
    block.process(&rig.processor, 1_024);
    let mut preset = anteroom::state::Preset::default();
    preset.set("width", 0.0);
    assert!(rig.load(preset.to_json().as_bytes()));
    // What was due from the block before is no longer.
    block.process(&rig.processor, GRID);
    assert_eq!(rig.position("width"), 0.0);
    block.automate(rig.id("width"), &[(1_023, 1.0)]);
    block.process(&rig.processor, 1_024);
    let (at, wanted) = (rig.position("width"), 993.0 / 1_024.0);
    assert!((at - wanted).abs() < 1e-4, "{at} {wanted}");
    rig.deactivate();
}

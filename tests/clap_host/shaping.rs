//! A minute in which all that shapes the impulse moves at random, in real time: no allocation, no system
//! call, no step, and no tail that is cut.

use super::rig::{Block, Rig};
use super::rng::Rng;
use super::syscalls;
use anteroom::impulse::Origin;
use anteroom::state::Preset;
use assert_no_alloc::assert_no_alloc;
use std::time::Duration;

const RATE: usize = 48_000;
const BLOCK: usize = 480;
/// The layout with one channel each way: the quickest.
const MONO: u32 = 2;
/// Blocks in a tenth of a second, over which the power is added up.
const WINDOW: usize = 10;
/// Windows that are listened to after the last sound.
const RING: usize = 1;

/// What moves, and between which positions: nowhere is the impulse cut away altogether.
const MOVED: [(&str, f64, f64); 8] = [
    ("start", 0.0, 0.1),
    ("length", 0.5, 1.0),
    ("attack", 0.0, 0.3),
    ("decay", 0.15, 0.5),
    ("size", 0.0, 1.0),
    ("damping", 0.0, 1.0),
    ("reverse", 0.0, 1.0),
    ("normalize", 0.0, 1.0),
];

/// A control at this place goes somewhere.
#[derive(Clone, Copy, Debug)]
struct Move {
    /// The block and the sample in it.
    when: (usize, usize),
    place: usize,
    position: f64,
}

/// A random position for the control at this place.
fn position(rng: &mut Rng, place: usize) -> f64 {
    let (id, low, high) = MOVED[place];
    match id {
        "reverse" | "normalize" => rng.roll(2) as f64,
        _ => low + (high - low) * rng.share(),
    }
}

/// Random moves of single controls for so many blocks, from `shape` on, and each shape that is come to.
///
/// All controls take part before one has its second turn. Some moves take a fifth of a second, as a hand does,
/// and others begin before the last one can be answered.
fn moves(rng: &mut Rng, blocks: usize, mut shape: Vec<f64>) -> (Vec<Move>, Vec<Vec<f64>>) {
    let (mut moves, mut shapes) = (Vec::new(), vec![shape.clone()]);
    let (mut turn, mut places) = (20, Vec::new());
    while turn + 150 < blocks {
        if places.is_empty() {
            places = (0..MOVED.len()).collect();
        }
        let place = places.swap_remove(rng.roll(places.len()));
        let (from, to) = (shape[place], position(rng, place));
        let steps = if rng.roll(4) == 0 { 20 } else { 1 };
        for step in 1..=steps {
            let position = match MOVED[place].0 {
                "reverse" | "normalize" => to,
                _ => from + (to - from) * step as f64 / steps as f64,
            };
            moves.push(Move {
                when: (turn, rng.roll(BLOCK)),
                place,
                position,
            });
            turn += 1;
        }
        shape[place] = to;
        shapes.push(shape.clone());
        turn += 40 + rng.roll(240);
    }
    (moves, shapes)
}

/// A chord without an end, of so many tones that no impulse puts out all of them.
fn chord(at: usize) -> f32 {
    let seconds = at as f64 / RATE as f64;
    let tone = |step: i32| {
        let hz = 82.4 * 1.173_f64.powi(step);
        (std::f64::consts::TAU * (hz * seconds).fract()).sin() as f32
    };
    0.1 * (0..10).map(tone).sum::<f32>()
}

/// What came out.
#[derive(Debug)]
struct Heard {
    /// The largest step from sample to sample.
    step: f32,
    /// The smallest power of a tenth of a second after the first.
    quietest: f32,
    /// The powers of the tenths of a second after the last sound.
    ring: [f32; RING],
}

impl Heard {
    /// The measure for what moves: the largest step and the least power of all.
    fn beside(self, other: Self) -> Self {
        let least = |place: usize| self.ring[place].min(other.ring[place]);
        Self {
            step: self.step.max(other.step),
            quietest: self.quietest.min(other.quietest),
            ring: std::array::from_fn(least),
        }
    }
}

/// Plays `blocks` of the chord and then silence. `play` gets each block, to automate and process it.
fn listen(blocks: usize, mut play: impl FnMut(usize, &mut Block)) -> Heard {
    let mut block = Block::new(1, 1, BLOCK);
    let mut heard = Heard {
        step: 0.0,
        quietest: f32::MAX,
        ring: [0.0; RING],
    };
    let (mut before, mut power) = (0.0, 0.0);
    for turn in 0..blocks + RING * WINDOW {
        let loud = if turn < blocks { 1.0 } else { 0.0 };
        block.feed(BLOCK, |_, index| loud * chord(turn * BLOCK + index));
        play(turn, &mut block);
        for &sample in &block.output[0] {
            // The input stops with a step of its own.
            if turn < blocks {
                heard.step = heard.step.max((sample - before).abs());
            }
            before = sample;
            power += sample * sample;
        }
        if turn % WINDOW == WINDOW - 1 {
            match (turn + 1).checked_sub(blocks + 1) {
                Some(after) => heard.ring[after / WINDOW] = power,
                None if turn / WINDOW > 9 => heard.quietest = heard.quietest.min(power),
                None => {}
            }
            power = 0.0;
        }
    }
    heard
}

fn state() -> Vec<u8> {
    let mut preset = Preset::default();
    preset.set("mix", 100.0);
    preset.project.origin = Origin::room("Studio").expect("a room");
    preset.to_clapstate()
}

/// The chord through an impulse that keeps its shape. One that is reversed begins with its end, and in so short a
/// time nothing can be said of how quiet it is.
fn fixed(positions: &[f64]) -> Heard {
    let mut rig = Rig::new();
    rig.select(MONO);
    assert!(rig.load(&state()));
    rig.offline(true);
    let stopped = rig.activate(RATE as f64, BLOCK);
    let mut plugin = stopped.start_processing().expect("it starts");
    let mut heard = listen(120, |turn, block| {
        if turn == 0 {
            for ((id, ..), position) in MOVED.iter().zip(positions) {
                block.automate(rig.id(id), 0, *position);
            }
        }
        block.process(&mut plugin, BLOCK);
    });
    rig.plugin.deactivate(plugin.stop_processing());
    let mut controls = MOVED.iter().zip(positions);
    if controls.any(|((id, ..), position)| *id == "reverse" && *position > 0.5) {
        (heard.quietest, heard.ring) = (f32::MAX, [f32::MAX; RING]);
    }
    heard
}

#[test]
fn a_minute_of_random_shapes_in_real_time_makes_no_step_and_cuts_no_tail() {
    let blocks = 60 * RATE / BLOCK;
    let mut rng = Rng(7);
    let first: Vec<f64> = (0..MOVED.len())
        .map(|place| position(&mut rng, place))
        .collect();
    let (moves, shapes) = moves(&mut rng, blocks, first.clone());
    for (place, (id, ..)) in MOVED.iter().enumerate() {
        let count = moves.iter().filter(|m| m.place == place).count();
        assert!(count > 1, "{id} moves {count} times");
    }
    // One in three is enough to know how loud they are; with more the bound would only be wider.
    let still = shapes.iter().step_by(3).map(|shape| fixed(shape));
    let still = still.reduce(Heard::beside).expect("some shapes");

    let (mut rig, ui_handle) = anteroom::plugin::without_editor(Rig::new);
    let mut ui_handle = ui_handle.expect("the editor's ends");
    rig.select(MONO);
    assert!(rig.load(&state()));
    let stopped = rig.activate(RATE as f64, BLOCK);
    let mut plugin = stopped.start_processing().expect("it starts");
    let (mut swaps, mut swapped_at, mut asked_at, mut calls) = (0, 0, 0, 0);
    let mut moves = moves.iter().peekable();
    let moving = listen(blocks, |turn, block| {
        if turn == 0 {
            for ((id, ..), position) in MOVED.iter().zip(&first) {
                block.automate(rig.id(id), 0, *position);
            }
        }
        while let Some(next) = moves.next_if(|next| next.when.0 == turn) {
            asked_at = turn;
            block.automate(rig.id(MOVED[next.place].0), next.when.1, next.position);
        }
        let counts = syscalls::count(|| {
            block.process_in(&mut plugin, BLOCK, |process| assert_no_alloc(process));
        });
        calls += counts.map_or(0, |counts| counts.values().sum::<u64>());
        let now = ui_handle.snapshots.read().swaps;
        if std::mem::replace(&mut swaps, now) != now {
            swapped_at = turn;
        }
        // Ten times as fast as a host, but no faster than one while the worker is at it.
        let waits = asked_at > swapped_at;
        let pause = if waits { 10 } else { 1 };
        std::thread::sleep(Duration::from_millis(pause));
    });
    rig.plugin.deactivate(plugin.stop_processing());

    syscalls::report(&format!(
        "CLAP, a minute of random shapes: {} shapes, {swaps} engines, {calls} system calls; {moving:?} beside {still:?}",
        shapes.len()
    ));
    assert!(swaps > 25, "{swaps} engines");
    assert_eq!(calls, 0, "system calls");
    // 3 dB of amplitude.
    assert!(moving.step <= still.step * 1.413, "a step");
    // While one shape fades into another their sounds may cancel for a moment, but a tail that was cut
    // would leave a hole.
    assert!(moving.quietest >= still.quietest * 0.1, "a hole");
    let rings = moving.ring.iter().zip(&still.ring);
    for (moving, still) in rings {
        assert!(*moving >= still * 0.1, "a tail was cut");
    }
}

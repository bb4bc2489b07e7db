//! A minute in which all that shapes the impulse moves at random, in real time: no allocation, no system
//! call, no step, and no tail that is cut.

use super::rig::{Block, Rig};
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

/// Numbers that look like chance, the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = (self.0.wrapping_mul(6_364_136_223_846_793_005))
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }

    /// A position for the control at this place.
    fn position(&mut self, place: usize) -> f64 {
        let (id, low, high) = MOVED[place];
        match id {
            "reverse" | "normalize" => self.roll(2) as f64,
            _ => low + (high - low) * self.roll(1_001) as f64 / 1_000.0,
        }
    }
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

/// The chord through an impulse that keeps its shape.
fn fixed(positions: &[f64]) -> Heard {
    let mut rig = Rig::new();
    rig.select(MONO);
    assert!(rig.load(&state()));
    rig.offline(true);
    let stopped = rig.activate(RATE as f64, BLOCK);
    let mut plugin = stopped.start_processing().expect("it starts");
    let heard = listen(120, |turn, block| {
        if turn == 0 {
            for ((id, ..), position) in MOVED.iter().zip(positions) {
                block.automate(rig.id(id), 0, *position);
            }
        }
        block.process(&mut plugin, BLOCK);
    });
    rig.plugin.deactivate(plugin.stop_processing());
    heard
}

#[test]
fn a_minute_of_random_shapes_in_real_time_makes_no_step_and_cuts_no_tail() {
    let mut dice = Dice(7);
    let shapes: Vec<Vec<f64>> = (0..8)
        .map(|_| (0..MOVED.len()).map(|place| dice.position(place)).collect())
        .collect();
    let still = shapes.iter().map(|shape| fixed(shape));
    let still = still.reduce(Heard::beside).expect("some shapes");

    let (mut rig, desk) = anteroom::plugin::without_editor(Rig::new);
    let mut desk = desk.expect("the editor's ends");
    rig.select(MONO);
    assert!(rig.load(&state()));
    let stopped = rig.activate(RATE as f64, BLOCK);
    let mut plugin = stopped.start_processing().expect("it starts");
    let (mut swaps, mut swapped_at, mut asked_at, mut calls) = (0, 0, 0, 0);
    let moving = listen(60 * RATE / BLOCK, |turn, block| {
        // All at once, so that nothing is heard but what was heard at rest.
        if dice.roll(60) == 0 {
            asked_at = turn;
            let (time, shape) = (dice.roll(BLOCK), &shapes[dice.roll(shapes.len())]);
            for ((id, ..), position) in MOVED.iter().zip(shape) {
                block.automate(rig.id(id), time, *position);
            }
        }
        let counts = syscalls::count(|| {
            block.process_in(&mut plugin, BLOCK, |process| assert_no_alloc(process));
        });
        calls += counts.map_or(0, |counts| counts.values().sum::<u64>());
        let now = desk.snapshots.read().swaps;
        if std::mem::replace(&mut swaps, now) != now {
            swapped_at = turn;
        }
        // Ten times as fast as a host, unless the worker is still at it.
        let waits = asked_at > swapped_at && turn > asked_at + 80;
        let pause = if waits { 5 } else { 1 };
        std::thread::sleep(Duration::from_millis(pause));
    });
    rig.plugin.deactivate(plugin.stop_processing());

    syscalls::report(&format!(
        "CLAP, a minute of random shapes: {swaps} engines, {calls} system calls; {moving:?} beside {still:?}"
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

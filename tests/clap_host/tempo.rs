//! The host's tempo in CLAP: with a block, by an event within one, or never; and states that remember the notes.

use super::channels::Channels;
use super::raw::{Events, Raw, block, port, transport};
use anteroom::impulse::Origin;
use anteroom::params::NOTES;
use anteroom::state::Preset;
use clap_sys::process::CLAP_PROCESS_CONTINUE;

const RATE: f64 = 48_000.0;
const SAMPLES: usize = 40_000;

fn place(name: &str) -> f32 {
    let place = NOTES.iter().position(|known| *known == name);
    place.expect("a note") as f32
}

/// An offline render of a project with these notes.
fn playing(predelay: &str, length: &str, most: usize) -> Raw {
    let mut preset = Preset::default();
    preset.set("mix", 100.0);
    preset.set("predelay_sync", place(predelay));
    preset.set("length_sync", place(length));
    preset.project.origin = Origin::room("Studio").expect("a room");
    let raw = Raw::new();
    assert!(raw.load(&preset.to_clapstate()));
    raw.offline();
    assert!(raw.activate(RATE, 1, most as u32));
    assert!(raw.start());
    raw
}

/// How a host tells the tempo.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Tells {
    /// With the block and by events within it.
    Both,
    /// By events alone.
    Events,
    /// With blocks that begin where it changes.
    Blocks,
}

/// The tempo at a sample.
fn tempo(steps: &[(usize, f64)], at: usize) -> f64 {
    let before = steps.iter().rev().find(|(from, _)| *from <= at);
    before.map_or(120.0, |(_, bpm)| *bpm)
}

/// A render in blocks of `size` with the tempo in steps, of which the first is at 0.
fn bounce(raw: &Raw, steps: &[(usize, f64)], size: usize, tells: Tells) -> Vec<f32> {
    let mut heard = Vec::new();
    let mut start = 0;
    while start < SAMPLES {
        let mut end = SAMPLES.min((start / size + 1) * size);
        if tells == Tells::Blocks {
            let cuts = steps.iter().map(|(at, _)| *at).filter(|at| *at > start);
            end = cuts.fold(end, usize::min);
        }
        let frames = end - start;
        let mut input = Channels::noise(2, start, frames);
        let mut output = Channels::new(2, frames);
        let (ins, outs) = (&mut input.pointers(), &mut output.pointers());
        let (ins, mut outs) = (port(ins), port(outs));
        let told = transport(0, tempo(steps, start));
        let mut events = Events::default();
        for (at, bpm) in steps {
            let new = if tells == Tells::Events {
                start..end
            } else {
                start + 1..end
            };
            if tells != Tells::Blocks && new.contains(at) {
                events.add_transport(transport((at - start) as u32, *bpm));
            }
        }
        let list = events.list();
        let mut block = block(frames as u32);
        (block.audio_inputs, block.audio_inputs_count) = (&raw const ins, 1);
        (block.audio_outputs, block.audio_outputs_count) = (&raw mut outs, 1);
        block.in_events = &raw const list;
        if tells != Tells::Events {
            block.transport = &raw const told;
        }
        assert_eq!(raw.process(&raw const block), CLAP_PROCESS_CONTINUE);
        heard.extend_from_slice(output.channel(0));
        start = end;
    }
    heard
}

const STEPS: [(usize, f64); 7] = [
    (0, 97.3),
    (3_001, 120.0),
    (9_999, 121.0),
    (10_240, 60.0),
    (20_483, 61.0),
    (20_900, 180.0),
    (31_007, 140.5),
];

#[test]
fn steps_of_the_tempo_come_at_their_samples_whatever_the_blocks() {
    let whole = bounce(
        &playing("1/16t", "1/8", SAMPLES),
        &STEPS,
        SAMPLES,
        Tells::Both,
    );
    assert!(whole.iter().any(|sample| sample.abs() > 0.01));
    for size in [1, 17, 64, 192, 480, 512, 2_048] {
        let raw = playing("1/16t", "1/8", size);
        let heard = bounce(&raw, &STEPS, size, Tells::Both);
        assert!(heard == whole, "blocks of {size}");
    }
    for tells in [Tells::Events, Tells::Blocks] {
        let raw = playing("1/16t", "1/8", 512);
        let heard = bounce(&raw, &STEPS, 512, tells);
        assert!(heard == whole, "{tells:?}");
    }
    // And it is the tempo that is heard.
    let still = bounce(&playing("1/16t", "1/8", 512), &STEPS[..1], 512, Tells::Both);
    assert_eq!(still[..3_001], whole[..3_001]);
    assert!(still[3_100..] != whole[3_100..]);
}

#[test]
fn the_length_is_that_of_the_note_from_the_first_sample_on() {
    let tail = |length: &str, bpm: f64| {
        let raw = playing("off", length, 512);
        bounce(&raw, &[(0, bpm)], 512, Tells::Blocks);
        raw.tail()
    };
    // The response to the last sample begins with that sample.
    assert_eq!(tail("1/32", 120.0), 3_000 - 1);
    assert_eq!(tail("1/16d", 100.0), 10_800 - 1);
    assert_eq!(tail("1/16", 97.3), 7_400 - 1);
    // No longer than the impulse.
    assert_eq!(tail("1/1d", 20.0), tail("off", 97.3));
    // A render at a tempo is one that has always been at it.
    let once = bounce(&playing("1/8", "1/16", 512), &[(0, 90.0)], 512, Tells::Both);
    let raw = playing("1/8", "1/16", 512);
    bounce(&raw, &[(0, 150.0)], 512, Tells::Both);
    raw.reset();
    assert!(bounce(&raw, &[(0, 90.0)], 512, Tells::Both) == once);
}

#[test]
fn without_a_transport_it_is_the_last_tempo_and_120_at_first() {
    let plain = bounce(
        &playing("1/16", "1/8", 512),
        &[(0, 120.0)],
        512,
        Tells::Both,
    );
    let never = [(usize::MAX - 1, 1.0)];
    // No event lies in any block.
    let silent = |raw: &Raw| bounce(raw, &never, 512, Tells::Events);
    assert!(silent(&playing("1/16", "1/8", 512)) == plain);
    // Nonsense is no tempo.
    let nonsense = [
        (0, f64::NAN),
        (700, 0.0),
        (1_500, 1e9),
        (9_000, -1.0),
        (9_001, f64::NEG_INFINITY),
    ];
    for tells in [Tells::Both, Tells::Events] {
        let raw = playing("1/16", "1/8", 512);
        assert!(bounce(&raw, &nonsense, 512, tells) == plain, "{tells:?}");
    }
    // The last one stays, through a reset as well.
    let slow = bounce(&playing("1/16", "1/8", 512), &[(0, 80.0)], 512, Tells::Both);
    let raw = playing("1/16", "1/8", 512);
    bounce(&raw, &[(0, 80.0)], 512, Tells::Events);
    raw.reset();
    assert!(silent(&raw) == slow);
    assert!(slow != plain);
}

#[test]
fn a_tempo_that_trembles_prepares_nothing_anew() {
    let (raw, ui_handle) = anteroom::plugin::without_editor(|| playing("1/8", "1/8", 512));
    let mut ui_handle = ui_handle.expect("the editor's ends");
    let mut swaps = |steps: &[(usize, f64)]| {
        bounce(&raw, steps, 512, Tells::Both);
        ui_handle.snapshots.read().swaps
    };
    let settled = swaps(&[(0, 97.305)]);
    let trembles: Vec<(usize, f64)> = (0..SAMPLES / 100)
        .map(|turn| (100 * turn, 97.305 + (turn * 7 % 11) as f64 * 4e-4 - 2e-3))
        .collect();
    assert_eq!(swaps(&trembles), settled);
    assert!(swaps(&[(0, 97.4)]) > settled);
}

#[test]
fn transports_that_are_cut_off_or_say_nothing_are_passed_over() {
    let plain = bounce(
        &playing("1/16", "off", 512),
        &[(0, 120.0)],
        512,
        Tells::Both,
    );
    let raw = playing("1/16", "off", 512);
    let mut short = transport(0, 60.0);
    short.header.size -= 1;
    let mut silent = transport(3, 60.0);
    silent.flags = 0;
    let mut heard = Vec::new();
    for start in (0..SAMPLES).step_by(512) {
        let frames = 512.min(SAMPLES - start);
        let mut input = Channels::noise(2, start, frames);
        let mut output = Channels::new(2, frames);
        let (ins, outs) = (&mut input.pointers(), &mut output.pointers());
        let (ins, mut outs) = (port(ins), port(outs));
        let mut events = Events::default();
        events.add_transport(short);
        events.add_transport(silent);
        let list = events.list();
        let mut block = block(frames as u32);
        (block.audio_inputs, block.audio_inputs_count) = (&raw const ins, 1);
        (block.audio_outputs, block.audio_outputs_count) = (&raw mut outs, 1);
        block.in_events = &raw const list;
        block.transport = &raw const short;
        assert_eq!(raw.process(&raw const block), CLAP_PROCESS_CONTINUE);
        heard.extend_from_slice(output.channel(0));
    }
    assert!(heard == plain);
}

#[test]
fn a_project_opens_with_its_notes_and_an_older_one_without() {
    let raw = playing("1/8d", "1/4t", 512);
    // Steps, as CLAP counts choices.
    assert!((raw.position("predelay_sync") - f64::from(place("1/8d"))).abs() < 1e-3);
    assert!((raw.position("length_sync") - f64::from(place("1/4t"))).abs() < 1e-3);
    // A state that does not know them: their names are others.
    let mut preset = Preset::default();
    preset.set("duck_key", 1.0);
    preset.set("predelay_sync", 3.0);
    preset.set("length_sync", 3.0);
    preset.set("mix", 100.0);
    let mut older = preset.to_clapstate();
    for name in ["predelay_sync", "length_sync", "duck_key"] {
        let place = older
            .windows(name.len())
            .position(|bytes| bytes == name.as_bytes());
        older[place.expect("it is saved by its name")] = b'x';
    }
    assert!(raw.load(&older));
    assert_eq!(raw.position("mix"), 1.0);
    for id in ["duck_key", "predelay_sync", "length_sync"] {
        assert_eq!(raw.position(id), 0.0, "{id}");
    }
}

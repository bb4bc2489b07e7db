//! Hosts that call no more when they are told that nothing will come, and what gets them to call again.

use super::raw::{Events, Raw, block, port};
use anteroom::impulse::Origin;
use anteroom::instance::Command;
use anteroom::state::Preset;
use assert_no_alloc::assert_no_alloc;
use clap_sys::process::{CLAP_PROCESS_CONTINUE, CLAP_PROCESS_SLEEP};
use std::time::{Duration, Instant};

const RATE: usize = 48_000;
const FRAMES: usize = 256;

/// How long the loader may take, on a machine that does something else.
const PATIENCE: Duration = Duration::from_secs(60);

/// What came of one block: the status, the mask, and both channels.
struct Played {
    status: i32,
    mask: u64,
    output: [[f32; FRAMES]; 2],
}

impl Played {
    fn is_silent(&self) -> bool {
        self.output.iter().flatten().all(|sample| *sample == 0.0)
    }
}

/// One block with this sample first and silence after it.
fn play(raw: &Raw, first: f32, events: &Events) -> Played {
    let (mut input, mut output) = ([[0.0f32; FRAMES]; 2], [[7e5f32; FRAMES]; 2]);
    input[0][0] = first;
    input[1][0] = first;
    let mut ins = input.each_mut().map(|channel| channel.as_mut_ptr());
    let mut outs = output.each_mut().map(|channel| channel.as_mut_ptr());
    let (ins, mut outs) = (port(&mut ins), port(&mut outs));
    outs.constant_mask = u64::MAX;
    let list = events.list();
    let mut block = block(FRAMES as u32);
    (block.audio_inputs, block.audio_inputs_count) = (&raw const ins, 1);
    (block.audio_outputs, block.audio_outputs_count) = (&raw mut outs, 1);
    block.in_events = &raw const list;
    let status = assert_no_alloc(|| raw.process(&raw const block));
    Played {
        status,
        mask: outs.constant_mask,
        output,
    }
}

fn silence(raw: &Raw) -> Played {
    play(raw, 0.0, &Events::default())
}

/// An instance that plays this state.
fn playing(preset: &Preset) -> Raw {
    super::warm::warm(&preset.project.origin, RATE as u32);
    let raw = Raw::new();
    assert!(raw.load(&preset.to_clapstate()));
    assert!(raw.activate(RATE as f64, 1, FRAMES as u32));
    assert!(raw.start());
    raw
}

/// Processes silence until the host may sleep, which it must within `most` seconds of sound.
fn fall_asleep(raw: &Raw, most: usize) {
    let blocks = most * RATE / FRAMES;
    let asleep = (0..blocks).any(|_| silence(raw).status == CLAP_PROCESS_SLEEP);
    assert!(asleep, "it sleeps within {most} s");
}

/// Waits until the plug-in wants a callback, gives it, and says how often it asked to be processed.
fn wait_for_request(raw: &Raw) -> usize {
    let begin = Instant::now();
    while !raw.pump() {
        assert!(begin.elapsed() < PATIENCE, "it asks for a callback");
        std::thread::sleep(Duration::from_millis(1));
    }
    raw.processes()
}

#[test]
fn it_sleeps_when_the_tail_is_over_and_not_before() {
    let mut plain = Preset::default();
    plain.set("mix", 100.0);
    let mut late = plain.clone();
    late.set("predelay", 500.0);
    let mut filtered = late.clone();
    filtered.set("low_cut", 200.0);
    filtered.set("high_cut", 2_000.0);
    filtered.set("width", 50.0);
    let mut dry = Preset::default();
    dry.set("mix", 0.0);
    let mut bypassed = plain.clone();
    bypassed.set("bypass", 1.0);
    for (name, preset) in [
        ("plain", &plain),
        ("late", &late),
        ("filtered", &filtered),
        ("dry", &dry),
        ("bypassed", &bypassed),
    ] {
        let raw = playing(preset);
        play(&raw, 0.9, &Events::default());
        let tail = raw.tail() as usize;
        assert!(tail > RATE / 10, "{name}: {tail}");
        let (mut asleep, mut last_sound) = (None, 0);
        for turn in 1..(tail + 3 * RATE) / FRAMES {
            let played = silence(&raw);
            if !played.is_silent() {
                last_sound = turn;
                assert!(
                    asleep.is_none(),
                    "{name}: sound after it said that there is none"
                );
            }
            match played.status {
                CLAP_PROCESS_SLEEP => asleep = asleep.or(Some(turn)),
                status => {
                    assert_eq!(status, CLAP_PROCESS_CONTINUE, "{name}");
                    assert!(asleep.is_none(), "{name}: nothing has woken it");
                }
            }
        }
        let asleep = asleep.expect("it sleeps") * FRAMES;
        println!(
            "{name}: tail {tail}, last sound at {}, asleep at {asleep}",
            last_sound * FRAMES
        );
        assert!(asleep + FRAMES >= tail, "{name}: {asleep} of {tail}");
        assert!(asleep < tail + 2 * RATE, "{name}: {asleep} of {tail}");
        // It is awake as soon as something sounds again.
        assert_eq!(
            play(&raw, 0.5, &Events::default()).status,
            CLAP_PROCESS_CONTINUE
        );
        assert_eq!(raw.processes(), 0);
        assert!(!raw.pump(), "a host that calls is not asked to");
    }
}

#[test]
fn while_the_sound_is_frozen_it_does_not_sleep_and_its_tail_is_endless() {
    let mut wet = Preset::default();
    wet.set("mix", 100.0);
    let raw = playing(&wet);
    play(&raw, 0.9, &Events::default());
    for _ in 0..20 {
        silence(&raw);
    }
    let freeze = |on: f64| Events::default().set(0, raw.id("freeze"), on);
    play(&raw, 0.0, &freeze(1.0));
    for _ in 0..20 * RATE / FRAMES {
        let played = silence(&raw);
        assert_eq!(played.status, CLAP_PROCESS_CONTINUE);
        assert!(!played.is_silent());
    }
    assert_eq!(raw.tail(), u32::MAX);
    play(&raw, 0.0, &freeze(0.0));
    assert!((raw.tail() as usize) < 20 * RATE);
    fall_asleep(&raw, 20);
    assert!(silence(&raw).is_silent());
}

#[test]
fn constant_channels_are_named() {
    let raw = playing(&Preset::default());
    let played = silence(&raw);
    assert!(played.is_silent());
    assert_eq!(played.mask, 0b11);
    let played = play(&raw, 0.9, &Events::default());
    assert!(!played.is_silent());
    assert_eq!(played.mask, 0);
    fall_asleep(&raw, 20);
    assert_eq!(silence(&raw).mask, 0b11);
}

#[test]
fn what_arrives_in_its_sleep_asks_the_host_to_call() {
    let preset = Preset::default();
    let (raw, ui_handle) = anteroom::plugin::without_editor(|| playing(&preset));
    let mut ui_handle = ui_handle.expect("the editor's ends");
    // Nothing sounds, so it sleeps at once.
    fall_asleep(&raw, 1);
    assert_eq!(raw.processes(), 0);

    // A command from the editor.
    let read = ui_handle.snapshots.read().commands;
    ui_handle.commands.push(Command::ResetMeters).expect("room");
    ui_handle.commands.push(Command::Ping(1)).expect("room");
    assert_eq!(wait_for_request(&raw), 1);
    silence(&raw);
    assert_eq!(ui_handle.snapshots.read().commands, read + 2);
    assert!(!raw.pump(), "once is enough");
    fall_asleep(&raw, 1);

    // A parameter, by a flush on the audio thread, which must not call the host itself.
    let set = Events::default().set(0, raw.id("mix"), 1.0);
    assert_no_alloc(|| raw.flush(&set));
    assert_eq!(wait_for_request(&raw), 1);
    assert_eq!(raw.position("mix"), 1.0);
    fall_asleep(&raw, 1);

    // One that shapes the impulse: the loader's answer asks again, in case it takes long.
    raw.flush(&Events::default().set(0, raw.id("reverse"), 1.0));
    assert_eq!(wait_for_request(&raw), 1);
    let swaps = ui_handle.snapshots.read().swaps;
    let begin = Instant::now();
    while ui_handle.snapshots.read().swaps == swaps {
        assert!(begin.elapsed() < PATIENCE, "the shape is heard");
        let asleep = silence(&raw).status == CLAP_PROCESS_SLEEP;
        assert!(
            !asleep || ui_handle.snapshots.read().swaps > swaps,
            "it sleeps over it"
        );
        std::thread::sleep(Duration::from_millis(1));
    }
    fall_asleep(&raw, 20);
    raw.pump();
    raw.processes();

    // A state, on the main thread, and the impulse that it brings, whenever that is ready.
    let mut other = Preset::default();
    let room = Origin::room_names().last().expect("a room");
    other.project.origin = Origin::room(room).expect("a room");
    assert!(raw.load(&other.to_clapstate()));
    assert_eq!(raw.processes(), 1, "at once: it is the main thread");
    let swaps = ui_handle.snapshots.read().swaps;
    let begin = Instant::now();
    while ui_handle.snapshots.read().swaps == swaps {
        assert!(begin.elapsed() < PATIENCE, "the impulse is heard");
        if silence(&raw).status == CLAP_PROCESS_SLEEP {
            // A host that keeps its word calls only when it is asked to.
            assert_eq!(wait_for_request(&raw), 1);
        }
    }
    fall_asleep(&raw, 20);
    raw.stop();
    raw.deactivate();
    raw.pump();
    raw.processes();
    // Where nothing is processed, nothing is to be called.
    ui_handle.commands.push(Command::ResetMeters).expect("room");
    assert!(!raw.pump());
    assert_eq!(raw.processes(), 0);
}

#[test]
fn a_host_that_stops_while_it_sleeps_is_asked_all_the_same() {
    let preset = Preset::default();
    let (raw, ui_handle) = anteroom::plugin::without_editor(|| playing(&preset));
    let mut ui_handle = ui_handle.expect("the editor's ends");
    fall_asleep(&raw, 1);
    raw.stop();
    ui_handle.commands.push(Command::Ping(1)).expect("room");
    assert_eq!(wait_for_request(&raw), 1);
    assert!(raw.start());
    silence(&raw);
    assert!(ui_handle.replies.pop().is_ok());
}

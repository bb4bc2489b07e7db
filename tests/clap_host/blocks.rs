//! Blocks for the host without manners, each processed under the net.

use super::channels::Channels;
use super::raw::{Events, Raw, block, port};
use anteroom::impulse::Origin;
use assert_no_alloc::assert_no_alloc;
use clap_sys::process::{CLAP_PROCESS_CONTINUE, clap_process};

pub const RATE: f64 = 48_000.0;

/// An instance that plays, offline as far as its sound goes: it was waited for.
pub fn playing(most: u32) -> Raw {
    super::warm::warm(&Origin::default(), RATE as u32);
    let raw = Raw::new();
    assert!(raw.activate(RATE, 1, most));
    assert!(raw.start());
    raw
}

/// Processes a block as it is, under the net.
pub fn run(raw: &Raw, block: &clap_process) -> i32 {
    assert_no_alloc(|| raw.process(block))
}

/// Processes a block with these pointers for its channels, and these events.
pub fn play(
    raw: &Raw,
    frames: usize,
    ins: &mut [*mut f32],
    outs: &mut [*mut f32],
    events: &Events,
) -> i32 {
    let (input, mut output) = (port(ins), port(outs));
    let list = events.list();
    let mut block = block(frames as u32);
    (block.audio_inputs, block.audio_inputs_count) = (&raw const input, 1);
    (block.audio_outputs, block.audio_outputs_count) = (&raw mut output, 1);
    block.in_events = &raw const list;
    run(raw, &block)
}

/// The same with sound of a place in time, and what comes out, which must be sound.
pub fn sound(raw: &Raw, start: usize, frames: usize, events: &Events) -> Channels {
    let mut input = Channels::noise(2, start, frames);
    let mut output = Channels::new(2, frames);
    let status = play(
        raw,
        frames,
        &mut input.pointers(),
        &mut output.pointers(),
        events,
    );
    assert_eq!(status, CLAP_PROCESS_CONTINUE);
    output.hold();
    output
}

/// What a host with manners hears, in blocks of 64: two channels.
pub fn reference(frames: usize) -> [Vec<f32>; 2] {
    let raw = playing(64);
    let mut heard = [Vec::new(), Vec::new()];
    for start in (0..frames).step_by(64) {
        let output = sound(&raw, start, 64.min(frames - start), &Events::default());
        for (index, heard) in heard.iter_mut().enumerate() {
            heard.extend_from_slice(output.channel(index));
        }
    }
    heard
}

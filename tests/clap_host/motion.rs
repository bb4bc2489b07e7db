//! The position in the song moves the tail in CLAP: told with a block, it counts for each piece of it.

use super::channels::Channels;
use super::raw::{Events, Raw, block, port, transport};
use anteroom::impulse::Origin;
use anteroom::state::Preset;
use clap_sys::events::{
    CLAP_TRANSPORT_HAS_SECONDS_TIMELINE, CLAP_TRANSPORT_IS_PLAYING, clap_event_transport,
};
use clap_sys::fixedpoint::CLAP_SECTIME_FACTOR;
use clap_sys::process::CLAP_PROCESS_CONTINUE;

const RATE: f64 = 48_000.0;
const SAMPLES: usize = 24_000;

fn playing(motion: f32, most: usize) -> Raw {
    let mut preset = Preset::default();
    preset.set("mix", 100.0);
    preset.set("motion", motion);
    preset.set("motion_rate", 1.3);
    preset.project.origin = Origin::room("Studio").expect("a room");
    let raw = Raw::new();
    assert!(raw.load(&preset.to_clapstate()));
    raw.offline();
    assert!(raw.activate(RATE, 1, most as u32));
    assert!(raw.start());
    raw
}

/// What a host says that plays a song from this sample on.
fn song(position: usize) -> clap_event_transport {
    let mut song = transport(0, 120.0);
    song.flags |= CLAP_TRANSPORT_HAS_SECONDS_TIMELINE | CLAP_TRANSPORT_IS_PLAYING;
    let seconds = position as f64 / RATE;
    song.song_pos_seconds = (seconds * CLAP_SECTIME_FACTOR as f64).round() as i64;
    song
}

/// A render in blocks of `size`, from a position in the song if there is one; in each block the tempo moves, at samples
/// that depend on the song alone, so that blocks are cut.
fn bounce(raw: &Raw, from: Option<usize>, size: usize) -> Vec<f32> {
    let mut heard = Vec::new();
    for start in (0..SAMPLES).step_by(size) {
        let frames = size.min(SAMPLES - start);
        let mut input = Channels::noise(2, start, frames);
        let mut output = Channels::new(2, frames);
        let (ins, outs) = (&mut input.pointers(), &mut output.pointers());
        let (ins, mut outs) = (port(ins), port(outs));
        let mut events = Events::default();
        for at in (start..start + frames).filter(|at| at % 777 == 0) {
            events.add_transport(transport((at - start) as u32, 120.0 + (at % 5) as f64));
        }
        let list = events.list();
        let song = from.map(|from| song(from + start));
        let mut block = block(frames as u32);
        (block.audio_inputs, block.audio_inputs_count) = (&raw const ins, 1);
        (block.audio_outputs, block.audio_outputs_count) = (&raw mut outs, 1);
        block.in_events = &raw const list;
        block.transport = song.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
        assert_eq!(raw.process(&raw const block), CLAP_PROCESS_CONTINUE);
        heard.extend_from_slice(output.channel(0));
    }
    heard
}

#[test]
fn the_place_in_the_song_is_the_same_bits_whatever_the_blocks() {
    let whole = bounce(&playing(100.0, SAMPLES), Some(5_000_001), SAMPLES);
    for size in [17, 64, 192, 480, 512, 2_048] {
        let heard = bounce(&playing(100.0, size), Some(5_000_001), size);
        assert!(heard == whole, "blocks of {size}");
    }
    let raw = playing(100.0, 512);
    bounce(&raw, Some(77), 512);
    raw.reset();
    assert!(bounce(&raw, Some(5_000_001), 512) == whole, "after a reset");
    assert!(bounce(&playing(100.0, 512), Some(5_010_001), 512) != whole);
    // Without a song it counts from the reset, as one that begins there.
    let counted = bounce(&playing(100.0, 512), None, 512);
    assert!(bounce(&playing(100.0, 512), Some(0), 512) == counted);
    assert!(counted != whole);
}

#[test]
fn a_song_that_stands_still_does_not_hold_the_tail() {
    let counted = bounce(&playing(100.0, 512), None, 512);
    let raw = playing(100.0, 512);
    let mut heard = Vec::new();
    let mut still = song(123_456);
    still.flags &= !CLAP_TRANSPORT_IS_PLAYING;
    for start in (0..SAMPLES).step_by(512) {
        let frames = 512.min(SAMPLES - start);
        let mut input = Channels::noise(2, start, frames);
        let mut output = Channels::new(2, frames);
        let (ins, outs) = (&mut input.pointers(), &mut output.pointers());
        let (ins, mut outs) = (port(ins), port(outs));
        let mut block = block(frames as u32);
        (block.audio_inputs, block.audio_inputs_count) = (&raw const ins, 1);
        (block.audio_outputs, block.audio_outputs_count) = (&raw mut outs, 1);
        block.transport = &raw const still;
        assert_eq!(raw.process(&raw const block), CLAP_PROCESS_CONTINUE);
        heard.extend_from_slice(output.channel(0));
    }
    assert!(heard == counted);
}

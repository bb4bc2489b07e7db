//! Events beyond their block, events that are none, and blocks of nothing else.

use super::super::blocks::{play, playing, reference, run, sound};
use super::super::channels::Channels;
use super::super::raw::{Events, block, port};
use clap_sys::events::{
    CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_MIDI, CLAP_EVENT_NOTE_ON, CLAP_EVENT_PARAM_VALUE,
    clap_event_header, clap_input_events,
};
use clap_sys::process::CLAP_PROCESS_ERROR;

#[test]
fn times_beyond_the_block_count_as_its_end_and_are_sorted() {
    let raw = playing(256);
    let (mix, width) = (raw.id("mix"), raw.id("width"));
    let events = Events::default()
        .set(u32::MAX, mix, 0.25)
        .set(1 << 31, width, 0.5)
        .set(256, width, 0.75)
        .set(3, mix, 1.0)
        .set(100_000, mix, 0.5)
        .set(0, width, 0.0);
    sound(&raw, 0, 256, &events);
    // Those beyond keep the host's order.
    assert!((raw.position("mix") - 0.5).abs() < 1e-6);
    assert!((raw.position("width") - 0.75).abs() < 1e-6);
    // The same as if they had come at the last sample, in their order.
    let late = playing(256);
    let same = Events::default()
        .set(0, width, 0.0)
        .set(3, mix, 1.0)
        .set(255, mix, 0.5)
        .set(255, width, 0.75);
    let first = playing(256);
    let unsorted = sound(&first, 0, 256, &events);
    let sorted = sound(&late, 0, 256, &same);
    assert_eq!(unsorted.channel(0), sorted.channel(0));
    assert_ne!(
        unsorted.channel(0)[200],
        reference(256)[0][200],
        "one of them came within"
    );
}

#[test]
fn events_that_are_none_are_passed_over() {
    let raw = playing(64);
    let mix = raw.id("mix");
    let before = raw.position("mix");
    let mut events = Events::default();
    events.add_none();
    let whole = 64;
    for (size, space, kind) in [
        (
            size_of::<clap_event_header>() as u32,
            CLAP_CORE_EVENT_SPACE_ID,
            CLAP_EVENT_PARAM_VALUE,
        ),
        (0, CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_PARAM_VALUE),
        (whole, 7, CLAP_EVENT_PARAM_VALUE),
        (whole, CLAP_CORE_EVENT_SPACE_ID, 999),
        (whole, CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_NOTE_ON),
        (whole, CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_MIDI),
    ] {
        events.add(0, mix, 1.0, (size, space, kind));
    }
    let events = events
        .set(0, 12_345, 1.0)
        .set(0, mix, f64::NAN)
        .set(0, mix, f64::INFINITY)
        .modulate(0, mix, f64::NAN);
    sound(&raw, 0, 64, &events);
    assert_eq!(raw.position("mix"), before);
    raw.flush(&events);
    assert_eq!(raw.position("mix"), before);
    // Values beyond the range are clamped to it.
    sound(&raw, 0, 64, &Events::default().set(0, mix, 1e300));
    assert_eq!(raw.position("mix"), 1.0);
    sound(&raw, 0, 64, &Events::default().set(0, mix, -5.0));
    assert_eq!(raw.position("mix"), 0.0);
    // A list that says it has more than it has, and one without functions.
    let mut lying = Events::default().set(0, mix, 0.5);
    lying.says = Some(u32::MAX);
    sound(&raw, 0, 64, &lying);
    let mut output = Channels::new(2, 64);
    let mut pointers = output.pointers();
    let mut out = port(&mut pointers);
    let list = clap_input_events {
        ctx: std::ptr::null_mut(),
        size: None,
        get: None,
    };
    let mut without = block(64);
    without.in_events = &raw const list;
    (without.audio_outputs, without.audio_outputs_count) = (&raw mut out, 1);
    assert_ne!(run(&raw, &without), CLAP_PROCESS_ERROR);
    output.hold();
}

#[test]
fn a_block_of_no_samples_moves_parameters_and_nothing_else() {
    let raw = playing(64);
    let mut output = Channels::new(2, 0);
    let mut pointers = output.pointers();
    let events = Events::default().set(9, raw.id("mix"), 0.75);
    let status = play(&raw, 0, &mut [], &mut pointers, &events);
    assert_ne!(status, CLAP_PROCESS_ERROR);
    output.hold();
    assert!((raw.position("mix") - 0.75).abs() < 1e-6);
    assert_eq!(raw.process(std::ptr::null()), CLAP_PROCESS_ERROR);
}

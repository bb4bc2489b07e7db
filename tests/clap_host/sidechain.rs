//! The sidechain's port: what hosts are told of it, and what comes of one that is connected, not connected, null, switched
//! off or of 64 bits, in every layout.

use super::channels::{Channels, noise};
use super::raw::{Events, Raw, block, port};
use anteroom::impulse::Origin;
use anteroom::state::Preset;
use assert_no_alloc::assert_no_alloc;
use clap_sys::audio_buffer::clap_audio_buffer;
use clap_sys::ext::audio_ports::CLAP_AUDIO_PORT_IS_MAIN;
use clap_sys::process::{CLAP_PROCESS_CONTINUE, CLAP_PROCESS_SLEEP};
use std::ffi::CStr;

const RATE: f64 = 48_000.0;
const FRAMES: usize = 256;
/// Layouts by their places: channels in and out.
const LAYOUTS: [(usize, usize); 3] = [(2, 2), (1, 2), (1, 1)];

/// What a host has at its second port.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Second {
    /// No such port.
    None,
    /// One without channels.
    Empty,
    /// One without buffers.
    Null,
    /// Pointers that are null.
    NullChannels,
    /// Silence.
    Silent,
    /// Sound.
    Sound,
    /// Sound in samples of 64 bits.
    Wide,
    /// Sound in more channels than the port has.
    Many,
}

/// A reverb alone that is turned down by the sidechain, or not at all.
fn playing(layout: usize, duck: f32) -> Raw {
    let mut preset = Preset::default();
    preset.set("mix", 100.0);
    preset.set("duck", duck);
    preset.set("duck_threshold", -50.0);
    preset.set("duck_key", 1.0);
    super::warm::warm(&Origin::default(), RATE as u32);
    let raw = Raw::new();
    assert!(raw.load(&preset.to_clapstate()));
    assert!(raw.select(layout as u32));
    raw.offline();
    assert!(raw.activate(RATE, 1, FRAMES as u32));
    assert!(raw.start());
    raw
}

/// Plays a second of noise with something at the second port, and returns what comes out.
fn heard(raw: &Raw, layout: usize, second: Second) -> Vec<Vec<f32>> {
    let (inputs, outputs) = LAYOUTS[layout];
    let mut heard = vec![Vec::new(); outputs];
    for start in (0..24_000).step_by(FRAMES) {
        let mut input = Channels::noise(inputs, start, FRAMES);
        let mut output = Channels::new(outputs, FRAMES);
        let mut key = Channels::noise(4, 777 + start, FRAMES);
        let wide = |channel: usize| -> Vec<f64> {
            let samples = key.channel(channel).iter();
            samples.map(|sample| f64::from(*sample)).collect()
        };
        let mut wide = [wide(0), wide(1)];
        if second == Second::Silent {
            key.memory.iter_mut().for_each(|channel| channel.fill(0.0));
        }
        let mut wide = wide.each_mut().map(|channel| channel.as_mut_ptr());
        let mut key = key.pointers();
        let mut null = [std::ptr::null_mut(); 2];
        let ins = &mut input.pointers();
        let outs = &mut output.pointers();
        let aside = match second {
            Second::None | Second::Empty => port(&mut []),
            Second::Null => clap_audio_buffer {
                data32: std::ptr::null_mut(),
                channel_count: 2,
                ..port(&mut [])
            },
            Second::NullChannels => port(&mut null),
            Second::Silent | Second::Sound => port(&mut key[..2]),
            Second::Many => port(&mut key),
            Second::Wide => clap_audio_buffer {
                data32: std::ptr::null_mut(),
                data64: wide.as_mut_ptr(),
                channel_count: 2,
                ..port(&mut [])
            },
        };
        let ports = [port(ins), aside];
        let mut out = port(outs);
        let mut block = block(FRAMES as u32);
        block.audio_inputs = ports.as_ptr();
        block.audio_inputs_count = if second == Second::None { 1 } else { 2 };
        (block.audio_outputs, block.audio_outputs_count) = (&raw mut out, 1);
        let list = Events::default();
        let list = list.list();
        block.in_events = &raw const list;
        assert_eq!(raw.process(&raw const block), CLAP_PROCESS_CONTINUE);
        output.hold();
        for (index, heard) in heard.iter_mut().enumerate() {
            heard.extend_from_slice(output.channel(index));
        }
    }
    heard
}

fn level(channel: &[f32]) -> f64 {
    let power = channel.iter().map(|x| f64::from(*x) * f64::from(*x));
    10.0 * (power.sum::<f64>() / channel.len() as f64).log10()
}

#[test]
fn in_every_layout_a_sidechain_is_heard_and_one_that_is_not_there_is_silent() {
    for layout in 0..LAYOUTS.len() {
        let plain = heard(&playing(layout, 0.0), layout, Second::None);
        let play = |second| heard(&playing(layout, 18.0), layout, second);
        for second in [
            Second::None,
            Second::Empty,
            Second::Null,
            Second::NullChannels,
            Second::Silent,
        ] {
            assert!(play(second) == plain, "{second:?}, layout {layout}");
        }
        let ducked = play(Second::Sound);
        for (ducked, plain) in ducked.iter().zip(&plain) {
            let down = level(&plain[4_800..]) - level(&ducked[4_800..]);
            assert!((down - 18.0).abs() < 0.1, "{down} dB, layout {layout}");
        }
        assert!(play(Second::Wide) == ducked, "64 bits, layout {layout}");
        assert!(play(Second::Many) == ducked, "four channels, {layout}");
    }
}

#[test]
fn a_port_that_is_switched_off_is_not_read() {
    let plain = heard(&playing(0, 0.0), 0, Second::None);
    let raw = playing(0, 18.0);
    assert!(raw.switch_port(true, 1, false));
    assert!(heard(&raw, 0, Second::Sound) == plain);
    raw.reset();
    // Nothing that could be read lies there.
    assert!(heard(&raw, 0, Second::Null) == plain);
    raw.reset();
    assert!(raw.switch_port(true, 1, true));
    let ducked = heard(&raw, 0, Second::Sound);
    assert!(ducked == heard(&playing(0, 18.0), 0, Second::Sound));
    assert!(ducked != plain);
    // The main ports may be switched; others there are none.
    for (is_input, index, taken) in [
        (true, 0, true),
        (false, 0, true),
        (false, 1, false),
        (true, 2, false),
        (true, u32::MAX, false),
    ] {
        assert_eq!(raw.switch_port(is_input, index, true), taken);
    }
}

#[test]
fn hosts_are_told_of_one_more_input_in_every_layout() {
    for (place, (inputs, outputs)) in LAYOUTS.into_iter().enumerate() {
        let raw = Raw::new();
        assert!(raw.select(place as u32));
        assert_eq!((raw.port_count(true), raw.port_count(false)), (2, 1));
        let input = raw.port_info(true, 0).expect("the input");
        let output = raw.port_info(false, 0).expect("the output");
        let sidechain = raw.port_info(true, 1).expect("the sidechain");
        assert_eq!(input.channel_count as usize, inputs);
        assert_eq!(output.channel_count as usize, outputs);
        // Their numbers are those they had before there was a sidechain.
        assert_eq!((input.id, output.id), (0, 1));
        assert_eq!(sidechain.channel_count, 2);
        assert!(![input.id, output.id].contains(&sidechain.id));
        assert_eq!(
            input.flags & CLAP_AUDIO_PORT_IS_MAIN,
            CLAP_AUDIO_PORT_IS_MAIN
        );
        assert_eq!(sidechain.flags & CLAP_AUDIO_PORT_IS_MAIN, 0);
        let name = sidechain.name.map(|letter| letter as u8);
        let name = CStr::from_bytes_until_nul(&name).expect("it ends");
        assert_eq!(name, c"Sidechain");
        for (is_input, index) in [(true, 2), (false, 1), (true, u32::MAX), (false, u32::MAX)] {
            assert!(raw.port_info(is_input, index).is_none());
        }
        let layout = raw.layout(place as u32).expect("a layout");
        assert_eq!((layout.input_port_count, layout.output_port_count), (2, 1));
        assert_eq!(layout.main_input_channel_count as usize, inputs);
    }
    let raw = Raw::new();
    assert!(raw.layout(3).is_none() && raw.layout(u32::MAX).is_none());
}

#[test]
fn it_does_not_sleep_while_the_sidechain_sounds() {
    let raw = playing(0, 18.0);
    let play = |level: f32| {
        let (mut input, mut output) = ([[0.0_f32; FRAMES]; 2], [[0.0_f32; FRAMES]; 2]);
        let mut key = [[0.0_f32; FRAMES]; 2];
        for (at, sample) in key[1].iter_mut().enumerate() {
            *sample = level * noise(at);
        }
        let mut ins = input.each_mut().map(|channel| channel.as_mut_ptr());
        let mut outs = output.each_mut().map(|channel| channel.as_mut_ptr());
        let mut keys = key.each_mut().map(|channel| channel.as_mut_ptr());
        let ports = [port(&mut ins), port(&mut keys)];
        let mut out = port(&mut outs);
        let mut block = block(FRAMES as u32);
        (block.audio_inputs, block.audio_inputs_count) = (ports.as_ptr(), 2);
        (block.audio_outputs, block.audio_outputs_count) = (&raw mut out, 1);
        assert_no_alloc(|| raw.process(&raw const block))
    };
    for _ in 0..100 {
        assert_eq!(play(1e-3), CLAP_PROCESS_CONTINUE);
    }
    for _ in 0..100 {
        assert_eq!(play(1.0), CLAP_PROCESS_CONTINUE);
    }
    assert!((0..2_000).any(|_| play(0.0) == CLAP_PROCESS_SLEEP));
    assert_eq!(play(1e-3), CLAP_PROCESS_CONTINUE);
}

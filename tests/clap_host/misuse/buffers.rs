//! Buffers that are too many, too few, too long, stale, shared or of 64 bits.

use super::super::blocks::{play, playing, reference, run, sound};
use super::super::channels::{Channels, STALE};
use super::super::raw::{Events, block, port};
use clap_sys::audio_buffer::clap_audio_buffer;
use clap_sys::process::CLAP_PROCESS_CONTINUE;

#[test]
fn channels_too_many_are_silent_and_too_few_are_left_out() {
    let truth = reference(64);
    // Four channels each way, and a second port.
    let raw = playing(64);
    let (mut input, mut output) = (Channels::noise(4, 0, 64), Channels::new(4, 64));
    let mut aside = Channels::new(2, 64);
    let (mut ins, mut outs, mut others) = (input.pointers(), output.pointers(), aside.pointers());
    let input_ports = [port(&mut ins), port(&mut [])];
    let mut output_ports = [port(&mut outs), port(&mut others)];
    let mut four = block(64);
    (four.audio_inputs, four.audio_inputs_count) = (input_ports.as_ptr(), 2);
    (four.audio_outputs, four.audio_outputs_count) = (output_ports.as_mut_ptr(), 2);
    assert_eq!(run(&raw, &four), CLAP_PROCESS_CONTINUE);
    for (channel, truth) in truth.iter().enumerate().take(2) {
        assert_eq!(output.channel(channel), *truth);
        assert_eq!(output.channel(channel + 2), [0.0; 64]);
        assert_eq!(aside.channel(channel), [0.0; 64]);
    }
    assert_eq!(output_ports.map(|port| port.constant_mask), [0b1100, 0b11]);
    output.hold();
    aside.hold();
    // One channel in and out: the left one, the right one is silence.
    let raw = playing(64);
    let (mut input, mut output) = (Channels::noise(1, 0, 64), Channels::new(1, 64));
    play(
        &raw,
        64,
        &mut input.pointers(),
        &mut output.pointers(),
        &Events::default(),
    );
    assert!(output.channel(0).iter().any(|sample| sample.abs() > 0.01));
    output.hold();
    // None at all, counted or not.
    for count in [0, 2] {
        let mut none = block(64);
        let mut nothing = clap_audio_buffer {
            data32: std::ptr::null_mut(),
            channel_count: count,
            ..port(&mut [])
        };
        assert_eq!(run(&raw, &none), CLAP_PROCESS_CONTINUE);
        (none.audio_inputs_count, none.audio_outputs_count) = (3, 3);
        assert_eq!(run(&raw, &none), CLAP_PROCESS_CONTINUE);
        (none.audio_inputs, none.audio_inputs_count) = (&raw const nothing, 1);
        (none.audio_outputs, none.audio_outputs_count) = (&raw mut nothing, 1);
        assert_eq!(run(&raw, &none), CLAP_PROCESS_CONTINUE);
    }
}

#[test]
fn what_was_in_the_output_before_does_not_become_the_input() {
    let raw = playing(64);
    let mut null = [std::ptr::null_mut(); 2];
    let mut output = Channels::new(2, 64);
    for count in 0..3 {
        for _ in 0..50 {
            let ins = &mut null[..count];
            play(&raw, 64, ins, &mut output.pointers(), &Events::default());
            assert_eq!(output.channel(0), [0.0; 64], "{count}");
            assert_eq!(output.channel(1), [0.0; 64], "{count}");
            output = Channels::new(2, 64);
        }
    }
    // One channel of two has no buffer: nothing comes in there, and nothing goes out.
    let mut input = Channels::noise(2, 0, 64);
    let mut half = [input.pointers()[0], std::ptr::null_mut()];
    let mut outs = [std::ptr::null_mut(), output.pointers()[1]];
    play(&raw, 64, &mut half, &mut outs, &Events::default());
    assert_eq!(output.channel(0), [STALE; 64]);
    assert!(output.channel(1).iter().all(|sample| sample.abs() < 2.0));
}

#[test]
fn inputs_may_lie_where_outputs_lie() {
    let truth = reference(256);
    let in_place = |outs: &dyn Fn(&[*mut f32]) -> Vec<*mut f32>| {
        let raw = playing(256);
        let mut channels = Channels::noise(2, 0, 256);
        let mut pointers = channels.pointers();
        let mut outs = outs(&pointers);
        play(&raw, 256, &mut pointers, &mut outs, &Events::default());
        channels.hold();
        channels
    };
    let straight = in_place(&|pointers| pointers.to_vec());
    assert_eq!(straight.channel(0), truth[0]);
    assert_eq!(straight.channel(1), truth[1]);
    let crossed = in_place(&|pointers| vec![pointers[1], pointers[0]]);
    assert_eq!(crossed.channel(0), truth[1]);
    assert_eq!(crossed.channel(1), truth[0]);
    let both = in_place(&|pointers| vec![pointers[0]; 2]);
    assert_eq!(both.channel(0), truth[1], "the last one is left");
    // Both inputs are one.
    let raw = playing(256);
    let (mut input, mut output) = (Channels::noise(1, 0, 256), Channels::new(2, 256));
    let one = input.pointers()[0];
    play(
        &raw,
        256,
        &mut [one, one],
        &mut output.pointers(),
        &Events::default(),
    );
    assert!(output.channel(0).iter().all(|sample| sample.abs() < 2.0));
    output.hold();
}

#[test]
fn samples_of_64_bits_are_converted() {
    let truth = reference(64);
    let raw = playing(64);
    let input = Channels::noise(2, 0, 64);
    let mut wide: Vec<Vec<f64>> = [0, 1]
        .map(|index| {
            input
                .channel(index)
                .iter()
                .map(|sample| f64::from(*sample))
                .collect()
        })
        .to_vec();
    let mut out = vec![vec![f64::from(STALE); 64]; 2];
    let mut ins: Vec<*mut f64> = wide
        .iter_mut()
        .map(|channel| channel.as_mut_ptr())
        .collect();
    let mut outs: Vec<*mut f64> = out.iter_mut().map(|channel| channel.as_mut_ptr()).collect();
    let port = |channels: &mut Vec<*mut f64>| clap_audio_buffer {
        data32: std::ptr::null_mut(),
        data64: channels.as_mut_ptr(),
        channel_count: 2,
        latency: 0,
        constant_mask: 0,
    };
    let (input, mut output) = (port(&mut ins), port(&mut outs));
    let mut block = block(64);
    (block.audio_inputs, block.audio_inputs_count) = (&raw const input, 1);
    (block.audio_outputs, block.audio_outputs_count) = (&raw mut output, 1);
    assert_eq!(run(&raw, &block), CLAP_PROCESS_CONTINUE);
    for (out, truth) in out.iter().zip(&truth) {
        assert!(
            out.iter()
                .zip(truth)
                .all(|(out, truth)| *out == f64::from(*truth))
        );
    }
}

#[test]
fn a_block_longer_than_announced_is_cut() {
    let play_in = |most: u32, size: usize| {
        let raw = playing(most);
        let mix = raw.id("mix");
        let mut heard = Vec::new();
        for start in (0..20_000).step_by(size) {
            let here = size.min(20_000 - start);
            let mut events = Events::default();
            for at in [1_000, 9_999, 17_777] {
                if (start..start + here).contains(&at) {
                    events = events.set((at - start) as u32, mix, at as f64 / 20_000.0);
                }
            }
            heard.extend_from_slice(sound(&raw, start, here, &events).channel(1));
        }
        heard
    };
    let truth = play_in(512, 500);
    for (most, size) in [(64, 20_000), (0, 3_000), (1, 700), (u32::MAX, 20_000)] {
        assert!(
            play_in(most, size) == truth,
            "{most} announced, {size} come"
        );
    }
}

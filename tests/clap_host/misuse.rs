//! Hosts outside the contract: what they do ends in silence or a clamp, never in an abort, in memory that
//! is not theirs, or in sound that was there before. Every block is processed under the net.

use super::blocks::{RATE, play, playing, reference, run, sound};
use super::channels::{Channels, STALE};
use super::dice::Dice;
use super::raw::{Events, Raw, block, makes_for_nobody, port};
use super::screen;
use clap_sys::audio_buffer::clap_audio_buffer;
use clap_sys::events::{
    CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_MIDI, CLAP_EVENT_NOTE_ON, CLAP_EVENT_PARAM_VALUE,
    clap_event_header, clap_input_events,
};
use clap_sys::process::{CLAP_PROCESS_CONTINUE, CLAP_PROCESS_ERROR};

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

#[test]
fn the_tail_is_kept_where_the_host_stops_and_starts_around_each_block() {
    let truth = reference(9_600);
    let raw = playing(64);
    for start in (0..9_600).step_by(64) {
        assert!(raw.start());
        let heard = sound(&raw, start, 64, &Events::default());
        assert_eq!(heard.channel(0), &truth[0][start..][..64], "at {start}");
        raw.stop();
    }
    // What is there to forget the sound does so.
    raw.reset();
    let silent = |raw: &Raw| {
        let mut output = Channels::new(2, 64);
        play(raw, 64, &mut [], &mut output.pointers(), &Events::default());
        output.channel(0) == [0.0; 64]
    };
    assert!(silent(&raw));
    sound(&raw, 0, 9_600, &Events::default());
    assert!(!silent(&raw));
    raw.stop();
    raw.deactivate();
    assert!(raw.activate(RATE, 1, 64) && raw.start());
    assert!(silent(&raw), "nor does it outlive an activation");
}

#[test]
fn outside_of_an_activation_there_is_silence() {
    let raw = Raw::new();
    let silent = |raw: &Raw| {
        let (mut input, mut output) = (Channels::noise(2, 0, 64), Channels::new(2, 64));
        let status = play(
            raw,
            64,
            &mut input.pointers(),
            &mut output.pointers(),
            &Events::default(),
        );
        output.hold();
        assert_eq!(status, CLAP_PROCESS_ERROR);
        assert_eq!(output.channel(0), [0.0; 64]);
        assert_eq!(output.channel(1), [0.0; 64]);
    };
    silent(&raw);
    assert!(!raw.start());
    raw.stop();
    raw.reset();
    raw.deactivate();
    silent(&raw);
    assert!(raw.activate(RATE, 1, 64));
    // Nobody has said that it starts: it plays.
    sound(&raw, 0, 64, &Events::default());
    // Activated twice, and twice not.
    assert!(raw.activate(44_100.0, 1, 128) && raw.start());
    sound(&raw, 0, 128, &Events::default());
    raw.deactivate();
    silent(&raw);
    raw.deactivate();
    silent(&raw);
}

#[test]
fn a_layout_is_not_changed_under_the_audio_thread() {
    let raw = playing(64);
    for layout in [0, 1, 2, 3, u32::MAX] {
        assert!(!raw.select(layout), "{layout}");
        sound(&raw, 0, 64, &Events::default());
    }
    raw.deactivate();
    assert!(raw.select(2) && !raw.select(3));
    assert!(raw.activate(RATE, 1, 64) && raw.start());
    // A host that goes on with two channels.
    let (mut input, mut output) = (Channels::noise(2, 0, 64), Channels::new(2, 64));
    play(
        &raw,
        64,
        &mut input.pointers(),
        &mut output.pointers(),
        &Events::default(),
    );
    assert!(output.channel(0).iter().any(|sample| *sample != 0.0));
    assert_eq!(output.channel(1), [0.0; 64]);
}

#[test]
fn rates_that_are_none_are_refused_and_blocks_are_not_believed() {
    let raw = Raw::new();
    for rate in [0.0, -48_000.0, f64::NAN, f64::INFINITY, 1e9, 1e-9] {
        assert!(!raw.activate(rate, 1, 64), "{rate}");
        assert!(!raw.start());
    }
    for (least, most) in [(0, 0), (1, u32::MAX), (u32::MAX, u32::MAX), (512, 64)] {
        assert!(raw.activate(RATE, least, most), "{least} to {most}");
        assert!(raw.start());
        sound(&raw, 0, 256, &Events::default());
        raw.stop();
        raw.deactivate();
    }
}

#[test]
fn questions_without_an_answer_have_none() {
    assert!(!makes_for_nobody());
    let raw = Raw::new();
    let count = raw.count();
    assert!(raw.id_at(count - 1).is_some());
    for index in [count, count + 1, u32::MAX] {
        assert_eq!(raw.id_at(index), None);
    }
}

#[test]
fn whatever_a_host_gives_nothing_is_written_beyond_and_all_is_sound() {
    let mut dice = Dice(13);
    let raw = Raw::new();
    let ids: Vec<u32> = (0..raw.count())
        .filter_map(|index| raw.id_at(index))
        .collect();
    let mut active = false;
    for turn in 0..3_000 {
        match dice.roll(60) {
            0 => {
                let rate = [RATE, 44_100.0, 0.0][dice.roll(3)];
                // One that is refused leaves it as it was.
                active |= raw.activate(rate, 1, [0, 64, 512][dice.roll(3)]);
            }
            1 => {
                raw.deactivate();
                active = false;
            }
            2 => raw.stop(),
            3 | 4 => _ = raw.start(),
            5 => raw.reset(),
            6 => _ = raw.select(dice.roll(5) as u32),
            7 => _ = raw.pump(),
            _ => {}
        }
        let frames = [0, 1, 64, 64, 700][dice.roll(5)];
        let mut channels = Channels::noise(6, turn * 64, frames);
        let pointers = channels.pointers();
        let pick = |dice: &mut Dice| -> Vec<*mut f32> {
            let count = dice.roll(6);
            (0..count)
                .map(|_| match dice.roll(4) {
                    0 => std::ptr::null_mut(),
                    _ => pointers[dice.roll(6)],
                })
                .collect()
        };
        let (mut ins, mut outs) = (pick(&mut dice), pick(&mut dice));
        let mut events = Events::default();
        for _ in 0..dice.roll(5) {
            let time = [0, 5, 63, 64, 1_000, u32::MAX][dice.roll(6)];
            let id = match dice.roll(9) {
                0 => 1,
                _ => ids[dice.roll(ids.len())],
            };
            match dice.roll(3) {
                0 => events.add_none(),
                1 => events = events.modulate(time, id, dice.share() - 0.5),
                _ => events = events.set(time, id, dice.share()),
            }
        }
        let status = play(&raw, frames, &mut ins, &mut outs, &events);
        if frames > 0 {
            assert_eq!(status != CLAP_PROCESS_ERROR, active, "{turn}");
        }
        channels.hold();
        for index in 0..6 {
            let sound = channels
                .channel(index)
                .iter()
                .all(|sample| sample.is_finite());
            assert!(sound, "{turn}");
        }
    }
}

/// Two threads where one should be: the one that comes second waits, or is sent away.
#[test]
fn the_main_thread_may_come_in_the_middle_of_a_block() {
    let raw = playing(64);
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let events = Events::default().set(70, raw.id("mix"), 0.5);
                while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                    let mut input = Channels::noise(2, 0, 64);
                    let mut output = Channels::new(2, 64);
                    play(
                        &raw,
                        64,
                        &mut input.pointers(),
                        &mut output.pointers(),
                        &events,
                    );
                    output.hold();
                    std::thread::yield_now();
                }
            });
        }
        for turn in 0..20 {
            raw.stop();
            raw.deactivate();
            assert!(raw.select(turn % 3));
            raw.flush(&Events::default().set(0, raw.id("width"), 0.5));
            assert!(raw.activate(RATE, 1, 64) && raw.start());
            raw.reset();
            raw.pump();
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
    });
}

#[test]
fn a_host_without_windows_gets_none_and_wrong_calls_are_refused() {
    use clap_sys::ext::gui::CLAP_WINDOW_API_X11;
    let raw = Raw::new();
    for api in [
        std::ptr::null(),
        c"lost".as_ptr(),
        CLAP_WINDOW_API_X11.as_ptr(),
    ] {
        assert!(!raw.create_window(api));
        raw.call_window();
        raw.destroy_window();
    }
}

#[test]
fn a_window_may_be_destroyed_from_within_its_own_calls() {
    use clap_sys::ext::gui::CLAP_WINDOW_API_X11;
    if screen::role().is_none() {
        let name = "misuse::a_window_may_be_destroyed_from_within_its_own_calls";
        return screen::in_processes(name, "within", 1);
    }
    let raw = Raw::with_windows();
    for _ in 0..3 {
        assert!(raw.create_window(CLAP_WINDOW_API_X11.as_ptr()));
        assert!(
            !raw.create_window(CLAP_WINDOW_API_X11.as_ptr()),
            "there is one already"
        );
        raw.call_window();
        raw.destroy_window();
        raw.destroy_window();
        raw.call_window();
    }
}

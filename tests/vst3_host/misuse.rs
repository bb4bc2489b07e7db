//! Hosts outside the contract: what they do ends in silence or a clamp, never in an abort, in memory that
//! is not theirs, or in sound that was there before. And what a host with manners is told of silence.

#![allow(unsafe_code)]

use super::HERE;
use super::channels::{Channels, MARGIN, STALE};
use super::rig::Rig;
use anteroom::impulse::Origin;
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::*;
use nice_plug::wrapper::vst3::vst3::Steinberg::*;

fn bus(channels: &mut [*mut f32]) -> AudioBusBuffers {
    AudioBusBuffers {
        numChannels: channels.len() as int32,
        silenceFlags: 0,
        __field0: AudioBusBuffers__type0 {
            channelBuffers32: channels.as_mut_ptr(),
        },
    }
}

/// A block of nothing.
fn block(frames: i32) -> ProcessData {
    ProcessData {
        processMode: 0,
        symbolicSampleSize: SymbolicSampleSizes_::kSample32 as int32,
        numSamples: frames,
        numInputs: 0,
        numOutputs: 0,
        inputs: std::ptr::null_mut(),
        outputs: std::ptr::null_mut(),
        inputParameterChanges: std::ptr::null_mut(),
        outputParameterChanges: std::ptr::null_mut(),
        inputEvents: std::ptr::null_mut(),
        outputEvents: std::ptr::null_mut(),
        processContext: std::ptr::null_mut(),
    }
}

/// Processes a block as it is: every pointer is null or leads to what it says.
fn run(rig: &Rig, data: &mut ProcessData) -> tresult {
    // SAFETY: the plug-in's own function.
    unsafe { rig.processor.process(data) }
}

/// Processes a block with these channels, and says which outputs are flagged as silent.
fn play(rig: &Rig, frames: usize, ins: &mut [*mut f32], outs: &mut [*mut f32]) -> (tresult, u64) {
    let (mut input, mut output) = (bus(ins), bus(outs));
    output.silenceFlags = u64::MAX;
    let mut data = block(frames as i32);
    (data.numInputs, data.inputs) = (1, &raw mut input);
    (data.numOutputs, data.outputs) = (1, &raw mut output);
    let result = run(rig, &mut data);
    (result, output.silenceFlags)
}

fn sound(rig: &Rig, start: usize, frames: usize) -> Channels {
    let (mut input, mut output) = (Channels::noise(2, start, frames), Channels::new(2, frames));
    let (result, _) = play(rig, frames, &mut input.pointers(), &mut output.pointers());
    assert_eq!(result, kResultOk);
    output.hold();
    output
}

fn playing(most: usize) -> Rig {
    super::warm::warm(&Origin::default(), 48_000);
    let rig = Rig::new(HERE);
    rig.activate(48_000.0, most, false);
    rig
}

/// What a host with manners hears, in blocks of 64: two channels.
fn reference(frames: usize) -> [Vec<f32>; 2] {
    let rig = playing(64);
    let mut heard = [Vec::new(), Vec::new()];
    for start in (0..frames).step_by(64) {
        let output = sound(&rig, start, 64.min(frames - start));
        for (index, heard) in heard.iter_mut().enumerate() {
            heard.extend_from_slice(output.channel(index));
        }
    }
    rig.deactivate();
    heard
}

#[test]
fn channels_too_many_too_few_or_nowhere() {
    let truth = reference(64);
    let rig = playing(64);
    // Four each way.
    let (mut input, mut output) = (Channels::noise(4, 0, 64), Channels::new(4, 64));
    let (result, silent) = play(&rig, 64, &mut input.pointers(), &mut output.pointers());
    assert_eq!((result, silent), (kResultOk, 0b1100));
    for (channel, truth) in truth.iter().enumerate().take(2) {
        assert_eq!(output.channel(channel), *truth);
        assert_eq!(output.channel(channel + 2), [0.0; 64]);
    }
    output.hold();
    // One each way.
    let (mut input, mut output) = (Channels::noise(1, 0, 64), Channels::new(1, 64));
    let (result, _) = play(&rig, 64, &mut input.pointers(), &mut output.pointers());
    assert_eq!(result, kResultOk);
    output.hold();
    // None that are there, however they are counted.
    for (buses, channels) in [(0, 0), (1, 0), (1, 2), (-1, 2), (1, -7), (i32::MAX, 2)] {
        let mut nowhere = bus(&mut []);
        nowhere.__field0.channelBuffers32 = std::ptr::null_mut();
        nowhere.numChannels = channels;
        let mut data = block(64);
        (data.numInputs, data.numOutputs) = (buses, buses);
        assert_eq!(run(&rig, &mut data), kResultOk);
        if buses == 1 {
            (data.inputs, data.outputs) = (&raw mut nowhere, &raw mut nowhere);
            assert_eq!(run(&rig, &mut data), kResultOk);
        }
    }
    for frames in [0, -1, i32::MIN] {
        let mut output = Channels::new(2, 64);
        let mut pointers = output.pointers();
        let mut out = bus(&mut pointers);
        let mut data = block(frames);
        (data.numOutputs, data.outputs) = (1, &raw mut out);
        assert_eq!(run(&rig, &mut data), kResultOk);
        assert_eq!(output.channel(0), [STALE; 64]);
    }
    rig.deactivate();
}

#[test]
fn what_was_in_the_output_before_does_not_become_the_input() {
    let rig = playing(64);
    let mut null = [std::ptr::null_mut(); 2];
    for _ in 0..50 {
        let mut output = Channels::new(2, 64);
        let (result, silent) = play(&rig, 64, &mut null, &mut output.pointers());
        assert_eq!((result, silent), (kResultOk, 0b11));
        assert_eq!(output.channel(0), [0.0; 64]);
        assert_eq!(output.channel(1), [0.0; 64]);
    }
    // A channel that is said to be silent is, whatever lies there.
    let (mut input, mut output) = (Channels::new(2, 64), Channels::new(2, 64));
    let (mut ins, mut outs) = (input.pointers(), output.pointers());
    let (mut input, mut out) = (bus(&mut ins), bus(&mut outs));
    input.silenceFlags = 0b11;
    let mut data = block(64);
    (data.numInputs, data.inputs) = (1, &raw mut input);
    (data.numOutputs, data.outputs) = (1, &raw mut out);
    assert_eq!(run(&rig, &mut data), kResultOk);
    assert_eq!(output.channel(0), [0.0; 64]);
    assert_eq!(out.silenceFlags, 0b11);
    rig.deactivate();
}

#[test]
fn inputs_may_lie_where_outputs_lie_and_samples_may_have_64_bits() {
    let truth = reference(256);
    for crossed in [false, true] {
        let rig = playing(256);
        let mut channels = Channels::noise(2, 0, 256);
        let mut ins = channels.pointers();
        let mut outs = ins.clone();
        if crossed {
            outs.reverse();
        }
        play(&rig, 256, &mut ins, &mut outs);
        assert_eq!(channels.channel(0), truth[usize::from(crossed)]);
        assert_eq!(channels.channel(1), truth[usize::from(!crossed)]);
        channels.hold();
        rig.deactivate();
    }
    let rig = playing(256);
    let input = Channels::noise(2, 0, 256);
    let wide = |index| -> Vec<f64> {
        let samples = input.channel(index).iter();
        samples.map(|sample| f64::from(*sample)).collect()
    };
    let mut ins = [wide(0), wide(1)];
    let mut outs = [vec![f64::from(STALE); 256], vec![f64::from(STALE); 256]];
    let mut pointers =
        [&mut ins, &mut outs].map(|both| both.each_mut().map(|channel| channel.as_mut_ptr()));
    let mut buses = pointers.each_mut().map(|channels| AudioBusBuffers {
        numChannels: 2,
        silenceFlags: 0,
        __field0: AudioBusBuffers__type0 {
            channelBuffers64: channels.as_mut_ptr(),
        },
    });
    let [input, output] = &mut buses;
    let mut data = block(256);
    data.symbolicSampleSize = SymbolicSampleSizes_::kSample64 as int32;
    (data.numInputs, data.inputs) = (1, input);
    (data.numOutputs, data.outputs) = (1, output);
    assert_eq!(run(&rig, &mut data), kResultOk);
    for (out, truth) in outs.iter().zip(&truth) {
        let mut both = out.iter().zip(truth);
        assert!(both.all(|(out, truth)| *out == f64::from(*truth)));
    }
    rig.deactivate();
}

#[test]
fn a_block_longer_than_announced_is_cut() {
    let truth = reference(20_000);
    for most in [64, 1, 0, i32::MAX as usize] {
        let rig = playing(most);
        let heard = sound(&rig, 0, 20_000);
        assert!(heard.channel(1) == truth[1], "{most}");
        rig.deactivate();
    }
}

#[test]
fn a_start_without_a_stop_keeps_the_tail() {
    let truth = reference(9_600);
    let rig = playing(64);
    for start in (0..9_600).step_by(64) {
        // SAFETY: the plug-in's own function.
        unsafe { rig.processor.setProcessing(1) };
        assert_eq!(sound(&rig, start, 64).channel(0), &truth[0][start..][..64]);
    }
    // To stop and to go on is how VST3 hosts have all sound forgotten.
    // SAFETY: as above.
    unsafe {
        rig.processor.setProcessing(0);
        rig.processor.setProcessing(1);
    }
    let mut output = Channels::new(2, 64);
    let (_, silent) = play(&rig, 64, &mut [], &mut output.pointers());
    assert_eq!(silent, 0b11);
    rig.deactivate();
}

#[test]
fn outside_of_an_activation_there_is_silence_and_no_layout_changes_within() {
    let rig = Rig::new(HERE);
    let silent = |rig: &Rig| {
        let (mut input, mut output) = (Channels::noise(2, 0, 64), Channels::new(2, 64));
        let (result, _) = play(rig, 64, &mut input.pointers(), &mut output.pointers());
        assert_ne!(result, kResultOk);
        assert_eq!(output.channel(0), [0.0; 64]);
        assert_eq!(output.channel(1), [0.0; 64]);
        output.hold();
    };
    silent(&rig);
    let setup = |rate: f64| {
        let mut setup = ProcessSetup {
            processMode: 0,
            symbolicSampleSize: SymbolicSampleSizes_::kSample32 as int32,
            maxSamplesPerBlock: 64,
            sampleRate: rate,
        };
        // SAFETY: the plug-in's own function.
        unsafe { rig.processor.setupProcessing(&mut setup) }
    };
    // SAFETY: the plug-in's own functions, and null, which is what is tested.
    unsafe {
        assert_ne!(
            rig.processor.setupProcessing(std::ptr::null_mut()),
            kResultOk
        );
        for rate in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e9] {
            assert_ne!(setup(rate), kResultOk, "{rate}");
        }
        assert_ne!(rig.component.setActive(1), kResultOk, "nothing is set up");
        silent(&rig);
        assert_eq!(setup(48_000.0), kResultOk);
        silent(&rig);
        assert_eq!(rig.component.setActive(1), kResultOk);
        for (inputs, outputs) in [(1, 1), (1, 2), (2, 2), (4, 4)] {
            assert!(!rig.arrange(inputs, outputs), "{inputs} to {outputs}");
            sound(&rig, 0, 64);
        }
        for index in [-1, i32::MIN, 2, i32::MAX] {
            let mut info: BusInfo = std::mem::zeroed();
            let mut arrangement = 0;
            for direction in [0, 1, 7] {
                assert_ne!(
                    rig.component.getBusInfo(0, direction, index, &mut info),
                    kResultOk
                );
                assert_ne!(rig.component.activateBus(0, direction, index, 1), kResultOk);
                let got = rig
                    .processor
                    .getBusArrangement(direction, index, &mut arrangement);
                assert_ne!(got, kResultOk);
            }
        }
        assert_eq!(rig.component.setActive(0), kResultOk);
    }
    silent(&rig);
    assert!(rig.arrange(1, 1));
}

#[test]
fn silence_is_flagged_once_the_tail_is_over() {
    let rig = playing(256);
    let tail = rig.tail() as usize;
    let (mut input, mut output) = (Channels::new(2, 256), Channels::new(2, 256));
    for channel in &mut input.memory {
        channel.fill(0.0);
        channel[MARGIN] = 0.9;
    }
    let (mut flagged, mut last_sound) = (None, 0);
    for turn in 0..(tail + 96_000) / 256 {
        let (result, silent) = play(&rig, 256, &mut input.pointers(), &mut output.pointers());
        assert_eq!(result, kResultOk);
        for channel in 0..2 {
            let is_silent = output.channel(channel).iter().all(|sample| *sample == 0.0);
            assert_eq!(silent & (1 << channel) != 0, is_silent, "{turn}");
            if !is_silent {
                last_sound = turn;
            }
        }
        match silent {
            0b11 => flagged = flagged.or(Some(turn)),
            _ => flagged = None,
        }
        input
            .memory
            .iter_mut()
            .for_each(|channel| channel.fill(0.0));
    }
    let flagged = flagged.expect("it is flagged in the end") * 256;
    println!(
        "tail {tail}, last sound at {}, flagged from {flagged}",
        last_sound * 256
    );
    assert!(flagged < tail + 48_000);
    rig.deactivate();
}

#[test]
fn while_a_room_is_recorded_no_silence_is_flagged_and_the_tail_is_endless() {
    use anteroom::instance::{CaptureSettings, CaptureState, UiHandle};
    let (rig, ui) = anteroom::plugin::without_editor(|| playing(256));
    let mut ui = ui.expect("the editor's ends");
    let folder = std::env::temp_dir();
    (ui.capture).start(CaptureSettings::default(), folder, &mut ui.commands);
    let (mut input, mut output) = (Channels::new(2, 256), Channels::new(2, 256));
    let mut rows = [&mut input, &mut output].map(Channels::pointers);
    let (mut recording, begin) = (0, std::time::Instant::now());
    while recording < 50 {
        let [ins, outs] = &mut rows;
        let (_, silent) = play(&rig, 256, ins, outs);
        let UiHandle {
            capture,
            commands,
            snapshots,
            ..
        } = &mut ui;
        let snapshot = *snapshots.read();
        capture.poll(commands, &snapshot);
        if snapshot.capture.state != CaptureState::Idle {
            assert_eq!((silent, rig.tail()), (0, u32::MAX));
            recording += 1;
        }
        std::thread::sleep(std::time::Duration::from_millis(1));
        assert!(begin.elapsed().as_secs() < 60, "it begins");
    }
    ui.capture.stop(&mut ui.commands);
    rig.deactivate();
}

#[test]
fn automation_outside_of_the_block_is_clamped() {
    let rig = playing(64);
    let mut block = super::rig::Block::new(2, 2, 64);
    block.automate(
        rig.id("mix"),
        &[(i32::MIN, 0.1), (-1, 0.2), (64, 0.3), (i32::MAX, 0.75)],
    );
    block.automate(12_345, &[(1_000, 0.5)]);
    assert_eq!(block.process(&rig.processor, 64), kResultOk);
    // The line has come to its end where it is read next.
    assert_eq!(block.process(&rig.processor, 64), kResultOk);
    assert!((rig.position("mix") - 0.75).abs() < 1e-3);
    rig.deactivate();
}

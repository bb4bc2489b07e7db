//! The sidechain's bus: its arrangements beside a mono and a stereo bus, and what comes of one that is active, inactive,
//! null, not given, silent or of 64 bits. And the tempo that comes with a block.

#![allow(unsafe_code)]

use super::HERE;
use super::channels::Channels;
use super::rig::Rig;
use anteroom::impulse::Origin;
use anteroom::params::NOTES;
use anteroom::state::Preset;
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::ProcessContext_::StatesAndFlags_::kTempoValid;
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::*;
use nice_plug::wrapper::vst3::vst3::Steinberg::*;

const IN: BusDirection = BusDirections_::kInput as BusDirection;
const AUDIO: MediaType = MediaTypes_::kAudio as MediaType;
const FRAMES: usize = 256;
const LAYOUTS: [(u32, u32); 3] = [(2, 2), (1, 2), (1, 1)];

/// What a host gives as its second bus.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Second {
    /// One bus only.
    None,
    /// Null where pointers should be.
    Null,
    /// Pointers that are null.
    NullChannels,
    /// Sound that is said to be silence.
    Flagged,
    Sound,
    /// One channel of sound.
    Mono,
}

fn bus(channels: &mut [*mut f32]) -> AudioBusBuffers {
    AudioBusBuffers {
        numChannels: channels.len() as int32,
        silenceFlags: 0,
        __field0: AudioBusBuffers__type0 {
            channelBuffers32: channels.as_mut_ptr(),
        },
    }
}

fn loaded(set: &[(&str, f32)]) -> Rig {
    let mut preset = Preset::default();
    preset.set("mix", 100.0);
    for (id, value) in set {
        preset.set(id, *value);
    }
    super::warm::warm(&Origin::default(), 48_000);
    let rig = Rig::new(HERE);
    assert!(rig.load(preset.to_json().as_bytes()));
    rig
}

/// A reverb alone that the sidechain turns down.
fn ducked(duck: f32) -> Rig {
    loaded(&[("duck", duck), ("duck_threshold", -50.0), ("duck_key", 1.0)])
}

fn activate_sidechain(rig: &Rig, active: bool) {
    // SAFETY: the plug-in's own function.
    let done = unsafe { rig.component.activateBus(AUDIO, IN, 1, TBool::from(active)) };
    assert_eq!(done, kResultOk);
}

/// Plays half a second of noise, offline.
fn heard(rig: &Rig, (inputs, outputs): (u32, u32), second: Second, bpm: Option<f64>) -> Vec<f32> {
    let mut heard = Vec::new();
    rig.activate(48_000.0, FRAMES, true);
    for start in (0..24_000).step_by(FRAMES) {
        let mut input = Channels::noise(inputs as usize, start, FRAMES);
        let mut output = Channels::new(outputs as usize, FRAMES);
        let mut key = Channels::noise(2, 777 + start, FRAMES);
        let (mut ins, mut outs) = (input.pointers(), output.pointers());
        let (mut keys, mut null) = (key.pointers(), [std::ptr::null_mut(); 2]);
        let aside = match second {
            Second::None => bus(&mut []),
            Second::Null => AudioBusBuffers {
                numChannels: 2,
                silenceFlags: 0,
                __field0: AudioBusBuffers__type0 {
                    channelBuffers32: std::ptr::null_mut(),
                },
            },
            Second::NullChannels => bus(&mut null),
            Second::Flagged => AudioBusBuffers {
                silenceFlags: 0b11,
                ..bus(&mut keys)
            },
            Second::Sound => bus(&mut keys),
            Second::Mono => bus(&mut keys[..1]),
        };
        let mut buses = [bus(&mut ins), aside];
        let mut out = bus(&mut outs);
        // SAFETY: plain data, for which zeroes are a value.
        let mut context: ProcessContext = unsafe { std::mem::zeroed() };
        if let Some(bpm) = bpm {
            context.state = kTempoValid as _;
            context.tempo = bpm;
        }
        let mut data = ProcessData {
            processMode: ProcessModes_::kOffline as int32,
            symbolicSampleSize: SymbolicSampleSizes_::kSample32 as int32,
            numSamples: FRAMES as int32,
            numInputs: if second == Second::None { 1 } else { 2 },
            numOutputs: 1,
            inputs: buses.as_mut_ptr(),
            outputs: &raw mut out,
            inputParameterChanges: std::ptr::null_mut(),
            outputParameterChanges: std::ptr::null_mut(),
            inputEvents: std::ptr::null_mut(),
            outputEvents: std::ptr::null_mut(),
            processContext: &raw mut context,
        };
        // SAFETY: the plug-in's own function; every pointer is null or leads to what it says.
        assert_eq!(unsafe { rig.processor.process(&mut data) }, kResultOk);
        output.hold();
        heard.extend_from_slice(output.channel(0));
    }
    rig.deactivate();
    heard
}

fn level(channel: &[f32]) -> f64 {
    let power = channel.iter().map(|x| f64::from(*x) * f64::from(*x));
    10.0 * (power.sum::<f64>() / channel.len() as f64).log10()
}

#[test]
fn a_stereo_sidechain_stands_beside_a_mono_and_a_stereo_bus() {
    for (inputs, outputs) in LAYOUTS {
        let plain = {
            let rig = ducked(0.0);
            assert!(rig.arrange(inputs, outputs));
            heard(&rig, (inputs, outputs), Second::None, None)
        };
        let play = |second, active: bool, sidechain: u32| {
            let rig = ducked(18.0);
            assert!(
                rig.arrange_with(inputs, sidechain, outputs),
                "{inputs} to {outputs}"
            );
            if active {
                activate_sidechain(&rig, true);
            }
            heard(&rig, (inputs, outputs), second, None)
        };
        // It is inactive until a host says otherwise.
        assert!(play(Second::Sound, false, 2) == plain, "{inputs}, inactive");
        for second in [
            Second::None,
            Second::Null,
            Second::NullChannels,
            Second::Flagged,
        ] {
            assert!(play(second, true, 2) == plain, "{inputs}, {second:?}");
        }
        let turned_down = play(Second::Sound, true, 2);
        let down = level(&plain[4_800..]) - level(&turned_down[4_800..]);
        assert!(
            (down - 18.0).abs() < 0.1,
            "{inputs} to {outputs}: {down} dB"
        );
        assert!(play(Second::Mono, true, 1) != plain);
        assert!(play(Second::None, true, 0) == plain);
    }
}

#[test]
fn arrangements_of_the_sidechain_are_answered_and_kept() {
    let rig = Rig::new(HERE);
    let held = |index| {
        let mut arrangement = 0;
        // SAFETY: a place for the answer.
        let told = unsafe { rig.processor.getBusArrangement(IN, index, &mut arrangement) };
        assert_eq!(told, kResultOk);
        arrangement.count_ones()
    };
    assert_eq!((held(0), held(1)), (2, 2), "as it is at first");
    for inputs in 0..4 {
        for sidechain in 0..5 {
            for outputs in 0..4 {
                let before = (held(0), held(1));
                let taken = rig.arrange_with(inputs, sidechain, outputs);
                let own = LAYOUTS.contains(&(inputs, outputs)) && sidechain <= 2;
                assert_eq!(taken, own, "{inputs} and {sidechain} in, {outputs} out");
                let wanted = if own { (inputs, sidechain) } else { before };
                assert_eq!((held(0), held(1)), wanted);
                // SAFETY: a place for the answer, zeroes being a value of plain data.
                let channels = unsafe {
                    let mut bus: BusInfo = std::mem::zeroed();
                    assert_eq!(rig.component.getBusInfo(AUDIO, IN, 1, &mut bus), kResultOk);
                    bus.channelCount
                };
                assert_eq!(channels as u32, held(1));
            }
        }
    }
    // A host that speaks of the main buses alone leaves it as it is.
    assert!(rig.arrange_with(1, 2, 1) && rig.arrange(2, 2));
    assert_eq!((held(0), held(1)), (2, 2));
    let mut three = [3; 3];
    let places = three.as_mut_ptr();
    // SAFETY: as many arrangements as the numbers say, or null.
    unsafe {
        let none = std::ptr::null_mut();
        for (ins, count) in [(places, 3), (places, i32::MAX), (none, 2), (places, -2)] {
            let taken = (rig.processor).setBusArrangements(ins, count, places, 1);
            assert_ne!(taken, kResultOk, "{count}");
        }
    }
    rig.activate(48_000.0, 64, false);
    assert!(!rig.arrange_with(1, 2, 1), "not while it is active");
    rig.deactivate();
}

#[test]
fn the_tempo_comes_with_the_block() {
    let place = |name: &str| {
        let place = NOTES.iter().position(|known| *known == name);
        place.expect("a note") as f32
    };
    let tail = |set: &[(&str, f32)], bpm: Option<f64>| {
        let rig = loaded(set);
        heard(&rig, (2, 2), Second::None, bpm);
        rig.tail()
    };
    let whole = tail(&[], Some(77.0));
    let eighth = [("predelay_sync", place("1/8"))];
    assert_eq!(tail(&eighth, None), whole + 12_000, "120 at first");
    assert_eq!(tail(&eighth, Some(97.3)), whole + 14_800);
    assert_eq!(tail(&eighth, Some(f64::NAN)), whole + 12_000);
    let short = [("length_sync", place("1/16"))];
    assert_eq!(tail(&short, Some(97.3)), 7_399);
    assert_eq!(tail(&short, Some(0.0)), 5_999);
}

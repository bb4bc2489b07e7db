//! Dry sounds in a CLAP host: one that sleeps is asked to call, it does not sleep while one plays, and nothing of it is in
//! a state, in a bounce, or on a recording.

use super::raw::{Events, Raw, block, port, transport};
use super::rig::{Block, Rig};
use anteroom::instance::{
    Command, Content, PlayerCommand, PlayerMix, PlayerReply, PlayerState, Reply, TestSound, Timed,
    UiHandle,
};
use anteroom::state::Preset;
use assert_no_alloc::assert_no_alloc;
use clap_sys::events::{CLAP_TRANSPORT_IS_PLAYING, CLAP_TRANSPORT_IS_RECORDING};
use clap_sys::process::{CLAP_PROCESS_CONTINUE, CLAP_PROCESS_SLEEP};
use std::time::{Duration, Instant};

const RATE: usize = 48_000;
const FRAMES: usize = 256;
const PATIENCE: Duration = Duration::from_secs(60);

/// What came of one block: the status, the mask, and the loudest sample.
struct Played {
    status: i32,
    mask: u64,
    peak: f32,
}

/// One block of silence, with this said of the transport.
fn play(raw: &Raw, recording: bool) -> Played {
    let (mut input, mut output) = ([[0.0f32; FRAMES]; 2], [[7e5f32; FRAMES]; 2]);
    let mut ins = input.each_mut().map(|channel| channel.as_mut_ptr());
    let mut outs = output.each_mut().map(|channel| channel.as_mut_ptr());
    let (ins, mut outs) = (port(&mut ins), port(&mut outs));
    let events = Events::default();
    let list = events.list();
    let mut transport = transport(0, 120.0);
    if recording {
        transport.flags |= CLAP_TRANSPORT_IS_PLAYING | CLAP_TRANSPORT_IS_RECORDING;
    }
    let mut block = block(FRAMES as u32);
    (block.audio_inputs, block.audio_inputs_count) = (&raw const ins, 1);
    (block.audio_outputs, block.audio_outputs_count) = (&raw mut outs, 1);
    block.in_events = &raw const list;
    block.transport = &raw const transport;
    let status = assert_no_alloc(|| raw.process(&raw const block));
    let samples = output.iter().flatten();
    Played {
        status,
        mask: outs.constant_mask,
        peak: samples.fold(0.0, |most, sample| most.max(sample.abs())),
    }
}

/// A host that plays, and the editor's ends.
fn playing() -> (Raw, UiHandle) {
    let mut preset = Preset::default();
    preset.set("mix", 50.0);
    super::warm::warm(&preset.project.origin, RATE as u32);
    let (raw, ui) = anteroom::plugin::without_editor(|| {
        let raw = Raw::new();
        assert!(raw.load(&preset.to_clapstate()));
        assert!(raw.activate(RATE as f64, 1, FRAMES as u32));
        assert!(raw.start());
        raw
    });
    (raw, ui.expect("the editor's ends"))
}

fn press(ui: &mut UiHandle, sound: TestSound) {
    let id = ui.audition.open(Content::Test(sound)).expect("a thread");
    tell(ui, PlayerCommand::Play(id));
}

fn tell(ui: &mut UiHandle, command: PlayerCommand) {
    let command = Command::Player(Timed::now(command));
    ui.commands.push(command).expect("room");
}

fn state(ui: &mut UiHandle) -> PlayerState {
    ui.snapshots.read().player.state
}

/// Plays until this is so.
fn until(
    raw: &Raw,
    ui: &mut UiHandle,
    what: &str,
    mut done: impl FnMut(&Played, &mut UiHandle) -> bool,
) {
    let begin = Instant::now();
    loop {
        let played = play(raw, false);
        if done(&played, ui) {
            return;
        }
        assert!(begin.elapsed() < PATIENCE, "{what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn a_press_wakes_a_host_that_sleeps_and_it_does_not_sleep_while_it_plays() {
    let (raw, mut ui) = playing();
    until(&raw, &mut ui, "it sleeps", |played, _| {
        played.status == CLAP_PROCESS_SLEEP
    });
    assert_eq!(raw.processes(), 0);
    press(&mut ui, TestSound::Snare);
    let begin = Instant::now();
    while !raw.pump() {
        assert!(begin.elapsed() < PATIENCE, "it asks for a callback");
        std::thread::sleep(Duration::from_millis(1));
    }
    assert_eq!(raw.processes(), 1, "it asks to be processed");
    let mut heard = 0;
    until(&raw, &mut ui, "it ends", |played, ui| {
        let is_on = state(ui) != PlayerState::Off;
        if is_on {
            assert_eq!(played.status, CLAP_PROCESS_CONTINUE);
            assert_eq!(raw.tail(), u32::MAX);
        }
        if played.peak > 0.01 {
            heard += 1;
            assert_eq!(played.mask, 0, "a channel that sounds is not constant");
        }
        !is_on && heard > 10
    });
    assert!(matches!(
        ui.replies.pop(),
        Ok(Reply::Player(PlayerReply::Started(..)))
    ));
    assert!(raw.tail() < u32::MAX);
    until(&raw, &mut ui, "it sleeps again", |played, _| {
        played.status == CLAP_PROCESS_SLEEP
    });
}

#[test]
fn nothing_of_it_is_in_a_state_or_in_a_bounce() {
    let bounce = |offline: bool, plays: bool| {
        let (mut rig, ui) = anteroom::plugin::without_editor(Rig::new);
        let mut ui = ui.expect("the editor's ends");
        rig.offline(offline);
        let activated = rig.activate(RATE as f64, FRAMES);
        let mut audio = activated.start_processing().expect("it starts");
        let before = rig.save();
        if plays {
            tell(
                &mut ui,
                PlayerCommand::Mix(PlayerMix {
                    looped: true,
                    instead: true,
                    ..PlayerMix::default()
                }),
            );
            press(&mut ui, TestSound::Drums);
        }
        let mut block = Block::new(2, 2, FRAMES);
        let mut heard = Vec::new();
        for turn in 0..100 {
            block.feed(FRAMES, |_, at| if turn == 0 && at == 7 { 0.5 } else { 0.0 });
            block.process(&mut audio, FRAMES);
            heard.extend(block.output[0].iter().map(|sample| sample.to_bits()));
            if !offline {
                std::thread::sleep(Duration::from_millis(2));
            }
        }
        assert!(rig.save() == before, "the same bytes");
        rig.plugin.deactivate(audio.stop_processing());
        heard
    };
    assert!(bounce(true, false) == bounce(true, true), "the same bits");
    // The test can tell: where it is no bounce it is heard.
    assert!(bounce(false, false) != bounce(false, true));
}

#[test]
fn it_is_cut_off_when_the_host_records_and_refused_while_it_does() {
    let (raw, mut ui) = playing();
    press(&mut ui, TestSound::Drums);
    until(&raw, &mut ui, "it plays", |played, _| played.peak > 0.05);
    play(&raw, true);
    assert_eq!(state(&mut ui), PlayerState::Off);
    // The tail of what was heard is faded out within 20 ms.
    for _ in 0..960_usize.div_ceil(FRAMES) {
        play(&raw, true);
    }
    press(&mut ui, TestSound::Drums);
    for _ in 0..200 {
        let played = play(&raw, true);
        assert!(played.peak < 1e-6, "{}", played.peak);
        std::thread::sleep(Duration::from_millis(1));
    }
    assert_eq!(state(&mut ui), PlayerState::Off);
}

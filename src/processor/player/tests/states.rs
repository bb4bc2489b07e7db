//! Every command in every state, replies, and times.

use super::*;

/// Brings the player into a state.
fn at(state: PlayerState) -> (Rig, SoundId) {
    let mut rig = Rig::new();
    let sound = rig.open(ramp, RATE, 1 << 20);
    if state != PlayerState::Off {
        rig.obey(PlayerCommand::Play(sound));
    }
    if state == PlayerState::Playing {
        rig.play(4_096, 64);
    }
    assert_eq!(rig.player.report().state, state);
    rig.said();
    (rig, sound)
}

#[test]
fn a_command_means_what_the_state_makes_of_it() {
    use PlayerState::{Cueing, Off, Playing};
    for (state, command, next) in [
        (Off, PlayerCommand::Play(SoundId(1)), Cueing),
        (Off, PlayerCommand::Stop, Off),
        (Off, PlayerCommand::Seek(50_000), Off),
        (Cueing, PlayerCommand::Play(SoundId(1)), Cueing),
        (Cueing, PlayerCommand::Stop, Off),
        (Cueing, PlayerCommand::Seek(50_000), Cueing),
        // Those that fade go on playing until they have faded.
        (Playing, PlayerCommand::Play(SoundId(1)), Playing),
        (Playing, PlayerCommand::Stop, Playing),
        (Playing, PlayerCommand::Seek(50_000), Playing),
    ] {
        let (mut rig, sound) = at(state);
        assert_eq!(sound, SoundId(1));
        rig.obey(command);
        assert_eq!(rig.player.report().state, next, "{state:?}, {command:?}");
        // After the fade and the reader's answer.
        rig.play(2_048, 64);
        let (heard, report) = (rig.play(64, 64), rig.player.report());
        let wanted = match command {
            PlayerCommand::Stop => Off,
            PlayerCommand::Seek(_) if state == Off => Off,
            _ => Playing,
        };
        assert_eq!(report.state, wanted, "{state:?}, {command:?}");
        assert_eq!(heard.iter().any(|sample| *sample != 0.0), wanted == Playing);
        if let (PlayerCommand::Seek(frame), Playing) = (command, wanted) {
            let near = (frame..frame + 4_000).contains(&report.position);
            assert!(near, "{state:?}: {}", report.position);
        }
    }
}

#[test]
fn a_sound_begins_where_it_was_sought_before() {
    let (mut rig, sound) = at(PlayerState::Off);
    rig.obey(PlayerCommand::Seek(50_000));
    rig.obey(PlayerCommand::Play(sound));
    rig.play(4_800, 64);
    assert!(rig.player.report().position > 50_000);
    // The next one begins at its beginning.
    rig.obey(PlayerCommand::Play(sound));
    rig.play(4_800, 64);
    assert!(rig.player.report().position < 50_000);
}

#[test]
fn it_says_what_happens() {
    let mut rig = Rig::new();
    let sound = rig.open(ramp, RATE, 20_000);
    rig.obey(PlayerCommand::Play(sound));
    rig.play(30_000, 100);
    let said = rig.said();
    let [
        PlayerReply::Started(first, begin),
        PlayerReply::Finished(last, why, end),
    ] = said[..]
    else {
        panic!("{said:?}");
    };
    assert_eq!((first, last, why), (sound, sound, FinishReason::End));
    assert_eq!(end - begin, 20_000);
    assert!(rig.player.is_off());
    rig.obey(PlayerCommand::Play(sound));
    rig.play(10_000, 100);
    rig.obey(PlayerCommand::Stop);
    rig.play(1_000, 100);
    assert!(matches!(
        rig.said()[..],
        [
            PlayerReply::Started(..),
            PlayerReply::Finished(_, FinishReason::Stopped, _)
        ]
    ));
}

#[test]
fn a_command_is_obeyed_at_its_sample() {
    for block in [1, 64, 480, 8_192] {
        let (mut rig, sound) = at(PlayerState::Off);
        rig.read();
        // In any order: the later one first.
        for (at, command) in [
            (40_000, PlayerCommand::Stop),
            (10_007, PlayerCommand::Play(sound)),
        ] {
            rig.player.command(Timed { at, command }, &mut rig.sender);
        }
        assert!(!rig.player.is_off(), "what waits is awaited");
        let heard = rig.play(60_000, block);
        let first = heard
            .iter()
            .position(|sample| *sample != 0.0)
            .expect("it plays");
        // The blocks have to be asked for and read first; a host's block is the grain of that.
        assert!(
            (10_007..10_007 + 2 * block.max(512) + 2).contains(&first),
            "{block}: {first}"
        );
        let last = heard
            .iter()
            .rposition(|sample| *sample != 0.0)
            .expect("it played");
        // It fades for 480 samples, of which the last is silent.
        assert!((40_470..40_480).contains(&last), "{block}: {last}");
    }
}

#[test]
fn more_commands_than_can_wait_are_refused() {
    let (mut rig, _) = at(PlayerState::Off);
    for number in 0..100 {
        let timed = Timed {
            at: 1_000_000 + number,
            command: PlayerCommand::Stop,
        };
        rig.player.command(timed, &mut rig.sender);
    }
    let said = rig.said();
    assert!(
        said.iter()
            .all(|reply| *reply == PlayerReply::Refused(RefusalReason::Busy))
    );
    assert!(said.len() >= 60, "{}", said.len());
}

#[test]
fn it_is_silent_offline_and_while_the_host_records() {
    for offline in [true, false] {
        let (mut rig, sound) = at(PlayerState::Playing);
        let cut = match offline {
            true => {
                rig.player.allow(false, &mut rig.sender);
                true
            }
            false => rig.player.set_recording(true, &mut rig.sender),
        };
        assert!(cut && rig.player.is_off());
        assert!(
            rig.play(10_000, 64).iter().all(|sample| *sample == 0.0),
            "at once"
        );
        rig.said();
        rig.obey(PlayerCommand::Play(sound));
        assert!(rig.play(10_000, 64).iter().all(|sample| *sample == 0.0));
        let reason = match offline {
            true => RefusalReason::Offline,
            false => RefusalReason::Recording,
        };
        assert_eq!(rig.said(), [PlayerReply::Refused(reason)]);
        // And it may be played again after that.
        rig.player.allow(true, &mut rig.sender);
        rig.player.set_recording(false, &mut rig.sender);
        rig.obey(PlayerCommand::Play(sound));
        assert!(rig.play(10_000, 64).iter().any(|sample| *sample != 0.0));
    }
}

#[test]
fn changes_are_marked_while_somebody_watches() {
    let (mut rig, sound) = at(PlayerState::Off);
    rig.obey(PlayerCommand::Play(sound));
    rig.play(1_000, 64);
    assert_eq!(rig.news.take().count(), 0, "nobody watches yet");
    rig.obey(PlayerCommand::Watch(true));
    for _ in 0..3 {
        rig.obey(PlayerCommand::Stop);
        rig.play(1_000, 64);
        rig.obey(PlayerCommand::Play(sound));
        rig.play(1_000, 64);
    }
    assert_eq!(rig.news.take().collect::<Vec<_>>(), [0], "many are one");
    rig.obey(PlayerCommand::Watch(false));
    rig.obey(PlayerCommand::Stop);
    rig.play(1_000, 64);
    assert_eq!(rig.news.take().count(), 0);
}

#[test]
fn while_it_is_off_it_touches_nothing() {
    let (mut rig, sound) = at(PlayerState::Off);
    let odd: Vec<f32> = (0..5_000)
        .map(|at| (at as f32 * 0.37).sin() * 1e-3)
        .collect();
    assert_eq!(rig.block_of(&odd), [odd.clone(), odd.clone()]);
    rig.obey(PlayerCommand::Mix(PlayerMix {
        instead: true,
        wet_only: true,
        ..FULL
    }));
    assert_eq!(rig.block_of(&odd), [odd.clone(), odd.clone()]);
    rig.obey(PlayerCommand::Play(sound));
    rig.play(5_000, 64);
    // In the place of the input: nothing is left of that.
    rig.read();
    let [with, _] = rig.block_of(&vec![0.5; 64]);
    assert!(with.iter().all(|sample| *sample < 0.1));
    // The dry signal fades to silence, and comes back after it.
    rig.player.mute_dry(&mut [&mut vec![0.5; 960]]);
    let mut dry = vec![0.5; 64];
    rig.player.mute_dry(&mut [&mut dry]);
    assert!(dry.iter().all(|sample| *sample == 0.0));
    rig.obey(PlayerCommand::Stop);
    for _ in 0..100 {
        rig.block(64);
        rig.player.mute_dry(&mut [&mut vec![0.5; 64]]);
    }
    assert!(rig.player.is_off());
    assert_eq!(rig.block_of(&odd), [odd.clone(), odd.clone()]);
}

//! Nothing clicks: no step is larger than 3 dB more than those of the sound itself.

use super::*;

/// 3 dB over the largest step of the sine.
fn most() -> f32 {
    let sound: Vec<f32> = (0..96).map(sine).collect();
    1.41 * step(&sound)
}

fn playing(frames: u64, looped: bool) -> Rig {
    let mut rig = Rig::new();
    let sound = rig.open(sine, RATE, frames);
    rig.obey(PlayerCommand::Mix(PlayerMix { looped, ..FULL }));
    rig.obey(PlayerCommand::Play(sound));
    rig
}

#[test]
fn start_and_end() {
    let heard = playing(30_010, false).play(40_000, 64);
    assert!(heard.iter().any(|sample| *sample > 0.99));
    assert!(step(&heard) < most(), "{}", step(&heard));
}

#[test]
fn stop() {
    for after in 0..60 {
        let mut rig = playing(1 << 20, false);
        let mut heard = rig.play(5_000 + after, 64);
        rig.obey(PlayerCommand::Stop);
        heard.extend(rig.play(2_000, 64));
        assert!(rig.player.is_off());
        assert!(step(&heard) < most(), "{after}: {}", step(&heard));
    }
}

#[test]
fn loops() {
    // A whole number of periods and a half: the worst place for a seam. And some that are shorter than a block.
    for frames in [30_024, 1_000, 700, 5_000] {
        let heard = playing(frames, true).play(100_000, 64);
        let late = &heard[90_000..];
        assert!(
            late.iter().any(|sample| sample.abs() > 0.5),
            "it goes on: {frames}"
        );
        assert!(step(&heard) < most(), "{frames}: {}", step(&heard));
    }
}

#[test]
fn seeks() {
    let mut rig = playing(1 << 20, false);
    let mut heard = rig.play(10_000, 64);
    for to in [500_012, 37, 1_000, 0, 700_031, 700_032] {
        rig.obey(PlayerCommand::Seek(to));
        heard.extend(rig.play(7_011, 64));
        let report = rig.player.report();
        assert!(
            (to..to + 8_000).contains(&report.position),
            "{to}: {}",
            report.position
        );
    }
    assert!(step(&heard) < most(), "{}", step(&heard));
}

#[test]
fn commands_in_any_order() {
    let mut state = 7_u32;
    let mut random = move |below: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % below
    };
    let mut rig = playing(200_000, true);
    let mut heard = Vec::new();
    let second = rig.open(sine, RATE, 90_000);
    for _ in 0..300 {
        let command = match random(5) {
            0 => PlayerCommand::Stop,
            1 => PlayerCommand::Seek(u64::from(random(250_000))),
            2 => PlayerCommand::Play(second),
            3 => PlayerCommand::Play(SoundId(1)),
            _ => PlayerCommand::Mix(PlayerMix {
                looped: random(2) == 0,
                ..FULL
            }),
        };
        rig.obey(command);
        if random(3) > 0 {
            rig.read();
        }
        // Now and then the reader is late.
        for _ in 0..random(40) {
            let size = 1 + random(512) as usize;
            let [left, _] = rig.block(size);
            heard.extend(left);
            if random(4) == 0 {
                rig.read();
            }
        }
    }
    assert!(heard.iter().any(|sample| *sample > 0.9));
    assert!(step(&heard) < most(), "{}", step(&heard));
}

#[test]
fn a_reader_that_is_late_is_silence_with_a_fade_and_then_it_goes_on() {
    let mut rig = playing(1 << 20, false);
    let mut heard = rig.play(10_000, 64);
    // All that was read ahead is heard, and then nothing is there for 200 ms.
    for _ in 0..(BLOCKS * 2_048 + 9_600) / 64 {
        let [left, _] = rig.block(64);
        heard.extend(left);
    }
    let gap = &heard[heard.len() - 9_000..];
    assert!(gap.iter().all(|sample| *sample == 0.0));
    assert_eq!(rig.player.report().late, 1, "one gap is one");
    heard.extend(rig.play(20_000, 64));
    assert!(
        heard[heard.len() - 1_000..]
            .iter()
            .any(|sample| *sample > 0.99)
    );
    assert!(step(&heard) < most(), "{}", step(&heard));
    let said = rig.said();
    assert!(
        matches!(said[..], [PlayerReply::Started(..), PlayerReply::Late(..)]),
        "{said:?}"
    );
    assert_eq!(rig.player.report().state, PlayerState::Playing);
}

#[test]
fn a_reader_that_fails_is_silence_with_a_fade_and_words() {
    let mut rig = playing(1 << 20, false);
    let mut heard = rig.play(10_000, 64);
    rig.broken.store(true, Ordering::Relaxed);
    heard.extend(rig.play(BLOCKS * 2_048 + 10_000, 64));
    assert_eq!(heard[heard.len() - 1], 0.0);
    assert!(step(&heard) < most(), "{}", step(&heard));
    let said = rig.said();
    assert!(
        matches!(
            said[..],
            [
                PlayerReply::Started(..),
                PlayerReply::Finished(_, FinishReason::Failed, _)
            ]
        ),
        "{said:?}"
    );
    let info = rig.audition.info(SoundId(1)).expect("it was opened");
    assert_eq!(
        info.expect_err("it failed"),
        "made can not be read: the disk is gone"
    );
}

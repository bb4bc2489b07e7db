//! Random commands for a minute, under the nets: not one allocation, and not one system call.

use super::*;

/// What a user may do, at random.
fn random_command(random: &mut impl FnMut(u32) -> u32, ids: &[SoundId]) -> PlayerCommand {
    match random(6) {
        0 => PlayerCommand::Stop,
        1 => PlayerCommand::Seek(u64::from(random(400_000))),
        2 => PlayerCommand::Mix(PlayerMix {
            level_db: random(60) as f32 - 60.0,
            instead: random(2) == 0,
            wet_only: random(2) == 0,
            looped: random(2) == 0,
        }),
        3 => PlayerCommand::Watch(random(2) == 0),
        _ => PlayerCommand::Play(ids[random(ids.len() as u32) as usize]),
    }
}

/// A minute of audio with random commands, each of its blocks made by `play`.
fn a_minute(rig: &mut Rig, blocks: usize, mut play: impl FnMut(&mut Rig)) {
    let mut state = 3_u32;
    let mut random = move |below: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % below
    };
    let mut ids = vec![SoundId(99)];
    for block in 0..blocks {
        if block % 2_000 == 0 {
            let content = match random(3) {
                0 => slow(&[(10, 20), (50, 5)]),
                1 => Content::Test(TestSound::Click),
                _ => Content::File("/nowhere/at/all.wav".into()),
            };
            ids.extend(rig.ui.audition.open(content).ok());
        }
        // Now and then many at once.
        let often = if block % 3_000 < 100 { 3 } else { 400 };
        if random(often) == 0 {
            let at = match random(2) {
                0 => 0,
                _ => rig.report().clock + u64::from(random(5_000)),
            };
            let command = random_command(&mut random, &ids);
            // A full queue refuses, and the next time will do.
            let _ = rig.ui.commands.push(Command::Player(Timed { at, command }));
        }
        rig.audio.set_recording(block % 5_000 > 4_900);
        play(rig);
        if random(50) == 0 {
            rig.said();
        }
        if block % 20 == 0 {
            thread::sleep(Duration::from_millis(1));
        }
    }
}

#[test]
fn a_minute_of_random_commands_allocates_nothing() {
    let mut rig = Rig::new(false);
    let mut heard = 0;
    a_minute(&mut rig, 60 * RATE as usize / FRAMES, |rig| {
        let block = rig.block();
        assert!(block.iter().all(|sample| sample.is_finite()));
        heard += usize::from(block.iter().any(|sample| *sample != 0.0));
    });
    assert!(heard > 100, "{heard} blocks were heard");
}

#[cfg(target_os = "linux")]
#[test]
fn random_commands_make_no_system_call() {
    use support::{child, system};
    let act = || {
        let mut rig = Rig::new(false);
        let id = rig
            .ui
            .audition
            .open(Content::Test(TestSound::Drums))
            .expect("a thread");
        let Rig {
            mut audio,
            mut ui,
            settings,
            ..
        } = rig;
        thread::spawn(move || {
            let mut number = 0_u64;
            loop {
                number += 1;
                let command = match number % 4 {
                    0 => PlayerCommand::Stop,
                    1 => PlayerCommand::Seek(number * 997 % 200_000),
                    _ => PlayerCommand::Play(id),
                };
                let _ = ui.commands.push(Command::Player(Timed::now(command)));
                while ui.replies.pop().is_ok() {}
                thread::sleep(Duration::from_millis(2));
            }
        });
        system::beside_others_without_system_calls(move || {
            for _ in 0..20_000 {
                let (mut left, mut right) = ([0.0; FRAMES], [0.0; FRAMES]);
                audio.process(&mut [&mut left, &mut right], &settings, &Shape::default());
            }
        });
    };
    assert!(child::ends_well(
        "random::random_commands_make_no_system_call",
        act
    ));
}

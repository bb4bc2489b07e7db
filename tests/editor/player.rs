//! The row of dry sounds: what it asks for, by hand and by keys, and what it says.

use anteroom::editor::Action;
use anteroom::editor::action::PlayerAction;
use anteroom::editor::screen::{SIZE, SMALLEST};
use anteroom::editor::view_model::{DrySound, ImpulseSource, PlayerState, PlayerView, TestSound};
use anteroom::instance::PlayerMix;
use egui::{Event, Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use crate::stage::{Stage, harness, model};

const PLAY: &str = "Play a dry sound through the room (P)";
const STOP: &str = "Stop the dry sound (P)";

fn stage() -> Harness<'static, Stage> {
    let mut harness = harness(model(), SIZE, 1.0);
    harness.run_ok();
    harness
}

fn click(harness: &mut Harness<'_, Stage>, label: &str) {
    harness.get_by_label(label).click();
    harness.run_ok();
}

fn press(harness: &mut Harness<'_, Stage>, key: Key) {
    for pressed in [true, false] {
        harness.input_mut().events.push(Event::Key {
            key,
            physical_key: None,
            pressed,
            repeat: false,
            modifiers: Modifiers::NONE,
        });
    }
    harness.run_ok();
}

/// What the player was asked, since it was asked for last.
fn asked(harness: &mut Harness<'_, Stage>) -> Vec<PlayerAction> {
    let actions = std::mem::take(&mut harness.state_mut().actions);
    let player = actions.into_iter().filter_map(|action| match action {
        Action::Player(action) => Some(action),
        _ => None,
    });
    player.collect()
}

fn plays(sound: TestSound) -> PlayerAction {
    PlayerAction::Play(DrySound::Test(sound), PlayerMix::default())
}

#[test]
fn a_click_and_a_key_play_and_stop() {
    let mut harness = stage();
    click(&mut harness, PLAY);
    press(&mut harness, Key::P);
    assert_eq!(
        asked(&mut harness),
        [plays(TestSound::Snare), plays(TestSound::Snare)]
    );
    harness.state_mut().model.player = PlayerView {
        state: PlayerState::Playing,
        seconds: 1.0,
        length_seconds: 2.0,
    };
    harness.run_ok();
    click(&mut harness, STOP);
    press(&mut harness, Key::P);
    assert_eq!(
        asked(&mut harness),
        [PlayerAction::Stop, PlayerAction::Stop]
    );
}

#[test]
fn keys_belong_to_whatever_has_the_focus() {
    let mut harness = stage();
    harness.get_by_label("Mix").focus();
    harness.run_ok();
    press(&mut harness, Key::P);
    press(&mut harness, Key::L);
    assert_eq!(asked(&mut harness), []);
}

#[test]
fn another_sound_is_chosen_from_the_menu() {
    let mut harness = stage();
    click(&mut harness, "Snare");
    click(&mut harness, "Drum loop");
    assert_eq!(asked(&mut harness), [], "it does not play yet");
    click(&mut harness, PLAY);
    assert_eq!(asked(&mut harness), [plays(TestSound::Drums)]);
}

#[test]
fn how_it_is_heard_is_told_at_once() {
    let mut harness = stage();
    let mut mix = PlayerMix::default();
    click(&mut harness, "Loop");
    mix.looped = true;
    click(&mut harness, "Solo");
    let first = PlayerMix {
        looped: true,
        ..PlayerMix::default()
    };
    mix.instead = true;
    click(&mut harness, "Wet only");
    let second = mix;
    mix.wet_only = true;
    press(&mut harness, Key::L);
    let third = mix;
    mix.looped = false;
    assert_eq!(
        asked(&mut harness),
        [first, second, third, mix].map(PlayerAction::Mix)
    );
}

#[test]
fn a_click_on_the_line_goes_there() {
    let mut harness = stage();
    harness.state_mut().model.player = PlayerView {
        state: PlayerState::Playing,
        seconds: 0.5,
        length_seconds: 2.0,
    };
    harness.run_ok();
    click(&mut harness, "Place in the sound");
    let asked = asked(&mut harness);
    let [PlayerAction::Seek(share)] = asked[..] else {
        panic!("{asked:?}");
    };
    assert!((share - 0.5).abs() < 0.05, "{share}");
}

#[test]
fn on_select_each_step_plays_and_the_former_impulse_is_kept() {
    let mut harness = stage();
    press(&mut harness, Key::ArrowDown);
    assert_eq!(asked(&mut harness), [], "off at first");
    click(&mut harness, "On select");
    let before = harness.state().screen.trial.previous.clone();
    assert!(before.is_some());
    let second = harness.state().model.source.clone();
    for _ in 0..2 {
        press(&mut harness, Key::ArrowDown);
    }
    let play = PlayerAction::PlayWhenLoaded(DrySound::default(), PlayerMix::default());
    assert_eq!(asked(&mut harness), [play.clone(), play]);
    assert_ne!(harness.state().model.source, second);
    assert_eq!(
        harness.state().screen.trial.previous,
        before,
        "the way back leads to what was there before the first step"
    );
}

#[test]
fn a_file_of_ones_own_is_chosen_in_the_browser() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("phrase.wav");
    std::fs::write(&file, b"RIFF").expect("a file");
    let mut harness = stage();
    harness.state_mut().screen.browser.folder = folder.path().to_owned();
    click(&mut harness, "Snare");
    click(&mut harness, "Own file\u{2026}");
    harness.get_by_label("Choose a sound to play");
    // The folder is read on another thread.
    let begin = std::time::Instant::now();
    while harness.query_by_label("phrase.wav").is_none() {
        assert!(begin.elapsed().as_secs() < 30, "it is listed");
        std::thread::sleep(std::time::Duration::from_millis(5));
        harness.run_ok();
    }
    click(&mut harness, "phrase.wav");
    let own = PlayerAction::Play(DrySound::File(file), PlayerMix::default());
    assert_eq!(asked(&mut harness), [own]);
    let source = &harness.state().model.source;
    assert_eq!(
        *source,
        ImpulseSource::Room("Large hall".into()),
        "the impulse stays"
    );
}

#[test]
fn the_row_is_whole_in_the_smallest_window() {
    let mut harness = harness(model(), SMALLEST, 1.0);
    harness.run_ok();
    let groups = harness.get_by_label("Octaves group").rect();
    for label in [PLAY, "Snare", "Loop"] {
        let rect = harness.get_by_label(label).rect();
        let fits = rect.bottom() <= groups.top() + 1.0 && rect.right() < SMALLEST[0];
        assert!(fits, "{label}: {rect:?}");
    }
    // What there is no room for is in the menu.
    click(&mut harness, "Snare");
    click(&mut harness, "Wet only");
    let mix = PlayerMix {
        wet_only: true,
        ..PlayerMix::default()
    };
    assert_eq!(asked(&mut harness), [PlayerAction::Mix(mix)]);
}

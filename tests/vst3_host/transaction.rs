//! A state is one transaction: nobody meets half of one, however often they are loaded and whatever plays meanwhile.

use super::HERE;
use super::rig::{Block, Rig};
use super::stop::Stop;
use anteroom::impulse::Origin;
use anteroom::state::Preset;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// How often a state is loaded.
const LOADS: usize = 1_000;

/// Longer than every move of the settings, 20 ms, so that a block ends where its settings are.
const BLOCK: usize = 1_024;

/// What goes in, all the time.
const LEVEL: f32 = 0.25;

/// Two states that nobody can mix without its being heard. In one the input passes, whatever the gain is; in the other
/// there is nearly nothing. With the bypass of one and the gain of the other it is four times as loud.
fn loud_and_soft() -> [(Preset, f32); 2] {
    [(1.0, 12.0, LEVEL), (0.0, -60.0, 0.001 * LEVEL)].map(|(bypass, output, heard)| {
        let mut preset = Preset::default();
        preset.set("mix", 0.0);
        preset.set("bypass", bypass);
        preset.set("output", output);
        (preset, heard)
    })
}

/// Plays until it is told to stop, and counts the blocks that end with neither of two levels.
fn play(rig: &Rig, levels: [f32; 2], stop: &AtomicBool, blocks: &AtomicUsize) -> usize {
    let mut block = Block::new(2, 2, BLOCK);
    let mut mixed = 0;
    while !stop.load(Ordering::Relaxed) {
        block.feed(BLOCK, |_, _| LEVEL);
        block.process(&rig.processor, BLOCK);
        let end = block.output[0][BLOCK - 1];
        let is_one = levels.iter().any(|level| (end - level).abs() < 1e-4);
        mixed += usize::from(!is_one);
        blocks.fetch_add(1, Ordering::Relaxed);
    }
    mixed
}

#[test]
fn a_block_has_the_settings_of_one_state() {
    let states = loud_and_soft();
    let levels = [states[0].1, states[1].1];
    let rig = Rig::new(HERE);
    assert!(rig.load(states[0].0.to_json().as_bytes()));
    rig.activate(48_000.0, BLOCK, false);
    let (stop, blocks) = (AtomicBool::new(false), AtomicUsize::new(0));
    let mixed = std::thread::scope(|scope| {
        let audio = scope.spawn(|| play(&rig, levels, &stop, &blocks));
        let stopping = Stop(&stop);
        let saving = scope.spawn(|| {
            let mut saved = 0;
            while !stop.load(Ordering::Relaxed) {
                let now = Preset::from_json(&rig.save()).expect("the plug-in's own state");
                let is_one = states.iter().any(|(state, _)| state.values == now.values);
                assert!(is_one, "saved: {:?}", now.values);
                saved += 1;
            }
            saved
        });
        let mut turn = 0;
        while turn < LOADS || (blocks.load(Ordering::Relaxed) < 200 && !audio.is_finished()) {
            assert!(rig.load(states[turn % 2].0.to_json().as_bytes()));
            turn += 1;
        }
        drop(stopping);
        let saved = saving.join().expect("what is saved is one state");
        println!(
            "{turn} loads, {saved} saves, {} blocks",
            blocks.load(Ordering::Relaxed)
        );
        audio.join().expect("the audio thread ends well")
    });
    assert_eq!(mixed, 0, "blocks with something of both states");
    rig.deactivate();
}

/// The same blocks do tell when a state comes in two halves.
#[test]
fn half_a_state_would_be_heard() {
    let states = loud_and_soft();
    let levels = [states[0].1, states[1].1];
    let rig = Rig::new(HERE);
    rig.activate(48_000.0, BLOCK, false);
    let (stop, blocks) = (AtomicBool::new(false), AtomicUsize::new(0));
    let mixed = std::thread::scope(|scope| {
        let audio = scope.spawn(|| play(&rig, levels, &stop, &blocks));
        let stopping = Stop(&stop);
        let mut half = states[0].0.clone();
        half.set("bypass", 0.0);
        let enough = |wanted: usize| {
            let until = blocks.load(Ordering::Relaxed) + wanted;
            while blocks.load(Ordering::Relaxed) < until && !audio.is_finished() {
                std::thread::yield_now();
            }
        };
        for state in [&states[1].0, &half, &states[0].0] {
            assert!(rig.load(state.to_json().as_bytes()));
            enough(3);
        }
        drop(stopping);
        audio.join().expect("the audio thread ends well")
    });
    assert!(mixed > 0, "a mixture passes unheard");
    rig.deactivate();
}

/// The tail of a state's impulse, played by itself.
fn tail_of(state: &Preset) -> u32 {
    let rig = Rig::new(HERE);
    assert!(rig.load(state.to_json().as_bytes()));
    rig.activate(48_000.0, 64, true);
    let tail = rig.tail();
    rig.deactivate();
    tail
}

/// A long impulse of which little is kept, and a short one that is kept whole: all of the long one would be heard for
/// longer than either.
#[test]
fn an_impulse_never_has_the_shape_of_another_state() {
    let state = |room, length| {
        let mut preset = Preset::default();
        preset.set("length", length);
        preset.project.origin = Origin::room(room).expect("a room");
        preset
    };
    let states = [state("Cathedral", 10.0), state("Studio", 100.0)];
    let most = states.iter().map(tail_of).max().expect("two");
    assert!(
        tail_of(&state("Cathedral", 100.0)) > 2 * most,
        "it would be heard"
    );
    let rig = Rig::new(HERE);
    assert!(rig.load(states[0].to_json().as_bytes()));
    rig.activate(48_000.0, 64, false);
    let (stop, blocks) = (AtomicBool::new(false), AtomicUsize::new(0));
    let (longest, tails) = std::thread::scope(|scope| {
        let audio = scope.spawn(|| {
            let mut block = Block::new(2, 2, 64);
            let (mut longest, mut tails) = (0, std::collections::BTreeSet::new());
            while !stop.load(Ordering::Relaxed) {
                block.feed(64, |_, _| LEVEL);
                block.process(&rig.processor, 64);
                longest = longest.max(rig.tail());
                tails.insert(rig.tail());
                blocks.fetch_add(1, Ordering::Relaxed);
            }
            (longest, tails.len())
        });
        let stopping = Stop(&stop);
        for turn in 0..LOADS {
            assert!(rig.load(states[turn % 2].to_json().as_bytes()));
            let name = |bytes: &[u8]| {
                let saved = Preset::from_json(bytes).expect("the plug-in's own state");
                saved.project.origin.name().to_owned()
            };
            // It is under way, and is what a save has.
            assert_eq!(name(&rig.save()), states[turn % 2].project.origin.name());
            // Now and then as long as an engine takes.
            if turn % 10 == 0 {
                std::thread::sleep(std::time::Duration::from_millis(10));
            }
        }
        drop(stopping);
        audio.join().expect("the audio thread ends well")
    });
    // The old one rings for its own length and the fade.
    assert!(longest <= most + 960, "{longest} beside {most}");
    assert!(tails > 1, "the impulses came");
    rig.deactivate();
}

/// More states than fit between two looks of the loader: the last one counts, though none of them was waited for.
#[test]
fn the_last_of_many_states_is_what_plays_in_the_end() {
    let rooms: Vec<&str> = Origin::room_names().collect();
    let state = |room: &str| {
        let mut preset = Preset::default();
        preset.project.origin = Origin::room(room).expect("a room");
        preset
    };
    let last = state("Cathedral");
    let rig = Rig::new(HERE);
    rig.activate(48_000.0, 512, false);
    for turn in 0..400 {
        assert!(rig.load(state(rooms[turn % rooms.len()]).to_json().as_bytes()));
    }
    assert!(rig.load(last.to_json().as_bytes()));
    let wanted = tail_of(&last);
    let mut block = Block::new(2, 2, 512);
    let begin = std::time::Instant::now();
    while rig.tail() != wanted && begin.elapsed().as_secs() < 60 {
        block.feed(512, |_, _| 0.0);
        block.process(&rig.processor, 512);
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    assert_eq!(rig.tail(), wanted, "the last state was lost");
    rig.deactivate();
}

/// The button and the project belong to one state: that it is down does not mean that somebody has pressed it.
#[test]
fn a_button_that_a_state_holds_down_is_not_pressed_by_it() {
    let rig = Rig::new(HERE);
    rig.activate(48_000.0, 16, false);
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let audio = scope.spawn(|| {
            let mut block = Block::new(2, 2, 16);
            while !stop.load(Ordering::Relaxed) {
                block.process(&rig.processor, 16);
            }
        });
        let stopping = Stop(&stop);
        let states = ["false", "true"].map(|down| {
            let text = Preset::default().to_json();
            let button = format!(r#""params":{{"next_impulse":{{"bool":{down}}},"#);
            text.replacen(r#""params":{"#, &button, 1)
        });
        let name = || {
            let saved = Preset::from_json(&rig.save()).expect("the plug-in's own state");
            saved.project.origin.name().to_owned()
        };
        for turn in 0..LOADS {
            assert!(rig.load(states[turn % 2].as_bytes()));
            let loaded = name();
            if turn % 5 == 4 {
                std::thread::sleep(std::time::Duration::from_millis(2));
            }
            assert_eq!(name(), loaded, "the next impulse was asked for");
        }
        drop(stopping);
        audio.join().expect("the audio thread ends well");
    });
    rig.deactivate();
}

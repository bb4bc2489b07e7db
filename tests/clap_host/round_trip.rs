//! How long a command of the editor's and its answer take, as the editor measures it, with an instance that plays.

use super::rig::{Block, Rig};
use anteroom::editor::RoundTrip;
use std::time::{Duration, Instant};

const SIZE: usize = 256;

/// The milliseconds that the editor shows, if it shows any.
fn millis(trip: &RoundTrip) -> Option<f64> {
    trip.text().strip_suffix(" ms")?.parse().ok()
}

#[test]
fn the_editor_measures_what_the_audio_thread_answers() {
    let (mut rig, ui_handle) = anteroom::plugin::without_editor(Rig::new);
    let mut ui = ui_handle.expect("the editor's ends");
    let stopped = rig.activate(48_000.0, SIZE);
    let mut plugin = stopped.start_processing().expect("it starts");
    let mut block = Block::new(2, 2, SIZE);
    let mut play = || block.process(&mut plugin, SIZE);
    let mut trip = RoundTrip::default();
    let before = ui.snapshots.read().commands;

    // While the host does not play nothing is asked.
    trip.measure(&mut ui.commands, &mut ui.replies, false);
    play();
    trip.measure(&mut ui.commands, &mut ui.replies, false);
    assert_eq!(ui.snapshots.read().commands, before);

    // A question waits for a block, however long that takes.
    let asked = Instant::now();
    trip.measure(&mut ui.commands, &mut ui.replies, true);
    for _ in 0..10 {
        std::thread::sleep(Duration::from_millis(5));
        trip.measure(&mut ui.commands, &mut ui.replies, true);
        assert_eq!(millis(&trip), None, "no block was played");
    }
    play();
    assert_eq!(ui.snapshots.read().commands, before + 1, "one at a time");
    trip.measure(&mut ui.commands, &mut ui.replies, true);
    let (shown, most) = (millis(&trip), asked.elapsed().as_secs_f64() * 1e3);
    println!("shown {shown:?} ms, {most:.1} ms since it was asked");
    let shown = shown.expect("an answer");
    assert!((49.0..=most + 0.1).contains(&shown), "{shown} of {most}");

    // Once a second; a later answer takes the place of the first.
    std::thread::sleep(Duration::from_millis(1_010));
    trip.measure(&mut ui.commands, &mut ui.replies, true);
    play();
    trip.measure(&mut ui.commands, &mut ui.replies, true);
    assert_eq!(ui.snapshots.read().commands, before + 2);
    let later = millis(&trip).expect("an answer");
    assert!(later < shown, "{later} after {shown}");

    // A host that stops has no answer.
    trip.measure(&mut ui.commands, &mut ui.replies, false);
    assert_eq!(millis(&trip), None);
    rig.plugin.deactivate(plugin.stop_processing());
}

//! Hosts outside the contract: what they do ends in silence or a clamp, never in an abort, in memory that
//! is not theirs, or in sound that was there before. Every block is processed under the net.

#[path = "misuse/buffers.rs"]
mod buffers;
#[path = "misuse/events.rs"]
mod events;
#[path = "misuse/order.rs"]
mod order;
#[path = "misuse/presets.rs"]
mod presets;
#[path = "misuse/window.rs"]
mod window;

use super::blocks::{RATE, play};
use super::channels::Channels;
use super::raw::{Events, Raw, makes_for_nobody};
use super::rng::Rng;
use clap_sys::process::CLAP_PROCESS_ERROR;

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
    let mut rng = Rng(13);
    let raw = Raw::new();
    let ids: Vec<u32> = (0..raw.count())
        .filter_map(|index| raw.id_at(index))
        .collect();
    let mut active = false;
    for turn in 0..3_000 {
        match rng.roll(60) {
            0 => {
                let rate = [RATE, 44_100.0, 0.0][rng.roll(3)];
                // One that is refused leaves it as it was.
                active |= raw.activate(rate, 1, [0, 64, 512][rng.roll(3)]);
            }
            1 => {
                raw.deactivate();
                active = false;
            }
            2 => raw.stop(),
            3 | 4 => _ = raw.start(),
            5 => raw.reset(),
            6 => _ = raw.select(rng.roll(5) as u32),
            7 => _ = raw.pump(),
            _ => {}
        }
        let frames = [0, 1, 64, 64, 700][rng.roll(5)];
        let mut channels = Channels::noise(6, turn * 64, frames);
        let pointers = channels.pointers();
        let pick = |rng: &mut Rng| -> Vec<*mut f32> {
            let count = rng.roll(6);
            (0..count)
                .map(|_| match rng.roll(4) {
                    0 => std::ptr::null_mut(),
                    _ => pointers[rng.roll(6)],
                })
                .collect()
        };
        let (mut ins, mut outs) = (pick(&mut rng), pick(&mut rng));
        let mut events = Events::default();
        for _ in 0..rng.roll(5) {
            let time = [0, 5, 63, 64, 1_000, u32::MAX][rng.roll(6)];
            let id = match rng.roll(9) {
                0 => 1,
                _ => ids[rng.roll(ids.len())],
            };
            match rng.roll(3) {
                0 => events.add_none(),
                1 => events = events.modulate(time, id, rng.share() - 0.5),
                _ => events = events.set(time, id, rng.share()),
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

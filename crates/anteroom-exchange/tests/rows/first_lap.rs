//! R11: what the layer makes is there when it is first used.

use crate::support::child;
use crate::support::system::page_faults;
use anteroom_exchange::{Pool, Schedule, drain, frames, history, observe, queue, touch};
use std::hint::black_box;

/// The first lap through each of the layer's types, in memory that nobody has had before: large enough
/// to be asked of the kernel, so that what was not written to when it was made would be missing now.
/// In a process of its own: where another test forks, every page is copied when it is next written to.
pub fn no_page_fault_on_the_first_lap(test: &str) {
    assert!(child::ends_well(test, every_first_lap));
}

fn every_first_lap() {
    type Page = [u64; 512];
    const PAGE: Page = [7; 512];
    const PLACES: usize = 256;
    // The stack and the code of what follows arrive in a lap of their own, on another's memory.
    for places in [16, PLACES] {
        let lap = |what: &str, act: &mut dyn FnMut()| {
            let ((), faults) = page_faults(act);
            assert!(faults == 0 || places < PLACES, "{what}: {faults} faults");
        };
        let (mut tx, mut rx) = queue::<Page>(places);
        let (mut writer, mut reader) = frames(places * 4096);
        let mut schedule = Schedule::<usize, Page>::new(places);
        let mut pool = Pool::<Page>::new(places);
        let mut grains = Pool::<[Page; 16]>::new(places / 16 + 1);
        let (mut publisher, mut observer) = observe([0_u64; 16_384]);
        let (mut recorder, _history) = history(2, places * 1024);
        let mut buffer = vec![0_u8; places * 4096];
        touch(&mut buffer);
        lap("queue", &mut || {
            for _ in 0..places {
                let _ = tx.push(black_box(PAGE));
            }
            assert_eq!(drain(&mut rx, places).count(), places);
        });
        lap("frames", &mut || {
            for _ in 0..places {
                assert!(
                    writer
                        .write_with(4000, |a, b| (a.fill(1), b.fill(1)).1)
                        .is_ok()
                );
            }
            while reader.read(|_, _| ()).is_some() {}
        });
        lap("Schedule", &mut || {
            for number in 0..places {
                let _ = schedule.push(number, black_box(PAGE));
            }
            while schedule.pop().is_some() {}
        });
        lap("Pool", &mut || {
            while pool.insert(black_box(PAGE)).is_ok() {}
        });
        lap("Pool of large things", &mut || {
            while grains.insert(black_box([PAGE; 16])).is_ok() {}
        });
        lap("observe", &mut || {
            for number in 0..3 {
                publisher.input_buffer_mut().fill(number);
                publisher.publish();
                assert_eq!(observer.read()[9], number);
            }
        });
        lap("history", &mut || {
            for _ in 0..places {
                recorder.write(&[&[0.5; 1024], &[0.5; 1024]]);
            }
        });
        lap("touch", &mut || buffer.fill(1));
    }
}

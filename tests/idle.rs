//! What instances cost that do nothing: an own program, because it measures the whole process. Linux: its kernel counts the time.

#![cfg(target_os = "linux")]

use anteroom_test_support as support;
use std::time::{Duration, Instant};

use anteroom::convolution::Layout;
use anteroom::impulse::{Origin, Shape};
use anteroom::instance::instance;
use anteroom::loader::Format;
use anteroom::processor::Settings;
use support::system::process_time;

#[test]
fn sixty_four_instances_that_wait_cost_less_than_a_hundredth_of_a_core() {
    let format = Format {
        rate: 48_000,
        layout: Layout::Stereo,
    };
    let mut instances: Vec<_> = (0..64)
        .map(|_| {
            let (mut audio, ui_handle, remote) = instance(|| {}).expect("a thread");
            let settled = remote
                .configure(
                    format,
                    Origin::default(),
                    Shape::default(),
                    Duration::from_secs(60),
                )
                .expect("an answer");
            audio.prepare(format, Shape::default(), settled.generation, false);
            (audio, ui_handle, remote)
        })
        .collect();
    for (audio, _, _) in &mut instances {
        let (mut left, mut right) = ([0.1; 64], [0.1; 64]);
        let mut block = [&mut left[..], &mut right[..]];
        audio.process(&mut block, &Settings::default(), &Shape::default());
    }
    // Whatever the activation left to be done is done.
    std::thread::sleep(Duration::from_millis(500));

    let (begin, spent) = (Instant::now(), process_time());
    std::thread::sleep(Duration::from_secs(10));
    let share = (process_time() - spent).as_secs_f64() / begin.elapsed().as_secs_f64();
    println!("64 idle instances: {:.3} % of one core", 100.0 * share);
    assert!(share < 0.01, "{:.3} % of one core", 100.0 * share);
}

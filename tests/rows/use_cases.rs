//! C: the use case of the first text that the plug-in is.

use super::plugin;
use crate::support::allocations::{Calls, counted};
use crate::support::child;
use crate::support::system::beside_others_without_system_calls;
use anteroom::impulse::Shape;
use anteroom::processor::{Command, Reply};
use std::thread;

pub fn a_pair_of_queues(test: &str) {
    let (mut audio, mut ui_handle, _remote) = plugin::activated(|| {});
    for number in 0..1000 {
        ui_handle.commands.push(Command::Ping(number)).unwrap();
        let ((), calls) = counted(|| {
            plugin::block(&mut audio, number as usize, &Shape::default());
        });
        assert_eq!(calls, Calls::default());
        // Within one callback; the editor's next frame sees it.
        assert_eq!(ui_handle.replies.pop(), Ok(Reply::Pong(number)));
    }

    // The same beside a live editor and a live loader, with the kernel watching.
    let with_the_kernel_watching = || {
        let (mut audio, mut ui_handle, _remote) = plugin::activated(|| {});
        thread::spawn(move || {
            loop {
                let _ = ui_handle.commands.push(Command::Ping(1));
                let _ = ui_handle.replies.pop();
                thread::yield_now();
            }
        });
        beside_others_without_system_calls(move || {
            for number in 0..5000 {
                plugin::block(&mut audio, number, &plugin::shape(number / 500));
            }
        });
    };
    assert!(child::ends_well(test, with_the_kernel_watching));
}

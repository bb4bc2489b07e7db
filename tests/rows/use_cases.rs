//! C: the three use cases of the first text.

use super::plugin;
use crate::network::{self, receiver::Encoding};
use crate::support::allocations::{Calls, counted, forbidden};
use crate::support::child;
use crate::support::system::beside_others_without_system_calls;
use crate::work::Reads;
use anteroom::exchange::{Outcome, Priority, Request, Worker, queue};
use anteroom::impulse::Shape;
use anteroom::processor::{Command, Reply};
use std::thread;

pub fn a_pair_of_queues(test: &str) {
    let (mut audio, mut desk, _remote) = plugin::activated(|| {});
    for number in 0..1000 {
        desk.commands.push(Command::Ping(number)).unwrap();
        let ((), calls) = counted(|| {
            plugin::block(&mut audio, number as usize, &Shape::default());
        });
        assert_eq!(calls, Calls::default());
        // Within one callback; the editor's next frame sees it.
        assert_eq!(desk.replies.pop(), Ok(Reply::Pong(number)));
    }

    // The same beside a live editor and a live loader, with the kernel watching.
    let with_the_kernel_watching = || {
        let (mut audio, mut desk, _remote) = plugin::activated(|| {});
        thread::spawn(move || {
            loop {
                let _ = desk.commands.push(Command::Ping(1));
                let _ = desk.replies.pop();
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

pub fn disk_commands_say_where_their_results_go() {
    let worker = Worker::spawn("disk", Reads::default()).unwrap();
    let mut streamer = worker.client(8);
    let mut browser = worker.waking_client(8);
    worker.set_active(true);
    let (mut done, finished) = queue::<()>(1);
    let audio = thread::spawn(move || {
        let (mut asked, mut answered) = (0, 0);
        while answered < 2000 {
            forbidden(|| {
                let urgent = Request::new(asked * 2).at(Priority::URGENT);
                asked += u64::from(streamer.request(urgent).is_ok());
                while let Some(reply) = streamer.reply() {
                    assert_eq!(reply.command, answered * 2, "of its own, in order");
                    assert!(matches!(reply.outcome, Outcome::Done(_)));
                    answered += 1;
                }
            });
            thread::yield_now();
        }
        done.push(()).unwrap();
    });
    let (mut asked, mut answered) = (0, 0);
    while finished.is_empty() || answered < asked {
        if finished.is_empty() {
            let more = Request::new(asked * 2 + 1).at(Priority::IDLE);
            asked += u64::from(browser.request(more).is_ok());
        }
        while let Some(reply) = browser.reply() {
            assert_eq!(reply.command, answered * 2 + 1, "of its own, in order");
            answered += 1;
        }
        thread::yield_now();
    }
    audio.join().unwrap();

    // Under load the audio's are first: with a clerk that is stepped by hand, to the number.
    let (worker, mut clerk) = Worker::with_clerk(Reads::default());
    let (mut streamer, mut browser) = (worker.client(4), worker.client(50));
    for block in 0..50 {
        browser
            .request(Request::new(block).at(Priority::IDLE))
            .unwrap();
    }
    for block in 0..4 {
        streamer
            .request(Request::new(block).at(Priority::URGENT))
            .unwrap();
    }
    for _ in 0..4 {
        clerk.step();
    }
    assert_eq!((streamer.outstanding(), browser.reply()), (4, None));
    assert_eq!(std::iter::from_fn(|| streamer.reply()).count(), 4);

    // And a result can be sent to the queue of somebody else: the browser asks, the audio gets it.
    let permit = streamer.permit().unwrap();
    let ticket = permit.ticket();
    browser
        .request_to(Request::new(99).at(Priority::URGENT), permit)
        .unwrap();
    clerk.step();
    let reply = streamer.reply().unwrap();
    assert_eq!((reply.ticket, reply.command), (ticket, 99));
}

pub fn packets_from_the_network() {
    for encoding in [Encoding::L16, Encoding::L24] {
        network::over_a_bad_network(encoding);
    }
}

//! C2: a worker of two clients; and a job for all tests that need one.

use crate::support::allocations::forbidden;
use anteroom_exchange::{Job, Outcome, Priority, Request, Worker, queue};
use std::thread;

/// Pretends to read: answers how many reads there have been.
#[derive(Default)]
pub struct Reads(pub u64);

impl Job for Reads {
    type Command = u64;
    type Output = u64;

    fn run(&mut self, _block: &mut u64, _cancelled: &dyn Fn() -> bool) -> u64 {
        self.0 += 1;
        self.0
    }
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

    // Under load the audio's are first: with a job_runner that is stepped by hand, to the number.
    let (worker, mut job_runner) = Worker::with_runner(Reads::default());
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
        job_runner.step();
    }
    assert_eq!((streamer.outstanding(), browser.reply()), (4, None));
    assert_eq!(std::iter::from_fn(|| streamer.reply()).count(), 4);

    // And a result can be sent to the queue of somebody else: the browser asks, the audio gets it.
    let reply_slot = streamer.reply_slot().unwrap();
    let ticket = reply_slot.ticket();
    browser
        .request_to(Request::new(99).at(Priority::URGENT), reply_slot)
        .unwrap();
    job_runner.step();
    let reply = streamer.reply().unwrap();
    assert_eq!((reply.ticket, reply.command), (ticket, 99));
}
